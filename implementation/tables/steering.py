"""What the page of a steering group shows."""

from collections.abc import Iterable
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from implementation.models import SteeringGroup, SteeringMember
from implementation.queries.steering import AttendanceStrip, next_meeting_due_on
from implementation.tables.meetings import MARKS
from mst_sites.look.parts import Fact, Grid, GridCell, GridRow
from mst_sites.look.tables import Cell, Column, Row, Table
from mst_sites.periods import day_label, short_day
from mst_sites.tenancy.models import Site


def member_table(
    members: Iterable[SteeringMember], *, site: Site, may_manage: bool, today: date
) -> Table:
    columns = [
        Column(_("Member")),
        Column(_("Agency")),
        Column(_("Seat")),
        Column(_("Since"), one_line=True),
        Column(_("Until")),
    ]
    rows = [
        Row(
            [
                Cell(
                    member.full_name,
                    url=reverse("steering-member-change", args=[site.slug, member.pk])
                    if may_manage
                    else "",
                    note=_("chair") if member.is_chair and not member.left_on else "",
                ),
                member.agency_name,
                member.get_seat_display(),
                short_day(member.joined_on),
                short_day(member.left_on) if member.left_on else _("now"),
            ]
        )
        for member in members
    ]
    return Table(_("Members"), columns, rows, caption_hidden=True)


def attendance_grid(strip: AttendanceStrip, members: Iterable[SteeringMember], site: Site) -> Grid:
    """Return members by meetings, and under the days whether each was quorate."""
    quorum = GridRow(
        _("Quorum"),
        [GridCell(quorum_code(meeting.is_quorate)) for meeting in strip.meetings],
    )
    rows = [
        GridRow(
            member.full_name,
            [
                GridCell(MARKS.get(strip.marks.get((member.pk, meeting.pk), ""), "not_invited"))
                for meeting in strip.meetings
            ],
            note=member.agency_name,
        )
        for member in members
    ]
    days = [short_day(meeting.on) for meeting in strip.meetings]
    return Grid(_("Attendance at the last meetings"), days, [*rows, quorum], corner=_("Member"))


def quorum_code(is_quorate: bool | None) -> str:  # noqa: FBT001 - what the row holds
    if is_quorate is None:
        return "no_data"
    return "quorate" if is_quorate else "not_quorate"


def group_facts(
    group: SteeringGroup, *, last_on: date | None, chair: SteeringMember | None, today: date
) -> list[Fact]:
    due_on = next_meeting_due_on(group, last_on=last_on)
    due = Fact(_("Next meeting due"), day_label(due_on), status="late" if due_on < today else "")
    return [
        Fact(_("Chair"), chair.full_name if chair else _("nobody yet")),
        Fact(_("Meets"), _("every %(weeks)d weeks") % {"weeks": group.cycle_weeks}),
        Fact(
            _("Quorum"),
            _("%(members)d members of %(agencies)d agencies")
            % {"members": group.quorum_members, "agencies": group.quorum_agencies},
        ),
        Fact(_("Last meeting"), day_label(last_on) if last_on else _("none yet")),
        due,
    ]
