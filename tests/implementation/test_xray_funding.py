"""The rules of the X-ray about money: what each finds, and when it is silent."""

from datetime import date

import pytest

from implementation.models import FundingSource, Plan
from implementation.queries.xray import findings_of
from tests.factories import FundingSourceFactory, PlanFactory

pytestmark = pytest.mark.django_db

TODAY = date(2026, 6, 1)
ABOUT_MONEY = {"FUNDING_SHORT", "FUNDING_UNCONFIRMED", "FUNDING_GAP", "RENEWAL_OVERDUE"}


@pytest.fixture
def plan():
    return PlanFactory(stage="C", planned_opening_on=date(2026, 9, 1))


def found(plan):
    findings = findings_of(plan.site, today=TODAY)
    return {each.code: each for each in findings if each.code in ABOUT_MONEY}


def pay(plan, **changes):
    given = {"confirmed_on": date(2026, 3, 2), "ends_on": date(2028, 4, 1), **changes}
    return FundingSourceFactory(site=plan.site, **given)


def test_money_for_the_first_year_is_no_finding(plan):
    pay(plan, ends_on=date(2027, 9, 1))

    assert found(plan) == {}


def test_site_that_has_only_enquired_need_not_be_paid_for(plan):
    Plan.objects.update(stage="A")

    assert found(plan) == {}


def test_nobody_who_pays_is_found_until_a_source_is_confirmed(plan):
    assert "who pays" in found(plan)["FUNDING_UNCONFIRMED"].detail
    source = pay(plan, confirmed_on=None)
    assert "not confirmed" in found(plan)["FUNDING_UNCONFIRMED"].detail
    FundingSource.objects.filter(pk=source.pk).update(confirmed_on=TODAY)
    assert found(plan) == {}


def test_money_that_ends_in_the_first_year_is_found(plan):
    pay(plan, ends_on=date(2027, 8, 31))

    finding = found(plan)["FUNDING_SHORT"]
    assert "31 August 2027" in finding.detail
    assert finding.url == f"/sites/{plan.site.slug}/funding/"


def test_money_that_has_ended_is_found_with_its_day(plan):
    pay(plan, starts_on=date(2024, 1, 1), ends_on=TODAY)

    assert found(plan)["FUNDING_SHORT"].since == TODAY


@pytest.mark.parametrize(
    ("begins_again", "is_found"), [(date(2028, 4, 1), False), (date(2028, 5, 1), True)]
)
def test_gap_in_confirmed_money_is_found(begins_again, is_found, plan):
    pay(plan)
    pay(plan, starts_on=begins_again, ends_on=date(2029, 4, 1))

    assert ("FUNDING_GAP" in found(plan)) == is_found


@pytest.mark.parametrize(
    ("decision_on", "renewal", "is_found"),
    [
        (date(2026, 5, 31), "", True),
        (date(2026, 6, 1), "", False),
        (date(2026, 5, 31), "RENEWED", False),
    ],
)
def test_overdue_decision_is_found(decision_on, renewal, is_found, plan):
    pay(plan, renewal_decision_on=decision_on, renewal=renewal)

    assert ("RENEWAL_OVERDUE" in found(plan)) == is_found


def test_site_on_hold_is_left_alone(plan):
    Plan.objects.update(state="ON_HOLD")
    pay(plan, starts_on=date(2024, 1, 1), ends_on=TODAY, renewal_decision_on=date(2025, 1, 1))

    assert found(plan) == {}
