"""The forecast against simulated histories whose truth is known.

Four hundred sites under way are forecast, each from a simulated country of its own. With a coverage of exactly 80 % the
share that falls inside has a standard deviation of 2.2 points among the 330 or more that open, so that 80 ± 7 points is
where a correct interval is found in more than 99 of 100 draws of the seed; the seeds are fixed all the same.
"""

from datetime import date, timedelta

import numpy as np
import pytest

from implementation.queries.courses import OPENED, UNDER_WAY, WITHDRAWN, Waits
from implementation.queries.forecasts import Group, Refusal, forecast_at
from implementation.queries.futures import futures_of
from tests.implementation.histories import (
    START_OF_ALL,
    History,
    past_sites,
    write_course,
)

SITE = 9_999
ROUNDS = 400
TODAY = START_OF_ALL + timedelta(days=4_000)
TODAY_AMID = START_OF_ALL + timedelta(days=1_500)  # a quarter of the sites is under way then


def rounds(*, sites, withdrawal=0.0, today=TODAY, seed=1):
    """Forecast a site under way in each of many countries; give each forecast with the day on which it opens."""
    random = np.random.default_rng(seed)
    found = []
    while len(found) < ROUNDS:
        history = History()
        past_sites(history, random, sites, withdrawal=withdrawal, until=today, spread_days=1_400)
        begun = today - timedelta(days=int(random.integers(1, 250)))
        opens = write_course(history, SITE, random, begun, withdrawal=withdrawal, until=today)
        forecast = forecast_at(history.courses(), SITE, today=today)
        if forecast.refusal in {None, Refusal.FEW_SITES, Refusal.STILL_UNDER_WAY}:
            found.append((forecast, opens))
    return [(forecast, opens) for forecast, opens in found if forecast.refusal is None]


def covered(found):
    inside = [forecast.covers(opens) for forecast, opens in found if opens]
    return sum(inside) / len(inside)


def later_than_median(found):
    late = [opens > forecast.median_on for forecast, opens in found if opens]
    return sum(late) / len(late)


@pytest.mark.parametrize(
    ("sites", "withdrawal", "today"),
    [
        (15, 0.0, TODAY),
        (40, 0.0, TODAY),
        (40, 0.08, TODAY),
        (40, 0.08, TODAY_AMID),
        (150, 0.08, TODAY_AMID),
    ],
)
def test_forecast_interval_covers_eighty_per_cent(sites, withdrawal, today):
    found = rounds(sites=sites, withdrawal=withdrawal, today=today)

    assert len(found) > 250
    assert covered(found) == pytest.approx(0.80, abs=0.07)
    assert later_than_median(found) == pytest.approx(0.50, abs=0.10)


def test_forecast_chance_is_the_share_that_opens():
    found = rounds(sites=60, withdrawal=0.08)
    opened = sum(opens is not None for _, opens in found) / len(found)

    assert np.mean([forecast.chance for forecast, _ in found]) == pytest.approx(opened, abs=0.05)
    assert all(f.chance_low <= f.chance <= f.chance_high for f, _ in found)


def waits(days, outcomes):
    return Waits(np.arange(len(days)), np.array(days), np.array(outcomes))


def test_forecast_middle_is_not_shifted_by_withdrawals_that_strike_alike():
    random = np.random.default_rng(5)
    days = (random.lognormal(5, 0.5, 3_000)).astype(int) + 1
    is_withdrawn = random.random(3_000) < 0.3  # whatever the days

    all_open = futures_of(waits(days, np.full(3_000, OPENED)), seed=1)
    some_open = futures_of(waits(days, np.where(is_withdrawn, WITHDRAWN, OPENED)), seed=1)

    assert some_open.day_at(0.5) == pytest.approx(all_open.day_at(0.5), rel=0.05)
    assert some_open.chance == pytest.approx(0.7, abs=0.03)


def test_forecast_counts_sites_under_way_for_as_long_as_they_were_seen():
    random = np.random.default_rng(6)
    days = (random.lognormal(5, 0.5, 3_000)).astype(int) + 1
    seen = random.integers(1, 320, 3_000)  # how long each has been watched so far
    outcome = np.where(days <= seen, OPENED, UNDER_WAY)

    truth = float(np.median(days))
    honest = futures_of(waits(np.minimum(days, seen), outcome), seed=1).day_at(0.5)
    naive = float(np.median(days[days <= seen]))

    assert honest == pytest.approx(truth, rel=0.06)
    assert naive < truth * 0.9


def test_forecast_without_waiting_sites_is_what_hands_would_count():
    futures = futures_of(waits([10, 20, 30, 40], [OPENED, WITHDRAWN, OPENED, UNDER_WAY]), seed=1)

    # Aalen and Johansen by hand: 1/4 opens at 10, 1/4 is withdrawn at 20, then half of what is left opens at 30.
    assert futures.opened.sum() == pytest.approx(0.5, abs=0.05)
    assert futures.withdrawn.sum() == pytest.approx(0.25, abs=0.05)
    assert futures.chance == pytest.approx(2 / 3, abs=0.05)
    assert futures.unseen == pytest.approx(0.25 * 2 / 3 / (0.5 + 0.25 * 2 / 3), abs=0.05)
    assert futures.day_at(0.9) is None
    assert futures.longest == 40


