"""What notes ask of MST UK, and what it answered, as two tables behind tabs."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from consultation.models import Note
from mst_sites.look.parts import Tab
from mst_sites.look.tables import Cell, Column, Page, Row, Table
from mst_sites.periods import local_day, short_day, week_label


def tabs(url: str, *, is_answered: bool) -> list[Tab]:
    return [
        Tab(_("Not answered yet"), url, current=not is_answered),
        Tab(_("Answered"), f"{url}?state=answered", current=is_answered),
    ]


def waiting_table(page: Any, params: Any) -> Table:
    """List notes in the order in which they came, each with the way to it."""
    return Table(
        _("Not answered yet"),
        [*_columns(), Column(_("Filed"))],
        [Row([*_place(note), short_day(local_day(note.filed_at))]) for note in page],
        page=Page.of(page),
        params=params,
        caption_hidden=True,
    )


def answer_table(page: Any, params: Any) -> Table:
    """List answers, the latest first, each with the way to its note."""
    rows = [
        Row(
            [
                *_place(each.note),
                short_day(local_day(each.answered_at)),
                str(each.answered_by or ""),
            ]
        )
        for each in page
    ]
    return Table(
        _("Answered"),
        [*_columns(), Column(_("Answered")), Column(_("By"))],
        rows,
        page=Page.of(page),
        params=params,
        caption_hidden=True,
    )


def _columns() -> list[Column]:
    return [Column(_("Week")), Column(_("Team")), Column(_("Site"))]


def _place(note: Note) -> list[Cell | str]:
    url = reverse("note-detail", args=[note.site.slug, note.team.slug, note.pk])
    return [Cell(week_label(note.week_starts_on), url=url), note.team.name, note.site.name]
