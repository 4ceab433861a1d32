"""The editions of the starting figures as the records of the look."""

from collections.abc import Iterable
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _

from implementation.models import CapacityDefaults
from implementation.queries.capacity import Defaults
from implementation.tables.money import number, percent
from implementation.tables.plans import DASH, day
from mst_sites.look.parts import Fact
from mst_sites.look.tables import Cell, Column, Row, Table
from mst_sites.periods import local_day
from mst_sites.tenancy.models import MstModel


def state_of(edition: CapacityDefaults, used: CapacityDefaults) -> tuple[str, str]:
    """Return an edition's state in words and as a status."""
    if edition.is_draft:
        return _("Draft"), "draft"
    return (_("In use"), "active") if edition.pk == used.pk else (_("Replaced"), "superseded")


def published(edition: CapacityDefaults) -> str:
    return day(local_day(edition.published_at)) if edition.published_at else DASH


def defaults_table(editions: Iterable[CapacityDefaults], *, used: CapacityDefaults) -> Table:
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
        url = reverse("defaults-detail", args=[each.number])
        rows.append(
            Row(
                [
                    Cell(_("Edition %(number)d") % {"number": each.number}, url=url),
                    Cell(words, status=status),
                    published(each),
                    each.published_by.full_name if each.published_by else DASH,
                    each.what_changed or DASH,
                ]
            )
        )
    return Table(_("Editions"), columns, rows, caption_hidden=True)


def defaults_facts(edition: CapacityDefaults, *, used: CapacityDefaults) -> list[Fact]:
    words, status = state_of(edition, used)
    return [Fact(_("State"), words, status=status), Fact(_("Published"), published(edition))]


def share_table(figures: Defaults) -> Table:
    """What scenarios of every model start from."""
    columns = [
        Column(_("What is assumed")),
        Column(_("Share"), numeric=True),
        Column(_("Where it comes from")),
    ]
    shares = (
        (_("Places in use"), figures.utilisation),
        (_("Families that take part"), figures.acceptance),
    )
    rows = [
        Row([label, percent(each.value), said(str(each.source), each.address)])
        for label, each in shares
    ]
    return Table(_("For every model"), columns, rows)


def model_table(figures: Defaults) -> Table:
    """What scenarios of one model start from."""
    columns = [
        Column(_("MST model")),
        Column(_("Therapists"), numeric=True),
        Column(_("Families each"), numeric=True),
        Column(_("Months"), numeric=True),
        Column(_("Where it comes from")),
    ]
    rows = [
        Row(
            [
                str(MstModel(model).label),
                short(each.therapists),
                short(each.caseload),
                short(each.months),
                said(str(each.source), each.address),
            ]
        )
        for model, each in figures.models.items()
    ]
    return Table(_("For each model"), columns, rows)


def short(value: Decimal) -> str:
    return number(value, 1)


def said(source: str, address: str) -> Cell:
    return Cell(source, note=address)
