"""Who pays for a service, for how long, what it costs, and who was reminded that the money ends."""

from datetime import date
from typing import Any, ClassVar, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from mst_sites.accounts.models import User
from mst_sites.tenancy.models import Organisation, SiteForeignKey, SiteOwned


class FundingKind(models.TextChoices):
    GRANT = "GRANT", _("Grant")
    MAINSTREAM = "MAINSTREAM", _("Mainstream budget")
    POOLED = "POOLED", _("Pooled budget of several agencies")
    REINVESTED = "REINVESTED", _("Savings put in again")
    SOCIAL_IMPACT_BOND = "SOCIAL_IMPACT_BOND", _("Social impact bond")
    OTHER = "OTHER", _("Something else")


class RestartRisk(models.TextChoices):
    """How likely a service stops, and has to begin anew, when this money ends."""

    LOW = "LOW", _("Low")
    MEDIUM = "MEDIUM", _("Medium")
    HIGH = "HIGH", _("High")


class Renewal(models.TextChoices):
    RENEWED = "RENEWED", _("Goes on")
    ENDED = "ENDED", _("Will not go on")


def amount(label: Any, *, is_optional: bool = False) -> Any:
    return models.DecimalField(
        label,
        max_digits=11,
        decimal_places=2,
        null=is_optional,
        blank=is_optional,
        validators=[MinValueValidator(0)],
    )


class FundingQuerySet(models.QuerySet["FundingSource"]):
    def standing(self) -> Self:
        """Return the sources that nobody has taken back."""
        return self.filter(withdrawn_at=None)

    def in_order(self) -> Self:
        return self.order_by("starts_on", "ends_on", "id")


class FundingSource(SiteOwned):
    """An amount of money for a term; once confirmed, a file shows it."""

    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("funder"),
    )
    funder_name = models.CharField(_("name of the funder"), max_length=160, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=FundingKind)
    amount = amount(_("amount for the whole term"))
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until, without this day"))
    renewal_decision_on = models.DateField(_("decision on renewal"), null=True, blank=True)
    renewal = models.CharField(_("what was decided"), max_length=8, choices=Renewal, blank=True)
    lead = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("lead"),
    )
    conditions = models.TextField(_("conditions"), max_length=2_000, blank=True)
    restart_risk = models.CharField(
        _("restart risk"), max_length=6, choices=RestartRisk, blank=True
    )
    confirmed_on = models.DateField(_("confirmed on"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("taken back"), null=True, blank=True)
    withdrawn_reason = models.CharField(_("why it is taken back"), max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[Any] = FundingQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                "ends_on", condition=models.Q(withdrawn_at=None), name="funding_by_its_end"
            ),
            models.Index("site", "starts_on", name="funding_of_site"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gt=models.F("starts_on")),
                name="funding_ends_after_it_starts",
                violation_error_message=_("The money must end after it starts."),
            ),
            models.CheckConstraint(
                condition=models.Q(organisation=None) ^ models.Q(funder_name=""),
                name="funding_has_one_funder",
                violation_error_message=_("Choose the funder, or write the name of another one."),
            ),
            models.CheckConstraint(
                condition=models.Q(renewal_decision_on=None)
                | models.Q(renewal_decision_on__lte=models.F("ends_on")),
                name="funding_is_renewed_before_it_ends",
                violation_error_message=_("The decision comes before the money ends."),
            ),
            models.CheckConstraint(
                condition=models.Q(amount__gt=0),
                name="funding_is_more_than_nothing",
                violation_error_message=_("The amount is more than nothing."),
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at=None) | ~models.Q(withdrawn_reason=""),
                name="funding_taken_back_says_why",
                violation_error_message=_("Say why it is taken back."),
            ),
        ]

    def __str__(self) -> str:
        return self.funder

    @property
    def funder(self) -> str:
        return self.organisation.name if self.organisation else self.funder_name

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_on is not None

    def is_decision_overdue(self, today: date) -> bool:
        """Tell whether the day of the decision has passed and nobody has said what was decided."""
        due_on = self.renewal_decision_on
        return due_on is not None and due_on < today and not self.renewal


