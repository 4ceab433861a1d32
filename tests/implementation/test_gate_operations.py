"""Decisions at gates: what they move, what they refuse, and that they stay."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from implementation.models import Activity, GateDecision, Plan, StageTransition
from implementation.operations import gates, moves
from implementation.queries.verdicts import Verdict
from mst_sites.accounts.permissions import Role
from mst_sites.audit.models import AuditEntry
from mst_sites.tenancy.models import Team
from mst_sites.tenancy.versions import ClashError
from tests.factories import TeamFactory, person
from tests.implementation.gate_story import at_noon, bring, consult, decide, meet, tell

pytestmark = pytest.mark.django_db

DAY = date(2026, 4, 1)


@pytest.fixture
def staff():
    return person(Role.MST_UK_STAFF)


def test_decide_gate_passes_and_moves_the_site_on(plan, lead):
    meet(plan, "GO", DAY, by=lead)

    decision = decide(plan, "GO", DAY, by=lead, note="Forty families a year.")

    plan.refresh_from_db()
    assert (plan.stage, plan.stage_since, plan.state) == ("C", DAY, "ACTIVE")
    assert (decision.outcome, decision.open_items, decision.override_reason) == ("PASSED", [], "")
    assert (decision.decided_by, decision.recorded_by) == ("Programme board", lead)
    assert StageTransition.objects.filter(kind="MOVE", to_stage="C", happened_on=DAY).exists()
    entry = AuditEntry.objects.get(action="gate.decided")
    assert (entry.actor, entry.details["gate"], entry.details["outcome"]) == (lead, "GO", "PASSED")
    assert "Forty families" not in str(entry.details)


def test_decide_gate_closes_the_activity_that_is_the_decision(plan, lead):
    meet(plan, "GO", DAY, by=lead)

    decide(plan, "GO", DAY, by=lead)

    assert Activity.objects.get(plan=plan, code="B6").completed_on == DAY


@pytest.mark.parametrize(
    ("gate", "stage"), [("GO", "C"), ("GOALS", "D"), ("READINESS", "E"), ("OPENING", "F")]
)
def test_each_gate_leads_to_its_stage(gate, stage, plan, lead):
    day = bring(plan, gate, by=lead)
    meet(plan, gate, day, by=lead)

    decide(plan, gate, day, by=lead)

    plan.refresh_from_db()
    assert plan.stage == stage


def test_opening_opens_the_site_and_its_teams(plan, lead):
    day = bring(plan, "OPENING", by=lead)
    meet(plan, "OPENING", day, by=lead)
    old = TeamFactory(site=plan.site, opened_on=date(2020, 1, 1))
    consult(old, day)
    opened_on = day + timedelta(days=4)

    plan.refresh_from_db()
    verdict = Verdict("PASSED", day, "Programme board", opened_on=opened_on)
    gates.decide_gate(
        plan=plan,
        version=plan.version,
        gate="OPENING",
        verdict=verdict,
        now=at_noon(opened_on),
        by=lead,
    )

    plan.refresh_from_db()
    plan.site.refresh_from_db()
    assert (plan.state, plan.stage, plan.stage_since) == ("OPEN", "F", opened_on)
    assert (plan.site.phase, plan.site.opened_on) == ("LIVE", opened_on)
    assert set(Team.objects.filter(site=plan.site).values_list("opened_on", flat=True)) == {
        opened_on,
        date(2020, 1, 1),
    }
    assert AuditEntry.objects.get(action="site.opened").details == {"opened_on": str(opened_on)}


def test_opening_is_refused_while_one_mandatory_thing_is_open(plan, lead, staff):
    day = bring(plan, "OPENING", by=lead)
    meet(plan, "OPENING", day, by=lead)
    Activity.objects.filter(plan=plan, code="E6").update(completed_on=None)

    with pytest.raises(ValidationError) as refusal:
        decide(plan, "OPENING", day, by=staff)

    assert "On-call rota published" in refusal.value.message_dict["outcome"][0]
    plan.refresh_from_db()
    assert (plan.state, plan.site.phase) == ("ACTIVE", "SET_UP")
    assert not GateDecision.objects.filter(gate="OPENING").exists()


def test_exception_is_for_the_lead_with_a_reason(plan, lead, staff):
    for by, reason in ((staff, "Urgent"), (lead, ""), (lead, "  "), (None, "Urgent")):
        with pytest.raises(ValidationError) as refusal:
            decide(plan, "GO", DAY, by=by, override_reason=reason)
        assert "still open" in refusal.value.message_dict["outcome"][0]

    decision = decide(plan, "GO", DAY, by=lead, override_reason="The board will not meet again.")

    assert "NEED_SUFFICIENT" in decision.open_items
    assert "B1" in decision.open_items
    entry = AuditEntry.objects.get(action="gate.decided")
    assert entry.details["is_exception"] is True
    assert entry.details["open_items"] == decision.open_items


def test_a_reason_without_need_is_not_kept(plan, lead):
    meet(plan, "GO", DAY, by=lead)

    assert decide(plan, "GO", DAY, by=lead, override_reason="To be safe").override_reason == ""


def test_refusal_is_recorded_and_moves_nothing(plan, lead):
    decision = decide(plan, "GO", DAY, by=lead, outcome="REFUSED", note="Too few families.")

    version = plan.version
    plan.refresh_from_db()
    assert (plan.stage, plan.version) == ("A", version + 1)
    assert "NEED_SUFFICIENT" in decision.open_items


def test_a_later_decision_stands_over_an_earlier_one(plan, lead):
    decide(plan, "GO", DAY, by=lead, outcome="REFUSED")
    meet(plan, "GO", DAY, by=lead)

    decide(plan, "GO", DAY + timedelta(days=20), by=lead)

    assert GateDecision.objects.filter(gate="GO").count() == 2
    with pytest.raises(ValidationError, match="cannot be earlier"):
        decide(plan, "GO", DAY, by=lead, outcome="REFUSED")


def test_readiness_passes_with_conditions(plan, lead, staff):
    day = bring(plan, "READINESS", by=lead)
    for code, value in (("REVIEW_HELD", ""), ("REVIEW_OUTCOME", "CONDITIONS")):
        tell(plan.site, code, day, by=lead, value=value)

    with pytest.raises(ValidationError, match="Say what the conditions are"):
        decide(plan, "READINESS", day, by=staff, outcome="CONDITIONS")
    decision = decide(
        plan, "READINESS", day, by=staff, outcome="CONDITIONS", note="Consent form, by the manager."
    )

    plan.refresh_from_db()
    assert plan.stage == "E"
    assert "LICENCE_SIGNED" in decision.open_items


@pytest.mark.parametrize("facts", [(), (("REVIEW_HELD", ""), ("REVIEW_OUTCOME", "NOT_READY"))])
def test_conditions_need_a_review_that_had_them(facts, plan, lead):
    day = bring(plan, "READINESS", by=lead)
    for code, value in facts:
        tell(plan.site, code, day, by=lead, value=value)

    with pytest.raises(ValidationError, match="no conditions without a review"):
        decide(plan, "READINESS", day, by=lead, outcome="CONDITIONS", note="Something")


@pytest.mark.parametrize(
    ("outcome", "day", "field"),
    [
        ("CONDITIONS", DAY, "outcome"),
        ("MAYBE", DAY, "outcome"),
        ("REFUSED", date(2026, 3, 1), "decided_on"),
    ],
)
def test_decide_gate_refuses(outcome, day, field, plan, lead):
    with pytest.raises(ValidationError) as refusal:
        decide(plan, "GO", day, by=lead, outcome=outcome, note="Words")

    assert field in refusal.value.message_dict
    assert not GateDecision.objects.exists()


def test_decide_gate_refuses_days_to_come(plan, lead, now):
    verdict = Verdict("REFUSED", date(2026, 6, 2), "Programme board")

    with pytest.raises(ValidationError, match="still to come"):
        gates.decide_gate(
            plan=plan, version=plan.version, gate="GO", verdict=verdict, now=now, by=lead
        )


def test_decide_gate_refuses_text_that_could_identify_somebody(plan, lead):
    with pytest.raises(ValidationError, match="looks like"):
        decide(plan, "GO", DAY, by=lead, outcome="REFUSED", note="Call 07700 900123.")


@pytest.mark.parametrize("opened_on", [None, date(2026, 4, 20), date(2026, 6, 2)])
def test_opening_needs_its_day(opened_on, plan, lead, now):
    day = bring(plan, "OPENING", by=lead)
    meet(plan, "OPENING", day, by=lead)
    plan.refresh_from_db()
    verdict = Verdict("PASSED", day, "Programme board", opened_on=opened_on)

    with pytest.raises(ValidationError) as refusal:
        gates.decide_gate(
            plan=plan, version=plan.version, gate="OPENING", verdict=verdict, now=now, by=lead
        )
    assert "opened_on" in refusal.value.message_dict


def test_a_decision_before_the_last_move_is_told_at_its_day(plan, lead, now):
    meet(plan, "GO", DAY, by=lead)
    moves.move_plan(
        plan=plan,
        version=plan.version,
        kind="MOVE",
        to_stage="B",
        happened_on=date(2026, 5, 1),
        now=now,
        by=lead,
    )

    with pytest.raises(ValidationError) as refusal:
        decide(plan, "GO", DAY, by=lead)
    assert "moved last on 1 May 2026" in refusal.value.message_dict["decided_on"][0]
    assert not GateDecision.objects.exists()


def test_nothing_is_decided_for_a_site_on_hold(plan, lead, now):
    moves.move_plan(
        plan=plan,
        version=plan.version,
        kind="HOLD",
        reason="FUNDING",
        happened_on=DAY,
        now=now,
        by=lead,
    )

    with pytest.raises(ValidationError, match="On hold"):
        decide(plan, "GO", DAY, by=lead, outcome="REFUSED")


def test_two_who_decide_at_once_make_one_decision(plan, lead, staff, now):
    verdict = Verdict("REFUSED", DAY, "Programme board")
    gates.decide_gate(plan=plan, version=plan.version, gate="GO", verdict=verdict, now=now, by=lead)

    with pytest.raises(ClashError):
        gates.decide_gate(
            plan=plan, version=plan.version, gate="GO", verdict=verdict, now=now, by=staff
        )
    assert GateDecision.objects.get().recorded_by == lead


def test_a_decision_sent_twice_is_one(plan, lead, now):
    number = uuid4()
    for _twice in range(2):
        gates.decide_gate(
            plan=plan,
            version=plan.version,
            gate="GO",
            verdict=Verdict("REFUSED", DAY, "Programme board"),
            decision_id=number,
            now=now,
            by=lead,
        )

    assert GateDecision.objects.count() == 1


def test_a_gate_that_the_site_is_past_moves_nothing(plan, lead, now):
    moves.move_plan(
        plan=plan,
        version=plan.version,
        kind="MOVE",
        to_stage="E",
        happened_on=DAY,
        now=now,
        by=lead,
    )
    meet(plan, "GO", DAY, by=lead)

    decide(plan, "GO", DAY, by=lead)

    plan.refresh_from_db()
    assert plan.stage == "E"


def test_a_decision_never_changes(plan, lead):
    decision = decide(plan, "GO", DAY, by=lead, outcome="REFUSED")

    for change in (
        lambda: GateDecision.objects.filter(pk=decision.pk).update(outcome="PASSED"),
        decision.delete,
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert GateDecision.objects.get().outcome == "REFUSED"


def test_decide_gate_leaves_nothing_behind(plan, lead, request):
    day = bring(plan, "OPENING", by=lead)
    meet(plan, "OPENING", day, by=lead)
    broken = request.getfixturevalue("broken_audit")

    with pytest.raises(broken):
        decide(plan, "OPENING", day, by=lead)

    fresh = Plan.objects.get(pk=plan.pk)
    assert (fresh.stage, fresh.state, fresh.site.phase) == ("E", "ACTIVE", "SET_UP")
    assert not GateDecision.objects.filter(gate="OPENING").exists()
    assert not Team.objects.exclude(opened_on=None).exists()


def test_open_site_waits_for_its_gate(plan, lead, now):
    with pytest.raises(ValidationError, match="comes first"):
        gates.open_site(plan=plan, version=plan.version, opened_on=DAY, now=now, by=lead)
