"""Editions as the records of the look: which there are, and how each stands."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from implementation.models.editions import Edition
from implementation.tables.plans import DASH, day
from mst_sites.look.parts import Fact
from mst_sites.look.tables import Cell, Column, Row, Table
from mst_sites.periods import local_day


def state_of(edition: Edition, used: Edition) -> tuple[str, str]:
    """Return an edition's state in words and as a status."""
    if edition.is_draft:
        return _("Draft"), "draft"
    return (_("In use"), "active") if edition.pk == used.pk else (_("Replaced"), "superseded")


def published(edition: Edition) -> str:
    return day(local_day(edition.published_at)) if edition.published_at else DASH


def edition_table(editions: Iterable[Edition], *, used: Edition, page: str) -> Table:
    """Return every edition on a line.

    :param page: the name of the page of one edition, whose address holds its number.
    """
    columns = [
        Column(_("Edition")),
        Column(_("State")),
        Column(_("Published")),
        Column(_("By")),
        Column(_("What changed")),
    ]
    rows = []
    for each in editions:
        words, status = state_of(each, used)
        label = _("Edition %(number)d") % {"number": each.number}
        rows.append(
            Row(
                [
                    Cell(label, url=reverse(page, args=[each.number])),
                    Cell(words, status=status),
                    published(each),
                    each.published_by.full_name if each.published_by else DASH,
                    each.what_changed or DASH,
                ]
            )
        )
    return Table(_("Editions"), columns, rows, caption_hidden=True)


def edition_facts(edition: Edition, *, used: Edition) -> list[Fact]:
    words, status = state_of(edition, used)
    return [Fact(_("State"), words, status=status), Fact(_("Published"), published(edition))]