def country(count, *, model="standard", nation="ENGLAND", first=1, history=None):
    history = history or History()
    random = np.random.default_rng(count)
    past_sites(history, random, count, first=first)
    for site in range(first, first + count):
        history.kinship[site] = (model, nation)
    return history


def under_way(history, *, today=TODAY):
    history.add(SITE, "START", "A", today - timedelta(days=5))
    return history.courses()


def test_forecast_refuses_to_rest_on_nine_sites():
    forecast = forecast_at(under_way(country(9)), SITE, today=TODAY)

    assert forecast.refusal is Refusal.FEW_SITES
    assert (forecast.ended_sites, forecast.median_on, forecast.chance) == (9, None, None)


def test_forecast_rests_on_ten_sites():
    forecast = forecast_at(under_way(country(10)), SITE, today=TODAY)

    assert forecast.refusal is None
    assert (forecast.opened_sites, forecast.group) == (10, Group.SAME_MODEL_AND_NATION)


def test_forecast_refuses_where_few_of_ten_opened():
    history = country(7)
    for site in range(100, 103):
        history.add(site, "START", "A", START_OF_ALL)
        history.add(site, "WITHDRAW", "A", START_OF_ALL + timedelta(days=400))

    forecast = forecast_at(under_way(history), SITE, today=TODAY)

    assert forecast.ended_sites == 10
    assert forecast.refusal is Refusal.FEW_SITES


def test_forecast_refuses_while_most_comparable_sites_are_under_way():
    history = country(10)
    for site in range(100, 140):
        history.add(site, "START", "A", START_OF_ALL)

    forecast = forecast_at(under_way(history), SITE, today=TODAY)

    assert forecast.refusal is Refusal.STILL_UNDER_WAY
    assert forecast.running_sites == 40


@pytest.mark.parametrize(
    ("kin", "group", "sites"),
    [
        ([("standard", "ENGLAND"), ("can", "WALES")], Group.SAME_MODEL_AND_NATION, 12),
        ([("standard", "WALES"), ("can", "WALES")], Group.SAME_MODEL, 12),
        ([("fit", "ENGLAND"), ("can", "ENGLAND")], Group.ALL, 24),
    ],
)
def test_forecast_widens_to_the_nearest_kin_of_whom_there_are_ten(kin, group, sites):
    history = History()
    for place, (model, nation) in enumerate(kin):
        country(12, model=model, nation=nation, first=1 + place * 100, history=history)

    forecast = forecast_at(under_way(history), SITE, today=TODAY)

    assert (forecast.group, forecast.opened_sites) == (group, sites)


def test_forecast_repeats_within_a_month_and_is_resampled_in_the_next():
    history, random = History(), np.random.default_rng(7)
    past_sites(history, random, 60, withdrawal=0.1)
    history.add(SITE, "START", "A", date(2025, 1, 6))
    history.add(SITE, "HOLD", "A", date(2025, 1, 8))  # so that the site stays where it is
    courses = history.courses()

    in_october = [forecast_at(courses, SITE, today=date(2025, 10, d)) for d in (1, 1, 31)]
    in_november = forecast_at(courses, SITE, today=date(2025, 11, 1))

    assert in_october[0] == in_october[1]
    assert in_october[0].chance_low == in_october[2].chance_low
    assert in_october[0].chance_low != in_november.chance_low


def test_forecast_knows_only_what_was_on_record_by_then():
    history = country(30)
    history.rows = [
        (site, kind, stage, day, day if site <= 12 else day + 4_000)
        for site, kind, stage, day, _ in history.rows
    ]

    assert forecast_at(under_way(history), SITE, today=TODAY).opened_sites == 12


def test_forecast_comes_nearer_with_each_stage():
    medians = []
    for stage in "ABCDE":
        history = country(200)
        history.add(SITE, "START", "A", TODAY - timedelta(days=200))
        if stage != "A":
            history.add(SITE, "MOVE", stage, TODAY - timedelta(days=3))
        medians.append(forecast_at(history.courses(), SITE, today=TODAY).median_on)

    assert medians[1:] == sorted(medians[1:], reverse=True)


def test_forecast_of_a_skewed_stage_moves_later_while_nothing_happens():
    history = country(200)
    history.add(SITE, "START", "E", TODAY - timedelta(days=150))
    courses = history.courses()

    medians = [
        forecast_at(courses, SITE, today=TODAY - timedelta(days=back)).median_on
        for back in (140, 70, 0)
    ]

    assert medians == sorted(medians)
    assert medians[2] > medians[0]
