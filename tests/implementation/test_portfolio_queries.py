"""Which sites the portfolio shows, and how late it says that they are."""

from datetime import date, timedelta

import pytest

from implementation.models import Plan
from implementation.queries.portfolio import (
    ORDERS,
    StageStanding,
    Wanted,
    in_order,
    plans_matching,
    rag_case,
    rag_counts,
    rag_of,
    stage_standings,
    suggestions,
)
from mst_sites.accounts.permissions import Role
from mst_sites.tenancy.models import Site
from tests.factories import (
    ActivityFactory,
    MembershipFactory,
    OrganisationFactory,
    PlanFactory,
    SiteFactory,
    TeamFactory,
    UserFactory,
    person,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)


def matching(**wanted):
    found = plans_matching(Site.objects.all(), Wanted(**wanted), today=TODAY)
    return {plan.site.name for plan in found}


# What a plan holds, and how late it is.
LATENESS = [
    ({}, "GREEN"),
    ({"next_due_on": TODAY}, "GREEN"),
    ({"next_due_on": TODAY - DAY}, "AMBER"),
    ({"next_due_on": TODAY - 28 * DAY}, "AMBER"),
    ({"next_due_on": TODAY - 29 * DAY}, "RED"),
    ({"planned_opening_on": TODAY}, "GREEN"),
    ({"planned_opening_on": TODAY - DAY}, "RED"),
    ({"planned_opening_on": TODAY - DAY, "next_due_on": TODAY - DAY}, "RED"),
    ({"planned_opening_on": TODAY - DAY, "state": "OPEN"}, "GREEN"),
    ({"next_due_on": TODAY - DAY, "state": "OPEN"}, "AMBER"),
    ({"next_due_on": TODAY - 40 * DAY, "state": "ON_HOLD"}, ""),
    ({"planned_opening_on": TODAY - DAY, "state": "WITHDRAWN"}, ""),
    ({"state": "OPEN", "site__phase": "CLOSED"}, ""),
    ({"next_due_on": TODAY - DAY, "state": "OPEN", "site__phase": "CLOSED"}, ""),
    ({"next_due_on": TODAY - 40 * DAY, "state": "OPEN", "site__phase": "CLOSED"}, ""),
    ({"planned_opening_on": TODAY - DAY, "site__phase": "CLOSED"}, ""),
]


@pytest.mark.parametrize(("values", "rag"), LATENESS)
def test_python_and_postgresql_agree_on_how_late_a_site_is(values, rag):
    plan = PlanFactory(**values)

    assert rag_of(plan, today=TODAY) == rag
    assert Plan.objects.annotate(rag=rag_case(TODAY)).get().rag == rag


def test_rag_counts_name_every_colour():
    PlanFactory.create_batch(2)
    PlanFactory(next_due_on=TODAY - DAY)

    assert rag_counts(Plan.objects.all(), today=TODAY) == {"RED": 0, "AMBER": 1, "GREEN": 2, "": 0}


def test_every_filter_narrows_to_what_it_names():
    provider = OrganisationFactory(name="Coast Trust")
    site = SiteFactory(
        name="Afon", nation="WALES", region="North East", model="can", provider=provider
    )
    PlanFactory(
        site=site,
        stage="C",
        stage_since=TODAY,
        turn="PARTNERS",
        state="ON_HOLD",
        planned_opening_on=date(2027, 2, 28),
    )
    MembershipFactory(
        site=site,
        team=TeamFactory(site=site),
        role=Role.CONSULTANT,
        user=UserFactory(full_name="Demo Consultant"),
    )
    PlanFactory(site__name="Other", site__region="South", planned_opening_on=date(2027, 3, 1))

    assert matching() == {"Afon", "Other"}
    for wanted in (
        {"q": "afo"},
        {"nation": "WALES"},
        {"region": "north"},
        {"model": "can"},
        {"provider": "coast"},
        {"consultant": "demo"},
        {"stage": "C"},
        {"state": "ON_HOLD"},
        {"turn": "PARTNERS"},
        {"opening": "2027-02"},
    ):
        assert matching(**wanted) == {"Afon"}, wanted
    assert matching(rag="GREEN") == {"Other"}
    assert matching(rag="RED") == set()


