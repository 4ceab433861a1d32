"""A site's meetings: what is next, what was held, and who is asked to one."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from implementation.models import (
    Attendance,
    AttendanceCorrection,
    Decision,
    Invitee,
    Meeting,
    MeetingKind,
    MeetingSeries,
    MeetingState,
    Minutes,
    SteeringMember,
)
from mst_sites.accounts.models import User
from mst_sites.delivery.models import Document
from mst_sites.delivery.queries import documents_of
from mst_sites.periods import LONDON
from mst_sites.records.models import Action
from mst_sites.records.queries import people_of
from mst_sites.tenancy.models import Site

MINUTES_PDF = "minutes"  # the kind of document
ONE_DAY = timedelta(days=1)


def start_of(day: date) -> datetime:
    return datetime.combine(day, time(), LONDON)


def meetings_of(site: Site) -> QuerySet[Meeting]:
    """Return every meeting of a site, for a page that finds one of them."""
    found: QuerySet[Meeting] = Meeting.objects.filter(site=site).select_related("series")
    return found


def upcoming_meetings(site: Site, *, today: date) -> QuerySet[Meeting]:
    """Return the planned meetings of a site that are not over when the day begins, the next one first."""
    found: QuerySet[Meeting] = Meeting.objects.filter(site=site).upcoming(start_of(today))
    return found


def past_meetings(site: Site, *, now: datetime) -> QuerySet[Meeting]:
    """Return what was held, cancelled, or is over and waits to be closed, the latest first."""
    over = ~Q(state=MeetingState.PLANNED) | Q(ends_at__lte=now)
    found: QuerySet[Meeting] = Meeting.objects.filter(over, site=site)
    return found.order_by("-starts_at", "id")


def last_steering_meeting_on(site: Site, *, today: date) -> date | None:
    """Return the day on which the steering group met last, None if it never did. Only closed meetings count."""
    held = Meeting.objects.filter(site=site).of_kind(MeetingKind.STEERING_GROUP).held()
    last = held.filter(starts_at__lt=start_of(today) + ONE_DAY).order_by("-starts_at").first()
    return last.on if last else None


def next_meetings_of(user: User, *, today: date) -> QuerySet[Meeting]:
    """Return the planned meetings that somebody is asked to, on the sites that this transaction sees."""
    asked = Invitee.objects.filter(user=user).values("meeting")
    found: QuerySet[Meeting] = Meeting.objects.filter(pk__in=asked).upcoming(start_of(today))
    return found.select_related("site")


def series_of(site: Site, *, now: datetime) -> QuerySet[MeetingSeries]:
    """Return the series of a site with how many meetings each has ahead, and the id of the next one."""
    ahead = Count("meetings", filter=Q(meetings__state="PLANNED", meetings__starts_at__gt=now))
    coming = Meeting.objects.filter(site=site, series=OuterRef("pk")).upcoming(now)
    found: QuerySet[MeetingSeries] = MeetingSeries.objects.filter(site=site).annotate(
        ahead=ahead, next_id=Subquery(coming.filter(starts_at__gt=now).values("pk")[:1])
    )
    return found.order_by("-first_on", "id")


def following(meeting: Meeting, *, now: datetime) -> QuerySet[Meeting]:
    """Return a meeting of a series and those planned after it that have not begun, by the days of the series."""
    if meeting.series_on is None:
        none: QuerySet[Meeting] = Meeting.objects.none()
        return none
    after: QuerySet[Meeting] = Meeting.objects.filter(
        site=meeting.site_id,
        series=meeting.series_id,
        series_on__gte=meeting.series_on,
        state=MeetingState.PLANNED,
        starts_at__gt=now,
    )
    return after.order_by("series_on")


def invitees_of(meeting: Meeting) -> QuerySet[Invitee]:
    found: QuerySet[Invitee] = Invitee.objects.filter(site=meeting.site_id, meeting=meeting)
    return found.select_related("user", "member").order_by("agency", "name", "id")


def attendance_corrections_of(meeting: Meeting) -> QuerySet[AttendanceCorrection]:
    """Return what was put right in the attendance of a closed meeting, in its order."""
    found: QuerySet[AttendanceCorrection] = AttendanceCorrection.objects.filter(
        site=meeting.site_id, meeting=meeting
    )
    return found.select_related("corrected_by").order_by("corrected_at", "id")


def minutes_of(meeting: Meeting) -> Minutes | None:
    found: Minutes | None = (
        Minutes.objects.filter(site=meeting.site_id, meeting=meeting)
        .select_related("saved_by")
        .first()
    )
    return found


def decisions_of(meeting: Meeting) -> QuerySet[Decision]:
    """Return what a meeting decided, with what each corrects and what corrected it."""
    found: QuerySet[Decision] = Decision.objects.filter(site=meeting.site_id, meeting=meeting)
    found = found.select_related("corrects__meeting").prefetch_related("corrections__meeting")
    return found.order_by("recorded_at", "id")


def correctable_decisions(meeting: Meeting, *, also: UUID | None = None) -> QuerySet[Decision]:
    """Return what closed meetings of the site decided and nothing has corrected yet, and one more if it is named."""
    free = Q(meeting__state=MeetingState.CLOSED, corrections=None)
    found: QuerySet[Decision] = Decision.objects.filter(free | Q(pk=also), site=meeting.site_id)
    return found.select_related("meeting").order_by("-decided_on", "-recorded_at", "id").distinct()


def actions_of_meeting(meeting: Meeting) -> QuerySet[Action]:
    """Return what people took on at a meeting, whatever became of it."""
    found: QuerySet[Action] = Action.objects.filter(site=meeting.site_id).about(meeting)
    return found.select_related("owner").order_by("raised_at", "id")


def minutes_pdf_of(meeting: Meeting) -> Document | None:
    """Return the newest PDF of a closed meeting's minutes, drawn or still waiting."""
    pdfs = documents_of(meeting.site).filter(kind=MINUTES_PDF, subject_id=str(meeting.pk))
    found: Document | None = pdfs.order_by("-version").first()
    return found


def names_at(site: Site) -> list[str]:
    """Return the names of the people of a site and of its steering group, who are no families."""
    members = SteeringMember.objects.filter(site=site, user=None)
    return [
        *people_of(site).values_list("full_name", flat=True),
        *members.values_list("name", flat=True),
    ]


def names_around(meeting: Meeting) -> list[str]:
    """Return the names of those who are asked to a meeting, and of the people of its site."""
    invited = Invitee.objects.filter(site=meeting.site_id, meeting=meeting)
    return [*invited.values_list("name", flat=True), *names_at(meeting.site)]


@dataclass(frozen=True, slots=True)
class Quorum:
    """How many members and agencies were there, and how many the group asks for (None: nothing agreed)."""

    members: int
    agencies: int
    members_needed: int | None = None
    agencies_needed: int | None = None

    @property
    def is_met(self) -> bool | None:
        if self.members_needed is None or self.agencies_needed is None:
            return None
        return self.members >= self.members_needed and self.agencies >= self.agencies_needed


def waits_for_attendance(meeting: Meeting) -> int:
    """Return of how many people nobody has said yet whether they came."""
    unmarked: int = Invitee.objects.filter(
        site=meeting.site_id, meeting=meeting, attendance=""
    ).count()
    return unmarked


def present_at(meeting: Meeting) -> QuerySet[Invitee]:
    return invitees_of(meeting).filter(attendance=Attendance.PRESENT)
