"""What commissioners get: no count of 1 to 4 can be read or worked out."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import product
from operator import itemgetter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consultation.metrics import (
    ClosureGroup,
    EpisodeFacts,
    Metric,
    Unit,
    review_metrics,
    suppressed,
)
from mst_sites.periods import Period
from tests.consultation.standard import STANDARD

HALF = Period(date(2026, 1, 1), date(2026, 7, 1))
TODAY = date(2026, 8, 1)
CLOSED = date(2026, 6, 1)
COMPLETED, NOT_ENGAGED, PLACED, ADMINISTRATIVE = ClosureGroup
HIGH, LOW = ((date(2026, 5, 1), Decimal("0.95")),), ((date(2026, 5, 1), Decimal("0.60")),)


def review(episodes):
    metrics = review_metrics(
        episodes=episodes,
        weeks=[],
        period=HALF,
        today=TODAY,
        targets=STANDARD,
        since=HALF.starts_on,
    )
    return {metric.code: metric for metric in metrics}


def commissioner_copy(episodes):
    return {metric.code: metric for metric in suppressed(review(episodes).values())}


def figures_of(metrics):
    """Every number that a reader sees or gets by subtraction within one figure."""
    for code, metric in metrics.items():
        if metric.k is not None:
            yield f"{code} yes", metric.k
        if metric.n is not None and metric.unit != Unit.COUNT:
            yield f"{code} known", metric.n
            yield f"{code} not known", metric.missing
            if metric.k is not None and code != "M60":
                yield f"{code} no", metric.n - metric.k


def case(group=COMPLETED, *, home=True, school=True, arrests=True, tam_r=HIGH, days=120):
    return EpisodeFacts(
        "A1",
        started_on=None if days is None else CLOSED - timedelta(days=days),
        closed_on=CLOSED,
        closure_group=group,
        at_home=home,
        school_work=school,
        no_new_arrests=arrests,
        tam_r=tam_r,
    )


def hidden(episodes):
    return {code for code, metric in commissioner_copy(episodes).items() if metric.is_suppressed}


ENOUGH = [case()] * 10
SPLIT = [*[case(NOT_ENGAGED)] * 5, *[case(PLACED)] * 5, *ENOUGH]


def test_nothing_is_hidden_where_no_count_is_small():
    assert hidden(SPLIT) == set()


def test_hidden_figure_shows_no_number_and_no_verdict():
    found = commissioner_copy([*SPLIT, case(home=False)])["M20"].as_json()

    assert (found["k"], found["n"], found["missing"], found["value"]) == (None, None, None, None)
    assert (found["display"], found["status"]) == ("suppressed", None)
    assert found["note"] == "hidden to protect families: small numbers"


def test_one_small_closure_hides_the_three_shares_and_keeps_their_total():
    episodes = [*ENOUGH, *[case(NOT_ENGAGED)] * 5, case(PLACED)]

    assert hidden(episodes) == {"M10", "M11", "M12"}
    assert commissioner_copy(episodes)["M07"].k == 16


def test_small_number_of_administrative_closures_hides_all_closures():
    assert hidden([*SPLIT, *[case(ADMINISTRATIVE)] * 4]) == {"M06", "M13"}
    assert hidden([*SPLIT, *[case(ADMINISTRATIVE)] * 5]) == set()


def test_small_opportunity_hides_all_that_is_counted_over_it():
    episodes = [*[case()] * 4, *[case(ADMINISTRATIVE)] * 9]

    shown = {code for code, metric in commissioner_copy(episodes).items() if metric.k}
    assert shown == {"M60", "M05"}


def test_a_single_no_or_a_single_unknown_is_hidden():
    assert hidden([*SPLIT, case(school=False)]) == {"M21", "M23"}
    assert hidden([*SPLIT, case(school=None)]) == {"M21", "M23"}


def test_all_three_small_alone_hides_its_parts():
    episodes = [
        *[case(home=False)] * 5,
        *[case(school=False)] * 5,
        *[case(arrests=False)] * 6,
        *[case()] * 4,
    ]

    assert hidden(episodes) >= {"M20", "M21", "M22", "M23"}


def test_adherence_is_hidden_with_the_families_below_the_threshold():
    assert hidden([*SPLIT, case(tam_r=LOW)]) == {"M62", "M63"}
    assert hidden([*SPLIT, case(tam_r=())]) == {"M61", "M62", "M63"}


def test_range_of_stays_is_never_shown_to_commissioners():
    episodes = [*SPLIT, case(days=200)]

    assert "range 120 to 200 days" in review(episodes)["M40"].note
    assert "range" not in commissioner_copy(episodes)["M40"].note


def test_referrals_hide_together():
    decided = EpisodeFacts("R", referred_on=HALF.starts_on, accepted_on=HALF.starts_on)
    open_one = EpisodeFacts("U", referred_on=HALF.starts_on)

    assert hidden([decided] * 9) == set()
    assert hidden([*[decided] * 9, open_one]) == {"M02", "M03"}
    assert hidden([decided] * 4) == {"M01", "M02", "M03"}


ANSWERS = st.sampled_from((True, True, True, False, None))
CASES = st.builds(
    EpisodeFacts,
    case_ref=st.just("A1"),
    referred_on=st.sampled_from((None, date(2026, 1, 2), date(2025, 12, 1))),
    accepted_on=st.sampled_from((None, date(2026, 1, 3))),
    started_on=st.sampled_from((None, date(2026, 1, 5), date(2025, 12, 5))),
    closed_on=st.just(CLOSED),
    closure_group=st.sampled_from((COMPLETED, COMPLETED, NOT_ENGAGED, PLACED, ADMINISTRATIVE)),
    at_home=ANSWERS,
    school_work=ANSWERS,
    no_new_arrests=ANSWERS,
    tam_r=st.sampled_from((HIGH, HIGH, LOW, ())),
) | st.builds(
    EpisodeFacts,
    case_ref=st.just("B1"),
    referred_on=st.just(date(2026, 1, 2)),
    accepted_on=st.sampled_from((None, date(2026, 1, 3))),
    started_on=st.sampled_from((None, date(2026, 1, 5))),
)
# Teams in which one thing is common and another is rare, so that single counts are small.
TEAMS = st.builds(
    lambda common, times, rare: [*common * times, *rare],
    st.lists(CASES, max_size=3),
    st.integers(1, 8),
    st.lists(CASES, max_size=6),
)


@settings(max_examples=300, deadline=None)
@given(TEAMS)
def test_no_figure_shown_is_a_small_count(episodes):
    for name, count in figures_of(commissioner_copy(episodes)):
        if not name.startswith("M71"):
            assert not 1 <= count <= 4, name


@settings(max_examples=300, deadline=None)
@given(TEAMS)
def test_totals_and_parts_shown_never_differ_by_a_small_count(episodes):
    """Subtract any sum of shown parts from the total they belong to."""
    shown = dict(figures_of(commissioner_copy(episodes)))

    for total, parts in (
        ("M06 yes", ("M07 yes", "M13 yes")),
        ("M07 yes", ("M10 yes", "M11 yes", "M12 yes")),
        ("M13 known", ("M07 yes",)),
        ("M07 yes", ("M40 known",)),
        ("M07 yes", ("M62 known",)),
        ("M07 yes", ("M61 yes",)),
        ("M61 yes", ("M63 yes",)),
        ("M05 yes", ("M04 known",)),
        ("M01 yes", ("M02 known",)),
        ("M01 yes", ("M03 yes",)),
        *(("M07 yes", (f"{code} known",)) for code in ("M20", "M21", "M22", "M23")),
    ):
        if total in shown:
            left = shown[total] - sum(shown.get(part, 0) for part in parts)
            known = [part for part in parts if part in shown]
            assert not (known and 1 <= left <= 4), (total, known)


CODES = tuple(review(()))


def copies(cells):
    """Give the figures of a team by hand: a count, or a split into yes, no and not known."""
    base = dict.fromkeys(CODES, (50, 0, 0)) | cells
    return [
        Metric(code, code, Unit.PERCENT, k=yes, n=yes + no, missing=unknown, value=Fraction(1))
        for code, (yes, no, unknown) in base.items()
    ]


def splits(total, parts):
    """Give every way to split up to `total` cases into so many parts."""
    if parts == 0:
        yield ()
        return
    for first in range(total + 1):
        for rest in splits(total - first, parts - 1):
            yield first, *rest


def referral_teams():
    for yes, no, unknown in splits(14, 3):
        referred = yes + no + unknown
        yield {
            "M01": (referred, 0, 0),
            "M02": (yes, no, unknown),
            "M03": (yes, no + unknown, 0),
        }


def start_teams():
    for known, unknown in splits(14, 2):
        yield {"M05": (known + unknown, 0, 0), "M04": (known, 0, unknown)}


def closure_teams():
    for (completed, not_engaged, placed), administrative in product(splits(9, 3), range(10)):
        cases = completed + not_engaged + placed
        yield {
            "M06": (cases + administrative, 0, 0),
            "M07": (cases, 0, 0),
            "M10": (completed, cases - completed, 0),
            "M11": (not_engaged, cases - not_engaged, 0),
            "M12": (placed, cases - placed, 0),
            "M13": (administrative, cases, 0),
        }


def outcome_teams(kinds, most):
    """Give every team of up to so many families, each with its three answers."""
    for sizes in splits(most, len(kinds)):
        tally = [
            [
                sum(sizes[i] for i, kind in enumerate(kinds) if answer(kind) is word)
                for word in WORDS
            ]
            for answer in ANSWER_OF
        ]
        codes = ("M20", "M21", "M22", "M23")
        yield {
            "M07": (sum(sizes), 0, 0),
            **{code: tuple(cells) for code, cells in zip(codes, tally, strict=True)},
        }


def adherence_teams():
    for above, below, without in splits(14, 3):
        yield {
            "M07": (above + below + without, 0, 0),
            "M61": (above + below, without, 0),
            "M62": (above + below, 0, without),
            "M63": (above, below, without),
        }


WORDS = (True, False, None)
ANSWER_OF = (
    *(itemgetter(place) for place in range(3)),
    lambda kind: None if None in kind else all(kind),
)
YES_OR_NO = tuple(product((True, False), repeat=3))
HOME_AND_SCHOOL = tuple((home, school, True) for home, school in product(WORDS, repeat=2))


@pytest.mark.parametrize(
    "teams",
    [
        referral_teams,
        start_teams,
        closure_teams,
        adherence_teams,
        lambda: outcome_teams(YES_OR_NO, 8),
        lambda: outcome_teams(HOME_AND_SCHOOL, 7),
    ],
    ids=("referrals", "starts", "closures", "adherence", "outcomes", "unknown outcomes"),
)
def test_no_hidden_count_follows_from_what_is_shown(teams):
    """Find, for every team there could be, another with the same copy and another count.

    This is the reader who knows the rules of hiding and tries them on all teams.
    """
    truths = defaultdict(lambda: defaultdict(set))
    for team in teams():
        copy = suppressed(copies(team))
        looks = tuple((m.is_suppressed, m.k, m.n, m.missing) for m in copy)
        for metric in copy:
            if metric.is_suppressed:
                for place, count in enumerate(team.get(metric.code, ())):
                    truths[looks][metric.code, place].add(count)

    assert truths
    for cells in truths.values():
        for cell, counts in cells.items():
            assert len(counts) > 1 or not counts & {1, 2, 3, 4}, (cell, counts)
