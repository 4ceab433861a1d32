"""Charts say their finding, need no style sheet, and no label ever touches another, whatever the figures."""

import re
from datetime import date, timedelta
from itertools import combinations
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import settings as examples_of
from hypothesis import strategies as st

from mst_sites.look import examples
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
    Sparkline,
    Stretch,
    Strip,
    Week,
    chart_table,
    draw,
)
from mst_sites.look.charts.canvas import cut, show, text_width, wrap
from mst_sites.look.charts.journey import MARKS

SVG = "{http://www.w3.org/2000/svg}"
WELSH = "Gwasanaethau Cymdeithasol Plant a Theuluoedd Rhondda Cynon Taf"
LONGEST = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"
MONDAY = date(2025, 7, 7)

ENDED = Journey(
    "t",
    [
        Lane("F", [Stretch(MONDAY, MONDAY + timedelta(days=2_000))], [Mark(MONDAY, "done")]),
        Lane("Meetings", marks=[Mark(MONDAY + timedelta(days=900), "meeting", "Steering group")]),
    ],
    MONDAY + timedelta(days=2_000),
    opening=MONDAY,
    has_opened=True,
    until=MONDAY + timedelta(days=60),
)
CASES = {
    **{f"example {number}": spec for number, spec in enumerate(examples.charts())},
    "bars of nought and all": Bars("t", ["a", "b"], [Series("s", [0, 100])], [0, 100], ["<", ">="]),
    "bars without data": Bars("t", ["a"], [Series("s", [None])], [90]),
    "bars of nothing": Bars("t", [], []),
    "bars over the top": Bars("t", ["a"], [Series("s", [240.5])], [90]),
    "bars in Welsh": Bars("t", [WELSH, LONGEST, WELSH],
        [Series(WELSH, [81.55, 5, 99.95]), Series(LONGEST, [80, 5.1, 100])], [85, 5, 90], [">=", "<", "<="]),
    "many bars": Bars("t", [str(n) for n in range(12)], [Series("s", range(12)), Series("r", range(12))]),
    "lying bars without data": HorizontalBars("t", ["a", "b"], [Series("s", [None, 0])]),
    "lying bars of nothing": HorizontalBars("t", [], [Series("s", [])]),
    "lying bars in Welsh": HorizontalBars("t", [WELSH, LONGEST], [Series(WELSH, [3, 1]), Series("Arall", [0, 12345])]),
    "line without data": Line("t", ["a", "b"], [None, None], [Reference("Target", 70)]),
    "line of nothing": Line("t", [], []),
    "line of one": Line("t", ["Mawrth 2026"], [50.05]),
    "line in Welsh": Line("t", [WELSH] * 6, [0, 100, 50, None, 0, 100], [Reference(WELSH, 61), Reference(LONGEST, 70)]),
    "long line": Line("t", [f"Wythnos {n}" for n in range(53)], [n * 1.9 for n in range(53)]),
    "empty strip": Strip("t", []),
    "strip of five weeks": Strip("t", [Week(MONDAY + timedelta(weeks=n), "missing") for n in range(5)]),
    "no scores": Dots("t", [], 0.61),
    "one score": Dots("t", [0.61], 0.61),
    "scores at the ends": Dots("t", [0, 0, 1, 1], 0.61),
    "many scores": Dots("t", [n % 101 / 100 for n in range(900)], 0.61),
    "scores without threshold": Dots("t", [0.2, 0.9]),
    "no spans": Spans("t", []),
    "one day of a span": Spans("t", [Span("x", MONDAY, MONDAY)]),
    "spans in Welsh": Spans("t", [Span(WELSH, MONDAY, MONDAY + timedelta(days=9_000), is_open_ended=True),
        Span(LONGEST, MONDAY, MONDAY + timedelta(days=90), MONDAY)], MONDAY, WELSH),
    "many spans": Spans("t", [Span(f"Wythnos {n}", MONDAY + timedelta(days=n), MONDAY + timedelta(days=50 * n), None)
        for n in range(30)], MONDAY, "Agor", is_compact=True),
    "spans with long short labels": Spans("t", [Span(LONGEST, MONDAY, MONDAY + timedelta(days=2))], is_compact=True),
    "spans of slips": Spans("t", [Span("x", date.min, MONDAY), Span("y", MONDAY, date.max, MONDAY)], date.max),
    "journey of slips": Journey("t", [Lane("A", [Stretch(date.min, date.max)], [Mark(date.max, "done")])], MONDAY,
        date.max),
    "journey of nothing": Journey("t", [], MONDAY),
    "journey of a day": Journey("t", [Lane("A", [Stretch(MONDAY, MONDAY)], [Mark(MONDAY, "done")])], MONDAY, MONDAY),
    "long journey in Welsh": Journey("t", [
        Lane(LONGEST, [Stretch(MONDAY, MONDAY + timedelta(days=4_000), is_planned=True)],
            [Mark(MONDAY + timedelta(days=900 * n), state, WELSH) for n, state in enumerate(MARKS)]),
        Lane(WELSH)], MONDAY + timedelta(days=10), MONDAY + timedelta(days=4_100)),
    "journey that ended": ENDED,
    "flat sparkline": Sparkline("t", [5, 5, 5]),
    "empty sparkline": Sparkline("t", [None]),
}  # fmt: skip


