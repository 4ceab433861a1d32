"""The forecast out of rows: nameless histories in the scope of one site, and what moved since last month."""

from datetime import date, timedelta

import pytest
from django.db import connection

from implementation.models import StageTransition
from implementation.queries.courses import all_courses
from implementation.queries.forecasts import (
    Cause,
    Refusal,
    opening_forecast,
    opening_outlook,
)
from mst_sites.tenancy.scope import site_scope
from tests.implementation.histories import kept_course

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 20)


def past(count, *, begun=date(2022, 1, 3), slow=10, **facts):
    """Keep courses of sites that opened, each a little slower than the one before."""
    for place in range(count):
        extra = timedelta(days=place * slow)
        kept_course(
            ("START", "A", begun),
            ("MOVE", "C", begun + timedelta(days=60) + extra),
            ("OPEN", "F", begun + timedelta(days=200) + 2 * extra),
            **facts,
        )


def test_opening_forecast_rests_on_rows_of_other_sites_in_the_scope_of_one(queries):
    past(12)
    site = kept_course(("START", "A", date(2026, 10, 1)))

    with site_scope([site.pk]):
        assert StageTransition.objects.count() == 1
        with queries(2):
            forecast = opening_forecast(site, today=TODAY)

    assert (forecast.refusal, forecast.opened_sites) == (None, 12)
    assert forecast.earliest_on < forecast.median_on < forecast.latest_on
    # The days of the twelve after 50 in the first stage: 150, 170, … 370; their middle is 260.
    assert abs((forecast.median_on - TODAY).days - 260) < 10


def test_courses_name_nobody():
    past(1)

    with connection.cursor() as cursor:
        cursor.execute("select moves, kinship from mst_set_up_courses()")
        moves, kinship = cursor.fetchone()

    assert all(word.isdigit() for word in moves.split())
    assert [line.split()[1:] for line in kinship.split("\n")] == [["standard", "ENGLAND"]]


def test_courses_leave_the_scope_as_it_was():
    past(1)
    site = kept_course(("START", "A", date(2026, 10, 1)))

    with site_scope([site.pk]):
        all_courses()
        assert StageTransition.objects.count() == 1


def test_courses_of_an_empty_country():
    assert len(all_courses().site) == 0


def test_forecast_of_a_site_without_a_plan_is_refused():
    past(12)
    site = kept_course(("START", "A", TODAY + timedelta(days=5)))

    assert opening_forecast(site, today=TODAY).refusal is Refusal.NOT_BEGUN


def test_forecast_names_the_chance_to_be_open_by_the_planned_day():
    past(12)
    site = kept_course(("START", "A", date(2026, 10, 1)))
    site_plan(site, planned_opening_on=TODAY + timedelta(days=260))

    forecast = opening_forecast(site, today=TODAY)

    assert forecast.planned_on == TODAY + timedelta(days=260)
    assert forecast.chance_by_planned == pytest.approx(0.5, abs=0.12)


def site_plan(site, **values):
    from implementation.models import Plan

    Plan.objects.filter(site=site).update(**values)


def test_outlook_says_that_time_passed_without_a_move():
    past(30, slow=5)
    site = kept_course(("START", "A", date(2026, 9, 1)))

    outlook = opening_outlook(site, today=TODAY)

    assert outlook.before.as_of == date(2026, 10, 31)
    assert [step.cause for step in outlook.steps] == [Cause.TIME]
    assert outlook.days_moved == outlook.steps[0].days > 0
    assert outlook.pace is None


def test_outlook_says_what_a_move_did():
    past(30, slow=5)
    site = kept_course(("START", "A", date(2026, 9, 1)), ("MOVE", "C", date(2026, 11, 10)))

    outlook = opening_outlook(site, today=TODAY)

    steps = {step.cause: step.days for step in outlook.steps}
    assert steps[Cause.MOVE] < 0
    assert sum(steps.values()) == outlook.days_moved
    assert (outlook.pace.stage, outlook.pace.days) == ("A", 70)
    # Others took 60, 65, … 205 days: all but three took longer.
    assert (outlook.pace.slower, outlook.pace.sites) == (27, 30)


def test_outlook_says_what_other_sites_did():
    past(12)
    past(12, begun=date(2026, 4, 20), slow=1)  # the first of these opened in November
    site = kept_course(("START", "A", date(2026, 10, 1)))

    outlook = opening_outlook(site, today=TODAY)

    assert outlook.steps[-1].cause is Cause.SITES
    assert sum(step.days for step in outlook.steps) == outlook.days_moved


def test_outlook_of_a_new_site_has_no_month_before():
    past(12)
    site = kept_course(("START", "A", date(2026, 11, 10)))

    outlook = opening_outlook(site, today=TODAY)

    assert outlook.before.refusal is Refusal.NOT_BEGUN
    assert outlook.now.refusal is None
    assert (outlook.steps, outlook.days_moved) == ((), None)


def test_forecast_of_a_site_on_hold_is_as_if_it_went_on_today():
    past(12)
    moves = (("START", "A", date(2026, 10, 1)), ("HOLD", "A", date(2026, 10, 20)))
    held = opening_forecast(kept_course(*moves), today=TODAY)

    assert held.is_on_hold
    assert held.days_in_stage == 19
    # The days of the twelve after 19 in the first stage: 181, 201, … 401; their middle is 291.
    assert abs((held.median_on - TODAY).days - 291) < 10
