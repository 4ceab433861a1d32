"""Times things in turn, so that a machine that slows down slows both sides of a ratio."""

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.conftest import OF_NESTING


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: what was measured, the figure, the limit and whether it holds."""

    name: str
    figure: float
    unit: str
    limit: float | None = None
    remark: str = ""

    @property
    def holds(self) -> bool:
        return self.limit is None or self.figure <= self.limit

    def __str__(self) -> str:
        limit = "" if self.limit is None else f"≤ {self.limit:g}"
        verdict = "" if self.limit is None else ("ok" if self.holds else "OVER")
        return f"{self.name:<58} {self.figure:>9.2f} {self.unit:<8} {limit:<8} {verdict:<5} {self.remark}"


def milliseconds(call: Callable[[], Any]) -> float:
    began = time.perf_counter()
    call()
    return (time.perf_counter() - began) * 1000


def medians(calls: list[Callable[[], Any]], *, rounds: int, warm_up: int = 3) -> list[float]:
    """Time several calls in turn, after some rounds that do not count; return the median of each one's quicker half.

    A machine that others use too has slow moments, and no moment in which it is quicker than it is.
    """
    for _ in range(warm_up):
        for call in calls:
            call()
    taken: list[list[float]] = [[] for _ in calls]
    gc.collect()
    for number in range(rounds):
        # Now the one first and now the other: whatever comes after something slow pays for it in turn.
        turns = list(zip(taken, calls, strict=True))
        for times, call in turns if number % 2 else reversed(turns):
            times.append(milliseconds(call))
    return [median(sorted(times)[: (rounds + 1) // 2]) for times in taken]


def query_count(call: Callable[[], Any]) -> int:
    """Count the statements of a request, but not its BEGIN and COMMIT."""
    with CaptureQueriesContext(connection) as captured:
        call()
    return sum(not OF_NESTING.match(query["sql"]) for query in captured.captured_queries)
