"""What two people do in the same moment, each on a connection of their own: the second waits for the first."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection

from implementation.models import OpeningChange, SiteFact, StageTransition
from implementation.operations.facts import record_fact, withdraw_fact
from implementation.operations.moves import move_plan
from implementation.operations.plans import change_opening
from mst_sites.tenancy.scope import whole_scope
from tests.factories import PlanFactory, SiteFactory

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 6, 1, 10, tzinfo=UTC)
TODAY = date(2026, 6, 1)
BY = {"now": NOW, "by": None}
LONGEST = 10  # seconds
IS_WAITED_FOR = """
    select exists (select from pg_locks where not granted and pg_backend_pid() = any(pg_blocking_pids(pid)))
"""


def one_during_another(first, second):
    """Do one thing, and the second before the first is committed, until it waits; return what both come to."""
    with ThreadPoolExecutor(1) as pool:
        with whole_scope():
            done = first()
            other = pool.submit(on_its_own_connection, second)
            wait_for(other)
        return done, other.result()


def on_its_own_connection(act):
    try:
        with whole_scope():
            return act()
    finally:
        connection.close()


def wait_for(other):
    """Wait until the other connection waits for this one, or is done."""
    until = time.monotonic() + LONGEST
    with connection.cursor() as cursor:
        while not other.done() and time.monotonic() < until:
            cursor.execute(IS_WAITED_FOR)
            if cursor.fetchone()[0]:
                return
            time.sleep(0.01)
    assert other.done()


def test_fact_recorded_while_somebody_takes_it_back_leaves_the_reason_alone():
    with whole_scope():
        site = SiteFactory()
        values = {"site": site, "code": "LICENCE_SIGNED", **BY}
        fact = record_fact(**values, holds_on=TODAY - timedelta(days=9))

    _withdrawn, recorded = one_during_another(
        lambda: withdraw_fact(fact=fact, reason="It was the draft.", **BY),
        lambda: record_fact(**values, holds_on=TODAY),
    )

    with whole_scope():
        assert SiteFact.objects.get(pk=fact.pk).withdrawn_reason == "It was the draft."
        assert SiteFact.objects.standing().get() == recorded


def test_move_clicked_twice_is_one_move():
    with whole_scope():
        plan = PlanFactory(started_on=date(2026, 1, 5))
        given = {"version": 1, "kind": "HOLD", "happened_on": TODAY, "reason": "FUNDING"}
        given |= {"plan": plan, "move_id": uuid4(), **BY}

    moved, again = one_during_another(lambda: move_plan(**given), lambda: move_plan(**given))

    with whole_scope():
        assert StageTransition.objects.filter(kind="HOLD").count() == 1
    assert (again.state, again.version) == (moved.state, moved.version) == ("ON_HOLD", 2)


def test_opening_changed_by_two_clicks_is_changed_once():
    with whole_scope():
        plan = PlanFactory(started_on=date(2026, 1, 5))
        day = TODAY + timedelta(days=90)
        given = {"version": 1, "new_on": day, "reason": "FIRST_PLANNED", "change_id": uuid4()}
        given |= {"plan": plan, **BY}

    changed, again = one_during_another(
        lambda: change_opening(**given), lambda: change_opening(**given)
    )

    with whole_scope():
        assert OpeningChange.objects.count() == 1
    assert (again.planned_opening_on, again.version) == (day, changed.version) == (day, 2)
