"""The demo's set-ups: what somebody who looks at the site that is set up finds on its pages."""

from datetime import date

import pytest

from implementation.models import Enquiry, GateDecision, Meeting, Plan, SiteFact
from implementation.queries.change import results_of
from implementation.queries.forecasts import opening_forecast
from implementation.queries.funding import funding_ends_on, is_confirmed
from implementation.queries.gates import gate_states
from implementation.queries.needs import latest_needs
from implementation.queries.xray import findings_of
from mst_sites.accounts.models import User
from mst_sites.demo import build
from mst_sites.demo.country import SETTING_UP, SITES
from mst_sites.tenancy.models import Membership, Site

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 20)


@pytest.fixture
def pennyfield(monkeypatch):
    monkeypatch.setattr(build, "SITES", [each for each in SITES if each.slug == SETTING_UP])
    build.build(today=TODAY, say=lambda line: None)
    return Site.objects.get(slug=SETTING_UP)


def test_demo_set_up_is_there_in_full(pennyfield):
    plan = Plan.objects.get(site=pennyfield)
    go, goals, readiness, opening = gate_states(pennyfield, plan, today=TODAY)
    [result] = results_of(pennyfield, today=TODAY)
    forecast = opening_forecast(pennyfield, today=TODAY)

    assert plan.stage == "E"
    assert [go.decision.outcome, goals.decision.outcome] == ["PASSED", "PASSED"]
    assert readiness.decision.outcome == "CONDITIONS"
    assert opening.decision is None
    assert {"CONDITIONS_CLOSED", "TEAM", "D5", "E2"} <= {each.code for each in opening.obstacles}
    assert latest_needs(pennyfield).figures
    assert funding_ends_on(pennyfield) == date(2027, 9, 1)
    assert is_confirmed(pennyfield)
    states = Meeting.objects.filter(site=pennyfield).order_by("starts_at")
    assert list(states.values_list("state", flat=True)) == ["CLOSED", "CLOSED", "PLANNED"]
    assert result.gaps
    assert forecast.refusal is None
    assert findings_of(pennyfield, today=TODAY)
    assert not GateDecision.objects.exclude(override_reason="").exists()
    assert not SiteFact.objects.filter(holds_on__gt=TODAY).exists()
    has_enquiries_of_every_kind()
    has_people_in_their_roles(pennyfield)


def has_enquiries_of_every_kind():
    enquiries = Enquiry.objects.order_by("-received_at")

    assert [each.outcome for each in enquiries] == ["", "", "NOT_A_FIT"]
    assert [each.first_answered_on is None for each in enquiries] == [True, True, False]


def has_people_in_their_roles(pennyfield):
    held = Membership.objects.filter(site=pennyfield).values_list("user__email", flat=True)

    assert set(held) == {"manager@example.org", "commissioner@example.org", "steering@example.org"}
    assert User.objects.count() == len(build.PEOPLE)
