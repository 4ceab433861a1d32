"""What any row of a site can carry: actions, comments, files and signatures."""

from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from mst_sites.accounts.models import User
from mst_sites.accounts.permissions import Role
from mst_sites.tenancy.models import SiteForeignKey, SiteOwned, Team


class RecordQuerySet(models.QuerySet[Any]):
    def about(self, subject: models.Model) -> Self:
        """Return what hangs on one row."""
        return self.filter(subject_type=subject._meta.label_lower, subject_id=str(subject.pk))

    def of_teams(self, teams: Any) -> Self:
        """Return what belongs to one of the teams, or to the site as a whole."""
        return self.filter(models.Q(team=None) | models.Q(team__in=teams))


class Record(SiteOwned):
    """A row that hangs on another one of the same site, and belongs to its team where that has one."""

    team = SiteForeignKey(Team, null=True, blank=True, related_name="+")
    subject_type = models.CharField(max_length=60, editable=False)
    subject_id = models.CharField(max_length=60, editable=False)

    objects: ClassVar[Any] = RecordQuerySet.as_manager()

    class Meta:
        abstract = True


class ActionState(models.TextChoices):
    OPEN = "OPEN", _("Open")
    DONE = "DONE", _("Done")
    DROPPED = "DROPPED", _("Dropped")


class RaisedIn(models.TextChoices):
    """Where people agreed on it."""

    SITE = "SITE", _("Raised by itself")
    MEETING = "MEETING", _("A meeting")
    CONSULTATION = "CONSULTATION", _("A consultation")
    READINESS_REVIEW = "READINESS_REVIEW", _("A readiness review")
    REVIEW = "REVIEW", _("A Performance Implementation Review")


class Action(Record):
    """Something that one person will do by a day; it stays in sight until it is closed."""

    text = models.CharField(_("what is to be done"), max_length=500)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(_("due"), null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=8, choices=ActionState, default=ActionState.OPEN
    )
    raised_in = models.CharField(_("raised in"), max_length=20, choices=RaisedIn)
    raised_at = models.DateTimeField(_("raised"))
    raised_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    closed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    outcome = models.CharField(_("what came of it"), max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(
                "owner",
                "due_on",
                condition=models.Q(state=ActionState.OPEN),
                name="action_of_owner",
            ),
            models.Index("site", "state", "due_on", name="action_of_site"),
            models.Index("site", "subject_type", "subject_id", name="action_of_subject"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state=ActionState.OPEN, closed_at__isnull=True)
                | (~models.Q(state=ActionState.OPEN) & models.Q(closed_at__isnull=False)),
                name="action_closed_has_its_moment",
            )
        ]

    def __str__(self) -> str:
        return self.text


class Comment(Record):
    """What somebody says about a row, or about a passage of it, and the answers."""

    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("comment"), max_length=5_000)
    quote = models.CharField(_("passage"), max_length=500, blank=True)
    anchor = models.CharField(max_length=60, blank=True)  # which part of the page it is about
    parent = SiteForeignKey("self", null=True, blank=True, related_name="replies")
    written_at = models.DateTimeField(_("written"))
    resolved_at = models.DateTimeField(_("resolved"), null=True, blank=True)
    resolved_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        indexes = [
            models.Index(
                "site", "subject_type", "subject_id", "written_at", name="comment_of_subject"
            )
        ]

    def __str__(self) -> str:
        return f"{self.author}, {self.written_at:%Y-%m-%d}"


class Scan(models.TextChoices):
    """What the virus scanner said of a file."""

    NONE = "NONE", _("Not asked")  # kept while no scanner was set
    WAITING = "WAITING", _("Waiting for the virus check")
    CLEAN = "CLEAN", _("No virus found")
    INFECTED = "INFECTED", _("Virus found")


class AttachmentQuerySet(RecordQuerySet):
    def waiting(self) -> Self:
        """Return the files that are kept back until the scanner has answered."""
        return self.filter(scan=Scan.WAITING, removed_at=None)

    def removed_until(self, moment: datetime) -> Self:
        """Return the files that had been removed by a moment and are still kept."""
        return self.filter(removed_at__lte=moment).exclude(file="")


class Attachment(Record):
    """A file that somebody brought: looked through, fingerprinted, and given out only as a file."""

    name = models.CharField(_("name"), max_length=120)
    file = models.FileField(max_length=200, editable=False)
    content_type = models.CharField(max_length=100, editable=False)
    size = models.PositiveIntegerField(_("size"), editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    dated_on = models.DateField(_("date on the document"), null=True, blank=True)
    received_at = models.DateTimeField(_("received"))
    uploaded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    removed_at = models.DateTimeField(_("removed"), null=True, blank=True)
    removed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    scan = models.CharField(
        _("virus check"), max_length=8, choices=Scan, default=Scan.NONE, db_default=Scan.NONE
    )
    # The row is the queue: whoever asks the scanner moves the next moment on first, which is the lease as well.
    scan_due_at = models.DateTimeField(null=True, blank=True, editable=False)
    scan_attempts = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    virus = models.CharField(
        _("virus found"), max_length=100, blank=True, default="", db_default="", editable=False
    )

    objects: ClassVar[Any] = AttachmentQuerySet.as_manager()
    first_delay: ClassVar[timedelta] = timedelta(minutes=2)
    longest_delay: ClassVar[timedelta] = timedelta(hours=1)

    class Meta:
        indexes = [
            models.Index("site", "subject_type", "subject_id", name="attachment_of_subject"),
            models.Index(
                "scan_due_at",
                condition=models.Q(scan=Scan.WAITING),
                name="attachment_waits_for_scan",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(scan=Scan.WAITING) | models.Q(scan_due_at__isnull=False),
                name="attachment_waiting_has_its_moment",
                violation_error_message=_("A file that waits for the virus check needs its turn."),
            ),
            models.CheckConstraint(
                condition=~models.Q(scan=Scan.INFECTED) | models.Q(file=""),
                name="attachment_with_a_virus_is_not_kept",
                violation_error_message=_("A file with a virus is not kept."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_withheld(self) -> bool:
        """Tell whether it is given to nobody: not looked through yet, or deleted for what was found."""
        return self.scan in {Scan.WAITING, Scan.INFECTED}

    @property
    def delay_after_attempt(self) -> timedelta:
        """Return how long to leave the scanner alone with it: three times as long after each, up to an hour."""
        times = 3.0 ** min(max(self.scan_attempts - 1, 0), 9)
        return min(self.first_delay * times, self.longest_delay)


class SignOff(Record):
    """A person's yes to exactly one content, named by its SHA-256. PostgreSQL lets nobody change it."""

    signed_sha256 = models.CharField(max_length=64)
    signer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(_("role at the time"), max_length=40, choices=Role)
    organisation = models.CharField(_("on behalf of"), max_length=120)
    statement = models.CharField(_("statement"), max_length=500)
    signed_at = models.DateTimeField(_("signed"))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "site",
                "subject_type",
                "subject_id",
                "signed_sha256",
                "signer",
                name="sign_off_once_per_person",
                violation_error_message=_("You have signed this already."),
            ),
            models.CheckConstraint(
                condition=models.Q(signed_sha256__regex=r"^[0-9a-f]{64}$"),
                name="sign_off_names_a_sha256",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.signer}, {self.signed_at:%Y-%m-%d}"
