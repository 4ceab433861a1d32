"""Every page of site development in a real browser, whole in every way of looking."""

from uuid import uuid4

import pytest
from django.urls import resolve

from mst_sites.accounts.permissions import Role
from mst_sites.tenancy.scope import whole_scope
from tests.factories import person
from tests.guards.addresses import address
from tests.guards.routes import routes
from tests.journeys.looking import faults_of
from tests.journeys.test_money import PAGES as OF_MONEY
from tests.journeys.test_set_up_plan import pages_of_plan
from tests.world import place

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]

# What sends a file or a part of a page, or answers a calendar program.
NO_PAGES = {"portfolio-export", "portfolio-name-list", "timeline-export", "milestone-feed"}
# What a lead may not see, what the rows of the place have no page for (404), and what leads elsewhere: a plan that is
# begun, a template that is published, a meeting that is not closed,
# or of no series.
NOT_HERE = {
    "attendance-correct": 200,
    "change-answer": 403,
    "change-action-create": 404,
    "enquiry-invite": 404,
    "minutes-detail": 200,
    "minutes-send": 200,
    "step-create": 200,
    "series-cancel": 200,
    "series-change": 200,
    "template-change": 200,
}


def looked_at_with_richer_rows():
    """Return the names of the pages of plans, needs and money, which have looks of their own."""
    numbers = dict.fromkeys(("A1", "A2", "C3"), uuid4())
    paths = [*pages_of_plan(numbers), *OF_MONEY.values()]
    return {resolve(path.split("?")[0]).url_name for path in paths}


def pages_of(place):
    """Return the address of each page of site development that is looked at here, by its name."""
    elsewhere = looked_at_with_richer_rows() | NO_PAGES
    return {
        route.name: address(route, place)
        for route in routes()
        if route.page is not None
        and route.page.__module__.startswith("implementation.")
        and "GET" in route.methods
        and route.name not in elsewhere
    }


def test_pages_of_set_up_are_whole_in_every_way_of_looking(sit_down):
    with whole_scope():
        north = place("north")
        lead = person(Role.MST_UK_LEAD)
    page = sit_down(lead)

    faults, elsewhere = [], {}
    for name, path in pages_of(north).items():
        answer = page.goto(path)
        if answer.status != 200 or not page.url.endswith(path):
            elsewhere[name] = answer.status
        else:
            faults += [f"{name}: {fault}" for fault in faults_of(page, name)]

    assert faults == []
    assert elsewhere == NOT_HERE
