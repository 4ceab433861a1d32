"""The agenda of a meeting: what the last one left open comes first, and nobody has to copy it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast

from implementation.models import Activity, AgendaPoint, Meeting, MeetingState
from implementation.queries.gates import REGISTER, SHOWN_BY, gate_states
from implementation.queries.plans import plan_of
from mst_sites.records.models import Action, ActionState
from mst_sites.records.queries import SOONEST_FIRST

ACTION, POINT, CONDITION, ACTIVITY, OWN = "ACTION", "POINT", "CONDITION", "ACTIVITY", "OWN"


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """A point of an agenda: where it comes from, what it says, whose it is and until when."""

    source: str
    text: str
    who: str = ""
    due_on: date | None = None
    is_settled: bool = False
    point_id: UUID | None = None
    activity_code: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "source": self.source,
            "text": self.text,
            "who": self.who,
            "due_on": self.due_on.isoformat() if self.due_on else "",
            "is_settled": self.is_settled,
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "AgendaItem":
        due_on = date.fromisoformat(stored["due_on"]) if stored["due_on"] else None
        return cls(stored["source"], stored["text"], stored["who"], due_on, stored["is_settled"])


def agenda_of(meeting: Meeting, *, today: date) -> list[AgendaItem]:
    """Return the agenda as it is today; of a closed meeting as it was when it was closed."""
    if meeting.is_closed:
        return [AgendaItem.from_json(stored) for stored in meeting.agenda]
    late = overdue_activities(meeting, today=today)
    return [
        *open_actions_before(meeting),
        *(item_of(point, meeting, POINT) for point in points_left_before(meeting)),
        *open_conditions(meeting, late, today=today),
        *late,
        *(item_of(point, meeting, OWN) for point in own_points(meeting)),
    ]


def earlier_of_the_kind(meeting: Meeting) -> QuerySet[Meeting]:
    """Return the meetings of the same kind before this one."""
    found: QuerySet[Meeting] = Meeting.objects.filter(
        site=meeting.site_id, kind=meeting.kind, starts_at__lt=meeting.starts_at
    ).exclude(pk=meeting.pk)
    return found


def open_actions_before(meeting: Meeting) -> Iterable[AgendaItem]:
    """Return what people took on at earlier meetings of the kind and have not closed, the soonest first."""
    raised_in = earlier_of_the_kind(meeting).annotate(key=Cast("pk", CharField())).values("key")
    actions = Action.objects.filter(
        site=meeting.site_id,
        subject_type=Meeting._meta.label_lower,
        subject_id__in=raised_in,
        state=ActionState.OPEN,
    )
    return [
        AgendaItem(ACTION, action.text, action.owner.full_name, action.due_on)
        for action in actions.select_related("owner").order_by(*SOONEST_FIRST)
    ]


def points_left_before(meeting: Meeting) -> QuerySet[AgendaPoint]:
    """Return the points that earlier meetings of the kind did not settle, and those settled in this one."""
    over = earlier_of_the_kind(meeting).exclude(state=MeetingState.PLANNED)
    left = Q(settled_in=None) | Q(settled_in=meeting)
    found: QuerySet[AgendaPoint] = AgendaPoint.objects.filter(
        left, site=meeting.site_id, meeting__in=over
    )
    return found.order_by("meeting__starts_at", "position", "added_at", "id")


def open_conditions(
    meeting: Meeting, late: Iterable[AgendaItem], *, today: date
) -> Iterable[AgendaItem]:
    """Return what the next gate still waits for beside activities, which come once they are overdue.

    :param late: the overdue activities; a fact that one of them shows is told of with it.
    """
    plan = plan_of(meeting.site)
    if plan is None:
        return []
    states = gate_states(meeting.site, plan, today=today)
    ahead = next((state for state in states if not state.is_passed), None)
    if ahead is None:
        return []
    told = {fact for item in late for fact in SHOWN_BY.get(item.activity_code, ())}
    asked = {entry.code for entry in REGISTER[ahead.gate]} - told
    return [
        AgendaItem(CONDITION, f"{ahead.gate.label}: {condition.label}")
        for condition in ahead.obstacles
        if condition.code in asked
    ]


def overdue_activities(meeting: Meeting, *, today: date) -> list[AgendaItem]:
    late = Activity.objects.filter(site=meeting.site_id).overdue(today).select_related("owner")
    return [
        AgendaItem(
            ACTIVITY,
            str(activity),
            activity.owner.full_name if activity.owner else activity.get_lead_display(),
            activity.forecast_on,
            activity_code=activity.code,
        )
        for activity in late.order_by("forecast_on", "code", "id")
    ]


def own_points(meeting: Meeting) -> QuerySet[AgendaPoint]:
    """Return what people put on the agenda of this meeting, in their order."""
    found: QuerySet[AgendaPoint] = AgendaPoint.objects.filter(site=meeting.site_id, meeting=meeting)
    return found.order_by("position", "added_at", "id")


def points_on(meeting: Meeting) -> QuerySet[AgendaPoint]:
    """Return every point that can be settled in a meeting: its own and those left to it."""
    ids = [*points_left_before(meeting).values_list("pk", flat=True)]
    found: QuerySet[AgendaPoint] = AgendaPoint.objects.filter(
        Q(meeting=meeting) | Q(pk__in=ids), site=meeting.site_id
    )
    return found


def item_of(point: AgendaPoint, meeting: Meeting, source: str) -> AgendaItem:
    is_settled = point.settled_in_id == meeting.pk
    return AgendaItem(source, point.text, is_settled=is_settled, point_id=point.pk)
