"""How past set-ups went, as arrays: what every site did on which day, and how long the comparable ones still took.

The rows are immutable stage transitions. The database hands them over without names, whoever asks (docs/decisions,
nameless histories), because a forecast for one site rests on all others.
"""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from implementation.models import TransitionKind

Ints = NDArray[np.int64]
Truths = NDArray[np.bool_]

EPOCH = date(1970, 1, 1).toordinal()
UNDER_WAY, OPENED, WITHDRAWN = 0, 1, 2
START, MOVE, HOLD, WITHDRAW, OPEN = (
    ord(kind.value[0])
    for kind in (
        TransitionKind.START,
        TransitionKind.MOVE,
        TransitionKind.HOLD,
        TransitionKind.WITHDRAW,
        TransitionKind.OPEN,
    )
)


def day_number(day: date) -> int:
    return day.toordinal() - EPOCH


def day_of(number: float) -> date:
    """Return the day of a number of days since 1970, the nearest one."""
    return date.fromordinal(round(number) + EPOCH)


@dataclass(frozen=True)
class Waits:
    """Sites that were where a site is now, for as long as it: the days that they then took, and how it ended."""

    site: Ints
    days: Ints
    outcome: Ints

    def only(self, chosen: Truths) -> "Waits":
        return Waits(self.site[chosen], self.days[chosen], self.outcome[chosen])

    @property
    def counts(self) -> tuple[int, int, int]:
        """Return how many opened, were withdrawn, and are under way."""
        return (
            int(np.count_nonzero(self.outcome == OPENED)),
            int(np.count_nonzero(self.outcome == WITHDRAWN)),
            int(np.count_nonzero(self.outcome == UNDER_WAY)),
        )


@dataclass(frozen=True)
class Standing:
    """Where a site was at the end of a day, by its own moves."""

    stage: str
    active_days: int  # in this stage, without the days of holds
    outcome: int
    is_on_hold: bool
    began_on: date  # in this stage
    ended_on: date | None = None

    def later(self, days: int) -> "Standing":
        """Return where it would be some days later without a move."""
        aged = self.active_days + (0 if self.is_on_hold else days)
        return Standing(self.stage, aged, self.outcome, self.is_on_hold, self.began_on)


@dataclass(frozen=True)
class Courses:
    """The moves of all sites, those of one site together and in their order."""

    site: Ints
    kind: Ints
    stage: Ints
    day: Ints
    recorded: Ints
    kinship: dict[int, tuple[str, str]]  # model and nation of each site

    def rows(self, chosen: Truths) -> "Courses":
        return Courses(
            self.site[chosen],
            self.kind[chosen],
            self.stage[chosen],
            self.day[chosen],
            self.recorded[chosen],
            self.kinship,
        )

    def known_by(self, day: date) -> "Courses":
        """Return what had happened, and was on record, at the end of a day."""
        number = day_number(day)
        return self.rows((self.recorded <= number) & (self.day <= number))

    def of(self, site: int) -> "Courses":
        return self.rows(self.site == site)

    def without(self, site: int) -> "Courses":
        return self.rows(self.site != site)

    @cached_property
    def first(self) -> Truths:
        """Tell which rows begin a site."""
        return np.concatenate(([True], self.site[1:] != self.site[:-1]))[: len(self.site)]

    def until_opening(self) -> "Courses":
        """Leave out what sites did once they had opened."""
        opened = np.cumsum(self.kind == OPEN)
        before = opened - (self.kind == OPEN)
        at_start = before[self.first][np.cumsum(self.first) - 1]
        return self.rows(before == at_start)

    def stays(self, today: date) -> "Stays":
        """Cut the courses into spells between moves, as they stood at the end of a day."""
        kept = self.until_opening()
        size = len(kept.site)
        last = np.concatenate((kept.first[1:], [True]))[:size]
        ended = last & np.isin(kept.kind, (OPEN, WITHDRAW))
        until = np.where(ended, kept.day, day_number(today))
        until[:-1] = np.where(last[:-1], until[:-1], kept.day[1:])
        active = np.where(np.isin(kept.kind, (HOLD, WITHDRAW)), 0, until - kept.day)
        begins = kept.first | np.isin(kept.kind, (START, MOVE, OPEN))
        visit = np.cumsum(begins) - 1
        done = np.cumsum(active) - active
        before = done - done[begins][visit]
        return Stays(kept, before, active, last)

    def standing(self, today: date) -> Standing | None:
        """Return where the one site that these moves are of stood at the end of a day; None before its first move."""
        known = self.known_by(today).until_opening()
        if not len(known.site):
            return None
        stays = known.stays(today)
        kind, stage = int(known.kind[-1]), chr(int(known.stage[-1]))
        begins = np.flatnonzero(np.isin(known.kind, (START, MOVE, OPEN)))
        outcome = {OPEN: OPENED, WITHDRAW: WITHDRAWN}.get(kind, UNDER_WAY)
        return Standing(
            stage=stage,
            active_days=int(stays.before[-1] + stays.active[-1]),
            outcome=outcome,
            is_on_hold=kind == HOLD,
            began_on=day_of(known.day[begins[-1]]),
            ended_on=None if outcome == UNDER_WAY else day_of(known.day[-1]),
        )


