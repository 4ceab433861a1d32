"""The editions of the self-assessment as the records of the look."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from implementation.models import ChangeQuestionnaire, ChangeStatement
from implementation.tables.plans import DASH, day
from mst_sites.look.parts import Fact
from mst_sites.look.tables import Cell, Column, Row, Table
from mst_sites.periods import local_day


def state_of(edition: ChangeQuestionnaire, used: ChangeQuestionnaire) -> tuple[str, str]:
    """Return an edition's state in words and as a status."""
    if edition.is_draft:
        return _("Draft"), "draft"
    return (_("In use"), "active") if edition.pk == used.pk else (_("Replaced"), "superseded")


def published(edition: ChangeQuestionnaire) -> str:
    return day(local_day(edition.published_at)) if edition.published_at else DASH


def questionnaire_table(
    editions: Iterable[ChangeQuestionnaire], *, used: ChangeQuestionnaire
) -> Table:
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
        url = reverse("questionnaire-detail", args=[each.number])
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


def questionnaire_facts(edition: ChangeQuestionnaire, *, used: ChangeQuestionnaire) -> list[Fact]:
    words, status = state_of(edition, used)
    return [Fact(_("State"), words, status=status), Fact(_("Published"), published(edition))]


def statement_table(statements: Iterable[ChangeStatement]) -> Table:
    columns = [Column(_("Subject")), Column(_("Statement"))]
    rows = [Row([each.get_subject_display(), each.text]) for each in statements]
    return Table(_("Statements"), columns, rows, caption_hidden=True)
