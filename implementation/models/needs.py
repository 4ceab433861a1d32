"""What the need of a place is, what a team could do about it, and the papers that told a board so."""

from typing import Any, ClassVar, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from implementation.models.defaults import CapacityDefaults
from mst_sites.accounts.models import User
from mst_sites.tenancy.models import MstModel, SiteOwned

LARGEST_COUNT = 10_000_000


class FigureCode(models.TextChoices):
    """What a needs analysis counts, each for one year."""

    POPULATION = "POPULATION", _("Young people aged 11 to 17, in the middle of the year")
    CARE_ENTRIES = "CARE_ENTRIES", _("Young people aged 11 to 17 who entered care")
    PLACEMENT_DAYS = "PLACEMENT_DAYS", _("Their days in placements")
    PLACEMENT_COST = "PLACEMENT_COST", _("What these days cost")
    CUSTODY = "CUSTODY", _("Sentences to custody and remands")
    YOUTH_JUSTICE = "YOUTH_JUSTICE", _("Youth justice caseload")
    EXCLUSIONS = "EXCLUSIONS", _("Permanent exclusions from school")
    CHILD_IN_NEED = "CHILD_IN_NEED", _("Children in need because of their behaviour")
    CAMHS = "CAMHS", _("CAMHS referrals with conduct problems")


class Confidence(models.TextChoices):
    HIGH = "HIGH", _("Counted")
    MEDIUM = "MEDIUM", _("Counted in part")
    LOW = "LOW", _("Estimated")


class NeedsAnalysis(SiteOwned):
    """One edition of a site's needs analysis. A change is the next edition; none is ever overwritten."""

    number = models.PositiveSmallIntegerField(_("edition"))
    areas = models.CharField(_("areas"), max_length=300)
    figures = models.JSONField(default=dict, blank=True)  # by FigureCode: `queries.needs.Figure`
    eligible_low = models.PositiveIntegerField(_("eligible, low"), null=True, blank=True)
    eligible_central = models.PositiveIntegerField(_("eligible, central"), null=True, blank=True)
    eligible_high = models.PositiveIntegerField(_("eligible, high"), null=True, blank=True)
    eligible_source = models.CharField(_("source"), max_length=300, blank=True)
    eligible_year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    eligible_confidence = models.CharField(
        _("confidence"), max_length=6, choices=Confidence, blank=True
    )
    existing_services = models.TextField(_("existing services"), max_length=3_000, blank=True)
    gap = models.TextField(_("the gap"), max_length=3_000, blank=True)
    written_at = models.DateTimeField(_("written"))
    written_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "site",
                "number",
                name="needs_edition_once_per_site",
                violation_error_message=_("Somebody else saved this edition a moment ago."),
            ),
            models.CheckConstraint(
                condition=models.Q(eligible_low=None, eligible_central=None, eligible_high=None)
                | models.Q(
                    eligible_low__isnull=False,
                    eligible_central__isnull=False,
                    eligible_high__isnull=False,
                    eligible_low__lte=models.F("eligible_central"),
                    eligible_central__lte=models.F("eligible_high"),
                ),
                name="needs_estimate_rises_from_low_to_high",
                violation_error_message=_("The estimate rises from low to central to high."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.areas}, {self.number}"

    @property
    def version(self) -> int:
        """Return what a form that was made from this edition names."""
        return self.number

    @property
    def has_estimate(self) -> bool:
        return self.eligible_central is not None


class ScenarioQuerySet(models.QuerySet["CapacityScenario"]):
    def kept(self) -> Self:
        """Return the scenarios that nobody has put away."""
        return self.filter(put_away_at=None)

    def in_order(self) -> Self:
        """Put the one that the site plans with first."""
        return self.order_by("-is_planned", "name", "id")


def per_cent(label: Any) -> Any:
    return models.DecimalField(
        label,
        max_digits=4,
        decimal_places=1,
        validators=[
            MinValueValidator(1, _("Write a share from 1 to 100 per cent.")),
            MaxValueValidator(100, _("Write a share from 1 to 100 per cent.")),
        ],
    )


class CapacityScenario(SiteOwned):
    """What a service could do under named assumptions; one scenario at a time is the one that the site plans with."""

    name = models.CharField(_("name"), max_length=120)
    model = models.CharField(
        _("MST model"), max_length=12, choices=MstModel, default=MstModel.STANDARD
    )
    teams = models.PositiveSmallIntegerField(
        _("teams"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(20)],
    )
    therapists = models.DecimalField(
        _("therapists in each team, whole time"),
        max_digits=3,
        decimal_places=1,
        validators=[MinValueValidator(1), MaxValueValidator(10)],
    )
    caseload = models.DecimalField(
        _("families for each therapist at a time"),
        max_digits=3,
        decimal_places=1,
        validators=[MinValueValidator(1), MaxValueValidator(10)],
    )
    treatment_months = models.DecimalField(
        _("months of treatment"),
        max_digits=3,
        decimal_places=1,
        validators=[MinValueValidator(1), MaxValueValidator(24)],
    )
    utilisation = per_cent(_("places in use, per cent"))
    acceptance = per_cent(_("eligible young people whose families take part, per cent"))
    eligible_low = models.PositiveIntegerField(_("eligible, low"))
    eligible_central = models.PositiveIntegerField(_("eligible, central"))
    eligible_high = models.PositiveIntegerField(_("eligible, high"))
    grounds = models.TextField(_("where the assumptions come from"), max_length=1_000, blank=True)
    # What the figures started from; empty for what is older than the editions, and means the first one.
    started_from = models.ForeignKey(
        CapacityDefaults, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_planned = models.BooleanField(_("the one we plan with"), default=False)
    put_away_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField(_("saved"))
    saved_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects: ClassVar[Any] = ScenarioQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["site", "name"],
                condition=models.Q(put_away_at=None),
                name="scenario_name_once_per_site",
                violation_error_message=_("Another scenario of this site has this name."),
            ),
            models.UniqueConstraint(
                fields=["site"],
                condition=models.Q(is_planned=True),
                name="scenario_planned_once_per_site",
                violation_error_message=_("Somebody else chose another scenario a moment ago."),
            ),
            models.CheckConstraint(
                condition=models.Q(is_planned=False) | models.Q(put_away_at=None),
                name="scenario_that_is_planned_is_kept",
                violation_error_message=_("Plan with another scenario before this one goes."),
            ),
            models.CheckConstraint(
                condition=models.Q(
                    eligible_low__lte=models.F("eligible_central"),
                    eligible_central__lte=models.F("eligible_high"),
                ),
                name="scenario_estimate_rises_from_low_to_high",
                violation_error_message=_("The estimate rises from low to central to high."),
            ),
            models.CheckConstraint(
                condition=models.Q(
                    teams__gte=1,
                    therapists__gt=0,
                    caseload__gt=0,
                    treatment_months__gt=0,
                    utilisation__gt=0,
                    utilisation__lte=100,
                    acceptance__gt=0,
                    acceptance__lte=100,
                ),
                name="scenario_assumes_what_can_be",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class BoardPaper(SiteOwned):
    """Need and capacity on one page, as they were when somebody asked for it. Never changed."""

    content = models.JSONField(default=dict)
    sha256 = models.CharField(max_length=64)
    asked_at = models.DateTimeField(_("asked for"))
    asked_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "site",
                "sha256",
                name="paper_once_per_content",
                violation_error_message=_("This paper was asked for already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d}"
