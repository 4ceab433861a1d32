"""What costs much has a limit for each person, which says when to try again and holds nobody else up."""

import inspect

import pytest
import time_machine
from django.conf import settings as present
from django.urls import reverse
from django.views.generic.base import View

from mst_sites import spreadsheets
from mst_sites.accounts.permissions import Role
from tests.guards.addresses import address
from tests.guards.routes import routes

ROUTES = {route.name: route for route in routes()}
LIMITED = {
    "document-retry": "document",
    "paper-request": "document",
    "portfolio-export": "export",
    "review-issue": "document",
    "timeline-export": "export",
}
NOW = "2026-03-02 09:00:00+00:00"
PER_HOUR = {"export": "2/h/user", "document": "2/h/user", "search": "2/m/user"}


def writes_files(page):
    """Tell whether a page makes a file of a list while the person waits."""
    return bool(page) and "spreadsheets.download(" in inspect.getsource(page)


class Unlimited(View):
    def get(self, request):
        return spreadsheets.download(b"", "list", spreadsheets.CSV)


def test_every_page_that_makes_files_has_a_limit():
    limits = {name: getattr(route.page, "limit", "") for name, route in ROUTES.items()}

    assert {name: limit for name, limit in limits.items() if limit} == LIMITED
    assert {name for name, route in ROUTES.items() if writes_files(route.page)} == {
        name for name, limit in LIMITED.items() if limit == "export"
    }
    assert writes_files(Unlimited)


def test_limits_are_these():
    assert present.PERSON_LIMITS == {
        "export": "10/h/user",
        "document": "20/h/user",
        "search": "60/m/user",
    }


@pytest.mark.parametrize(
    ("name", "method", "query", "seconds", "words"),
    [
        ("portfolio-export", "get", "", 3600 - 60, "Try again in 59 minutes."),
        ("timeline-export", "get", "", 3600 - 60, "Try again in 59 minutes."),
        ("paper-request", "post", "", 3600 - 60, "Try again in 59 minutes."),
        ("review-issue", "post", "", 3600 - 60, "Try again in 59 minutes."),
        ("document-retry", "post", "", 3600 - 60, "Try again in 59 minutes."),
        ("site-list", "get", "?q=a", 60 - 20, "Try again in 1 minute."),
        ("person-list", "get", "?q=a", 60 - 20, "Try again in 1 minute."),
        ("portfolio-list", "get", "?q=a", 60 - 20, "Try again in 1 minute."),
    ],
)
def test_too_many_are_told_when_to_try_again(world, settings, name, method, query, seconds, words):
    settings.PERSON_LIMITS = PER_HOUR
    url = address(ROUTES[name], world.north) + query
    ask = getattr(world.client(world.country[Role.MST_UK_LEAD]), method)
    other = getattr(world.client(world.country[Role.MST_UK_STAFF]), method)
    with time_machine.travel(NOW, tick=False) as clock:
        answers = [ask(url).status_code]
        clock.shift(30 if seconds > 60 else 10)
        answers.append(ask(url).status_code)
        clock.shift(30 if seconds > 60 else 10)
        refused = ask(url)
        assert 429 not in [*answers, other(url).status_code]
        assert (refused.status_code, refused["Retry-After"]) == (429, str(seconds))
        assert words in refused.content.decode()

        clock.shift(seconds)
        assert ask(url).status_code == answers[-1]


def test_looking_without_searching_has_no_limit(world, settings):
    """A list, and the page that a limited button stands on, may be opened as often as anybody likes."""
    settings.PERSON_LIMITS = PER_HOUR
    client = world.client(world.country[Role.MST_UK_LEAD])

    for url in (reverse("site-list"), address(ROUTES["review-issue"], world.north)):
        assert {client.get(url).status_code for _ in range(4)} <= {200, 302}
