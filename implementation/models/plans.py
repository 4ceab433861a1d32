"""A site's set-up plan: its activities, every opening day that was planned, and every move from stage to stage."""

from datetime import date
from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from implementation.models.stages import Party, Stage
from implementation.models.templates import PlannedStep, PlanTemplate, own_code_validator
from mst_sites.accounts.models import User
from mst_sites.tenancy.models import SiteForeignKey, SiteOwned


class PlanState(models.TextChoices):
    ACTIVE = "ACTIVE", _("Under way")
    ON_HOLD = "ON_HOLD", _("On hold")
    WITHDRAWN = "WITHDRAWN", _("Withdrawn")
    OPEN = "OPEN", _("Open")


class Plan(SiteOwned):
    """Where a site stands on its way. What a list of sites must know is kept here by the operations that change it."""

    template = models.ForeignKey(PlanTemplate, on_delete=models.PROTECT, related_name="+")
    started_on = models.DateField(_("first enquiry"))
    planned_opening_on = models.DateField(_("planned opening"), null=True, blank=True)
    stage = models.CharField(_("stage"), max_length=1, choices=Stage, default=Stage.ENQUIRY)
    stage_since = models.DateField(_("in this stage since"))
    state = models.CharField(_("state"), max_length=10, choices=PlanState, default=PlanState.ACTIVE)
    guided_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("guided by"),
    )
    # From here down: worked out from the activities whenever one of them changes.
    turn = models.CharField(_("whose turn"), max_length=12, choices=Party, blank=True)
    turn_since = models.DateField(_("since"), null=True, blank=True, editable=False)
    next_due_on = models.DateField(_("next due"), null=True, blank=True, editable=False)
    applicable_count = models.PositiveSmallIntegerField(default=0)
    completed_count = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index("stage", "state", name="plan_by_stage"),
            models.Index("planned_opening_on", name="plan_by_opening"),
            models.Index("next_due_on", name="plan_by_next_due"),
        ]
        constraints = [
            models.UniqueConstraint(
                "site",
                name="plan_once_per_site",
                violation_error_message=_("This site has its set-up plan already."),
            ),
            models.CheckConstraint(
                condition=models.Q(planned_opening_on=None)
                | models.Q(planned_opening_on__gte=models.F("started_on")),
                name="plan_opens_after_it_starts",
                violation_error_message=_("The opening cannot be before the first enquiry."),
            ),
            models.CheckConstraint(
                condition=models.Q(stage_since__gte=models.F("started_on")),
                name="plan_reaches_a_stage_after_it_starts",
            ),
            models.CheckConstraint(
                condition=models.Q(completed_count__lte=models.F("applicable_count")),
                name="plan_completes_what_applies",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_stage_display()}, {self.get_state_display()}"


class ActivityQuerySet(models.QuerySet["Activity"]):
    def applicable(self) -> Self:
        """Return what counts for the site: neither what does not apply nor what an upgrade left over."""
        return self.filter(not_applicable_reason="", is_left_over=False)

    def open(self) -> Self:
        """Return what is still to be done."""
        return self.applicable().filter(completed_on=None)

    def overdue(self, today: date) -> Self:
        """Return what should have been done before today."""
        return self.open().filter(forecast_on__lt=today)

    def in_order(self) -> Self:
        return self.order_by("stage", "position", "code")


class Activity(PlannedStep, SiteOwned):
    """One thing that a site does on its way; the words are frozen from the template, the answers are the site's.

    A local one is none of the template's: MST UK added it for this site alone, and an upgrade leaves it as it is.
    """

    code = models.CharField(_("code"), max_length=3, validators=[own_code_validator])
    depends_on = ArrayField(
        models.CharField(max_length=3, validators=[own_code_validator]),
        verbose_name=_("waits for"),
        default=list,
        blank=True,
    )
    plan = SiteForeignKey(Plan, related_name="activities")
    owner = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner"),
    )
    forecast_on = models.DateField(_("forecast"), null=True, blank=True)
    is_fixed = models.BooleanField(_("this day is fixed"), default=False)
    completed_on = models.DateField(_("done on"), null=True, blank=True)
    not_applicable_reason = models.CharField(_("why it does not apply"), max_length=500, blank=True)
    # Who said so last; None: nobody did, or no person. MST UK has agreed where it said so itself, or said so again.
    excluded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    is_exclusion_agreed = models.BooleanField(default=False, db_default=False, editable=False)
    # No longer in the template that the plan was upgraded to; kept because somebody had answered it.
    is_left_over = models.BooleanField(default=False, editable=False)
    is_local = models.BooleanField(default=False, db_default=False, editable=False)
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[Any] = ActivityQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index("site", "stage", "position", name="activity_of_site"),
            models.Index(
                "site",
                "forecast_on",
                condition=models.Q(completed_on=None, not_applicable_reason=""),
                name="activity_open_by_forecast",
            ),
            models.Index("owner", condition=models.Q(completed_on=None), name="activity_of_owner"),
        ]
        constraints = [
            models.UniqueConstraint(
                "site",
                "plan",
                "code",
                name="activity_code_once_per_plan",
                violation_error_message=_("Another activity of this plan has this code."),
            ),
            models.CheckConstraint(
                condition=models.Q(completed_on=None) | models.Q(not_applicable_reason=""),
                name="activity_is_done_or_does_not_apply",
                violation_error_message=_("What is done applies: take the reason or the day away."),
            ),
            models.CheckConstraint(
                condition=models.Q(code__startswith=models.F("stage")),
                name="activity_code_names_its_stage",
            ),
            models.CheckConstraint(
                condition=models.Q(is_local=False) | models.Q(is_left_over=False),
                name="activity_of_a_site_is_never_left_over",
            ),
        ]

    @property
    def is_applicable(self) -> bool:
        return not self.not_applicable_reason

    @property
    def is_open(self) -> bool:
        return self.is_applicable and self.completed_on is None


