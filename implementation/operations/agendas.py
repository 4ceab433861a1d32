"""The points that people put on an agenda: added, ordered, settled, taken off."""

from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from implementation.models import AgendaPoint, Meeting
from implementation.operations.invitees import locked
from implementation.operations.typed import admit_about
from implementation.queries.agendas import own_points, points_on
from mst_sites.accounts.models import User
from mst_sites.audit import operations as audit
from mst_sites.free_text import one_line

MOST_POINTS = 50


def add_point(
    *,
    meeting: Meeting,
    point_id: UUID,
    text: str,
    confirmed_reason: str = "",
    now: datetime,
    today: date,
    by: User | None,
) -> AgendaPoint:
    """Put a point at the end of an agenda. The same form sent again answers with the point that it made.

    :raises ValidationError: no text, too many points, text that could identify a family, or a meeting that is over.
    """
    line = {"text": one_line("text", text)}
    cleaned, told = admit_about(meeting, line, reason=confirmed_reason, today=today)
    with transaction.atomic():
        if again := AgendaPoint.objects.filter(pk=point_id, site=meeting.site).first():
            return again
        current = locked(meeting)
        points = own_points(current)
        if points.count() >= MOST_POINTS:
            message = _("An agenda has at most %(most)d points.") % {"most": MOST_POINTS}
            raise ValidationError({"text": message})
        last = points.aggregate(last=Max("position"))["last"]
        point = AgendaPoint(
            pk=point_id,
            site=current.site,
            meeting=current,
            text=cleaned["text"],
            position=0 if last is None else last + 1,
            added_at=now,
            added_by=by,
        )
        point.full_clean()
        point.save(force_insert=True)
        audit.record("agenda-point.added", site=current.site, subject=point, details=told, by=by)
    return point


def move_point(*, point: AgendaPoint, is_up: bool, by: User | None) -> None:
    """Let a point change places with the one before or after it; at the end of the list nothing moves.

    :raises ValidationError: the meeting is closed or cancelled.
    """
    with transaction.atomic():
        meeting = locked(point.meeting)
        points = list(own_points(meeting))
        here = next((n for n, each in enumerate(points) if each.pk == point.pk), None)
        if here is None:
            raise ValidationError(_("This point is not on the agenda any more."))
        there = here + (-1 if is_up else 1)
        if not 0 <= there < len(points):
            return
        points[here], points[there] = points[there], points[here]
        for place, each in enumerate(points):
            each.position = place
        AgendaPoint.objects.bulk_update(points, ["position"])
        details = {"position": there}
        audit.record("agenda-point.moved", site=meeting.site, subject=point, details=details, by=by)


def settle_point(
    *, meeting: Meeting, point: AgendaPoint, is_settled: bool, by: User | None
) -> None:
    """Say that a point is dealt with in a meeting, or take that back; what is left open comes back on the next agenda.

    :raises ValidationError: the meeting is closed or cancelled, or the point is not on its agenda.
    """
    with transaction.atomic():
        current = locked(meeting)
        here = points_on(current).select_for_update(of=("self",)).filter(pk=point.pk).first()
        if here is None:
            raise ValidationError(_("This point is not on the agenda any more."))
        here.settled_in = current if is_settled else None
        here.full_clean()
        here.save()
        action = "agenda-point.settled" if is_settled else "agenda-point.reopened"
        details = {"meeting": str(current.pk)}
        audit.record(action, site=current.site, subject=here, details=details, by=by)


def remove_point(*, point: AgendaPoint, by: User | None) -> None:
    """Take a point off the agenda of the meeting that it was put on.

    :raises ValidationError: the meeting is closed or cancelled, or the point is off already.
    """
    with transaction.atomic():
        meeting = locked(point.meeting)
        gone = AgendaPoint.objects.filter(pk=point.pk, site=meeting.site).first()
        if gone is None:
            raise ValidationError(_("This point is not on the agenda any more."))
        gone.delete()
        details = {"point": str(point.pk)}
        audit.record(
            "agenda-point.removed", site=meeting.site, subject=meeting, details=details, by=by
        )
