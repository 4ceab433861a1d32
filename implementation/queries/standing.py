"""Where a plan stands, worked out from its activities: what is ready, whose turn it is, and the days to come."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from implementation.models import Activity, Plan, PlanState, Stage
from implementation.queries.plans import activities_of
from implementation.queries.schedule import Schedule, Step, roll_back, roll_forward, without

AT_REST = {PlanState.ON_HOLD, PlanState.WITHDRAWN}  # nobody is chased


class ActivityState(StrEnum):
    DONE = "DONE"
    OVERDUE = "OVERDUE"
    READY = "READY"  # everything that it waits for is done
    WAITS = "WAITS"
    NOT_APPLICABLE = "NOT_APPLICABLE"
    LEFT_OVER = "LEFT_OVER"


@dataclass(frozen=True)
class Placed:
    """An activity in its plan: its state, and what is still to be done before it."""

    activity: Activity
    state: ActivityState
    waits_for: tuple[Activity, ...] = ()


@dataclass(frozen=True)
class StageGroup:
    """A stage with its activities, and how many of those that count are done."""

    stage: Stage
    placed: tuple[Placed, ...]
    done: int
    applicable: int


class Roll(StrEnum):
    """How the days of open activities are worked out."""

    FORWARD = "FORWARD"  # each as early as can be
    BACK = "BACK"  # each as late as the planned opening lets it be


@dataclass(frozen=True)
class Standing:
    """What lists of sites show of a plan."""

    turn: str = ""
    turn_since: date | None = None
    next_due_on: date | None = None
    applicable_count: int = 0
    completed_count: int = 0


def counted(activities: Iterable[Activity]) -> list[Activity]:
    """Return what counts: neither without application here nor left over from an earlier template."""
    return [a for a in activities if a.is_applicable and not a.is_left_over]


def waiting_for(activity: Activity, by_code: dict[str, Activity]) -> list[Activity]:
    """Return what is still to be done before it, in the plan's order of codes."""
    waits = (by_code.get(code) for code in activity.depends_on)
    return [other for other in waits if other is not None and other.is_open]


def ready(activities: Iterable[Activity]) -> list[Activity]:
    """Return what can be done now, the soonest first."""
    counting = counted(activities)
    by_code = {a.code: a for a in counting}
    found = [a for a in counting if a.is_open and not waiting_for(a, by_code)]
    return sorted(found, key=lambda a: (a.forecast_on or date.max, a.stage, a.position, a.code))


def standing_of(plan: Plan, activities: Sequence[Activity]) -> Standing:
    """Say whose turn it is: the lead's of what is to be done next, since the day on which it could be done."""
    counting = counted(activities)
    done = sum(a.completed_on is not None for a in counting)
    if plan.state in AT_REST:
        return Standing(applicable_count=len(counting), completed_count=done)
    by_code = {a.code: a for a in counting}
    following = next(iter(ready(counting)), None)
    since = None
    if following is not None:
        waited = (by_code[code].completed_on for code in following.depends_on if code in by_code)
        since = max([plan.started_on, *(day for day in waited if day is not None)])
    due = [a.forecast_on for a in counting if a.is_open and a.forecast_on is not None]
    return Standing(
        turn=following.lead if following else "",
        turn_since=since,
        next_due_on=min(due, default=None),
        applicable_count=len(counting),
        completed_count=done,
    )


def steps_of(activities: Iterable[Activity]) -> list[Step]:
    """Return what the calendar needs of activities; what does not apply passes its waiting on."""
    given = [a for a in activities if not a.is_left_over]
    steps = [
        Step(
            a.code,
            a.duration_days,
            tuple(a.depends_on),
            a.completed_on or (a.forecast_on if a.is_fixed else None),
            is_done=a.completed_on is not None,
        )
        for a in given
    ]
    return without(steps, [a.code for a in given if not a.is_applicable])


def earliest_days(plan: Plan, activities: Iterable[Activity], *, today: date) -> dict[str, date]:
    """Return the earliest day of each activity: nothing that is open before today."""
    steps = steps_of(activities)
    return dict(roll_forward(steps, starts_on=plan.started_on, not_before=today).days)


def days_beside(
    plan: Plan, there: Iterable[Activity], added: Iterable[Activity], *, today: date
) -> dict[str, date]:
    """Return the earliest days of activities that join others, and those of the others as they are."""
    there = list(there)
    for activity in there:
        activity.is_fixed = activity.forecast_on is not None  # for this reckoning alone
    return earliest_days(plan, [*there, *added], today=today)


def latest_days(activities: Iterable[Activity], *, opening_on: date) -> dict[str, date]:
    """Return by when each activity must be done for an opening; what follows it counts from that day."""
    steps = steps_of(activities)
    live = [step for step in steps if step.code.startswith(Stage.LIVE)]
    before = roll_back([s for s in steps if s not in live], ends_on=opening_on)
    after: Schedule = roll_forward(live, starts_on=opening_on)
    return {**before.days, **after.days}


def opening_of(days: dict[str, date]) -> date | None:
    """Return the day on which everything before the opening is done."""
    return max((day for code, day in days.items() if not code.startswith(Stage.LIVE)), default=None)


def state_of(activity: Activity, waits_for: Sequence[Activity], *, today: date) -> ActivityState:
    if activity.completed_on is not None:
        return ActivityState.DONE
    if not activity.is_applicable:
        return ActivityState.NOT_APPLICABLE
    if activity.is_left_over:
        return ActivityState.LEFT_OVER
    if activity.forecast_on is not None and activity.forecast_on < today:
        return ActivityState.OVERDUE
    return ActivityState.WAITS if waits_for else ActivityState.READY


def placed_in(activities: Sequence[Activity], *, today: date) -> list[Placed]:
    """Return each activity with its state, in the order given."""
    by_code = {a.code: a for a in counted(activities)}
    placed = []
    for activity in activities:
        waits = tuple(waiting_for(activity, by_code)) if activity.is_open else ()
        placed.append(Placed(activity, state_of(activity, waits, today=today), waits))
    return placed


def groups_of(placed: Iterable[Placed]) -> list[StageGroup]:
    """Return every stage with its activities; a stage without any has an empty group."""
    of_stage: dict[str, list[Placed]] = {stage.value: [] for stage in Stage}
    for each in placed:
        of_stage[each.activity.stage].append(each)
    groups = []
    for stage in Stage:
        counting = counted(each.activity for each in of_stage[stage])
        done = sum(a.completed_on is not None for a in counting)
        groups.append(StageGroup(stage, tuple(of_stage[stage]), done, len(counting)))
    return groups


def rolled_days(plan: Plan, roll: Roll, *, today: date) -> dict[str, date]:
    """Return the days that a roll would give.

    :raises ValidationError: there is no planned opening to count back from.
    """
    activities = list(activities_of(plan))
    if roll is Roll.FORWARD:
        return earliest_days(plan, activities, today=today)
    if plan.planned_opening_on is None:
        raise ValidationError(_("Plan the opening day first."))
    return latest_days(activities, opening_on=plan.planned_opening_on)
