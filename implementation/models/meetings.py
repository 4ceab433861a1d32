"""Meetings and conference calls of a site: when, with whom, about what, what was said and decided."""

from datetime import date, datetime
from typing import Any, ClassVar, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from implementation.models.steering import WEEKS_A_YEAR, SteeringMember
from mst_sites.accounts.models import User
from mst_sites.periods import LONDON, day_label, local_day
from mst_sites.tenancy.models import SiteForeignKey, SiteOwned

SHORTEST, LONGEST = 5, 24 * 60  # minutes


class MeetingKind(models.TextChoices):
    STEERING_GROUP = "STEERING_GROUP", _("Steering group")
    SET_UP = "SET_UP", _("Set-up meeting with MST UK")
    CALL = "CALL", _("Conference call")
    READINESS_DAY = "READINESS_DAY", _("Readiness day")
    OTHER = "OTHER", _("Other meeting")


class MeetingState(models.TextChoices):
    PLANNED = "PLANNED", _("Planned")
    CANCELLED = "CANCELLED", _("Cancelled")
    CLOSED = "CLOSED", _("Held and closed")


class MeetingDetails(models.Model):
    """What a series and each of its meetings say alike."""

    kind = models.CharField(_("kind"), max_length=16, choices=MeetingKind)
    title = models.CharField(_("title"), max_length=120)
    place = models.CharField(_("place"), max_length=200, blank=True)
    link = models.CharField(_("link or telephone"), max_length=300, blank=True)

    class Meta:
        abstract = True


class MeetingSeries(MeetingDetails, SiteOwned):
    """The same weekday and the same time on the clock, every so many weeks."""

    every_weeks = models.PositiveSmallIntegerField(
        _("every how many weeks"),
        validators=[MinValueValidator(1), MaxValueValidator(WEEKS_A_YEAR)],
    )
    first_on = models.DateField(_("first day"))
    begins_at = models.TimeField(_("time"))
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), validators=[MinValueValidator(SHORTEST), MaxValueValidator(LONGEST)]
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index("site", "first_on", name="series_of_site")]

    def __str__(self) -> str:
        return self.title


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def of_kind(self, kind: str) -> Self:
        return self.filter(kind=kind)

    def held(self) -> Self:
        """Return the meetings that took place and are closed."""
        return self.filter(state=MeetingState.CLOSED)

    def upcoming(self, now: datetime) -> Self:
        """Return the planned meetings that are not over, the next one first."""
        coming = self.filter(state=MeetingState.PLANNED, ends_at__gt=now)
        return coming.order_by("starts_at", "id")


