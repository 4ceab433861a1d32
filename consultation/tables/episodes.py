"""Episodes and their imports as the records of the look."""

from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from consultation.imports.faults import Fault, Faults
from consultation.models import Episode, EpisodeImport
from consultation.queries import EpisodeCounts
from consultation.tables.figures import DASH
from mst_sites.look.parts import Fact, Tile
from mst_sites.look.tables import Cell, Column, Page, Row, Table
from mst_sites.periods import day_label, local_day, short_day
from mst_sites.tenancy.models import Team

ORDERS = {
    "ref": ("case_ref",),
    "referred": ("referred_on", "case_ref"),
    "started": ("started_on", "case_ref"),
    "closed": ("closed_on", "case_ref"),
}
DEFAULT_ORDER = "-referred"


def episode_order(sort: str) -> tuple[str, ...]:
    """Return the order that a column heading asks for; anything unknown is the latest referral first."""
    name = sort.removeprefix("-")
    if name not in ORDERS:
        sort, name = DEFAULT_ORDER, DEFAULT_ORDER.removeprefix("-")
    first, *rest = ORDERS[name]
    return (f"-{first}" if sort.startswith("-") else first, *rest)


def count_tiles(counts: EpisodeCounts) -> list[Tile]:
    return [
        Tile(_("Families referred"), str(counts.total)),
        Tile(_("Open"), str(counts.open)),
        Tile(_("Closed"), str(counts.closed)),
        Tile(_("Latest event"), day(counts.latest)),
    ]


def episode_table(page: Any, params: Any) -> Table:
    columns = [
        Column(_("Case"), sort_by="ref"),
        Column(_("Referred"), sort_by="referred"),
        Column(_("Started"), sort_by="started"),
        Column(_("Closed"), sort_by="closed"),
        Column(_("Reason")),
        Column(_("At home")),
        Column(_("School or work")),
        Column(_("No new charges")),
    ]
    return Table(
        _("Families"),
        columns,
        [Row(cells(episode)) for episode in page],
        sort=params.get("sort", DEFAULT_ORDER),
        page=Page.of(page),
        params=params,
        caption_hidden=True,
        empty=_("No family matches these filters."),
    )


def cells(episode: Episode) -> list[Cell | str]:
    is_closed = episode.closed_on is not None
    return [
        episode.case_ref,
        day(episode.referred_on),
        day(episode.started_on),
        day(episode.closed_on) if is_closed else Cell(status="open"),
        episode.closure_reason.code if episode.closure_reason else "",
        answer(episode.at_home) if is_closed else "",
        answer(episode.school_work) if is_closed else "",
        answer(episode.no_new_arrests) if is_closed else "",
    ]


def day(value: Any) -> str:
    return short_day(value) or DASH


def answer(known: bool | None) -> str:  # noqa: FBT001 - the value of a column
    return _("not known") if known is None else _("yes") if known else _("no")


def fault_table(faults: Faults) -> Table:
    columns = [
        Column(_("File")),
        Column(_("Line"), numeric=True),
        Column(_("Column")),
        Column(_("What to put right")),
        Column(_("Found")),
    ]
    rows = [
        Row([fault.file, str(fault.line), fault.column or DASH, fault.reason, found(fault)])
        for fault in faults.listed
    ]
    return Table(_("Faults in the files"), columns, rows)


def found(fault: Fault) -> str:
    """Repeat what stood in a cell, or say that it is not repeated; a dash is for a cell that held nothing."""
    return _("not repeated") if fault.is_withheld else fault.value or DASH


def import_tiles(kept: EpisodeImport) -> list[Tile]:
    """Show what an import changed, each kind of row by itself."""
    kinds = (
        (_("new"), "new"),
        (_("changed"), "changed"),
        (_("unchanged"), "unchanged"),
    )
    rows = [
        (_("Episodes"), "episodes", kept.episodes_file_name),
        (_("TAM-R scores"), "tam_r", kept.tam_r_file_name),
    ]
    return [
        Tile(f"{label}, {words}", str(getattr(kept, f"{field}_{kind}")))
        for label, field, name in rows
        if name
        for words, kind in kinds
    ]


def import_facts(kept: EpisodeImport) -> list[Fact]:
    facts = [
        Fact(_("Imported on"), day_label(local_day(kept.imported_at))),
        Fact(_("By"), kept.imported_by.full_name if kept.imported_by else _("a command")),
    ]
    files = (
        (kept.episodes_file_name, kept.episodes_sha256),
        (kept.tam_r_file_name, kept.tam_r_sha256),
    )
    facts += [Fact(_("File"), f"{name}\nSHA-256 {sha256}") for name, sha256 in files if name]
    return facts


def import_table(imports: Any, team: Team) -> Table:
    columns = [
        Column(_("Imported")),
        Column(_("By")),
        Column(_("New"), numeric=True),
        Column(_("Changed"), numeric=True),
        Column(_("Unchanged"), numeric=True),
    ]
    rows = [
        Row(
            [
                Cell(
                    date_format(localtime(kept.imported_at), "j M Y, H:i"),
                    url=reverse("episode-import-detail", args=[team.site.slug, team.slug, kept.pk]),
                ),
                kept.imported_by.full_name if kept.imported_by else _("a command"),
                str(kept.episodes_new + kept.tam_r_new),
                str(kept.episodes_changed + kept.tam_r_changed),
                str(kept.episodes_unchanged + kept.tam_r_unchanged),
            ]
        )
        for kept in imports
    ]
    return Table(_("Last imports"), columns, rows, empty=_("Nothing was imported yet."))
