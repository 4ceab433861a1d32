"""What the page of organisational change shows: a chart of the sides, tables, and where they differ."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from implementation.models import ChangeSide
from implementation.queries.change import RoundResult, SubjectResult
from mst_sites.look.charts import Bars, Series
from mst_sites.look.parts import Tile
from mst_sites.look.tables import Cell, Column, Row, Table
from mst_sites.periods import day_label
from mst_sites.records.tables import state_cell
from mst_sites.tenancy.models import Site

HIGHEST = 5


def figure(value: Fraction | None) -> str:
    """Write a mean with one decimal; what nobody could say is no nought."""
    return _("no data") if value is None else number_format(round(float(value), 1), 1)


def finding(result: RoundResult) -> str:
    """Say in one sentence what a round has shown."""
    widest = result.widest
    if widest is None:
        return _("Only one side has answered, so that nothing can be compared.")
    (lowest, behind), (highest, ahead) = widest.known[0], widest.known[-1]
    if not widest.is_gap:
        return _("The sides see it alike: no two means are 1.5 or more apart.")
    return _("Furthest apart on “%(subject)s”: %(ahead)s %(high)s, %(behind)s %(low)s.") % {
        "subject": widest.subject.label,
        "ahead": ahead.label,
        "high": figure(highest),
        "behind": behind.label,
        "low": figure(lowest),
    }


def sides_chart(result: RoundResult) -> Bars:
    return Bars(
        title=finding(result),
        groups=[each.subject.label for each in result.subjects],
        series=[
            Series(side.label, [as_float(each.means[side]) for each in result.subjects])
            for side in ChangeSide
        ],
        unit="",
        top=HIGHEST,
        description=_("Means from 1, not at all, to 5, fully."),
    )


def as_float(value: Fraction | None) -> float | None:
    return None if value is None else float(value)


def answered_tiles(result: RoundResult) -> list[Tile]:
    return [Tile(side.label, str(result.answered[side]), note=_("answered")) for side in ChangeSide]


def subject_table(result: RoundResult, *, site: Site, may_act: bool) -> Table:
    columns = [
        Column(_("Subject")),
        *(Column(side.label, numeric=True) for side in ChangeSide),
        Column(_("Apart"), numeric=True),
        Column(_("What it means")),
        *([Column(_("Next"))] if may_act else []),
    ]
    rows = [
        Row(
            [
                each.subject.label,
                *(figure(each.means[side]) for side in ChangeSide),
                figure(each.difference) if each.difference is not None else _("no data"),
                meaning(each),
                *([action_cell(each, site)] if may_act else []),
            ]
        )
        for each in result.subjects
    ]
    return Table(_("The sides compared"), columns, rows)


def meaning(each: SubjectResult) -> Cell:
    if each.difference is None:
        return Cell(_("Nothing to compare"), status="no_data")
    if each.is_gap:
        return Cell(_("They differ"), status="blocked")
    return Cell(_("Alike"), status="done")


def action_cell(each: SubjectResult, site: Site) -> Cell:
    if not each.is_gap:
        return Cell()
    address = reverse("change-action-create", args=[site.slug])
    return Cell(_("Raise an action"), url=f"{address}?subject={each.subject.value}")


def proposal(each: SubjectResult) -> str:
    """Propose what to do about a subject on which the sides differ."""
    known = each.known
    return _("Bring %(ahead)s and %(behind)s to one view of “%(subject)s”.") % {
        "ahead": known[-1][1].label,
        "behind": known[0][1].label,
        "subject": each.subject.label,
    }


def history_table(results: Sequence[RoundResult]) -> Table:
    """Show each subject over the rounds: how far the sides were apart, and their means."""
    over = [each for each in results if not each.is_open][::-1]
    columns = [Column(_("Subject")), *(Column(day_label(each.round.opened_on)) for each in over)]
    rows = [
        Row(
            [
                subject.subject.label,
                *(history_cell(each.of(subject.subject)) for each in over),
            ]
        )
        for subject in over[-1].subjects
    ]
    return Table(
        _("How far the sides were apart, round by round (provider / commissioner / partners)"),
        columns,
        rows,
    )


def history_cell(each: SubjectResult | None) -> Cell:
    if each is None or each.difference is None:
        return Cell(_("no data"))
    means = " / ".join(figure(each.means[side]) for side in ChangeSide)
    if each.is_gap:
        return Cell(figure(each.difference), status="blocked", note=means)
    return Cell(figure(each.difference), note=means)


def action_table(actions: Any, *, site: Site, may_edit: bool, today: date) -> Table:
    columns = [
        Column(_("What is to be done")),
        Column(_("Who")),
        Column(_("By when"), one_line=True),
        Column(_("State")),
    ]
    rows = [
        Row(
            [
                Cell(
                    action.text,
                    url=reverse("action-close", args=[site.slug, action.pk])
                    if may_edit and action.closed_at is None
                    else "",
                ),
                action.owner.full_name,
                day_label(action.due_on) if action.due_on else _("no date"),
                state_cell(action, today=today),
            ]
        )
        for action in actions
    ]
    return Table(_("Actions that came of it"), columns, rows, caption_hidden=True)
