"""An enquiry about setting up a team, before there is a site, and what MST UK wrote about it."""

import uuid
from datetime import date, timedelta
from typing import Any, ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from mst_sites.accounts.models import User
from mst_sites.periods import Nation as Calendar
from mst_sites.periods import add_working_days, local_day
from mst_sites.tenancy.models import MstModel, Nation, Site


class Heard(models.TextChoices):
    """How somebody came to ask."""

    COLLEAGUE = "COLLEAGUE", _("A colleague or another area")
    MST_TEAM = "MST_TEAM", _("A team that works with MST")
    WEB = "WEB", _("The web")
    EVENT = "EVENT", _("A conference or an event")
    RESEARCH = "RESEARCH", _("Research or a guideline")
    COMMISSIONER = "COMMISSIONER", _("A commissioner or a funder")
    OTHER = "OTHER", _("Something else")


class EnquiryState(models.TextChoices):
    OPEN = "OPEN", _("Open")
    CLOSED = "CLOSED", _("Closed")


class EnquiryOutcome(models.TextChoices):
    """What became of an enquiry; empty while it is open."""

    PROCEED = "PROCEED", _("Became a site")
    NOT_A_FIT = "NOT_A_FIT", _("Not a fit for MST")
    WITHDRAWN = "WITHDRAWN", _("Withdrawn by whoever asked")
    DUPLICATE = "DUPLICATE", _("Duplicate of another enquiry")
    PASSED_ON = "PASSED_ON", _("Passed to another network partner")
    NO_REPLY = "NO_REPLY", _("No reply from whoever asked")


class EnquiryQuerySet(models.QuerySet["Enquiry"]):
    def open(self) -> Self:
        return self.filter(state=EnquiryState.OPEN)

    def unanswered(self) -> Self:
        """Return the open ones to which nobody has written back yet."""
        return self.open().filter(first_answered_on=None)

    def kept_long_enough(self, before: Any) -> Self:
        """Return what was closed before a moment and did not become a site."""
        closed = self.filter(state=EnquiryState.CLOSED, closed_at__lt=before)
        return closed.exclude(outcome=EnquiryOutcome.PROCEED)


class Enquiry(models.Model):
    """Somebody who thinks of setting up a team, in their own words. It belongs to no site until it becomes one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    contact_name = models.CharField(_("name"), max_length=120)
    organisation = models.CharField(_("organisation"), max_length=120)
    role = models.CharField(_("role"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail address"), max_length=254)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    nation = models.CharField(_("nation"), max_length=20, choices=Nation)
    area = models.CharField(_("area"), max_length=120)
    model = models.CharField(_("MST model"), max_length=12, choices=MstModel, blank=True)
    need = models.TextField(_("what is needed"), max_length=3_000)
    identifier_reason = models.CharField(max_length=200, blank=True)
    heard = models.CharField(_("how they heard"), max_length=14, choices=Heard, blank=True)
    language = models.CharField(
        _("language"),
        max_length=10,
        default="en-gb",
        choices=[("en-gb", _("English")), ("cy", _("Welsh"))],
    )
    received_at = models.DateTimeField(_("received"))
    state = models.CharField(
        _("state"), max_length=6, choices=EnquiryState, default=EnquiryState.OPEN
    )
    owner = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner"),
    )
    first_answered_on = models.DateField(_("first answered on"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=EnquiryOutcome, blank=True)
    outcome_reason = models.CharField(_("reason"), max_length=500, blank=True)
    duplicate_of = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    closed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    site = models.ForeignKey(
        Site, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[Any] = EnquiryQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index("state", models.F("received_at").desc(), name="enquiry_by_state"),
            models.Index("closed_at", name="enquiry_by_end"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state=EnquiryState.OPEN, outcome="", closed_at=None)
                | (
                    models.Q(state=EnquiryState.CLOSED, closed_at__isnull=False)
                    & ~models.Q(outcome="")
                ),
                name="enquiry_closed_has_its_outcome",
                violation_error_message=_("Choose what became of the enquiry."),
            ),
            models.CheckConstraint(
                condition=models.Q(outcome=EnquiryOutcome.PROCEED, site__isnull=False)
                | (~models.Q(outcome=EnquiryOutcome.PROCEED) & models.Q(site=None)),
                name="enquiry_that_proceeds_names_its_site",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}, {self.area}"

    @property
    def reference(self) -> str:
        """Return what people quote; it is no key to anything."""
        return f"E-{str(self.pk)[:8].upper()}"

    @property
    def received_on(self) -> date:
        return local_day(self.received_at)

    @property
    def is_open(self) -> bool:
        return self.state == EnquiryState.OPEN

    def answer_due_on(self, working_days: int) -> date:
        """Return the last day on which an answer is not late."""
        return add_working_days(self.received_on, working_days, Calendar(self.nation))

    def waits_since(self, today: date) -> timedelta:
        return today - self.received_on


class EnquiryNote(models.Model):
    """What somebody of MST UK wrote about an enquiry; PostgreSQL lets nobody change it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    enquiry = models.ForeignKey(Enquiry, on_delete=models.PROTECT, related_name="notes")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("note"), max_length=5_000)
    written_at = models.DateTimeField(_("written"))

    class Meta:
        indexes = [models.Index("enquiry", "written_at", name="enquiry_note_of_enquiry")]

    def __str__(self) -> str:
        return f"{self.author}, {self.written_at:%Y-%m-%d}"
