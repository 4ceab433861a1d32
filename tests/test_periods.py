"""Periods, weeks, half-years and working days."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mst_sites import periods
from mst_sites.periods import Nation, Period

DAYS = st.dates(min_value=date(2001, 1, 1), max_value=date(2060, 12, 31))


def test_period_holds_its_first_day_and_not_its_end():
    period = Period(date(2026, 1, 1), date(2026, 7, 1))

    assert date(2026, 1, 1) in period
    assert date(2026, 6, 30) in period
    assert date(2026, 7, 1) not in period
    assert None not in period
    assert period.days == 181


def test_period_label_names_the_last_day_inside():
    assert Period(date(2026, 1, 1), date(2026, 7, 1)).label == "1 January 2026 to 30 June 2026"
    assert str(Period(date(2026, 1, 1), date(2026, 1, 2))) == "1 January 2026"


@pytest.mark.parametrize("ends_on", [date(2026, 1, 1), date(2025, 12, 31)])
def test_period_that_does_not_end_after_it_starts_is_refused(ends_on):
    with pytest.raises(ValueError, match="must end after it starts"):
        Period(date(2026, 1, 1), ends_on)


def test_mondays_are_those_inside_the_period():
    period = Period(date(2026, 6, 1), date(2026, 6, 15))

    assert list(period.mondays()) == [date(2026, 6, 1), date(2026, 6, 8)]
    assert list(Period(date(2026, 6, 2), date(2026, 6, 8)).mondays()) == []


@settings(deadline=None)
@given(DAYS)
def test_every_day_is_in_one_week_quarter_and_half_year(day):
    for block_of in (periods.week_of, periods.quarter_of, periods.half_year_of):
        block = block_of(day)

        assert day in block
        assert block_of(block.starts_on) == block == block_of(block.last_day)
        assert block_of(block.ends_on).starts_on == block.ends_on
    assert periods.week_of(day).starts_on.isoweekday() == 1


@settings(deadline=None)
@given(opened_on=DAYS, offset=st.integers(0, 6000))
def test_half_years_since_opening_join_without_gap(opened_on, offset):
    block = periods.half_year_since(opened_on, opened_on + timedelta(days=offset))

    assert opened_on + timedelta(days=offset) in block
    assert periods.half_year_since(opened_on, block.ends_on).starts_on == block.ends_on


def test_half_year_since_opening_follows_the_opening_day():
    assert periods.half_year_since(date(2020, 5, 18), date(2020, 11, 17)) == Period(
        date(2020, 5, 18), date(2020, 11, 18)
    )
    assert periods.half_year_since(date(2025, 8, 31), date(2026, 2, 27)) == Period(
        date(2025, 8, 31), date(2026, 2, 28)
    )
    with pytest.raises(ValueError, match="not open yet"):
        periods.half_year_since(date(2020, 5, 18), date(2020, 5, 17))


def test_half_year_before_is_the_last_complete_one():
    assert periods.half_year_before(date(2026, 3, 4)) == Period(date(2025, 7, 1), date(2026, 1, 1))


def test_week_label_follows_the_iso_year():
    assert periods.week_label(date(2027, 1, 1)) == "Week 53, from 28 December 2026"


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 6, 30, 23, 30, tzinfo=UTC), date(2026, 7, 1)),
        (datetime(2026, 1, 31, 23, 30, tzinfo=UTC), date(2026, 1, 31)),
    ],
)
def test_local_day_is_the_day_in_london(instant, day):
    assert periods.local_day(instant) == day


@pytest.mark.parametrize(
    ("day", "closed_in"),
    [
        (date(2026, 4, 6), {"ENGLAND", "WALES", "NORTHERN_IRELAND", "IRELAND"}),
        (date(2026, 1, 2), {"SCOTLAND"}),
        (date(2026, 3, 17), {"NORTHERN_IRELAND", "IRELAND"}),
        (date(2026, 10, 26), {"IRELAND"}),
        (date(2026, 8, 31), {"ENGLAND", "WALES", "NORTHERN_IRELAND"}),
        (date(2026, 8, 3), {"SCOTLAND", "IRELAND"}),
        (date(2026, 5, 5), set()),
    ],
)
def test_bank_holidays_differ_between_nations(day, closed_in):
    assert {nation for nation in Nation if not periods.is_working_day(day, nation)} == closed_in


def test_working_days_skip_weekend_and_bank_holiday():
    christmas_week = Period(date(2026, 12, 21), date(2026, 12, 29))

    assert periods.working_days(christmas_week, Nation.ENGLAND) == 4
    assert periods.add_working_days(date(2026, 12, 24), 1, Nation.ENGLAND) == date(2026, 12, 29)
    assert periods.add_working_days(date(2026, 12, 24), 0, Nation.ENGLAND) == date(2026, 12, 24)


@settings(deadline=None)
@given(day=DAYS, count=st.integers(1, 30), nation=st.sampled_from(list(Nation)))
def test_adding_working_days_is_counted_back_by_working_days(day, count, nation):
    due = periods.add_working_days(day, count, nation)

    following = Period(day + timedelta(days=1), due + timedelta(days=1))
    assert periods.working_days(following, nation) == count
    assert periods.is_working_day(due, nation)
