"""What the page of the measures shows: the SIC-style stages beside other sites, and the stays in the stages A to F."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from implementation.queries.measures import (
    FEWEST_SITES,
    FIRST_STAGES,
    SiteMeasures,
    Spread,
    StageMeasure,
    StageStay,
)
from implementation.tables.forecast_words import days_words, percent
from mst_sites.look.parts import Text, Tile
from mst_sites.look.tables import Cell, Column, Row, Table
from mst_sites.periods import day_label

# The published names of the stages, with their phases.
BEFORE, PUTTING_IN, KEEPING = (
    gettext_lazy("Before implementation"),
    gettext_lazy("Implementation"),
    gettext_lazy("Sustaining"),
)
SIC_STAGES: dict[int, tuple[Text, Text]] = {
    1: (gettext_lazy("Engagement"), BEFORE),
    2: (gettext_lazy("Consideration of feasibility"), BEFORE),
    3: (gettext_lazy("Readiness planning"), BEFORE),
    4: (gettext_lazy("Staff hired and trained"), PUTTING_IN),
    5: (gettext_lazy("Adherence monitoring in place"), PUTTING_IN),
    6: (gettext_lazy("Services and consultation begin"), PUTTING_IN),
    7: (gettext_lazy("Ongoing services, consultation and feedback"), PUTTING_IN),
    8: (gettext_lazy("Competency"), KEEPING),
}


def measure_table(found: SiteMeasures, others: Mapping[int, Spread]) -> Table:
    columns = [
        Column(_("Stage")),
        Column(_("Done")),
        Column(_("From the first to the last thing done")),
        Column(_("Days"), numeric=True),
        Column(_("Days at other sites: median (quartiles)")),
    ]
    rows = [
        Row(
            [
                Cell(f"{each.stage}. {SIC_STAGES[each.stage][0]}", note=SIC_STAGES[each.stage][1]),
                done_words(each),
                span_words(each),
                "\N{EN DASH}" if each.duration_days is None else str(each.duration_days),
                spread_cell(others.get(each.stage)),
            ]
        )
        for each in found.stages
    ]
    return Table(_("The eight stages, SIC-style"), columns, rows)


def done_words(each: StageMeasure) -> str:
    if each.proportion is None:
        return _("no activity is counted here")
    words = {"done": each.completed, "all": each.applicable, "share": percent(each.proportion)}
    return _("%(done)s of %(all)s (%(share)s)") % words


def span_words(each: StageMeasure) -> str:
    if each.first_on is None or each.last_on is None:
        return _("nothing done yet") if each.applicable else ""
    if each.first_on == each.last_on:
        return day_label(each.first_on)
    return _("%(first)s to %(last)s") % {
        "first": day_label(each.first_on),
        "last": day_label(each.last_on),
    }


def spread_cell(spread: Spread | None) -> Cell:
    if spread is None or not spread.is_shown:
        return Cell(_("fewer than %(sites)s comparable sites") % {"sites": FEWEST_SITES})
    words = {
        "median": f"{spread.median:.0f}",
        "lower": f"{spread.lower_quartile:.0f}",
        "upper": f"{spread.upper_quartile:.0f}",
    }
    note = _("%(sites)s sites") % {"sites": spread.sites}
    return Cell(_("%(median)s (%(lower)s to %(upper)s)") % words, note=note)


def first_stages_words(found: SiteMeasures) -> str:
    """Say how much of the first three stages is done."""
    first = [each for each in found.stages if each.stage in FIRST_STAGES]
    done = sum(each.completed for each in first)
    return _("Of the first three stages %(done)s of %(all)s activities are done.") % {
        "done": done,
        "all": sum(each.applicable for each in first),
    }


def measure_tiles(found: SiteMeasures, days: int | None) -> list[Tile]:
    applicable = sum(each.applicable for each in found.stages)
    done = sum(each.completed for each in found.stages)
    furthest = _("none yet")
    if found.final_stage is not None:
        furthest = f"{found.final_stage}. {SIC_STAGES[found.final_stage][0]}"
    shown = [
        Tile(
            _("Furthest stage with anything done"),
            furthest,
            note=_("the site was withdrawn") if found.is_stopped else "",
        ),
        Tile(
            _("Activities done"),
            percent(done / applicable) if applicable else "\N{EN DASH}",
            note=_("%(done)s of %(all)s that apply") % {"done": done, "all": applicable},
        ),
    ]
    if days is not None:
        shown.append(Tile(_("First enquiry to opening"), days_words(days)))
    return shown


def stay_table(stays: Sequence[StageStay]) -> Table:
    columns = [
        Column(_("Stage")),
        Column(_("From")),
        Column(_("To")),
        Column(_("Days"), numeric=True),
        Column(_("of these on hold"), numeric=True),
    ]
    rows = [
        Row(
            [
                f"{stay.stage.value} {stay.stage.label}",
                day_label(stay.began_on),
                day_label(stay.ended_on) if stay.ended_on else _("today"),
                str(stay.days),
                str(stay.held_days),
            ]
        )
        for stay in stays
    ]
    return Table(_("Days in the stages A to F"), columns, rows)
