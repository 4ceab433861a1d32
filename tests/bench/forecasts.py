"""The forecast of one site among two thousand past ones, its rows read from the database and all."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import numpy as np
from django.db import transaction

from implementation.models import Plan, PlanTemplate, StageTransition
from implementation.queries.forecasts import opening_forecast, opening_outlook
from mst_sites.tenancy.models import Nation, Site
from mst_sites.tenancy.scope import site_scope, whole_scope
from tests.bench.timing import Row, medians
from tests.implementation.histories import History, write_course

ROUNDS = 15
PAST_SITES = 2_000
TODAY = date(2026, 11, 20)


def measure() -> Iterator[Row]:
    with whole_scope():
        sites = Site.objects.bulk_create(  # the others have a course already
            Site(name=f"Past site {number}", slug=f"past-{number}", nation=Nation.WALES)
            for number in range(PAST_SITES + 1)
        )
        write_courses(sites)
        site = sites[0]
        with site_scope([site.pk]):  # as a person of this site
            taken = medians(
                [
                    lambda: opening_forecast(site, today=TODAY),
                    lambda: opening_outlook(site, today=TODAY),
                ],
                rounds=ROUNDS,
            )
            found = opening_forecast(site, today=TODAY)
        transaction.set_rollback(True)
    remark = f"rests on {found.ended_sites} sites"
    yield Row("forecast of one site, 2,000 past sites", taken[0], "ms", 150, remark)
    yield Row("forecast with what moved it since last month", taken[1], "ms", 400)


def write_courses(sites: list[Site]) -> None:
    """Write the first site as one that began lately, and the others as past ones."""
    random, history = np.random.default_rng(1), History()
    history.add(sites[0].pk, "START", "A", TODAY - timedelta(days=40))
    for site in sites[1:]:
        begun = TODAY - timedelta(days=int(random.integers(60, 4_000)))
        write_course(history, site.pk, random, begun, withdrawal=0.05, until=TODAY)
    template = PlanTemplate.objects.published().first()
    plans = {site.pk: plan_of(site, template) for site in sites}
    Plan.objects.bulk_create(plans.values(), ignore_conflicts=True)
    kept = dict(Plan.objects.filter(site__in=sites).values_list("site", "pk"))
    StageTransition.objects.bulk_create(move_of(row, kept[row[0]]) for row in history.rows)


def plan_of(site: Site, template: PlanTemplate | None) -> Plan:
    day = date(2010, 1, 4)
    return Plan(site=site, template=template, started_on=day, stage_since=day)


def move_of(row: tuple[int, int, int, int, int], plan: object) -> StageTransition:
    site, kind, stage, day, _recorded = row
    happened_on = date(1970, 1, 1) + timedelta(days=day)
    kinds = {ord(each[0]): each for each in ("START", "MOVE", "WITHDRAW", "OPEN")}
    return StageTransition(
        site_id=site,
        plan_id=plan,
        kind=kinds[kind],
        to_stage=chr(stage),
        happened_on=happened_on,
        reason="FUNDING" if kinds[kind] == "WITHDRAW" else "",
        recorded_at=datetime.combine(happened_on, time(12), UTC),
    )
