"""Bars: groups against their targets, upright where there is room and lying where there is not."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from mst_sites.look.charts.canvas import AXIS, LINE, NARROW, Canvas, plain, show, text_width, wrap
from mst_sites.look.parts import Text
from mst_sites.look.tables import Column, Row, Table

PLOT = 210
HEAD = 26
SLOT = 62


@dataclass(frozen=True)
class Series:
    """One colour and pattern: a value for each group, None where there is no data."""

    label: Text
    values: Sequence[float | None]


@dataclass(frozen=True)
class Bars:
    """Groups of bars, each group with its own target. `title` is the finding in one sentence."""

    title: Text
    groups: Sequence[Text]
    series: Sequence[Series]
    targets: Sequence[float | None] = ()
    operators: Sequence[str] = ()
    unit: str = "%"
    top: float = 100
    decimals: int = 1
    description: Text = ""

    def target(self, group: int) -> float | None:
        return self.targets[group] if self.targets else None

    def target_words(self, group: int) -> str:
        """Write a group's target ("Target ≥ 90 %"); empty where it has none."""
        target = self.target(group)
        if target is None:
            return ""
        sign = {">=": "≥ ", "<=": "≤ ", "<": "< ", ">": "> ", "": ""}[self.operators[group] if self.operators else ""]
        return gettext("Target %(amount)s") % {"amount": sign + plain(target, self.unit)}

    @property
    def highest(self) -> float:
        values = [value for series in self.series for value in series.values if value is not None]
        targets = [target for target in self.targets if target is not None]
        return max([self.top, *values, *targets]) or 1


@dataclass(frozen=True)
class HorizontalBars:
    """Lying bars under long labels, such as reasons for closing; stacked when there are several series."""

    title: Text
    rows: Sequence[Text]
    series: Sequence[Series]
    unit: str = ""
    decimals: int = 1
    top: float | None = None
    description: Text = ""

    @property
    def highest(self) -> float:
        sums = [sum(series.values[row] or 0 for series in self.series) for row in range(len(self.rows))]
        return max([self.top or 0, *sums]) or 1


def draw_bars(spec: Bars, *, id: str, width: float) -> SafeString:
    slots = len(spec.groups) * max(len(spec.series), 1)
    if width < NARROW or not slots or (width - 40) / slots < SLOT:
        return draw_lying_groups(spec, id=id, width=width)
    return draw_upright(spec, id=id, width=width)


def draw_upright(spec: Bars, *, id: str, width: float) -> SafeString:
    canvas = Canvas(id=id, width=width)
    left, step = 40.0, (width - 40) / len(spec.groups)
    bar = min(72.0, step * 0.8 / len(spec.series))
    key = canvas.legend(0, [str(s.label) for s in spec.series] if len(spec.series) > 1 else [], target=gettext("Target") if any(spec.targets) else "")
    base = key + HEAD + PLOT
    for mark in (0, 0.25, 0.5, 0.75, 1):
        y = base - PLOT * mark
        canvas.line(left, y, width, y, css="s-axis" if mark == 0 else "s-line", stroke=AXIS if mark == 0 else LINE)
        canvas.text(left - 8, y + 5, plain(spec.highest * mark), size=13, anchor="end", soft=True)
    deepest = 0
    for group, label in enumerate(spec.groups):
        middle = left + step * (group + 0.5)
        first = middle - bar * len(spec.series) / 2
        for place, series in enumerate(spec.series):
            value = series.values[group]
            canvas.bar(first + place * bar + 3, base - PLOT * (value or 0) / spec.highest, bar - 6, PLOT * (value or 0) / spec.highest, place)
        target = spec.target(group)
        if target is not None:
            y = base - PLOT * target / spec.highest
            canvas.target(middle - step * 0.46, y, middle + step * 0.46, y)
        for place, series in enumerate(spec.series):
            value = series.values[group]
            y = base - PLOT * (value or 0) / spec.highest - 6
            canvas.label(first + (place + 0.5) * bar, y, show(value, spec.unit, spec.decimals), size=15 if value is not None else 13, anchor="middle")
        names = wrap(str(label), step - 12, 15)
        canvas.lines(middle, base + 22, names, anchor="middle")
        words = wrap(spec.target_words(group), step - 12, 14) if target is not None else []
        canvas.lines(middle, base + 22 + len(names) * 18.75, words, size=14, anchor="middle", soft=True)
        deepest = max(deepest, len(names) + len(words))
    return canvas.finish(title=str(spec.title), description=str(spec.description), height=base + 16 + deepest * 18.75)


