"""Many sites side by side: which ones, how each stands, and what each is waiting for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, QuerySet, Value, When

from implementation.models import Activity, Plan, PlanState, SavedView
from mst_sites.accounts.models import User
from mst_sites.accounts.permissions import Role
from mst_sites.periods import add_months
from mst_sites.tenancy.models import Membership, Organisation, Phase, Site

LATE = timedelta(days=28)  # overdue for longer is red
SUGGESTED = 40

RED, AMBER, GREEN = "RED", "AMBER", "GREEN"
STILL = "STILL"  # in an address: of these sites nothing is said

# A set-up plan is never closed, its site is: what was open on it stays as it was. Closed sites are few and have an
# index of their own. Asked for so, to narrow and to count, no plan is joined to its site: that took a tenth longer.
CLOSED = Phase.CLOSED.value
CLOSED_SITES = Site.objects.filter(phase=Phase.CLOSED)
IS_CLOSED = Q(Exists(CLOSED_SITES.filter(pk=OuterRef("site"))))
IS_OF_CLOSED_SITE = Q(site__in=CLOSED_SITES.values("pk"))
GOES_ON = Q(state__in=[PlanState.ACTIVE, PlanState.OPEN])

# What a person may order the portfolio by; a site's name settles what is equal.
ORDERS = {
    "name": "site__name",
    "nation": "site__nation",
    "stage": "stage",
    "turn": "turn_since",
    "opening": "planned_opening_on",
    "due": "next_due_on",
}

# How a plan is found by what the portfolio is narrowed to, where that is one comparison.
LOOKUPS = {
    "nation": "site__nation",
    "region": "site__region__icontains",
    "model": "site__model",
    "provider": "site__provider__name__icontains",
    "stage": "stage",
}


@dataclass(frozen=True)
class Wanted:
    """What the portfolio is narrowed to; empty is everything."""

    q: str = ""
    nation: str = ""
    region: str = ""
    model: str = ""
    provider: str = ""
    consultant: str = ""
    stage: str = ""
    state: str = ""
    rag: str = ""
    turn: str = ""
    opening: str = ""  # a month, such as 2026-11

    @property
    def is_narrow(self) -> bool:
        return self != Wanted()


@dataclass
class StageStanding:
    """How far a site is with the activities of one stage; what does not apply is not counted."""

    applicable: int = 0
    completed: int = 0
    overdue: int = 0

    @property
    def is_done(self) -> bool:
        return self.applicable > 0 and self.completed == self.applicable


@dataclass
class Standing:
    """One site of the portfolio."""

    plan: Plan
    rag: str
    stages: dict[str, StageStanding] = field(default_factory=dict)


def is_red(today: date) -> Q:
    """Say of a site that goes on whether it is late."""
    opening_passed = Q(state=PlanState.ACTIVE, planned_opening_on__lt=today)
    return opening_passed | Q(next_due_on__lt=today - LATE)


def is_amber(today: date) -> Q:
    """Say of a site that goes on whether it is slipping and not late."""
    overdue = Q(next_due_on__gte=today - LATE, next_due_on__lt=today)
    return overdue & ~Q(state=PlanState.ACTIVE, planned_opening_on__lt=today)


def state_of(plan: Plan) -> str:
    """Return the state of a site on its way: its plan's, or that the site is closed."""
    return CLOSED if plan.site.is_closed else plan.state


def rag_of(plan: Plan, *, today: date) -> str:
    """Say how late a site is: red if its opening day has passed or something is four weeks overdue.

    Amber if anything is overdue, green if nothing is, empty while it stands still or when it is closed.
    """
    if state_of(plan) not in {PlanState.ACTIVE, PlanState.OPEN}:
        return ""
    opening, due = plan.planned_opening_on, plan.next_due_on
    if plan.state == PlanState.ACTIVE and opening and opening < today:
        return RED
    if due and due < today:
        return RED if due < today - LATE else AMBER
    return GREEN


def rag_case(today: date) -> Case:
    """Return the same answer as `rag_of`, worked out by PostgreSQL, to filter by."""
    return Case(
        When(~GOES_ON | IS_OF_CLOSED_SITE, then=Value("")),
        When(is_red(today), then=Value(RED)),
        When(is_amber(today), then=Value(AMBER)),
        default=Value(GREEN),
        output_field=CharField(),
    )


def plans_matching(sites: QuerySet[Site], wanted: Wanted, *, today: date) -> QuerySet[Plan]:
    """Return the set-up plans of some sites, narrowed.

    :param sites: what the person may see.
    """
    # Without a condition of its own a list of sites is every site that row security shows, and so is a list of plans.
    plans = Plan.objects.all() if not sites.query.where else Plan.objects.filter(site__in=sites)
    if text := wanted.q.strip():
        plans = plans.filter(Q(site__name__icontains=text) | Q(site__slug__icontains=text))
    for name, lookup in LOOKUPS.items():
        if value := getattr(wanted, name):
            plans = plans.filter(**{lookup: value})
    plans = plans.filter(*in_state_and_turn(wanted))
    if wanted.consultant:
        plans = plans.filter(Exists(consultants_named(wanted.consultant)))
    if wanted.rag:
        plans = standing_as(plans, wanted.rag, today=today)
    if wanted.opening:
        first = date.fromisoformat(f"{wanted.opening}-01")
        after = add_months(first, 1)
        plans = plans.filter(planned_opening_on__gte=first, planned_opening_on__lt=after)
    return plans


