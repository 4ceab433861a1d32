"""Decisions that are recorded later than they were taken: they are judged by the day on which they were taken."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from implementation.models import (
    Activity,
    FundingSource,
    Gate,
    GateDecision,
    Meeting,
    SiteFact,
    SteeringGroup,
)
from implementation.operations import gates, plans
from implementation.queries.gates import gate_state
from implementation.queries.sights import sight_of
from implementation.queries.verdicts import Verdict
from mst_sites.accounts.permissions import Role
from mst_sites.tenancy.models import Membership
from tests.factories import person
from tests.implementation.gate_story import at_noon, bring, decide, meet, tell

pytestmark = pytest.mark.django_db

LATER = timedelta(days=30)
TOLD = date(2026, 9, 1)


@pytest.fixture
def plan(site, lead):
    """Return a plan that is here since the day on which it began."""
    began = date(2026, 3, 2)
    return plans.start_plan(site=site, started_on=began, now=at_noon(began), by=lead)


@pytest.fixture
def day(plan, lead):
    """Return the day on which everything is there that the opening asks for."""
    day = bring(plan, "OPENING", by=lead)
    meet(plan, "OPENING", day, by=lead)
    return day


def tell_later(plan, day, *, by, opened_on=None, **values):
    """Record in September that the site opened on a day before."""
    plan.refresh_from_db()
    verdict = Verdict("PASSED", day, "Programme board", opened_on=opened_on or day, **values)
    return gates.decide_gate(
        plan=plan,
        version=plan.version,
        gate="OPENING",
        verdict=verdict,
        now=at_noon(TOLD),
        by=by,
    )


def be_late_with(what, plan, day):
    """Let one thing that the opening asks for have come after the day, whatever is so today."""
    site, late = plan.site, day + LATER
    if what == "a fact":
        SiteFact.objects.filter(site=site, code="ROTA_PUBLISHED").update(holds_on=late)
    elif what == "an activity":
        Activity.objects.filter(plan=plan, code="E6").update(completed_on=late)
    elif what == "the money":
        FundingSource.objects.filter(site=site).update(confirmed_on=late)
    elif what == "the steering group":
        SteeringGroup.objects.filter(site=site).update(formed_on=late)
    elif what == "its meeting":
        Meeting.objects.filter(site=site).update(
            starts_at=at_noon(late), ends_at=at_noon(late + LATER)
        )
    else:
        Membership.objects.filter(site=site, role=Role.CONSULTANT).update(began_at=at_noon(late))


@pytest.mark.parametrize(
    ("what", "named"),
    [
        ("a fact", "On-call rota published"),
        ("an activity", "On-call rota published"),
        ("the money", "Funding is confirmed beyond the opening"),
        ("the steering group", "A steering group of several agencies has met"),
        ("its meeting", "A steering group of several agencies has met"),
        ("the consultant", "MST consultant assigned"),
    ],
)
def test_decide_gate_refuses_what_was_not_so_on_its_day(what, named, plan, day, lead):
    be_late_with(what, plan, day)
    assert gate_state(plan.site, plan, Gate.OPENING, today=TOLD).obstacles == []

    with pytest.raises(ValidationError) as refusal:
        tell_later(plan, day, by=lead)

    words = refusal.value.message_dict["outcome"][0]
    assert f"On 22 April 2026 1 mandatory thing was open: {named}" in words
    assert not GateDecision.objects.filter(gate="OPENING").exists()


def test_decide_gate_takes_what_was_so_by_its_day(plan, day, lead):
    be_late_with("a fact", plan, day)

    decision = tell_later(plan, day + LATER, by=lead)

    assert (decision.open_items, decision.override_reason) == ([], "")
    plan.site.refresh_from_db()
    assert plan.site.opened_on == day + LATER


def test_an_exception_keeps_what_was_open_on_its_day(plan, day, lead):
    be_late_with("a fact", plan, day)

    decision = tell_later(plan, day, by=lead, override_reason="The families were waiting.")

    assert decision.open_items == ["ROTA_PUBLISHED"]
    assert decision.override_reason == "The families were waiting."


@pytest.mark.parametrize(("ends_on", "is_taken"), [("2026-04-22", False), ("2026-04-23", True)])
def test_money_lasts_beyond_the_opening_and_not_beyond_today(ends_on, is_taken, plan, day, lead):
    FundingSource.objects.filter(site=plan.site).update(ends_on=ends_on)

    if is_taken:
        assert tell_later(plan, day, by=lead).open_items == []
        plan.refresh_from_db()
        opening = gate_state(plan.site, plan, Gate.OPENING, today=TOLD)
        assert opening.obstacles == []
    else:
        with pytest.raises(ValidationError, match="beyond the opening"):
            tell_later(plan, day, by=lead)


def test_money_is_measured_by_the_opening_and_not_by_the_decision(plan, day, lead):
    FundingSource.objects.filter(site=plan.site).update(ends_on=day + timedelta(days=3))

    with pytest.raises(ValidationError, match="beyond the opening"):
        tell_later(plan, day, by=lead, opened_on=day + timedelta(days=3))


def test_a_gate_before_counts_from_the_day_of_its_decision(plan, lead):
    day = bring(plan, "GOALS", by=lead)
    decide(plan, "GO", day + LATER, by=lead, outcome="REFUSED")

    assert sight_of(plan.site, plan, day=day).has_passed(Gate.GO)
    assert not sight_of(plan.site, plan, day=day + LATER).has_passed(Gate.GO)
    assert not sight_of(plan.site, plan, day=date(2026, 3, 31)).decisions


def test_a_consultant_who_left_since_was_there(plan, day, lead):
    roles = Membership.objects.filter(site=plan.site, role=Role.CONSULTANT)
    roles.update(ended_at=at_noon(day + LATER))

    assert tell_later(plan, day, by=lead).open_items == []


def test_roles_of_today_count_before_the_plan_was_here(site, lead):
    """A site that opened years ago is told of with the consultant whom it has now."""
    began = date(2026, 3, 2)
    told_late = plans.start_plan(site=site, started_on=began, now=at_noon(TOLD), by=lead)
    day = bring(told_late, "OPENING", by=lead)
    meet(told_late, "OPENING", day, by=lead)
    be_late_with("the consultant", told_late, day)

    assert tell_later(told_late, day, by=lead).open_items == []


def url():
    return "/sites/demo-vale/gates/opening/decide/"


def typed(client, day):
    form = client.get(url()).context["form"]
    given = {name: form[name].value() for name in form.fields}
    words = {"outcome": "PASSED", "decided_by": "Programme board"}
    days = {"decided_on": str(day), "opened_on": str(day)}
    return {k: v for k, v in {**given, **words, **days}.items() if v is not None}


def test_gate_decide_offers_the_exception_once_a_day_is_typed_on_which_something_was_open(
    plan, day, lead, sign_in
):
    be_late_with("a fact", plan, day)
    client = sign_in(lead)
    sent = typed(client, day)
    assert "override_reason" not in sent

    refused = client.post(url(), sent)
    check = client.post(url(), {**sent, "override_reason": "The families were waiting."})

    assert refused.status_code == 422
    page = refused.content.decode()
    assert "On 22 April 2026 1 mandatory thing was open: On-call rota published" in page
    assert 'name="override_reason"' in page
    page = check.content.decode()
    assert "Open on 22 April 2026" in page
    assert "On-call rota published" in page


def test_gate_decide_tells_others_that_a_lead_can_make_an_exception(plan, day, sign_in):
    be_late_with("a fact", plan, day)
    client = sign_in(person(Role.MST_UK_STAFF))

    refused = client.post(url(), typed(client, day))

    assert "An MST UK lead can make an exception" in refused.content.decode()
    tell(plan.site, "ROTA_PUBLISHED", day, by=None)
    assert client.post(url(), typed(client, day)).status_code == 200
