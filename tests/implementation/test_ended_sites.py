"""What cannot be on a site that is closed, withdrawn or on hold is neither offered to MST UK nor done."""

from datetime import date, datetime, timedelta
from types import SimpleNamespace as Of
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.urls import resolve
from django.utils import timezone

from implementation.models import Plan
from implementation.operations import (
    activities,
    change,
    days,
    facts,
    funding,
    local_activities,
    meetings,
    moves,
    needs,
    plans,
    series,
    steering,
    upgrades,
)
from implementation.queries.standing import Roll
from implementation.queries.verdicts import faults_of
from mst_sites.accounts.permissions import Role
from mst_sites.directory import operations as directory
from mst_sites.tenancy.models import Site, SiteCommissioner
from mst_sites.tenancy.pages import OperationPage
from tests import factories as f
from tests.attacks.test_crawl import Links
from tests.factories import person
from tests.guards.addresses import address
from tests.guards.routes import routes
from tests.world import place

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(120)]

TODAY = date(2026, 11, 23)
NOW = datetime.combine(TODAY, datetime.min.time(), tzinfo=timezone.get_default_timezone())
CLOSED = "This site is closed. What is here is kept as it was, and nothing new begins."
WITHDRAWN = "This site was withdrawn. Take it up again first."
SERVER_ERROR = 500
BY = {"now": NOW, "by": None}

# What MST UK begins or changes on the way of a site, and what must be there for it.
PLAN_ACTS = {
    "move": lambda at: moves.move_plan(
        plan=at.plan, version=1, kind="HOLD", happened_on=TODAY, reason="FUNDING", **BY
    ),
    "opening": lambda at: plans.change_opening(
        plan=at.plan, version=1, new_on=TODAY, reason="FIRST_PLANNED", **BY
    ),
    "roll": lambda at: plans.roll_plan(plan=at.plan, version=1, roll=Roll.FORWARD, **BY),
    "guide": lambda at: plans.assign_guide(plan=at.plan, version=1, guided_by=None, by=None),
    "upgrade": lambda at: upgrades.upgrade_plan(
        plan=at.plan,
        version=1,
        template=f.PlanTemplateFactory(state="PUBLISHED", nation="WALES").pk,
        **BY,
    ),
    "days": lambda at: days.enter_days(plan=at.plan, days={}, **BY),
    "activity": lambda at: activities.complete_activity(
        activity=at.activity, version=1, completed_on=TODAY, **BY
    ),
    "local": lambda at: local_activities.describe_activity(activity=at.activity, version=1, **BY),
}
SITE_ACTS = {
    "start": lambda at: plans.start_plan(site=at.site, started_on=TODAY, **BY),
    "fact": lambda at: facts.record_fact(site=at.site, code="LICENCE_SIGNED", holds_on=TODAY, **BY),
    "group": lambda at: steering.set_up_group(
        site=at.site, group_id=uuid4(), terms=None, today=TODAY, by=None
    ),
    "member": lambda at: steering.add_member(
        site=at.site, member_id=uuid4(), membership=None, today=TODAY, by=None
    ),
    "meeting": lambda at: meetings.plan_meeting(
        site=at.site, meeting_id=uuid4(), details=None, **BY
    ),
    "reinstate": lambda at: meetings.reinstate_meeting(
        meeting=f.MeetingFactory(site=at.site, state="CANCELLED"), version=1, **BY
    ),
    "series": lambda at: series.plan_series(
        site=at.site, series_id=uuid4(), details=None, rhythm=None, **BY
    ),
    "further": lambda at: series.extend_series(
        series=f.MeetingSeriesFactory(site=at.site), version=1, count=1, **BY
    ),
    "round": lambda at: change.open_round(site=at.site, closes_on=TODAY, round_id=uuid4(), **BY),
    "source": lambda at: funding.add_source(
        site=at.site,
        starts_on=TODAY,
        ends_on=TODAY + timedelta(days=1),
        amount=1,
        funder_name="Coast",
        **BY,
    ),
    "changed": lambda at: funding.withdraw_source(
        source=f.FundingSourceFactory(site=at.site), version=1, reason="It ended", **BY
    ),
    "cost": lambda at: funding.save_cost(site=at.site, cost_id=uuid4(), title="Posts", **BY),
    "uncost": lambda at: funding.remove_cost(line=f.CostLineFactory(site=at.site), version=1, **BY),
    "exit": lambda at: funding.save_sustainability(site=at.site, version=0, **BY),
    "needs": lambda at: needs.save_needs(
        site=at.site,
        analysis_id=uuid4(),
        version=0,
        figures=[],
        areas="Coast",
        existing_services="",
        gap="",
        **BY,
    ),
    "scenario": lambda at: needs.add_scenario(site=at.site, name="One team", **BY),
    "chosen": lambda at: needs.plan_with(scenario=f.CapacityScenarioFactory(site=at.site), by=None),
    "away": lambda at: needs.put_away_scenario(
        scenario=f.CapacityScenarioFactory(site=at.site), version=1, **BY
    ),
    "team": lambda at: directory.create_team(site=at.site, name="Two", slug="two", by=None),
    "payer": lambda at: directory.add_commissioner(
        site=at.site, organisation=f.OrganisationFactory(), by=None
    ),
    "no payer": lambda at: directory.remove_commissioner(
        commissioner=SiteCommissioner(site=at.site), by=None
    ),
}


def way(**values):
    plan = f.PlanFactory(**values)
    return Of(
        site=plan.site, plan=plan, activity=f.ActivityFactory(plan=plan, code="AL1", is_local=True)
    )