def standing_as(plans: QuerySet[Plan], rag: str, *, today: date) -> QuerySet[Plan]:
    """Return the plans of one colour; late and slipping ones are found by their days."""
    conditions = {RED: is_red, AMBER: is_amber}
    if rag in conditions:
        return plans.filter(~IS_CLOSED, GOES_ON, conditions[rag](today))
    return plans.alias(rag=rag_case(today)).filter(rag="" if rag == STILL else rag)


def in_state_and_turn(wanted: Wanted) -> Iterator[Q]:
    """Give what a plan must be; whatever the plan of a closed site says, the site is closed and it is nobody's turn."""
    if wanted.state:
        yield IS_CLOSED if wanted.state == CLOSED else ~IS_CLOSED & Q(state=wanted.state)
    if wanted.turn:
        yield ~IS_CLOSED & Q(turn=wanted.turn)


def consultants_named(text: str) -> QuerySet[Membership]:
    return Membership.objects.filter(
        site=OuterRef("site"),
        role=Role.CONSULTANT,
        ended_at=None,
        user__full_name__icontains=text,
    )


def in_order(plans: QuerySet[Plan], sort: str) -> QuerySet[Plan]:
    """Order plans by one of ORDERS, "-" before it for falling order."""
    field_name = ORDERS.get(sort.removeprefix("-"), "site__name")
    first = f"-{field_name}" if sort.startswith("-") and sort[1:] in ORDERS else field_name
    rest = [] if field_name == "site__name" else ["site__name"]
    return plans.order_by(first, *rest, "site_id")


def with_providers(plans: QuerySet[Plan]) -> QuerySet[Plan]:
    """Read the site and its provider with each plan."""
    return plans.select_related("site__provider")


def with_names(plans: QuerySet[Plan]) -> QuerySet[Plan]:
    """Read of each plan what the grid shows, which is little."""
    shown = ("state", "stage", "turn", "turn_since", "next_due_on", "planned_opening_on")
    return plans.select_related("site").only(*shown, "site__name", "site__slug", "site__phase")


def standings(plans: Sequence[Plan], *, today: date) -> list[Standing]:
    """Return how late each of some sites is."""
    return [Standing(plan, rag_of(plan, today=today)) for plan in plans]


def stage_standings(plans: Sequence[Plan], *, today: date) -> list[Standing]:
    """Return how each of some sites stands, stage by stage, in one query whatever their number."""
    counted = (
        Activity.objects.applicable()
        .filter(site__in=[plan.site_id for plan in plans])
        .values_list("plan_id", "stage")
        .annotate(
            applicable=Count("pk"),
            completed=Count("completed_on"),
            overdue=Count("pk", filter=Q(completed_on=None, forecast_on__lt=today)),
        )
        .order_by("plan_id", "stage")
    )
    found = {standing.plan.pk: standing for standing in standings(plans, today=today)}
    for plan_id, stage, *numbers in counted:
        found[plan_id].stages[stage] = StageStanding(*numbers)
    return list(found.values())


def rag_counts(plans: QuerySet[Plan], *, today: date) -> dict[str, int]:
    """Count plans by how late they are, those that stand still or are closed under the empty word."""
    counted = (
        plans.annotate(rag=rag_case(today)).values("rag").annotate(n=Count("pk")).order_by("rag")
    )
    return {RED: 0, AMBER: 0, GREEN: 0, "": 0} | {row["rag"]: row["n"] for row in counted}


@dataclass(frozen=True)
class Suggestions:
    """Names to pick a filter from; a longer list is searched by typing."""

    regions: list[str]
    providers: list[str]
    consultants: list[str]


def suggestions(sites: QuerySet[Site]) -> Suggestions:
    """Return what the sites can be narrowed by, the first names of each kind: of them, and of no others."""
    regions = sites.exclude(region="").order_by("region").values_list("region", flat=True)
    providers = Organisation.objects.filter(pk__in=sites.values("provider"))
    held = Membership.objects.filter(site__in=sites, role=Role.CONSULTANT, ended_at=None)
    consultants = User.objects.filter(pk__in=held.values("user"))
    return Suggestions(
        list(regions.distinct()[:SUGGESTED]),
        list(providers.order_by("name").values_list("name", flat=True)[:SUGGESTED]),
        list(consultants.order_by("full_name").values_list("full_name", flat=True)[:SUGGESTED]),
    )


def consultants_of(site_ids: Sequence[int]) -> dict[int, list[str]]:
    """Return the names of the consultants of some sites, by the site's id."""
    found: dict[int, list[str]] = {}
    held = (
        Membership.objects.filter(site__in=site_ids, role=Role.CONSULTANT, ended_at=None)
        .order_by("site", "user__full_name")
        .values_list("site_id", "user__full_name")
        .distinct()
    )
    for site_id, name in held:
        found.setdefault(site_id, []).append(name)
    return found


def views_of(user: User) -> QuerySet[SavedView]:
    """Return what a person keeps, by name."""
    return SavedView.objects.filter(owner=user).order_by("name")