class OpeningReason(models.TextChoices):
    """Why a planned opening day was set or moved."""

    FIRST_PLANNED = "FIRST_PLANNED", _("First planned")
    FUNDING = "FUNDING", _("Funding decision")
    RECRUITMENT = "RECRUITMENT", _("Recruitment")
    TRAINING = "TRAINING", _("Training dates")
    GOALS = "GOALS", _("Goals and Guidelines not agreed yet")
    READINESS = "READINESS", _("Conditions of the readiness review")
    PARTNERS = "PARTNERS", _("Decision of a partner")
    PREMISES = "PREMISES", _("Premises or equipment")
    EARLIER = "EARLIER", _("Ready earlier than planned")
    OTHER = "OTHER", _("Something else")


class OpeningChange(SiteOwned):
    """A planned opening day that was given up for another, for ever on record."""

    plan = SiteForeignKey(Plan, related_name="opening_changes")
    old_on = models.DateField(_("from"), null=True, blank=True, editable=False)
    new_on = models.DateField(_("to"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=14, choices=OpeningReason)
    note = models.CharField(_("in words"), max_length=500, blank=True)
    changed_at = models.DateTimeField(_("changed"))
    changed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        indexes = [models.Index("site", "changed_at", name="opening_change_of_site")]

    def __str__(self) -> str:
        return f"{self.old_on} → {self.new_on}"


class TransitionKind(models.TextChoices):
    START = "START", _("Begun")
    MOVE = "MOVE", _("Moved")
    HOLD = "HOLD", _("Put on hold")
    RESUME = "RESUME", _("Taken up again")
    WITHDRAW = "WITHDRAW", _("Withdrawn")
    OPEN = "OPEN", _("Opened")


class TransitionReason(models.TextChoices):
    """Why a site was put on hold or withdrawn; empty for every other move."""

    FUNDING = "FUNDING", _("Funding not found or ended")
    NEED = "NEED", _("Too few families in need of it")
    PRIORITIES = "PRIORITIES", _("Local priorities changed")
    REORGANISATION = "REORGANISATION", _("Reorganisation of an agency")
    RECRUITMENT = "RECRUITMENT", _("Posts could not be filled")
    FIDELITY = "FIDELITY", _("Requirements of the model cannot be met")
    OTHER_SERVICE = "OTHER_SERVICE", _("Another service was chosen")
    OTHER = "OTHER", _("Something else")


class StageTransition(SiteOwned):
    """One move of a site, as it happened and never changed: what forecasts of other sites rest on."""

    plan = SiteForeignKey(Plan, related_name="transitions")
    kind = models.CharField(_("move"), max_length=8, choices=TransitionKind)
    from_stage = models.CharField(_("from"), max_length=1, choices=Stage, blank=True)
    to_stage = models.CharField(_("to"), max_length=1, choices=Stage)
    happened_on = models.DateField(_("on"))
    reason = models.CharField(_("reason"), max_length=14, choices=TransitionReason, blank=True)
    note = models.CharField(_("in words"), max_length=500, blank=True)
    recorded_at = models.DateTimeField(_("recorded"))
    recorded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        indexes = [models.Index("site", "happened_on", "recorded_at", name="transition_of_site")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["HOLD", "WITHDRAW"]) ^ models.Q(reason=""),
                name="transition_names_why_a_site_stopped",
                violation_error_message=_("Choose why the site stops."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.happened_on}"
