"""A form that came too late comes back once, to its own person, on the page that it was typed on."""

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from mst_sites.accounts.permissions import Role
from mst_sites.records.models import Action
from mst_sites.tenancy import kept
from mst_sites.tenancy.scope import whole_scope

LONG = ("A thought of some length. " * 200)[:5_000].rstrip()
# Any two pages with a form, and one with a button alone.
ACTION, SITE, BUTTON = "action-create", "site-change", "person-close"


def address(world, name):
    place = world.north
    args = [place.people[Role.THERAPIST].pk] if name == BUTTON else [place.site.slug]
    return reverse(name, args=args)


def typed_by(person, **values):
    return {"text": LONG, **values, kept.FIELD: kept.mark(person)}


def shown(client, url):
    return client.get(url).context["form"]


@pytest.fixture
def lead(world):
    return world.country[Role.MST_UK_LEAD]


@pytest.fixture
def late(world, lead):
    """A browser that sent an action after its session had ended."""
    client = Client()
    client.post(address(world, ACTION), typed_by(lead))
    return client


def test_kept_form_comes_back_once(world, lead, late, sign_in):
    sign_in(lead, late)

    assert shown(late, address(world, ACTION))["text"].value() == LONG
    assert not shown(late, address(world, ACTION)).is_bound


def test_kept_form_is_lost_to_anybody_else(world, lead, late, sign_in):
    sign_in(world.country[Role.MST_UK_STAFF], late)

    assert not shown(late, address(world, ACTION)).is_bound
    assert not shown(sign_in(lead, late), address(world, ACTION)).is_bound


def test_kept_form_waits_while_other_pages_are_looked_at(world, lead, late, sign_in):
    late.get(reverse("enquiry-create"))
    sign_in(lead, late).get(address(world, SITE))

    assert shown(late, address(world, ACTION))["text"].value() == LONG


def test_kept_form_is_of_the_whole_address(world, sign_in):
    """The week of a note stands after the question mark."""
    supervisor, client = world.north.people[Role.SUPERVISOR], Client()
    write = reverse("note-create", args=[world.north.site.slug, world.north.one.slug])
    client.post(f"{write}?week=2026-03-09", typed_by(supervisor, themes=LONG))
    sign_in(supervisor, client)

    assert not shown(client, f"{write}?week=2026-03-16").is_bound
    assert shown(client, f"{write}?week=2026-03-09")["themes"].value() == LONG


def test_form_with_an_old_token_comes_back(world, lead):
    client = Client(enforce_csrf_checks=True)
    client.cookies.update(world.client(lead).cookies)

    answer = client.post(address(world, ACTION), typed_by(lead), follow=True)

    assert answer.context["form"]["text"].value() == LONG
    with whole_scope():
        assert not Action.objects.filter(text=LONG).exists()


@pytest.mark.parametrize("by_script", [{"x-requested-with": "XMLHttpRequest"}, {"hx-request": "1"}])
def test_script_with_an_old_token_is_refused(world, lead, by_script):
    client = Client(enforce_csrf_checks=True)
    client.cookies.update(world.client(lead).cookies)

    answer = client.post(address(world, ACTION), typed_by(lead), headers=by_script)

    assert (answer.status_code, kept.SESSION_KEY in client.session) == (403, False)


@pytest.mark.parametrize("strict", [False, True])
def test_button_keeps_nothing(world, lead, strict):
    """It has no form that could be filled again."""
    client = Client(enforce_csrf_checks=strict)

    answer = client.post(address(world, BUTTON), typed_by(lead))

    assert answer.status_code == (403 if strict else 302)
    assert kept.SESSION_KEY not in client.session


@pytest.mark.parametrize(
    ("referer", "after"),
    [
        ("http://testserver/people/?page=2#a", "/people/?page=2"),
        ("https://evil.example/people/", "/"),
        ("http://testserver//evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_button_that_was_pressed_too_late_leads_back_to_where_it_stands(world, referer, after):
    """Its own address shows no page to whoever has signed in again."""
    answer = Client().post(address(world, BUTTON), headers={"referer": referer})

    sign_in, _, query = answer.url.partition("?")
    assert (sign_in, QueryDict(query)["next"]) == (reverse("account_login"), after)
