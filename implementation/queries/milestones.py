"""What sites have reached, made from facts and kept nowhere: openings, first families, anniversaries, models, gates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import CharField, DateField, Exists, F, Func, OuterRef, QuerySet, Value
from django.db.models.functions import Cast

from implementation.models import FactCode, GateDecision, GateOutcome, SiteFact
from mst_sites.periods import add_months
from mst_sites.tenancy.models import Phase, Site, Team

# Anniversaries of the opening that people celebrate.
YEARS = (1, *range(5, 55, 5))


class MilestoneKind(StrEnum):
    OPENED = "opened"
    FIRST_FAMILY = "first-family"
    ANNIVERSARY = "anniversary"
    NEW_MODEL = "new-model"
    GATE_PASSED = "gate-passed"


@dataclass(frozen=True)
class Milestone:
    """One thing that a site has reached, on a day. `detail` is the years, the model or the gate."""

    kind: MilestoneKind
    site: Site
    happened_on: date
    detail: str = ""

    @property
    def key(self) -> str:
        """Return what tells it from every other milestone, also after its day was corrected."""
        parts = [self.site.slug, self.kind, self.detail]
        if self.kind is MilestoneKind.GATE_PASSED:  # which can be passed again
            parts.append(self.happened_on.isoformat())
        return "/".join(filter(None, parts))

    @property
    def since(self) -> datetime:
        return datetime(
            self.happened_on.year, self.happened_on.month, self.happened_on.day, tzinfo=UTC
        )


# Every part of the union is put in this order by itself, so that each gives its newest rows out of an index.
NEWEST_FIRST = ("-happened", "of_site", "milestone", "detail")


class YearsAfter(Func):
    """The same day some years on; 29 February becomes the 28th."""

    template = "(%(expressions)s)::date"
    arg_joiner = " + "
    output_field = DateField()

    def __init__(self, day: str, years: int) -> None:
        super().__init__(F(day), Func(Value(years), function="make_interval"))


def columns(rows: QuerySet[Any], kind: MilestoneKind, site: str, day: Any, detail: Any) -> Any:
    """Bring rows of any model into one form, so that PostgreSQL can put them in one order."""
    return rows.annotate(
        milestone=Value(kind.value, output_field=CharField()),
        of_site=F(site),
        happened=day,
        detail=Cast(detail, CharField()),
    ).values_list("milestone", "of_site", "happened", "detail")


def newest_milestones(
    sites: QuerySet[Site], *, today: date, first: int = 0, count: int
) -> list[Milestone]:
    """Return so many milestones of some sites, the newest first, after leaving out the first ones."""
    last = first + count
    parts = [part[:last] for part in parts_of(sites, today=today)]
    rows = parts[0].union(*parts[1:]).order_by(*NEWEST_FIRST)[first:last]
    return milestones_in(list(rows), sites)


def parts_of(sites: QuerySet[Site], *, today: date) -> list[QuerySet[Any]]:
    """Return the milestones of some sites as rows of one form, by their kind, each the newest first.

    What is newest of many sites is found through the indexes on the days alone, as long as every part is cut short
    before they come together: all of them were sorted for each page otherwise.
    """
    within = sites.order_by().values("pk")
    opened = sites.filter(opened_on__lte=today)
    families = SiteFact.objects.standing().filter(
        site__in=within, code=FactCode.FIRST_FAMILY, holds_on__lte=today
    )
    # A model is new to a site that was open before, with the first team that works by it.
    earlier = Team.objects.filter(site=OuterRef("site"), opened_on__lt=OuterRef("opened_on"))
    models = Team.objects.filter(
        Exists(earlier),
        ~Exists(earlier.filter(model=OuterRef("model"))),
        site__in=within,
        opened_on__lte=today,
    )
    gates = GateDecision.objects.filter(
        site__in=within,
        outcome__in=[GateOutcome.PASSED, GateOutcome.CONDITIONS],
        decided_on__lte=today,
    )
    nothing = Value("", output_field=CharField())
    parts = [
        columns(opened, MilestoneKind.OPENED, "pk", F("opened_on"), nothing),
        columns(families, MilestoneKind.FIRST_FAMILY, "site_id", F("holds_on"), nothing),
        columns(models, MilestoneKind.NEW_MODEL, "site_id", F("opened_on"), F("model")),
        columns(gates, MilestoneKind.GATE_PASSED, "site_id", F("decided_on"), F("gate")),
    ]
    return [
        *(part.order_by(*NEWEST_FIRST) for part in parts),
        *(anniversaries(opened, years, today=today) for years in YEARS),
    ]


def anniversaries(opened: QuerySet[Site], years: int, *, today: date) -> Any:
    """Return the sites that have worked for some years and still do, those that opened last first."""
    return columns(
        opened.filter(phase=Phase.LIVE, opened_on__lte=latest_opening(today, years)),
        MilestoneKind.ANNIVERSARY,
        "pk",
        YearsAfter("opened_on", years),
        Value(str(years), output_field=CharField()),
    ).order_by("-opened_on", "pk")


def latest_opening(today: date, years: int) -> date:
    """Return the last day on which a site can have opened that is some years old today.

    On 28 February that is the 29th of a leap year, whose anniversary is the 28th in every other year.
    """
    day = add_months(today, -12 * years)
    next_day = day + timedelta(days=1)
    return next_day if add_months(next_day, 12 * years) <= today else day


def milestones_in(rows: Sequence[Any], sites: QuerySet[Site]) -> list[Milestone]:
    """Make records of some rows, with one query for their sites."""
    known = sites.in_bulk({site for _, site, _, _ in rows})
    return [
        Milestone(MilestoneKind(kind), known[site], happened, detail)
        for kind, site, happened, detail in rows
    ]
