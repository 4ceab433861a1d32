"""Arithmetic on the dates of a plan: pure functions, which neither read rows nor write them.

Day by day: an activity is done the days that it takes after the last one that it waits for. Rolled forward, each is
as early as can be; rolled back, as late as may be. A day that is done or fixed stays as it is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from graphlib import CycleError, TopologicalSorter

from mst_sites.periods import within_reach


@dataclass(frozen=True)
class Step:
    """One activity as the calendar sees it."""

    code: str
    days: int
    waits_for: tuple[str, ...] = ()
    settled_on: date | None = None  # done on this day, or fixed to it
    is_done: bool = False


@dataclass(frozen=True)
class Schedule:
    """A day for each step, and the days between which all of them lie."""

    starts_on: date
    ends_on: date
    days: Mapping[str, date]


class CircleError(ValueError):
    """Steps wait for each other in a circle.

    :ivar circle: each code waits for the next one; the last is the first again.
    """

    def __init__(self, circle: Sequence[str]) -> None:
        super().__init__(" → ".join(circle))
        self.circle = tuple(circle)


def in_order(steps: Iterable[Step]) -> list[Step]:
    """Return the steps so that each comes after those that it waits for; codes of other plans are nobody's.

    :raises CircleError: there is no such order.
    """
    by_code = {step.code: step for step in steps}
    waits = {
        code: sorted(set(step.waits_for) & by_code.keys()) for code, step in sorted(by_code.items())
    }
    sorter = TopologicalSorter(waits)
    try:
        return [by_code[code] for code in sorter.static_order()]
    except CycleError as error:
        # graphlib names each before the one that waits for it.
        raise CircleError(error.args[1][::-1]) from error


def roll_forward(
    steps: Iterable[Step], *, starts_on: date, not_before: date | None = None
) -> Schedule:
    """Give each step the earliest day that it can be done.

    :param not_before: no open step is done before this day: what is late is done today at the earliest.
    :raises CircleError: steps wait for each other.
    """
    ordered, starts_on = in_order(steps), within_reach(starts_on)
    days: dict[str, date] = {}
    for step in ordered:
        if step.settled_on is not None:
            days[step.code] = within_reach(step.settled_on)
            continue
        begins_on = max([starts_on, *(days[c] for c in step.waits_for if c in days)])
        ends_on = begins_on + timedelta(days=step.days)
        days[step.code] = max(ends_on, not_before) if not_before else ends_on
    return Schedule(starts_on, max([starts_on, *days.values()]), days)


def roll_back(steps: Iterable[Step], *, ends_on: date) -> Schedule:
    """Give each step the latest day that still lets all be done on `ends_on`.

    :raises CircleError: steps wait for each other.
    """
    ordered, ends_on = in_order(steps), within_reach(ends_on)
    latest: dict[str, date] = {}  # by which those that wait for it need it
    days: dict[str, date] = {}
    first = ends_on
    for step in reversed(ordered):
        day = within_reach(step.settled_on) if step.settled_on else latest.get(step.code, ends_on)
        days[step.code] = day
        begins_on = day - timedelta(days=step.days)
        # What was done before all else has no beginning that anybody could still plan.
        first = min(first, day if step.settled_on else begins_on)
        # What is done no longer hurries those that it should have waited for.
        for code in () if step.is_done else step.waits_for:
            latest[code] = min(latest.get(code, ends_on), begins_on)
    return Schedule(first, ends_on, days)


def without(steps: Iterable[Step], gone: Iterable[str]) -> list[Step]:
    """Take steps out of a plan: whoever waited for one waits for what that one waited for.

    :raises CircleError: steps wait for each other.
    """
    out = set(gone)
    stands_for: dict[str, tuple[str, ...]] = {}
    kept = []
    for step in in_order(steps):
        waits = tuple(
            dict.fromkeys(w for code in step.waits_for for w in stands_for.get(code, (code,)))
        )
        if step.code in out:
            stands_for[step.code] = waits
        else:
            kept.append(replace(step, waits_for=waits))
    return kept