def test_journey_that_ended_shows_neither_today_nor_what_came_after() -> None:
    svg = draw(ENDED, width=680)

    assert [
        text for text, _box in parts(svg) if text in {"Today", "Opened", "Done", "Meeting"}
    ] == ["Opened", "Done"]
    assert "Steering group" in str(chart_table(ENDED))


def parts(svg: str) -> list[tuple[str, tuple[float, float, float, float]]]:
    """Return each text of a chart with the box that it takes."""
    found = []
    for element in ET.fromstring(svg).iter(f"{SVG}text"):  # noqa: S314 - our own drawing
        size, x, y = (float(element.get(name)) for name in ("font-size", "x", "y"))
        width = text_width(element.text or "", size)
        left = {"middle": x - width / 2, "end": x - width}.get(element.get("text-anchor"), x)
        found.append((element.text, (left, y - size * 0.7, left + width, y + size * 0.15)))
    return found


def touch(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@pytest.mark.parametrize("width", [340, 680])
@pytest.mark.parametrize("case", sorted(CASES))
def test_chart_labels_never_touch_and_stay_inside(case: str, width: int) -> None:
    boxes = parts(draw(CASES[case], width=width))

    assert [(a, b) for (a, one), (b, other) in combinations(boxes, 2) if touch(one, other)] == []
    assert [text for text, box in boxes if box[0] < -3 or box[2] > width + 3] == []


@pytest.mark.parametrize("case", sorted(CASES))
def test_chart_is_named_by_its_finding_and_needs_no_style_sheet(case: str) -> None:
    svg = draw(CASES[case], name="figure-1")
    root = ET.fromstring(svg)  # noqa: S314 - our own drawing

    assert root.get("role") == "img"
    assert root[0].tag == f"{SVG}title"
    assert root[0].text == CASES[case].title
    assert root.get("aria-labelledby") == root[0].get("id")
    assert "style=" not in svg
    assert "<style" not in svg
    ids = re.findall(r' id="([^"]+)"', svg)
    assert len(ids) == len(set(ids))
    assert all(name.startswith("figure-1-") for name in ids)


@pytest.mark.parametrize("case", sorted(CASES))
def test_chart_has_a_table_of_its_figures(case: str) -> None:
    table = chart_table(CASES[case])

    assert [len(row.cells) for row in table.rows] == [len(table.columns)] * len(table.rows)


PERCENT = st.none() | st.floats(0, 100)


@examples_of(deadline=None)  # a busy machine is no fault
@given(
    st.lists(
        st.tuples(st.sampled_from(["Living at home", WELSH, "x"]), PERCENT, PERCENT),
        min_size=1,
        max_size=6,
    ),
    st.sampled_from([340, 520, 680]),
    st.floats(0, 100),
)
def test_bars_of_any_figures_keep_their_labels_apart(
    groups: list, width: int, target: float
) -> None:
    names, first, second = (list(column) for column in zip(*groups, strict=True))
    spec = Bars("t", names, [Series("one", first), Series("two", second)], [target] * len(names))

    boxes = [box for _text, box in parts(draw(spec, width=width))]

    assert not any(touch(one, other) for one, other in combinations(boxes, 2))


def test_two_charts_of_one_page_share_no_id() -> None:
    one, two = (draw(spec) for spec in examples.charts()[:2])

    assert not set(re.findall(r' id="([^"]+)"', one)) & set(re.findall(r' id="([^"]+)"', two))


def test_text_is_escaped() -> None:
    hostile = '<script>alert(1)</script>"&'
    specs = [
        Bars(hostile, [hostile], [Series(hostile, [1]), Series("b", [2])], [3], unit=hostile),
        HorizontalBars(hostile, [hostile], [Series(hostile, [1])], description=hostile),
        Line(hostile, [hostile], [1], [Reference(hostile, 2)]),
        Dots(hostile, [0.5], 0.6, hostile),
    ]
    for spec in specs:
        svg = draw(spec)
        assert "<script" not in svg
        ET.fromstring(svg)  # noqa: S314 - our own drawing


def test_series_differ_without_colour() -> None:
    svg = draw(HorizontalBars("t", ["a"], [Series(str(n), [5]) for n in range(5)]))

    assert len(set(re.findall(r'<path class="s-over" d="([^"]+)"', svg))) == 4


def test_missing_value_is_no_data_and_not_nought() -> None:
    table = chart_table(Bars("t", ["a", "b"], [Series("s", [None, 0.0])]))

    assert [row.cells[1] for row in table.rows] == ["no data", "0.0\N{NO-BREAK SPACE}%"]


@pytest.mark.parametrize(
    ("value", "said"),
    [(81.55, "81.6 %"), (81.549, "81.5 %"), (0, "0.0 %"), (100, "100.0 %"), (2.25, "2.3 %")],
)
def test_values_are_rounded_half_up(value: float, said: str) -> None:
    assert show(value, "%") == said.replace(" ", "\N{NO-BREAK SPACE}")


def test_strip_table_counts_months_and_names_what_was_not_held() -> None:
    states = ["held", "cancelled", "replaced", "to_come"]
    weeks = [Week(MONDAY + timedelta(weeks=n), state) for n, state in enumerate(states)]

    assert [list(row.cells) for row in chart_table(Strip("t", weeks)).rows] == [
        ["July 2025", "3", "2", "14 Jul: Cancelled"]
    ]


def test_line_breaks_where_there_is_no_data() -> None:
    svg = draw(Line("t", ["a", "b", "c", "d"], [1, 2, None, 4]))

    course = re.search(r'class="s-1" d="([^"]+)"', svg)
    assert course
    assert (course[1].count("M"), course[1].count("L")) == (2, 1)


@examples_of(deadline=None)  # a busy machine is no fault
@given(st.text("abc ŵŷ Mm-", max_size=80), st.floats(60, 300))
def test_wrapped_lines_fit(text: str, width: float) -> None:
    lines = wrap(text, width, 15)

    assert all(text_width(line, 15) <= width for line in lines)
    assert [line for line in lines if line] == lines or lines == [""]


def test_long_word_is_cut_without_losing_a_letter() -> None:
    pieces = cut(LONGEST, 120, 15)

    assert "".join(piece.removesuffix("-") for piece in pieces) == LONGEST
