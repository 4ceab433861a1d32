"""A family's course of treatment, known by an opaque reference alone, and its adherence scores."""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from consultation.models.imports import EpisodeImport
from consultation.models.templates import ClosureReason
from mst_sites.periods import Period
from mst_sites.tenancy.models import SiteForeignKey, SiteOwned, Team

EARLIER_THAN = (
    ("referred_on", "accepted_on"),
    ("referred_on", "started_on"),
    ("referred_on", "closed_on"),
    ("accepted_on", "started_on"),
    ("accepted_on", "closed_on"),
    ("started_on", "closed_on"),
)


class EpisodeQuerySet(models.QuerySet["Episode"]):
    def of_team(self, team: Team) -> Self:
        """Return a team's episodes by way of the indexes, which the site leads."""
        return self.filter(site=team.site_id, team=team)

    def touching(self, period: Period) -> Self:
        """Return what was referred in the period, started before its end or closed in it, and not closed before."""
        return self.filter(
            Q(referred_on__gte=period.starts_on, referred_on__lt=period.ends_on)
            | Q(closed_on__gte=period.starts_on, closed_on__lt=period.ends_on)
            | Q(closed_on=None, started_on__lt=period.ends_on)
            | Q(closed_on__gte=period.ends_on, started_on__lt=period.ends_on)
        )


class Episode(SiteOwned):
    """One family's referral, treatment and closure in one team. Null is "not known"."""

    team = SiteForeignKey(Team, related_name="episodes", db_index=False)
    case_ref = models.CharField(_("case reference"), max_length=40)
    referred_on = models.DateField(_("referred on"), null=True, blank=True)
    accepted_on = models.DateField(_("accepted on"), null=True, blank=True)
    started_on = models.DateField(_("started on"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    closure_reason = models.ForeignKey(
        ClosureReason,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("reason for closing"),
        db_index=False,
    )
    at_home = models.BooleanField(_("living at home"), null=True, blank=True)
    school_work = models.BooleanField(_("in school or work"), null=True, blank=True)
    no_new_arrests = models.BooleanField(_("no new arrests"), null=True, blank=True)
    imported_in = SiteForeignKey(EpisodeImport, null=True, blank=True, related_name="episodes")
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[Any] = EpisodeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["site", "team", "case_ref"],
                name="episode_once_per_case_reference",
                violation_error_message=_(
                    "This team has an episode with this case reference already."
                ),
            ),
            models.CheckConstraint(condition=~Q(case_ref=""), name="episode_has_a_case_reference"),
            models.CheckConstraint(
                condition=Q(closed_on=None, closure_reason=None)
                | Q(closed_on__isnull=False, closure_reason__isnull=False),
                name="episode_closed_with_a_reason",
                violation_error_message=_(
                    "A closed episode needs its closing date and a closure code."
                ),
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{later}__gte": F(earlier)}),
                    name=f"episode_{earlier}_before_{later}",
                    violation_error_message=_("The dates of an episode must follow one another."),
                )
                for earlier, later in EARLIER_THAN
            ),
        ]
        indexes = [
            models.Index(fields=["site", "team", "referred_on"], name="episode_by_referral"),
            models.Index(fields=["site", "team", "started_on"], name="episode_by_start"),
            models.Index(fields=["site", "team", "closed_on"], name="episode_by_closure"),
        ]

    def __str__(self) -> str:
        return self.case_ref


class TamR(SiteOwned):
    """One monthly interview with a carer about the therapist's adherence, as the score that was reported."""

    episode = SiteForeignKey(Episode, related_name="tam_rs", db_index=False)
    collected_on = models.DateField(_("collected on"))
    score = models.DecimalField(_("score"), max_digits=5, decimal_places=4)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["site", "episode", "collected_on"],
                name="tam_r_once_a_day",
                violation_error_message=_("This family has a TAM-R of this day already."),
            ),
            models.CheckConstraint(
                condition=Q(score__gte=0, score__lte=1),
                name="tam_r_score_from_0_to_1",
                violation_error_message=_("A TAM-R score is between 0 and 1."),
            ),
        ]
        indexes = [models.Index(fields=["site", "collected_on"], name="tam_r_by_day")]

    def __str__(self) -> str:
        return f"{self.score}"
