"""The X-ray of sites: every rule, what each finds now, and how that has changed from week to week."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from implementation.models import Plan, PlanState, XrayReading
from implementation.queries.findings import Finding, Rule, Severity
from implementation.queries.funding_rules import FUNDING_RULES
from implementation.queries.looks import Look, looks_of
from implementation.queries.meeting_rules import MEETING_RULES
from implementation.queries.plan_rules import PLAN_RULES
from mst_sites.accounts.permissions import Permission
from mst_sites.periods import WEEK, monday_of
from mst_sites.tenancy.models import Phase, Site

WEEKS_SHOWN = 26
IS_OVER = Q(state=PlanState.WITHDRAWN) | Q(site__phase=Phase.CLOSED)
ORDER = {Severity.HIGH: 0, Severity.MEDIUM: 1, Severity.LOW: 2}

# Every rule, whatever it is about. Another part of the application adds the list of its own rules here.
RULES: list[Rule] = [*PLAN_RULES, *MEETING_RULES, *FUNDING_RULES]

__all__ = ["RULES", "Finding", "Rule", "Severity", "findings_of"]


@dataclass(frozen=True)
class Trend:
    """How a site did from week to week, as far as a person may know."""

    counts: Sequence[int]  # the earliest week first, the present day last
    is_first: bool  # there is nothing to compare with
    new: frozenset[str]
    gone: frozenset[str]


def findings_of(site: Site, *, today: date) -> list[Finding]:
    """Return what the X-ray finds on a site now, the worst first; nothing where there is no plan."""
    plans = readable_plans([site.pk])
    looks = looks_of(plans)
    return findings_in(looks[site.pk], today=today) if site.pk in looks else []


def findings_in(look: Look, *, today: date) -> list[Finding]:
    found = []
    for rule in RULES:
        seen = rule.probe(look, today)
        if seen is not None:
            found.append(
                Finding(
                    rule.code,
                    rule.severity,
                    rule.title,
                    seen.detail,
                    seen.owner,
                    seen.url,
                    seen.since,
                )
            )
    return sorted(found, key=lambda finding: ORDER[finding.severity])


def readable_plans(site_ids: Iterable[int]) -> QuerySet[Plan]:
    """Return the plans of sites that the X-ray looks at: a site that was withdrawn or closed is nobody's worry."""
    plans = Plan.objects.filter(site__in=site_ids).exclude(IS_OVER)
    return plans.select_related("site", "template")


def sites_to_read(*, today: date) -> list[int]:
    """Return the sites with a plan that nobody has looked through today."""
    read = XrayReading.objects.filter(read_on=today, is_latest=True).values("site_id")
    plans = Plan.objects.exclude(IS_OVER).exclude(site__in=read)
    return list(plans.order_by("site_id").values_list("site_id", flat=True))


def reading_of(look: Look, *, today: date) -> XrayReading:
    """Return what is found on a site today as the row that is kept."""
    found = findings_in(look, today=today)
    counts = Counter(finding.severity for finding in found)
    return XrayReading(
        site=look.site,
        week_on=monday_of(today),
        read_on=today,
        high_count=counts[Severity.HIGH],
        medium_count=counts[Severity.MEDIUM],
        low_count=counts[Severity.LOW],
        rule_codes=[finding.code for finding in found],
    )


def rules_for(may: Callable[[Permission], bool]) -> dict[str, Rule]:
    """Return the rules of which a person is told, by their code."""
    return {rule.code: rule for rule in RULES if may(rule.permission)}


def trend_of(
    site: Site, findings: Iterable[Finding], rules: Iterable[str], *, today: date
) -> Trend:
    """Compare what is found now with the weeks before, by the rules of which a person is told."""
    told = set(rules)
    now = {finding.code for finding in findings} & told
    this_week = monday_of(today)
    readings = list(
        XrayReading.objects.filter(
            site=site, week_on__lt=this_week, week_on__gte=this_week - WEEKS_SHOWN * WEEK
        ).order_by("week_on")
    )
    counts = [len(told & set(reading.rule_codes)) for reading in readings]
    before = told & set(readings[-1].rule_codes) if readings else set()
    return Trend(
        counts=[*counts, len(now)],
        is_first=not readings,
        new=frozenset(now - before) if readings else frozenset(),
        gone=frozenset(before - now),
    )


def latest_readings(sites: QuerySet[Site], *, code: str = "") -> QuerySet[XrayReading]:
    """Return the newest reading of each of some sites, the worst site first.

    :param code: only those on which this rule holds.
    """
    wanted = Q(rule_codes__contains=[code]) if code else ~Q(rule_codes=[])
    readings = XrayReading.objects.filter(wanted, is_latest=True, site__in=sites)
    standing = readings.exclude(site__phase__in=[Phase.WITHDRAWN, Phase.CLOSED]).select_related(
        "site"
    )
    ordered: QuerySet[XrayReading] = standing.order_by(
        "-high_count", "-medium_count", "-low_count", "site__name", "site_id"
    )
    return ordered


def readings_before(readings: Sequence[XrayReading]) -> dict[int, XrayReading]:
    """Return for each site of some readings the one of the week before, in one query."""
    if not readings:
        return {}
    weeks = {reading.site_id: reading.week_on - WEEK for reading in readings}
    rows = XrayReading.objects.filter(site__in=weeks, week_on__in=set(weeks.values()))
    return {row.site_id: row for row in rows if row.week_on == weeks[row.site_id]}
