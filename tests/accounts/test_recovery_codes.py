"""Recovery codes: seen once, kept as hashes, used once, and ended by new ones."""

import json
from importlib import import_module
from urllib.parse import unquote

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client

from mst_sites.accounts import operations, recovery_codes
from mst_sites.accounts.permissions import Role
from mst_sites.accounts.second_factors import SecondFactorAdapter
from tests.accounts.people import (
    CODE,
    PASSWORD,
    SECRET,
    SIGN_IN,
    actions,
    code_of,
    enter,
    is_in,
    with_app,
    with_password,
)
from tests.factories import UserFactory, person

pytestmark = pytest.mark.django_db
APP = "/account/second-factor/app/"
NEW = "/account/second-factor/recovery-codes/new/"


def stored():
    """Return all that the database holds of second factors and of sessions."""
    data = [json.dumps(row.data) for row in Authenticator.objects.all()]
    return "".join([*data, *(str(row.get_decoded()) for row in Session.objects.all())])


def codes_of(user):
    return operations.give_totp(user=with_password(user), secret=SECRET, by=None)[1]


def try_code(user, code):
    client = Client()
    client.post(SIGN_IN, {"login": user.email, "password": PASSWORD})
    client.post(CODE, {"code": code})
    return is_in(client)


def test_codes_are_shown_in_the_answer_that_made_them_and_never_again(client):
    user = with_password(person(Role.MST_UK_STAFF))
    client.post(SIGN_IN, {"login": user.email, "password": PASSWORD})
    secret = client.get(APP).context["form"].secret

    page = client.post(APP, {"code": code_of(secret)})

    codes = page.context["codes"]
    assert len(set(codes)) == 10
    assert all(f"<code>{code}</code>" in page.text and len(code) == 14 for code in codes)
    assert all(code in unquote(page.text.split("data:text/plain")[1]) for code in codes)
    for address in ("/account/", "/account/second-factor/", NEW):
        later = client.get(address, follow=True).text
        assert not [code for code in codes if code in later or code.replace(" ", "") in later]
    assert "10 codes" in " ".join(client.get("/account/second-factor/").text.split())
    assert client.get(NEW.removesuffix("new/")).status_code == 404
    assert not [code for code in codes if code.replace(" ", "") in stored()]


def test_code_lets_in_once_however_it_is_spaced():
    user = person(Role.MST_UK_STAFF)
    codes = codes_of(user)

    assert try_code(user, codes[3].replace(" ", "-"))
    assert not try_code(user, codes[3])
    assert try_code(user, codes[4].replace(" ", ""))
    assert not try_code(user, "")
    assert not try_code(user, "²²²²")


def test_code_of_somebody_else_opens_nothing():
    user, other = with_app(person(Role.MST_UK_STAFF)), UserFactory()

    assert not try_code(user, codes_of(other)[0])


def test_equal_codes_of_two_people_do_not_look_equal():
    assert recovery_codes.hash_of("1", user_id=1) != recovery_codes.hash_of("1", user_id=2)


def test_new_codes_ask_for_the_password_again_and_end_the_old_ones(client, mailoutbox):
    user = person(Role.MST_UK_STAFF)
    before = codes_of(user)
    enter(client, user)
    assert client.get(NEW)["Location"].startswith("/account/confirm/")
    assert client.post(NEW)["Location"].startswith("/account/confirm/")

    page = client.post("/account/confirm/", {"password": PASSWORD, "next": NEW})
    after = page.context["codes"]

    assert set(after).isdisjoint(before)
    assert [message.subject for message in mailoutbox] == ["New recovery codes were made"]
    assert actions() == ["person.signed-in", "recovery-codes.made"]
    assert not try_code(user, before[0])
    assert try_code(user, after[0])


def test_codes_work_with_the_key_of_before_and_not_without_it(settings):
    user = UserFactory()
    codes = codes_of(user)
    row = Authenticator.objects.get(user=user, type="recovery_codes").wrap()

    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "a new key", [settings.SECRET_KEY]
    assert row.validate_code(codes[0])
    settings.SECRET_KEY_FALLBACKS = []
    assert not row.validate_code(codes[1])


def migrate():
    migration = import_module("mst_sites.accounts.migrations.0002_hash_recovery_codes")
    migration.hash_codes(apps, connection.schema_editor)


def test_codes_on_paper_work_after_the_change():
    user = with_password(person(Role.MST_UK_STAFF))
    codes_of(user)
    row = Authenticator.objects.get(user=user, type="recovery_codes")
    row.data = {"seed": SecondFactorAdapter().encrypt("a seed"), "used_mask": 0b1}
    old = RecoveryCodes(row).generate_codes()
    row.save()

    migrate()

    kept = Authenticator.objects.get(pk=row.pk).data
    assert list(kept) == ["hashes"]
    assert not [code for code in old if code in str(kept)]
    assert [try_code(user, code) for code in old[:3]] == [False, True, True]


def test_codes_of_a_lost_key_are_none_and_said_to_be(client, capsys):
    user = with_app(person(Role.MST_UK_STAFF))
    row = Authenticator.objects.get(user=user, type="recovery_codes")
    row.data = {"seed": "written with another key", "used_mask": 0}
    row.save()

    migrate()
    enter(client, user)

    assert (
        f"Recovery codes of {user.pk} were written with another SECRET_KEY"
        in capsys.readouterr().out
    )
    assert "0 codes" in " ".join(client.get("/account/second-factor/").text.split())
