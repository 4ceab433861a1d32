"""Passkeys: set up, signed in with alone or as the second step, renamed and removed."""

import json

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from mst_sites.accounts.permissions import Role
from tests.accounts.device import Device
from tests.accounts.people import (
    CODE,
    PASSWORD,
    SIGN_IN,
    actions,
    failures,
    is_in,
    with_password,
)
from tests.factories import person

pytestmark = pytest.mark.django_db
HOST = "testserver.localhost"
NEW = "/account/passkeys/new/"
ALONE = "/account/passkeys/sign-in/"


@pytest.fixture(autouse=True)
def host(settings):
    settings.ALLOWED_HOSTS = [HOST]


def browser():
    return Client(HTTP_HOST=HOST)


@pytest.fixture
def user():
    return with_password(person(Role.MST_UK_STAFF))


def add(client, user, device, name="Work laptop", answered=str):
    client.post(SIGN_IN, {"login": user.email, "password": PASSWORD})
    options = client.get(NEW).context["js_data"]
    answer = answered(device.create(json.loads(json.dumps(options))))
    return client.post(NEW, {"name": name, "passwordless": "on", "credential": answer})


def options_for_signing_in(client):
    return client.get(ALONE, headers={"accept": "application/json"}).json()


def test_passkey_is_a_second_factor_from_its_first_day(user, mailoutbox):
    client = browser()

    response = add(client, user, Device())

    assert len(response.context["codes"]) == 10
    assert is_in(client)
    assert [message.subject for message in mailoutbox] == ["A passkey was added"]
    assert actions() == ["person.signed-in", "second-factor.added"]


def test_passkey_signs_in_alone_and_counts_as_both_factors(user):
    device = Device()
    add(browser(), user, device)
    client = browser()

    response = client.post(ALONE, {"credential": device.get(options_for_signing_in(client))})

    assert response["Location"] == "/"
    assert is_in(client)


def test_passkey_that_asks_for_no_pin_is_the_second_step_alone(user):
    device, other = Device(), Device()
    add(browser(), user, device)
    device.asks_for_pin = other.asks_for_pin = False
    alone, after = browser(), browser()

    alone.post(ALONE, {"credential": device.get(options_for_signing_in(alone))})
    after.post(SIGN_IN, {"login": user.email, "password": PASSWORD})
    after.post(CODE, {"credential": device.get(after.get(CODE).context["js_data"])})

    assert [is_in(alone), is_in(after)] == [False, True]
    add(browser(), with_password(person(Role.MST_UK_LEAD)), other)
    assert Authenticator.objects.filter(type="webauthn").count() == 1


def test_passkey_is_the_second_step_after_the_password(user):
    device = Device()
    add(browser(), user, device)
    client = browser()
    assert client.post(SIGN_IN, {"login": user.email, "password": PASSWORD})["Location"] == CODE

    page = client.get(CODE)
    client.post(CODE, {"credential": device.get(page.context["js_data"])})

    assert is_in(client)


def test_answer_is_taken_once_and_from_this_site_only(user):
    device = Device()
    add(browser(), user, device)
    client = browser()
    answer = device.get(options_for_signing_in(client))
    client.post(ALONE, {"credential": answer})
    thief = browser()
    options_for_signing_in(thief)
    thief.post(ALONE, {"credential": answer})
    elsewhere = browser()
    device.origin = "https://evil.example"
    elsewhere.post(ALONE, {"credential": device.get(options_for_signing_in(elsewhere))})

    assert [is_in(c) for c in (client, thief, elsewhere)] == [True, False, False]


def test_another_device_does_not_get_in(user):
    device, other = Device(), Device()
    add(browser(), user, device)
    other.credential, other.user_handle = device.credential, device.user_handle
    client = browser()

    client.post(ALONE, {"credential": other.get(options_for_signing_in(client))})
    client.post(SIGN_IN, {"login": user.email, "password": PASSWORD})
    client.post(CODE, {"credential": other.get(client.get(CODE).context["js_data"])})

    assert not is_in(client)
    assert failures() == [(None, str(user.pk), {"type": "passkey"})] * 2


def without(answer, *keys):
    """Return an answer without one of its parts."""
    found = json.loads(answer)
    *way, last = keys
    at = found
    for key in way:
        at = at[key]
    del at[last]
    return json.dumps(found)


# What anybody may send, and what of it Python, the library or PostgreSQL would stumble over.
NONSENSE = {
    "nothing": lambda answer: "",
    "null": lambda answer: "null",
    "empty": lambda answer: "{}",
    "a list": lambda answer: "[]",
    "no JSON": lambda answer: "nonsense",
    "a user alone": lambda answer: '{"response": {"userHandle": "AA"}}',
    "a hundred thousand brackets": lambda answer: "[" * 100_000,
    "a number of a million digits": lambda answer: "9" * 1_000_000,
    "a number too long for Python": lambda answer: f'{{"id": {"9" * 5_000}}}',
    "no id": lambda answer: without(answer, "rawId"),
    "no signature": lambda answer: without(
        answer, "response", "signature" if "userHandle" in answer else "attestationObject"
    ),
    "a word for its extensions": lambda answer: answer.replace("{}", '"x"').replace(
        '{"credProps": {"rk": true}}', '"x"'
    ),
    "more than infinite": lambda answer: answer.replace("true", "1e999").replace(
        "{}", '{"x": 1e999}'
    ),
    "half a letter": lambda answer: answer.replace("true", '"\\ud800"').replace(
        "{}", '{"x": "\\u0000"}'
    ),
}


@pytest.mark.parametrize("name", NONSENSE)
def test_nonsense_is_refused_in_words(name, user):
    device = Device()
    setter = browser()
    added = add(setter, user, Device(), answered=NONSENSE[name])
    add(setter, user, device)
    client, second = browser(), browser()
    alone = NONSENSE[name](device.get(options_for_signing_in(client)))
    second.post(SIGN_IN, {"login": user.email, "password": PASSWORD})
    step = NONSENSE[name](device.get(second.get(CODE).context["js_data"]))

    answers = [
        added,
        client.post(ALONE, {"credential": alone}, follow=True),
        second.post(CODE, {"credential": step}),
    ]

    assert [answer.status_code for answer in answers] == [200] * 3
    assert Authenticator.objects.filter(type="webauthn").count() == 1
    assert not is_in(client)
    assert not is_in(second)


def own_passkey():
    return f"/account/passkeys/{Authenticator.objects.get(type='webauthn').data['credential']['rawId']}/"


def test_passkey_is_renamed_and_removed(user, mailoutbox):
    client = browser()
    add(client, user, Device())

    client.post(own_passkey() + "change/", {"name": "Old laptop"})
    assert "Old laptop" in client.get("/account/second-factor/").text
    assert actions()[-1] == "second-factor.renamed"
    client.post(own_passkey() + "remove/")

    assert not Authenticator.objects.exists()
    assert mailoutbox[-1].subject == "A passkey was removed"
    assert actions()[-1] == "second-factor.removed"
    assert client.get("/")["Location"] == "/account/second-factor/"


def test_nobody_touches_passkeys_of_others(user):
    add(browser(), user, Device())
    other = browser()
    add(other, with_password(person(Role.MST_UK_LEAD)), Device())
    theirs = Authenticator.objects.filter(user=user, type="webauthn").get()
    address = f"/account/passkeys/{theirs.data['credential']['rawId']}/"

    for page in ("change/", "remove/"):
        assert other.get(address + page).status_code == 404
        assert other.post(address + page, {"name": "mine"}).status_code == 404
