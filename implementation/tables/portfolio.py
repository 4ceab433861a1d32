"""The portfolio as a coloured grid, as a table, and as rows of a file."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from implementation.models import Party, Plan, PlanState, Stage
from implementation.queries.portfolio import (
    AMBER,
    CLOSED,
    GREEN,
    RED,
    STILL,
    StageStanding,
    Standing,
    state_of,
)
from mst_sites.look.parts import Grid, GridCell, GridRow, Text, Tile
from mst_sites.look.tables import Cell, Column, Page, Row, Table, query, words_of
from mst_sites.periods import short_day
from mst_sites.spreadsheets import Value
from mst_sites.tenancy.models import MstModel, Nation, Phase

STATUS_OF_RAG = {RED: "late", AMBER: "slipping", GREEN: "on_track"}


def standing_status(standing: Standing) -> str:
    """Return the status word of a site: how late it is, or that it stands still or is closed."""
    return STATUS_OF_RAG.get(standing.rag) or state_of(standing.plan).lower()


def portfolio_tiles(counts: Mapping[str, int], params: Any) -> list[Tile]:
    """Return a figure for each colour and for what stands still, which narrows the list to it."""
    tiles = [
        (RED, _("Late"), counts[RED]),
        (AMBER, _("Slipping"), counts[AMBER]),
        (GREEN, _("On track"), counts[GREEN]),
        (STILL, _("On hold, withdrawn or closed"), counts[""]),
    ]
    return [
        Tile(label, str(count), url=query(params, rag=rag, page=None))
        for rag, label, count in tiles
    ]


def portfolio_grid(standings: Sequence[Standing], *, today: date) -> Grid:
    columns: list[Text] = [_("Standing"), *(stage.label for stage in Stage)]
    rows = [
        GridRow(
            standing.plan.site.name,
            [
                GridCell(standing_status(standing)),
                *(stage_square(standing, stage) for stage in Stage),
            ],
            url=reverse("plan-detail", args=[standing.plan.site.slug]),
            note=waiting_words(standing.plan, today=today),
        )
        for standing in standings
    ]
    return Grid(
        _("Sites and stages: activities done of those that apply"),
        columns,
        rows,
        _("Site"),
        letters=["", *(str(stage) for stage in Stage)],
    )


def stage_square(standing: Standing, stage: Stage) -> GridCell:
    counted = standing.stages.get(stage, StageStanding())
    text = f"{counted.completed}/{counted.applicable}" if counted.applicable else ""
    return GridCell(stage_status(standing.plan, stage, counted), text)


def stage_status(plan: Plan, stage: Stage, counted: StageStanding) -> str:
    """Return the status of one stage of a site."""
    state = state_of(plan)
    stands_still = state in {PlanState.ON_HOLD, PlanState.WITHDRAWN, CLOSED}
    if counted.is_done:
        return "done"
    if stands_still and stage == plan.stage:
        return str(state.lower())
    if counted.overdue and not stands_still:
        return "slipping"
    if stage == plan.stage or counted.completed:
        return "in_progress"
    return "not_started"


def waiting_words(plan: Plan, *, today: date) -> str:
    """Say whose turn it is and since when; nobody is chased on a closed site."""
    if plan.site.is_closed or not plan.turn or plan.turn_since is None:
        return ""
    days = (today - plan.turn_since).days
    since = ngettext("%(days)d day", "%(days)d days", days) % {"days": days}
    return _("%(who)s, for %(since)s") % {"who": Party(plan.turn).label, "since": since}


def portfolio_table(
    standings: Sequence[Standing],
    consultants: Mapping[int, Sequence[str]],
    page: Any,
    params: Any,
    *,
    today: date,
) -> Table:
    columns = [
        Column(_("Site"), sort_by="name"),
        Column(_("Standing")),
        Column(_("Stage"), sort_by="stage"),
        Column(_("Done"), numeric=True),
        Column(_("Whose turn"), sort_by="turn"),
        Column(_("Next due"), sort_by="due"),
        Column(_("Planned opening"), sort_by="opening"),
        Column(_("Provider and consultant")),
    ]
    rows = [
        portfolio_row(standing, consultants.get(standing.plan.site_id, ()), today=today)
        for standing in standings
    ]
    return Table(
        _("Sites"),
        columns,
        rows,
        sort=params.get("sort") or "name",
        page=Page.of(page),
        params=params,
        caption_hidden=True,
        empty=_("No site matches these filters."),
    )


def portfolio_row(standing: Standing, consultants: Sequence[str], *, today: date) -> Row:
    plan, site = standing.plan, standing.plan.site
    return Row(
        [
            Cell(
                site.name,
                url=reverse("plan-detail", args=[site.slug]),
                note=", ".join(filter(None, [str(Nation(site.nation).label), site.region])),
            ),
            Cell(status=standing_status(standing)),
            Cell(f"{plan.stage} {Stage(plan.stage).label}", note=MstModel(site.model).label),
            f"{plan.completed_count}/{plan.applicable_count}",
            waiting_words(plan, today=today),
            "" if site.is_closed else short_day(plan.next_due_on),
            short_day(plan.planned_opening_on),
            Cell(
                site.provider.name if site.provider else _("not chosen"),
                note=", ".join(consultants),
            ),
        ]
    )


EXPORT_HEADINGS = (
    gettext_lazy("Site"),
    gettext_lazy("Nation"),
    gettext_lazy("Region"),
    gettext_lazy("MST model"),
    gettext_lazy("Provider"),
    gettext_lazy("Consultant"),
    gettext_lazy("State"),
    gettext_lazy("Standing"),
    gettext_lazy("Stage"),
    gettext_lazy("In this stage since"),
    gettext_lazy("Whose turn"),
    gettext_lazy("Since"),
    gettext_lazy("Activities done"),
    gettext_lazy("Activities that apply"),
    gettext_lazy("Next due"),
    gettext_lazy("First enquiry"),
    gettext_lazy("Planned opening"),
    gettext_lazy("Opened"),
)


def export_rows(
    standings: Sequence[Standing], consultants: Mapping[int, Sequence[str]]
) -> list[list[Value]]:
    """Return a row for each site, in the order of EXPORT_HEADINGS; days and numbers stay what they are."""
    words = {RED: _("Late"), AMBER: _("Slipping"), GREEN: _("On track"), "": ""}
    nations, models, states = words_of(Nation), words_of(MstModel), words_of(PlanState)
    states[CLOSED] = str(Phase.CLOSED.label)
    stages, turns = words_of(Stage), {"": ""} | words_of(Party)
    return [
        [
            site.name, nations[site.nation], site.region, models[site.model],
            site.provider.name if site.provider else "", ", ".join(consultants.get(site.pk, ())),
            states[state_of(plan)], words[standing.rag],
            f"{plan.stage} {stages[plan.stage]}", plan.stage_since,
            turns[plan.turn if is_chased else ""], plan.turn_since if is_chased else None,
            plan.completed_count, plan.applicable_count,
            plan.next_due_on if is_chased else None, plan.started_on,
            plan.planned_opening_on, site.opened_on,
        ]
        for standing in standings
        for plan in [standing.plan]
        for site in [plan.site]
        for is_chased in [not site.is_closed]
    ]  # fmt: skip