def test_a_closed_site_is_found_as_closed_and_as_nothing_else():
    closed = {"state": "OPEN", "turn": "PROVIDER", "next_due_on": TODAY - 40 * DAY}
    PlanFactory(site__name="Closed", site__phase="CLOSED", **closed)
    PlanFactory(site__name="Live", site__phase="LIVE", **closed)
    PlanFactory(site__name="Withdrawn", site__phase="WITHDRAWN", state="WITHDRAWN")

    assert matching(state="CLOSED") == {"Closed"}
    assert matching(rag="STILL") == {"Closed", "Withdrawn"}
    for wanted in ({"state": "OPEN"}, {"rag": "RED"}, {"turn": "PROVIDER"}):
        assert matching(**wanted) == {"Live"}, wanted
    counted = {"RED": 1, "AMBER": 0, "GREEN": 0, "": 2}
    assert rag_counts(Plan.objects.all(), today=TODAY) == counted


def test_a_consultant_who_has_left_is_no_longer_found():
    plan = PlanFactory()
    MembershipFactory(
        site=plan.site,
        team=TeamFactory(site=plan.site),
        role=Role.CONSULTANT,
        user=UserFactory(full_name="Demo Consultant"),
        ended_at="2999-01-01T00:00Z",
    )

    assert matching(consultant="demo") == set()


def test_a_person_of_one_site_matches_that_site_only():
    mine, _ = PlanFactory.create_batch(2)
    manager = person(Role.PROVIDER_MANAGER, site=mine.site)
    found = plans_matching(Site.objects.visible_to(manager), Wanted(), today=TODAY)

    assert [plan.site for plan in found] == [mine.site]


@pytest.mark.parametrize("sort", [*ORDERS, *(f"-{name}" for name in ORDERS), "nonsense", ""])
def test_every_order_is_taken(sort):
    PlanFactory.create_batch(2)

    assert len(in_order(Plan.objects.all(), sort)) == 2


def test_sites_are_in_the_order_of_their_names_unless_asked():
    PlanFactory(site__name="B")
    PlanFactory(site__name="A")

    assert [plan.site.name for plan in in_order(Plan.objects.all(), "")] == ["A", "B"]
    assert [plan.site.name for plan in in_order(Plan.objects.all(), "-name")] == ["B", "A"]


def test_standings_count_what_applies_by_stage():
    plan = PlanFactory()
    ActivityFactory(plan=plan, code="A1", completed_on=TODAY)
    ActivityFactory(plan=plan, code="A2", forecast_on=TODAY - DAY)
    ActivityFactory(plan=plan, code="A3", not_applicable_reason="One agency only")
    ActivityFactory(plan=plan, code="B1", completed_on=TODAY, forecast_on=TODAY - DAY)

    (standing,) = stage_standings([plan], today=TODAY)

    assert standing.stages == {"A": StageStanding(2, 1, 1), "B": StageStanding(1, 1, 0)}
    assert standing.stages["B"].is_done
    assert not standing.stages["A"].is_done
    assert not StageStanding().is_done


def test_suggestions_are_the_first_names_of_each_kind():
    site = SiteFactory(region="North", provider=OrganisationFactory(name="Coast Trust"))
    SiteFactory(region="North")
    SiteFactory(region="")
    MembershipFactory(
        site=site,
        team=TeamFactory(site=site),
        role=Role.CONSULTANT,
        user=UserFactory(full_name="Demo Consultant"),
    )

    found = suggestions(Site.objects.all())

    assert found.regions == ["North"]
    assert found.providers == ["Coast Trust"]
    assert found.consultants == ["Demo Consultant"]


def test_suggestions_name_nobody_of_other_sites():
    mine = SiteFactory(region="North", provider=OrganisationFactory(name="Coast Trust"))
    other = SiteFactory(region="South", provider=OrganisationFactory(name="Hill Trust"))
    for site in (mine, other):
        member = UserFactory(full_name=f"Consultant of {site.region}")
        MembershipFactory(site=site, team=TeamFactory(site=site), role=Role.CONSULTANT, user=member)

    found = suggestions(Site.objects.filter(pk=mine.pk))

    assert (found.regions, found.providers, found.consultants) == (
        ["North"],
        ["Coast Trust"],
        ["Consultant of North"],
    )
