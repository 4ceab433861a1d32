"""The facts of a site as tables: what stands, what is missing, what was taken back."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from implementation.models import FactCode, ReviewOutcome, SiteFact
from implementation.queries.gates import code_in_address
from mst_sites.look.parts import Fact, Task
from mst_sites.look.tables import Cell, Column, Page, Row, Table
from mst_sites.periods import day_label, local_day, short_day
from mst_sites.records.models import Attachment
from mst_sites.records.tables import file_cell
from mst_sites.tenancy.models import Site


def fact_url(site: Site, code: str, page: str = "fact-detail") -> str:
    return reverse(page, args=[site.slug, code_in_address(FactCode(code))])


def standing_table(
    site: Site, facts: Mapping[FactCode, SiteFact], files: Mapping[UUID, Sequence[Attachment]]
) -> Table:
    columns = [
        Column(_("Fact")),
        Column(_("Since")),
        Column(_("Told by")),
        Column(_("Evidence")),
    ]
    standing = [facts[code] for code in FactCode if code in facts]
    rows = [
        Row(
            [
                Cell(
                    fact.get_code_display(),
                    url=fact_url(site, fact.code),
                    note=" · ".join(filter(None, [outcome_of(fact), fact.note])),
                ),
                short_day(fact.holds_on),
                teller_of(fact),
                evidence_cell(len(files.get(fact.pk, ()))),
            ]
        )
        for fact in standing
    ]
    return Table(_("What stands"), columns, rows, caption_hidden=True)


def evidence_cell(count: int) -> Cell | str:
    return str(count) if count else Cell(_("none"), status="missing")


def missing_tasks(site: Site, facts: Mapping[FactCode, SiteFact]) -> list[Task]:
    return [
        Task(code.label, "not_started", fact_url(site, code))
        for code in FactCode
        if code not in facts
    ]


def former_table(site: Site, page: Any, params: Any) -> Table:
    columns = [
        Column(_("Fact")),
        Column(_("Was said to be so since")),
        Column(_("Told by")),
        Column(_("Stood until")),
        Column(_("Why it stands no more")),
    ]
    rows = [
        Row(
            [
                Cell(fact.get_code_display(), url=fact_url(site, fact.code), note=outcome_of(fact)),
                short_day(fact.holds_on),
                teller_of(fact),
                ended(fact),
                fact.withdrawn_reason or _("Recorded anew"),
            ]
        )
        for fact in page
    ]
    return Table(
        _("What stood before"),
        columns,
        rows,
        page=Page.of(page),
        params=params,
        caption_hidden=True,
    )


def ended(fact: SiteFact) -> str:
    if fact.withdrawn_at is None:
        return ""
    day = short_day(local_day(fact.withdrawn_at))
    return f"{day}, {fact.withdrawn_by.full_name}" if fact.withdrawn_by else day


def outcome_of(fact: SiteFact) -> str:
    return str(ReviewOutcome(fact.value).label) if fact.value else ""


def teller_of(fact: SiteFact) -> str:
    """Say who told a fact, or which part of the application did."""
    who = fact.recorded_by.full_name if fact.recorded_by else ""
    return who or fact.source or _("The system")


def fact_lines(fact: SiteFact) -> list[Fact]:
    lines = [
        Fact(_("Since"), day_label(fact.holds_on)),
        Fact(_("In words"), fact.note or _("Nothing is written")),
        Fact(_("Told by"), teller_of(fact)),
        Fact(_("Recorded"), day_label(local_day(fact.recorded_at))),
    ]
    return [Fact(_("Outcome"), outcome_of(fact)), *lines] if fact.value else lines


def file_table(site: Site, files: Sequence[Attachment]) -> Table:
    columns = [Column(_("File")), Column(_("Date on it")), Column(_("Received")), Column(_("From"))]
    rows = [
        Row(
            [
                file_cell(file, site),
                short_day(file.dated_on) if file.dated_on else _("none"),
                short_day(local_day(file.received_at)),
                file.uploaded_by.full_name if file.uploaded_by else _("The system"),
            ]
        )
        for file in files
    ]
    return Table(_("Evidence"), columns, rows, caption_hidden=True)
