"""The look through every site that the clock takes each day."""

from collections.abc import Collection
from datetime import date

from django.db import transaction

from implementation.models import XrayReading
from implementation.queries.looks import looks_of
from implementation.queries.xray import readable_plans, reading_of
from mst_sites.periods import monday_of

KEPT = ("read_on", "high_count", "medium_count", "low_count", "rule_codes", "is_latest")


def read_xray(*, site_ids: Collection[int], today: date) -> int:
    """Keep what the X-ray finds on some sites today; looked at again, the week's row is replaced.

    :returns: how many sites were looked through.
    """
    with transaction.atomic():
        looks = looks_of(readable_plans(site_ids)).values()
        readings = [reading_of(look, today=today) for look in looks]
        former = XrayReading.objects.filter(site__in=site_ids, is_latest=True)
        former.exclude(week_on=monday_of(today)).update(is_latest=False)
        XrayReading.objects.bulk_create(
            readings,
            update_conflicts=True,
            unique_fields=["site", "week_on"],
            update_fields=[*KEPT],
        )
    return len(readings)
