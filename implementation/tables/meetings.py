"""What the pages of meetings show."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from implementation.models import Attendance, Invitee, Meeting, MeetingKind, MeetingSeries
from implementation.queries.agendas import ACTION, ACTIVITY, CONDITION, OWN, POINT, AgendaItem
from implementation.queries.meetings import Quorum
from mst_sites.look.parts import Fact, Text
from mst_sites.look.tables import Cell, Column, Page, Row, Table
from mst_sites.periods import day_label
from mst_sites.tenancy.models import Site

MARKS = {
    Attendance.PRESENT.value: "present",
    Attendance.APOLOGIES.value: "apologies",
    Attendance.ABSENT.value: "absent",
}


def meeting_url(meeting: Meeting, site: Site) -> str:
    name = "minutes-detail" if meeting.is_closed else "meeting-detail"
    return reverse(name, args=[site.slug, meeting.pk])


def state_of(meeting: Meeting, *, now: datetime) -> str:
    if meeting.is_closed:
        return "held"
    if meeting.is_cancelled:
        return "cancelled"
    return "due" if meeting.ends_at <= now else "planned"


def state_cell(meeting: Meeting, *, now: datetime) -> Cell:
    state = state_of(meeting, now=now)
    label = _("To be closed") if state == "due" else ""
    note = meeting.cancel_reason
    if meeting.is_quorate is not None:
        note = _("quorate") if meeting.is_quorate else _("not quorate")
    return Cell(label, status=state, note=note)


def kind_beside(meeting: Meeting) -> str:
    """Name the kind where the title does not."""
    kind = str(meeting.get_kind_display())
    return "" if kind == meeting.title else kind


def time_label(meeting: Meeting) -> str:
    begins, ends = meeting.local_start, meeting.local_end
    until = date_format(ends, "H:i" if begins.date() == ends.date() else "H:i, j M")
    return _("%(begins)s to %(ends)s") % {"begins": date_format(begins, "H:i"), "ends": until}


def meeting_table(
    meetings: Iterable[Meeting],
    *,
    site: Site,
    caption: Text,
    now: datetime,
    page: Any = None,
    params: Any = None,
) -> Table:
    columns = [
        Column(_("Meeting")),
        Column(_("Day")),
        Column(_("Time")),
        Column(_("Where")),
        Column(_("State")),
    ]
    rows = [
        Row(
            [
                Cell(meeting.title, url=meeting_url(meeting, site), note=kind_beside(meeting)),
                date_format(meeting.on, "D j M Y"),
                time_label(meeting),
                meeting.place or meeting.link or _("not said yet"),
                state_cell(meeting, now=now),
            ]
        )
        for meeting in meetings
    ]
    return Table(
        caption,
        columns,
        rows,
        page=Page.of(page) if page is not None else None,
        params=params or {},
        caption_hidden=True,
    )


@dataclass(frozen=True, slots=True)
class SeriesLine:
    """A series in words."""

    series: MeetingSeries
    rhythm: str
    ahead: str
    next_id: UUID | None


def series_lines(series: Iterable[Any]) -> list[SeriesLine]:
    return [
        SeriesLine(
            each, rhythm_of(each), _("%(count)d ahead") % {"count": each.ahead}, each.next_id
        )
        for each in series
    ]


def following_lead(meetings: Sequence[Meeting]) -> str:
    """Say which meetings a change from one of a series on is about."""
    days = [day_label(meeting.on) for meeting in meetings]
    words = ngettext(
        "%(n)d meeting: %(first)s.", "%(n)d meetings, from %(first)s to %(last)s.", len(days)
    )
    which = words % {"n": len(days), "first": days[0], "last": days[-1]} if days else ""
    stays = _(
        "What was held or cancelled stays as it is, and so does what was settled for one of them alone."
    )
    return f"{which} {stays}"


def rhythm_of(series: MeetingSeries) -> str:
    words = {
        "day": date_format(series.first_on, "l"),
        "time": f"{series.begins_at:%H:%M}",
        "weeks": series.every_weeks,
    }
    if series.every_weeks == 1:
        return _("every %(day)s at %(time)s") % words
    return _("every %(weeks)d weeks on a %(day)s at %(time)s") % words


def meeting_facts(meeting: Meeting, *, now: datetime) -> list[Fact]:
    state = state_of(meeting, now=now)
    labels = {
        "held": _("Held and closed"),
        "cancelled": _("Cancelled"),
        "due": _("To be closed"),
        "planned": _("Planned"),
    }
    facts = [
        Fact(_("When"), f"{date_format(meeting.local_start, 'l j F Y')}, {time_label(meeting)}"),
        Fact(_("Where"), meeting.place or _("not said yet")),
    ]
    if meeting.link:
        is_page = meeting.link.startswith(("https://", "http://"))
        facts.append(
            Fact(_("Link or telephone"), meeting.link, url=meeting.link if is_page else "")
        )
    return [*facts, Fact(_("State"), labels[state], status=state)]


def quorum_fact(quorum: Quorum) -> Fact:
    there = _("%(members)d members of %(agencies)d agencies") % {
        "members": quorum.members,
        "agencies": quorum.agencies,
    }
    if quorum.is_met is None:
        return Fact(_("Quorum"), there)
    words = _("%(there)s; needed: %(members)d of %(agencies)d") % {
        "there": there,
        "members": quorum.members_needed,
        "agencies": quorum.agencies_needed,
    }
    return Fact(_("Quorum"), words, status="quorate" if quorum.is_met else "not_quorate")


@dataclass(frozen=True, slots=True)
class AgendaGroup:
    """Points of an agenda that come from the same place; `start` is the number of the first."""

    heading: str
    items: list[AgendaItem]
    start: int


def agenda_groups(items: Sequence[AgendaItem]) -> list[AgendaGroup]:
    headings = (
        (_("Left open by the last meetings"), (ACTION, POINT)),
        (_("What the next gate still needs"), (CONDITION,)),
        (_("Overdue activities"), (ACTIVITY,)),
        (_("Points of this meeting"), (OWN,)),
    )
    groups, start = [], 1
    for heading, sources in headings:
        found = [item for item in items if item.source in sources]
        if found:
            groups.append(AgendaGroup(heading, found, start))
            start += len(found)
    return groups


def invitee_status(invitee: Invitee, *, is_over: bool) -> str:
    if invitee.attendance:
        return MARKS[invitee.attendance]
    if is_over:
        return "not_marked"
    if not invitee.email:
        return "no_address"
    return "invited" if invitee.told_sequence is not None else "not_told"


def attendance_summary(invitees: Sequence[Invitee]) -> list[tuple[str, list[str]]]:
    """Return who was present, sent apologies or stayed away, by agency."""
    lines = []
    for mark in Attendance:
        names = [
            f"{each.name} ({each.agency})" if each.agency else each.name
            for each in invitees
            if each.attendance == mark
        ]
        if names:
            lines.append((str(mark.label), names))
    return lines


def is_steering(meeting: Meeting) -> bool:
    return meeting.kind == MeetingKind.STEERING_GROUP


def due_label(day: date | None) -> str:
    return day_label(day) if day else _("no date")
