"""Asks ClamAV's daemon about a file: two of its commands over a socket, under one time limit for the whole talk."""

import re
import socket
import struct
import time
from collections.abc import Iterable, Iterator
from itertools import chain

from django.conf import settings

PIECE = 64 * 1024
LONGEST_ANSWER = 1024
LONGEST_NAME = 100
# A name is shown to people and kept in the audit, so that nothing but plain characters may be in it.
FOUND = re.compile(r"stream: ([!-~]+) FOUND")


class NoVerdictError(Exception):
    """The daemon said neither that a file is clean nor that it holds a virus; the text is a class of failure."""


def find_virus(parts: Iterable[bytes], *, seconds: float) -> str:
    """Return the name of the virus that a file holds, nothing if it holds none.

    :raises NoVerdictError: the daemon is away, too slow, or says something else.
    """
    answer = _ask(b"zINSTREAM\0", _framed(parts), seconds=seconds)
    if answer == "stream: OK":
        return ""
    if found := FOUND.fullmatch(answer):
        return found[1][:LONGEST_NAME]
    # What it said is not repeated: it is not ours, and the daemon has its own log.
    raise NoVerdictError("ERROR" if answer.endswith("ERROR") else "NOT_UNDERSTOOD")


def answers(*, seconds: float) -> bool:
    """Tell whether the daemon would look at a file now."""
    try:
        return _ask(b"zPING\0", (), seconds=seconds) == "PONG"
    except NoVerdictError:
        return False


def cut(content: bytes) -> Iterator[bytes]:
    """Give a content piece by piece, so that it is in memory once."""
    return (content[start : start + PIECE] for start in range(0, len(content), PIECE))


def _framed(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Write each part behind its length, and an empty one as the end."""
    sent = 0
    for part in parts:
        sent += len(part)
        if sent > settings.LARGEST_ATTACHMENT:
            raise NoVerdictError("TOO_LARGE")
        if part:  # an empty part would be the end
            yield struct.pack("!L", len(part))
            yield part
    yield struct.pack("!L", 0)


def _ask(command: bytes, parts: Iterable[bytes], *, seconds: float) -> str:
    deadline = time.monotonic() + seconds
    try:
        with _connected(deadline) as daemon:
            for part in chain((command,), parts):
                daemon.settimeout(_left(deadline))
                daemon.sendall(part)
            return _answer(daemon, deadline)
    except OSError as failure:
        raise NoVerdictError(type(failure).__name__) from failure


def _connected(deadline: float) -> socket.socket:
    address = settings.CLAMAV_ADDRESS
    if isinstance(address, tuple):
        return socket.create_connection(address, timeout=_left(deadline))
    daemon = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        daemon.settimeout(_left(deadline))
        daemon.connect(str(address))
    except OSError:
        daemon.close()
        raise
    return daemon


def _answer(daemon: socket.socket, deadline: float) -> str:
    """Read until the NUL that ends an answer."""
    said = b""
    while not said.endswith(b"\0"):
        daemon.settimeout(_left(deadline))
        part = daemon.recv(LONGEST_ANSWER)
        said += part
        if not part or len(said) > LONGEST_ANSWER:
            raise NoVerdictError("CUT_OFF" if not part else "NOT_UNDERSTOOD")
    return said[:-1].decode("ascii", "replace").strip()


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
