"""A drawing board for charts: text that is measured, colours with a pattern, and SVG that needs no style sheet.

Presentation attributes only, so that a strict content security policy and a PDF engine both draw it. A class beside
each colour lets a page put the colours of its theme in.
"""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from html import escape
from math import floor, log10

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from mst_sites.look.parts import Text

INK, SOFT, LINE, AXIS, GROUND = "#21292b", "#565c5a", "#e0d8c9", "#857f72", "#ffffff"
SERIES = ("#10505c", "#b4651a", "#7b567f", "#55753a", "#6b6a63")
FONT = "'Source Sans 3', 'Source Sans 3 Extended', sans-serif"
# What lies over a series' colour, so that series differ without colour. The first is plain.
HATCHES = (
    "",
    "M-1 7 7-1M-1 1 1-1M5 7 7 5",
    "M3 3v.1",
    "M0 3h6",
    "M-1-1 7 7M-1 7 7-1",
)
HATCH_WIDTHS = (0, 1.25, 2.6, 1.25, 1.25)
NARROW = 480
ENDS = (1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10)
SHORTEST_PART = 2
SPACE, WIDE_LETTERS, THIN_LETTERS = 0.2, "mwMWŵŴ@%", "iljftrI.,:;'|!()[]- "


def text_width(text: str, size: float) -> float:
    """Estimate the width of a text in Source Sans 3, rather too wide than too narrow."""
    widths = {**dict.fromkeys(WIDE_LETTERS, 0.85), **dict.fromkeys(THIN_LETTERS, 0.31)}
    return size * sum(widths.get(letter, 0.63 if letter.isupper() else 0.53) for letter in text)


def wrap(text: str, width: float, size: float) -> list[str]:
    """Break a text into lines no wider than `width`; a word that is wider by itself is cut with a hyphen."""
    lines: list[str] = []
    line = ""
    for whole in text.split():
        *starts, word = cut(whole, width, size)
        if line and (starts or text_width(f"{line} {word}", size) > width):
            lines.append(line)
            line = ""
        lines += starts
        line = f"{line} {word}".strip()
    return [*lines, line] if line or not lines else lines


def cut(word: str, width: float, size: float) -> list[str]:
    """Cut a word into parts that fit, each but the last with a hyphen."""
    parts: list[str] = []
    while text_width(word, size) > width and len(word) > SHORTEST_PART:
        lengths = range(len(word) - 1, SHORTEST_PART, -1)
        fits = (n for n in lengths if text_width(word[:n] + "-", size) <= width)
        length = next(fits, SHORTEST_PART)
        parts.append(word[:length] + "-")
        word = word[length:]
    return [*parts, word]


def show(value: float | None, unit: str = "", decimals: int = 1) -> str:
    """Write a value as it is printed everywhere: rounded half up, with its unit; "no data" for none."""
    if value is None:
        return gettext("no data")
    if isinstance(value, int) and not unit:
        return str(value)
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return f"{rounded}\N{NO-BREAK SPACE}{unit}" if unit else str(rounded)


def plain(value: float, unit: str = "") -> str:
    """Write a target or a mark of a scale, without noughts that say nothing."""
    digits = f"{value:.2f}".rstrip("0").rstrip(".")
    return f"{digits}\N{NO-BREAK SPACE}{unit}" if unit else digits


def ceiling(value: float) -> float:
    """Round up to the end of a scale whose quarters can be read."""
    power = 10.0 ** floor(log10(value))
    return next(end for end in (step * power for step in ENDS) if end >= value)


def number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


