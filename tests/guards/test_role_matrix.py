"""Every page gives every role what role_matrix.txt says: that file is written by hand, not read from the code."""

from pathlib import Path

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import resolve_url
from django.test import Client
from django.utils.html import escape

from mst_sites.accounts.permissions import Permission, Role, roles_that_may
from mst_sites.audit.models import AuditEntry
from mst_sites.tenancy.scope import whole_scope
from tests.guards.addresses import address
from tests.guards.headers import faults_of
from tests.guards.routes import routes
from tests.rollbacks import everything
from tests.world import CANARIES, MARKUP, canaries_in, is_live, rolled_back

COLUMNS = {
    "lead": Role.MST_UK_LEAD,
    "staff": Role.MST_UK_STAFF,
    "cons": Role.CONSULTANT,
    "prov": Role.PROVIDER_MANAGER,
    "sup": Role.SUPERVISOR,
    "back": Role.BACK_UP_SUPERVISOR,
    "ther": Role.THERAPIST,
    "adm": Role.ADMINISTRATOR,
    "comm": Role.COMMISSIONER,
    "steer": Role.STEERING_GROUP_MEMBER,
}
HEADING = ["nobody", *COLUMNS, "outside", "beside"]
# allauth's pages know no roles: tests/accounts.
ROUTES = {route.name: route for route in routes() if not route.is_of_allauth}


def read():
    """Return (route, method) → column → what is expected."""
    text = Path(__file__).with_name("role_matrix.txt").read_text()
    lines = [line.split() for line in text.splitlines() if line and not line.startswith("#")]
    return {
        (name, method): dict(zip(HEADING, cells, strict=True)) for name, method, *cells in lines
    }


MATRIX = read()


def client_of(world, column):
    if column == "nobody":
        return Client()
    who = {
        "outside": world.south.people[Role.PROVIDER_MANAGER],
        "beside": world.north.of_team_two[Role.SUPERVISOR],
    }
    return world.client(who.get(column) or world.person(COLUMNS[column]))


def ask(world, column, route, method):
    """Return the answer's code, and what is wrong with it: a word that is not for this person, a header."""
    client = client_of(world, column)
    client.raise_request_exception = False
    with rolled_back():
        response = client.generic(method, address(ROUTES[route], world.north))
    code = str(response.status_code)
    if code == "302" and response.url.startswith(resolve_url(settings.LOGIN_URL)):
        code = "in"
    foreign = {"nobody": CANARIES.values(), "lead": (), "staff": (), "outside": [CANARIES["north"]]}
    words = foreign.get(column, [CANARIES["south"]])
    is_leak = any(canaries_in(response, word) for word in words)
    return " ".join(
        [code, *["leak"] * is_leak, *["live"] * is_live(response), *faults_of(response)]
    )


def test_every_route_and_method_is_in_the_matrix():
    walked = {(route.name, method) for route in ROUTES.values() for method in route.methods}

    assert walked == set(MATRIX)


@pytest.mark.parametrize(("route", "method"), MATRIX)
def test_role_gets_what_the_matrix_says(world, route, method):
    assert {column: ask(world, column, route, method) for column in HEADING} == MATRIX[
        route, method
    ]


@pytest.mark.parametrize("route", sorted({route for route, _ in MATRIX}))
def test_other_methods_are_refused_as_the_page_is(world, route):
    """A method that a page does not answer gives nothing away, and changes nothing."""
    known = {method: MATRIX[route, method] for name, method in MATRIX if name == route}
    for column in ("nobody", "lead", "ther", "outside"):
        refusal = next(iter(known.values()))[column]
        refused = refusal if refusal in ("in", "403", "404") else "405"
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - set(known):
            assert (method, ask(world, column, route, method)) == (method, refused)
        if "GET" in known:
            assert ask(world, column, route, "HEAD") == known["GET"][column]


def test_what_was_typed_is_shown_and_is_not_live(world):
    """Otherwise the matrix would prove nothing about it."""
    response = client_of(world, "sup").get(address(ROUTES["note-detail"], world.north))

    assert escape(MARKUP) in response.content.decode()
    assert not is_live(response)
    assert is_live(HttpResponse(f"<p>{MARKUP}"))


# Of what a request always writes: the session that it is part of.
OF_EVERY_REQUEST = {"sessions.Session", "usersessions.UserSession"}


def rows_now(tmp_path):
    with whole_scope():
        rows = everything(tmp_path)
    return {name: found for name, found in rows.items() if name not in OF_EVERY_REQUEST}


def test_button_that_changes_anything_is_recorded_once_with_who_and_whence(world, tmp_path):
    """A POST that sends nothing but the button: what it could do it did, what it could not left all as it was."""
    pressed, before = [], rows_now(tmp_path)
    for route in sorted(r for r, method in MATRIX if method == "POST"):
        if MATRIX[route, "POST"]["lead"] != "302":
            continue
        with rolled_back():
            response = client_of(world, "lead").post(address(ROUTES[route], world.north))
            after = rows_now(tmp_path)
            with whole_scope():
                kept = AuditEntry.objects.filter(request_id=response["X-Request-ID"])
                people = [entry.actor for entry in kept.select_related("actor")]
        changed = {name for name in before if after[name] != before[name]}
        assert (route, people) == (route, [world.person(Role.MST_UK_LEAD)] * bool(changed))
        pressed += [route] * bool(changed)

    assert len(pressed) > 10  # otherwise nothing was shown


# What no page asks for by itself: a part of a page does. By hand, like the matrix.
PARTS_OF_PAGES = {
    Permission.GATE_OVERRIDE: {"lead"},
    Permission.REVIEW_VIEW_FULL: {"lead", "staff", "cons", "prov", "sup", "back"},
    Permission.SIGN: {"lead", "cons", "prov", "sup", "comm"},
}


def let_in(permission):
    """Return which sets of columns the pages of a permission let in, as the matrix says."""
    if permission in PARTS_OF_PAGES:
        return [PARTS_OF_PAGES[permission]]
    rows = [
        MATRIX[route, method]
        for route, method in MATRIX
        if getattr(ROUTES[route].page, "permission", None) == permission
    ]
    return [{column for column in COLUMNS if row[column] not in ("403", "404")} for row in rows]


@pytest.mark.parametrize("permission", Permission)
def test_matrix_would_notice_any_change_to_who_holds_a_permission(permission):
    """Given to one role more or taken from one, it would fit none of the pages that ask for it."""
    holders = {column for column, role in COLUMNS.items() if role in roles_that_may(permission)}
    sets = let_in(permission)

    assert holders in sets
    assert [column for column in COLUMNS if holders ^ {column} in sets] == []


def test_matrix_would_notice_a_page_that_lets_everybody_in(world, monkeypatch):
    monkeypatch.setattr("mst_sites.tenancy.views.SitePage.check_permission", lambda page: None)

    assert ask(world, "ther", "site-change", "GET") != MATRIX["site-change", "GET"]["ther"]
