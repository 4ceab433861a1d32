"""What was forecast for sites that have opened since, so that forecasts can be held against what happened."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from implementation.models.stages import Stage
from mst_sites.tenancy.models import SiteOwned


class PastForecast(SiteOwned):
    """The forecast at the end of a month, with what was on record by then, of a site that has opened since.

    Worked out from moves that never change, so that it can be thrown away and worked out anew.
    """

    made_on = models.DateField(_("as at"))
    method = models.PositiveSmallIntegerField()  # the edition of the arithmetic
    opened_on = models.DateField(_("opened"))
    stage = models.CharField(_("stage"), max_length=1, choices=Stage)
    refusal = models.CharField(max_length=20, blank=True)
    ended_sites = models.PositiveIntegerField(_("sites it rests on"))
    earliest_on = models.DateField(_("from"), null=True, blank=True)
    median_on = models.DateField(_("middle"), null=True, blank=True)
    latest_on = models.DateField(_("to"), null=True, blank=True)
    is_open_ended = models.BooleanField(default=False)
    worked_out_at = models.DateTimeField(_("worked out"))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["site", "made_on", "method"], name="past_forecast_once_a_month"
            ),
            models.CheckConstraint(
                condition=models.Q(refusal="", median_on__isnull=False)
                | (~models.Q(refusal="") & models.Q(median_on=None)),
                name="past_forecast_or_why_there_is_none",
            ),
            models.CheckConstraint(
                condition=models.Q(opened_on__gt=models.F("made_on")),
                name="past_forecast_was_made_before_opening",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.made_on}: {self.median_on}"

    @property
    def covers(self) -> bool:
        """Tell whether the site opened within the interval."""
        if self.earliest_on is None or self.latest_on is None:
            return False
        is_early_enough = self.is_open_ended or self.opened_on <= self.latest_on
        return self.earliest_on <= self.opened_on and is_early_enough

    @property
    def error_days(self) -> int | None:
        """Return by how many days the site opened later than the middle; under nought is earlier."""
        return None if self.median_on is None else (self.opened_on - self.median_on).days
