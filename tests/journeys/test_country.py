"""Two sites of the demo country in a real browser: whole in every way of looking, and the pictures of the README.

With MST_PICTURES=1 the pictures in docs/pictures are taken anew.
"""

import os
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone
from playwright.sync_api import expect

from consultation.models import Review
from mst_sites.accounts.models import User
from mst_sites.accounts.permissions import Role
from mst_sites.delivery.models import Document
from mst_sites.delivery.tasks import draw
from mst_sites.demo import build
from mst_sites.demo.country import SITES
from mst_sites.tenancy.models import Organisation
from mst_sites.tenancy.scope import whole_scope
from tests.factories import person
from tests.journeys.looking import found_by_axe

PICTURES = Path(settings.BASE_DIR) / "docs" / "pictures"
WAYS = {"light": (1280, "light"), "phone-dark": (390, "dark")}
EAST = "/sites/northmoor/teams/east/"
PAGES = {
    "lead": [
        "/",
        "/progress/",
        "/sites/",
        "/sites/?q=nowhere",
        "/sites/new/",
        "/sites/northmoor/",
        "/sites/northmoor/change/",
        "/sites/northmoor/close/",
        "/sites/northmoor/reopen/",
        "/sites/bryn-celyn/close/",
        "/sites/northmoor/people/",
        "/sites/northmoor/people/new/",
        "/sites/northmoor/teams/new/",
        "/sites/northmoor/commissioners/new/",
        EAST,
        f"{EAST}change/",
        "/people/",
        "/people/invite/",
        "/organisations/",
        "/organisations/new/",
        "/about/",
        "/accessibility/",
        "/privacy/",
    ],
    "supervisor": ["/", "/sites/", "/sites/northmoor/", EAST],
    "commissioner": ["/", "/progress/", "/sites/northmoor/progress/", "/sites/northmoor/"],
}

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]


class Visit:
    """People at a browser each."""

    def __init__(self, server, chromium, sign_in):
        self.url, self.chromium, self.sign_in = server.url, chromium, sign_in
        self.complaints, self.contexts = [], []

    def sit_down(self, user, way="light"):
        """Return an empty page of somebody who is signed in."""
        width, theme = WAYS[way]
        with whole_scope():
            session = self.sign_in(user).cookies[settings.SESSION_COOKIE_NAME].value
        context = self.chromium.new_context(
            viewport={"width": width, "height": 800},
            color_scheme=theme,
            reduced_motion="reduce",
            locale="en-GB",
        )
        self.contexts.append(context)
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": self.url}
        context.add_cookies([cookie])
        page = context.new_page()
        page.on("console", lambda message: self.complaints.append(f"{page.url}: {message.text}"))
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        return page


@pytest.fixture
def visit(live_server, chromium, sign_in):
    made = Visit(live_server, chromium, sign_in)
    yield made
    for context in made.contexts:
        context.close()
    connection.close()


@pytest.fixture
def country(monkeypatch):
    """Build two sites of the demo country; return its people by the first part of their address."""
    monkeypatch.setattr(build, "SITES", [s for s in SITES if s.slug in {"northmoor", "bryn-celyn"}])
    build.build(today=timezone.localdate(), say=lambda line: None)
    with whole_scope():
        return {user.email.split("@")[0]: user for user in User.objects.all()}


def faults_of(page, *, thoroughly):
    """Return whether the page is wider than the screen, and what axe finds."""
    found = (
        ["too wide"] if page.evaluate("document.documentElement.scrollWidth > innerWidth") else []
    )
    if thoroughly:
        found += found_by_axe(page)
    return found


def test_country_is_whole_in_every_way_of_looking(visit, country, tmp_path):
    with whole_scope():
        provider = Organisation.objects.get(sites_provided__slug="northmoor")
    paths_of = {**PAGES, "lead": [*PAGES["lead"], f"/organisations/{provider.pk}/change/"]}
    faults = {}
    for way in WAYS:
        for who, paths in paths_of.items():
            page = visit.sit_down(country[who], way)
            for number, path in enumerate(paths):
                page.goto(visit.url + path)
                # A phone shows the same page in other colours: one of each person is looked through.
                found = faults_of(page, thoroughly=way == "light" or number == 0)
                faults[f"{path} {who} {way}"] = found
    take_pictures(visit, country, PICTURES if os.environ.get("MST_PICTURES") else tmp_path)

    assert {where: what for where, what in faults.items() if what} == {}
    assert visit.complaints == []
    assert {path.name for path in PICTURES.iterdir()} == {f"{name}.png" for name in SHOWN}


SHOWN = {
    "review": ("consultant", f"{EAST}reviews/", "light"),
    "week": ("supervisor", "/", "phone-dark"),
}


def take_pictures(visit, country, folder):
    """Take the pictures of the README; for those that are kept its documents are drawn, as a worker would."""
    with whole_scope():
        review = Review.objects.filter(team__slug="east").order_by("-ends_on").first()
        waiting = list(Document.objects.all())
    for document in waiting if folder == PICTURES else ():
        draw(str(document.pk))
    for name, (who, path, way) in SHOWN.items():
        page = visit.sit_down(country[who], way)
        page.goto(visit.url + path + (f"{review.pk}/" if name == "review" else ""))
        page.wait_for_load_state("networkidle")
        page.screenshot(path=folder / f"{name}.png")


def test_form_of_a_site_leads_from_its_fault_to_the_field_by_keyboard(visit):
    with whole_scope():
        lead = person(Role.MST_UK_LEAD)
    page = visit.sit_down(lead)
    page.goto(f"{visit.url}/sites/new/")
    page.get_by_label("Name").fill("Afon Valley")
    page.get_by_role("button", name="Add the site").click()

    page.get_by_role("link", name="“Address” is still empty.").press("Enter")
    page.keyboard.type("afon-valley")
    page.get_by_label("Nation").select_option("Wales")
    page.get_by_role("button", name="Add the site").press("Enter")

    expect(page.get_by_role("heading", name="Afon Valley")).to_be_visible()
    expect(page.get_by_text("The site is here. Add its first team.")).to_be_visible()
