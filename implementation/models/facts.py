"""Dated facts that gates ask for, and the decisions that were taken at gates."""

from typing import Any, ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from implementation.models.plans import Plan
from implementation.models.stages import Gate
from mst_sites.accounts.models import User
from mst_sites.tenancy.models import SiteForeignKey, SiteOwned


class FactCode(models.TextChoices):
    """What a gate may ask for and no other row answers."""

    LICENCE_SIGNED = "LICENCE_SIGNED", _("Licence agreement signed")
    NEED_SUFFICIENT = "NEED_SUFFICIENT", _("Need is sufficient for a team")
    GOALS_SIGNED = "GOALS_SIGNED", _("Goals and Guidelines signed")
    CLINICAL_LEAD_ACCEPTED = "CLINICAL_LEAD_ACCEPTED", _("Partners accept MST's clinical lead")
    REVIEW_HELD = "REVIEW_HELD", _("Site Readiness Review held")
    REVIEW_OUTCOME = "REVIEW_OUTCOME", _("Outcome of the Site Readiness Review")
    CONDITIONS_CLOSED = "CONDITIONS_CLOSED", _("Conditions of the review closed")
    SUPERVISOR_IN_POST = "SUPERVISOR_IN_POST", _("Supervisor in post")
    THERAPISTS_IN_POST = "THERAPISTS_IN_POST", _("Therapists in post")
    ADMINISTRATOR_IN_POST = "ADMINISTRATOR_IN_POST", _("Administrator in post")
    BACK_UP_IN_POST = "BACK_UP_IN_POST", _("Back-up supervisor in post")
    ORIENTATION_DONE = "ORIENTATION_DONE", _("Five-day orientation done by all")
    SUPERVISOR_ORIENTATION_DONE = (
        "SUPERVISOR_ORIENTATION_DONE",
        _("Two-day supervisor orientation done"),
    )
    ROTA_PUBLISHED = "ROTA_PUBLISHED", _("On-call rota published")
    DATA_SET_UP = "DATA_SET_UP", _("Data collection set up")
    FIRST_FAMILY = "FIRST_FAMILY", _("First family began treatment")


class ReviewOutcome(models.TextChoices):
    """The value of the fact REVIEW_OUTCOME."""

    READY = "READY", _("Ready")
    CONDITIONS = "CONDITIONS", _("Ready with conditions")
    NOT_READY = "NOT_READY", _("Not ready")


class FactQuerySet(models.QuerySet["SiteFact"]):
    def standing(self) -> Self:
        """Return the facts that nobody has taken back."""
        return self.filter(withdrawn_at=None)


class SiteFact(SiteOwned):
    """Something that is so since a day, told by a person with evidence or by another part of the application.

    Recorded again it replaces the one before, which stays on record as taken back.
    """

    code = models.CharField(_("fact"), max_length=30, choices=FactCode)
    holds_on = models.DateField(_("since"))
    value = models.CharField(max_length=20, blank=True)
    note = models.CharField(_("in words"), max_length=500, blank=True)
    source = models.CharField(max_length=40, blank=True)  # the app that told it; empty: a person
    recorded_at = models.DateTimeField(_("recorded"))
    recorded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(_("taken back"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_reason = models.CharField(_("why it is taken back"), max_length=500, blank=True)

    objects: ClassVar[Any] = FactQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                "code", "holds_on", condition=models.Q(withdrawn_at=None), name="fact_by_its_day"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["site", "code"],
                condition=models.Q(withdrawn_at=None),
                name="fact_stands_once_per_site",
                violation_error_message=_("This fact is recorded already."),
            ),
            models.CheckConstraint(
                condition=models.Q(code=FactCode.REVIEW_OUTCOME, value__in=ReviewOutcome.values)
                | (~models.Q(code=FactCode.REVIEW_OUTCOME) & models.Q(value="")),
                name="fact_of_an_outcome_names_it",
                violation_error_message=_("Choose the outcome of the review."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_code_display()}, {self.holds_on}"


class GateOutcome(models.TextChoices):
    PASSED = "PASSED", _("Passed")
    CONDITIONS = "CONDITIONS", _("Passed with conditions")
    REFUSED = "REFUSED", _("Not passed")


class GateDecision(SiteOwned):
    """What was decided at a gate, by whom, on which day, and what was still open then. Never changed."""

    plan = SiteForeignKey(Plan, related_name="gate_decisions")
    gate = models.CharField(_("gate"), max_length=10, choices=Gate)
    outcome = models.CharField(_("outcome"), max_length=10, choices=GateOutcome)
    decided_on = models.DateField(_("decided on"))
    decided_by = models.CharField(_("decided by"), max_length=200)  # a board or a person, in words
    note = models.CharField(_("in words"), max_length=1_000, blank=True)
    open_items = models.JSONField(default=list, blank=True)  # codes of what was not met
    override_reason = models.CharField(_("reason for the exception"), max_length=1_000, blank=True)
    recorded_at = models.DateTimeField(_("recorded"))
    recorded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        indexes = [
            models.Index("site", "gate", "decided_on", name="gate_decision_of_site"),
            models.Index("decided_on", name="gate_decision_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.get_gate_display()}: {self.get_outcome_display()}"
