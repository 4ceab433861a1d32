"""The kit page as a response: where it is served, and what it must not hold."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db


def test_kit_is_not_in_production(client: Client, settings: Any) -> None:
    assert client.get(reverse("kit")).status_code == 200

    settings.IS_PRODUCTION = True

    assert client.get(reverse("kit")).status_code == 404
    assert client.get(reverse("kit-progress")).status_code == 404


@pytest.mark.parametrize("done", ["", "-1", "x", "9" * 40, "2"])
def test_kit_progress_takes_any_number(client: Client, done: str) -> None:
    assert client.get(reverse("kit-progress"), {"done": done}).status_code == 200


def test_kit_has_no_inline_style_or_script(client: Client) -> None:
    html = client.get(reverse("kit")).content.decode()

    assert re.findall(r"\sstyle=|<style|\son\w+=|<script>|javascript:", html) == []


@pytest.mark.parametrize("name", ["about", "accessibility", "privacy"])
def test_open_pages_are_for_everybody_and_linked_from_each_other(client: Client, name: str) -> None:
    response = client.get(reverse(name))

    html = response.content.decode()
    assert response.status_code == 200
    assert all(
        f'href="{reverse(other)}"' in html for other in ("about", "accessibility", "privacy")
    )


@pytest.mark.parametrize("name", ["about", "accessibility", "privacy"])
def test_open_pages_name_whom_to_ask(client: Client, name: str, settings: Any) -> None:
    assert "Ask whoever invited you" in client.get(reverse(name)).content.decode()

    settings.CONTACT_EMAIL = "help@example.org"

    assert 'href="mailto:help@example.org"' in client.get(reverse(name)).content.decode()


def test_accessibility_says_what_the_regulations_ask_for(client: Client) -> None:
    html = client.get(reverse("accessibility")).content.decode()

    asked_for = (
        "How accessible it is",
        "Enforcement procedure",
        "Compliance status",
        "partially compliant",
        "Content that is not accessible",
        "How this was tested",
        "Preparation of this statement",
    )
    assert [words for words in asked_for if words not in html] == []


def test_privacy_takes_its_periods_and_cookies_from_the_settings(
    client: Client, settings: Any
) -> None:
    settings.SESSION_IDLE, settings.SESSION_LONGEST = 7 * 60, 5 * 60 * 60
    settings.LANGUAGE_COOKIE_AGE = 24 * 60 * 60
    settings.THEME_COOKIE_NAME = "paint"
    settings.MAIL_KEEP_DAYS = 77
    settings.FILE_KEEP_DAYS = 66

    html = client.get(reverse("privacy")).content.decode()

    assert "What it says: 77 days after it was sent" in html
    assert "Until somebody removes them, and 66 days" in html
    assert "after 7 minutes without use and after 5 hours" in html
    assert re.search(r"paint.*?Remembers your colours.*?1 day<", html, re.DOTALL)


@pytest.mark.usefixtures("welsh")
def test_privacy_lists_every_cookie_that_is_set(client: Client) -> None:
    """A visitor signs in with a wrong password and changes colours and language: no cookie is new to the page."""
    html = client.get(reverse("privacy")).content.decode()
    client.get(reverse("account_login"))
    client.post(reverse("account_login"), {"login": "a@example.org", "password": "wrong"})
    client.post(reverse("theme-set"), {"theme": "dark", "next": "/"})
    client.post(reverse("language-set"), {"language": "cy", "next": "/"})

    assert len(client.cookies) >= 3
    assert [name for name in client.cookies if name not in html] == []
