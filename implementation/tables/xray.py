"""The X-ray of a site, and of every site, as tables."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from implementation.models import Party, XrayReading
from implementation.queries.findings import Finding, Rule, Severity
from implementation.queries.xray import Trend
from mst_sites.look.charts import Sparkline
from mst_sites.look.parts import Tile
from mst_sites.look.tables import Cell, Column, Page, Row, Table
from mst_sites.periods import short_day

FIRST_FEW = 2
STATUSES = {
    Severity.HIGH: "severity_high",
    Severity.MEDIUM: "severity_medium",
    Severity.LOW: "severity_low",
}


def tiles(findings: Sequence[Finding]) -> list[Tile]:
    """Count what was found by how bad it is."""
    return [
        Tile(severity.label, str(sum(finding.severity == severity for finding in findings)))
        for severity in Severity
    ]


def finding_table(findings: Iterable[Finding], *, new: Collection[str]) -> Table:
    columns = [
        Column(_("Severity")),
        Column(_("What")),
        Column(_("Who puts it right")),
        Column(_("Since"), one_line=True),
    ]
    rows = [
        Row(
            [
                Cell(
                    status=STATUSES[finding.severity],
                    note=_("new this week") if finding.code in new else "",
                ),
                Cell(str(finding.title), url=finding.url, note=finding.detail),
                str(Party(finding.owner).label),
                short_day(finding.since),
            ]
        )
        for finding in findings
    ]
    return Table(_("What the X-ray finds"), columns, rows, caption_hidden=True)


def trend_line(trend: Trend) -> Sparkline | None:
    """Draw the weeks, once there are two to compare."""
    if trend.is_first:
        return None
    words = ngettext(
        "Findings over %(count)d week, from %(first)d to %(last)d",
        "Findings over %(count)d weeks, from %(first)d to %(last)d",
        len(trend.counts),
    )
    told = {"count": len(trend.counts), "first": trend.counts[0], "last": trend.counts[-1]}
    return Sparkline(words % told, trend.counts)


def titles_of(codes: Iterable[str], rules: Mapping[str, Rule]) -> list[str]:
    """Say codes in words; of a rule that there is no more nothing is said."""
    return [str(rules[code].title) for code in sorted(codes) if code in rules]


def reading_table(
    page: Any, params: Any, *, before: Mapping[int, XrayReading], rules: Mapping[str, Rule]
) -> Table:
    columns = [
        Column(_("Site")),
        Column(_("High"), numeric=True),
        Column(_("Medium"), numeric=True),
        Column(_("Low"), numeric=True),
        Column(_("Worst")),
        Column(_("Against last week"), numeric=True),
    ]
    rows = [
        Row(
            [
                Cell(
                    reading.site.name,
                    url=reverse("xray-detail", args=[reading.site.slug]),
                    note=_("looked at %(day)s") % {"day": short_day(reading.read_on)},
                ),
                str(reading.high_count),
                str(reading.medium_count),
                str(reading.low_count),
                worst_of(reading, rules),
                change(reading, before.get(reading.site_id)),
            ]
        )
        for reading in page
    ]
    return Table(
        _("Sites with findings, the worst first"),
        columns,
        rows,
        page=Page.of(page),
        params=params,
        caption_hidden=True,
        empty=_("No site matches."),
    )


def worst_of(reading: XrayReading, rules: Mapping[str, Rule]) -> Cell:
    """Name the first findings: they are kept with the worst first."""
    names = [str(rules[code].title) for code in reading.rule_codes if code in rules]
    more = len(names) - FIRST_FEW
    note = ""
    if more > 0:
        note = ngettext("and %(count)d more", "and %(count)d more", more) % {"count": more}
    return Cell("; ".join(names[:FIRST_FEW]), note=note)


def change(reading: XrayReading, before: XrayReading | None) -> str:
    """Say how many findings there are more or fewer than a week ago."""
    if before is None:
        return _("first look")
    difference = len(reading.rule_codes) - len(before.rule_codes)
    if difference == 0:
        return _("the same")
    sign = "+" if difference > 0 else "\N{MINUS SIGN}"
    return f"{sign}{abs(difference)}"
