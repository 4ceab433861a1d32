"""Courses as arrays: stays, holds, going back, skipping, and who was where for how long."""

from datetime import date, timedelta

import pytest

from implementation.queries.courses import OPENED, UNDER_WAY, WITHDRAWN
from implementation.queries.forecasts import Refusal, forecast_at
from tests.implementation.histories import History

DAY = date(2020, 1, 1)
TODAY = date(2021, 1, 1)


def on(days):
    return DAY + timedelta(days=days)


def course(*moves):
    """Write the course of one site: (kind, stage, day) each."""
    history = History()
    for kind, stage, days in moves:
        history.add(1, kind, stage, on(days))
    return history.courses()


def waits(courses, stage, days):
    found = courses.stays(TODAY).waits(stage, days, TODAY)
    return list(zip(found.days.tolist(), found.outcome.tolist(), strict=True))


PLAIN = (("START", "A", 0), ("MOVE", "B", 30), ("MOVE", "C", 100), ("OPEN", "F", 250))
HELD = (
    ("START", "A", 0), ("MOVE", "B", 30), ("HOLD", "B", 40), ("RESUME", "B", 140), ("MOVE", "C", 160),
    ("OPEN", "F", 200),
)  # fmt: skip


def test_waits_count_from_the_day_on_which_a_site_was_there_as_long():
    assert waits(course(*PLAIN), "B", 0) == [(220, OPENED)]
    assert waits(course(*PLAIN), "B", 69) == [(151, OPENED)]


def test_waits_leave_out_sites_that_had_left_by_then():
    assert waits(course(*PLAIN), "B", 70) == []
    assert waits(course(*PLAIN), "D", 0) == []  # skipped


def test_waits_count_days_of_a_hold_still_to_come():
    assert waits(course(*HELD), "B", 9) == [(161, OPENED)]


def test_waits_leave_days_of_a_hold_out_of_the_time_in_a_stage():
    assert waits(course(*HELD), "B", 10) == [(60, OPENED)]  # the first day after the hold
    assert waits(course(*HELD), "B", 29) == [(41, OPENED)]
    assert waits(course(*HELD), "B", 30) == []


def test_waits_of_a_site_under_way_end_today():
    assert waits(course(*PLAIN[:2]), "B", 5) == [((TODAY - on(35)).days, UNDER_WAY)]


def test_waits_end_with_a_withdrawal_unless_it_was_taken_back():
    withdrawn = (*PLAIN[:2], ("WITHDRAW", "B", 90))

    assert waits(course(*withdrawn), "B", 5) == [(55, WITHDRAWN)]
    assert waits(course(*withdrawn, ("RESUME", "B", 120), ("OPEN", "F", 130)), "B", 5) == [
        (95, OPENED)
    ]


def test_waits_count_a_site_once_though_it_went_back():
    back = course(*PLAIN[:3], ("MOVE", "B", 110), ("OPEN", "F", 300))

    assert waits(back, "B", 60) == [(210, OPENED)]
    assert waits(back, "B", 100) == [(90, OPENED)]  # only the second stay was as long


def test_courses_end_with_the_first_opening():
    later = course(*PLAIN, ("HOLD", "F", 260), ("RESUME", "F", 290))

    assert waits(later, "B", 0) == [(220, OPENED)]
    assert later.standing(TODAY).outcome == OPENED


def test_standing_counts_active_days():
    held = course(*HELD[:4])

    assert held.standing(on(150)).active_days == 20
    assert held.standing(on(150)).began_on == on(30)
    assert held.standing(on(60)).is_on_hold
    assert held.standing(on(60)).active_days == 10
    assert held.standing(on(60)).later(9).active_days == 10
    assert held.standing(on(150)).later(9).active_days == 29


def test_standing_is_none_before_the_first_move():
    assert course(*PLAIN).standing(DAY - timedelta(days=1)) is None


def test_lengths_are_of_stays_that_ended_with_a_move():
    assert course(*PLAIN).stays(TODAY).lengths("A").tolist() == [30]
    assert course(*HELD).stays(TODAY).lengths("B").tolist() == [30]
    assert course(*PLAIN[:2]).stays(TODAY).lengths("B").tolist() == []


@pytest.mark.parametrize(
    ("moves", "refusal"),
    [
        (PLAIN, Refusal.IS_OPEN),
        ((*PLAIN[:2], ("WITHDRAW", "B", 90)), Refusal.IS_WITHDRAWN),
        (PLAIN[:2], Refusal.FEW_SITES),
    ],
)
def test_forecast_refuses_where_there_is_nothing_to_forecast(moves, refusal):
    assert forecast_at(course(*moves), 1, today=TODAY).refusal is refusal


def test_forecast_of_a_site_without_moves_is_refused():
    history = History()
    history.kinship[2] = ("standard", "ENGLAND")

    assert forecast_at(history.courses(), 2, today=TODAY).refusal is Refusal.NOT_BEGUN
