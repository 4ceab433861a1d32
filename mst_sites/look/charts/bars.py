"""Bars: groups against their targets, upright where there is room and lying where there is not."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mst_sites.look.charts.canvas import NARROW, Canvas, ceiling, plain, show, text_width, wrap
from mst_sites.look.parts import Text
from mst_sites.look.tables import Column, Row, Table

# In words: the typeface has no signs for them, and words are read out.
OPERATORS = {
    ">=": _("at least %(amount)s"),
    ">": _("over %(amount)s"),
    "<=": _("at most %(amount)s"),
    "<": _("under %(amount)s"),
}
PLOT = 210
HEAD = 26
SLOT = 62
LEFT = 40.0
WIDEST = 72.0
ROW = 18.75


@dataclass(frozen=True)
class Series:
    """One colour and pattern: a value for each group, None where there is no data."""

    label: Text
    values: Sequence[float | None]


@dataclass(frozen=True)
class Bars:
    """Groups of bars, each group with its own target. `title` is the finding in one sentence.

    Series in order of time say so with `latest_last`: the last one then has the plain colour. `unknown` is
    written where there is no value, if "no data" is not the reason.
    """

    title: Text
    groups: Sequence[Text]
    series: Sequence[Series]
    targets: Sequence[float | None] = ()
    operators: Sequence[str] = ()
    unit: str = "%"
    top: float = 100
    decimals: int = 1
    description: Text = ""
    latest_last: bool = False
    unknown: Text = ""

    @property
    def places(self) -> Sequence[int]:
        return range(len(self.series) - 1, -1, -1) if self.latest_last else ()

    def words(self, value: float | None) -> str:
        if value is None and self.unknown:
            return str(self.unknown)
        return show(value, self.unit, self.decimals)

    def target(self, group: int) -> float | None:
        return self.targets[group] if self.targets else None

    def target_words(self, group: int) -> str:
        """Write a group's target ("at least 90 %"); empty where it has none."""
        target = self.target(group)
        if target is None:
            return ""
        operator = self.operators[group] if self.operators else ">="
        return OPERATORS[operator] % {"amount": plain(target, self.unit)}

    @property
    def highest(self) -> float:
        values = [value for series in self.series for value in series.values if value is not None]
        targets = [target for target in self.targets if target is not None]
        beyond = max([*values, *targets], default=0)
        return ceiling(beyond) if beyond > self.top else self.top or 1


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
        sums = [
            sum(series.values[row] or 0 for series in self.series) for row in range(len(self.rows))
        ]
        return max([self.top or 0, *sums]) or 1


def draw_bars(spec: Bars, *, name: str, width: float) -> SafeString:
    slots = len(spec.groups) * max(len(spec.series), 1)
    if width < NARROW or not slots or (width - LEFT) / slots < SLOT:
        return draw_lying_groups(spec, name=name, width=width)
    return draw_upright(spec, name=name, width=width)


def draw_upright(spec: Bars, *, name: str, width: float) -> SafeString:
    canvas = Canvas(name=name, width=width)
    canvas.places = spec.places
    base = key(canvas, spec) + HEAD + PLOT
    canvas.scale(LEFT, base, PLOT, (0, spec.highest))
    step = (width - LEFT) / len(spec.groups)
    rows = [
        draw_group(canvas, spec, group, (LEFT + step * (group + 0.5), base, step))
        for group in range(len(spec.groups))
    ]
    height = base + 16 + max(rows) * ROW
    return canvas.finish(title=spec.title, description=spec.description, height=height)


def draw_group(canvas: Canvas, spec: Bars, group: int, place: tuple[float, float, float]) -> int:
    """Draw the bars of one group, its target, then the words on top; give the rows of text under it."""
    middle, base, step = place
    values = [series.values[group] for series in spec.series]
    heights = [PLOT * (value or 0) / spec.highest for value in values]
    bar = min(WIDEST, step * 0.8 / len(values))
    lefts = [middle + bar * (place - len(values) / 2) for place in range(len(values))]
    for series, (left, height) in enumerate(zip(lefts, heights, strict=True)):
        canvas.bar(left + 3, base - height, bar - 6, height, series)
    target = spec.target(group)
    if target is not None:
        y = base - PLOT * target / spec.highest
        canvas.target(middle - step * 0.46, y, middle + step * 0.46, y)
    for left, height, value in zip(lefts, heights, values, strict=True):
        words, size = spec.words(value), 13 if value is None else 15
        canvas.label(left + bar / 2, base - height - 6, words, size=size, anchor="middle")
    names = wrap(str(spec.groups[group]), step - 12, 15)
    canvas.lines(middle, base + 22, names, anchor="middle")
    words_of_target = wrap(said_target(spec, group), step - 12, 14) if target is not None else []
    under = base + 22 + len(names) * ROW
    canvas.lines(middle, under, words_of_target, size=14, anchor="middle", soft=True)
    return len(names) + len(words_of_target)


