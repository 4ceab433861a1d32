"""The figures of a review: cohorts, denominators, targets, rounding and words."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consultation.metrics import (
    CLOSURE_GROUPS,
    ClosureGroup,
    ConsultationWeek,
    EpisodeFacts,
    Metric,
    Operator,
    Status,
    Target,
    Unit,
    review_metrics,
)
from mst_sites.periods import Period
from tests.consultation.standard import STANDARD

HALF = Period(date(2026, 1, 1), date(2026, 7, 1))
TODAY = date(2026, 8, 1)
START = date(2026, 1, 5)
CLOSED = date(2026, 5, 5)
OPENED = date(2024, 1, 1)
COMPLETED, NOT_ENGAGED, PLACED, ADMINISTRATIVE = ClosureGroup


def figures(episodes=(), weeks=(), *, period=HALF, today=TODAY, since=OPENED, targets=STANDARD):
    metrics = review_metrics(
        episodes=episodes,
        weeks=weeks,
        period=period,
        today=today,
        targets=targets,
        since=since,
    )
    return {metric.code: metric for metric in metrics}


def closed(group=COMPLETED, count=1, **facts):
    facts = {"started_on": START, "closed_on": CLOSED, **facts}
    return [EpisodeFacts(f"C{n}", closure_group=group, **facts) for n in range(count)]


def scores(*values, first=date(2026, 1, 19)):
    return tuple((first + timedelta(days=28 * n), Decimal(value)) for n, value in enumerate(values))


def test_metrics_are_those_of_the_review_in_order():
    assert list(figures()) == [
        *("M01", "M02", "M03", "M04", "M05", "M06", "M07", "M10", "M11", "M12", "M13"),
        *("M20", "M21", "M22", "M23", "M40", "M60", "M61", "M62", "M63", "M71"),
    ]


def test_manchester_2016_comes_out_as_published():
    """87 referred, 44 not suitable, 43 taken on and completed in a mean of 122 days, 36 to 161."""
    stays = [36, *[123] * 35, *[124] * 6, 161]
    assert (len(stays), sum(stays)) == (43, 43 * 122)
    closed_on = date(2016, 4, 20)
    year = Period(date(2015, 5, 1), date(2016, 5, 1))
    taken_on = [
        EpisodeFacts(
            f"M{n}",
            referred_on=date(2015, 6, 1),
            accepted_on=date(2015, 6, 8),
            started_on=closed_on - timedelta(days=stay),
            closed_on=closed_on,
            closure_group=COMPLETED,
        )
        for n, stay in enumerate(stays)
    ]
    unsuitable = [
        EpisodeFacts(
            f"U{n}",
            referred_on=date(2015, 6, 1),
            closed_on=date(2015, 6, 10),
            closure_group=ADMINISTRATIVE,
        )
        for n in range(44)
    ]

    found = figures([*taken_on, *unsuitable], period=year, today=date(2016, 6, 1))

    assert (found["M01"].k, found["M01"].display) == (87, "87")
    assert (found["M03"].k, found["M03"].n, found["M03"].display) == (43, 87, "49.4 %")
    assert (found["M40"].value, found["M40"].display) == (122, "122.0 days")
    assert found["M40"].status == Status.MET
    assert found["M40"].note == "median 123.0 days; range 36 to 161 days"
    assert (found["M06"].k, found["M07"].k) == (87, 43)
    assert (found["M13"].k, found["M13"].n) == (44, 87)


def test_scarborough_completion_is_not_met_and_close():
    found = figures([*closed(COMPLETED, 48), *closed(NOT_ENGAGED, 9)])

    assert found["M10"].as_json() == {
        "code": "M10",
        "name": "Completed treatment",
        "k": 48,
        "n": 57,
        "missing": 0,
        "value": 4800 / 57,
        "display": "84.2 %",
        "target": 85,
        "operator": ">=",
        "status": "not met",
        "note": "close: within 5 percentage points",
    }
    assert (found["M11"].display, found["M11"].status) == ("15.8 %", Status.NOT_MET)
    assert found["M11"].note == ""
    assert (found["M12"].display, found["M12"].status) == ("0.0 %", Status.MET)


def test_empty_period_has_no_data_and_no_percentages():
    found = figures(today=date(2025, 1, 1))
    counts = {"M01", "M05", "M06", "M07"}
    assert {(found[code].display, found[code].status) for code in counts} == {("0", None)}
    for code in found.keys() - counts:
        metric = found[code].as_json()
        assert (metric["value"], metric["display"], metric["status"]) == (
            None,
            "no data",
            "no data",
        )


def test_closure_counts_on_its_first_day_and_not_on_the_period_end():
    cases = [
        *closed(closed_on=HALF.starts_on, started_on=date(2025, 9, 1)),
        *closed(closed_on=HALF.last_day),
        *closed(closed_on=HALF.ends_on),
    ]

    assert figures(cases)["M07"].k == 2


def test_administrative_closures_stay_outside_the_opportunity():
    found = figures([*closed(COMPLETED, 3), *closed(PLACED), *closed(ADMINISTRATIVE, 2)])

    assert (found["M06"].k, found["M07"].k) == (6, 4)
    assert (found["M13"].k, found["M13"].n) == (2, 6)
    assert (found["M10"].k, found["M10"].n) == (3, 4)
    assert found["M12"].note == found["M13"].note == "small numbers"


def test_outcome_that_is_not_known_is_missing_and_not_a_no():
    found = figures(
        [
            *closed(at_home=True, school_work=True, no_new_arrests=True, count=2),
            *closed(at_home=True, school_work=False, no_new_arrests=True),
            *closed(at_home=False, school_work=None, no_new_arrests=True),
        ]
    )

    assert [(found[c].k, found[c].n, found[c].missing) for c in ("M20", "M21", "M22", "M23")] == [
        (3, 4, 0),
        (2, 3, 1),
        (4, 4, 0),
        (2, 3, 1),
    ]


def test_referral_decisions():
    found = figures(
        [
            EpisodeFacts("A", referred_on=START, accepted_on=START, started_on=date(2026, 1, 26)),
            EpisodeFacts("B", referred_on=START, started_on=date(2026, 1, 15)),
            EpisodeFacts("C", referred_on=START, accepted_on=date(2026, 7, 9)),
            EpisodeFacts("D", referred_on=START, closed_on=CLOSED, closure_group=ADMINISTRATIVE),
            EpisodeFacts("E", referred_on=START),
            EpisodeFacts("F", started_on=date(2026, 2, 1)),
        ]
    )

    assert (found["M01"].k, found["M05"].k) == (5, 3)
    assert (found["M02"].k, found["M02"].n, found["M02"].missing) == (3, 4, 1)
    assert (found["M03"].k, found["M03"].n) == (3, 5)
    assert (found["M04"].display, found["M04"].n, found["M04"].missing) == ("15.5 days", 2, 1)
    assert found["M04"].note == "median 15.5 days; small numbers"


@pytest.mark.parametrize(
    ("days", "status"),
    [(99, "not met"), (100, "met"), (140, "met"), (141, "not met")],
)
def test_length_of_stay_band_includes_both_ends(days, status):
    found = figures(closed(started_on=CLOSED - timedelta(days=days)))

    assert (found["M40"].value, found["M40"].status) == (days, status)
    assert found["M40"].as_json()["target"] == [100, 140]


def test_adherence_weighs_families_and_not_forms():
    found = figures(
        [*closed(tam_r=scores("1.00", "1.00", "1.00")), *closed(tam_r=scores("0.20")), *closed()]
    )

    assert (found["M62"].display, found["M62"].n, found["M62"].missing) == ("0.60", 2, 1)
    assert found["M62"].status == Status.NOT_MET
    assert (found["M63"].k, found["M63"].n) == (1, 2)
    assert (found["M61"].k, found["M61"].n, found["M61"].status) == (2, 3, Status.NOT_MET)


@pytest.mark.parametrize(
    ("forms", "above"),
    [(("0.61",), 1), (("0.60", "0.62"), 1), (("0.60", "0.61"), 0), (("0.6099",), 0)],
)
def test_adherence_threshold_is_compared_unrounded(forms, above):
    found = figures(closed(tam_r=scores(*forms)))

    assert found["M63"].k == above
    assert found["M62"].status == (Status.MET if above else Status.NOT_MET)
    assert found["M62"].display == "0.61"
    assert ("meets the target only when rounded" in found["M62"].note) is not bool(above)


def test_tam_r_falls_due_two_weeks_after_the_start_then_every_four():
    def due(**facts):
        return EpisodeFacts("A", started_on=START, **facts).tam_r_due(HALF, today=TODAY)

    assert due() == 6
    assert due(closed_on=START + timedelta(days=13)) == 0
    assert due(closed_on=START + timedelta(days=14)) == 1
    assert due(closed_on=START + timedelta(days=41)) == 1
    assert due(closed_on=START + timedelta(days=42)) == 2
    assert EpisodeFacts("A", started_on=START).tam_r_due(HALF, today=START) == 0
    assert EpisodeFacts("A").tam_r_due(HALF, today=TODAY) == 0


@settings(deadline=None)
@given(
    started=st.integers(-300, 300),
    closed_after=st.none() | st.integers(0, 300),
    today=st.integers(-50, 400),
)
def test_tam_r_due_is_as_counting_day_by_day(started, closed_after, today):
    start = HALF.starts_on + timedelta(days=started)
    end = None if closed_after is None else start + timedelta(days=closed_after)
    now = HALF.starts_on + timedelta(days=today)
    episode = EpisodeFacts("A", started_on=start, closed_on=end)

    slots = [start + timedelta(days=14 + 28 * n) for n in range(40)]
    expected = [day for day in slots if day in HALF and day <= now and (not end or day <= end)]
    assert episode.tam_r_due(HALF, today=now) == len(expected)


def test_tam_r_collection_may_exceed_what_was_due():
    case = EpisodeFacts("A", started_on=date(2026, 6, 1), tam_r=scores("0.5", first=START))
    more = EpisodeFacts("B", tam_r=(*scores("0.5"), (date(2025, 12, 31), Decimal("0.9"))))

    found = figures([case, more])["M60"]
    assert (found.k, found.n, found.missing, found.display) == (2, 1, 0, "200.0 %")
    assert found.status == Status.MET
    told = "1 family with TAM-Rs has no day of start, so none of its were due"
    assert found.private_remarks == (told,)


def test_consultation_counts_weeks_by_their_monday():
    march = Period(date(2026, 3, 2), date(2026, 3, 30))
    weeks = [
        ConsultationWeek(date(2026, 2, 23), was_held=True),
        ConsultationWeek(date(2026, 3, 2), was_held=True),
        ConsultationWeek(date(2026, 3, 9), was_held=False),
        ConsultationWeek(date(2026, 3, 16), was_held=False, is_agreed_closure=True),
    ]

    found = figures(weeks=weeks, period=march)["M71"]

    assert (found.k, found.n, found.display) == (1, 3, "33.3 %")
    assert found.note == "1 week without a note; small numbers"


def test_consultation_leaves_out_weeks_before_opening_and_the_week_that_is_not_over():
    monday = date(2026, 3, 16)
    march = Period(date(2026, 3, 2), date(2026, 3, 30))

    def shares(today, *weeks):
        found = figures(weeks=weeks, period=march, today=today, since=date(2026, 3, 4))["M71"]
        return found.k, found.n

    assert shares(monday) == (0, 1)
    assert shares(monday + timedelta(days=6)) == (0, 1)
    assert shares(monday + timedelta(days=7)) == (0, 2)
    assert shares(monday, ConsultationWeek(monday, was_held=True)) == (1, 2)
    assert shares(monday, ConsultationWeek(monday, was_held=False)) == (0, 1)


def test_figures_without_targets_are_counted_and_not_judged():
    found = figures(closed(), targets={})

    assert {metric.target for metric in found.values()} == {None}
    assert (found["M10"].display, found["M10"].status) == ("100.0 %", None)


def metric(value, target=None, unit=Unit.PERCENT):
    return Metric("M10", "Completed", unit, k=1, n=20, value=Fraction(value), target=target)


@pytest.mark.parametrize(
    ("value", "unit", "display"),
    [
        (Fraction("84.25"), Unit.PERCENT, "84.3 %"),
        (Fraction("84.35"), Unit.PERCENT, "84.4 %"),
        (Fraction(3100, 38), Unit.PERCENT, "81.6 %"),
        (Fraction("0.605"), Unit.SCORE, "0.61"),
        (Fraction("0.125"), Unit.SCORE, "0.13"),
        (Fraction("121.95"), Unit.DAYS, "122.0 days"),
        (Fraction(12), Unit.COUNT, "12"),
    ],
)
def test_display_rounds_half_up(value, unit, display):
    assert metric(value, unit=unit).display == display


def test_value_that_only_rounds_to_its_target_is_not_met():
    found = metric("84.96", Target(Operator.AT_LEAST, Decimal(85)))

    assert (found.display, found.status) == ("85.0 %", Status.NOT_MET)
    assert found.note == "close: within 5 percentage points; meets the target only when rounded"


@pytest.mark.parametrize(
    ("value", "status", "note"),
    [
        ("4.9", "met", ""),
        ("4.99", "met", "meets the target only before rounding"),
        ("5", "not met", "close: within 5 percentage points"),
        ("10", "not met", "close: within 5 percentage points"),
        ("10.01", "not met", ""),
    ],
)
def test_target_below_is_not_met_by_the_target_itself(value, status, note):
    found = metric(value, Target(Operator.BELOW, Decimal(5)))

    assert (found.status, found.note) == (status, note)


@pytest.mark.parametrize(
    ("target", "unit", "words"),
    [
        (Target(Operator.AT_LEAST, Decimal(85)), Unit.PERCENT, "at least 85 %"),
        (Target(Operator.BELOW, Decimal(5)), Unit.PERCENT, "below 5 %"),
        (Target(Operator.AT_LEAST, Decimal("100.00")), Unit.PERCENT, "at least 100 %"),
        (Target(Operator.BETWEEN, Decimal(100), Decimal(140)), Unit.DAYS, "100 to 140 days"),
        (Target(Operator.AT_LEAST, Decimal("0.61")), Unit.SCORE, "at least 0.61"),
        (None, Unit.SCORE, ""),
    ],
)
def test_target_is_said_in_words(target, unit, words):
    assert metric(1, target, unit).target_display == words


@pytest.mark.parametrize("ends", [(Operator.BETWEEN,), (Operator.BELOW, Decimal(2))])
def test_band_and_only_a_band_has_an_upper_end(ends):
    with pytest.raises(ValueError, match="upper end"):
        Target(ends[0], Decimal(1), *ends[1:])


def test_every_closure_reason_belongs_to_a_group():
    assert set(CLOSURE_GROUPS) == {
        *("COMP", "NENG", "PLAC", "PLPR", "MOVE", "WDRW", "INAP", "PROG", "OTHR")
    }
    assert set(CLOSURE_GROUPS.values()) == set(ClosureGroup)


ANSWERS = st.none() | st.booleans()
EPISODES = st.builds(
    EpisodeFacts,
    case_ref=st.just("A1"),
    referred_on=st.none() | st.dates(date(2025, 1, 1), date(2026, 8, 1)),
    accepted_on=st.none() | st.dates(date(2025, 1, 1), date(2026, 8, 1)),
    started_on=st.dates(date(2025, 1, 1), date(2025, 12, 1)),
    closed_on=st.dates(date(2025, 12, 1), date(2026, 8, 1)),
    closure_group=st.sampled_from(ClosureGroup),
    at_home=ANSWERS,
    school_work=ANSWERS,
    no_new_arrests=ANSWERS,
)


@settings(deadline=None)
@given(st.lists(EPISODES, max_size=30))
def test_parts_add_up_to_their_totals(episodes):
    found = figures(episodes)

    assert found["M07"].k == sum(found[code].k for code in ("M10", "M11", "M12"))
    assert found["M06"].k == found["M07"].k + found["M13"].k
    for code in ("M20", "M21", "M22", "M23", "M40", "M62", "M63"):
        assert found[code].n + found[code].missing == found["M07"].k
    assert found["M02"].n + found["M02"].missing == found["M01"].k
    for metric in found.values():
        if metric.unit == Unit.PERCENT and metric.n:
            assert metric.value * metric.n == 100 * metric.k
            assert metric.missing >= 0
    if found["M07"].k:
        assert sum(found[code].value for code in ("M10", "M11", "M12")) == 100
