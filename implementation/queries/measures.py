"""SIC-style measures of a set-up: how long each stage took, how much of it was done, how far a site has got.

The Stages of Implementation Completion (SIC) are somebody else's research instrument. What is counted here follows its
published arithmetic over our own activities (docs/measures.md); it is no SIC score.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from implementation.models import (
    Activity,
    Plan,
    PlanState,
    Stage,
    StageTransition,
    TransitionKind,
)
from implementation.models.templates import SIC_STAGES
from mst_sites.tenancy.models import Site

FEWEST_SITES = 5  # fewer could be told apart, and say little
FIRST_STAGES = (1, 2, 3)  # done in full and quickly, they go before a start-up (docs/measures.md)
STOPS = {TransitionKind.HOLD, TransitionKind.WITHDRAW}


@dataclass(frozen=True, slots=True)
class ActivityFact:
    """What counts of an activity: its SIC stage, whether it applies, and the day on which it was done."""

    sic_stage: int
    completed_on: date | None = None
    is_applicable: bool = True


@dataclass(frozen=True, slots=True)
class StageMeasure:
    """One SIC stage of one site."""

    stage: int
    applicable: int = 0  # what was skipped is in here, what does not apply is not
    completed: int = 0
    first_on: date | None = None
    last_on: date | None = None

    @property
    def duration_days(self) -> int | None:
        """Return the days from the first to the last thing done; 0 is a duration, None is nothing done."""
        if self.first_on is None or self.last_on is None:
            return None
        return (self.last_on - self.first_on).days

    @property
    def proportion(self) -> float | None:
        """Return the share of what applies that is done; None where nothing applies."""
        return self.completed / self.applicable if self.applicable else None

    @property
    def is_complete(self) -> bool:
        return self.applicable > 0 and self.completed == self.applicable


@dataclass(frozen=True, slots=True)
class SiteMeasures:
    """All stages of a site, and the furthest of them in which anything was done."""

    stages: tuple[StageMeasure, ...]
    final_stage: int | None
    is_stopped: bool = False

    def as_json(self) -> dict[str, Any]:
        return {
            "final_stage": self.final_stage,
            "stopped": self.is_stopped,
            "stages": [
                {
                    "stage": measure.stage,
                    "duration_days": measure.duration_days,
                    "completed": measure.completed,
                    "applicable": measure.applicable,
                    "proportion": measure.proportion,
                    "first_on": day(measure.first_on),
                    "last_on": day(measure.last_on),
                }
                for measure in self.stages
            ],
        }


@dataclass(frozen=True, slots=True)
class Spread:
    """How a stage went at other sites: how many they are, and the quarter, half and three-quarter points of days."""

    stage: int
    sites: int
    lower_quartile: float | None
    median: float | None
    upper_quartile: float | None
    mean_proportion: float | None

    @property
    def is_shown(self) -> bool:
        return self.sites >= FEWEST_SITES


@dataclass(frozen=True, slots=True)
class StageStay:
    """One stay of a site in one of the stages A to F, holds included; it has not ended where `ended_on` is None."""

    stage: Stage
    began_on: date
    ended_on: date | None
    held_days: int
    days: int


def measured(facts: Iterable[ActivityFact], *, is_stopped: bool = False) -> SiteMeasures:
    """Measure a site. Stages may be skipped, and activities done in any order.

    A site that stopped is measured up to the last thing that it did: the day on which it stopped counts nowhere.
    """
    of_stage: dict[int, list[ActivityFact]] = {stage: [] for stage in range(1, SIC_STAGES + 1)}
    for fact in facts:
        if fact.is_applicable:
            of_stage[fact.sic_stage].append(fact)
    stages = tuple(measure_of(stage, applicable) for stage, applicable in of_stage.items())
    begun = [measure.stage for measure in stages if measure.completed]
    return SiteMeasures(stages, max(begun, default=None), is_stopped)


def measure_of(stage: int, applicable: Sequence[ActivityFact]) -> StageMeasure:
    days = [fact.completed_on for fact in applicable if fact.completed_on is not None]
    return StageMeasure(
        stage, len(applicable), len(days), min(days, default=None), max(days, default=None)
    )


def site_measures(plan: Plan) -> SiteMeasures:
    """Measure the set-up of a site by its plan. Activities without a SIC stage count nowhere."""
    rows = Activity.objects.filter(site=plan.site_id, plan=plan)
    facts = (
        ActivityFact(stage, done, not reason)
        for stage, done, reason in rows.values_list(
            "sic_stage", "completed_on", "not_applicable_reason"
        )
        if stage
    )
    return measured(facts, is_stopped=plan.state == PlanState.WITHDRAWN)


def spreads(site: Site, final_stage: int) -> dict[int, Spread]:
    """Return how each stage went at the other sites that have got at least as far, by stage.

    The database answers with counts over all sites and names none (docs/decisions, nameless histories).
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select stage, sites, lower_quartile, median, upper_quartile, mean_proportion"
            " from mst_stage_spreads(%s, %s)",
            [site.pk, final_stage],
        )
        return {row[0]: Spread(*row) for row in cursor.fetchall()}


def stays_of(moves: Sequence[StageTransition], *, today: date) -> list[StageStay]:
    """Work out stays from moves in their order; the days of a hold are in `days`, and by themselves in `held_days`."""
    stays: list[StageStay] = []
    stage, began, held = "", today, 0
    hold_began: date | None = None
    withdrawn_on: date | None = None
    for move in moves:
        if move.kind in STOPS:
            hold_began = hold_began or move.happened_on
            withdrawn_on = move.happened_on if move.kind == TransitionKind.WITHDRAW else None
            continue
        held += (move.happened_on - hold_began).days if hold_began else 0
        hold_began = withdrawn_on = None
        if move.kind != TransitionKind.RESUME:
            if stage:
                stays.append(stay(stage, began, move.happened_on, held, today))
            stage, began, held = move.to_stage, move.happened_on, 0
    if stage:
        held += ((withdrawn_on or today) - hold_began).days if hold_began else 0
        stays.append(stay(stage, began, withdrawn_on, held, today))
    return stays


def stay(stage: str, began: date, ended: date | None, held: int, today: date) -> StageStay:
    return StageStay(Stage(stage), began, ended, held, ((ended or today) - began).days)


def days_to_opening(moves: Sequence[StageTransition]) -> int | None:
    """Return the days from the first enquiry to opening; None before it."""
    begun = [move.happened_on for move in moves if move.kind == TransitionKind.START]
    opened = [move.happened_on for move in moves if move.kind == TransitionKind.OPEN]
    return (opened[0] - begun[0]).days if begun and opened else None


def day(value: date | None) -> str | None:
    return value.isoformat() if value else None
