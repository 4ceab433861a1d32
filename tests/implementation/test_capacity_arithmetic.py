"""The arithmetic of capacity: the published numbers, and what holds for any number."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from implementation.queries.capacity import DEFAULTS, Capacity, Range, teams_of
from mst_sites.tenancy.models import MstModel


def capacity(therapists=4, caseload=5, months=4, utilisation=1, acceptance=1, teams=1):
    return Capacity(
        *(Decimal(str(each)) for each in (therapists, caseload, months, utilisation, acceptance)),
        teams,
    )


@pytest.mark.parametrize(
    ("found", "published"),
    [
        # Blueprints: four therapists, five families each, about four months.
        (capacity().families, 60),
        (capacity().places, 20),
        # EPISCenter: two therapists about thirty.
        (capacity(therapists=2).families, 30),
        # Essex: about ten families a year for each therapist.
        (capacity(caseload=4, months="4.8").families, 40),
        (round(capacity(utilisation="0.56").families, 1), Decimal("33.6")),
        # Manchester: 49.4 per cent take part.
        (capacity(caseload=4, months="4.8", acceptance="0.494").referrals, 81),
        # MST-CAN: three therapists, four families each, six to nine months.
        (round(capacity(3, 4, "7.5").families), 19),
    ],
)
def test_capacity_meets_the_published_numbers(found, published):
    assert found == published


@pytest.mark.parametrize(
    ("eligible", "teams"), [(0, 0), (59, 0), (60, 1), (119, 1), (120, 2), (10_000, 166)]
)
def test_teams_supported_are_full_teams(eligible, teams):
    assert capacity().teams_supported(eligible) == teams


def test_teams_supported_lose_no_team_to_rounding():
    """One and a half families a month for seven months: 18 / 7 a year has no end in decimals."""
    assert capacity(therapists=1, caseload="1.5", months=7, acceptance="0.1").teams_supported(
        180
    ) == int(180 * Decimal("0.1") * 7 / 18)
    assert capacity(therapists=1, caseload="1.5", months=7).teams_supported(18) == 7


def test_teams_of_a_range_are_a_range():
    assert teams_of(capacity(), Range(30, 60, 130)) == Range(0, 1, 2)


def test_several_teams_need_several_times_the_referrals():
    assert capacity(acceptance="0.5", teams=3).referrals == 360
    assert capacity(teams=3).families == 180


def test_every_model_has_a_default_with_its_source():
    assert set(DEFAULTS) == set(MstModel)
    assert all(str(default.source) for default in DEFAULTS.values())


def tenths(low, high):
    return st.integers(low * 10, high * 10).map(lambda n: Decimal(n) / 10)


capacities = st.builds(
    Capacity,
    therapists=tenths(1, 10),
    caseload=tenths(1, 10),
    months=tenths(1, 24),
    utilisation=st.integers(10, 1000).map(lambda n: Decimal(n) / 1000),
    acceptance=st.integers(10, 1000).map(lambda n: Decimal(n) / 1000),
    teams=st.integers(1, 20),
)
people = st.integers(0, 100_000)


@given(capacities, people)
def test_need_fills_its_teams_and_not_one_more(one, eligible):
    teams = one.teams_supported(eligible)
    yearly = one.therapists * one.caseload * 12 * one.utilisation
    need = eligible * one.acceptance * one.months

    assert teams * yearly <= need < (teams + 1) * yearly


@given(capacities)
def test_referrals_fill_the_service_and_one_less_does_not(one):
    yearly = one.therapists * one.caseload * 12 * one.utilisation * one.teams

    assert one.referrals * one.acceptance * one.months >= yearly
    assert (one.referrals - 1) * one.acceptance * one.months < yearly


@given(capacities, people, people)
def test_more_need_never_supports_fewer_teams(one, some, more):
    low, high = sorted((some, more))

    assert one.teams_supported(low) <= one.teams_supported(high)
