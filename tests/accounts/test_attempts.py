"""Attempts are counted in rows: the limits hold, and nobody can read whose attempts they were."""

import pytest
import time_machine
from django.core.cache import cache
from django.utils import timezone

from mst_sites.accounts import attempts
from mst_sites.accounts.models import Attempts
from mst_sites.accounts.permissions import Role
from mst_sites.accounts.tasks import clear_sessions
from tests.accounts.people import PASSWORD, with_app
from tests.accounts.test_limits import TOO_MANY, guess
from tests.factories import person

pytestmark = pytest.mark.django_db
START = "2026-03-02 09:00:00+00:00"


@pytest.fixture(autouse=True)
def rows(settings, monkeypatch):
    """Count in the test's own transaction."""
    monkeypatch.setattr(attempts, "CONNECTION", "default")
    settings.CACHES = {"default": {"BACKEND": "mst_sites.accounts.attempts.AttemptCache"}}


def test_ten_wrong_passwords_stop_even_the_right_one_for_a_quarter_of_an_hour():
    user = with_app(person(Role.MST_UK_STAFF))
    with time_machine.travel(START, tick=False) as clock:
        assert not [n for n in range(10) if TOO_MANY in guess(user.email).text]
        assert TOO_MANY in guess(user.email, password=PASSWORD).text
        kept = str(list(Attempts.objects.values()))

        clock.shift(timezone.timedelta(minutes=16))
        assert guess(user.email, password=PASSWORD).status_code == 302

    assert user.email not in kept
    assert "192.0.2" not in kept


def test_what_is_added_stays_until_it_ends():
    with time_machine.travel(START, tick=False) as clock:
        assert cache.add("key", [1.5], timeout=10)
        assert not cache.add("key", [2.5], timeout=10)
        assert cache.get("key") == [1.5]

        clock.shift(11)
        assert cache.get("key", "none") == "none"
        assert cache.add("key", [3.5], timeout=10)


def test_what_is_set_is_replaced_prolonged_and_deleted():
    with time_machine.travel(START, tick=False) as clock:
        cache.set("key", 1, timeout=10)
        cache.set("key", 2, timeout=10)
        assert cache.touch("key", 60)
        clock.shift(30)
        assert cache.get("key") == 2

        assert cache.delete("key")
        assert (cache.delete("key"), cache.touch("key"), "key" in cache) == (False, False, False)
        cache.set("key", 3, timeout=None)
        clock.shift(10**9)
        assert cache.get("key") == 3
        cache.clear()
        assert cache.get("key") is None


def test_counts_that_are_over_are_deleted_at_night():
    cache.set("over", 1, timeout=-1)
    cache.set("counting", 1, timeout=60)

    clear_sessions()

    assert cache.get("counting") == 1
    assert Attempts.objects.count() == 1
