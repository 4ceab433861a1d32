"""A black-box crawl: every address that somebody finds by following links is tried by those who should not see it."""

from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import resolve

from mst_sites.accounts.permissions import Role
from mst_sites.tenancy.models import SiteQuerySet, TeamQuerySet
from tests.guards.addresses import ROWS, address
from tests.guards.routes import routes
from tests.world import canaries_in, rolled_back

MOST_PAGES = 60
MOST_QUERIES = 3  # of one path: the years of a list go far back
# Followed by nobody: they end the session, or are files of everybody.
LEFT_OUT = ("/account/", "/static/", "/kit/")
# Who looks around, and what kinds of page they must at least have found, or the crawl has proved nothing.
VICTIMS = {
    Role.SUPERVISOR: {"home", "site-list", "site-detail", "team-detail", "note-list"},
    Role.CONSULTANT: {
        "home",
        "site-list",
        "site-detail",
        "team-detail",
        "note-list",
        "review-list",
    },
    Role.COMMISSIONER: {"home", "site-list", "site-detail", "progress", "site-progress"},
    Role.PROVIDER_MANAGER: {"home", "site-list", "site-detail", "team-detail", "progress"},
}
# Pages that name no site of anybody.
WITHOUT_WORD = {"episode-template"}


class Links(HTMLParser):
    """Collects what a page leads to: links, forms that are sent by GET, parts that htmx asks for."""

    def __init__(self):
        super().__init__()
        self.found = set()

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        for name in ("href", "hx-get", "src"):
            if tag != "link" and given.get(name):
                self.found.add(given[name])
        if tag == "form" and given.get("method", "get").lower() == "get":
            self.found.add(given.get("action") or "")


def links_of(page, response):
    if not response.headers.get("Content-Type", "").startswith("text/html"):
        return set()
    parser = Links()
    parser.feed(response.content.decode())
    found = {urldefrag(urljoin(page, link)).url for link in parser.found}
    return {link for link in found if link.startswith("/") and not link.startswith(LEFT_OUT)}


def crawl(client):
    """Return address → response, of every page that following links from home leads to."""
    seen, ahead = {}, ["/"]
    while ahead and len(seen) < MOST_PAGES:
        page = ahead.pop(0)
        path = urlsplit(page).path
        if page in seen or sum(urlsplit(other).path == path for other in seen) > MOST_QUERIES:
            continue
        with rolled_back():
            seen[page] = client.get(page)
        ahead += sorted(links_of(page, seen[page]) - set(seen))
    return seen


def kind(page):
    return resolve(urlsplit(page).path).url_name


def leaks(client, pages, word):
    found = []
    for page in pages:
        with rolled_back():
            response = client.get(page)
        if response.status_code >= 500 or canaries_in(response, word):
            found.append((page, response.status_code))
    return found


@pytest.mark.parametrize("role", VICTIMS)
@pytest.mark.parametrize("way", ["north", "south"])
def test_nothing_that_one_site_finds_is_shown_to_another(world, role, way):
    victims = world.north if way == "north" else world.south
    attackers = world.south if way == "north" else world.north
    found = crawl(world.client(victims.people[role]))
    pages = sorted(found)

    assert {kind(page) for page in pages} >= VICTIMS[role]
    assert [p for p in pages if found[p].status_code not in (200, 302, 409)] == []
    told = {kind(page) for page in pages if canaries_in(found[page], victims.canary)}
    assert {kind(page) for page in pages if found[page].status_code == 200} - told <= WITHOUT_WORD
    assert [p for p in pages if canaries_in(found[p], attackers.canary)] == []
    for attacker in (world.client(attackers.people[role]), Client(raise_request_exception=False)):
        assert leaks(attacker, pages, victims.canary) == []


def test_nothing_of_one_team_is_shown_to_the_team_beside(world):
    """Row security knows sites; between the teams of one site it is the pages that decide."""
    pages = [
        page
        for page in crawl(world.client(world.north.people[Role.SUPERVISOR]))
        if "/teams/one/" in page
    ]
    beside = world.client(world.north.of_team_two[Role.SUPERVISOR])

    assert pages
    for page in pages:
        assert beside.get(page).status_code == 404


@pytest.fixture
def first_wall_down(monkeypatch):
    """Let the application believe that everybody sees every site, so that PostgreSQL alone holds."""
    for queryset in (SiteQuerySet, TeamQuerySet):
        monkeypatch.setattr(queryset, "visible_to", lambda rows, *args, **kwargs: rows.all())
    monkeypatch.setattr("mst_sites.tenancy.views.SitePage.check_permission", lambda page: None)


def places(world):
    """Return every address that a GET may have on both sites."""
    return {
        (place.site.slug, route.name): address(route, place)
        for route in routes()
        if "GET" in route.methods and "site_slug" in route.parameters
        for place in (world.north, world.south)
    }


def test_second_wall_holds_when_the_first_is_down(world, first_wall_down):
    attacker = world.client(world.south.people[Role.PROVIDER_MANAGER])
    pages = [*places(world).values(), "/", "/sites/", "/progress/", "/sites/?q=site"]

    assert leaks(attacker, pages, world.north.canary) == []
    assert canaries_in(attacker.get("/sites/"), world.south.canary)


def test_first_wall_being_down_is_noticed_where_the_second_does_not_reach(world, first_wall_down):
    """The switch above works: within one's own site the team beside is now shown."""
    beside = world.client(world.north.of_team_two[Role.SUPERVISOR])

    assert canaries_in(beside.get("/sites/"), world.north.canary)
    assert beside.get("/sites/north/audit/").status_code == 200


WITH_A_ROW = [r for r in routes() if r.name in ROWS and "site_slug" in r.parameters]


@pytest.mark.parametrize("name", sorted(route.name for route in WITH_A_ROW))
def test_row_of_another_site_is_not_found_under_ones_own(world, name):
    """Not even by MST UK, who see both: an address that mixes two sites is no address."""
    route = next(route for route in WITH_A_ROW if route.name == name)
    mixed = address(route, world.north, rows_of=world.south)
    for person in (world.country[Role.MST_UK_LEAD], *world.north.people.values()):
        client = world.client(person)
        for method in route.methods:
            with rolled_back():
                response = client.generic(method, mixed)
            assert response.status_code in (403, 404), f"{method} as {person.full_name}"
            assert not canaries_in(response, world.south.canary)
