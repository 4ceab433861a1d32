"""The steering group of a site: who sits on it, who is missing, whether it meets and who comes."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from implementation.models import (
    EXPECTED_SEATS,
    Attendance,
    Invitee,
    Meeting,
    MeetingKind,
    Seat,
    SteeringGroup,
    SteeringMember,
)
from implementation.queries.meetings import Quorum, upcoming_meetings
from mst_sites.periods import within_reach
from mst_sites.records.models import Attachment
from mst_sites.tenancy.models import Organisation, OrganisationKind, Site, SiteCommissioner

MEETINGS_SHOWN = 6


def group_of(site: Site) -> SteeringGroup | None:
    """Return the steering group of a site, None before it has one."""
    found: SteeringGroup | None = SteeringGroup.objects.filter(site=site).first()
    return found


def members_of(site: Site) -> QuerySet[SteeringMember]:
    """Return everybody who sits or sat on the group."""
    found: QuerySet[SteeringMember] = SteeringMember.objects.filter(site=site)
    return found.select_related("user", "organisation").in_order()  # type: ignore[attr-defined,no-any-return] # its QuerySet


def sitting_members(site: Site, *, today: date) -> list[SteeringMember]:
    return list(members_of(site).sitting(today))  # type: ignore[attr-defined] # its QuerySet


def agencies_around(site: Site) -> QuerySet[Organisation]:
    """Return the organisations that a site's people may know of: its own, and MST UK."""
    paying = SiteCommissioner.objects.filter(site=site).values("organisation")
    sitting = SteeringMember.objects.filter(site=site, organisation__isnull=False)
    return Organisation.objects.filter(
        Q(pk=site.provider_id)
        | Q(pk__in=paying)
        | Q(pk__in=sitting.values("organisation"))
        | Q(kind=OrganisationKind.MST_UK)
    ).order_by("name", "id")


def missing_seats(members: list[SteeringMember]) -> list[Seat]:
    """Return the agencies that the field expects and for which nobody sits."""
    taken = {member.seat for member in members}
    return [seat for seat in EXPECTED_SEATS if seat not in taken]


def quorum_at(meeting: Meeting, group: SteeringGroup | None) -> Quorum:
    """Count the members and their agencies who were there. Guests make no quorum."""
    there = Invitee.objects.filter(
        site=meeting.site_id,
        meeting=meeting,
        attendance=Attendance.PRESENT,
        member__isnull=False,
    )
    named = list(there.values_list("agency", flat=True))
    count = len(named)
    agencies = {" ".join(agency.split()).casefold() for agency in named}
    if group is None:
        return Quorum(count, len(agencies))
    return Quorum(count, len(agencies), group.quorum_members, group.quorum_agencies)


@dataclass(frozen=True, slots=True)
class AttendanceStrip:
    """The last meetings of the group, the earliest first, and what each member did at each."""

    meetings: list[Meeting]
    marks: dict[tuple[object, object], str]  # by member and meeting


def attendance_strip(site: Site) -> AttendanceStrip:
    held = Meeting.objects.filter(site=site).of_kind(MeetingKind.STEERING_GROUP).held()
    meetings = list(held.order_by("-starts_at", "id")[:MEETINGS_SHOWN])[::-1]
    marks = Invitee.objects.filter(
        site=site, meeting__in=[meeting.pk for meeting in meetings], member__isnull=False
    ).values_list("member_id", "meeting_id", "attendance")
    return AttendanceStrip(meetings, {(who, where): mark for who, where, mark in marks})


def files_of(group: SteeringGroup) -> QuerySet[Attachment]:
    """Return the files that were kept with the terms of reference, the newest first."""
    found: QuerySet[Attachment] = Attachment.objects.filter(site=group.site_id, removed_at=None)
    return found.about(group).order_by("-received_at", "id")  # type: ignore[attr-defined,no-any-return] # its QuerySet


def next_meeting_of_group(site: Site, *, today: date) -> Meeting | None:
    """Return the next planned meeting of the group."""
    coming = upcoming_meetings(site, today=today)
    return coming.filter(kind=MeetingKind.STEERING_GROUP).first()


def next_meeting_due_on(group: SteeringGroup, *, last_on: date | None) -> date:
    """Return by when the group should meet: its cycle after the last meeting, or after it was formed."""
    return within_reach(last_on or group.formed_on) + timedelta(weeks=group.cycle_weeks)
