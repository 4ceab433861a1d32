"""Keeping what was forecast for sites that have opened since."""

from datetime import datetime

from django.db import transaction

from implementation.models import PastForecast
from implementation.queries.backtests import (
    OpenedSite,
    forecasts_before_opening,
    kept_forecasts,
    opened_sites,
)
from implementation.queries.courses import Courses, all_courses
from implementation.queries.forecasts import METHOD
from mst_sites.accounts.models import User

SITES_AT_ONCE = 40  # of two thousand: half a minute


def keep_past_forecasts(*, now: datetime, at_once: int = SITES_AT_ONCE, by: User | None) -> int:
    """Work out the past forecasts of sites that have opened since the last time; return how many sites were done.

    They rest on moves that never change, so that what was worked out once stays right.
    """
    with transaction.atomic():
        PastForecast.objects.exclude(method=METHOD).delete()
        done = set(kept_forecasts().values_list("site", flat=True))
        waiting = [each for each in opened_sites() if each.site_id not in done][:at_once]
        if waiting:
            courses = all_courses()
            rows = [row for opened in waiting for row in rows_of(courses, opened, now=now)]
            # Another worker may be at the same sites; it finds the same.
            PastForecast.objects.bulk_create(rows, ignore_conflicts=True)
    return len(waiting)


def rows_of(courses: Courses, opened: OpenedSite, *, now: datetime) -> list[PastForecast]:
    return [
        PastForecast(
            site_id=opened.site_id,
            made_on=forecast.as_of,
            method=METHOD,
            opened_on=opened.opened_on,
            stage=forecast.stage,
            refusal=forecast.refusal or "",
            ended_sites=forecast.ended_sites,
            earliest_on=forecast.earliest_on,
            median_on=forecast.median_on,
            latest_on=forecast.latest_on,
            is_open_ended=forecast.is_open_ended,
            worked_out_at=now,
        )
        for forecast in forecasts_before_opening(courses, opened)
    ]
