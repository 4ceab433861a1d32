"""The model of cost and net position: the published numbers, and what holds for any number."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from implementation.queries.net_position import (
    Inputs,
    NetPosition,
    break_even_placements,
    cost_per_family,
    net_position,
)


def inputs(**changes):
    values = {
        "cost": Decimal(480_000),
        "families": Decimal(40),
        "days_saved": (Decimal(20), Decimal(60), Decimal(100)),
        "cost_per_day": Decimal(400),
        "placement_cost": Decimal(150_000),
    }
    return Inputs(**values | changes)


def test_cost_per_family_is_the_cost_of_a_year_among_its_families():
    assert cost_per_family(inputs()) == 12_000
    # Essex: 3.1 million of investment for 380 young people.
    assert round(cost_per_family(inputs(cost=Decimal(3_100_000), families=Decimal(380)))) == 8_158


def test_net_position_meets_the_published_trial():
    """North London: a family cost £2,285 more and £3,507 less was spent elsewhere, £1,222 net."""
    found = net_position(
        inputs(
            cost=Decimal(2_285),
            families=Decimal(1),
            days_saved=(Decimal(0), Decimal(1), Decimal(2)),
            cost_per_day=Decimal(3_507),
        )
    )

    assert found == NetPosition(Decimal(-2_285), Decimal(1_222), Decimal(4_729))


@pytest.mark.parametrize(
    ("cost", "placement", "placements"),
    [(480_000, 150_000, 4), (450_000, 150_000, 3), (450_001, 150_000, 4), (1, 150_000, 1)],
)
def test_break_even_counts_whole_placements(cost, placement, placements):
    found = break_even_placements(inputs(cost=Decimal(cost), placement_cost=Decimal(placement)))

    assert found == placements


@pytest.mark.parametrize(
    ("missing", "model"),
    [
        ("cost", cost_per_family),
        ("cost", net_position),
        ("cost", break_even_placements),
        ("families", cost_per_family),
        ("families", net_position),
        ("days_saved", net_position),
        ("cost_per_day", net_position),
        ("placement_cost", break_even_placements),
    ],
)
def test_model_says_nothing_without_its_inputs(missing, model):
    changes = {missing: Decimal(0) if missing == "cost" else None}

    assert model(inputs(**changes)) is None


amounts = st.decimals(1, 10_000_000, places=2)


@given(
    amounts,
    st.decimals(1, 1000, places=1),
    st.lists(st.decimals(0, 365, places=1), min_size=3, max_size=3),
    amounts,
)
def test_net_position_rises_with_the_days_saved(cost, families, days, a_day):
    low, central, high = sorted(days)
    found = net_position(
        inputs(cost=cost, families=families, days_saved=(low, central, high), cost_per_day=a_day)
    )

    assert found.low <= found.central <= found.high
    assert found.low >= -cost


@given(amounts, amounts)
def test_break_even_pays_for_the_service_and_one_less_does_not(cost, placement):
    found = break_even_placements(inputs(cost=cost, placement_cost=placement))

    assert found * placement >= cost > (found - 1) * placement
