"""Signing in: who gets in, with what, and what is told to those who do not."""

import pytest
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.test import Client

from mst_sites.accounts.permissions import Role
from mst_sites.audit.models import AuditEntry
from tests.accounts.people import (
    CODE,
    PASSWORD,
    SIGN_IN,
    actions,
    app_code,
    enter,
    is_in,
    with_app,
    with_password,
)
from tests.factories import SiteFactory, UserFactory, person

pytestmark = pytest.mark.django_db


def test_person_signs_in_with_password_and_code(client):
    user = with_app(person(Role.MST_UK_STAFF))

    first = client.post(SIGN_IN, {"login": user.email, "password": PASSWORD})
    second = client.post(CODE, {"code": app_code(user)})

    assert (first.status_code, first["Location"]) == (302, CODE)
    assert (second.status_code, second["Location"]) == (302, "/")
    assert is_in(client)
    assert list(AuditEntry.objects.values_list("action", "actor", "details")) == [
        ("person.signed-in", user.pk, {"by": ["password", "totp"]})
    ]


def test_password_alone_opens_nothing(client):
    user = with_app(person(Role.MST_UK_STAFF))

    client.post(SIGN_IN, {"login": user.email, "password": PASSWORD})

    assert client.get("/sites/")["Location"] == "/account/sign-in/?next=/sites/"


def test_person_without_need_signs_in_with_password_alone(client):
    user = with_password(person(Role.STEERING_GROUP_MEMBER, site=SiteFactory()))

    response = client.post(SIGN_IN, {"login": user.email, "password": PASSWORD})

    assert response["Location"] == "/"
    assert is_in(client)


def test_letter_case_of_the_address_does_not_matter(client):
    user = with_password(person(Role.STEERING_GROUP_MEMBER, site=SiteFactory()))

    client.post(SIGN_IN, {"login": user.email.upper(), "password": PASSWORD})

    assert is_in(client)


def test_closed_account_is_told_so_and_stays_out(client):
    user = with_password(UserFactory(is_active=False))

    response = client.post(SIGN_IN, {"login": user.email, "password": PASSWORD})

    assert response["Location"] == "/account/closed/"
    assert not is_in(client)
    assert "This account is closed" in client.get("/account/closed/").text


def test_closing_an_account_ends_its_session_at_once(client):
    user = with_password(person(Role.STEERING_GROUP_MEMBER, site=SiteFactory()))
    client.post(SIGN_IN, {"login": user.email, "password": PASSWORD})

    user.is_active = False
    user.save()

    assert not is_in(client)


def answer_without_what_was_typed(email):
    response = Client().post(SIGN_IN, {"login": email, "password": "a wrong one indeed"})
    return response.status_code, without_tokens(response.text).replace(email, "")


def without_tokens(text):
    """Return a page without what differs between two visits."""
    return "\n".join(line for line in text.splitlines() if "csrf" not in line.lower())


def test_wrong_sign_in_says_the_same_whether_or_not_somebody_is_there():
    known = with_app(person(Role.MST_UK_STAFF)).email
    invited = UserFactory().email
    closed = with_password(UserFactory(is_active=False)).email

    answers = {answer_without_what_was_typed(e) for e in (known, invited, closed, "no@example.org")}

    assert len(answers) == 1
    assert "The e-mail address or the password is not right." in answers.pop()[1]


@pytest.mark.real_passwords
def test_wrong_sign_in_costs_as_much_hashing_whether_or_not_somebody_is_there(monkeypatch):
    """Hashing takes nearly all of the time, and counting it is steadier than a clock."""
    hashed = []
    for name in ("encode", "verify"):
        original = getattr(Argon2PasswordHasher, name)
        monkeypatch.setattr(
            Argon2PasswordHasher, name, lambda *args, _do=original: hashed.append(1) or _do(*args)
        )
    known = with_password(UserFactory()).email
    closed = with_password(UserFactory(is_active=False)).email
    costs = []

    for email in (known, closed, UserFactory().email, "nobody@example.org"):
        hashed.clear()
        Client().post(SIGN_IN, {"login": email, "password": "a wrong one indeed"})
        costs.append(len(hashed))

    assert costs == [1, 1, 1, 1]


def test_wrong_sign_in_is_recorded_without_the_address(client):
    client.post(SIGN_IN, {"login": "Typed@example.org", "password": "wrong wrong wrong"})
    client.post(SIGN_IN, {"login": "typed@example.org", "password": "wrong again again"})

    first, second = AuditEntry.objects.of_site(None)
    assert (first.action, first.actor, first.actor_name) == ("sign-in.failed", None, "system")
    assert first.details == second.details
    assert list(first.details) == ["address"]
    assert "typed" not in str(vars(first)).lower()


def test_signing_out_needs_a_post_and_kills_the_session_on_the_server(client):
    user = with_app(person(Role.MST_UK_STAFF))
    enter(client, user)
    kept = client.cookies[settings.SESSION_COOKIE_NAME].value

    assert client.get("/account/sign-out/").status_code == 200
    assert is_in(client)
    assert client.post("/account/sign-out/")["Location"] == SIGN_IN

    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = kept
    assert not is_in(thief)
    assert actions() == ["person.signed-in", "person.signed-out"]


def test_session_gets_a_new_number_at_each_step(client):
    user = with_app(person(Role.MST_UK_STAFF))
    client.get(SIGN_IN)
    numbers = []
    client.post(SIGN_IN, {"login": user.email, "password": PASSWORD})
    numbers.append(client.cookies[settings.SESSION_COOKIE_NAME].value)
    client.post(CODE, {"code": app_code(user)})
    numbers.append(client.cookies[settings.SESSION_COOKIE_NAME].value)

    assert len(set(numbers)) == 2


def test_nobody_signs_up(client):
    assert [
        client.get(f"/account/{page}/").status_code for page in ("signup", "email", "social")
    ] == [
        404,
        404,
        404,
    ]


@pytest.mark.real_passwords
def test_production_hashes_with_argon2():
    assert settings.PASSWORD_HASHERS == ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    assert with_password(UserFactory()).password.startswith("argon2$argon2id$")
