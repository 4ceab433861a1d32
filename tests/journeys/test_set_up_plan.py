"""A set-up plan in a real browser: begun, answered and moved by keyboard, and whole in every way of looking."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone
from playwright.sync_api import expect

from implementation.models import Activity, Plan
from implementation.operations import activities, plans, templates
from mst_sites.accounts.permissions import Role
from mst_sites.tenancy.scope import whole_scope
from tests.factories import SiteFactory, person
from tests.journeys.looking import faults_of
from tests.journeys.test_country import Visit

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]

STARTED = date(2026, 3, 2)
PLAN = "/sites/demo-vale/plan/"
WITHOUT_PLAN = "/sites/demo-moor/plan/"
OF_PLAN = (
    "",
    "?show=mine",
    "guide/",
    "roll/?roll=FORWARD",
    "roll/?roll=BACK",
    "opening/",
    "opening/change/",
    "move/",
    "hold/",
    "withdraw/",
    "upgrade/",
)
OF_ACTIVITY = ("", "change/", "complete/", "exclude/", "evidence/")
OF_TEMPLATES = (
    "",
    "new/",
    "standard-all-1/",
    "standard-all-2/",
    "standard-all-2/activities/C4/change/",
)


@pytest.fixture
def guests(live_server, chromium, sign_in):
    made = Visit(live_server, chromium, sign_in)
    yield made
    for context in made.contexts:
        context.close()
    connection.close()


@pytest.fixture
def lead():
    with whole_scope():
        return person(Role.MST_UK_LEAD)


@pytest.fixture
def site():
    with whole_scope():
        return SiteFactory(name="Demo Vale", slug="demo-vale", nation="WALES")


@pytest.fixture
def plan(site, lead):
    """Return a plan with an answer of each kind, and a draft of the next edition."""
    now = timezone.now()
    with whole_scope():
        SiteFactory(name="Demo Moor", slug="demo-moor")
        plan = plans.start_plan(site=site, started_on=STARTED, now=now, by=lead)
        plan = plans.change_opening(
            plan=plan,
            version=1,
            new_on=timezone.localdate() + timedelta(days=200),
            reason="FIRST_PLANNED",
            now=now,
            by=lead,
        )
        a1, c3 = (Activity.objects.get(plan=plan, code=code) for code in ("A1", "C3"))
        activities.complete_activity(
            activity=a1, version=1, completed_on=date(2026, 3, 5), now=now, by=lead
        )
        activities.exclude_activity(
            activity=c3, version=1, not_applicable_reason="Agreed for the region", now=now, by=lead
        )
        activities.comment_activity(activity=a1, text="Called back the same day.", by=lead)
        templates.draft_template(
            name="Second", model="standard", copied_from=plan.template, by=lead
        )
    return plan


def pages_of_plan(numbers):
    """Return the addresses of what is looked at, given the numbers of three activities by their codes."""
    return [
        WITHOUT_PLAN,
        f"{WITHOUT_PLAN}start/",
        *(PLAN + page for page in OF_PLAN),
        *(f"{PLAN}activities/{numbers['A2']}/{page}" for page in OF_ACTIVITY),
        *(f"{PLAN}activities/{numbers[code]}/" for code in ("A1", "C3")),
        *(f"/set-up-templates/{page}" for page in OF_TEMPLATES),
    ]


def test_plan_is_whole_in_every_way_of_looking(guests, plan, lead):
    with whole_scope():
        numbers = {a.code: a.pk for a in Activity.objects.filter(plan=plan)}
    page = guests.sit_down(lead)

    faults = {}
    for path in pages_of_plan(numbers):
        page.goto(guests.url + path)
        faults[path] = faults_of(page, path.strip("/").replace("/", "-").replace("?", "-"))

    assert {where: what for where, what in faults.items() if what} == {}
    assert guests.complaints == []


def test_plan_is_begun_answered_and_moved_by_keyboard(guests, site, lead):
    page = guests.sit_down(lead)
    page.goto(guests.url + PLAN)

    page.get_by_role("link", name="Begin the plan").press("Enter")
    page.get_by_label("First enquiry").fill(STARTED.isoformat())
    page.get_by_role("button", name="Begin the plan").press("Enter")
    expect(page.get_by_text("The plan has begun.")).to_be_visible()

    page.get_by_role("link", name="A1 Enquiry logged, contact named").first.press("Enter")
    page.get_by_label("Done on").fill("2099-01-01")
    page.get_by_role("button", name="Mark as done").press("Enter")
    expect(page.get_by_text("This day is in the future.").first).to_be_visible()
    page.get_by_label("Done on").fill("2026-03-05")
    page.get_by_role("button", name="Mark as done").press("Enter")
    expect(page.get_by_role("button", name="It is not done after all")).to_be_visible()

    page.goto(f"{guests.url}{PLAN}move/")
    page.get_by_label("B Needs assessment").check()
    page.get_by_label("On which day").fill("2026-03-20")
    page.get_by_role("button", name="Move the site").press("Enter")
    expect(page.get_by_text("Moved to B Needs assessment")).to_be_visible()

    with whole_scope():
        plan = Plan.objects.get(site=site)
        assert (plan.stage, plan.completed_count, plan.turn) == ("B", 1, "MST_UK")