@pytest.mark.parametrize("act", [*PLAN_ACTS, *SITE_ACTS])
def test_a_closed_site_is_left_as_it_was(act):
    at = way(state="OPEN", stage="F", site__phase="CLOSED")

    with pytest.raises(ValidationError) as refused:
        (PLAN_ACTS | SITE_ACTS)[act](at)

    assert refused.value.messages == [CLOSED]
    assert Site.objects.get(pk=at.site.pk).phase == "CLOSED"


@pytest.mark.parametrize("act", [*sorted(PLAN_ACTS.keys() - {"move", "opening"}), "team"])
def test_a_withdrawn_site_is_taken_up_again_first(act):
    at = way(state="WITHDRAWN", site__phase="WITHDRAWN")

    with pytest.raises(ValidationError) as refused:
        (PLAN_ACTS | SITE_ACTS)[act](at)

    assert refused.value.messages == [WITHDRAWN]


def test_nothing_is_decided_for_a_closed_site():
    at = way(site__phase="CLOSED")

    assert faults_of(None, at.plan, None, today=TODAY, by=None) == {
        "__all__": "This site is closed: nothing is decided any more."
    }


# What is offered whatever became of the site: what is there is told apart, answered, put right or brought to its end,
# such as a meeting that was planned, an action that is open, a file, or the review of the last half-year.
ALWAYS = {
    *("action-close", "action-create", "activity-comment"),
    *("attachment-create", "attachment-remove"),
    *("agenda-point-create", "agenda-point-move", "agenda-point-remove", "agenda-point-settle"),
    *("attendance-change", "decision-change", "decision-create", "episode-import"),
    *("evidence-create", "fact-attach", "invitee-create", "invitee-remove"),
    *("meeting-action-create", "meeting-cancel", "meeting-change", "meeting-close"),
    *("membership-create", "membership-end", "minutes-change", "review-change", "review-comment"),
    "escalation-answer",
    *("review-create", "review-discard", "review-issue", "review-refresh"),
    *("site-change", "site-reopen", "team-change"),
}


def offered_to_lead(sign_in, site, at):
    """Return the names of the pages with a form or a button that the pages of a site lead a lead to."""
    client = sign_in(person(Role.MST_UK_LEAD))
    changing = {route.name for route in routes() if "POST" in route.methods}
    found = set()
    for route in routes():
        is_read = (
            route.page and "GET" in route.methods and not issubclass(route.page, OperationPage)
        )
        if not is_read or "site_slug" not in route.parameters:
            continue
        page = client.get(address(route, at))
        if not page.headers.get("Content-Type", "").startswith("text/html"):
            continue
        parser = Links()
        parser.handle_starttag = lambda tag, given, own=parser: own.found.update(
            {dict(given).get("href"), dict(given).get("action")} - {None}
        )
        parser.feed(page.content.decode())
        for link in parser.found:
            path = urlsplit(link).path
            if path.startswith(f"/sites/{site.slug}/"):
                match = resolve(path)
                if match.url_name in changing:
                    found.add(match.url_name)
    return found


@pytest.fixture
def at():
    found = place("north")
    Plan.objects.filter(site=found.site).update(planned_opening_on=TODAY + timedelta(days=400))
    return found


def set_state(at, *, phase, state):
    Site.objects.filter(pk=at.site.pk).update(phase=phase)
    Plan.objects.filter(site=at.site).update(state=state)


def test_pages_of_a_closed_site_offer_nothing_that_begins(sign_in, at):
    set_state(at, phase="CLOSED", state="OPEN")

    assert offered_to_lead(sign_in, at.site, at) == ALWAYS


def test_pages_of_a_closed_site_answer_what_is_sent_from_an_old_page(sign_in, at):
    set_state(at, phase="CLOSED", state="OPEN")
    client = sign_in(person(Role.MST_UK_LEAD))
    client.raise_request_exception = False
    changing = [
        route for route in routes() if "POST" in route.methods and "site_slug" in route.parameters
    ]

    statuses = {route.name: client.post(address(route, at)).status_code for route in changing}

    assert {name: status for name, status in statuses.items() if status >= SERVER_ERROR} == {}


OF_PLAN = {
    *("activity-change", "activity-create", "activity-include", "activity-describe"),
    *("plan-days", "plan-guide", "plan-roll"),
}


@pytest.mark.parametrize(
    ("phase", "state", "there", "gone"),
    [
        (
            "WITHDRAWN",
            "WITHDRAWN",
            {"plan-resume"},
            {
                *OF_PLAN,
                "team-create",
                "plan-hold",
                "plan-withdraw",
                "opening-change",
                "gate-decide",
            },
        ),
        (
            "ON_HOLD",
            "ON_HOLD",
            {*OF_PLAN, "plan-resume", "plan-withdraw", "opening-change", "team-create"},
            {"plan-hold", "plan-move", "gate-decide"},
        ),
        (
            "SET_UP",
            "ACTIVE",
            {
                *OF_PLAN,
                "plan-hold",
                "plan-withdraw",
                "opening-change",
                "gate-decide",
                "team-create",
            },
            {"plan-resume"},
        ),
    ],
)
def test_pages_of_other_sites_offer_what_can_be(sign_in, at, phase, state, there, gone):
    set_state(at, phase=phase, state=state)

    offered = offered_to_lead(sign_in, at.site, at)

    assert there - offered == set()
    assert gone & offered == set()


def test_plan_detail_says_that_the_site_is_closed_and_waits_for_nobody(sign_in, at):
    set_state(at, phase="CLOSED", state="OPEN")

    page = sign_in(person(Role.MST_UK_LEAD)).get(f"/sites/{at.site.slug}/plan/")

    assert ("State", "Closed") in [(str(each.label), each.value) for each in page.context["facts"]]
    assert page.context["coming"] == []
