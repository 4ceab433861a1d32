"""Where people are sent, which cookies they get, and the switches that everybody has."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from mst_sites.accounts.permissions import Role
from tests.accounts.people import (
    CODE,
    PASSWORD,
    SIGN_IN,
    app_code,
    enter,
    invited,
    is_in,
    with_app,
    with_password,
)
from tests.factories import SiteFactory, UserFactory, person

pytestmark = pytest.mark.django_db
FOREIGN = [
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example/",
    "\\\\evil.example",
    "///evil.example",
    "http:evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "https://testserver.evil.example/",
    " https://evil.example/",
    "/\t/evil.example/",
]


@pytest.mark.parametrize("address", FOREIGN)
@pytest.mark.usefixtures("welsh")
def test_nobody_is_sent_elsewhere(client, address):
    user = with_app(person(Role.MST_UK_STAFF))

    first = client.post(SIGN_IN, {"login": user.email, "password": PASSWORD, "next": address})
    second = client.post(CODE, {"code": app_code(user), "next": address})
    switched = [
        client.post("/account/theme/", {"theme": "dark", "next": address}),
        client.post("/account/language/", {"language": "cy", "next": address}),
        client.get(SIGN_IN, {"next": address}),
    ]
    out = client.post("/account/sign-out/", {"next": address})

    assert first["Location"].split("?")[0] == CODE
    assert {r["Location"] for r in (second, *switched)} == {"/"}
    assert out["Location"] == SIGN_IN


def test_person_comes_back_to_the_page_that_asked(client):
    site = SiteFactory()
    user = with_password(person(Role.STEERING_GROUP_MEMBER, site=site))
    wanted = f"/sites/{site.slug}/"
    page = client.get(wanted, follow=True)

    client.post(SIGN_IN, {"login": user.email, "password": PASSWORD, "next": wanted})

    assert f'name="next" value="{wanted}"' in page.text
    assert client.get(wanted).status_code == 200


@pytest.mark.parametrize(
    "headers", [{"HTTP_HOST": "evil.example"}, {"HTTP_HOST": "localhost@evil.example"}]
)
def test_forged_host_is_refused(client, headers):
    assert client.get(SIGN_IN, **headers).status_code == 400


def test_every_change_needs_a_token(sign_in):
    user = with_app(UserFactory())
    _, link = invited()
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = sign_in(user).cookies
    signed_out = Client(enforce_csrf_checks=True)
    own = ["", "password/change/", "second-factor/app/", "second-factor/app/remove/", "sign-out/"]
    own += ["second-factor/recovery-codes/new/", "passkeys/new/", "sessions/", "sessions/end/"]
    for page in ["theme/", "language/", *own]:
        assert (page, strict.post("/account/" + page).status_code) == (page, 403)
    for page in [SIGN_IN, "/account/password/reset/", "/account/passkeys/sign-in/", link]:
        assert (page, signed_out.post(page).status_code) == (page, 403)


def cookies_of(responses):
    return {
        (name, bool(c["secure"]), bool(c["httponly"]), c["samesite"], c["path"], c["domain"])
        for response in responses
        for name, c in response.cookies.items()
    }


def test_cookies_are_few_and_shut():
    client = Client()
    user = with_app(person(Role.MST_UK_STAFF))
    responses = [client.get(SIGN_IN), client.post("/account/theme/", {"theme": "dark"})]
    responses += [enter(client, user), client.get("/account/"), client.post("/account/sign-out/")]

    found = cookies_of(responses)

    assert found == {
        (n, False, True, "Lax", "/", "") for n in ("sessionid", "csrftoken", "theme", "language")
    }


SCRIPT = """
import django, json
django.setup()
from django.test import Client
from django.urls import NoReverseMatch, reverse
client = Client(headers={"host": "mst.example.org"})
found = [client.get("/account/sign-in/", secure=True), client.post("/account/theme/", {"theme": "dark"}, secure=True),
         client.post("/account/language/", {"language": "en-gb"}, secure=True)]
