"""A site's plan as the records of the look: facts, stages, activities, and what a change of dates moves."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from implementation.models import (
    Activity,
    OpeningChange,
    Plan,
    PlanState,
    Stage,
    StageTransition,
    TransitionKind,
)
from implementation.queries.standing import (
    AT_REST,
    ActivityState,
    Placed,
    StageGroup,
    opening_of,
)
from mst_sites.look.parts import Event, Fact
from mst_sites.look.tables import Cell, Column, Row, Table
from mst_sites.periods import local_day, short_day
from mst_sites.tenancy.models import Site

DASH = "\N{EN DASH}"
PLAN_STATUS = {
    PlanState.ACTIVE: "in_progress",
    PlanState.ON_HOLD: "on_hold",
    PlanState.WITHDRAWN: "withdrawn",
    PlanState.OPEN: "live",
}
STATUS_OF = {
    ActivityState.DONE: "done",
    ActivityState.OVERDUE: "late",
    ActivityState.READY: "open",
    ActivityState.WAITS: "queued",
    ActivityState.NOT_APPLICABLE: "cancelled",
    ActivityState.LEFT_OVER: "superseded",
}
EVENT_STATUS = {
    TransitionKind.START: "open",
    TransitionKind.MOVE: "done",
    TransitionKind.HOLD: "on_hold",
    TransitionKind.RESUME: "in_progress",
    TransitionKind.WITHDRAW: "withdrawn",
    TransitionKind.OPEN: "live",
}


@dataclass(frozen=True)
class Coming:
    """An activity that can be done now, as the head of the plan shows it."""

    label: str
    url: str
    lead: str
    owner: str
    due: str
    is_late: bool


@dataclass(frozen=True)
class StageStep:
    """A stage in the row of stages at the head of a plan."""

    code: str
    label: str
    done: int
    applicable: int
    is_current: bool
    is_past: bool


@dataclass(frozen=True)
class Group:
    """A stage with the table of what is shown of it."""

    step: StageStep
    table: Table | None


@dataclass(frozen=True)
class Preview:
    """What a change of dates moves, before it is made."""

    table: Table
    moved: int
    warning: str  # that there is too little time; empty when there is enough
    opening_on: date | None


def state_words(state: ActivityState) -> str:
    words = {
        ActivityState.DONE: _("Done"),
        ActivityState.OVERDUE: _("Overdue"),
        ActivityState.READY: _("To do"),
        ActivityState.WAITS: _("Waiting"),
        ActivityState.NOT_APPLICABLE: _("Not applicable"),
        ActivityState.LEFT_OVER: _("Left over"),
    }
    return words[state]


def is_at_rest(plan: Plan) -> bool:
    """Tell whether nobody is chased: the site stands still or is closed."""
    return plan.state in AT_REST or plan.site.is_closed


def state_fact(plan: Plan, site: Site) -> Fact:
    if site.is_closed:
        return Fact(_("State"), site.get_phase_display(), status="closed")
    return Fact(_("State"), plan.get_state_display(), status=PLAN_STATUS[PlanState(plan.state)])


def day(value: date | None) -> str:
    return short_day(value) or DASH


def plan_facts(plan: Plan, site: Site, *, moved: int) -> list[Fact]:
    """Return what one wants to know of a site first."""
    facts = [
        Fact(_("Stage"), f"{plan.stage} {plan.get_stage_display()}"),
        Fact(_("Since"), day(plan.stage_since)),
        state_fact(plan, site),
    ]
    if plan.turn and not site.is_closed:
        facts.append(Fact(_("Whose turn"), turn_words(plan)))
    if site.opened_on and plan.state == PlanState.OPEN:
        facts.append(Fact(_("Opened"), day(site.opened_on)))
    history = reverse("opening-history", args=[site.slug])
    if plan.planned_opening_on:
        words = day(plan.planned_opening_on)
        if moved:
            often = ngettext("moved once", "moved %(times)d times", moved) % {"times": moved}
            words = f"{words}, {often}"
        facts.append(Fact(_("Planned opening"), words, url=history))
    elif plan.state != PlanState.OPEN:
        facts.append(Fact(_("Planned opening"), _("not planned yet")))
    done = _("%(done)d of %(all)d") % {"done": plan.completed_count, "all": plan.applicable_count}
    facts.append(Fact(_("Activities done"), done))
    guide = plan.guided_by.full_name if plan.guided_by else _("nobody yet")
    return [*facts, Fact(_("Guided by"), guide)]


def turn_words(plan: Plan) -> str:
    words = {"party": plan.get_turn_display(), "day": day(plan.turn_since)}
    return _("%(party)s, since %(day)s") % words


def narrowed(
    placed: Iterable[Placed], *, area: str = "", show: str = "", user_id: Any = None
) -> list[Placed]:
    """Return the activities that a filter asks for."""
    shown = [each for each in placed if not area or each.activity.area == area]
    tests: dict[str, Callable[[Placed], bool]] = {
        "open": lambda each: each.activity.is_open,
        "overdue": lambda each: each.state is ActivityState.OVERDUE,
        "mine": lambda each: each.activity.owner_id == user_id,
    }
    return list(filter(tests.get(show), shown))


def coming(placed: Placed, site: Site) -> Coming:
    activity = placed.activity
    words = ""
    if activity.forecast_on:
        late = placed.state is ActivityState.OVERDUE
        text = _("was due %(day)s") if late else _("due %(day)s")
        words = text % {"day": day(activity.forecast_on)}
    return Coming(
        label=str(activity),
        url=activity_url(activity, site),
        lead=activity.get_lead_display(),
        owner=activity.owner.full_name if activity.owner else "",
        due=words,
        is_late=placed.state is ActivityState.OVERDUE,
    )


def activity_url(activity: Activity, site: Site) -> str:
    return reverse("activity-detail", args=[site.slug, activity.pk])


def stage_steps(groups: Iterable[StageGroup], plan: Plan) -> list[StageStep]:
    return [stage_step(group, plan) for group in groups]


def stage_step(group: StageGroup, plan: Plan) -> StageStep:
    return StageStep(
        code=group.stage.value,
        label=str(group.stage.label),
        done=group.done,
        applicable=group.applicable,
        is_current=group.stage.value == plan.stage,
        is_past=group.stage.value < plan.stage,
    )


def group_tables(
    groups: Iterable[StageGroup], shown: set[Any], plan: Plan, site: Site
) -> list[Group]:
    """Return each stage that has anything to show, with its table."""
    found = []
    for group in groups:
        placed = [each for each in group.placed if each.activity.pk in shown]
        if placed:
            found.append(Group(stage_step(group, plan), activity_table(group.stage, placed, site)))
    return found


def activity_table(stage: Stage, placed: Iterable[Placed], site: Site) -> Table:
    columns = [
        Column(_("Activity")),
        Column(_("State")),
        Column(_("Lead")),
        Column(_("Owner")),
        Column(_("Forecast")),
        Column(_("Done on")),
    ]
    rows = [activity_row(each, site) for each in placed]
    caption = f"{stage.value} {stage.label}"
    return Table(caption, columns, rows, caption_hidden=True)


def activity_row(placed: Placed, site: Site) -> Row:
    activity = placed.activity
    marks = [
        _("local") if activity.is_local else "",
        "" if activity.is_mandatory else _("optional"),
    ]
    fixed = _("fixed") if activity.is_fixed and activity.is_open else ""
    return Row(
        [
            Cell(
                str(activity),
                url=activity_url(activity, site),
                note=" · ".join(filter(None, marks)),
            ),
            Cell(
                state_words(placed.state),
                status=STATUS_OF[placed.state],
                note=waiting_words(placed),
            ),
            activity.get_lead_display(),
            activity.owner.full_name if activity.owner else DASH,
            Cell(day(activity.forecast_on), note=fixed),
            day(activity.completed_on),
        ]
    )


def waiting_words(placed: Placed) -> str:
    if not placed.waits_for:
        return ""
    return _("waits for %(codes)s") % {"codes": ", ".join(a.code for a in placed.waits_for)}


def move_events(moves: Iterable[StageTransition]) -> list[Event]:
    """Return the moves of a site, the newest first."""
    return [
        Event(
            move_words(move),
            on=move.happened_on,
            status=EVENT_STATUS[TransitionKind(move.kind)],
            text=" · ".join(
                filter(None, [move.get_reason_display() if move.reason else "", move.note])
            ),
            by=move.recorded_by.full_name if move.recorded_by else "",
        )
        for move in reversed(list(moves))
    ]


def move_words(move: StageTransition) -> str:
    if move.kind == TransitionKind.MOVE:
        stage = f"{move.to_stage} {move.get_to_stage_display()}"
        return _("Moved to %(stage)s") % {"stage": stage}
    return str(move.get_kind_display())


def opening_table(changes: Iterable[OpeningChange]) -> Table:
    columns = [
        Column(_("Changed")),
        Column(_("From")),
        Column(_("To")),
        Column(_("Days"), numeric=True),
        Column(_("Why")),
        Column(_("By")),
    ]
    rows = [
        Row(
            [
                day(local_day(change.changed_at)),
                day(change.old_on),
                day(change.new_on),
                days_between(change.old_on, change.new_on),
                Cell(change.get_reason_display(), note=change.note),
                change.changed_by.full_name if change.changed_by else DASH,
            ]
        )
        for change in changes
    ]
    empty = _("No opening day has been planned yet.")
    return Table(_("Every day that was planned"), columns, rows, empty=empty)


def days_between(old: date | None, new: date | None) -> str:
    return f"{(new - old).days:+d}" if old and new else DASH


def preview(activities: Sequence[Activity], days: Mapping[str, date], *, today: date) -> Preview:
    """Show each open activity that would get another day."""
    moving = [
        (activity, days[activity.code])
        for activity in activities
        if activity.is_open
        and not activity.is_fixed
        and not activity.is_left_over
        and days.get(activity.code, activity.forecast_on) != activity.forecast_on
    ]
    columns = [
        Column(_("Activity")),
        Column(_("Forecast now")),
        Column(_("Then")),
        Column(_("Days"), numeric=True),
    ]
    rows = [
        Row(
            [
                str(activity),
                day(activity.forecast_on),
                Cell(day(new), note=_("before today") if new < today else ""),
                days_between(activity.forecast_on, new),
            ]
        )
        for activity, new in moving
    ]
    table = Table(_("What moves"), columns, rows, empty=_("No day changes."))
    late = sum(new < today for activity, new in moving)
    warning = ngettext(
        "One activity would have had to be done before today.",
        "%(late)d activities would have had to be done before today.",
        late,
    )
    return Preview(
        table, len(moving), warning % {"late": late} if late else "", opening_of(dict(days))
    )
