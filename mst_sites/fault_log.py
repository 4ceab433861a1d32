"""The log of faults: where it went wrong and in which request, and nothing of what people had typed."""

import logging
import traceback
from collections.abc import Iterator
from copy import copy
from typing import Any

from mst_sites.access_log import masked
from mst_sites.audit.origin import present


class FaultFormatter(logging.Formatter):
    """Writes the number that the error page shows, and of an exception its kind and its way through the code.

    What an exception says is left out: PostgreSQL quotes the row that it refuses, and others what they could not read.
    """

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s [%(number)s] %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        # A copy, because another handler may have left its own text of the exception in the record.
        own: Any = copy(record)
        own.exc_text = None
        own.number = number_of(record)
        if (
            isinstance(own.args, dict) and "exc" in own.args
        ):  # how Celery tells of a task that failed
            own.args = {**own.args, "exc": "the fault below" if own.exc_info else ""}
        return masked(super().format(own))

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's name
        return "".join(told(ei[1], ei[2])).rstrip()


def number_of(record: Any) -> str:
    """Return the number of the request or of the task that a line is about."""
    request = getattr(record, "request", None)
    return getattr(request, "request_id", "") or present().request_id or "-"


def told(error: BaseException | None, way: Any = None) -> Iterator[str]:
    """Tell of an exception, and of those that led to it, the first one first."""
    if error is None:
        return
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    yield from told(before)
    yield from traceback.format_tb(way or error.__traceback__)
    yield f"{type(error).__module__}.{type(error).__qualname__}{constraint_of(error)}\n"


def constraint_of(error: Any) -> str:
    """Name what refused a row in PostgreSQL, if that is what the exception is about."""
    name = getattr(getattr(error, "diag", None), "constraint_name", None)
    return f" ({name})" if name else ""
