"""Starting and stopping processes so that none outlives the launcher, however it ends."""

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mst_sites.embedded.console import CannotGoOn, say

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None, use_errno=True)


def die_with_parent(signum: int, parent: int) -> Callable[[], None]:
    """Return what a child does before its program: ask for a signal at the launcher's death."""

    def prepare() -> None:
        LIBC.prctl(PR_SET_PDEATHSIG, signum)
        if os.getppid() != parent:  # it died before we asked
            os.kill(os.getpid(), signal.SIGKILL)

    return prepare


def as_account(account: tuple[int, int] | None) -> dict[str, Any]:
    """Return the arguments that make subprocess run a program as another user."""
    if account is None:
        return {}
    uid, gid = account
    return {"user": uid, "group": gid, "extra_groups": []}


@dataclass
class Service:
    """A process that runs until it is told to stop."""

    name: str
    arguments: Sequence[str | Path]
    log: Path
    environment: Mapping[str, str]
    stop_signal: signal.Signals = signal.SIGTERM
    orphan_signal: signal.Signals = signal.SIGKILL  # what it gets if the launcher is killed
    patience: float = 10.0
    account: tuple[int, int] | None = None
    folder: Path | None = None
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    log_begins_at: int = field(default=0, init=False)

    def start(self) -> None:
        with self.log.open("ab") as output:
            self.log_begins_at = output.tell()
            self.process = subprocess.Popen(
                [os.fspath(argument) for argument in self.arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=dict(self.environment),
                cwd=self.folder,
                start_new_session=True,  # Ctrl-C reaches the launcher alone, which keeps the order
                preexec_fn=die_with_parent(self.orphan_signal, os.getpid()),
                **as_account(self.account),
            )

    @property
    def has_ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def wait_until(self, ready: Callable[[], bool], *, seconds: float) -> None:
        """Wait for the service to be ready; raise CannotGoOn with its last words if it is not."""
        deadline = time.monotonic() + seconds
        while not ready():
            if self.has_ended:
                raise CannotGoOn(f"{self.name} did not start: {self.last_words()}")
            if time.monotonic() > deadline:
                raise CannotGoOn(
                    f"{self.name} was not ready after {seconds:.0f} s: {self.last_words()}"
                )
            time.sleep(0.05)

    def said(self, words: bytes) -> bool:
        """Tell whether the service has said something since it was started last."""
        return words in self._words()

    def last_words(self) -> str:
        lines = self._words().decode(errors="replace").strip().splitlines()
        # The reason comes before the farewell.
        lines = [line for line in lines if "FATAL" in line] or lines
        return f"{lines[-1] if lines else 'it said nothing'} ({self.log})"

    def _words(self) -> bytes:
        with self.log.open("rb") as log:
            log.seek(self.log_begins_at)
            return log.read()

    def stop(self) -> None:
        """End the process and everything in its session."""
        if self.process is None:
            return
        if not self.has_ended:
            self.process.send_signal(self.stop_signal)
            try:
                self.process.wait(self.patience)
            except subprocess.TimeoutExpired:
                say(f"  {self.name} did not stop in {self.patience:.0f} s and was killed")
        kill_session(self.process.pid)
        self.process.wait()
        self.process = None


def kill_session(leader: int) -> None:
    """Kill whatever is left of a process group that we started."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        return


def command_line(pid: int) -> str:
    """Return how a process was started, or nothing if there is no such process."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return ""
    return words.replace(b"\0", b" ").decode(errors="replace").strip()


def is_alive(pid: int) -> bool:
    """Tell whether a process runs; one that only waits to be reaped does not."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return False
    return fields[0] not in {"Z", "X"}


def wait_for_end(pid: int, *, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while is_alive(pid):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
