"""The weekly consultation note: a draft that becomes a filed note, and the frozen text of each version of it."""

from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q, Value
from django.utils.translation import gettext_lazy as _

from mst_sites.accounts.models import User
from mst_sites.periods import Period
from mst_sites.tenancy.models import SiteForeignKey, SiteOwned, Team

SHORTEST_MINUTES, LONGEST_MINUTES = 15, 180


class NoteStatus(models.TextChoices):
    DRAFT = "DRAFT", _("Draft")
    FILED = "FILED", _("Filed")
    ACKNOWLEDGED = "ACKNOWLEDGED", _("Acknowledged")


class Outcome(models.TextChoices):
    HELD = "HELD", _("Held")
    CANCELLED = "CANCELLED", _("Cancelled")
    REPLACED = "REPLACED", _("Replaced: held on another day")


class CancelledReason(models.TextChoices):
    LEAVE = "LEAVE", _("Leave")
    SICKNESS = "SICKNESS", _("Sickness")
    BANK_HOLIDAY = "BANK_HOLIDAY", _("Bank holiday")
    AGREED_CLOSURE = "AGREED_CLOSURE", _("Agreed closure of the service")
    TECHNICAL = "TECHNICAL", _("Technical fault")
    OTHER = "OTHER", _("Other")


class Mode(models.TextChoices):
    PHONE = "PHONE", _("Phone")
    VIDEO = "VIDEO", _("Video")
    IN_PERSON = "IN_PERSON", _("In person")


class Barrier(models.TextChoices):
    ENGAGEMENT = "ENGAGEMENT", _("Engagement")
    CARER_CAPACITY = "CARER_CAPACITY", _("Carer capacity")
    SAFETY = "SAFETY", _("Safety")
    SUBSTANCE_MISUSE = "SUBSTANCE_MISUSE", _("Substance misuse")
    SCHOOL = "SCHOOL", _("School")
    PEERS = "PEERS", _("Peers")
    STAKEHOLDER = "STAKEHOLDER", _("Stakeholder")
    PRACTICAL = "PRACTICAL", _("Practical")
    THERAPIST_SKILL = "THERAPIST_SKILL", _("Therapist skill")
    ON_CALL = "ON_CALL", _("On call")
    STAFFING = "STAFFING", _("Staffing")


class Absence(models.TextChoices):
    """Whether somebody of the team was there; everything but the first is a reason for absence."""

    PRESENT = "PRESENT", _("Attended")
    LEAVE = "LEAVE", _("Leave")
    SICKNESS = "SICKNESS", _("Sickness")
    TRAINING = "TRAINING", _("Training")
    WITH_FAMILY = "WITH_FAMILY", _("With a family")
    OTHER = "OTHER", _("Other reason")


class NoteQuerySet(models.QuerySet["Note"]):
    def kept(self) -> Self:
        """Leave discarded drafts out."""
        return self.filter(discarded_at=None)

    def filed(self) -> Self:
        return self.kept().exclude(status=NoteStatus.DRAFT)

    def of_team(self, team: Team) -> Self:
        return self.filter(site=team.site_id, team=team)

    def within(self, period: Period) -> Self:
        """Keep the notes of the weeks whose Monday lies in the period."""
        return self.filter(week_starts_on__gte=period.starts_on, week_starts_on__lt=period.ends_on)


def at_most(smaller: str, larger: str, sentence: Any) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(**{f"{smaller}__lte": F(larger)}),
        name=f"note_{smaller}_at_most_{larger}",
        violation_error_message=sentence,
    )


