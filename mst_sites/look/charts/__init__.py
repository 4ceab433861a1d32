"""Charts for page and PDF alike: a frozen record in, an SVG text and its table out."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

from django.utils.safestring import SafeString

from mst_sites.look.charts.bars import (
    Bars,
    HorizontalBars,
    Series,
    bars_table,
    draw_bars,
    draw_horizontal,
    horizontal_table,
)
from mst_sites.look.charts.journey import (
    Journey,
    Lane,
    Mark,
    Stretch,
    draw_journey,
    journey_table,
)
from mst_sites.look.charts.lines import (
    Line,
    Reference,
    Sparkline,
    draw_line,
    draw_sparkline,
    line_table,
    sparkline_table,
)
from mst_sites.look.charts.spans import Span, Spans, draw_spans, spans_table
from mst_sites.look.charts.spread import Dots, dots_table, draw_dots
from mst_sites.look.charts.weeks import Strip, Week, draw_strip, strip_table
from mst_sites.look.tables import Table

__all__ = [
    "Bars",
    "Chart",
    "Dots",
    "HorizontalBars",
    "Journey",
    "Lane",
    "Line",
    "Mark",
    "Reference",
    "Series",
    "Span",
    "Spans",
    "Sparkline",
    "Stretch",
    "Strip",
    "Week",
    "chart_table",
    "draw",
    "name_of",
]

Chart = Bars | HorizontalBars | Line | Sparkline | Strip | Dots | Spans | Journey

KINDS: dict[type, tuple[Callable[..., SafeString], Callable[[Any], Table]]] = {
    Bars: (draw_bars, bars_table),
    HorizontalBars: (draw_horizontal, horizontal_table),
    Line: (draw_line, line_table),
    Sparkline: (draw_sparkline, sparkline_table),
    Strip: (draw_strip, strip_table),
    Dots: (draw_dots, dots_table),
    Spans: (draw_spans, spans_table),
    Journey: (draw_journey, journey_table),
}
PAGE, PHONE = 680, 340


def draw(spec: Chart, *, name: str = "", width: float = PAGE) -> SafeString:
    """Draw a chart. Two charts of the same content on one page need a `name` each."""
    return KINDS[type(spec)][0](spec, name=name or name_of(spec), width=width)


def name_of(spec: Chart) -> str:
    return f"chart-{sha256(repr(spec).encode()).hexdigest()[:10]}"


def chart_table(spec: Chart) -> Table:
    """Give the figures of a chart as a table."""
    return KINDS[type(spec)][1](spec)