class Canvas:
    """Collects the parts of one chart; `name` begins every id in it."""

    def __init__(self, *, name: str, width: float) -> None:
        self.name, self.width = name, width
        self.defs: dict[int, str] = {}
        self.parts: list[str] = []
        self.places: Sequence[int] = ()  # which paint each series takes, if not its own

    def add(self, element: str, **attributes: str | float) -> None:
        """Add an element; `css` is its class, an underscore in a name is a hyphen, empty ones are left out."""
        self.parts.append(f"<{element}{written(attributes)}/>")

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = 15,
        anchor: str = "start",
        bold: bool = False,
        soft: bool = False,
    ) -> None:
        css, fill = ("c-soft", SOFT) if soft else ("c-ink", INK)
        attributes = written(
            {
                "css": css,
                "x": x,
                "y": y,
                "font_size": size,
                "fill": fill,
                "font_weight": "600" if bold else "",
                "text_anchor": "" if anchor == "start" else anchor,
            }
        )
        self.parts.append(f"<text{attributes}>{escape(text)}</text>")

    def lines(
        self,
        x: float,
        y: float,
        lines: Sequence[str],
        *,
        size: float = 15,
        anchor: str = "start",
        bold: bool = False,
        soft: bool = False,
    ) -> None:
        for row, line in enumerate(lines):
            self.text(
                x, y + row * size * 1.25, line, size=size, anchor=anchor, bold=bold, soft=soft
            )

    def label(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = 15,
        anchor: str = "start",
        bold: bool = True,
    ) -> None:
        """Write a text on a patch of ground, so that a line behind it does not strike it through."""
        width = text_width(text, size) + 4
        left = {"start": x - 2, "middle": x - width / 2, "end": x - width + 2}[anchor]
        self.rect(left, y - size * 0.82, width, size * 1.04, css="c-ground", fill=GROUND)
        self.text(x, y, text, size=size, anchor=anchor, bold=bold)

    def rect(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        css: str,
        fill: str,
        **attributes: str | float,
    ) -> None:
        sides = {"width": max(width, 0), "height": max(height, 0)}
        self.add("rect", css=css, x=x, y=y, **sides, fill=fill, **attributes)

    def bar(self, x: float, y: float, width: float, height: float, series: int) -> None:
        """Draw a bar in the colour and the pattern of its series."""
        place = self.places[series] if self.places else series
        self.rect(x, y, width, height, css=self.css(place), fill=self.fill(place))

    def css(self, series: int) -> str:
        return f"c-{series + 1}" if not HATCHES[series] else "c-hatch"

    def fill(self, series: int) -> str:
        """Give the paint of a series, and define its pattern where it is first used."""
        if not HATCHES[series]:
            return SERIES[series]
        self.defs[series] = (
            f'<pattern id="{self.name}-p{series}" width="6" height="6" patternUnits="userSpaceOnUse">'
            f'<rect class="c-{series + 1}" width="6" height="6" fill="{SERIES[series]}"/>'
            f'<path class="s-over" d="{HATCHES[series]}" fill="none" stroke="{GROUND}" '
            f'stroke-linecap="round" stroke-width="{HATCH_WIDTHS[series]}"/></pattern>'
        )
        return f"url(#{self.name}-p{series})"

    def line(
        self,
        x1: float,
        y1: float,
        x2: float,
        y2: float,
        *,
        css: str = "s-line",
        stroke: str = LINE,
        width: float = 1,
        dash: str = "",
    ) -> None:
        course = f"M{number(x1)} {number(y1)}L{number(x2)} {number(y2)}"
        self.path(course, css=css, stroke=stroke, width=width, dash=dash)

    def axis(self, x1: float, y1: float, x2: float, y2: float) -> None:
        self.line(x1, y1, x2, y2, css="s-axis", stroke=AXIS)

    def target(self, x1: float, y1: float, x2: float, y2: float) -> None:
        self.line(x1, y1, x2, y2, css="c-target", stroke=INK, width=2, dash="6 4")

    def path(self, course: str, *, css: str, stroke: str, width: float = 1, dash: str = "") -> None:
        shape = {"stroke_linejoin": "round", "stroke_linecap": "" if dash else "round"}
        self.add(
            "path",
            css=css,
            d=course,
            fill="none",
            stroke=stroke,
            stroke_width=width,
            stroke_dasharray=dash,
            **shape,
        )

    def circle(
        self, x: float, y: float, radius: float, *, css: str, fill: str, **attributes: str | float
    ) -> None:
        self.add("circle", css=css, cx=x, cy=y, r=radius, fill=fill, **attributes)

    def scale(self, left: float, base: float, height: float, ends: tuple[float, float]) -> None:
        """Rule the ground in quarters, with the value of each line at its left end."""
        low, high = ends
        for quarter in range(5):
            y = base - height * quarter / 4
            if quarter:
                self.line(left, y, self.width, y)
            else:
                self.axis(left, y, self.width, y)
            value = low + (high - low) * quarter / 4
            self.text(left - 8, y + 5, plain(value), size=13, anchor="end", soft=True)

    def legend(self, y: float, labels: Sequence[str], *, target: str = "") -> float:
        """Write the key of the series in as many lines as it needs; give the height that it took."""
        x, top = 0.0, y
        for series, label in enumerate([*labels, target] if target else labels):
            is_target = bool(target) and series == len(labels)
            rows = wrap(label, self.width - 26, 15)
            wide = 24 + max(text_width(row, 15) for row in rows) + 18
            if x and x + wide > self.width + 18:
                x, y = 0.0, y + 22
            if is_target:
                self.target(x, y + 8, x + 18, y + 8)
            else:
                self.bar(x, y + 1, 14, 14, series)
            self.lines(x + 22, y + 13, rows, size=15)
            x, y = x + wide, y + (len(rows) - 1) * 19
        return y + 26 - top

    def finish(
        self, *, title: Text, description: Text, height: float, css: str = "chart"
    ) -> SafeString:
        """Close the drawing under its finding, which is its name for those who do not see it."""
        heads = [f'<title id="{self.name}-t">{escape(str(title))}</title>']
        if description:
            heads.append(f'<desc id="{self.name}-d">{escape(str(description))}</desc>')
        if self.defs:
            heads.append(f"<defs>{''.join(self.defs.values())}</defs>")
        attributes = written(
            {
                "xmlns": "http://www.w3.org/2000/svg",
                "css": css,
                "role": "img",
                "aria_labelledby": f"{self.name}-t",
                "aria_describedby": f"{self.name}-d" if description else "",
                "viewBox": f"0 0 {number(self.width)} {number(height)}",
                "width": self.width,
                "height": height,
                "font_family": FONT,
            }
        )
        drawing = f"<svg{attributes}>{''.join(heads)}{''.join(self.parts)}</svg>"
        return mark_safe(drawing)  # noqa: S308 - every text went through escape()


def written(attributes: Mapping[str, str | float]) -> str:
    """Write attributes as SVG spells them."""
    names = {"css": "class"}
    return "".join(
        f' {names.get(name, name.replace("_", "-"))}="{escape(value if isinstance(value, str) else number(value))}"'
        for name, value in attributes.items()
        if value != ""
    )
