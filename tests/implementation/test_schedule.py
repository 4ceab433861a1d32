"""Dates rolled forward and back: promises that hold for every plan, and the days of a small one by hand."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from implementation.queries.schedule import (
    CircleError,
    Step,
    in_order,
    roll_back,
    roll_forward,
    without,
)

LONG_PLANS = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
MONDAY = date(2026, 3, 2)
SMALL = (
    Step("A1", 7),
    Step("B1", 30, ("A1",)),
    Step("B2", 10, ("A1",)),
    Step("C1", 5, ("B1", "B2")),
)


@st.composite
def plans(draw, *, settled=False):
    """Return steps that wait for earlier ones only, in any order."""
    steps = []
    for number in range(draw(st.integers(1, 20))):
        known = [step.code for step in steps]
        waits = draw(st.lists(st.sampled_from(known), unique=True, max_size=4)) if known else []
        day = None
        if settled and draw(st.booleans()):
            day = MONDAY + timedelta(days=draw(st.integers(-100, 300)))
        steps.append(Step(f"S{number}", draw(st.integers(0, 90)), tuple(waits), day))
    return draw(st.permutations(steps))


def test_roll_forward_gives_the_days_of_a_small_plan():
    rolled = roll_forward(SMALL, starts_on=MONDAY)

    assert rolled.days == {
        "A1": date(2026, 3, 9),
        "B1": date(2026, 4, 8),
        "B2": date(2026, 3, 19),
        "C1": date(2026, 4, 13),
    }
    assert rolled.ends_on == date(2026, 4, 13)


def test_roll_back_gives_the_latest_days_of_a_small_plan():
    rolled = roll_back(SMALL, ends_on=date(2026, 4, 13))

    assert rolled.days == {
        "A1": date(2026, 3, 9),
        "B1": date(2026, 4, 8),
        "B2": date(2026, 4, 8),
        "C1": date(2026, 4, 13),
    }
    assert rolled.starts_on == MONDAY


def test_roll_forward_begins_from_the_day_something_was_done():
    done = (Step("A1", 7, (), date(2026, 5, 1)), *SMALL[1:])

    rolled = roll_forward(done, starts_on=MONDAY)

    assert (rolled.days["A1"], rolled.days["B2"]) == (date(2026, 5, 1), date(2026, 5, 11))


def test_roll_forward_does_what_is_late_today_at_the_earliest():
    today = date(2026, 6, 1)

    rolled = roll_forward(SMALL, starts_on=MONDAY, not_before=today)

    assert rolled.days == {
        "A1": today,
        "B1": date(2026, 7, 1),
        "B2": date(2026, 6, 11),
        "C1": date(2026, 7, 6),
    }


@LONG_PLANS
@given(plans())
def test_rolling_forward_and_back_are_inverse(steps):
    forward = roll_forward(steps, starts_on=MONDAY)

    back = roll_back(steps, ends_on=forward.ends_on)

    assert back.starts_on == MONDAY
    assert roll_forward(steps, starts_on=back.starts_on) == forward
    assert roll_back(steps, ends_on=roll_forward(steps, starts_on=back.starts_on).ends_on) == back
    assert all(forward.days[step.code] <= back.days[step.code] for step in steps)


@LONG_PLANS
@given(plans())
def test_each_day_is_after_those_that_it_waits_for(steps):
    forward = roll_forward(steps, starts_on=MONDAY)

    for rolled in (forward, roll_back(steps, ends_on=forward.ends_on)):
        for step in steps:
            for code in step.waits_for:
                assert rolled.days[step.code] - rolled.days[code] >= timedelta(days=step.days)


@LONG_PLANS
@given(plans(settled=True))
def test_what_is_done_or_fixed_stays(steps):
    for rolled in (roll_forward(steps, starts_on=MONDAY), roll_back(steps, ends_on=MONDAY)):
        assert {s.code: rolled.days[s.code] for s in steps if s.settled_on} == {
            s.code: s.settled_on for s in steps if s.settled_on
        }
        assert len(rolled.days) == len(steps)


@LONG_PLANS
@given(plans(settled=True))
def test_open_days_come_after_all_that_was_done(steps):
    rolled = roll_forward(steps, starts_on=MONDAY)

    for step in steps:
        if step.settled_on is None:
            assert all(rolled.days[code] <= rolled.days[step.code] for code in step.waits_for)


@LONG_PLANS
@given(plans(), st.data())
def test_without_keeps_the_order_of_the_rest(steps, data):
    gone = data.draw(st.sets(st.sampled_from([step.code for step in steps])))

    kept = without(steps, gone)

    assert {step.code for step in kept} == {step.code for step in steps} - gone
    assert all(not gone & set(step.waits_for) for step in kept)


def test_without_passes_the_waiting_on():
    kept = {step.code: step for step in without(SMALL, {"B1"})}

    assert kept["C1"].waits_for == ("A1", "B2")


def test_in_order_names_the_circle():
    steps = [
        Step("A1", 1),
        Step("B1", 1, ("B3",)),
        Step("B2", 1, ("B1",)),
        Step("B3", 1, ("B2", "A1")),
    ]

    with pytest.raises(CircleError) as found:
        in_order(steps)

    circle = found.value.circle
    assert circle[0] == circle[-1]
    assert set(circle) == {"B1", "B2", "B3"}
    waits = {step.code: step.waits_for for step in steps}
    assert all(after in waits[before] for before, after in pairwise(circle))


def test_in_order_overlooks_codes_that_are_not_there():
    assert [step.code for step in in_order([Step("B1", 1, ("Z9",)), Step("A1", 1)])] == ["A1", "B1"]


def test_roll_back_is_not_hurried_by_what_is_done():
    done = Step("C1", 5, ("B1", "B2"), date(2026, 3, 20), is_done=True)

    rolled = roll_back((*SMALL[:3], done), ends_on=date(2026, 6, 1))

    assert rolled.days["B1"] == date(2026, 6, 1)


def test_roll_back_makes_room_for_what_is_fixed():
    fixed = Step("C1", 5, ("B1", "B2"), date(2026, 5, 20))

    rolled = roll_back((*SMALL[:3], fixed), ends_on=date(2026, 6, 1))

    assert rolled.days["B1"] == date(2026, 5, 15)