@dataclass(frozen=True)
class Stays:
    """Spells between two moves: the active days that the site had in its stage before each, and in it."""

    rows: Courses
    before: Ints
    active: Ints
    last: Truths

    def waits(self, stage: str, active_days: int, today: date) -> Waits:
        """Find the sites that had been in a stage for some active days, and see how they went on from that day.

        Days of a hold are days like any other from there on: who opens waits for them too.
        """
        rows = self.rows
        there = (
            (rows.stage == ord(stage))
            & (self.before <= active_days)
            & (active_days < self.before + self.active)
        )
        places = np.flatnonzero(there)
        sites, firsts = np.unique(rows.site[places], return_index=True)
        places = places[firsts]
        since = rows.day[places] + active_days - self.before[places]
        ends = np.flatnonzero(self.last)
        ends = ends[np.searchsorted(rows.site[ends], sites)]
        kinds = rows.kind[ends]
        outcome = np.select([kinds == OPEN, kinds == WITHDRAW], [OPENED, WITHDRAWN], UNDER_WAY)
        until = np.where(outcome == UNDER_WAY, day_number(today), rows.day[ends])
        return Waits(sites, until - since, outcome)

    def lengths(self, stage: str) -> Ints:
        """Return the active days of each stay in a stage that ended with a move or the opening."""
        size = len(self.rows.site)
        goes_on = np.isin(self.rows.kind, (MOVE, OPEN)) & ~self.rows.first
        ends = np.flatnonzero(np.concatenate((goes_on[1:], [False]))[:size])
        ends = ends[self.rows.stage[ends] == ord(stage)]
        lengths: Ints = self.before[ends] + self.active[ends]
        return lengths


def all_courses() -> Courses:
    """Read every move of every site, in one query."""
    with connection.cursor() as cursor:
        cursor.execute("select moves, kinship from mst_set_up_courses()")
        moves, kinship = cursor.fetchone()
    numbers = np.fromstring(moves, dtype=np.int64, sep=" ") if moves else np.empty(0, np.int64)
    return courses_from(numbers, kinship or "")


def courses_from(numbers: Ints, kinship: str) -> Courses:
    """Build courses from site, kind, stage, day and day of recording, one after the other."""
    site, kind, stage, day, recorded = numbers.reshape(-1, 5).T.copy()
    lines = (line.split(" ") for line in kinship.split("\n") if line)
    kin = {int(each): (model, nation) for each, model, nation in lines}
    return Courses(site, kind, stage, day, recorded, kin)
