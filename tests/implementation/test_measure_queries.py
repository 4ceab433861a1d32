"""SIC-style measures: the arithmetic by hand, the ready-made scenario, the spread over other sites."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from implementation.models import StageTransition
from implementation.queries.measures import (
    ActivityFact,
    days_to_opening,
    measured,
    site_measures,
    spreads,
    stays_of,
)
from mst_sites.tenancy.scope import site_scope
from tests.factories import ActivityFactory, PlanFactory

DAY = date(2019, 9, 2)


def on(days):
    return DAY + timedelta(days=days)


def test_measures_of_a_hand_worked_example():
    found = measured(
        [
            ActivityFact(1, on(0)),
            ActivityFact(1, on(12)),
            ActivityFact(2, on(77)),  # done out of order
            ActivityFact(2, on(40)),
            ActivityFact(2, None),  # skipped: it counts below the line
            ActivityFact(2, None, is_applicable=False),  # does not apply: it does not
            ActivityFact(4, on(80)),  # the third stage was skipped altogether
            ActivityFact(5, None),
        ]
    )

    by_stage = {measure.stage: measure for measure in found.stages}
    assert [measure.duration_days for measure in found.stages] == [12, 37, None, 0, *[None] * 4]
    assert by_stage[1].proportion == 1
    assert by_stage[2].proportion == 2 / 3
    assert by_stage[3].proportion is None
    assert by_stage[4].proportion == 1
    assert by_stage[5].proportion == 0
    assert (by_stage[2].first_on, by_stage[2].last_on) == (on(40), on(77))
    assert found.final_stage == 4


def test_measures_of_a_site_that_did_nothing():
    found = measured([ActivityFact(1), ActivityFact(2)])

    assert found.final_stage is None
    assert {measure.duration_days for measure in found.stages} == {None}
    assert [measure.stage for measure in found.stages] == list(range(1, 9))


def test_measures_of_a_stopped_site_end_with_the_last_thing_done():
    found = measured([ActivityFact(1, on(3)), ActivityFact(1, on(1))], is_stopped=True)

    assert found.is_stopped
    assert found.stages[0].duration_days == 2


FACTS = st.lists(
    st.builds(
        ActivityFact,
        sic_stage=st.integers(1, 8),
        completed_on=st.none() | st.dates(date(2000, 1, 1), date(2030, 1, 1)),
        is_applicable=st.booleans(),
    ),
    max_size=40,
)


@given(FACTS)
def test_measures_stay_in_their_bounds(facts):
    found = measured(facts)

    counted = [fact for fact in facts if fact.is_applicable]
    for measure in found.stages:
        assert measure.proportion is None or 0 <= measure.proportion <= 1
        assert measure.duration_days is None or measure.duration_days >= 0
        assert (measure.duration_days is None) == (measure.completed == 0)
    assert sum(measure.applicable for measure in found.stages) == len(counted)
    begun = [fact.sic_stage for fact in counted if fact.completed_on]
    assert found.final_stage == max(begun, default=None)


# The ready-made scenario of a set-up in 2019 and 2020, published set-up stories put together.
AFON_VALLEY = {
    "A1": (1, date(2019, 9, 2)),
    "B6": (2, date(2019, 11, 18)),
    "D1": (3, date(2020, 2, 28)),
    "D2": (3, date(2020, 3, 10)),
    "D5": (3, date(2020, 4, 20)),
    "E4": (4, date(2020, 5, 1)),
    "F1": (6, date(2020, 5, 18)),
}
AFON_VALLEY_MOVES = (
    ("START", "A", date(2019, 9, 2)),
    ("MOVE", "B", date(2019, 9, 2)),
    ("MOVE", "C", date(2019, 11, 18)),
    ("MOVE", "D", date(2020, 2, 28)),
    ("MOVE", "E", date(2020, 3, 10)),
    ("OPEN", "F", date(2020, 5, 18)),
)


@pytest.mark.django_db
def test_measures_of_the_ready_made_scenario(queries):
    plan = PlanFactory(started_on=DAY)
    for code, (stage, day) in AFON_VALLEY.items():
        ActivityFactory(plan=plan, code=code, sic_stage=stage, completed_on=day)
    ActivityFactory(plan=plan, code="D9", sic_stage=None, completed_on=date(2026, 1, 1))

    with queries(1):
        found = site_measures(plan)

    assert found.final_stage == 6
    assert found.stages[2].duration_days == 52  # Goals and Guidelines signed to conditions closed
    assert found.stages[0].duration_days == 0


def moves_of(*moves):
    return [
        StageTransition(kind=kind, to_stage=stage, happened_on=day) for kind, stage, day in moves
    ]


def test_stays_of_the_ready_made_scenario():
    moves = moves_of(*AFON_VALLEY_MOVES)

    stays = stays_of(moves, today=date(2020, 6, 1))

    assert [(str(stay.stage), stay.days) for stay in stays] == [
        ("A", 0), ("B", 77), ("C", 102), ("D", 11), ("E", 69), ("F", 14),
    ]  # fmt: skip
    assert sum(stay.days for stay in stays[:5]) == days_to_opening(moves) == 259
    assert stays[-1].ended_on is None


def test_stays_hold_their_holds():
    moves = moves_of(
        ("START", "A", on(0)), ("HOLD", "A", on(10)), ("RESUME", "A", on(25)), ("MOVE", "C", on(30)),
        ("HOLD", "C", on(50)), ("WITHDRAW", "C", on(60)),
    )  # fmt: skip

    first, second = stays_of(moves, today=on(500))

    assert (first.days, first.held_days) == (30, 15)
    assert (second.days, second.held_days, second.ended_on) == (30, 10, on(60))
    assert days_to_opening(moves) is None


def test_stays_of_a_site_on_hold_run_until_today():
    (stay,) = stays_of(moves_of(("START", "A", on(0)), ("HOLD", "A", on(10))), today=on(18))

    assert (stay.days, stay.held_days, stay.ended_on) == (18, 8, None)


def test_stays_of_a_withdrawn_site_that_was_taken_up_again_go_on():
    moves = moves_of(("START", "A", on(0)), ("WITHDRAW", "A", on(10)), ("RESUME", "A", on(20)))

    (stay,) = stays_of(moves, today=on(50))

    assert (stay.days, stay.held_days, stay.ended_on) == (50, 10, None)


def test_stays_of_no_moves():
    assert stays_of([], today=DAY) == []


@pytest.mark.django_db
def test_spreads_are_of_other_sites_that_got_as_far_whatever_the_scope(queries):
    plan = PlanFactory()
    ActivityFactory(plan=plan, code="A1", sic_stage=1, completed_on=on(0))
    for length in (2, 4, 6, 8, 10):
        other = PlanFactory()
        ActivityFactory(plan=other, code="A1", sic_stage=1, completed_on=on(0))
        ActivityFactory(plan=other, code="A2", sic_stage=1, completed_on=on(length))
        if length > 4:
            ActivityFactory(plan=other, code="B1", sic_stage=2, completed_on=on(length))
            ActivityFactory(plan=other, code="B2", sic_stage=2)

    with site_scope([plan.site_id]), queries(1):
        of_all = spreads(plan.site, 1)
    further = spreads(plan.site, 2)

    first = of_all[1]
    assert (first.sites, first.lower_quartile, first.median, first.upper_quartile) == (5, 4, 6, 8)
    assert first.is_shown
    assert (further[1].sites, further[1].median) == (3, 8)
    assert (further[2].sites, further[2].median, further[2].mean_proportion) == (3, 0, 0.5)
    assert not further[2].is_shown
