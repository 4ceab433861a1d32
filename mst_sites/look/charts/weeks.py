"""The strip: a year of weeks, each held, cancelled, missing or still to come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mst_sites.look.charts.canvas import (
    AXIS,
    GROUND,
    LINE,
    NARROW,
    SERIES,
    Canvas,
    number,
    text_width,
)
from mst_sites.look.parts import Text
from mst_sites.look.tables import Column, Row, Table

STATES: dict[str, str | Promise] = {
    "held": _("Held"),
    "replaced": _("Held another day"),
    "cancelled": _("Cancelled"),
    "missing": _("Missing"),
    "to_come": _("To come"),
}


@dataclass(frozen=True)
class Week:
    """A week by its Monday; state is one of STATES."""

    monday: date
    state: str


@dataclass(frozen=True)
class Strip:
    title: Text
    weeks: Sequence[Week]
    description: Text = ""


def draw_strip(spec: Strip, *, name: str, width: float) -> SafeString:
    canvas = Canvas(name=name, width=width)
    per_row = 13 if width < NARROW else 26
    step = width / per_row
    side = step - 4
    y = 0.0
    for start in range(0, len(spec.weeks), per_row):
        row = spec.weeks[start : start + per_row]
        label_months(canvas, row, y + 12, step)
        for place, week in enumerate(row):
            draw_week(canvas, week.state, place * step + 1, y + 18, side)
        y += 18 + side + 14
    y = draw_key(canvas, spec, y + 4)
    return canvas.finish(title=spec.title, description=spec.description, height=y)


def label_months(canvas: Canvas, weeks: Sequence[Week], y: float, step: float) -> None:
    """Name a month over its first week; a name that would touch the one before is left out."""
    free_from = 0.0
    for place, week in enumerate(weeks):
        starts = place == 0 or week.monday.month != weeks[place - 1].monday.month
        words = date_format(week.monday, "M Y" if place == 0 else "M")
        x = place * step + 1
        if starts and x >= free_from and x + text_width(words, 13) <= canvas.width:
            canvas.text(x, y, words, size=13, soft=True)
            free_from = x + text_width(words, 13) + 6


def draw_week(canvas: Canvas, state: str, x: float, y: float, side: float) -> None:
    """Draw one square; each state has a shape of its own."""
    if state in {"held", "replaced"}:
        canvas.rect(x, y, side, side, css="c-1", fill=SERIES[0], rx=3)
    elif state == "missing":
        canvas.rect(x, y, side, side, css="c-2", fill=SERIES[1], rx=3)
    else:
        css, stroke = ("s-axis", AXIS) if state == "cancelled" else ("s-line", LINE)
        inside = side - 1.5
        canvas.rect(
            x + 0.75, y + 0.75, inside, inside, css=f"c-over {css}", fill=GROUND, rx=3,
            stroke=stroke, stroke_width=1.5,
        )  # fmt: skip
    draw_sign(canvas, state, x, y, side)


def draw_sign(canvas: Canvas, state: str, x: float, y: float, side: float) -> None:
    middle = number(x + side / 2)
    if state == "replaced":
        canvas.circle(x + side / 2, y + side / 2, side * 0.2, css="c-over", fill=GROUND)
    elif state == "cancelled":
        canvas.line(x + 4, y + side - 4, x + side - 4, y + 4, css="s-axis", stroke=AXIS, width=2)
    elif state == "missing":
        top, end, dot = (number(y + side * share) for share in (0.24, 0.56, 0.76))
        course = f"M{middle} {top}V{end}M{middle} {dot}v.1"
        canvas.path(course, css="s-over", stroke=GROUND, width=2.4)


def draw_key(canvas: Canvas, spec: Strip, y: float) -> float:
    """Name the states that occur, each with how often."""
    x = 0.0
    for state, words in counted(spec):
        wide = 26 + text_width(words, 15) + 18
        if x and x + wide > canvas.width:
            x, y = 0.0, y + 24
        draw_week(canvas, state, x, y, 17)
        canvas.text(x + 24, y + 14, words)
        x += wide
    return y + 24


def counted(spec: Strip) -> list[tuple[str, str]]:
    states = [week.state for week in spec.weeks]
    return [
        (state, f"{label} {states.count(state)}")
        for state, label in STATES.items()
        if state in states
    ]


def strip_table(spec: Strip) -> Table:
    """Count the weeks held in each month, and name those that were not."""
    columns = [
        Column(gettext("Month")),
        Column(gettext("Weeks"), numeric=True),
        Column(gettext("Held"), numeric=True),
        Column(gettext("Not held")),
    ]
    rows = []
    for month, weeks in groupby(spec.weeks, key=lambda week: week.monday.replace(day=1)):
        past = [week for week in weeks if week.state != "to_come"]
        held = [week for week in past if week.state in {"held", "replaced"}]
        others = [
            f"{date_format(week.monday, 'j M')}: {STATES[week.state]}"
            for week in past
            if week not in held
        ]
        if past:
            name = date_format(month, "F Y")
            rows.append(Row([name, str(len(past)), str(len(held)), ", ".join(others)]))
    return Table(spec.title, columns, rows, caption_hidden=True)
