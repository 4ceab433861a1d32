"""Every kind of chart with made-up figures, for the kit page and for tests."""

from datetime import date, timedelta
from typing import Any

from mst_sites.look.charts import (
    Bars,
    Dots,
    HorizontalBars,
    Journey,
    Lane,
    Line,
    Mark,
    Reference,
    Series,
    Span,
    Spans,
    Stretch,
    Strip,
    Week,
)

WEEKS_PAST = 44


def charts() -> list[Any]:
    monday = date(2025, 7, 7)
    state = {7: "cancelled", 8: "cancelled", 24: "cancelled", 25: "missing", 33: "replaced"}
    weeks = [
        Week(monday + timedelta(weeks=n), "to_come" if n > WEEKS_PAST else state.get(n, "held"))
        for n in range(52)
    ]
    months = ["Sep 2025", "Oct", "Nov", "Dec", "Jan 2026", "Feb", "Mar"]
    return [
        Bars(
            "Two of three ultimate outcomes are over their target; school or work is not.",
            ["Living at home", "In school or work", "No new arrests"],
            [
                Series("July to December 2025", [89.5, 71.1, 84.2]),
                Series("January to June 2026", [92.1, 73.7, None]),
            ],
            targets=[90, 90, 90],
            operators=[">=", ">=", ">="],
        ),
        HorizontalBars(
            "Most families completed; not engaging is the next most frequent reason.",
            [
                "Completed treatment",
                "Not engaged from the start",
                "Placed out of home",
                "Moved out of the area",
                "Funding ended",
            ],
            [Series("Closures", [31, 4, 2, 1, 0])],
        ),
        HorizontalBars(
            "Afon Valley has the most families whose school status is not known.",
            ["Afon Valley", "Harbour and Moor", "Gwasanaeth Teuluoedd Dyffryn Clwyd a'r Cyffiniau"],
            [Series("Yes", [21, 18, 9]), Series("No", [6, 4, 2]), Series("Not known", [11, 1, 0])],
        ),
        Line(
            "Collection of TAM-R has been over 70 per cent since January.",
            months,
            [58, 61.2, None, 66.7, 71.4, 76, 74.1],
            [Reference("Target", 70)],
            value_label="Collected",
        ),
        Journey(
            "259 days from the first enquiry to the opening.",
            [
                Lane(
                    "C Critical issues and design",
                    [
                        Stretch(date(2019, 11, 18), date(2020, 2, 20), is_planned=True),
                        Stretch(date(2019, 11, 18), date(2020, 2, 28)),
                    ],
                    [Mark(date(2020, 2, 28), "done", "C5 Referral sources agreed")],
                ),
                Lane(
                    "D Site Readiness Review",
                    [Stretch(date(2020, 3, 1), date(2020, 4, 20), is_planned=True)],
                    [Mark(date(2020, 3, 10), "overdue"), Mark(date(2020, 4, 20), "to_come")],
                ),
                Lane("Gates", marks=[Mark(date(2019, 11, 18), "gate", "Go or no-go")]),
                Lane("Meetings", marks=[Mark(date(2020, 1, 14), "meeting", "Steering group")]),
            ],
            date(2020, 3, 16),
            opening=date(2020, 5, 18),
        ),
        Strip("Consultation was held in 41 of 45 weeks.", weeks),
        Dots(
            "24 of 31 scores are over the threshold.",
            [
                0.42,
                0.48,
                0.55,
                0.57,
                0.58,
                0.6,
                0.6,
                0.62,
                0.63,
                0.64,
                0.66,
                0.66,
                0.67,
                0.68,
                0.7,
                0.71,
                0.71,
                0.72,
                0.74,
                0.74,
                0.76,
                0.78,
                0.79,
                0.8,
                0.82,
                0.84,
                0.86,
                0.88,
                0.9,
                0.93,
                1,
            ],
            0.61,
            "Threshold",
        ),
        Spans(
            "The site is likely to open between March and September, later than planned.",
            [
                Span("Forecast", date(2027, 3, 1), date(2027, 9, 20), date(2027, 5, 30)),
                Span(
                    "A month ago",
                    date(2027, 2, 8),
                    date(2027, 11, 2),
                    date(2027, 5, 4),
                    is_open_ended=True,
                ),
                Span("Planned opening", date(2027, 1, 18), date(2027, 1, 18)),
            ],
            date(2026, 11, 23),
            "Today",
        ),
    ]
