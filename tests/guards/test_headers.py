"""Every response carries the same strict headers, whatever its status and whoever made it."""

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from mst_sites.accounts.permissions import Role
from tests.attacks.faulty_urls import FAULTY
from tests.guards.addresses import address
from tests.guards.headers import faults_of
from tests.guards.routes import routes
from tests.world import rolled_back

ROUTES = {route.name: route for route in routes()}
# The other pages are asked by every role and method in the role matrix, which looks at the headers of each answer.
WITHOUT_ROLES = sorted(name for name, route in ROUTES.items() if route.is_of_allauth)


@pytest.fixture
def faulty(settings):
    settings.ROOT_URLCONF = "tests.attacks.faulty_urls"


@pytest.mark.parametrize("name", WITHOUT_ROLES)
def test_every_answer_carries_the_headers(world, name):
    """Pages, refusals, redirects to sign-in and what is not found."""
    lead = world.client(world.country[Role.MST_UK_LEAD])
    outsider = world.client(world.south.people[Role.THERAPIST])
    for client in (Client(raise_request_exception=False), lead, outsider):
        for method in ("GET", "POST", "DELETE"):
            with rolled_back():
                response = client.generic(method, address(ROUTES[name], world.north))
            assert list(faults_of(response)) == [], f"{method} answered {response.status_code}"


@pytest.mark.parametrize("view", [view.__name__ for view in FAULTY])
def test_every_fault_carries_the_headers(live_world, faulty, view):
    response = live_world.client(live_world.country[Role.MST_UK_LEAD]).get(f"/faulty/{view}/")

    assert response.status_code == 500
    assert list(faults_of(response)) == []


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nothing/here/", 404),
        ("/static/nothing.css", 404),
        ("/sites/north", 301),
        ("/faulty/file/", 200),
        ("/faulty/own_headers/", 200),
    ],
)
def test_what_no_page_answers_carries_the_headers(world, faulty, path, status):
    response = Client().get(path)
    if response.streaming:
        b"".join(response.streaming_content)
        response.close()

    assert response.status_code == status
    assert list(faults_of(response)) == []


def test_static_file_carries_the_headers_and_may_be_kept(world, settings, tmp_path):
    (tmp_path / "plain.css").write_text("p {}")
    settings.STATIC_ROOT = tmp_path

    response = Client().get("/static/plain.css")
    b"".join(response.streaming_content)
    response.close()

    assert response.status_code == 200
    assert list(faults_of(response, kept=True)) == []
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize("https", [False, True])
def test_forged_host_is_refused(world, https):
    """In production it is SecurityMiddleware that notices, on its way to https."""
    with override_settings(SECURE_SSL_REDIRECT=https):
        response = Client(raise_request_exception=False).get("/", headers={"host": "evil.example"})

    assert response.status_code == 400
    assert b"evil.example" not in response.content
    assert list(faults_of(response)) == []


@pytest.fixture
def https(settings):
    """What production says beside the rest (tests/test_settings.py)."""
    settings.SECURE_SSL_REDIRECT = settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    settings.SECURE_HSTS_PRELOAD = True
    settings.SECURE_HSTS_SECONDS = 31_536_000


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/sites/", {}, 200),
        (reverse("account_login"), {}, 302),
        ("/sites/north", {}, 301),
        ("/sites/north/audit/", {}, 403),
        ("/nothing/here/", {}, 404),
        ("/faulty/raises/", {}, 500),
        ("/faulty/file/", {}, 200),
        ("/healthz", {}, 200),
        ("/sites/", {"host": "evil.example"}, 400),
    ],
)
def test_answer_over_https_keeps_browsers_to_it(world, faulty, https, path, headers, status):
    client = world.client(world.country[Role.MST_UK_STAFF])
    response = client.get(path, secure=True, headers=headers)
    if response.streaming:
        b"".join(response.streaming_content)
        response.close()

    assert response.status_code == status
    assert list(faults_of(response, https=True)) == []


def test_static_file_over_https_keeps_browsers_to_it(world, settings, https, tmp_path):
    (tmp_path / "plain.css").write_text("p {}")
    settings.STATIC_ROOT = tmp_path

    response = Client().get("/static/plain.css", secure=True)
    b"".join(response.streaming_content)
    response.close()

    assert list(faults_of(response, kept=True, https=True)) == []


def test_forged_forwarded_host_is_not_believed(world):
    response = Client().get("/", headers={"x-forwarded-host": "evil.example"})

    assert "evil.example" not in str(response.headers) + response.content.decode()


def test_way_to_https_carries_the_headers(world):
    with override_settings(SECURE_SSL_REDIRECT=True):
        response = Client().get("/sites/")

    assert response.status_code == 301
    assert list(faults_of(response)) == []


def test_forged_form_is_refused_with_the_headers(world):
    lead = world.client(world.country[Role.MST_UK_LEAD])
    strict = Client(enforce_csrf_checks=True)
    strict.cookies.update(lead.cookies)

    response = strict.post(address(ROUTES["site-create"], world.north), {"name": "x"})

    assert response.status_code == 403
    assert list(faults_of(response)) == []


def test_every_form_needs_its_token(world):
    """No view is exempt from the protection against forged requests."""
    exempt = [r.name for r in ROUTES.values() if getattr(r.view, "csrf_exempt", False)]

    assert exempt == []


def test_header_guard_reports_a_missing_header(world, faulty):
    response = Client().get("/nothing/here/")
    response.headers["Content-Security-Policy"] += "; script-src-elem 'unsafe-inline'"
    del response.headers["Cross-Origin-Resource-Policy"]
    response.headers["Cache-Control"] = "max-age=60"

    assert len(list(faults_of(response))) == 3


# Errors say nothing.


@pytest.mark.parametrize(
    "path",
    [
        "/.git/config",
        "/.env",
        "/admin/",
        "/manage.py",
        "/static/",
        "/static/../mst_sites/settings.py",
        "/static/%2e%2e/manage.py",
        "/media/",
        "/files/",
        "/var/",
        "/server-status",
        "/debug/",
        "/__debug__/",
        "/api/",
        "/schema/",
        "/wp-login.php",
        "/requirements.txt",
        "/docker-compose.yml",
        "/sites/<script>alert(1)</script>/",
        "/sites/%00/",
        "/sites/north/teams/%00/",
        "/people/00000000-0000-0000-0000-000000000000/",
        "/people/9223372036854775808/",
        "/people/-1/",
        "/sites/" + "x" * 5000 + "/",
    ],
)
def test_address_that_is_not_there_says_nothing(world, path):
    response = world.client(world.country[Role.MST_UK_LEAD]).get(path)

    assert response.status_code == 404
    for told in (b"alert(1)", b"urlpattern", b"Traceback", b"settings", b"kingfisher", b"x" * 100):
        assert told not in response.content


@pytest.mark.parametrize(
    "query", ["page=0", "page=-1", "page=x", "page=9" * 40, "q=%00", "sort=%00"]
)
@pytest.mark.parametrize("name", ["site-list", "person-list", "organisation-list"])
def test_odd_query_is_no_fault_of_ours(world, name, query):
    response = world.client(world.country[Role.MST_UK_LEAD]).get(
        f"{address(ROUTES[name], world.north)}?{query}"
    )

    assert response.status_code < 500
