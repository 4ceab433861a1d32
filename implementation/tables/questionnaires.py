"""The editions of the self-assessment as the records of the look."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from implementation.models import ChangeStatement
from mst_sites.look.tables import Column, Row, Table


def statement_table(statements: Iterable[ChangeStatement]) -> Table:
    columns = [Column(_("Subject")), Column(_("Statement"))]
    rows = [Row([each.get_subject_display(), each.text]) for each in statements]
    return Table(_("Statements"), columns, rows, caption_hidden=True)
