"""Programs that run to their end while the launcher waits."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from mst_sites.embedded.console import CannotGoOn, say, step
from mst_sites.embedded.processes import die_with_parent

Words = Sequence[str | Path]
ASKS_TO_STOP = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def quietly(
    arguments: Words, *, environment: Mapping[str, str], folder: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a program and keep what it says."""
    return subprocess.run(
        [os.fspath(argument) for argument in arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        env=dict(environment),
        cwd=folder,
        preexec_fn=die_with_parent(signal.SIGTERM, os.getpid()),
    )


def undisturbed(
    arguments: Words, *, environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run a program that must not be stopped half-way, such as a package manager, and keep what it says.

    Ctrl-C is heard when it has ended.
    """
    words = [os.fspath(argument) for argument in arguments]
    with tempfile.TemporaryFile("w+", errors="replace") as said:
        with _heard_afterwards(f"  waiting for {words[0]} to end"):
            done = subprocess.run(
                words,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                check=False,
                env=dict(environment),
                # Not a session of its own: sudo may remember a password for this terminal.
                process_group=0,
            )
        said.seek(0)
        return subprocess.CompletedProcess(words, done.returncode, stdout=said.read(), stderr="")


@contextmanager
def _heard_afterwards(notice: str) -> Iterator[None]:
    """Let whoever asks us to stop wait, from before a program starts: one that is just starting is not known yet."""
    heard: list[int] = []

    def hear(signum: int, frame: FrameType | None) -> None:
        if not heard:
            say(notice)
        heard.append(signum)

    before = {each: signal.signal(each, hear) for each in ASKS_TO_STOP}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
        if heard:
            signal.raise_signal(heard[0])


def must(
    title: str, arguments: Words, *, environment: Mapping[str, str], folder: Path | None = None
) -> str:
    """Run a step that everything after it needs, and return what it said."""
    with step(title):
        done = quietly(arguments, environment=environment, folder=folder)
        if done.returncode:
            raise CannotGoOn(f"{title} failed: {last_line(done)}")
    return done.stdout


def passing_through(
    arguments: Words, *, environment: Mapping[str, str], folder: Path | None = None
) -> int:
    """Run a program on the user's own terminal and return its exit code."""
    process = subprocess.Popen(
        [os.fspath(argument) for argument in arguments],
        env=dict(environment),
        cwd=folder,
        preexec_fn=die_with_parent(signal.SIGTERM, os.getpid()),
    )
    try:
        with _interrupts_left_to_the_child():
            code = process.wait()
    except BaseException:
        process.terminate()
        process.wait()
        raise
    return code if code >= 0 else 128 - code


@contextmanager
def _interrupts_left_to_the_child() -> Iterator[None]:
    """At a terminal Ctrl-C reaches the program too, which knows better what it means there."""
    if not sys.stdin.isatty():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def last_line(done: subprocess.CompletedProcess[str]) -> str:
    """Return the last thing that a program said."""
    lines = (done.stderr.strip() or done.stdout.strip()).splitlines()
    return lines[-1].strip() if lines else f"it ended with {done.returncode} and said nothing"