def draw_lying_groups(spec: Bars, *, id: str, width: float) -> SafeString:
    canvas = Canvas(id=id, width=width)
    many = len(spec.series) > 1
    y = canvas.legend(0, [str(s.label) for s in spec.series] if many else [], target=gettext("Target") if any(spec.targets) else "")
    room = width - 74
    for group, label in enumerate(spec.groups):
        names = wrap(str(label), width, 15)
        canvas.lines(0, y + 14, names, bold=True)
        y += len(names) * 19 + 4
        lengths = [room * (series.values[group] or 0) / spec.highest for series in spec.series]
        for place, length in enumerate(lengths):
            canvas.line(0, y + place * 22, 0, y + place * 22 + 18, css="s-axis", stroke=AXIS)
            canvas.bar(0, y + place * 22, length, 18, place)
        target = spec.target(group)
        if target is not None:
            x = room * target / spec.highest
            canvas.target(x, y - 3, x, y + len(lengths) * 22)
        for series, length in zip(spec.series, lengths, strict=True):
            value = series.values[group]
            canvas.label(length + 7, y + 14, show(value, spec.unit, spec.decimals), bold=value is not None)
            y += 22
        if target is not None:
            canvas.text(0, y + 13, spec.target_words(group), size=14, soft=True)
            y += 18
        y += 14
    return canvas.finish(title=str(spec.title), description=str(spec.description), height=max(y - 8, 20))


def draw_horizontal(spec: HorizontalBars, *, id: str, width: float) -> SafeString:
    canvas = Canvas(id=id, width=width)
    y = canvas.legend(0, [str(series.label) for series in spec.series]) if len(spec.series) > 1 else 0.0
    beside = 0.0 if width < NARROW else min(width * 0.4, max((text_width(str(row), 15) for row in spec.rows), default=0) + 14)
    room = width - beside - 78
    for row, label in enumerate(spec.rows):
        names = wrap(str(label), (beside - 14) if beside else width, 15)
        if beside:
            canvas.lines(beside - 12, y + 16, names, anchor="end")
        else:
            canvas.lines(0, y + 14, names)
            y += len(names) * 19
        draw_stack(canvas, spec, row, beside, y, room)
        y += max(32, len(names) * 19 + 10) if beside else 36
    if beside:
        canvas.line(beside, 0 if len(spec.series) == 1 else 26, beside, y - 8, css="s-axis", stroke=AXIS)
    return canvas.finish(title=str(spec.title), description=str(spec.description), height=max(y - 4, 20))


def draw_stack(canvas: Canvas, spec: HorizontalBars, row: int, x: float, y: float, room: float) -> None:
    """Draw one lying bar; a part carries its value where it fits, the whole bar its sum at its end."""
    values = [series.values[row] for series in spec.series]
    ends = [x]
    for place, value in enumerate(values):
        length = room * (value or 0) / spec.highest
        canvas.bar(ends[-1], y, length, 22, place)
        ends.append(ends[-1] + length)
    if len(values) > 1:
        for value, (start, end) in zip(values, pairwise(ends), strict=True):
            words = show(value, spec.unit, spec.decimals)
            if value and text_width(words, 14) + 12 < end - start:
                canvas.label((start + end) / 2, y + 16, words, size=14, anchor="middle")
    known = [value for value in values if value is not None]
    canvas.text(ends[-1] + 8, y + 16, show(sum(known) if known else None, spec.unit, spec.decimals), bold=bool(known))


def bars_table(spec: Bars) -> Table:
    has_targets = any(target is not None for target in spec.targets)
    columns = [Column(""), *(Column(series.label, numeric=True) for series in spec.series)]
    if has_targets:
        columns.append(Column(gettext("Target"), numeric=True))
    rows = [
        Row([label, *(show(series.values[group], spec.unit, spec.decimals) for series in spec.series), *([spec.target_words(group).removeprefix(gettext("Target %(amount)s") % {"amount": ""})] if has_targets else [])])
        for group, label in enumerate(spec.groups)
    ]
    return Table(spec.title, columns, rows, caption_hidden=True)


def horizontal_table(spec: HorizontalBars) -> Table:
    columns = [Column(""), *(Column(series.label, numeric=True) for series in spec.series)]
    rows = [Row([label, *(show(series.values[row], spec.unit, spec.decimals) for series in spec.series)]) for row, label in enumerate(spec.rows)]
    return Table(spec.title, columns, rows, caption_hidden=True)
