"""What waits to leave the house: the row is the queue, and everything that a retry needs is in it."""

import uuid
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from mst_sites.accounts.models import User
from mst_sites.tenancy.models import Site, SiteForeignKey, SiteOwned, Team


class State(models.TextChoices):
    QUEUED = "QUEUED", _("Waiting")
    RUNNING = "RUNNING", _("Being prepared")
    READY = "READY", _("Ready")  # the file is there, the mail has left
    FAILED = "FAILED", _("Failed")  # a dead letter: only a person starts it again


LONGEST_FILE_NAME = 150
UNFINISHED = (State.QUEUED, State.RUNNING)


class QueuedQuerySet(models.QuerySet[Any]):
    def takeable_at(self, now: datetime) -> Self:
        """Return the rows that a worker may claim: those that wait, and those whose worker has died."""
        return self.filter(
            models.Q(state=State.QUEUED, next_attempt_at__lte=now)
            | models.Q(state=State.RUNNING, lease_until__lte=now)
        )

    def held_by(self, attempt: int) -> Self:
        """Return the rows that this attempt still holds; another attempt may have taken them over."""
        return self.filter(state=State.RUNNING, attempts=attempt)


class Queued(models.Model):
    """A row that a worker takes under a lease, tries a few times and finishes once."""

    most_attempts: ClassVar[int]
    first_delay: ClassVar[timedelta]

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    woken_at = models.DateTimeField(null=True, blank=True)  # when the sweep last sent a message
    finished_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(
        _("error"), max_length=60, blank=True
    )  # a class of failure, never content

    objects: ClassVar[Any] = QueuedQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def is_over(self) -> bool:
        """Tell whether nothing more happens to it by itself."""
        return self.state not in UNFINISHED

    def delay_after_failure(self) -> timedelta:
        """Return how long to wait before the next attempt: three times as long after each."""
        return self.first_delay * float(3 ** max(self.attempts - 1, 0))


class Audience(models.TextChoices):
    FULL = "full", _("With every figure")
    COMMISSIONER = "commissioner", _("Small numbers suppressed")


class Stage(models.TextChoices):
    """What a worker is doing with a document."""

    READING = "reading", _("Reading the figures")
    DRAWING = "drawing", _("Drawing the pages")
    STORING = "storing", _("Storing the file")


class Document(SiteOwned, Queued):
    """A PDF to draw, and once drawn the file with its fingerprint. Asked for once for each version of its subject."""

    most_attempts = settings.DELIVERY_DOCUMENT_ATTEMPTS
    first_delay = timedelta(seconds=settings.DELIVERY_DOCUMENT_DELAY)

    team = SiteForeignKey(Team, null=True, blank=True, related_name="+")
    kind = models.CharField(_("kind"), max_length=40)
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=60)
    version = models.PositiveIntegerField(_("version"), default=1)
    audience = models.CharField(
        _("for whom"), max_length=12, choices=Audience, default=Audience.FULL
    )
    title = models.CharField(_("title"), max_length=200)
    language = models.CharField(_("language"), max_length=10, default="en-gb")
    requested_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    requested_at = models.DateTimeField(_("asked for"))
    progress_done = models.PositiveIntegerField(default=0)
    progress_total = models.PositiveIntegerField(default=0)
    progress_text = models.CharField(max_length=10, choices=Stage, blank=True)
    file = models.FileField(max_length=200, blank=True, editable=False)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    size = models.PositiveIntegerField(_("size"), default=0, editable=False)

    class Meta:
        indexes = [
            models.Index(
                "next_attempt_at",
                condition=models.Q(state__in=UNFINISHED),
                name="document_unfinished",
            ),
            models.Index("state", "requested_at", name="document_by_state"),
        ]
        constraints = [
            models.UniqueConstraint(
                "site",
                "kind",
                "subject_id",
                "audience",
                "version",
                name="document_once_per_version",
                violation_error_message=_("This document was asked for already."),
            ),
            models.CheckConstraint(
                condition=~models.Q(state=State.READY)
                | (~models.Q(file="") & ~models.Q(sha256="")),
                name="document_ready_has_a_file",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=State.RUNNING) | models.Q(lease_until__isnull=False),
                name="document_running_has_a_lease",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def file_name(self) -> str:
        """Return the name under which people save it."""
        plain = "".join(c if c.isalnum() else "-" for c in self.title.lower())
        name = "-".join(part for part in plain.split("-") if part)
        # Two copies of one document differ at the end of their titles.
        return name[:LONGEST_FILE_NAME].rstrip("-") + ".pdf"


class OutgoingMailQuerySet(QueuedQuerySet):
    def sent_until(self, moment: datetime) -> Self:
        """Return the mails that had left by a moment and still say something, if only to whom they went."""
        is_empty = models.Q(to=[], subject="", text="", html="", attachments=[])
        return self.filter(
            ~is_empty, state=State.READY, queued_at__lte=moment, finished_at__lte=moment
        )

    def dead_since(self, moment: datetime) -> Self:
        """Return the dead letters that were written by a moment."""
        return self.filter(state=State.FAILED, queued_at__lte=moment)


class OutgoingMail(Queued):
    """A mail to send. It may belong to no site (an invitation), and only the whole scope reads it."""

    most_attempts = settings.DELIVERY_MAIL_ATTEMPTS
    first_delay = timedelta(seconds=settings.DELIVERY_MAIL_DELAY)

    site = models.ForeignKey(
        Site, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    message_id = models.CharField(max_length=200, unique=True)
    sender = models.CharField(_("from"), max_length=254)
    to = models.JSONField(_("to"), default=list)
    subject = models.CharField(_("subject"), max_length=250)
    text = models.TextField(_("text"))
    html = models.TextField(blank=True)
    headers = models.JSONField(default=dict, blank=True)
    attachments = models.JSONField(
        default=list, blank=True
    )  # name, type, content in base64; small ones only
    queued_at = models.DateTimeField(_("written"))

    objects: ClassVar[Any] = OutgoingMailQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                "next_attempt_at", condition=models.Q(state__in=UNFINISHED), name="mail_unfinished"
            ),
            models.Index("state", "queued_at", name="mail_by_state"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state=State.RUNNING) | models.Q(lease_until__isnull=False),
                name="mail_running_has_a_lease",
            ),
        ]

    def __str__(self) -> str:
        return self.subject


class Heartbeat(models.Model):
    """When a periodic piece of work last ran, for the health page."""

    name = models.CharField(max_length=20, primary_key=True)
    beaten_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
