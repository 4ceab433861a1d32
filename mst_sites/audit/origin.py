"""Where the present piece of work comes from: a request, a worker or a command."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum

from celery import current_task


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


@contextmanager
def working() -> Iterator[None]:
    """Let the audit say that a worker did it, and in which task."""
    task_id = getattr(getattr(current_task, "request", None), "id", None) or ""
    with coming_from(Origin(Source.WORKER, task_id)):
        yield
