"""The opening-date forecast of a site: what became of comparable sites that were where it is now, for as long.

It rests on moves that happened, never on days that people hope for.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

import numpy as np

from implementation.queries.courses import (
    MOVE,
    OPEN,
    OPENED,
    UNDER_WAY,
    Courses,
    Standing,
    Waits,
    all_courses,
    day_number,
    day_of,
)
from implementation.queries.futures import HIGH, LOW, MIDDLE, Futures, futures_of
from implementation.queries.plans import plan_of
from mst_sites.tenancy.models import Site

FEWEST_SITES = 10  # comparable sites whose set-up has ended
FEWEST_OPENINGS = 8  # of them opened: fewer cannot carry an interval of 80 %
METHOD = 1  # goes up when the arithmetic changes, so that past forecasts are worked out anew


class Refusal(StrEnum):
    """Why there is no forecast."""

    NOT_BEGUN = "NOT_BEGUN"
    IS_OPEN = "IS_OPEN"
    IS_WITHDRAWN = "IS_WITHDRAWN"
    FEW_SITES = "FEW_SITES"
    STILL_UNDER_WAY = "STILL_UNDER_WAY"  # most comparable sites have not ended yet


class Group(StrEnum):
    """Which sites count as comparable: the nearest kin of whom there are enough."""

    SAME_MODEL_AND_NATION = "SAME_MODEL_AND_NATION"
    SAME_MODEL = "SAME_MODEL"
    ALL = "ALL"


class Cause(StrEnum):
    """What moved a forecast."""

    TIME = "TIME"  # days went by without a move
    MOVE = "MOVE"  # the site's own moves
    SITES = "SITES"  # what became known of other sites


@dataclass(frozen=True, slots=True)
class Step:
    """By how many days one cause moved the middle of the forecast; over nought is later."""

    cause: Cause
    days: int


@dataclass(frozen=True, slots=True)
class Pace:
    """How long the site took for the stage that it left last, against others: `slower` of `sites` took longer."""

    stage: str
    left_on: date
    days: int
    slower: int
    sites: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """When a site opens, if it opens; `refusal` says why there is none."""

    as_of: date
    refusal: Refusal | None = None
    stage: str = ""
    days_in_stage: int = 0
    is_on_hold: bool = False  # then: as if the site were taken up again today
    group: Group | None = None
    opened_sites: int = 0
    withdrawn_sites: int = 0
    running_sites: int = 0
    chance: float | None = None
    chance_low: float | None = None
    chance_high: float | None = None
    earliest_on: date | None = None
    median_on: date | None = None
    latest_on: date | None = None
    is_open_ended: bool = False  # the interval ends on `latest_on` or later
    planned_on: date | None = None
    chance_by_planned: float | None = None

    @property
    def ended_sites(self) -> int:
        return self.opened_sites + self.withdrawn_sites

    def as_json(self) -> dict[str, Any]:
        """Return it as `manage forecast_opening --json` prints it (docs/forecast.md)."""
        interval = {
            "earliest_on": iso(self.earliest_on),
            "median_on": iso(self.median_on),
            "latest_on": iso(self.latest_on),
            "latest_is_at_least": self.is_open_ended,
        }
        return {
            "as_of": iso(self.as_of),
            "refusal": self.refusal,
            "stage": self.stage or None,
            "days_in_stage": self.days_in_stage if self.stage else None,
            "on_hold": self.is_on_hold,
            "comparable": self.group,
            "sites": {
                "opened": self.opened_sites,
                "withdrawn": self.withdrawn_sites,
                "under_way": self.running_sites,
            },
            "chance_of_opening": self.chance,
            "chance_interval_80": None
            if self.chance is None
            else [self.chance_low, self.chance_high],
            "opening": None if self.refusal else interval,
            "planned_on": iso(self.planned_on),
            "chance_by_planned": self.chance_by_planned,
        }

    def covers(self, day: date) -> bool:
        """Tell whether a day lies in the 80 % interval."""
        if self.earliest_on is None or self.latest_on is None:
            return False
        return self.earliest_on <= day and (self.is_open_ended or day <= self.latest_on)


@dataclass(frozen=True, slots=True)
class Outlook:
    """A site's forecast, the one at the end of the month before, and what lies between them."""

    now: Forecast
    before: Forecast
    steps: tuple[Step, ...] = ()
    pace: Pace | None = None

    @property
    def days_moved(self) -> int | None:
        if self.now.median_on is None or self.before.median_on is None:
            return None
        return (self.now.median_on - self.before.median_on).days


@dataclass(frozen=True)
class Pool:
    """What was known at the end of a day: the moves of the site itself, and those of all others."""

    site: int
    own: Courses
    others: Courses
    known_on: date
    seed: int

    @classmethod
    def at(cls, courses: Courses, site: int, day: date, *, month: date | None = None) -> "Pool":
        """Read what was known on a day; `month` is whose resampling it takes, if not that day's."""
        known = courses.known_by(day)
        seed = seed_of(site, month or day)
        return cls(site, known.of(site), known.without(site), day, seed)


def opening_forecast(site: Site, *, today: date) -> Forecast:
    """Forecast the opening of a site from the moves of all others."""
    return forecast_at(all_courses(), site.pk, today=today, planned_on=planned_opening(site))


