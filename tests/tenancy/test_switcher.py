"""The way to another site stands in the head of every page: a list while it is short, or a field to find one in."""

import re

import pytest
from django.urls import reverse

from mst_sites.accounts.permissions import Role
from mst_sites.tenancy.context import A_MENU
from tests.factories import MembershipFactory, SiteFactory, TeamFactory, UserFactory, person

pytestmark = pytest.mark.django_db
FIELD = 'id="switcher-q"'


def menu(response):
    """Return the menu of sites of a page, or nothing where there is none."""
    found = re.search(
        r'(?s)<details class="menu menu-outlined".*?</details>', response.content.decode()
    )
    return found[0] if found else ""


def member_of(number):
    user = UserFactory()
    for site in SiteFactory.create_batch(number):
        MembershipFactory(site=site, user=user, role=Role.COMMISSIONER)
    return user


@pytest.mark.parametrize("role", [None, Role.MST_UK_STAFF])
def test_few_sites_are_listed(role, sign_in):
    user = member_of(A_MENU) if role is None else person(role)
    if role:
        SiteFactory.create_batch(A_MENU)

    switcher = menu(sign_in(user).get(reverse("home")))

    assert switcher.count("<li") == A_MENU
    assert FIELD not in switcher


@pytest.mark.parametrize("role", [None, Role.MST_UK_STAFF])
def test_one_of_many_sites_is_found_by_its_name(role, sign_in):
    user = member_of(A_MENU) if role is None else person(role)
    wanted = SiteFactory(name="Glen Tarrow")
    if role:
        SiteFactory.create_batch(A_MENU)
    else:
        MembershipFactory(site=wanted, user=user, role=Role.COMMISSIONER)
    client = sign_in(user)

    switcher = menu(client.get(reverse("home")))

    assert FIELD in switcher
    assert "<li" not in switcher
    [action] = re.findall(r'action="([^"]+)"', switcher)
    [name] = re.findall(r'<input [^>]*name="([^"]+)"', switcher)
    found = client.get(action, {name: "tarr"}).content.decode()
    assert re.findall(r'<th scope="row"><a href="([^"]+)"', found) == [
        reverse("site-detail", args=[wanted.slug])
    ]


def test_roles_on_the_teams_of_one_site_are_one_site(sign_in):
    user = UserFactory()
    site = SiteFactory()
    for _ in range(A_MENU + 1):
        team = TeamFactory(site=site)
        MembershipFactory(site=site, team=team, user=user, role=Role.SUPERVISOR)

    assert menu(sign_in(user).get(reverse("home"))).count("<li") == 1


def test_nobody_else_has_a_menu_of_sites(sign_in, client):
    assert menu(sign_in(UserFactory()).get(reverse("home"))) == ""
    assert menu(client.get(reverse("about"))) == ""


def test_many_sites_are_not_read_for_the_menu(sign_in, queries):
    client = sign_in(member_of(A_MENU + 1))

    with queries(3):  # the session, the person and what the person may do
        client.get(reverse("accessibility"))
