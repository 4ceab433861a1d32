"""Need and money in a real browser: worked out while one types, and whole in every way of looking."""

from decimal import Decimal

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone
from playwright.sync_api import expect

from implementation.models import FigureCode
from mst_sites.accounts.permissions import Role
from mst_sites.periods import add_months
from mst_sites.tenancy.scope import whole_scope
from tests.factories import (
    CapacityScenarioFactory,
    CostLineFactory,
    FundingReminderFactory,
    FundingShareFactory,
    FundingSourceFactory,
    NeedsAnalysisFactory,
    OrganisationFactory,
    PlanFactory,
    SiteFactory,
    SustainabilityFactory,
    person,
)
from tests.journeys.looking import faults_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]

PAGES = {
    "needs": "/sites/demo-afon/needs/",
    "needs-change": "/sites/demo-afon/needs/change/",
    "scenario": "/sites/demo-afon/needs/scenarios/new/",
    "funding": "/sites/demo-afon/funding/",
    "source": "/sites/demo-afon/funding/sources/new/",
    "outlook": "/sites/demo-afon/funding/sustainability/",
}


@pytest.fixture
def manager():
    today = timezone.localdate()
    with whole_scope():
        site = SiteFactory(
            name="Demo Afon", slug="demo-afon", provider=OrganisationFactory(name="Demo Provider")
        )
        PlanFactory(site=site, planned_opening_on=add_months(today, 2))
        NeedsAnalysisFactory(
            site=site,
            areas="Demo County and Demo Town councils",
            existing_services="A family support team on weekdays and a youth justice service.",
            gap="Nobody works with families in the evening, when most things happen.",
            figures={code: figure(code) for code in FigureCode.values},
        )
        CapacityScenarioFactory(
            site=site,
            name="Four therapists, two councils",
            is_planned=True,
            utilisation=Decimal(60),
            grounds="The planning figures, with the share of places in use known from Essex.",
        )
        CapacityScenarioFactory(
            site=site, name="Three therapists", therapists=Decimal(3), utilisation=Decimal(60)
        )
        pay_for(site, add_months(today, -2).replace(day=1))
        return person(Role.PROVIDER_MANAGER, site=site)


def pay_for(site, start):
    """Give a site money that is confirmed, money that is hoped for, and costs."""
    council = FundingSourceFactory(
        site=site,
        funder_name="Demo County Council",
        amount=Decimal(640_000),
        starts_on=start,
        ends_on=add_months(start, 20),
        renewal_decision_on=add_months(start, 14),
        confirmed_on=start,
        lead=person(Role.COMMISSIONER, site=site),
        restart_risk="HIGH",
        conditions="A report to the scrutiny committee every six months.",
    )
    FundingShareFactory(source=council, partner="Demo County Council", percent=Decimal(60))
    FundingShareFactory(source=council, partner="Demo Health Board", percent=Decimal(30))
    FundingSourceFactory(
        site=site,
        funder_name="Demo transformation grant",
        kind="GRANT",
        amount=Decimal(300_000),
        starts_on=add_months(start, 20),
        ends_on=add_months(start, 32),
    )
    CostLineFactory(site=site, amount=Decimal(355_000), grounds="Pay scales of this year")
    CostLineFactory(
        site=site, kind="LICENCE", title="Licence and consultation", amount=Decimal(28_500)
    )
    CostLineFactory(site=site, kind="TRAVEL", title="Mileage", amount=Decimal("9800.50"))
    SustainabilityFactory(site=site, exit_plan="Six months before, the partners decide.")
    FundingReminderFactory(source=council, person=person(Role.PROVIDER_MANAGER, site=site))


def figure(code):
    return {
        "code": code,
        "value": "1250",
        "source": "Demo count",
        "year": 2025,
        "confidence": "MEDIUM",
    }


@pytest.fixture
def sit_down(live_server, chromium, sign_in, manager):
    contexts = []

    def sit():
        with whole_scope():
            session = sign_in(manager).cookies[settings.SESSION_COOKIE_NAME].value
        context = chromium.new_context(
            viewport={"width": 1280, "height": 900},
            reduced_motion="reduce",
            locale="en-GB",
            base_url=live_server.url,
        )
        contexts.append(context)
        name = settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": name, "value": session, "url": live_server.url}])
        return context.new_page()

    yield sit
    for context in contexts:
        context.close()
    connection.close()


def test_need_and_money_are_whole_in_every_way_of_looking(sit_down):
    complaints = []
    page = sit_down()
    page.on("console", lambda message: complaints.append(message.text))

    faults = {}
    for name, path in PAGES.items():
        page.goto(path)
        faults[name] = faults_of(page, name)

    assert faults == {name: [] for name in PAGES}
    assert complaints == []


def test_scenario_is_worked_out_while_one_types(sit_down):
    page = sit_down()
    page.goto(PAGES["scenario"])
    families = page.locator("#capacity .tile-figure").first
    expect(families).to_have_text("36")

    page.get_by_label("Places in use").fill("100")
    expect(families).to_have_text("60")
    page.get_by_label("Central").fill("40")
    page.get_by_label("High").fill("70")
    page.get_by_label("Low").fill("30")
    expect(page.locator("#capacity")).to_contain_text("The need does not fill one team")

    page.get_by_label("Name").fill("Typed at the desk")
    page.get_by_role("button", name="Save the scenario").click()
    expect(page.get_by_role("table", name="Scenarios side by side")).to_contain_text(
        "Typed at the desk"
    )