from django.conf import settings
print(json.dumps({
    "cookies": sorted({(n, bool(c["secure"]), bool(c["httponly"]), c["samesite"], c["path"], c["domain"])
                       for r in found for n, c in r.cookies.items()}),
    "session": [settings.SESSION_COOKIE_NAME, settings.SESSION_COOKIE_SECURE],
    "organisation": "Sign in with Example Trust" in found[0].text,
    "begins": reverse("openid_connect_login", args=["organisation"]),
}))
"""


def test_cookies_are_bound_to_the_host_when_served_by_https():
    """Settings are read once when a process starts, so this one is asked in a process of its own."""
    name = connection.settings_dict["NAME"]
    address, _, _ = os.environ["DATABASE_URL"].rpartition("/")
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "mst_sites.settings",
        "DATABASE_URL": f"{address}/{name}",
        "BASE_URL": "https://mst.example.org",
        "ALLOWED_HOSTS": "mst.example.org",
        "OIDC_CLIENT_ID": "mst",
        "OIDC_SERVER_URL": "https://id.example.org",
        "OIDC_NAME": "Example Trust",
    }
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", SCRIPT],
        env=environment,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
        timeout=50,
    )

    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    names = ["__Host-csrf", "__Host-language", "__Host-theme"]
    assert said["cookies"] == [[name, True, True, "Lax", "/", ""] for name in names]
    assert said["session"] == ["__Host-session", True]
    assert said["organisation"]
    assert said["begins"] == "/account/organisation/sign-in/"


@pytest.mark.usefixtures("welsh")
def test_colours_and_language_are_chosen_before_signing_in(client):
    client.post("/account/theme/", {"theme": "dark"})
    client.post("/account/language/", {"language": "cy"})

    page = client.get(SIGN_IN).text

    assert '<html lang="cy" data-bs-theme="dark">' in page


@pytest.mark.usefixtures("welsh")
def test_colours_and_language_are_kept_with_the_person(client):
    user = with_password(person(Role.STEERING_GROUP_MEMBER, site=SiteFactory()))
    client.post(SIGN_IN, {"login": user.email, "password": PASSWORD})
    client.post("/account/theme/", {"theme": "dark"})
    client.post("/account/language/", {"language": "cy"})

    elsewhere = Client()
    elsewhere.post(SIGN_IN, {"login": user.email, "password": PASSWORD})

    assert '<html lang="cy" data-bs-theme="dark">' in elsewhere.get("/account/").text


@pytest.mark.parametrize(
    ("page", "choice"), [("theme", "purple"), ("language", "fr"), ("theme", "")]
)
def test_unknown_choice_is_refused(client, page, choice):
    assert client.post(f"/account/{page}/", {page: choice}).status_code == 400


@pytest.mark.usefixtures("welsh")
def test_person_changes_name_language_and_colours(client):
    user = with_app(person(Role.MST_UK_STAFF))
    enter(client, user)

    response = client.post(
        "/account/", {"full_name": "New Name", "language": "cy", "theme": "light"}, follow=True
    )

    user.refresh_from_db()
    assert (user.full_name, user.language, user.theme) == ("New Name", "cy", "light")
    assert '<html lang="cy" data-bs-theme="light">' in response.text
    assert is_in(client)


@pytest.mark.usefixtures("welsh")
def test_person_cannot_change_what_is_not_theirs_to_change(client):
    user = with_app(person(Role.MST_UK_STAFF))
    enter(client, user)
    email = user.email

    more = {"email": "x@example.org", "country_role": "MST_UK_LEAD", "is_active": ""}
    client.post("/account/", {"full_name": "A", "language": "cy", "theme": "light", **more})

    user.refresh_from_db()
    assert (user.email, user.country_role, user.is_active) == (email, Role.MST_UK_STAFF, True)
