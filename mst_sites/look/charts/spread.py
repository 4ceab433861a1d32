"""How scores between two ends are spread: one dot for each, bars when there are too many to count."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import floor

from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from mst_sites.look.charts.canvas import AXIS, GROUND, NARROW, SERIES, Canvas, number, show
from mst_sites.look.parts import Text
from mst_sites.look.tables import Column, Row, Table

BINS = 20
TALLEST = 12


@dataclass(frozen=True)
class Dots:
    """Scores from `low` to `high`; filled from the threshold upwards, hollow beneath it."""

    title: Text
    values: Sequence[float]
    threshold: float | None = None
    threshold_label: Text = ""
    low: float = 0
    high: float = 1
    decimals: int = 2
    description: Text = ""

    @property
    def bins(self) -> Counter[tuple[int, bool]]:
        """Count the scores of each bin, those beneath the threshold apart: a bin can hold both."""
        return Counter((self.bin_of(value), self.is_under(value)) for value in self.values)

    def bin_of(self, value: float) -> int:
        share = (value - self.low) / ((self.high - self.low) or 1)
        return min(max(floor(share * BINS + 1e-9), 0), BINS - 1)

    def is_under(self, value: float) -> bool:
        return self.threshold is not None and value < self.threshold


def draw_dots(spec: Dots, *, id: str, width: float) -> SafeString:
    canvas = Canvas(id=id, width=width)
    left, right = 12.0, width - 12
    step = (right - left) / BINS
    radius = min(step / 2 - 1, 9.0)
    totals = Counter(place for place, _under in spec.bins.elements())
    highest = max(totals.values(), default=0)
    rise = radius * 2 + 2 if highest <= TALLEST else TALLEST * (radius * 2 + 2) / highest
    key = 0.0
    if spec.threshold is not None:
        words = f"{spec.threshold_label or gettext('Threshold')} {show(spec.threshold, '', spec.decimals)}"
        key = canvas.legend(0, [], target=words)
    base = key + 20 + max(highest * rise, 40)
    canvas.line(left, base, right, base, css="s-axis", stroke=AXIS)
    draw_scale(canvas, spec, left, right, base)
    if spec.threshold is not None:
        x = left + (right - left) * (spec.threshold - spec.low) / ((spec.high - spec.low) or 1)
        canvas.target(x, key + 2, x, base)
    for place in sorted(totals):
        under, over = spec.bins[place, True], spec.bins[place, False]
        if highest <= TALLEST:
            draw_column(canvas, left + (place + 0.5) * step, base - radius - 2, under, over, radius)
        else:
            x, wide = left + place * step + 1, step - 2
            canvas.bar(x, base - under * rise, wide, under * rise, 1)
            canvas.bar(x, base - (under + over) * rise, wide, over * rise, 0)
            canvas.label(x + wide / 2, base - (under + over) * rise - 5, str(under + over), size=13 if width >= NARROW else 11, anchor="middle")
    if not spec.values:
        canvas.label(width / 2, base - 16, gettext("no data"), anchor="middle")
    return canvas.finish(title=str(spec.title), description=str(spec.description), height=base + 30)


def draw_column(canvas: Canvas, x: float, y: float, under: int, over: int, radius: float) -> None:
    for place in range(under + over):
        if place < under:
            canvas.circle(x, y - place * (radius * 2 + 2), radius - 1.25, css="c-over s-2", fill=GROUND, stroke=SERIES[1], width=2.5)
        else:
            canvas.circle(x, y - place * (radius * 2 + 2), radius, css="c-1", fill=SERIES[0])


def draw_scale(canvas: Canvas, spec: Dots, left: float, right: float, base: float) -> None:
    for mark in (0, 0.2, 0.4, 0.6, 0.8, 1):
        x = left + (right - left) * mark
        canvas.line(x, base, x, base + 5, css="s-axis", stroke=AXIS)
        canvas.text(x, base + 21, number(spec.low + (spec.high - spec.low) * mark), size=13, anchor="middle", soft=True)


def dots_table(spec: Dots) -> Table:
    """Count the scores of each tenth of the scale."""
    span = (spec.high - spec.low) / 10
    counts = Counter(spec.bin_of(value) // 2 for value in spec.values)
    rows = [
        Row([f"{show(spec.low + span * tenth, '', 1)}–{show(spec.low + span * (tenth + 1), '', 1)}", str(counts[tenth])])
        for tenth in range(10)
        if counts[tenth]
    ]
    if spec.threshold is not None:
        under = sum(spec.is_under(value) for value in spec.values)
        rows.append(Row([gettext("Under %(threshold)s") % {"threshold": show(spec.threshold, "", spec.decimals)}, ngettext("%(n)s score", "%(n)s scores", under) % {"n": under}]))
    return Table(spec.title, [Column(gettext("Score")), Column(gettext("How many"), numeric=True)], rows, caption_hidden=True)
