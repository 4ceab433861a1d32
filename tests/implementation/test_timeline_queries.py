"""A site's journey: which stage it was in when, and how far from the plan."""

from datetime import UTC, date, datetime, timedelta

import pytest

from implementation.models import Stage
from implementation.queries.timeline import Stretch, planned_stretch, stages_been_in, timeline_of
from implementation.tables.timeline import Moment, finding, journey_chart, moments, slip
from tests.factories import (
    ActivityFactory,
    GateDecisionFactory,
    OpeningChangeFactory,
    PlanFactory,
    StageTransitionFactory,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)
START = date(2026, 1, 5)


def move(kind, stage, day):
    return StageTransitionFactory.build(
        kind=kind, to_stage=stage, happened_on=day, plan=None, site=None
    )


def test_a_site_is_in_a_stage_until_the_day_before_it_moves_on():
    moves = [move("START", "A", START), move("MOVE", "B", START + timedelta(days=10))]

    assert stages_been_in(moves, today=TODAY) == {
        "A": [Stretch(START, START + timedelta(days=9))],
        "B": [Stretch(START + timedelta(days=10), TODAY)],
    }


def test_a_stage_of_no_days_is_the_day_itself():
    moves = [move("START", "A", START), move("MOVE", "B", START)]

    assert stages_been_in(moves, today=TODAY)["A"] == [Stretch(START, START)]


def test_a_site_on_hold_is_in_no_stage():
    moves = [
        move("START", "A", START),
        move("HOLD", "A", START + timedelta(days=10)),
        move("RESUME", "A", START + timedelta(days=30)),
    ]

    assert stages_been_in(moves, today=TODAY)["A"] == [
        Stretch(START, START + timedelta(days=9)),
        Stretch(START + timedelta(days=30), TODAY),
    ]


def test_a_withdrawn_site_stops():
    moves = [move("START", "A", START), move("WITHDRAW", "A", START + timedelta(days=10))]

    assert stages_been_in(moves, today=TODAY) == {"A": [Stretch(START, START + timedelta(days=9))]}


def test_a_site_without_moves_was_nowhere():
    assert stages_been_in([], today=TODAY) == {}


def test_planned_time_begins_when_the_first_activity_must():
    plan = PlanFactory()
    early = ActivityFactory(plan=plan, code="C1", forecast_on=date(2026, 3, 31), duration_days=30)
    late = ActivityFactory(plan=plan, code="C2", forecast_on=date(2026, 5, 1), duration_days=14)
    undated = ActivityFactory(plan=plan, code="C3")

    assert planned_stretch([early, late, undated]) == Stretch(date(2026, 3, 1), date(2026, 5, 1))
    assert planned_stretch([undated]) is None


def test_timeline_leaves_out_what_does_not_apply():
    plan = PlanFactory()
    ActivityFactory(plan=plan, code="A1")
    ActivityFactory(plan=plan, code="A2", not_applicable_reason="One agency only")

    course = timeline_of(plan, today=TODAY).courses[0]

    assert course.stage == Stage.ENQUIRY
    assert [activity.code for activity in course.activities] == ["A1"]


def test_timeline_reads_any_history_in_four_queries(django_assert_num_queries):
    plan = PlanFactory()
    for number in range(20):
        StageTransitionFactory(plan=plan, happened_on=START + timedelta(days=number))
        OpeningChangeFactory(plan=plan, changed_at=datetime(2026, 2, 1 + number, tzinfo=UTC))
        GateDecisionFactory(plan=plan)

    with django_assert_num_queries(4):
        timeline_of(plan, today=TODAY)


@pytest.mark.parametrize(
    ("planned", "actual", "words"),
    [
        (TODAY - timedelta(days=3), None, "3 days late"),
        (TODAY - timedelta(days=1), None, "1 day late"),
        (TODAY, None, ""),
        (TODAY + timedelta(days=3), None, ""),
        (START, START, "on the day"),
        (START, START + timedelta(days=1), "1 day late"),
        (START, START - timedelta(days=2), "2 days early"),
        (None, START, ""),
    ],
)
def test_slip_is_said_in_days(planned, actual, words):
    assert slip(Moment("", "", planned, actual, "done"), today=TODAY) == words


def test_finding_says_how_long_it_took_to_open():
    plan = PlanFactory(started_on=date(2019, 9, 2), site__opened_on=date(2020, 5, 18))

    assert finding(plan, today=TODAY) == "Open since 18 May 2020, 259 days after the first enquiry."


def test_finding_counts_no_days_of_a_plan_that_came_after_the_opening():
    plan = PlanFactory(site__opened_on=date(2024, 1, 1), started_on=date(2026, 1, 5))

    assert finding(plan, today=TODAY) == "Open since 1 January 2024."


def test_finding_says_when_the_opening_is_planned():
    plan = PlanFactory(started_on=TODAY - timedelta(days=1), planned_opening_on=date(2027, 3, 1))

    assert (
        finding(plan, today=TODAY)
        == "1 day since the first enquiry; planned to open on 1 March 2027."
    )


def test_moments_are_in_the_order_of_their_days():
    plan = PlanFactory(planned_opening_on=date(2027, 3, 1))
    ActivityFactory(plan=plan, code="A1", title="Second", forecast_on=date(2026, 3, 2))
    ActivityFactory(plan=plan, code="A2", title="No day")
    StageTransitionFactory(plan=plan)
    timeline = timeline_of(plan, today=TODAY)

    found = moments(timeline, [(date(2026, 2, 2), "Steering group")], today=TODAY)

    assert [str(moment.what) for moment in found] == [
        "Begun",
        "Steering group",
        "A1 Second",
        "Opening day",
        "A2 No day",
    ]


def opened(*, today, activity_on=date(2020, 7, 1)):
    plan = PlanFactory(
        started_on=date(2019, 9, 2),
        planned_opening_on=date(2020, 4, 1),
        site__opened_on=date(2020, 5, 18),
    )
    ActivityFactory(plan=plan, code="F1", stage="F", completed_on=activity_on)
    meetings = [(date(2025, 3, 4), "Steering group")]
    return journey_chart(timeline_of(plan, today=today), meetings, today=today)


def test_picture_of_an_open_site_ends_after_its_set_up_and_says_so():
    chart = opened(today=TODAY)

    assert (chart.until, chart.opening) == (date(2020, 8, 12), date(2020, 5, 18))
    assert str(chart.title) == (
        "Open since 18 May 2020, 259 days after the first enquiry. "
        "That was 6 years and 6 months ago: the picture of the set-up ends on 12 August 2020."
    )


def test_picture_of_a_site_goes_on_to_today_while_something_of_its_set_up_is_near():
    chart = opened(today=date(2020, 8, 12))

    assert chart.until is None
    assert str(chart.title) == "Open since 18 May 2020, 259 days after the first enquiry."


def test_picture_of_a_site_in_set_up_goes_on_to_today():
    plan = PlanFactory(started_on=START, planned_opening_on=date(2026, 3, 1))

    chart = journey_chart(timeline_of(plan, today=TODAY), [], today=TODAY)

    assert (chart.until, chart.opening, chart.has_opened) == (None, date(2026, 3, 1), False)
