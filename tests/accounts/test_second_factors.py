"""Second factors: who needs one, how it is set up, used once, and taken away."""

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from mst_sites.accounts import operations, second_factors
from mst_sites.accounts.permissions import Role
from mst_sites.tenancy.models import Membership
from tests.accounts.people import (
    CODE,
    PASSWORD,
    SECRET,
    SIGN_IN,
    actions,
    app_code,
    code_of,
    enter,
    failures,
    is_in,
    link_in_mail,
    with_app,
    with_password,
)
from tests.factories import SiteFactory, TeamFactory, UserFactory, person

pytestmark = pytest.mark.django_db
FACTORS = "/account/second-factor/"
APP = FACTORS + "app/"
NEEDS = [role for role in Role if role != Role.STEERING_GROUP_MEMBER]


def holder(role):
    team = TeamFactory()
    return person(role, site=team.site, team=team)


@pytest.mark.parametrize("role", NEEDS)
def test_role_that_needs_a_second_factor_reaches_nothing_without(client, role):
    user = with_password(holder(role))
    client.post(SIGN_IN, {"login": user.email, "password": PASSWORD})

    for address in ("/", "/sites/", "/account/", "/account/password/change/", "/account/sessions/"):
        assert client.get(address)["Location"] == FACTORS
    page = client.get(FACTORS)
    assert page.status_code == 200
    assert "One more step" in page.text
    assert "/sites/" not in page.text


def test_gate_closes_when_a_role_is_given_in_mid_session(client):
    user = with_password(person(Role.STEERING_GROUP_MEMBER, site=SiteFactory()))
    client.post(SIGN_IN, {"login": user.email, "password": PASSWORD})
    assert client.get("/").status_code == 200

    Membership.objects.filter(user=user).update(role=Role.COMMISSIONER)

    assert client.get("/")["Location"] == FACTORS


def set_up(client):
    page = client.get(APP)
    return client.post(APP, {"code": code_of(page.context["form"].secret)})


def test_app_is_set_up_right_after_signing_in(client, mailoutbox):
    user = with_password(holder(Role.SUPERVISOR))
    client.post(SIGN_IN, {"login": user.email, "password": PASSWORD})

    set_up(client)

    assert client.get("/").status_code == 200
    assert actions() == ["person.signed-in", "second-factor.added"]
    assert [message.subject for message in mailoutbox] == ["An authenticator app was set up"]


def test_first_second_factor_ends_the_other_sessions(client):
    user = with_password(holder(Role.SUPERVISOR))
    elsewhere = Client()
    for each in (client, elsewhere):
        each.post(SIGN_IN, {"login": user.email, "password": PASSWORD})

    set_up(client)

    assert is_in(client)
    assert elsewhere.get(FACTORS)["Location"].startswith(SIGN_IN)


def test_wrong_code_at_set_up_keeps_the_secret(client):
    user = with_password(holder(Role.SUPERVISOR))
    client.post(SIGN_IN, {"login": user.email, "password": PASSWORD})
    secret = client.get(APP).context["form"].secret

    response = client.post(APP, {"code": "000000"})

    assert response.status_code == 200
    assert response.context["form"].secret == secret
    assert not Authenticator.objects.exists()


def test_session_from_before_must_use_the_second_factor_and_not_add_another(client):
    """A password alone neither opens the pages nor adds a second factor beside the one that is there."""
    user = with_password(holder(Role.SUPERVISOR))
    client.post(SIGN_IN, {"login": user.email, "password": PASSWORD})
    operations.give_totp(user=user, secret=SECRET, by=None)
    confirm = "/account/second-factor/confirm/"

    assert client.get(FACTORS)["Location"] == f"{confirm}?next=/"
    assert client.get("/account/passkeys/new/")["Location"].startswith(confirm)
    for closed in ("recovery-codes/new/", "app/remove/"):
        assert client.get(FACTORS + closed)["Location"] == FACTORS
        assert client.post(FACTORS + closed)["Location"] == FACTORS

    client.post(f"{confirm}?next=/", {"code": app_code(user)})
    assert client.get("/").status_code == 200


def test_code_is_taken_once_even_if_the_cache_is_emptied(client):
    user = with_app(person(Role.MST_UK_STAFF))
    with time_machine.travel("2026-03-02 09:00:05+00:00", tick=False):
        code = app_code(user)
        enter(client, user)
        cache.clear()
        second = Client()
        second.post(SIGN_IN, {"login": user.email, "password": PASSWORD})

        response = second.post(CODE, {"code": code})

    assert response.status_code == 200
    assert "it was used already" in response.text
    assert not is_in(second)


def test_wrong_code_and_used_one_are_on_record(client):
    user = with_app(person(Role.MST_UK_STAFF))
    with time_machine.travel("2026-03-02 09:00:05+00:00", tick=False):
        client.post(SIGN_IN, {"login": user.email, "password": PASSWORD})
        client.post(CODE, {"code": "000000"})
        client.post(CODE, {"code": app_code(user)})
        client.post("/account/second-factor/confirm/", {"code": app_code(user)})

    wrong = (str(user.pk), {"type": "code"})
    assert failures() == [(None, *wrong), (user.pk, *wrong)]


def test_code_from_set_up_does_not_sign_in(client):
    user = with_password(holder(Role.SUPERVISOR))
    with time_machine.travel("2026-03-02 09:00:05+00:00", tick=False):
        client.post(SIGN_IN, {"login": user.email, "password": PASSWORD})
        set_up(client)
        second = Client()
        enter(second, user)

        assert not is_in(second)


