"""How scores between two ends are spread: one dot for each, bars when there are too many to count."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import floor

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from mst_sites.look.charts.canvas import GROUND, NARROW, SERIES, Canvas, plain, show
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
    def step(self) -> float:
        return ((self.high - self.low) or 1) / BINS

    @property
    def bins(self) -> Counter[int]:
        """Count the scores of each bin. Bins are laid out from the threshold, so that none holds both sides of it."""
        return Counter(floor((value - self.origin) / self.step + 1e-9) for value in self.values)

    @property
    def origin(self) -> float:
        return self.low if self.threshold is None else self.threshold

    def middle(self, place: int) -> float:
        """Give the middle of a bin, kept inside the scale."""
        return min(max(self.origin + (place + 0.5) * self.step, self.low), self.high)

    def is_under(self, value: float) -> bool:
        return self.threshold is not None and value < self.threshold


def draw_dots(spec: Dots, *, name: str, width: float) -> SafeString:
    canvas = Canvas(name=name, width=width)
    left, right = 14.0, width - 14
    across = (right - left) / BINS
    radius = min(across / 2 - 1, 9.0)
    highest = max(spec.bins.values(), default=0)
    rise = radius * 2 + 2 if highest <= TALLEST else TALLEST * (radius * 2 + 2) / highest
    key = 0.0
    if spec.threshold is not None:
        key = canvas.legend(
            0, [], target=f"{spec.threshold_label or gettext('Threshold')} {plain(spec.threshold)}"
        )
    base = key + 20 + max(highest * rise, 40)

    def at(value: float) -> float:
        return left + (right - left) * (value - spec.low) / (spec.step * BINS)

    canvas.axis(left, base, right, base)
    for mark in (0, 0.2, 0.4, 0.6, 0.8, 1):
        value = spec.low + (spec.high - spec.low) * mark
        canvas.axis(at(value), base, at(value), base + 5)
        canvas.text(at(value), base + 21, plain(value), size=13, anchor="middle", soft=True)
    if spec.threshold is not None:
        canvas.target(at(spec.threshold), key + 2, at(spec.threshold), base)
    for place, count in sorted(spec.bins.items()):
        x, is_under = at(spec.middle(place)), spec.threshold is not None and place < 0
        if highest <= TALLEST:
            draw_column(canvas, x, base - radius - 2, count, radius, is_under=is_under)
        else:
            canvas.bar(
                x - across / 2 + 1,
                base - count * rise,
                across - 2,
                count * rise,
                1 if is_under else 0,
            )
            canvas.label(
                x,
                base - count * rise - 5,
                str(count),
                size=13 if width >= NARROW else 11,
                anchor="middle",
            )
    if not spec.values:
        canvas.label(width / 2, base - 16, gettext("no data"), anchor="middle")
    return canvas.finish(title=spec.title, description=spec.description, height=base + 30)


def draw_column(
    canvas: Canvas, x: float, y: float, count: int, radius: float, *, is_under: bool
) -> None:
    """Stack dots: hollow ones under the threshold, filled ones from it upwards."""
    for place in range(count):
        height = y - place * (radius * 2 + 2)
        if is_under:
            canvas.circle(
                x,
                height,
                radius - 1.25,
                css="c-over s-2",
                fill=GROUND,
                stroke=SERIES[1],
                stroke_width=2.5,
            )
        else:
            canvas.circle(x, height, radius, css="c-1", fill=SERIES[0])


def dots_table(spec: Dots) -> Table:
    """Count the scores of each tenth of the scale."""
    span = (spec.high - spec.low) / 10
    counts = Counter(
        min(max(floor((value - spec.low) / (span or 1) + 1e-9), 0), 9) for value in spec.values
    )
    rows = [
        Row(
            [
                gettext("%(low)s to %(high)s")
                % {
                    "low": show(spec.low + span * tenth, "", 1),
                    "high": show(spec.low + span * (tenth + 1), "", 1),
                },
                str(counts[tenth]),
            ]
        )
        for tenth in range(10)
        if counts[tenth]
    ]
    if spec.threshold is not None:
        under = sum(spec.is_under(value) for value in spec.values)
        rows.append(
            Row(
                [
                    gettext("of all these, under %(threshold)s")
                    % {"threshold": show(spec.threshold, "", spec.decimals)},
                    str(under),
                ]
            )
        )
    return Table(
        spec.title,
        [Column(gettext("Score")), Column(gettext("How many"), numeric=True)],
        rows,
        caption_hidden=True,
    )
