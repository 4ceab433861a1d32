"""What moved a forecast is said in sentences that tell what happened and what it means."""

from datetime import date, timedelta

import pytest

from implementation.queries.forecasts import Cause, Forecast, Outlook, Refusal, Step
from implementation.tables.forecast_words import moved

THEN, NOW = date(2026, 10, 31), date(2026, 11, 20)
MIDDLE = date(2027, 3, 1)


def outlook(*steps, before=None):
    shift = timedelta(days=sum(step.days for step in steps))
    return Outlook(
        now=Forecast(NOW, median_on=MIDDLE + shift),
        before=before or Forecast(THEN, median_on=MIDDLE),
        steps=steps,
    )


@pytest.mark.parametrize(
    ("cause", "days", "words"),
    [
        (
            Cause.TIME,
            1,
            "1 day later, because time passed: while a site stays in its stage, its opening moves away with the days",
        ),
        (
            Cause.TIME,
            -2,
            (
                "2 days earlier, because time passed: of the sites that stayed in this stage as long,"
                " many opened soon afterwards"
            ),
        ),
        (
            Cause.MOVE,
            12,
            "12 days later, because of how the site moved: from where it is now, other sites took longer to open",
        ),
        (
            Cause.MOVE,
            -12,
            "12 days earlier, because the site moved on: from where it is now, other sites opened sooner",
        ),
        (
            Cause.SITES,
            3,
            "3 days later, because more is known of other sites: comparable ones take longer to open than it seemed",
        ),
        (
            Cause.SITES,
            -3,
            "3 days earlier, because more is known of other sites: comparable ones open sooner than it seemed",
        ),
    ],
)
def test_what_moved_a_forecast_is_a_sentence(cause, days, words):
    assert moved(outlook(Step(cause, days))) == [
        f"Since 31 October 2026 the middle of the forecast has moved: it is {words}."
    ]


def test_several_causes_each_say_their_part():
    first, *parts = moved(outlook(Step(Cause.TIME, 9), Step(Cause.MOVE, -4)))

    assert first == (
        "Since 31 October 2026 the middle of the forecast has moved: it is 5 days later. Of that:"
    )
    assert [part.split(",")[0] for part in parts] == ["9 days later", "4 days earlier"]


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (outlook(), "is where it was on 31 October 2026: nothing moved it."),
        (
            outlook(Step(Cause.TIME, 4), Step(Cause.MOVE, -4)),
            "is where it was on 31 October 2026: what moved it evens out.",
        ),
        (
            outlook(before=Forecast(THEN, Refusal.NOT_BEGUN)),
            "The set-up began after 31 October 2026: this is its first month",
        ),
        (
            outlook(before=Forecast(THEN, Refusal.FEW_SITES)),
            "On 31 October 2026 there was no forecast, so there is nothing to compare this one with.",
        ),
    ],
)
def test_what_did_not_move_says_why(found, words):
    assert words in moved(found)[0]


def test_what_is_not_forecast_has_not_moved():
    assert moved(Outlook(Forecast(NOW, Refusal.IS_OPEN), Forecast(THEN))) == []
