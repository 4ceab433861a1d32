"""A site's journey as it was planned and as it went: stages, activities, gates and changes of the opening day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import QuerySet

from implementation.models import (
    Activity,
    GateDecision,
    GateOutcome,
    Meeting,
    MeetingState,
    OpeningChange,
    Plan,
    Stage,
    StageTransition,
    TransitionKind,
)
from implementation.queries.meetings import meetings_of
from implementation.queries.plans import activities_of, transitions_of
from mst_sites.periods import within_reach
from mst_sites.tenancy.models import Site

AFTER_SET_UP = timedelta(weeks=6)
STOPS = {TransitionKind.HOLD, TransitionKind.WITHDRAW}


@dataclass(frozen=True)
class Stretch:
    """From one day to another, the last day inside."""

    starts_on: date
    last_on: date


@dataclass(frozen=True)
class StageCourse:
    """One stage: when it is planned to be worked on, when the site was in it, and what belongs to it."""

    stage: Stage
    planned: Stretch | None
    actual: Sequence[Stretch]
    activities: Sequence[Activity]


@dataclass(frozen=True)
class Timeline:
    plan: Plan
    courses: Sequence[StageCourse]
    moves: Sequence[StageTransition]
    decisions: Sequence[GateDecision]
    opening_changes: Sequence[OpeningChange] = field(default_factory=tuple)


def timeline_of(plan: Plan, *, today: date) -> Timeline:
    """Read a site's whole journey, in four queries however long it is."""
    activities = [activity for activity in activities_of(plan) if activity.is_applicable]
    moves = list(transitions_of(plan))
    been = stages_been_in(moves, today=today)
    courses = [
        StageCourse(
            stage,
            planned_stretch(activity for activity in activities if activity.stage == stage),
            been.get(stage, []),
            [activity for activity in activities if activity.stage == stage],
        )
        for stage in Stage
    ]
    return Timeline(
        plan,
        courses,
        moves,
        list(
            GateDecision.objects.filter(site=plan.site_id, plan=plan).order_by(
                "decided_on", "recorded_at"
            )
        ),
        list(
            OpeningChange.objects.filter(site=plan.site_id, plan=plan)
            .select_related("changed_by")
            .order_by("changed_at", "id")
        ),
    )


def planned_stretch(activities: Iterable[Activity]) -> Stretch | None:
    """Return the time in which activities are planned to be done, each for as long as it takes."""
    planned = [activity for activity in activities if activity.forecast_on]
    ends = [within_reach(activity.forecast_on) for activity in planned if activity.forecast_on]
    if not ends:
        return None
    begins = [
        end - timedelta(days=activity.duration_days)
        for activity, end in zip(planned, ends, strict=True)
    ]
    return Stretch(min(begins), max(ends))


def stages_been_in(moves: Sequence[StageTransition], *, today: date) -> dict[str, list[Stretch]]:
    """Return when a site was in each stage: to the day before it moved on, or to today; not while it stood still.

    :param moves: in the order in which they happened.
    """
    been: dict[str, list[Stretch]] = {}
    for move, following in zip(moves, [*moves[1:], None][: len(moves)], strict=True):
        if move.kind in STOPS:
            continue
        after = following.happened_on if following else today + timedelta(days=1)
        last_on = max(after - timedelta(days=1), move.happened_on)
        been.setdefault(move.to_stage, []).append(Stretch(move.happened_on, last_on))
    return been


def ends_on(timeline: Timeline, *, today: date) -> date | None:
    """Return the day on which a picture of the journey ends, some weeks after the last thing of the set-up.

    None while the site is not open, or while that day is not over: the picture goes on to today. What a service does
    for years after it has opened would press the way there into a corner.
    """
    opened_on = timeline.plan.site.opened_on
    if opened_on is None:
        return None
    days = [opened_on, *(decision.decided_on for decision in timeline.decisions)]
    for course in timeline.courses:
        days += [
            day for each in course.activities if (day := each.completed_on or each.forecast_on)
        ]
    last = within_reach(max(days)) + AFTER_SET_UP
    return last if last < today else None


def was_passed(decision: GateDecision) -> bool:
    return decision.outcome != GateOutcome.REFUSED


def meetings_kept(site: Site) -> QuerySet[Meeting]:
    """Return the meetings that were held or are planned, the first one first."""
    kept = meetings_of(site).exclude(state=MeetingState.CANCELLED)
    return kept.order_by("starts_at", "id")
