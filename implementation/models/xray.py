"""What a look through a site found, kept week by week so that a trend shows."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from mst_sites.tenancy.models import SiteOwned


class XrayReading(SiteOwned):
    """One week of a site: what was found on the last day of it on which somebody looked. A new day replaces it."""

    week_on = models.DateField(_("week from"))  # its Monday
    read_on = models.DateField(_("looked at on"))
    high_count = models.PositiveSmallIntegerField(_("high"), default=0)
    medium_count = models.PositiveSmallIntegerField(_("medium"), default=0)
    low_count = models.PositiveSmallIntegerField(_("low"), default=0)
    rule_codes = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    is_latest = models.BooleanField(default=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["-high_count", "-medium_count", "-low_count"],
                condition=models.Q(is_latest=True),
                name="xray_reading_worst_first",
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["site", "week_on"], name="xray_reading_once_per_week"),
            models.UniqueConstraint(
                fields=["site"],
                condition=models.Q(is_latest=True),
                name="xray_reading_latest_once",
            ),
            models.CheckConstraint(
                condition=models.Q(read_on__gte=models.F("week_on")),
                name="xray_reading_is_of_its_week",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.read_on}: {self.high_count}, {self.medium_count}, {self.low_count}"
