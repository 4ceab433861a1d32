"""The journey: lanes over a time axis with what was planned, what happened, and where today is."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mst_sites.look.charts.canvas import (
    AXIS,
    GROUND,
    INK,
    LINE,
    NARROW,
    SERIES,
    Canvas,
    number,
    text_width,
    wrap,
)
from mst_sites.look.parts import Text
from mst_sites.look.tables import Column, Row, Table
from mst_sites.periods import day_label, within_reach

# What a mark says, by its shape.
MARKS: dict[str, str | Promise] = {
    "done": _("Done"),
    "to_come": _("Planned"),
    "overdue": _("Overdue"),
    "gate": _("Gate passed"),
    "meeting": _("Meeting"),
}
LANE, LABEL, SIZE = 34, 176, 13
MONTH_STEPS = (1, 2, 3, 6, 12, 24, 60, 120, 240)
PAD = timedelta(days=7)


@dataclass(frozen=True)
class Stretch:
    """A stretch of time; the last day is inside. What was planned is drawn thin, what happened thick."""

    starts_on: date
    last_on: date
    is_planned: bool = False


@dataclass(frozen=True)
class Mark:
    """One day of a lane; state is one of MARKS."""

    on: date
    state: str
    label: Text = ""


@dataclass(frozen=True)
class Lane:
    label: Text
    spans: Sequence[Stretch] = ()
    marks: Sequence[Mark] = ()


@dataclass(frozen=True)
class Journey:
    title: Text
    lanes: Sequence[Lane]
    today: date
    opening: date | None = None
    description: Text = field(default="")
    has_opened: bool = False  # whether the opening is one that happened
    until: date | None = None  # the last day to draw; None: everything, and today


@dataclass(frozen=True)
class Axis:
    """Where a day is drawn."""

    first: date
    last: date
    left: float
    right: float

    def x(self, day: date) -> float:
        share = (day - self.first).days / max((self.last - self.first).days, 1)
        return self.left + (self.right - self.left) * min(max(share, 0), 1)


def draw_journey(spec: Journey, *, name: str, width: float) -> SafeString:
    canvas = Canvas(name=name, width=width)
    is_narrow = width < NARROW
    axis = Axis(*ends(spec), 0 if is_narrow else LABEL, width - 8)
    lane_height = LANE + 20 if is_narrow else LANE
    top, bottom = 24.0, 24.0 + lane_height * len(spec.lanes)
    rule_months(canvas, axis, top, bottom)
    for place, lane in enumerate(spec.lanes):
        draw_lane(canvas, lane, axis, top + place * lane_height, is_narrow=is_narrow)
    canvas.axis(0, bottom, width, bottom)
    y = draw_days(canvas, spec, axis, top, bottom)
    y = draw_key(canvas, spec, y + 10)
    return canvas.finish(title=spec.title, description=spec.description, height=y + 4)


def ends(spec: Journey) -> tuple[date, date]:
    """Return the first and the last day to show: today among them, unless the picture ends before it."""
    days = [spec.until or spec.today, *([spec.opening] if spec.opening else [])]
    for lane in spec.lanes:
        days += [day for span in lane.spans for day in (span.starts_on, span.last_on)]
        days += [mark.on for mark in lane.marks]
    return within_reach(min(days)) - PAD, spec.until or within_reach(max(days)) + PAD


def rule_months(canvas: Canvas, axis: Axis, top: float, bottom: float) -> None:
    """Rule the first of every month, or of as many as have room for their names."""
    months = (axis.last.year - axis.first.year) * 12 + axis.last.month - axis.first.month + 1
    room = (axis.right - axis.left) / (text_width("00 0000", SIZE) + 14)
    step = next((step for step in MONTH_STEPS if months / step <= room), MONTH_STEPS[-1])
    month = axis.first.month - 1 + axis.first.year * 12
    for number_of_month in range(month + 1, month + months):
        if number_of_month % step:
            continue
        day = date(number_of_month // 12, number_of_month % 12 + 1, 1)
        x = axis.x(day)
        canvas.line(x, top, x, bottom)
        words = date_format(day, "M Y")
        if x + text_width(words, SIZE) <= canvas.width:
            canvas.text(x, top - 8, words, size=SIZE, soft=True)


def draw_lane(canvas: Canvas, lane: Lane, axis: Axis, y: float, *, is_narrow: bool) -> None:
    canvas.line(0, y, canvas.width, y)
    if is_narrow:
        first, *rest = wrap(str(lane.label), canvas.width - 16, SIZE)
        canvas.label(2, y + 15, f"{first}…" if rest else first, size=SIZE, bold=False)
        y += 20
    else:
        rows = wrap(str(lane.label), LABEL - 12, SIZE)[:2]
        middle = y + LANE / 2 + (5 if len(rows) == 1 else -3)
        canvas.lines(0, middle, rows, size=SIZE)
    middle = y + LANE / 2
    for span in lane.spans:
        if span.starts_on <= axis.last:
            draw_span(canvas, span, axis, middle)
    for mark in lane.marks:
        if mark.on <= axis.last:
            draw_mark(canvas, mark.state, axis.x(mark.on), middle)


def draw_span(canvas: Canvas, span: Stretch, axis: Axis, middle: float) -> None:
    left = axis.x(span.starts_on)
    width = max(axis.x(within_reach(span.last_on) + timedelta(days=1)) - left, 3)
    if span.is_planned:
        canvas.rect(
            left, middle - 9, width, 18, css="c-over s-axis", fill=GROUND, rx=4,
            stroke=AXIS, stroke_width=1.2, stroke_dasharray="3 3",
        )  # fmt: skip
    else:
        canvas.rect(left, middle - 6, width, 12, css="c-line", fill=LINE, rx=3)


def draw_mark(canvas: Canvas, state: str, x: float, y: float) -> None:
    """Draw one day; each state has a shape of its own."""
    if state == "done":
        canvas.circle(x, y, 4.5, css="c-1", fill=SERIES[0])
    elif state == "overdue":
        course = f"M{number(x)} {number(y - 6)}l6 11h-12z"
        canvas.add("path", css="c-2", d=course, fill=SERIES[1])
    elif state == "gate":
        course = f"M{number(x)} {number(y - 8)}l8 8-8 8-8-8z"
        canvas.add("path", css="c-ink", d=course, fill=INK)
    elif state == "meeting":
        canvas.rect(x - 4, y - 4, 8, 8, css="c-3", fill=SERIES[2], rx=1)
    else:
        canvas.circle(
            x, y, 4, css="c-over s-1", fill=GROUND, stroke=SERIES[0], stroke_width=1.5
        )  # fmt: skip


def draw_days(canvas: Canvas, spec: Journey, axis: Axis, top: float, bottom: float) -> float:
    """Draw the lines of today, if it is in the picture, and of the opening, with their words under the lanes."""
    y = bottom
    if spec.today <= axis.last:
        x, y = axis.x(spec.today), y + 18
        canvas.path(
            f"M{number(x)} {number(top)}V{number(bottom)}", css="s-bad", stroke="#9b2c2c", width=2
        )
        place_words(canvas, gettext("Today"), x, y)
    if spec.opening is not None:
        x, y = axis.x(spec.opening), y + 18
        canvas.target(x, top, x, bottom)
        words = gettext("Opened") if spec.has_opened else gettext("Planned opening")
        place_words(canvas, words, x, y)
    return y + 6


def place_words(canvas: Canvas, words: str, x: float, y: float) -> None:
    """Write words centred under a line, moved in where they would leave the drawing."""
    half = text_width(words, 15) / 2
    canvas.text(
        min(max(x, half), canvas.width - half), y, words, size=14, anchor="middle", bold=True
    )


def draw_key(canvas: Canvas, spec: Journey, y: float) -> float:
    """Name the shapes that occur."""
    last = ends(spec)[1]
    occurring = {mark.state for lane in spec.lanes for mark in lane.marks if mark.on <= last}
    x = 0.0
    for state, words in MARKS.items():
        if state not in occurring:
            continue
        wide = 24 + text_width(str(words), 14) + 16
        if x and x + wide > canvas.width:
            x, y = 0.0, y + 22
        draw_mark(canvas, state, x + 8, y + 9)
        canvas.text(x + 22, y + 14, str(words), size=14)
        x += wide
    return y + 24


def journey_table(spec: Journey) -> Table:
    """List every mark, lane by lane, with its day and its word."""
    columns = [Column(_("Part")), Column(_("What")), Column(_("Day")), Column(_("State"))]
    rows = [
        Row([lane.label, mark.label, day_label(mark.on), MARKS[mark.state]])
        for lane in spec.lanes
        for mark in lane.marks
    ]
    return Table(spec.title, columns, rows, caption_hidden=True)
