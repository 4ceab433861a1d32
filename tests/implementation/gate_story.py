"""A site brought as far as a gate, and beyond: what tests of gates begin with."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from implementation.models import Activity, Gate
from implementation.operations import facts, gates
from implementation.queries.verdicts import Verdict
from mst_sites.accounts.permissions import Role
from tests.factories import (
    FundingSourceFactory,
    MeetingFactory,
    MembershipFactory,
    SteeringGroupFactory,
    TeamFactory,
)

FACTS = {
    "GO": ["NEED_SUFFICIENT"],
    "GOALS": ["CLINICAL_LEAD_ACCEPTED"],
    "READINESS": ["LICENCE_SIGNED", "GOALS_SIGNED", "REVIEW_HELD", "REVIEW_OUTCOME"],
    "OPENING": [
        "CONDITIONS_CLOSED",
        "SUPERVISOR_IN_POST",
        "THERAPISTS_IN_POST",
        "ADMINISTRATOR_IN_POST",
        "BACK_UP_IN_POST",
        "ORIENTATION_DONE",
        "SUPERVISOR_ORIENTATION_DONE",
        "ROTA_PUBLISHED",
        "DATA_SET_UP",
    ],
}
STAGES = {"GO": "B", "GOALS": "C", "READINESS": "D", "OPENING": "E"}


def at_noon(day):
    return timezone.make_aware(datetime.combine(day, time(12)))


def tell(site, code, day, *, by, value=""):
    return facts.record_fact(
        site=site, code=code, holds_on=day, value=value, now=at_noon(day), by=by
    )


def meet(plan, gate, day, *, by, outcome="READY"):
    """Make everything so that a gate asks for, beside the gates before it."""
    site = plan.site
    Activity.objects.filter(site=site, stage__lte=STAGES[gate], completed_on=None).exclude(
        code="B6"
    ).update(completed_on=day)
    if gate == "GO":
        FundingSourceFactory(site=site, confirmed_on=day)
    if gate == "GOALS":
        SteeringGroupFactory(site=site)
        MeetingFactory(site=site, state="CLOSED", closed_at=at_noon(day))
    for code in FACTS[gate]:
        tell(site, code, day, by=by, value=outcome if code == "REVIEW_OUTCOME" else "")
    if gate == "OPENING":
        team = TeamFactory(site=site)
        consult(team, day)


def consult(team, day):
    """Let somebody be the consultant of a team since a day."""
    MembershipFactory(
        site=team.site, team=team, role=Role.CONSULTANT, began_at=at_noon(day) - timedelta(hours=1)
    )


def decide(plan, gate, day, *, by, outcome="PASSED", **values):
    plan.refresh_from_db()
    if gate == Gate.OPENING and outcome == "PASSED":
        values = {"opened_on": day, **values}
    return gates.decide_gate(
        plan=plan,
        version=plan.version,
        gate=gate,
        verdict=Verdict(outcome, day, "Programme board", **values),
        now=at_noon(day),
        by=by,
    )


def bring(plan, to_gate, *, by, began=date(2026, 4, 1)):
    """Pass every gate before one, a week after each other; return the day of the next one."""
    for week, gate in enumerate(Gate):
        day = began + timedelta(days=7 * week)
        if gate == to_gate:
            return day
        meet(plan, gate, day, by=by)
        decide(plan, gate, day, by=by)
    raise LookupError(to_gate)
