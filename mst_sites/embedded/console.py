"""What the launcher says: progress on standard error, one clear line when it cannot go on."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE = 2.0  # seconds that a step may take before it says that it is still at work


class CannotGoOn(Exception):  # noqa: N818 - it reads as what it is
    """The reason, in one line, why the launcher stops; shown without a traceback."""


def say(line: str) -> None:
    """Print a line of progress; standard output stays free for what the user asked for."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


@contextmanager
def step(title: str) -> Iterator[None]:
    """Name a step once it has taken two seconds, and say when it is done."""
    begun = time.monotonic()
    timer = threading.Timer(PATIENCE, say, [f"  … {title}"])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
    took = time.monotonic() - begun
    if took >= PATIENCE:
        say(f"  ✓ {title} ({took:.1f} s)")