def key(canvas: Canvas, spec: Bars) -> float:
    """Name the series if there are several, and the target if there is one; give the height."""
    labels = [str(series.label) for series in spec.series] if len(spec.series) > 1 else []
    has_target = any(target is not None for target in spec.targets)
    return canvas.legend(0, labels, target=gettext("Target") if has_target else "")


def said_target(spec: Bars, group: int) -> str:
    return gettext("Target: %(target)s") % {"target": spec.target_words(group)}


def draw_lying_groups(spec: Bars, *, name: str, width: float) -> SafeString:
    canvas = Canvas(name=name, width=width)
    canvas.places = spec.places
    y = key(canvas, spec)
    room = width - 74
    for group, label in enumerate(spec.groups):
        names = wrap(str(label), width, 15)
        canvas.lines(0, y + 14, names, bold=True)
        y += len(names) * 19 + 4
        lengths = [room * (series.values[group] or 0) / spec.highest for series in spec.series]
        for place, length in enumerate(lengths):
            canvas.axis(0, y + place * 22, 0, y + place * 22 + 18)
            canvas.bar(0, y + place * 22, length, 18, place)
        target = spec.target(group)
        if target is not None:
            x = room * target / spec.highest
            canvas.target(x, y - 3, x, y + len(lengths) * 22)
        for series, length in zip(spec.series, lengths, strict=True):
            value = series.values[group]
            canvas.label(length + 7, y + 14, spec.words(value), bold=value is not None)
            y += 22
        if target is not None:
            canvas.text(0, y + 13, said_target(spec, group), size=14, soft=True)
            y += 18
        y += 14
    return canvas.finish(title=spec.title, description=spec.description, height=max(y - 8, 20))


def draw_horizontal(spec: HorizontalBars, *, name: str, width: float) -> SafeString:
    canvas = Canvas(name=name, width=width)
    y = (
        canvas.legend(0, [str(series.label) for series in spec.series])
        if len(spec.series) > 1
        else 0.0
    )
    beside = (
        0.0
        if width < NARROW
        else min(width * 0.4, max((text_width(str(row), 15) for row in spec.rows), default=0) + 14)
    )
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
        canvas.axis(beside, 0 if len(spec.series) == 1 else 26, beside, y - 8)
    return canvas.finish(title=spec.title, description=spec.description, height=max(y - 4, 20))


def draw_stack(
    canvas: Canvas, spec: HorizontalBars, row: int, x: float, y: float, room: float
) -> None:
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
    canvas.text(
        ends[-1] + 8,
        y + 16,
        show(sum(known) if known else None, spec.unit, spec.decimals),
        bold=bool(known),
    )


def bars_table(spec: Bars) -> Table:
    has_targets = any(target is not None for target in spec.targets)
    columns = [Column(""), *(Column(series.label, numeric=True) for series in spec.series)]
    if has_targets:
        columns.append(Column(gettext("Target"), numeric=True))
    rows = [
        Row(
            [
                label,
                *(spec.words(series.values[group]) for series in spec.series),
                *([spec.target_words(group)] if has_targets else []),
            ]
        )
        for group, label in enumerate(spec.groups)
    ]
    return Table(spec.title, columns, rows, caption_hidden=True)


def horizontal_table(spec: HorizontalBars) -> Table:
    columns = [Column(""), *(Column(series.label, numeric=True) for series in spec.series)]
    rows = [
        Row(
            [label, *(show(series.values[row], spec.unit, spec.decimals) for series in spec.series)]
        )
        for row, label in enumerate(spec.rows)
    ]
    return Table(spec.title, columns, rows, caption_hidden=True)
