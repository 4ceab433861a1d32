"""The site whose set-up is there in full: its need, its money, and who looks after what. Every figure is made up."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.core.files.base import ContentFile

from implementation.models import (
    Confidence,
    CostKind,
    FigureCode,
    FundingKind,
    FundingSource,
    RestartRisk,
)
from implementation.operations.activities import change_activity
from implementation.operations.funding import (
    Evidence,
    Share,
    add_source,
    confirm_source,
    save_cost,
    save_sustainability,
)
from implementation.operations.needs import add_scenario, save_needs
from implementation.operations.plans import assign_guide
from implementation.queries.needs import Figure
from implementation.queries.plans import activities_of, plan_of
from mst_sites.accounts.models import User
from mst_sites.accounts.permissions import Role
from mst_sites.demo.partnership import build_change, build_partnership, build_standing_group
from mst_sites.periods import add_months
from mst_sites.tenancy.models import MstModel, Site

MADE_UP = "Made up for the demo"
# What is counted, how many, and how sure that is.
FIGURES = (
    (FigureCode.POPULATION, 21_400, Confidence.HIGH),
    (FigureCode.CARE_ENTRIES, 46, Confidence.HIGH),
    (FigureCode.PLACEMENT_DAYS, 9_650, Confidence.MEDIUM),
    (FigureCode.YOUTH_JUSTICE, 118, Confidence.HIGH),
    (FigureCode.EXCLUSIONS, 37, Confidence.HIGH),
    (FigureCode.CAMHS, 205, Confidence.LOW),
)
ESTIMATE: dict[str, Any] = {"eligible_low": 48, "eligible_central": 66, "eligible_high": 90}
COSTS = (
    (CostKind.POSTS, "Supervisor, four therapists, administrator, half a back-up", 312_000),
    (CostKind.LICENCE, "Licence, consultation and boosters", 31_000),
    (CostKind.TRAINING, "Orientation and recordings", 9_500),
    (CostKind.TRAVEL, "Travel to families", 17_000),
    (CostKind.PREMISES, "Two rooms with the youth service", 8_000),
)
OWNED = {"E2": Role.PROVIDER_MANAGER, "E3": Role.PROVIDER_MANAGER, "D5": Role.PROVIDER_MANAGER}


def build_pennyfield(site: Site, people: Mapping[Role, User], *, today: date) -> None:
    """Fill every page of a set-up.

    :param people: who signs in, by their role.
    """
    lead, now = people[Role.MST_UK_LEAD], datetime.combine(today, time(7), UTC)
    share_work(site, people)
    count_need(site, today=today, now=now, by=lead)
    find_money(site, people, today=today, now=now)
    build_partnership(site, people, today=today)
    build_change(site, people, today=today)


def build_northmoor(site: Site, people: Mapping[Role, User], *, today: date) -> None:
    """Give a site that has been open for years what it needs to go on: money, and a group that meets."""
    now, first = datetime.combine(today, time(7), UTC), today.replace(day=1)
    begun_on = add_months(first, -72)
    budget = add_source(
        site=site,
        funder_name="Northmoor Council, children's budget (made up)",
        kind=FundingKind.MAINSTREAM,
        amount=Decimal(2_900_000),
        starts_on=begun_on,
        ends_on=add_months(first, 18),
        lead=people[Role.COMMISSIONER],
        now=now,
        by=people[Role.COMMISSIONER],
    )
    confirm(budget, begun_on, now=now, by=people[Role.COMMISSIONER])
    build_standing_group(site, people, today=today)


def share_work(site: Site, people: Mapping[Role, User]) -> None:
    """Say who guides the site and who does what."""
    lead, plan = people[Role.MST_UK_LEAD], plan_of(site)
    if plan is None:
        return
    assign_guide(plan=plan, version=plan.version, guided_by=people[Role.MST_UK_STAFF], by=lead)
    for activity in activities_of(plan):
        if activity.code in OWNED:
            change_activity(
                activity=activity,
                version=activity.version,
                owner=people[OWNED[activity.code]],
                forecast_on=activity.forecast_on,
                by=lead,
            )


def count_need(site: Site, *, today: date, now: datetime, by: User) -> None:
    year = today.year - 1
    save_needs(
        site=site,
        analysis_id=uuid4(),
        version=0,
        figures=[
            Figure(code, Decimal(value), MADE_UP, year, confidence)
            for code, value, confidence in FIGURES
        ],
        areas="Pennyfield (a made-up council)",
        **ESTIMATE,
        eligible_source=f"{MADE_UP}: a count of open cases by two managers",
        eligible_year=year,
        eligible_confidence=Confidence.MEDIUM,
        existing_services="A youth offending team, a short-breaks service and a parenting course for under-tens.",
        gap="Nothing works with the whole family of a young person at risk of care, at home and at any hour.",
        now=now,
        by=by,
    )
    compare_scenarios(site, now=now, by=by)


def compare_scenarios(site: Site, *, now: datetime, by: User) -> None:
    common: dict[str, Any] = {
        "model": MstModel.STANDARD,
        "teams": 1,
        "caseload": Decimal(4),
        "treatment_months": Decimal(5),
        "acceptance": Decimal(75),
        "grounds": f"{MADE_UP}: four families for each therapist, four to five months each.",
        **ESTIMATE,
    }
    add_scenario(
        site=site,
        name="One team of four",
        therapists=Decimal(4),
        utilisation=Decimal(85),
        now=now,
        by=by,
        **common,
    )
    add_scenario(
        site=site,
        name="A slow first year with three",
        therapists=Decimal(3),
        utilisation=Decimal(65),
        now=now,
        by=by,
        **common,
    )


def find_money(site: Site, people: Mapping[Role, User], *, today: date, now: datetime) -> None:
    """Let a grant run out in ten months, with nothing certain after it."""
    manager = people[Role.PROVIDER_MANAGER]
    ends_on = add_months(today.replace(day=1), 10)
    win_grant(site, ends_on=ends_on, now=now, by=manager)
    add_source(
        site=site,
        funder_name="Pennyfield Council, children's budget (made up)",
        kind=FundingKind.MAINSTREAM,
        amount=Decimal(1_140_000),
        starts_on=ends_on,
        ends_on=add_months(ends_on, 36),
        lead=people[Role.COMMISSIONER],
        conditions="Waits for the council's budget meeting.",
        restart_risk=RestartRisk.MEDIUM,
        now=now,
        by=manager,
    )
    weigh_costs(site, now=now, by=manager)


def win_grant(site: Site, *, ends_on: date, now: datetime, by: User) -> None:
    grant = add_source(
        site=site,
        shares=[
            Share("Pennyfield Council", Decimal(60), 1),
            Share("Demo Health Board", Decimal(40), 2),
        ],
        funder_name="Demo Foundation for Families",
        kind=FundingKind.GRANT,
        amount=Decimal(434_000),
        starts_on=add_months(ends_on, -14),
        ends_on=ends_on,
        renewal_decision_on=add_months(ends_on, -5),
        lead=by,
        conditions="A report each half-year; nothing may be spent on premises.",
        restart_risk=RestartRisk.HIGH,
        now=now,
        by=by,
    )
    confirm(grant, add_months(ends_on, -17), now=now, by=by)


def confirm(source: FundingSource, dated_on: date, *, now: datetime, by: User) -> None:
    letter = ContentFile(b"Demo letter of a made-up funder: the money is awarded.\n", "award.txt")
    confirm_source(
        source=source,
        version=source.version,
        confirmed_on=dated_on,
        evidence=Evidence(letter, dated_on=dated_on),
        now=now,
        by=by,
    )


def weigh_costs(site: Site, *, now: datetime, by: User) -> None:
    """Say what the service costs in a year, what it may save, and what happens when the money ends."""
    for kind, title, amount in COSTS:
        save_cost(
            site=site,
            cost_id=uuid4(),
            kind=kind,
            title=title,
            amount=Decimal(amount),
            grounds=MADE_UP,
            now=now,
            by=by,
        )
    save_sustainability(
        site=site,
        version=0,
        exit_plan=(
            "Without a decision four months before the grant ends, no new family begins. The last families finish "
            "their treatment within five months, and the therapists are offered posts in the council first."
        ),
        days_saved_low=Decimal(40),
        days_saved_central=Decimal(75),
        days_saved_high=Decimal(120),
        cost_per_day=Decimal(165),
        placement_cost=Decimal(58_000),
        grounds=MADE_UP,
        now=now,
        by=by,
    )
