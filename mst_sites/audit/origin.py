"""Where the present piece of work comes from: a request, a worker or a command."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum


class Source(StrEnum):
    WEB = "web"
    WORKER = "worker"
    COMMAND = "command"


@dataclass(frozen=True, slots=True)
class Origin:
    source: Source = Source.COMMAND
    request_id: str = ""
    ip_address: str | None = None


COMMAND = Origin()
_present: ContextVar[Origin] = ContextVar("origin", default=COMMAND)


def present() -> Origin:
    """Return the origin of the work under way."""
    return _present.get()


@contextmanager
def coming_from(origin: Origin) -> Iterator[None]:
    """Let everything that is recorded inside name this origin."""
    token = _present.set(origin)
    try:
        yield
    finally:
        _present.reset(token)
