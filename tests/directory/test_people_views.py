"""The pages of people: what they show, keep, refuse and cost."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mst_sites.accounts.models import User
from mst_sites.accounts.permissions import Role
from mst_sites.directory import account_operations, operations
from tests.accounts.people import PASSWORD, SIGN_IN, enter, with_app, with_password
from tests.factories import (
    MembershipFactory,
    SiteFactory,
    TeamFactory,
    UserFactory,
    person,
)
from tests.reading import names, words

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("count", [1, 3])
def test_person_list_asks_the_same_for_every_number_of_people(count, client, queries):
    MembershipFactory.create_batch(count)

    with queries(6):
        response = client.get(reverse("person-list"))

    assert len(names(response)) == count + 1


@pytest.mark.parametrize("count", [1, 3])
def test_person_detail_asks_the_same_for_every_number_of_roles(count, client, queries):
    user = UserFactory()
    for team in TeamFactory.create_batch(count):
        MembershipFactory(user=user, site=team.site, team=team, role=Role.THERAPIST)

    with queries(6):
        response = client.get(reverse("person-detail", args=[user.pk]))

    assert len(names(response)) == count


def test_person_list_finds_by_name_and_by_address(client):
    UserFactory(full_name="Siân Prys", email="sp@example.org")
    UserFactory(full_name="Other", email="other@example.org")

    by_name = client.get(f"{reverse('person-list')}?q=siân")
    by_address = client.get(f"{reverse('person-list')}?q=OTHER@")
    nobody = client.get(f"{reverse('person-list')}?q=nobody")

    assert names(by_name) == ["Siân Prys"]
    assert names(by_address) == ["Other"]
    assert "Nobody matches this search." in words(nobody)


def test_person_list_counts_the_roles_that_are_held_now(client, lead):
    user = UserFactory(full_name="A Person")
    MembershipFactory(user=user)
    operations.end_membership(membership=MembershipFactory(user=user), now=timezone.now(), by=lead)

    row = words(client.get(f"{reverse('person-list')}?q=A Person"))

    assert "A Person person-" in row
    assert "none 1 Invited" in row


def test_person_invite(client, mailoutbox):
    values = {
        "email": "Staff@Example.org",
        "full_name": "New Staff",
        "country_role": Role.MST_UK_STAFF,
    }

    first = client.post(reverse("person-invite"), values)
    second = client.post(reverse("person-invite"), values)

    assert first.url == reverse("person-list")
    assert len(mailoutbox) == 1
    assert (second.status_code, User.objects.filter(full_name="New Staff").count()) == (422, 1)
    assert "Somebody with this e-mail address is here already." in words(second)


def test_person_change_keeps_one_lead(client, lead):
    address = reverse("person-change", args=[lead.pk])

    typed = {"full_name": "Typed Name", "version": 1}

    refused = client.post(address, {**typed, "country_role": ""})
    accepted = client.post(address, {**typed, "country_role": Role.MST_UK_LEAD})

    assert refused.status_code == 422
    assert "This is the last MST UK lead" in words(refused)
    assert 'value="Typed Name"' in refused.content.decode()
    assert accepted.status_code == 302


def test_person_change_gives_no_role_back_that_somebody_took_meanwhile(client, lead):
    user = person(Role.MST_UK_STAFF)
    address = reverse("person-change", args=[user.pk])
    form = client.get(address).context["form"].initial
    operations.change_person(user=user, version=1, full_name="Theirs", country_role="", by=lead)

    response = client.post(address, form)

    user.refresh_from_db()
    assert (response.status_code, user.country_role) == (409, "")
    assert [(str(now), str(mine)) for _, now, mine in response.context["clash"]] == [
        ("Theirs", "MST UK staff"),
        ("None: roles on sites only", "MST UK staff"),
    ]


def test_person_change_knows_that_the_person_took_another_name_meanwhile(client):
    user = person(Role.MST_UK_STAFF)
    address = reverse("person-change", args=[user.pk])
    form = client.get(address).context["form"].initial
    account_operations.change_account(full_name="Own Name", language="cy", theme="dark", by=user)

    assert client.post(address, form).status_code == 409
    user.refresh_from_db()
    assert user.full_name == "Own Name"


def test_person_close_and_reopen(client):
    user = with_password(person(Role.STEERING_GROUP_MEMBER, site=SiteFactory()))
    theirs = Client()
    theirs.post(SIGN_IN, {"login": user.email, "password": PASSWORD})
    assert theirs.get("/sites/").status_code == 200

    closed = client.post(reverse("person-close", args=[user.pk]), follow=True)

    assert "This person can no longer sign in." in words(closed)
    assert "No: closed" in words(closed)
    assert theirs.get("/sites/").status_code == 302  # to sign-in, from the next click on

    client.post(reverse("person-reopen", args=[user.pk]))
    user.refresh_from_db()
    assert user.is_active
    assert theirs.get("/sites/").status_code == 302  # what was open on a lost computer stays shut


@pytest.mark.parametrize("act", ["person-close", "person-factor-forget"])
def test_lead_who_ends_the_own_sessions_is_signed_out(act, lead):
    with_password(person(Role.MST_UK_LEAD))
    client = Client()
    enter(client, with_app(lead))

    response = client.post(reverse(act, args=[lead.pk]), follow=True)

    assert response.status_code == 200
    assert response.redirect_chain[-1][0].startswith("/account/sign-in/")


def test_person_close_refuses_the_last_lead(client, lead):
    response = client.post(reverse("person-close", args=[lead.pk]), follow=True)

    lead.refresh_from_db()
    assert lead.is_active
    assert "This is the last MST UK lead" in words(response)


def test_person_reinvite(client, mailoutbox):
    invited = UserFactory()
    here = UserFactory()
    here.set_password("seventeen quiet herons")
    here.save()

    sent = client.post(reverse("person-reinvite", args=[invited.pk]), follow=True)
    refused = client.post(reverse("person-reinvite", args=[here.pk]), follow=True)

    assert "A new invitation is on its way" in words(sent)
    assert "This person has an account already" in words(refused)
    assert [mail.to for mail in mailoutbox] == [[invited.email]]


def test_person_of_no_such_id_is_not_found(client):
    address = reverse("person-detail", args=["7d1f4b0c-5f0e-4c1e-9d66-2f5f6a3b9f10"])

    assert client.get(address).status_code == 404