class Note(SiteOwned):
    """What a supervisor files about one week's consultation of one team: one note a week, with all its versions."""

    team = SiteForeignKey(Team, related_name="notes", db_index=False)
    week_starts_on = models.DateField(_("week of"))
    status = models.CharField(
        _("status"), max_length=12, choices=NoteStatus, default=NoteStatus.DRAFT
    )
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, default=Outcome.HELD)
    cancelled_reason = models.CharField(
        _("reason for cancelling"), max_length=16, choices=CancelledReason, blank=True
    )
    held_on = models.DateField(_("held on"), null=True, blank=True)
    started_at = models.TimeField(_("started at"), null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"), null=True, blank=True)
    mode = models.CharField(_("how"), max_length=10, choices=Mode, blank=True)
    consultant = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    supervisor = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    summaries_due = models.PositiveSmallIntegerField(_("case summaries due"), null=True, blank=True)
    summaries_received = models.PositiveSmallIntegerField(
        _("case summaries received on time"), null=True, blank=True
    )
    open_families = models.PositiveSmallIntegerField(_("open families"), null=True, blank=True)
    families_discussed = models.PositiveSmallIntegerField(
        _("families discussed"), null=True, blank=True
    )
    recordings_submitted = models.PositiveSmallIntegerField(
        _("recordings submitted"), null=True, blank=True
    )
    recordings_reviewed = models.PositiveSmallIntegerField(
        _("recordings reviewed"), null=True, blank=True
    )
    themes = models.TextField(_("themes"), blank=True)
    strengths = models.TextField(_("strengths"), blank=True)
    barriers = models.TextField(_("barriers"), blank=True)
    barrier_codes = ArrayField(
        models.CharField(max_length=20, choices=Barrier),
        verbose_name=_("kinds of barrier"),
        default=list,
        blank=True,
    )
    stakeholder_issue = models.TextField(_("stakeholder or system issue"), blank=True)
    is_escalated = models.BooleanField(_("needs MST UK"), default=False)
    # Each a text, an owner and a day, as they were typed; filing the note raises them as actions.
    recommendations = models.JSONField(
        _("recommendations"), default=list, db_default=Value([], models.JSONField()), blank=True
    )
    identifier_reason = models.CharField(
        _("why it is right to keep what looks like an identifier"),
        max_length=500,
        blank=True,
        db_default="",
    )
    drafted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    drafted_at = models.DateTimeField(_("last saved"))
    filed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    filed_at = models.DateTimeField(_("filed"), null=True, blank=True)
    is_late = models.BooleanField(_("filed late"), default=False)
    acknowledged_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True, blank=True)
    discarded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    discarded_at = models.DateTimeField(_("discarded"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    edition = models.PositiveIntegerField(_("edition"), default=0, db_default=0)  # 0 is a draft
    escalated_in = models.PositiveIntegerField(
        default=0, db_default=0
    )  # the edition that asked MST UK last
    # By which open page it was saved last, and what was in it: a form that is sent twice is known by both.
    saved_from = models.UUIDField(null=True, blank=True, editable=False)
    fingerprint = models.CharField(max_length=64, blank=True, editable=False, db_default="")

    objects: ClassVar[Any] = NoteQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["site", "team", "week_starts_on"],
                condition=Q(discarded_at=None),
                name="note_once_per_week",
                violation_error_message=_("This week has a note already."),
            ),
            models.CheckConstraint(
                condition=Q(week_starts_on__iso_week_day=1),
                name="note_week_starts_on_a_monday",
                violation_error_message=_("A week starts on a Monday."),
            ),
            models.CheckConstraint(
                condition=Q(minutes__gte=SHORTEST_MINUTES, minutes__lte=LONGEST_MINUTES),
                name="note_minutes_from_15_to_180",
                violation_error_message=_("A consultation takes between 15 and 180 minutes."),
            ),
            at_most(
                "summaries_received",
                "summaries_due",
                _("No more case summaries can be received than were due."),
            ),
            at_most(
                "families_discussed",
                "open_families",
                _("No more families can be discussed than are open."),
            ),
            at_most(
                "recordings_reviewed",
                "recordings_submitted",
                _("No more recordings can be reviewed than were submitted."),
            ),
            models.CheckConstraint(
                condition=Q(status=NoteStatus.DRAFT)
                | (Q(outcome=Outcome.CANCELLED) & ~Q(cancelled_reason=""))
                | (
                    ~Q(outcome=Outcome.CANCELLED)
                    & Q(cancelled_reason="", held_on__isnull=False, minutes__isnull=False)
                    & ~Q(mode="")
                ),
                name="note_filed_says_how_it_was",
                violation_error_message=_(
                    "Say when and how the consultation was held, or why it was cancelled."
                ),
            ),
            models.CheckConstraint(
                condition=Q(status=NoteStatus.DRAFT, filed_at=None)
                | (~Q(status=NoteStatus.DRAFT) & Q(filed_at__isnull=False, discarded_at=None)),
                name="note_filed_at_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(status=NoteStatus.ACKNOWLEDGED, acknowledged_at__isnull=False)
                | (~Q(status=NoteStatus.ACKNOWLEDGED) & Q(acknowledged_at=None)),
                name="note_acknowledged_at_a_moment",
            ),
        ]
        indexes = [
            # MST UK's first page looks for the few among the notes of the whole country.
            models.Index(fields=["filed_at"], condition=Q(is_escalated=True), name="note_escalated")
        ]

    def __str__(self) -> str:
        return f"{self.week_starts_on:%G-W%V}"

    @property
    def week(self) -> Period:
        return Period(self.week_starts_on, self.week_starts_on + timedelta(days=7))

    @property
    def is_draft(self) -> bool:
        return self.status == NoteStatus.DRAFT

    @property
    def is_cancelled(self) -> bool:
        return self.outcome == Outcome.CANCELLED

    @property
    def locks_at(self) -> datetime | None:
        """The moment from which a filed note can no longer be amended."""
        return self.filed_at and self.filed_at + timedelta(days=settings.NOTE_LOCKS_AFTER_DAYS)

    def is_locked_at(self, now: datetime) -> bool:
        return self.locks_at is not None and now >= self.locks_at


class Attendance(SiteOwned):
    """That somebody of the team took part in a consultation, or why not."""

    note = SiteForeignKey(
        Note, related_name="attendances", on_delete=models.CASCADE, db_index=False
    )
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    presence = models.CharField(
        _("presence"), max_length=12, choices=Absence, default=Absence.PRESENT
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["site", "note", "person"], name="attendance_once_per_person"
            )
        ]

    def __str__(self) -> str:
        return self.presence


class NoteVersion(SiteOwned):
    """The content of a note as it was filed, or amended with a reason; PostgreSQL lets nobody change it."""

    note = SiteForeignKey(Note, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    content = models.JSONField()
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["site", "note", "number"], name="note_version_once_per_number"
            ),
            models.CheckConstraint(
                condition=Q(number=1) | ~Q(reason=""),
                name="note_amended_with_a_reason",
                violation_error_message=_("Say why the note is amended."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}"