def opening_outlook(site: Site, *, today: date) -> Outlook:
    """Forecast the opening of a site, and say what moved it since the end of last month."""
    courses = all_courses()
    then = today.replace(day=1) - timedelta(days=1)
    now = Pool.at(courses, site.pk, today)
    # The same resampling on both sides, so that they differ by what happened and by nothing else.
    past = Pool.at(courses, site.pk, then, month=today)
    stood, stands = past.own.standing(then), now.own.standing(today)
    before = forecast_in(past, stood, as_of=then)
    current = forecast_in(now, stands, as_of=today, planned_on=planned_opening(site))
    if before.median_on is None or current.median_on is None or stood is None:
        return Outlook(current, before, pace=pace_of(now, since=then))
    waited = forecast_in(past, stood.later((today - then).days), as_of=today)
    moved = forecast_in(past, stands, as_of=today)
    steps = steps_between(before, waited, moved, current)
    return Outlook(current, before, tuple(steps), pace_of(now, since=then))


def planned_opening(site: Site) -> date | None:
    plan = plan_of(site)
    return plan.planned_opening_on if plan else None


def forecast_at(
    courses: Courses, site: int, *, today: date, planned_on: date | None = None
) -> Forecast:
    """Forecast with what had happened, and was on record, at the end of a day."""
    pool = Pool.at(courses, site, today)
    standing = pool.own.standing(today)
    return forecast_in(pool, standing, as_of=today, planned_on=planned_on)


def forecast_in(
    pool: Pool,
    standing: Standing | None,
    *,
    as_of: date,
    planned_on: date | None = None,
) -> Forecast:
    """Forecast for a site that stands somewhere on a day, with what a pool knows."""
    if standing is None:
        return Forecast(as_of, Refusal.NOT_BEGUN, planned_on=planned_on)
    facts = Forecast(
        as_of=as_of,
        stage=standing.stage,
        days_in_stage=standing.active_days,
        is_on_hold=standing.is_on_hold,
        planned_on=planned_on,
    )
    if standing.outcome != UNDER_WAY:
        is_open = standing.outcome == OPENED
        return replace(facts, refusal=Refusal.IS_OPEN if is_open else Refusal.IS_WITHDRAWN)
    stays = pool.others.stays(pool.known_on)
    waits = stays.waits(standing.stage, standing.active_days, pool.known_on)
    for group, comparable in groups_of(waits, pool):
        opened, withdrawn, running = comparable.counts
        facts = replace(
            facts,
            group=group,
            opened_sites=opened,
            withdrawn_sites=withdrawn,
            running_sites=running,
        )
        if facts.ended_sites >= FEWEST_SITES and opened >= FEWEST_OPENINGS:
            return foretold(facts, futures_of(comparable, seed=pool.seed))
    return replace(facts, refusal=Refusal.FEW_SITES)


def groups_of(waits: Waits, pool: Pool) -> Iterator[tuple[Group, Waits]]:
    """Offer the comparable sites, the nearest kin first."""
    kinship = pool.own.kinship
    model, nation = kinship[pool.site]
    kin = [kinship[other] for other in waits.site.tolist()]
    same_model = np.array([each[0] == model for each in kin], dtype=bool)
    same_nation = np.array([each[1] == nation for each in kin], dtype=bool)
    yield Group.SAME_MODEL_AND_NATION, waits.only(same_model & same_nation)
    yield Group.SAME_MODEL, waits.only(same_model)
    yield Group.ALL, waits


def foretold(facts: Forecast, futures: Futures) -> Forecast:
    """Turn futures into days."""
    median, low, high = (futures.day_at(place) for place in (MIDDLE, LOW, HIGH))
    if median is None or low is None:
        return replace(facts, refusal=Refusal.STILL_UNDER_WAY)
    chance_low, chance_high = np.quantile(futures.chances, (LOW, HIGH))
    by_planned = None
    if facts.planned_on is not None:
        by_planned = futures.opened_within((facts.planned_on - facts.as_of).days)
    return replace(
        facts,
        chance=futures.chance,
        chance_low=float(chance_low),
        chance_high=float(chance_high),
        earliest_on=after(facts.as_of, low),
        median_on=after(facts.as_of, median),
        latest_on=after(facts.as_of, futures.longest if high is None else high),
        is_open_ended=high is None,
        chance_by_planned=by_planned,
    )


def iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def after(day: date, days: float) -> date:
    return day + timedelta(days=round(days))


def seed_of(site: int, day: date) -> int:
    """Return the seed of a site in a month: asked again in it, the forecast is the same."""
    digest = sha256(f"{site} {day:%Y-%m}".encode()).digest()
    return int.from_bytes(digest[:8], "big")


def steps_between(
    before: Forecast, waited: Forecast, moved: Forecast, now: Forecast
) -> Iterator[Step]:
    """Tell what each cause did to the middle, one after the other: days that went by, own moves, other sites.

    Without its moves the site might be where nothing could be forecast; then the days count with the moves.
    """
    chain = [(Cause.TIME, waited), (Cause.MOVE, moved), (Cause.SITES, now)]
    old = before.median_on
    for cause, forecast in chain:
        new = forecast.median_on
        if new is None or old is None:
            continue
        if new != old:
            yield Step(cause, (new - old).days)
        old = new


def pace_of(pool: Pool, *, since: date) -> Pace | None:
    """Compare the stage that the site left last with other sites' stays in it; None if that was before `since`."""
    own = pool.own.until_opening()
    moves = np.flatnonzero(np.isin(own.kind, (MOVE, OPEN)))
    if not len(moves) or own.day[moves[-1]] <= day_number(since):
        return None
    left = moves[-1]
    spell = pool.own.stays(pool.known_on)
    stage = chr(int(own.stage[left - 1]))
    days = int(spell.before[left - 1] + spell.active[left - 1])
    others = pool.others.stays(pool.known_on).lengths(stage)
    slower = int(np.count_nonzero(others > days))
    return Pace(stage, day_of(own.day[left]), days, slower, len(others))
