"""A drawing board for charts: text that is measured, colours with a pattern, and SVG that needs no style sheet.

Presentation attributes only, so that a strict content security policy and a PDF engine both draw it. A class beside each
colour lets a page put the colours of its theme in.
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

INK, SOFT, LINE, AXIS, GROUND = "#21292b", "#565c5a", "#e0d8c9", "#857f72", "#ffffff"
SERIES = ("#10505c", "#b4651a", "#7b567f", "#55753a", "#6b6a63")
FONT = "Source Sans 3, sans-serif"
# What lies over a series' colour, so that series differ without colour. The first is plain.
HATCHES = (
    "",
    "M-1 7 7-1M-1 1 1-1M5 7 7 5",
    "M3 3v.1",
    "M0 3h6",
    "M-1-1 7 7M-1 7 7-1",
)
NARROW = 480
SPACE, WIDE_LETTERS, THIN_LETTERS = 0.2, "mwMWŵŴ@%", "iljftrI.,:;'|!()[]- "


def text_width(text: str, size: float) -> float:
    """Estimate the width of a text in Source Sans 3, rather too wide than too narrow."""
    widths = {**dict.fromkeys(WIDE_LETTERS, 0.85), **dict.fromkeys(THIN_LETTERS, 0.31)}
    return size * sum(widths.get(letter, 0.63 if letter.isupper() else 0.53) for letter in text)


def wrap(text: str, width: float, size: float) -> list[str]:
    """Break a text into lines no wider than `width`; a word that is wider by itself is cut with a hyphen."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if text_width(longer, size) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        while text_width(word, size) > width and len(word) > 2:
            cut = next((n for n in range(len(word) - 1, 1, -1) if text_width(word[:n] + "-", size) <= width), 2)
            lines.append(word[:cut] + "-")
            word = word[cut:]
        line = word
    return [*lines, line] if line else lines or [""]


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


def number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


class Canvas:
    """Collects the parts of one chart; `id` begins every id in it."""

    def __init__(self, *, id: str, width: float) -> None:
        self.id, self.width = id, width
        self.defs: dict[int, str] = {}
        self.parts: list[str] = []

    def text(self, x: float, y: float, text: str, *, size: float = 15, anchor: str = "start", bold: bool = False, soft: bool = False) -> None:
        css, fill = ("c-soft", SOFT) if soft else ("c-ink", INK)
        weight = ' font-weight="600"' if bold else ""
        place = "" if anchor == "start" else f' text-anchor="{anchor}"'
        self.parts.append(
            f'<text class="{css}" x="{number(x)}" y="{number(y)}" font-size="{number(size)}" fill="{fill}"{weight}{place}>{escape(text)}</text>'
        )

    def lines(self, x: float, y: float, lines: Sequence[str], *, size: float = 15, anchor: str = "start", bold: bool = False, soft: bool = False) -> None:
        for row, line in enumerate(lines):
            self.text(x, y + row * size * 1.25, line, size=size, anchor=anchor, bold=bold, soft=soft)

    def label(self, x: float, y: float, text: str, *, size: float = 15, anchor: str = "start", bold: bool = True) -> None:
        """Write a text on a patch of ground, so that a line behind it does not strike it through."""
        width = text_width(text, size) + 4
        left = {"start": x - 2, "middle": x - width / 2, "end": x - width + 2}[anchor]
        self.rect(left, y - size * 0.82, width, size * 1.04, css="c-ground", fill=GROUND)
        self.text(x, y, text, size=size, anchor=anchor, bold=bold)

    def rect(self, x: float, y: float, width: float, height: float, *, css: str, fill: str, extra: str = "") -> None:
        self.parts.append(
            f'<rect class="{css}" x="{number(x)}" y="{number(y)}" width="{number(max(width, 0))}" height="{number(max(height, 0))}" fill="{fill}"{extra}/>'
        )

    def bar(self, x: float, y: float, width: float, height: float, series: int) -> None:
        """Draw a bar in the colour and the pattern of its series."""
        self.rect(x, y, width, height, css=self.css(series), fill=self.fill(series))

    def css(self, series: int) -> str:
        return f"c-{series + 1}" if not HATCHES[series] else "c-hatch"

    def fill(self, series: int) -> str:
        """Give the paint of a series, and define its pattern where it is first used."""
        if not HATCHES[series]:
            return SERIES[series]
        stroke = 'stroke-linecap="round" stroke-width="2.6"' if series == 2 else 'stroke-width="1.25"'
        self.defs[series] = (
            f'<pattern id="{self.id}-p{series}" width="6" height="6" patternUnits="userSpaceOnUse">'
            f'<rect class="c-{series + 1}" width="6" height="6" fill="{SERIES[series]}"/>'
            f'<path class="s-over" d="{HATCHES[series]}" fill="none" stroke="{GROUND}" {stroke}/></pattern>'
        )
        return f"url(#{self.id}-p{series})"

    def line(self, x1: float, y1: float, x2: float, y2: float, *, css: str = "s-line", stroke: str = LINE, width: float = 1, dash: str = "") -> None:
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        self.parts.append(
            f'<path class="{css}" d="M{number(x1)} {number(y1)}L{number(x2)} {number(y2)}" fill="none" stroke="{stroke}" stroke-width="{number(width)}"{dashes}/>'
        )

    def target(self, x1: float, y1: float, x2: float, y2: float) -> None:
        self.line(x1, y1, x2, y2, css="c-target", stroke=INK, width=2, dash="6 4")

    def path(self, points: str, *, css: str, fill: str = "none", stroke: str = "none", width: float = 1) -> None:
        self.parts.append(f'<path class="{css}" d="{points}" fill="{fill}" stroke="{stroke}" stroke-width="{number(width)}" stroke-linejoin="round" stroke-linecap="round"/>')

    def circle(self, x: float, y: float, radius: float, *, css: str, fill: str, stroke: str = "none", width: float = 0) -> None:
        self.parts.append(
            f'<circle class="{css}" cx="{number(x)}" cy="{number(y)}" r="{number(radius)}" fill="{fill}" stroke="{stroke}" stroke-width="{number(width)}"/>'
        )

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

    def finish(self, *, title: str, description: str, height: float, css: str = "chart") -> SafeString:
        """Close the drawing under its finding, which is its name for those who do not see it."""
        defs = f"<defs>{''.join(self.defs.values())}</defs>" if self.defs else ""
        desc = f'<desc id="{self.id}-d">{escape(description)}</desc>' if description else ""
        named = f"{self.id}-t {self.id}-d" if description else f"{self.id}-t"
        return mark_safe(  # noqa: S308 - every text went through escape()
            f'<svg xmlns="http://www.w3.org/2000/svg" class="{css}" role="img" aria-labelledby="{named}" '
            f'viewBox="0 0 {number(self.width)} {number(height)}" width="{number(self.width)}" height="{number(height)}" font-family="{FONT}">'
            f'<title id="{self.id}-t">{escape(title)}</title>{desc}{defs}{"".join(self.parts)}</svg>'
        )
