"""Moves of a site: from stage to stage, on hold and on again, withdrawn, opened; each on record for ever."""

from datetime import date
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from implementation.models import Plan, StageTransition
from implementation.operations import moves
from mst_sites.audit.models import AuditEntry
from mst_sites.tenancy.versions import ClashError

pytestmark = pytest.mark.django_db

DAY = date(2026, 4, 1)


@pytest.fixture
def go(lead, now):
    """Return a function that moves a plan on, from where the last move left it."""

    def move(plan, kind, **values):
        given = {"version": plan.version, "happened_on": DAY, **values}
        return moves.move_plan(plan=plan, kind=kind, **given, now=now, by=lead)

    return move


def test_move_plan_to_a_stage(plan, go, lead, now):
    moved = go(plan, "MOVE", to_stage="B")

    assert (moved.stage, moved.stage_since, moved.state, moved.version) == ("B", DAY, "ACTIVE", 2)
    move = StageTransition.objects.get(kind="MOVE")
    assert (move.from_stage, move.to_stage, move.happened_on) == ("A", "B", DAY)
    assert (move.recorded_by, move.recorded_at) == (lead, now)
    entry = AuditEntry.objects.get(action="plan.moved")
    assert (entry.actor, entry.details["from_stage"], entry.details["to_stage"]) == (
        lead,
        "A",
        "B",
    )
    plan.site.refresh_from_db()
    assert (plan.site.phase, plan.site.version) == ("SET_UP", 1)


def test_move_plan_may_leave_stages_out(plan, go):
    assert go(plan, "MOVE", to_stage="E").stage == "E"


def test_move_plan_back_says_why(plan, go):
    forward = go(plan, "MOVE", to_stage="C")

    with pytest.raises(ValidationError, match="Say why the site goes back"):
        go(forward, "MOVE", to_stage="B")

    back = go(forward, "MOVE", to_stage="B", note="Funding is asked for anew.")
    assert back.stage == "B"


@pytest.mark.parametrize(
    ("kind", "reason", "state", "phase"),
    [
        ("HOLD", "FUNDING", "ON_HOLD", "ON_HOLD"),
        ("WITHDRAW", "OTHER_SERVICE", "WITHDRAWN", "WITHDRAWN"),
    ],
)
def test_move_plan_stops_a_site(kind, reason, state, phase, plan, go):
    stopped = go(plan, kind, reason=reason)

    assert (stopped.state, stopped.stage, stopped.stage_since) == (state, "A", plan.started_on)
    assert (stopped.turn, stopped.turn_since, stopped.next_due_on) == ("", None, None)
    plan.site.refresh_from_db()
    assert plan.site.phase == phase

    on = go(stopped, "RESUME")
    assert (on.state, on.turn) == ("ACTIVE", "MST_UK")
    plan.site.refresh_from_db()
    assert plan.site.phase == "SET_UP"


def test_move_plan_opens_a_site(plan, go):
    opened = go(plan, "OPEN")

    assert (opened.state, opened.stage, opened.stage_since) == ("OPEN", "F", DAY)
    plan.site.refresh_from_db()
    assert (plan.site.phase, plan.site.opened_on) == ("LIVE", DAY)


def test_move_plan_takes_an_open_site_up_again_as_open(plan, go):
    held = go(go(plan, "OPEN"), "HOLD", reason="RECRUITMENT")

    assert go(held, "RESUME").state == "OPEN"
    plan.site.refresh_from_db()
    assert (plan.site.phase, plan.site.opened_on) == ("LIVE", DAY)


@pytest.mark.parametrize(
    ("kind", "values", "field"),
    [
        ("MOVE", {"to_stage": "A"}, "to_stage"),
        ("MOVE", {"to_stage": "F"}, "to_stage"),
        ("MOVE", {"to_stage": "X"}, "to_stage"),
        ("MOVE", {}, "to_stage"),
        ("MOVE", {"to_stage": "B", "reason": "FUNDING"}, "reason"),
        ("MOVE", {"to_stage": "B", "happened_on": date(2026, 6, 2)}, "happened_on"),
        ("MOVE", {"to_stage": "B", "happened_on": date(2026, 3, 1)}, "happened_on"),
        ("HOLD", {}, "reason"),
        ("HOLD", {"reason": "NONSENSE"}, "reason"),
        ("WITHDRAW", {"reason": "NEED", "note": "Born 1 May 2012"}, "note"),
    ],
)
def test_move_plan_refuses(kind, values, field, plan, go):
    with pytest.raises(ValidationError) as refused:
        go(plan, kind, **values)

    assert list(refused.value.error_dict) == [field]
    assert StageTransition.objects.count() == 1
    assert Plan.objects.get().version == 1


@pytest.mark.parametrize(
    ("before", "kind", "values"),
    [
        (None, "RESUME", {}),
        (None, "START", {}),
        (("HOLD", {"reason": "NEED"}), "MOVE", {"to_stage": "B"}),
        (("HOLD", {"reason": "NEED"}), "HOLD", {"reason": "NEED"}),
        (("HOLD", {"reason": "NEED"}), "OPEN", {}),
        (("WITHDRAW", {"reason": "NEED"}), "WITHDRAW", {"reason": "NEED"}),
        (("OPEN", {}), "WITHDRAW", {"reason": "NEED"}),
        (("OPEN", {}), "OPEN", {}),
    ],
)
def test_move_plan_refuses_what_the_state_forbids(before, kind, values, plan, go):
    if before:
        plan = go(plan, before[0], **before[1])

    with pytest.raises(moves.ImpossibleMoveError):
        go(plan, kind, **values)


def test_move_plan_keeps_the_order_of_its_history(plan, go):
    moved = go(plan, "MOVE", to_stage="B")

    with pytest.raises(ValidationError, match="moved last on 1 April 2026"):
        go(moved, "MOVE", to_stage="C", happened_on=date(2026, 3, 31))


def test_move_plan_sent_twice_is_one_move(plan, go):
    number = uuid4()
    go(plan, "MOVE", to_stage="B", move_id=number)

    again = go(plan, "MOVE", to_stage="B", move_id=number)

    assert again.stage == "B"
    assert StageTransition.objects.filter(kind="MOVE").count() == 1


def test_move_plan_refuses_a_version_that_moved_on(plan, go):
    go(plan, "MOVE", to_stage="B")

    with pytest.raises(ClashError):
        go(plan, "MOVE", to_stage="C")


def test_move_plan_leaves_nothing_behind_when_it_fails(plan, go, broken_audit):
    with pytest.raises(broken_audit):
        go(plan, "HOLD", reason="FUNDING")

    plan.refresh_from_db()
    plan.site.refresh_from_db()
    assert (plan.state, plan.site.phase) == ("ACTIVE", "SET_UP")
    assert StageTransition.objects.count() == 1


def test_transitions_never_change(plan):
    with pytest.raises(DatabaseError), transaction.atomic():
        StageTransition.objects.update(happened_on=DAY)
