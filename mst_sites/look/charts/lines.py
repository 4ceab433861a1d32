"""Values over time: the run chart with its target lines, and the sparkline beside a figure."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from mst_sites.look.charts.canvas import (
    AXIS,
    GROUND,
    NARROW,
    SERIES,
    Canvas,
    ceiling,
    number,
    plain,
    show,
    text_width,
    wrap,
)
from mst_sites.look.parts import Text
from mst_sites.look.tables import Column, Row, Table

PLOT = 190
LABEL = 64


@dataclass(frozen=True)
class Reference:
    """A dashed line across the chart: a target, a threshold, a median."""

    label: Text
    value: float


@dataclass(frozen=True)
class Line:
    """One value for each label in order of time, None where there is no data: the line has a gap there."""

    title: Text
    labels: Sequence[Text]
    values: Sequence[float | None]
    references: Sequence[Reference] = ()
    value_label: Text = ""
    unit: str = "%"
    decimals: int = 1
    low: float = 0
    high: float = 100
    description: Text = ""


@dataclass(frozen=True)
class Sparkline:
    """The course of a figure at a glance; the figure itself stands beside it."""

    title: Text
    values: Sequence[float | None]
    description: Text = ""


def draw_line(spec: Line, *, name: str, width: float) -> SafeString:
    canvas = Canvas(name=name, width=width)
    known = [value for value in spec.values if value is not None]
    lines = [reference.value for reference in spec.references]
    low, high = min([spec.low, *known, *lines]), max([spec.high, *known, *lines])
    if high > spec.high:
        high = ceiling(high)
    span = (high - low) or 1
    key = 0.0
    if spec.references:
        words = "; ".join(
            f"{reference.label} {plain(reference.value, spec.unit)}"
            for reference in spec.references
        )
        key = canvas.legend(0, [], target=words)
    left, right, top = 44.0, width - 30, key + 24
    base = top + PLOT
    step = (right - left - 20) / max(len(spec.values) - 1, 1)

    def at(place: int, value: float) -> tuple[float, float]:
        return left + 14 + place * step, base - PLOT * (value - low) / span

    canvas.scale(left, base, PLOT, (low, high))
    for value in lines:
        y = base - PLOT * (value - low) / span
        canvas.target(left, y, width, y)
    points = [
        at(place, value) if value is not None else None for place, value in enumerate(spec.values)
    ]
    draw_course(canvas, points, width=3)
    for point in points:
        if point:
            canvas.circle(
                *point, 4.5, css="c-over s-1", fill=GROUND, stroke=SERIES[0], stroke_width=2.5
            )
    label_points(canvas, spec, points, step)
    bottom = label_axis(canvas, spec, left + 14, base, step)
    if not known:
        canvas.label((left + width) / 2, base - PLOT / 2, gettext("no data"), anchor="middle")
    return canvas.finish(title=spec.title, description=spec.description, height=bottom)


def draw_course(
    canvas: Canvas, points: Sequence[tuple[float, float] | None], *, width: float
) -> None:
    """Draw the line through the points, broken where one is missing."""
    steps: list[str] = []
    is_down = False
    for point in points:
        if point is None:
            is_down = False
            continue
        steps.append(f"{'L' if is_down else 'M'}{number(point[0])} {number(point[1])}")
        is_down = True
    if steps:
        canvas.path("".join(steps), css="s-1", stroke=SERIES[0], width=width)


def label_points(
    canvas: Canvas, spec: Line, points: Sequence[tuple[float, float] | None], step: float
) -> None:
    """Write the value at every point if the values fit beside each other, else at the last point alone."""
    shown = {
        place: show(float(value), spec.unit if canvas.width >= NARROW else "", spec.decimals)
        for place, value in enumerate(spec.values)
        if value is not None
    }
    if not shown:
        return
    if max(text_width(words, 14) for words in shown.values()) + 8 > step and len(shown) > 1:
        last = max(shown)
        shown = {last: shown[last]}
    for place, words in shown.items():
        point = points[place]
        if point:
            canvas.label(
                min(point[0], canvas.width - text_width(words, 14) / 2),
                point[1] - 11,
                words,
                size=14,
                anchor="middle",
            )


def label_axis(canvas: Canvas, spec: Line, left: float, base: float, step: float) -> float:
    """Write as many labels under the axis as fit, always the last one; give the lower edge."""
    if not spec.labels:
        return base + 10
    every = ceil(LABEL / step) if step < LABEL else 1
    room = max(step * every, LABEL) - 10
    deepest = 1
    last = len(spec.labels) - 1
    for place in range(last, -1, -every):
        names = wrap(str(spec.labels[place]), room, 13)
        x = left + place * step
        canvas.axis(x, base, x, base + 5)
        half = max(text_width(name, 13) for name in names) / 2
        canvas.lines(
            min(x, canvas.width - half), base + 22, names, size=13, anchor="middle", soft=True
        )
        deepest = max(deepest, len(names))
    return base + 14 + deepest * 16.25


def draw_sparkline(spec: Sparkline, *, name: str, width: float = 120) -> SafeString:
    canvas = Canvas(name=name, width=120)
    known = [value for value in spec.values if value is not None]
    if not known:
        canvas.line(2, 14, 118, 14, css="s-axis", stroke=AXIS, dash="3 3")
        return canvas.finish(
            title=spec.title,
            description=spec.description,
            height=28,
            css="chart sparkline",
        )
    low, span = min(known), (max(known) - min(known)) or 1
    step = 110 / max(len(spec.values) - 1, 1)
    points = [
        (5 + place * step, 23 - 18 * (value - low) / span) if value is not None else None
        for place, value in enumerate(spec.values)
    ]
    if len(known) > 1 and max(known) == low:
        points = [(point[0], 14.0) if point else None for point in points]
    draw_course(canvas, points, width=2)
    last = next(point for point in reversed(points) if point)
    canvas.circle(*last, 3.5, css="c-2", fill=SERIES[1])
    return canvas.finish(
        title=spec.title, description=spec.description, height=28, css="chart sparkline"
    )


def line_table(spec: Line) -> Table:
    rows = [
        Row([label, show(value, spec.unit, spec.decimals)])
        for label, value in zip(spec.labels, spec.values, strict=True)
    ]
    rows += [
        Row([reference.label, show(reference.value, spec.unit, spec.decimals)])
        for reference in spec.references
    ]
    return Table(
        spec.title,
        [Column(gettext("When")), Column(spec.value_label or gettext("Value"), numeric=True)],
        rows,
        caption_hidden=True,
    )


def sparkline_table(spec: Sparkline) -> Table:
    rows = [Row([str(place + 1), show(value)]) for place, value in enumerate(spec.values)]
    return Table(
        spec.title,
        [Column(gettext("Place")), Column(gettext("Value"), numeric=True)],
        rows,
        caption_hidden=True,
    )
