"""Sessions: how long they last, where they are, and how they are ended."""

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.test import Client
from django.utils import timezone

from mst_sites.accounts.permissions import Role
from mst_sites.directory.account_queries import device_of
from tests.accounts.people import actions, enter, is_in, with_app
from tests.factories import person

pytestmark = pytest.mark.django_db
START = "2026-03-02 09:00:00+00:00"
LIST = "/account/sessions/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit Version/18.0 Safari/604.1"
)


@pytest.fixture
def user():
    return with_app(person(Role.MST_UK_STAFF))


def minutes(number):
    return timezone.timedelta(minutes=number)


@pytest.mark.parametrize(("idle", "still_in"), [(59, True), (60, False), (61, False)])
def test_session_ends_after_an_hour_without_use(client, user, idle, still_in):
    with time_machine.travel(START, tick=False) as clock:
        enter(client, user)
        clock.shift(minutes(idle))

        assert is_in(client) == still_in


def test_idle_limit_slides_with_use(client, user):
    with time_machine.travel(START, tick=False) as clock:
        enter(client, user)
        for _ in range(5):
            clock.shift(minutes(50))
            assert is_in(client)


def test_session_ends_after_twelve_hours_in_any_case(client, user):
    with time_machine.travel(START, tick=False) as clock:
        enter(client, user)
        for _ in range(23):
            clock.shift(minutes(30))
            assert is_in(client)
        clock.shift(minutes(30))

        assert not is_in(client)


def test_old_cookie_is_worth_nothing_after_the_end(client, user):
    with time_machine.travel(START, tick=False) as clock:
        enter(client, user)
        kept = client.cookies[settings.SESSION_COOKIE_NAME].value
        clock.shift(minutes(61))
        client.get("/")
        thief = Client()
        thief.cookies[settings.SESSION_COOKIE_NAME] = kept
        clock.shift(-minutes(61))

        assert not is_in(thief)


def test_page_says_when_the_session_ends_and_extending_starts_the_clock_again(client, user):
    with time_machine.travel(START, tick=False) as clock:
        enter(client, user)
        assert 'data-session-seconds="3600"' in client.get(LIST).text
        clock.shift(minutes(58))

        answer = client.get("/account/sessions/extend/")

        assert (answer.status_code, answer.text) == (200, "3600")
        clock.shift(minutes(59))
        assert is_in(client)


def test_extending_does_not_go_past_twelve_hours(client, user):
    with time_machine.travel(START, tick=False) as clock:
        enter(client, user)
        for _ in range(14):
            clock.shift(minutes(50))
            last = client.get("/account/sessions/extend/")

        assert last.text == str((12 * 60 - 14 * 50) * 60)


def test_extending_a_session_that_is_over_is_refused(client, user):
    with time_machine.travel(START, tick=False) as clock:
        enter(client, user)
        clock.shift(minutes(60))

        assert client.get("/account/sessions/extend/").status_code == 302


def test_session_is_not_written_with_every_request(client, user, queries):
    with time_machine.travel(START, tick=False) as clock:
        enter(client, user)
        clock.shift(timezone.timedelta(seconds=30))
        with queries(3):
            client.get("/account/sessions/extend/")
        clock.shift(timezone.timedelta(seconds=31))
        with queries(4):
            client.get("/account/sessions/extend/")


def places(client):
    return [(s.device, s.is_current) for s in client.get(LIST).context["sessions"]]


def test_person_sees_own_sessions_and_ends_one(user):
    here, there = Client(HTTP_USER_AGENT=FIREFOX), Client(HTTP_USER_AGENT=SAFARI)
    enter(here, user)
    enter(there, user, ahead=1)
    assert places(here) == [("Firefox on Windows", True), ("Safari on iPhone", False)]

    number = next(s.id for s in here.get(LIST).context["sessions"] if not s.is_current)
    answers = [here.post(LIST + "end/", {"session": number}, follow=True) for _click in range(2)]

    said = [[str(message) for message in each.context["messages"]] for each in answers]
    assert said == [
        ["You are signed out there."],
        ["Nothing to do: you were not signed in there any more."],
    ]
    assert not is_in(there)
    assert places(here) == [("Firefox on Windows", True)]
    assert actions()[-1] == "sessions.ended"


def test_person_signs_out_everywhere_else(user):
    here, *others = Client(), Client(), Client()
    for ahead, each in enumerate([*others, here], start=-1):
        enter(each, user, ahead=ahead)

    here.post(LIST)

    assert [is_in(c) for c in (here, *others)] == [True, False, False]


@pytest.mark.parametrize("number", ["", "abc", "9" * 40, "٣"])
def test_ending_what_is_no_session_changes_nothing(sign_in, user, number):
    assert sign_in(user).post(LIST + "end/", {"session": number})["Location"] == LIST


def test_nobody_ends_sessions_of_others(client, sign_in, user):
    enter(client, user)
    other = sign_in(person(Role.MST_UK_LEAD))

    other.post(LIST + "end/", {"session": UserSession.objects.get(user=user).pk})

    assert is_in(client)


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        (FIREFOX, "Firefox on Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Linux"),
        ("curl/8.0", "A browser that does not say what it is"),
    ],
)
def test_device_is_told_in_words(user_agent, device):
    assert device_of(user_agent) == device
