"""The editions of the starting figures as the records of the look."""

from decimal import Decimal

from django.utils.translation import gettext as _

from implementation.queries.capacity import Defaults
from implementation.tables.money import number, percent
from mst_sites.look.tables import Cell, Column, Row, Table
from mst_sites.tenancy.models import MstModel


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
