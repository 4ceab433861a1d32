"""The Performance Implementation Review: a half-year's figures, frozen, with the judgement of people."""

from datetime import date, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mst_sites.accounts.models import User
from mst_sites.periods import Period
from mst_sites.tenancy.models import SiteForeignKey, SiteOwned, Team

DUE_AFTER = timedelta(days=30)  # of the end of its period


class ReviewState(models.TextChoices):
    DRAFT = "DRAFT", _("Draft")
    ISSUED = "ISSUED", _("Issued")


class Review(SiteOwned):
    """One edition of a review of one team and period. An issued one never changes: a re-issue is the next edition."""

    team = SiteForeignKey(Team, related_name="reviews", db_index=False)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until, without this day"))
    edition = models.PositiveIntegerField(_("edition"), default=1)
    state = models.CharField(
        _("state"), max_length=12, choices=ReviewState, default=ReviewState.DRAFT
    )
    language = models.CharField(
        _("language"),
        max_length=10,
        choices=[("en-gb", _("English")), ("cy", _("Welsh"))],
        default="en-gb",
    )
    snapshot = models.JSONField(_("figures"))
    snapshot_sha256 = models.CharField(max_length=64)
    summary = models.TextField(_("summary"), blank=True)
    strengths = models.TextField(_("strengths"), blank=True)
    barriers = models.TextField(_("barriers to progress"), blank=True)
    recommendations = models.TextField(_("recommendations"), blank=True)
    identifier_reason = models.CharField(
        _("why it is right to keep what looks like an identifier"),
        max_length=500,
        blank=True,
        db_default="",
    )
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    requested_at = models.DateTimeField(_("requested"))
    issued_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    issued_at = models.DateTimeField(_("issued"), null=True, blank=True)
    supersedes = SiteForeignKey("self", null=True, blank=True, related_name="superseded_by")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["site", "team", "starts_on", "ends_on", "edition"],
                name="review_once_per_edition",
                violation_error_message=_("There is a review of this team and period already."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")),
                name="review_starts_before_it_ends",
                violation_error_message=_("A period must end after it starts."),
            ),
            models.CheckConstraint(
                condition=Q(state=ReviewState.DRAFT, issued_at=None)
                | (
                    Q(state=ReviewState.ISSUED, issued_at__isnull=False, snapshot__isnull=False)
                    & ~Q(snapshot_sha256="")
                ),
                name="review_issued_with_its_figures",
            ),
        ]

    def __str__(self) -> str:
        return self.period.label

    @property
    def period(self) -> Period:
        return Period(self.starts_on, self.ends_on)

    @property
    def is_issued(self) -> bool:
        return self.state == ReviewState.ISSUED

    @property
    def due_on(self) -> date | None:
        """The day by which a draft is to be issued; a further edition follows an issued one, and has none."""
        return None if self.is_issued or self.edition > 1 else self.ends_on + DUE_AFTER

    def is_late_on(self, day: date) -> bool:
        return self.due_on is not None and self.due_on < day