class Meeting(MeetingDetails, SiteOwned):
    """One meeting. Its id is the UID of the entry in people's calendars, `sequence` counts the entry's changes."""

    series = SiteForeignKey(MeetingSeries, null=True, blank=True, related_name="meetings")
    # The day that the series gave it, wherever it was moved to: so that none is made twice.
    series_on = models.DateField(null=True, blank=True, editable=False)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    state = models.CharField(
        _("state"), max_length=10, choices=MeetingState, default=MeetingState.PLANNED
    )
    cancel_reason = models.CharField(_("why it was cancelled"), max_length=300, blank=True)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    called_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Frozen when the meeting is closed.
    agenda = models.JSONField(default=list, blank=True, editable=False)
    is_quorate = models.BooleanField(_("quorate"), null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    closed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[Any] = MeetingQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index("site", "kind", "starts_at", name="meeting_of_site"),
            models.Index(
                "starts_at",
                condition=models.Q(state=MeetingState.PLANNED),
                name="meeting_planned",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["site", "series", "series_on"],
                condition=models.Q(series__isnull=False),
                name="meeting_once_per_day_of_a_series",
                violation_error_message=_("The series has its meeting on this day already."),
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")),
                name="meeting_ends_after_it_begins",
                violation_error_message=_("A meeting ends after it begins."),
            ),
            models.CheckConstraint(
                condition=models.Q(state=MeetingState.CLOSED, closed_at__isnull=False)
                | (~models.Q(state=MeetingState.CLOSED) & models.Q(closed_at__isnull=True)),
                name="meeting_closed_has_its_moment",
            ),
            models.CheckConstraint(
                condition=models.Q(state=MeetingState.CANCELLED) | models.Q(cancel_reason=""),
                name="meeting_held_has_no_reason_to_be_cancelled",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def on(self) -> date:
        """Return its day on the calendar in London."""
        return local_day(self.starts_at)

    @property
    def local_start(self) -> datetime:
        return self.starts_at.astimezone(LONDON)

    @property
    def local_end(self) -> datetime:
        return self.ends_at.astimezone(LONDON)

    @property
    def minutes(self) -> int:
        return round((self.ends_at - self.starts_at).total_seconds() / 60)

    @property
    def is_closed(self) -> bool:
        return self.state == MeetingState.CLOSED

    @property
    def is_planned(self) -> bool:
        return self.state == MeetingState.PLANNED

    @property
    def is_cancelled(self) -> bool:
        return self.state == MeetingState.CANCELLED


class Attendance(models.TextChoices):
    PRESENT = "PRESENT", _("Present")
    APOLOGIES = "APOLOGIES", _("Apologies")
    ABSENT = "ABSENT", _("Absent")


class Invitee(SiteOwned):
    """Somebody who is asked to a meeting, and whether they came. Name and agency are those of the day."""

    meeting = SiteForeignKey(Meeting, related_name="invitees")
    member = SiteForeignKey(SteeringMember, null=True, blank=True, related_name="+")
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail"), blank=True)
    agency = models.CharField(_("agency"), max_length=120, blank=True)
    # The change of the calendar entry that was mailed last; None: not mailed to yet.
    told_sequence = models.PositiveIntegerField(null=True, blank=True, editable=False)
    attendance = models.CharField(
        _("attendance"), max_length=10, choices=Attendance, blank=True, default=""
    )
    minutes_sent_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        indexes = [models.Index("user", "meeting", name="invitee_by_user")]
        constraints = [
            models.UniqueConstraint(
                fields=["site", "meeting", "email"],
                condition=~models.Q(email=""),
                name="invitee_once_per_address",
                violation_error_message=_("Somebody with this e-mail is invited already."),
            ),
            models.UniqueConstraint(
                fields=["site", "meeting", "member"],
                condition=models.Q(member__isnull=False),
                name="invitee_once_per_member",
                violation_error_message=_("This member is invited already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def was_there(self) -> bool:
        return self.attendance == Attendance.PRESENT


class AttendanceCorrection(SiteOwned):
    """What somebody put right in the attendance of a closed meeting, and why. PostgreSQL lets nobody change it."""

    meeting = SiteForeignKey(Meeting, related_name="attendance_corrections")
    # Of each person: name, what was said before, what is said now.
    changes = models.JSONField(default=list, editable=False)
    reason = models.CharField(_("why it is corrected"), max_length=300)
    corrected_at = models.DateTimeField()
    corrected_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        indexes = [models.Index("site", "meeting", "corrected_at", name="attendance_put_right")]

    def __str__(self) -> str:
        return self.reason

    @property
    def words(self) -> str:
        """Say it as the minutes do: when and by whom, of whom what, and why."""
        labels = dict(Attendance.choices)
        changes = [
            _("%(name)s: %(after)s (before: %(before)s)")
            % {**each, "after": labels[each["after"]], "before": labels[each["before"]]}
            for each in self.changes
        ]
        return _("Attendance corrected on %(day)s by %(who)s. %(changes)s. Why: %(reason)s") % {
            "day": day_label(local_day(self.corrected_at)),
            "who": self.corrected_by.full_name if self.corrected_by else _("MST Sites"),
            "changes": "; ".join(changes),
            "reason": self.reason,
        }


class AgendaPoint(SiteOwned):
    """A point that somebody put on the agenda. Until it is settled it comes back on the next one of the kind."""

    meeting = SiteForeignKey(Meeting, related_name="points")
    text = models.CharField(_("point"), max_length=300)
    position = models.PositiveSmallIntegerField(default=0)
    settled_in = SiteForeignKey(Meeting, null=True, blank=True, related_name="+")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        indexes = [models.Index("site", "meeting", "position", name="agenda_of_meeting")]

    def __str__(self) -> str:
        return self.text


class Minutes(SiteOwned):
    """What was said. A row of its own, so that who marks attendance is in nobody's way."""

    meeting = SiteForeignKey(Meeting, related_name="minutes_rows")
    text = models.TextField(_("minutes"), max_length=50_000, blank=True)
    identifier_reason = models.CharField(max_length=500, blank=True)
    saved_from = models.UUIDField(null=True, blank=True, editable=False)
    saved_at = models.DateTimeField(_("saved"))
    saved_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint("site", "meeting", name="minutes_once_per_meeting"),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class Decision(SiteOwned):
    """What a meeting decided. PostgreSQL lets nobody change it once the meeting is closed: a later one corrects it."""

    meeting = SiteForeignKey(Meeting, related_name="decisions")
    text = models.CharField(_("decision"), max_length=1_000)
    decided_on = models.DateField(_("decided on"))
    corrects = SiteForeignKey(
        "self", null=True, blank=True, related_name="corrections", verbose_name=_("corrects")
    )
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index("site", "meeting", "recorded_at", name="decision_of_meeting")]
        constraints = [
            models.UniqueConstraint(
                fields=["site", "corrects"],
                condition=models.Q(corrects__isnull=False),
                name="decision_is_corrected_once",
                violation_error_message=_("This decision is corrected by another one already."),
            ),
        ]

    def __str__(self) -> str:
        return self.text
