"""While PostgreSQL is away, people are told so, and what they had typed stays before them."""

import pytest
from django.test import Client
from django.urls import reverse

from mst_sites.accounts.permissions import Role
from tests.guards.headers import faults_of
from tests.world import connected_to

TEXT = "A thought of some length. <b>" * 170


@pytest.fixture
def ask(live_world):
    """Return a function that asks for a page while the database cannot be reached."""

    def asked(name, *args, data=None, **headers):
        client = live_world.client(live_world.country[Role.MST_UK_LEAD])
        url = reverse(name, args=args)
        with connected_to("a_database_that_is_away"):
            return client.get(url, headers=headers) if data is None else client.post(url, data)

    return asked


def test_page_says_that_the_service_is_away_for_a_moment(ask):
    page = ask("site-list")

    assert (page.status_code, page["Retry-After"]) == (503, "60")
    assert "The service is away for a moment" in page.content.decode()
    assert page["X-Request-ID"] in page.content.decode()
    assert b"<textarea" not in page.content
    assert list(faults_of(page)) == []


def test_typed_text_is_before_whoever_typed_it(ask):
    page = ask("action-create", "north", data={"text": TEXT, "row_id": "1", "typed_by": "x y"})

    assert page.status_code == 503
    assert TEXT.replace("<", "&lt;").replace(">", "&gt;").rstrip() in page.content.decode()
    assert "x y" not in page.content.decode()


def test_form_that_cannot_be_read_is_told_the_same(ask, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 1
    page = ask("action-create", "north", data={"text": TEXT, "row_id": "1"})

    assert page.status_code == 503
    assert b"<textarea" not in page.content


def test_password_is_never_shown(ask):
    page = ask("account_login", data={"login": "a@example.org", "password": "four words of mine"})

    assert page.status_code == 503
    assert b"four words" not in page.content


@pytest.mark.usefixtures("welsh")
def test_page_speaks_the_language_of_whoever_asks(ask):
    assert b'lang="cy"' in ask("site-list", **{"accept-language": "cy"}).content
    assert b'lang="en-gb"' in ask("site-list").content


def test_session_goes_on_when_the_database_is_back(ask, live_world):
    client = live_world.client(live_world.country[Role.MST_UK_LEAD])
    with connected_to("a_database_that_is_away"):
        away = client.get(reverse("site-list"))

    assert away.cookies == {}
    assert client.get(reverse("site-list")).status_code == 200


def test_other_faults_are_ours(live_world, settings):
    settings.ROOT_URLCONF = "tests.attacks.faulty_urls"

    assert Client(raise_request_exception=False).get("/faulty/raises/").status_code == 500