class FundingShare(SiteOwned):
    """What a partner bears of a source, in per cent."""

    source = SiteForeignKey(FundingSource, on_delete=models.CASCADE, related_name="shares")
    partner = models.CharField(_("partner"), max_length=120)
    percent = models.DecimalField(
        _("share, per cent"),
        max_digits=5,
        decimal_places=2,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "site",
                "source",
                "partner",
                name="share_once_per_partner",
                violation_error_message=_("This partner has a share already."),
            ),
            models.CheckConstraint(
                condition=models.Q(percent__gt=0, percent__lte=100),
                name="share_is_a_part_of_the_whole",
                violation_error_message=_("A share is more than 0 and at most 100 per cent."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner}, {self.percent} %"


class CostKind(models.TextChoices):
    POSTS = "POSTS", _("Posts")
    LICENCE = "LICENCE", _("Licence and consultation")
    TRAINING = "TRAINING", _("Training")
    TRAVEL = "TRAVEL", _("Travel")
    PREMISES = "PREMISES", _("Premises")
    OTHER = "OTHER", _("Other")


class CostQuerySet(models.QuerySet["CostLine"]):
    def kept(self) -> Self:
        return self.filter(removed_at=None)


class CostLine(SiteOwned):
    """What one thing costs in a year."""

    kind = models.CharField(_("kind"), max_length=10, choices=CostKind)
    title = models.CharField(_("what for"), max_length=160)
    amount = amount(_("cost in a year"))
    grounds = models.CharField(_("where the figure comes from"), max_length=300, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[Any] = CostQuerySet.as_manager()

    class Meta:
        indexes = [models.Index("site", "kind", name="cost_line_of_site")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount__gte=0),
                name="cost_is_not_negative",
                violation_error_message=_("A cost is nothing or more."),
            )
        ]

    def __str__(self) -> str:
        return self.title


class Sustainability(SiteOwned):
    """How a site goes on when the money ends, and what the model of its net position assumes."""

    exit_plan = models.TextField(_("exit plan"), max_length=3_000, blank=True)
    days_saved_low = amount(_("days saved for each family, low"), is_optional=True)
    days_saved_central = amount(_("days saved for each family, central"), is_optional=True)
    days_saved_high = amount(_("days saved for each family, high"), is_optional=True)
    cost_per_day = amount(_("cost of one day in a placement"), is_optional=True)
    placement_cost = amount(_("cost of one placement"), is_optional=True)
    grounds = models.TextField(_("where these come from"), max_length=1_000, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "site",
                name="sustainability_once_per_site",
                violation_error_message=_("Somebody else wrote this a moment ago."),
            ),
            models.CheckConstraint(
                condition=models.Q(
                    days_saved_low=None, days_saved_central=None, days_saved_high=None
                )
                | models.Q(
                    days_saved_low__isnull=False,
                    days_saved_central__isnull=False,
                    days_saved_high__isnull=False,
                    days_saved_low__lte=models.F("days_saved_central"),
                    days_saved_central__lte=models.F("days_saved_high"),
                ),
                name="days_saved_rise_from_low_to_high",
                violation_error_message=_("The days rise from low to central to high."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cost_per_day}"


class ReminderAbout(models.TextChoices):
    MONEY_ENDS = "MONEY_ENDS", _("The money ends")
    DECISION = "DECISION", _("Decision on renewal")


class FundingReminder(SiteOwned):
    """That one person was reminded of one day, so many months before. Never changed: it keeps a second mail back."""

    source = SiteForeignKey(FundingSource, related_name="reminders")
    about = models.CharField(_("about"), max_length=10, choices=ReminderAbout)
    about_on = models.DateField(_("day"))
    months = models.PositiveSmallIntegerField(_("months before"))
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(_("reminded"))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "site",
                "source",
                "about",
                "about_on",
                "months",
                "person",
                name="reminder_once_per_person_and_day",
                violation_error_message=_("This person was reminded already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_about_display()}, {self.about_on}, {self.months}"