def test_older_code_than_the_last_one_is_refused(client):
    user = with_app(person(Role.MST_UK_STAFF))
    with time_machine.travel("2026-03-02 09:00:05+00:00", tick=False):
        enter(client, user, ahead=1)
        second = Client()
        enter(second, user, ahead=0)

        assert is_in(client)
        assert not is_in(second)


@pytest.mark.parametrize(
    ("ahead", "gets_in"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_code_counts_for_half_a_minute_before_and_after(client, ahead, gets_in):
    user = with_app(person(Role.MST_UK_STAFF))
    with time_machine.travel("2026-03-02 09:00:05+00:00", tick=False):
        enter(client, user, ahead=ahead)

        assert is_in(client) == gets_in


def test_secrets_are_not_readable_in_the_database():
    user = UserFactory()
    operations.give_totp(user=user, secret=SECRET, by=None)

    assert SECRET not in str(list(Authenticator.objects.values_list("data", flat=True)))


def test_secrets_are_read_with_the_key_of_before(settings):
    locked = second_factors.SecondFactorAdapter().encrypt(SECRET)

    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "a new key", [settings.SECRET_KEY]
    assert second_factors.SecondFactorAdapter().decrypt(locked) == SECRET


def test_resetting_the_password_does_not_go_round_the_second_factor(client):
    user = with_app(person(Role.MST_UK_STAFF))
    client.post("/account/password/reset/", {"email": user.email})
    [link] = [word for word in mail.outbox[-1].body.split() if "/reset/" in word]
    form = client.get(link.removeprefix(settings.BASE_URL))
    client.post(form["Location"], {"password1": "a different long heron"})

    assert not is_in(client)
    response = client.post(SIGN_IN, {"login": user.email, "password": "a different long heron"})
    assert response["Location"] == CODE
    assert not is_in(client)


def test_removing_the_app_asks_again_tells_by_mail_and_leads_to_a_new_one(client, mailoutbox):
    user = with_app(person(Role.MST_UK_STAFF))
    enter(client, user)

    refused = client.post(APP + "remove/")
    assert refused["Location"].startswith("/account/confirm/?next=")
    assert Authenticator.objects.filter(type="totp").exists()

    client.post("/account/confirm/", {"password": PASSWORD, "next": APP + "remove/"})
    assert not Authenticator.objects.exists()
    assert [message.subject for message in mailoutbox] == ["The authenticator app was removed"]
    assert actions() == ["person.signed-in", "second-factor.removed"]
    assert client.get("/")["Location"] == FACTORS


def test_set_up_asks_for_the_password_again_after_a_quarter_of_an_hour(client):
    user = with_password(holder(Role.SUPERVISOR))
    client.post(SIGN_IN, {"login": user.email, "password": PASSWORD})

    with time_machine.travel(timezone.now() + timezone.timedelta(minutes=16)):
        assert client.get(APP)["Location"].startswith("/account/confirm/")


def test_gate_asks_the_database_nothing(sign_in, queries):
    user = person(Role.MST_UK_STAFF)
    client = sign_in(user)

    # The session, the person, the scope with the roles: nothing for the second factor.
    with queries(3):
        assert client.get("/account/sessions/extend/").status_code == 200


@pytest.mark.parametrize("is_demo", [True, False])
def test_code_is_shown_in_the_demonstration_alone(client, settings, is_demo):
    settings.IS_DEMO = is_demo
    user = with_app(person(Role.MST_UK_STAFF))
    client.post(SIGN_IN, {"login": user.email, "password": PASSWORD})

    text = client.get(CODE).text

    assert ("Demonstration: the code from the authenticator app is" in text) == is_demo
    code = app_code(user)
    assert (f"{code[:3]} {code[3:]}" in text) == is_demo


def test_demonstration_shows_a_code_that_was_not_used(client, settings):
    settings.IS_DEMO = True
    user = with_app(person(Role.MST_UK_STAFF))
    with time_machine.travel("2026-03-02 09:00:05+00:00", tick=False):
        enter(client, user)
        second = Client()
        second.post(SIGN_IN, {"login": user.email, "password": PASSWORD})
        shown = second.get(CODE).context["demonstration_code"]
        second.post(CODE, {"code": shown})

        assert is_in(second)


def test_lead_removes_the_second_factor_of_somebody_who_lost_it(client, sign_in, mailoutbox):
    user = with_app(person(Role.MST_UK_STAFF))
    lead = person(Role.MST_UK_LEAD)
    enter(client, user)

    sign_in(lead).post(f"/people/{user.pk}/forget-second-factor/")

    assert not is_in(client)
    assert not Authenticator.objects.exists()
    assert [(message.to, message.subject) for message in mailoutbox] == [
        ([user.email], "Your second factor was removed")
    ]
    assert actions()[-1] == "second-factor.forgotten"
    response = client.post(SIGN_IN, {"login": user.email, "password": PASSWORD}, follow=True)
    assert "One more step" in response.text


def test_operator_removes_it_when_nobody_else_can(mailoutbox):
    user = with_app(person(Role.MST_UK_LEAD))

    call_command("forget_second_factor", user.email.upper())

    assert not Authenticator.objects.exists()
    assert actions() == ["second-factor.forgotten"]
    with pytest.raises(CommandError):
        call_command("forget_second_factor", "nobody@example.org")


def test_operator_invites_the_first_lead(client):
    call_command("invite_lead", "--email", "first@example.org", "--name", "First Lead")

    client.post(link_in_mail(), {"full_name": "First Lead", "password": PASSWORD})
    assert client.get("/")["Location"] == FACTORS
