"""Pages of the forecast, the measures and the back-test: what they say, and in how many queries."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from implementation.models import PastForecast, Plan
from implementation.operations import forecasts as operations
from implementation.queries.backtests import back_test
from implementation.tasks import keep_past_forecasts
from mst_sites.accounts.permissions import Role
from tests.factories import ActivityFactory, PastForecastFactory, PlanFactory, SiteFactory, person
from tests.implementation.histories import kept_course
from tests.implementation.test_forecast_queries import past

pytestmark = pytest.mark.django_db

NOW = "2026-11-20 12:00"
NONE = {"refusal": "FEW_SITES", "earliest_on": None, "median_on": None, "latest_on": None}


@pytest.fixture
def lead(sign_in):
    return sign_in(person(Role.MST_UK_LEAD))


@pytest.fixture
def today(time_machine):
    time_machine.move_to(NOW)
    return date(2026, 11, 20)


def shown(client, name, *args):
    response = client.get(reverse(name, args=args))
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_forecast_detail_says_when_on_what_it_rests_and_what_moved_it(sign_in, today, queries):
    past(30, slow=5)
    site = kept_course(("START", "A", date(2026, 9, 1)), ("MOVE", "C", date(2026, 11, 10)))
    Plan.objects.filter(site=site).update(planned_opening_on=date(2027, 1, 4))
    client = sign_in(person(Role.COMMISSIONER, site=site))
    client.get(reverse("forecast-detail", args=[site.slug]))

    with queries(7):
        page = shown(client, "forecast-detail", site.slug)

    assert "Likely to open between" in page
    assert "planned: 4 January 2027." in page
    assert "30 opened, 0 withdrawn, 0 still under way" in page
    assert "The planned day lies before the interval" in page
    assert "because the site moved on: from where it is now, other sites opened sooner" in page
    assert "27 of 30 stays of other sites were longer" in page
    assert "sooner than most" in page
    assert "30 of 30" in page  # none was withdrawn: no chance of 100 % is claimed
    assert "How past forecasts did" not in page


@pytest.mark.parametrize(
    ("moves", "words"),
    [
        ((), "The set-up has not begun"),
        ((("START", "A", date(2026, 10, 1)),), "9 comparable sites have come to an end"),
        (
            (("START", "A", date(2026, 10, 1)), ("WITHDRAW", "A", date(2026, 11, 1))),
            "The site was withdrawn",
        ),
        (
            (("START", "A", date(2026, 10, 1)), ("OPEN", "F", date(2026, 11, 1))),
            "The site has opened",
        ),
    ],
)
def test_forecast_detail_says_why_there_is_none(lead, today, moves, words):
    past(9)
    site = kept_course(*moves) if moves else SiteFactory()

    page = shown(lead, "forecast-detail", site.slug)

    assert words in page
    assert "Middle of the forecast" not in page


def test_forecast_detail_of_a_site_on_hold_says_what_it_supposes(lead, today):
    past(12)
    site = kept_course(("START", "A", date(2026, 10, 1)), ("HOLD", "A", date(2026, 11, 1)))

    page = shown(lead, "forecast-detail", site.slug)

    assert "If it were taken up again today: likely to open between" in page
    assert "The site is on hold." in page
    assert "How past forecasts did" in page


def test_measure_detail_shows_the_site_beside_others(lead, today, queries):
    plan = PlanFactory(started_on=date(2026, 1, 5))
    ActivityFactory(plan=plan, code="A1", sic_stage=1, completed_on=date(2026, 1, 5))
    ActivityFactory(plan=plan, code="A2", sic_stage=1)
    for length in range(5):
        other = PlanFactory()
        for code, days in (("A1", 0), ("A2", length)):
            done = date(2026, 1, 5) + timedelta(days=days)
            ActivityFactory(plan=other, code=code, sic_stage=1, completed_on=done)
    lead.get(reverse("measure-detail", args=[plan.site.slug]))

    with queries(9):
        page = shown(lead, "measure-detail", plan.site.slug)

    assert "1 of 2 (50\N{NO-BREAK SPACE}%)".replace("\N{NO-BREAK SPACE}", " ") in page.replace(
        "\N{NO-BREAK SPACE}", " "
    )
    assert "2 (1 to 3)" in page
    assert "fewer than 5 comparable sites" in page
    assert "Of the first three stages 1 of 2 activities are done." in page
    assert "no SIC score" in page


def test_measure_detail_of_a_site_without_a_plan_says_so(lead):
    assert "No set-up plan yet" in shown(lead, "measure-detail", SiteFactory().slug)


def test_keep_past_forecasts_works_out_each_month_end_once(today):
    past(20, slow=3)
    late = kept_course(
        ("START", "A", date(2026, 2, 2)), ("MOVE", "C", date(2026, 4, 20)), ("OPEN", "F", date(2026, 10, 10))
    )  # fmt: skip

    assert operations.keep_past_forecasts(now=timezone.now(), by=None) == 21
    assert operations.keep_past_forecasts(now=timezone.now(), by=None) == 0

    kept = list(PastForecast.objects.filter(site=late).order_by("made_on"))
    assert [each.made_on.month for each in kept] == [2, 3, 4, 5, 6, 7, 8, 9]
    assert kept[0].ended_sites == 20
    assert [each.stage for each in kept] == list("AACCCCCC")
    assert kept[0].covers


def test_keep_past_forecasts_knows_only_what_was_known_then(today):
    past(20, slow=3)  # all begun on one day: none had opened before the first of them did

    operations.keep_past_forecasts(now=timezone.now(), by=None)

    assert set(PastForecast.objects.values_list("refusal", flat=True)) >= {"FEW_SITES"}
    assert back_test().overall.refused > 0


def test_keep_past_forecasts_throws_away_those_of_an_older_arithmetic(today):
    PastForecastFactory(method=0)

    operations.keep_past_forecasts(now=timezone.now(), by=None)

    assert not PastForecast.objects.exists()


def test_keep_past_forecasts_takes_some_sites_at_once(today):
    past(3)

    assert operations.keep_past_forecasts(now=timezone.now(), at_once=2, by=None) == 2
    assert back_test().sites_waiting == 1
    assert keep_past_forecasts() == 1


def test_backtest_list_scores_what_was_forecast(lead, queries):
    site = SiteFactory(name="Northmoor", opened_on=date(2025, 12, 1))
    PastForecastFactory(site=site)  # within, the middle ten days late
    PastForecastFactory(site=site, made_on=date(2025, 7, 31), earliest_on=date(2025, 12, 5))
    PastForecastFactory(site=site, made_on=date(2025, 8, 31), **NONE)
    lead.get(reverse("backtest-list"))

    with queries(9):
        page = shown(lead, "backtest-list")

    assert "1 of 2 past forecasts of 1 sites" in page
    assert "10 days" in page
    assert "Northmoor" in page
    assert "say" in page
    test = back_test()
    assert (test.overall.forecasts, test.overall.covered, test.overall.refused) == (2, 1, 1)
    assert (test.overall.coverage, test.overall.median_error) == (0.5, 10)
    assert test.by_stage["C"] == test.overall


def test_backtest_list_is_empty_until_a_site_has_opened(lead):
    assert "No past forecast yet" in shown(lead, "backtest-list")


def test_backtest_detail_holds_each_month_against_the_opening(lead):
    site = SiteFactory(opened_on=date(2025, 12, 1))
    PastForecastFactory(site=site)
    PastForecastFactory(
        site=site, made_on=date(2025, 7, 31), latest_on=date(2025, 11, 1), is_open_ended=True
    )
    PastForecastFactory(site=site, made_on=date(2025, 8, 31), **NONE)
    PastForecastFactory(site=site, made_on=date(2025, 9, 30), latest_on=date(2025, 11, 30))

    page = shown(lead, "backtest-detail", site.slug)

    assert "The opening fell within 2 of 3 intervals." in page
    assert "the site opened in it" in page
    assert "the site opened outside it" in page
    assert "10 days earlier" in page
    assert "too few sites" in page
    assert "1 November 2025 or later" in page


def test_backtest_detail_of_a_site_that_has_not_opened(lead):
    assert "Nothing to hold a forecast against yet" in shown(
        lead, "backtest-detail", SiteFactory().slug
    )
