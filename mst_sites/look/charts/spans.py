"""Spans of time under each other: intervals with their middle, single days, and one day that all are held against."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from mst_sites.look.charts.canvas import (
    GROUND,
    SERIES,
    Canvas,
    number,
    text_width,
    wrap,
)
from mst_sites.look.parts import Text
from mst_sites.look.tables import Column, Row, Table
from mst_sites.periods import add_months, day_label, within_reach

STEPS = (1, 2, 3, 6, 12, 24, 60, 120, 240)  # months between two marks of the scale
TICK = 13
BAR, BAND, COMPACT_ROW = 20.0, 13.0, 28.0
EDGE = 9.0


@dataclass(frozen=True)
class Span:
    """From a day to a day; one day alone where both are the same. `is_open_ended`: to that day or later."""

    label: Text
    starts_on: date
    ends_on: date
    middle_on: date | None = None
    is_open_ended: bool = False

    @property
    def is_one_day(self) -> bool:
        return self.starts_on == self.ends_on and not self.is_open_ended

    @property
    def words(self) -> str:
        if self.is_one_day:
            return day_label(self.starts_on)
        form = (
            gettext("%(first)s to %(last)s or later")
            if self.is_open_ended
            else gettext("%(first)s to %(last)s")
        )
        return form % {"first": day_label(self.starts_on), "last": day_label(self.ends_on)}


@dataclass(frozen=True)
class Spans:
    """Spans on one scale of time; `mark` is a dashed line through all of them. `is_compact` for many short labels."""

    title: Text
    rows: Sequence[Span]
    mark_on: date | None = None
    mark_label: Text = ""
    is_compact: bool = False
    description: Text = ""

    @property
    def ends(self) -> tuple[date, date]:
        """Return the first and the last day shown."""
        days = [day for row in self.rows for day in (row.starts_on, row.ends_on)]
        days += [self.mark_on] if self.mark_on else []
        if not days:
            return date(2000, 1, 1), date(2000, 12, 31)
        first, last = within_reach(min(days)), within_reach(max(days))
        room = timedelta(days=max(14, (last - first).days // 24))
        return first - room, last + room


Scale = Callable[[date], float]


def draw_spans(spec: Spans, *, name: str, width: float) -> SafeString:
    canvas = Canvas(name=name, width=width)
    first, last = spec.ends
    left = EDGE
    if spec.is_compact and spec.rows:
        left += min(max(text_width(str(row.label), 14) for row in spec.rows) + 8, width / 3)
    days = (last - first).days

    def at(day: date) -> float:
        return left + (width - left - EDGE) * (min(max(day, first), last) - first).days / days

    y = 0.0
    if spec.mark_on:
        words = f"{spec.mark_label}: {day_label(spec.mark_on)}".removeprefix(": ")
        y = canvas.legend(0, [], target=words) + 6
    top, middles = y, []
    for row in spec.rows:
        y, middle = place_row(canvas, spec, row, y)
        middles.append(middle)
    base = y + 4
    # Lines run behind bars alone, so that none strikes a word through.
    bands = [(middle - BAND, middle + BAND) for middle in middles]
    rule(canvas, spec, at, [(top, base)] if spec.is_compact else bands, base)
    for row, middle in zip(spec.rows, middles, strict=True):
        draw_span(canvas, row, at, middle)
    return canvas.finish(title=spec.title, description=spec.description, height=base + 26)


def place_row(canvas: Canvas, spec: Spans, row: Span, y: float) -> tuple[float, float]:
    """Write a row's words; give the lower edge of the row and the middle of its bar."""
    if spec.is_compact:
        name = wrap(str(row.label), canvas.width / 3 - 8, 14)[0]
        canvas.text(0, y + COMPACT_ROW / 2 + 5, name, size=14)
        return y + COMPACT_ROW, y + COMPACT_ROW / 2
    label = wrap(str(row.label), canvas.width - 2, 15)
    canvas.lines(0, y + 15, label, bold=True)
    under = y + len(label) * 18.75
    side = text_width(label[-1], 15) * 1.08 + 12
    if len(label) == 1 and side + text_width(row.words, 15) < canvas.width:
        canvas.text(side, y + 15, row.words, soft=True)
    else:
        words = wrap(row.words, canvas.width - 2, 15)
        canvas.lines(0, under + 15, words, soft=True)
        under += len(words) * 18.75
    middle = under + 8 + BAR / 2
    return middle + BAR / 2 + 14, middle


def rule(
    canvas: Canvas, spec: Spans, at: Scale, bands: Sequence[tuple[float, float]], base: float
) -> None:
    """Draw the scale, with as many months as can be read, and the day that runs through all."""
    canvas.axis(at(spec.ends[0]), base, canvas.width, base)
    for day, words in marks(spec, at, canvas.width):
        x = at(day)
        for top, bottom in bands:
            canvas.line(x, top, x, bottom)
        canvas.axis(x, base, x, base + 5)
        canvas.text(x, base + 20, words, size=TICK, anchor="middle", soft=True)
    if spec.mark_on:
        x = at(spec.mark_on)
        for top, bottom in bands:
            canvas.target(x, top, x, bottom)


def marks(spec: Spans, at: Scale, width: float) -> Iterator[tuple[date, str]]:
    """Return the days to mark, far enough from each other and from the edges."""
    first, last = spec.ends
    for step in STEPS:
        months = (first.year * 12 + first.month - 1) // step * step + step
        day, days = date(months // 12, months % 12 + 1, 1), []
        while day <= last:
            days.append(day)
            day = add_months(day, step)
        words = [date_format(day, "Y" if step % 12 == 0 else "M Y") for day in days]
        room = max((text_width(each, TICK) for each in words), default=0) + 12
        if all(at(after) - at(before) >= room for before, after in pairwise(days)):
            break
    for day, said in zip(days, words, strict=True):
        half = text_width(said, TICK) / 2
        if half <= at(day) <= width - half:
            yield day, said


def draw_span(canvas: Canvas, row: Span, at: Scale, y: float) -> None:
    start, end = at(row.starts_on), at(row.ends_on)
    if row.is_one_day:
        course = f"M{number(start)} {number(y - 9)}l9 9l-9 9l-9 -9z"
        canvas.add("path", css="c-2", d=course, fill=SERIES[1])
        return
    canvas.rect(start, y - 6, max(end - start, 3), 12, css="c-1", fill=SERIES[0], rx=3)
    if row.is_open_ended:
        course = f"M{number(end + 3)} {number(y - 7)}l6 7l-6 7"
        canvas.path(course, css="s-1", stroke=SERIES[0], width=2.5)
    if row.middle_on:
        x = at(row.middle_on)
        canvas.circle(x, y, 7, css="c-over s-1", fill=GROUND, stroke=SERIES[0], stroke_width=3)


def spans_table(spec: Spans) -> Table:
    columns = [
        Column(""),
        Column(gettext("From")),
        Column(gettext("Middle")),
        Column(gettext("To")),
    ]
    rows = [
        Row(
            [
                row.label,
                day_label(row.starts_on),
                day_label(row.middle_on) if row.middle_on else "",
                gettext("%(day)s or later") % {"day": day_label(row.ends_on)}
                if row.is_open_ended
                else day_label(row.ends_on),
            ]
        )
        for row in spec.rows
    ]
    if spec.mark_on:
        rows.append(Row([spec.mark_label, day_label(spec.mark_on), "", day_label(spec.mark_on)]))
    return Table(spec.title, columns, rows, caption_hidden=True)
