"""The money of a site as the records of the look: what is certain, what it costs, what the model says."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from implementation.models import CostKind, CostLine, FundingSource, ReminderAbout
from implementation.queries.funding import (
    Due,
    Month,
    day_of,
    gaps,
    terms_of,
)
from implementation.queries.net_position import (
    Inputs,
    break_even_placements,
    cost_per_family,
    net_position,
)
from implementation.tables.money import exact_money, money, number, percent, symbol_of
from mst_sites.look.charts import Line, Reference
from mst_sites.look.parts import Fact, Tile
from mst_sites.look.tables import Cell, Column, Row, Table
from mst_sites.periods import Period, add_months, day_label, local_day, short_day, within_reach
from mst_sites.records.tables import file_cell
from mst_sites.tenancy.models import Site

DASH = "\N{EN DASH}"
THOUSAND = Decimal(1_000)
MOST_MONTHS = 120
WHOLE = Decimal(100)


@dataclass(frozen=True)
class Caution:
    """Something about the money that somebody must look at."""

    tone: str
    title: str
    text: str = ""


@dataclass(frozen=True)
class SourcePanel:
    """One source as the page shows it."""

    source: FundingSource
    facts: Sequence[Fact]
    shares: Sequence[str]
    unshared: str
    files: Sequence[Cell]
    is_overdue: bool


def last_day(ends_on: date) -> str:
    return day_label(ends_on - timedelta(days=1))


def term(source: FundingSource) -> str:
    return Period(source.starts_on, source.ends_on).label


def panels(
    sources: Sequence[FundingSource], files: Iterable[Any], *, site: Site, today: date
) -> list[SourcePanel]:
    by_source: dict[str, list[Cell]] = {}
    for file in files:
        by_source.setdefault(file.subject_id, []).append(file_cell(file, site))
    return [
        SourcePanel(
            source,
            source_facts(source, site.nation),
            [f"{share.partner}, {percent(share.percent)}" for share in source.shares.all()],
            unshared(source),
            by_source.get(str(source.pk), []),
            source.is_decision_overdue(today),
        )
        for source in sources
    ]


def source_facts(source: FundingSource, nation: str) -> list[Fact]:
    facts = [
        Fact(_("Kind"), source.get_kind_display()),
        Fact(_("Amount"), exact_money(source.amount, nation)),
        Fact(_("Term"), term(source)),
    ]
    if source.renewal_decision_on:
        decided = source.get_renewal_display() if source.renewal else ""
        day = day_label(source.renewal_decision_on)
        facts.append(Fact(_("Decision on renewal"), f"{day}: {decided}" if decided else day))
    elif source.renewal:
        facts.append(Fact(_("Decision on renewal"), source.get_renewal_display()))
    facts.append(Fact(_("Lead"), source.lead.full_name if source.lead else _("nobody yet")))
    if source.restart_risk:
        facts.append(Fact(_("Restart risk"), source.get_restart_risk_display()))
    return facts


def unshared(source: FundingSource) -> str:
    """Say what part no partner bears yet; nothing where nobody shares, or everything is shared."""
    shares = [share.percent for share in source.shares.all()]
    left = WHOLE - sum(shares, Decimal(0))
    if not shares or not left:
        return ""
    return _("%(left)s is not shared out yet.") % {"left": percent(left)}


def warnings(
    sources: Sequence[FundingSource], *, opened_on: date | None, today: date
) -> list[Caution]:
    """Say what must be looked at, the worst first."""
    found = []
    terms = terms_of(sources)
    if sources and not terms:
        found.append(
            Caution(
                "bad",
                _("No money is confirmed yet"),
                _("Confirm a source with the letter or the contract that shows it."),
            )
        )
    ends_on = max((each.ends_on for each in terms), default=None)
    if ends_on and ends_on <= today:
        found.append(
            Caution("bad", _("The confirmed money ended on %(day)s") % {"day": last_day(ends_on)})
        )
    elif ends_on and opened_on and ends_on < add_months(within_reach(opened_on), 12):
        found.append(
            Caution(
                "bad",
                _("The confirmed money ends before the first year is over"),
                _("A service that opens on %(opening)s is paid for until %(day)s.")
                % {"opening": day_label(opened_on), "day": last_day(ends_on)},
            )
        )
    found += [
        Caution(
            "warn",
            _("Nothing confirmed pays for %(period)s") % {"period": gap.label},
            _("Money that ends and begins again leaves posts unpaid in between."),
        )
        for gap in gaps(terms)
    ]
    found += [
        Caution(
            "warn",
            _("A decision on renewal is overdue"),
            _("%(funder)s was to decide by %(day)s. Say what was decided, or give the new day.")
            % {"funder": source.funder, "day": day_label(source.renewal_decision_on)},
        )
        for source in sources
        if source.renewal_decision_on and source.is_decision_overdue(today)
    ]
    return found


def tiles(sources: Sequence[FundingSource], inputs: Inputs, nation: str) -> list[Tile]:
    ends_on = max((each.ends_on for each in terms_of(sources)), default=None)
    hoped_for = max((source.ends_on for source in sources), default=None)
    note = ""
    if hoped_for and hoped_for != ends_on:
        note = _("hoped for until %(day)s") % {"day": last_day(hoped_for)}
    family, placements = cost_per_family(inputs), break_even_placements(inputs)
    return [
        Tile(_("Confirmed until"), short_last_day(ends_on), note),
        Tile(_("Cost in a year"), money(inputs.cost, nation) if inputs.cost else DASH),
        Tile(
            _("Cost for each family"),
            money(family, nation) if family is not None else DASH,
            _("modelled"),
        ),
        Tile(
            _("Pays for itself from"),
            ngettext("%(n)s placement", "%(n)s placements", placements) % {"n": number(placements)}
            if placements is not None
            else DASH,
            _("avoided in a year, modelled"),
        ),
    ]


def short_last_day(ends_on: date | None) -> str:
    return short_day(ends_on - timedelta(days=1)) if ends_on else DASH


def money_chart(
    months: Sequence[Month], sources: Sequence[FundingSource], nation: str
) -> Line | None:
    """Draw confirmed money by month against the cost of a month."""
    shown = months[:MOST_MONTHS]
    if not shown:
        return None
    values = [thousands(month.confirmed) for month in shown]
    cost = thousands(shown[0].cost)
    references = [Reference(_("Cost of a month"), cost)] if cost else []
    return Line(
        title=chart_finding(sources, nation),
        labels=[date_format(month.starts_on, "M Y") for month in shown],
        values=values,
        references=references,
        value_label=_("Confirmed money, thousand %(sign)s") % {"sign": symbol_of(nation)},
        unit="",
        low=0,
        high=1,  # the scale rises to what there is
        description=_("Each amount is spread evenly over its term."),
    )


def thousands(value: Decimal) -> float:
    return float(round(value / THOUSAND, 1))


def chart_finding(sources: Sequence[FundingSource], nation: str) -> str:
    ends_on = max((each.ends_on for each in terms_of(sources)), default=None)
    if ends_on is None:
        return _("No money is confirmed in any month")
    words = _(
        "Confirmed money by month, in thousand %(sign)s: %(day)s is the last day that is paid for"
    )
    return words % {"sign": symbol_of(nation), "day": last_day(ends_on)}


def month_table(months: Sequence[Month], nation: str) -> Table:
    columns = [
        Column(_("Month")),
        Column(_("Confirmed"), numeric=True),
        Column(_("Hoped for"), numeric=True),
        Column(_("Cost"), numeric=True),
        Column(_("Confirmed less cost"), numeric=True),
    ]
    rows = [
        Row(
            [
                date_format(month.starts_on, "F Y"),
                money(month.confirmed, nation),
                money(month.hoped_for, nation),
                money(month.cost, nation),
                money(month.left, nation),
            ]
        )
        for month in months[:MOST_MONTHS]
    ]
    return Table(_("Month by month"), columns, rows, caption_hidden=True)


def cost_table(lines: Sequence[CostLine], *, site: Site, may_edit: bool) -> Table:
    columns = [
        Column(_("What for")),
        Column(_("Kind")),
        Column(_("Where the figure comes from")),
        Column(_("In a year"), numeric=True),
    ]
    rows = [
        Row(
            [
                Cell(
                    line.title,
                    url=reverse("cost-change", args=[site.slug, line.pk]) if may_edit else "",
                ),
                str(CostKind(line.kind).label),
                line.grounds or DASH,
                exact_money(line.amount, site.nation),
            ]
        )
        for line in lines
    ]
    total = sum((line.amount for line in lines), Decimal(0))
    rows.append(Row([_("The whole service"), "", "", exact_money(total, site.nation)]))
    return Table(_("Costs in a year"), columns, rows, caption_hidden=True)


def net_tiles(inputs: Inputs, nation: str) -> list[Tile]:
    found = net_position(inputs)
    if found is None:
        return []
    days = inputs.days_saved or (Decimal(0),) * 3
    labels = (_("Net in a year, low"), _("Net in a year, central"), _("Net in a year, high"))
    return [
        Tile(
            label,
            money(value, nation),
            _("modelled, with %(days)s days saved for each family") % {"days": number(saved, 1)},
        )
        for label, value, saved in zip(
            labels, (found.low, found.central, found.high), days, strict=True
        )
    ]


def input_table(inputs: Inputs, nation: str, scenario: str) -> Table:
    """List what the model was told, beside what it says."""
    days = " / ".join(number(each, 1) for each in inputs.days_saved) if inputs.days_saved else DASH
    lines = [
        (_("Cost of the service in a year"), money(inputs.cost, nation) if inputs.cost else DASH),
        (
            _("Families in a year, under “%(name)s”") % {"name": scenario}
            if scenario
            else _("Families in a year: no scenario is planned with"),
            number(inputs.families) if inputs.families is not None else DASH,
        ),
        (_("Days saved for each family, low / central / high"), days),
        (
            _("Cost of one day in a placement"),
            exact_money(inputs.cost_per_day, nation) if inputs.cost_per_day is not None else DASH,
        ),
        (
            _("Cost of one placement"),
            exact_money(inputs.placement_cost, nation)
            if inputs.placement_cost is not None
            else DASH,
        ),
    ]
    columns = [Column(_("What the model was told")), Column(_("Figure"), numeric=True)]
    return Table(
        _("What the model was told"), columns, [Row([*line]) for line in lines], caption_hidden=True
    )


ABOUT: Mapping[str, Any] = {each.value: each.label for each in ReminderAbout}


def ahead_table(next_ones: Sequence[tuple[date, Due]]) -> Table:
    columns = [Column(_("On")), Column(_("About")), Column(_("Funder")), Column(_("Day"))]
    rows = [
        Row(
            [
                day_label(on),
                months_before(due),
                due.source.funder,
                day_of(due.about, due.about_on),
            ]
        )
        for on, due in next_ones
    ]
    return Table(_("Reminders to come"), columns, rows)


def months_before(due: Due) -> str:
    words = ngettext("%(about)s, %(n)d month before", "%(about)s, %(n)d months before", due.months)
    return words % {"about": str(ABOUT[due.about]), "n": due.months}


def sent_table(reminders: Iterable[Any]) -> Table:
    columns = [Column(_("Sent")), Column(_("To")), Column(_("About")), Column(_("Funder"))]
    rows = [
        Row(
            [
                day_label(local_day(each.sent_at)),
                each.person.full_name,
                ngettext(
                    "%(about)s on %(day)s, %(n)d month before",
                    "%(about)s on %(day)s, %(n)d months before",
                    each.months,
                )
                % {
                    "about": each.get_about_display(),
                    "day": day_of(each.about, each.about_on),
                    "n": each.months,
                },
                each.source.funder,
            ]
        )
        for each in reminders
    ]
    return Table(_("Reminders sent"), columns, rows)
