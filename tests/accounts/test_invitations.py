"""Invitations: one use, 72 hours, bound to one person."""

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from mst_sites.accounts import operations
from mst_sites.accounts.models import Invitation, User
from mst_sites.accounts.permissions import Role
from mst_sites.directory.operations import send_invitation
from tests.accounts.people import PASSWORD, actions, invited, is_in, link_in_mail
from tests.factories import MembershipFactory, SiteFactory, UserFactory, person

pytestmark = pytest.mark.django_db
ANSWERS = {"full_name": "Chosen Name", "password": PASSWORD}


def test_link_opens_the_account_and_leads_to_the_second_factor(client):
    user, link = invited(full_name="As Invited")
    MembershipFactory(user=user, role=Role.COMMISSIONER)

    page = client.get(link)
    response = client.post(link, ANSWERS)

    assert user.email in page.text
    assert "As Invited" in page.text
    assert response["Location"] == "/"
    assert client.get("/")["Location"] == "/account/second-factor/"
    assert client.get("/account/second-factor/app/").status_code == 200
    user.refresh_from_db()
    assert user.full_name == "Chosen Name"
    assert user.emailaddress_set.get().verified
    assert actions() == ["invitation.accepted", "person.signed-in"]


def over(client, link):
    response = client.get(link)
    posted = client.post(link, ANSWERS)
    assert (response.status_code, posted.status_code) == (410, 410)
    return without_address(response.text, link), without_address(posted.text, link)


def without_address(text, link):
    lines = [line for line in text.splitlines() if "csrf" not in line.lower()]
    return "\n".join(lines).replace(link, "")


def test_link_that_does_not_work_says_the_same_whatever_the_reason(client):
    _, used_link = invited()
    client.post(used_link, ANSWERS)
    _, expired = invited()
    closed, closed_link = invited()
    closed.is_active = False
    closed.save()
    replaced, replaced_link = invited()
    operations.invite(user=replaced, now=timezone.now(), by=None)
    unknown = "/account/invitation/not-a-token/"

    with time_machine.travel(timezone.now() + timezone.timedelta(hours=73)):
        said = [
            over(Client(), link)
            for link in (used_link, expired, closed_link, replaced_link, unknown)
        ]

    assert said == said[:1] * 5
    assert "This link does not work" in said[0][0]


@pytest.mark.parametrize(("hours", "status"), [(71.9, 200), (72.1, 410)])
def test_link_works_for_72_hours(client, hours, status):
    _, link = invited()

    with time_machine.travel(timezone.now() + timezone.timedelta(hours=hours)):
        assert client.get(link).status_code == status


def test_newer_invitation_ends_the_former(client):
    user, former = invited()

    send_invitation(user=user, now=timezone.now(), by=None)

    assert client.get(former).status_code == 410
    assert client.get(link_in_mail()).status_code == 200
    assert Invitation.objects.get().user == user


def test_invitation_is_for_its_own_person_whatever_is_posted(client):
    user, link = invited()
    other = UserFactory()

    client.post(
        link,
        {**ANSWERS, "email": other.email, "user": str(other.pk), "country_role": "MST_UK_LEAD"},
    )

    user.refresh_from_db()
    other.refresh_from_db()
    assert user.check_password(PASSWORD)
    assert not other.has_usable_password()
    assert user.country_role == ""


def test_invitation_does_not_give_a_role_on_another_site(client):
    user, link = invited()
    own, other = SiteFactory(), SiteFactory()
    MembershipFactory(user=user, site=own, role=Role.STEERING_GROUP_MEMBER)

    client.post(link, ANSWERS)

    assert client.get(f"/sites/{own.slug}/").status_code == 200
    assert client.get(f"/sites/{other.slug}/").status_code == 404


def test_signed_in_person_is_not_put_into_another_account(sign_in):
    _, link = invited()
    client = sign_in(person(Role.MST_UK_STAFF))

    assert client.get(link)["Location"] == "/"
    assert client.post(link, ANSWERS)["Location"] == "/"
    assert Invitation.objects.get().accepted_at is None


class ClosesAccounts:
    """Stands among the rules for passwords, for what a lead does while somebody comes in."""

    def validate(self, password, user=None):
        User.objects.filter(pk=user.pk).update(is_active=False)


def test_account_that_is_closed_while_somebody_comes_in_stays_closed(client, settings):
    user, link = invited()
    closing = {"NAME": f"{__name__}.ClosesAccounts"}
    settings.AUTH_PASSWORD_VALIDATORS = [*settings.AUTH_PASSWORD_VALIDATORS, closing]

    client.post(link, ANSWERS)

    user.refresh_from_db()
    assert not user.is_active
    assert not is_in(client)


def test_token_is_kept_as_a_hash_alone():
    _, link = invited()

    assert link.split("/")[-2] not in str(vars(Invitation.objects.get()))


def test_accepting_twice_opens_one_account(client):
    _, link = invited()
    second = Client()
    second.get(link)
    client.post(link, ANSWERS)

    assert second.post(link, {**ANSWERS, "password": "another one altogether"}).status_code == 410
    assert not is_in(second)
