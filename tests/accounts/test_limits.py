"""Guessing is slowed down, and the owner is not locked out by it."""

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from mst_sites.accounts.permissions import Role
from tests.accounts.people import (
    CODE,
    PASSWORD,
    SIGN_IN,
    app_code,
    enter,
    failures,
    invited,
    is_in,
    with_app,
)
from tests.factories import person

pytestmark = pytest.mark.django_db
TOO_MANY = "Too many attempts"
WRONG = "guessed guessed"


@pytest.fixture
def user():
    return with_app(person(Role.MST_UK_STAFF))


def guess(email, address="192.0.2.7", password=WRONG, **headers):
    return Client(REMOTE_ADDR=address, **headers).post(
        SIGN_IN, {"login": email, "password": password}
    )


def test_ten_wrong_passwords_stop_even_the_right_one_for_a_quarter_of_an_hour(user):
    with time_machine.travel("2026-03-02 09:00:00+00:00", tick=False) as clock:
        assert not [n for n in range(10) if TOO_MANY in guess(user.email).text]
        assert TOO_MANY in guess(user.email, password=PASSWORD).text

        clock.shift(timezone.timedelta(minutes=16))
        assert guess(user.email, password=PASSWORD).status_code == 302


def test_at_most_twenty_guesses_an_hour(user):
    answered = 0
    with time_machine.travel("2026-03-02 09:00:00+00:00", tick=False) as clock:
        for _ in range(60):
            answered += TOO_MANY not in guess(user.email).text
            clock.shift(timezone.timedelta(seconds=59))

    assert answered <= 20


def test_owner_gets_in_from_another_network(user):
    for _ in range(11):
        guess(user.email, address="192.0.2.7")

    assert TOO_MANY in guess(user.email, address="192.0.2.200", password=PASSWORD).text
    assert guess(user.email, address="198.51.100.1", password=PASSWORD)["Location"] == CODE


def test_address_of_ipv4_is_the_same_when_it_is_written_as_one_of_ipv6(user):
    for _ in range(10):
        guess(user.email, address="::ffff:192.0.2.7")

    assert TOO_MANY in guess(user.email, address="192.0.2.8", password=PASSWORD).text
    elsewhere = guess(user.email, address="::ffff:198.51.100.1", password=PASSWORD)
    assert elsewhere["Location"] == CODE


def test_network_of_ipv6_is_its_first_half(user):
    for _ in range(11):
        guess(user.email, address="2001:db8:1:1::1")

    assert TOO_MANY in guess(user.email, address="2001:db8:1:1:ffff::9", password=PASSWORD).text
    assert guess(user.email, address="2001:db8:1:2::1", password=PASSWORD)["Location"] == CODE


@pytest.mark.parametrize("header", ["HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_FORWARDED"])
def test_invented_address_changes_nothing(user, header):
    for number in range(10):
        guess(user.email, **{header: f"203.0.113.{number}"})

    assert TOO_MANY in guess(user.email, password=PASSWORD, **{header: "203.0.113.99"}).text


def test_proxy_of_ones_own_is_believed_for_the_last_address_only(user, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(10):
        guess(user.email, HTTP_X_FORWARDED_FOR=f"203.0.113.{number}, 198.51.100.7")

    again = {"HTTP_X_FORWARDED_FOR": "203.0.113.99, 198.51.100.7"}
    assert TOO_MANY in guess(user.email, password=PASSWORD, **again).text
    elsewhere = {"HTTP_X_FORWARDED_FOR": "198.51.100.7, 203.0.113.99"}
    assert guess(user.email, password=PASSWORD, **elsewhere)["Location"] == CODE


def test_request_that_came_past_ones_own_proxies_is_counted_by_who_called(user, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2
    for number in range(10):
        guess(user.email, HTTP_X_FORWARDED_FOR=f"203.0.113.{number}")

    again = {"HTTP_X_FORWARDED_FOR": "203.0.113.99"}
    assert TOO_MANY in guess(user.email, password=PASSWORD, **again).text


@pytest.fixture
def six_from_one_address(settings):
    limits = settings.ACCOUNT_RATE_LIMITS
    assert limits["login_failed_from"] == "100/h/ip"
    settings.ACCOUNT_RATE_LIMITS = {**limits, "login_failed_from": "6/h/ip"}


def guess_names(*numbers):
    return [TOO_MANY in guess(f"name-{number}@example.org").text for number in numbers]


def test_whoever_goes_through_many_names_is_stopped_too(six_from_one_address):
    assert guess_names(*range(7)) == [False] * 6 + [True]


def test_signing_in_oneself_in_between_does_not_start_the_count_again(six_from_one_address, user):
    own = Client(REMOTE_ADDR="192.0.2.7")
    assert guess_names(*range(5)) == [False] * 5

    enter(own, user)

    assert is_in(own)
    assert guess_names(5, 6) == [False, True]


def test_limit_says_the_same_for_an_address_that_nobody_has(user):
    for _ in range(10):
        guess(user.email)
        guess("nobody@example.org")

    known, unknown = guess(user.email), guess("nobody@example.org")
    assert (known.status_code, TOO_MANY in known.text) == (
        unknown.status_code,
        TOO_MANY in unknown.text,
    )


def test_codes_are_guessed_ten_times(client, user):
    client.post(SIGN_IN, {"login": user.email, "password": PASSWORD})
    for _ in range(10):
        assert TOO_MANY not in client.post(CODE, {"code": "000000"}).text

    assert TOO_MANY in client.post(CODE, {"code": app_code(user)}).text
    assert len(failures()) == 10


def test_many_resets_get_a_page_in_plain_english(client):
    for _ in range(5):
        assert (
            client.post("/account/password/reset/", {"email": "a@example.org"}).status_code == 302
        )

    response = client.post("/account/password/reset/", {"email": "a@example.org"})

    assert response.status_code == 429
    assert "Wait a quarter of an hour, then try again." in response.text


def test_invitations_are_limited(client):
    _, link = invited()
    for _ in range(30):
        assert client.post(link, {"full_name": "", "password": ""}).status_code == 422

    assert client.post(link, {"full_name": "", "password": ""}).status_code == 429
