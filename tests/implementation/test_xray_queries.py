"""Each rule of the X-ray: what it finds, from which day on, and when it is silent."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from implementation.models import Activity, Plan, PlanTemplate, SiteFact
from implementation.operations import activities, facts, moves
from implementation.queries.looks import looks_of
from implementation.queries.xray import RULES, findings_of, readable_plans
from mst_sites.accounts.permissions import Role
from mst_sites.records.models import Attachment
from mst_sites.tenancy.models import Membership
from tests.factories import (
    OpeningChangeFactory,
    TeamFactory,
    person,
)
from tests.implementation.gate_story import at_noon, decide, meet, tell

pytestmark = pytest.mark.django_db

TODAY = date(2026, 6, 1)
BEGAN = date(2026, 3, 2)


@pytest.fixture
def quiet(plan):
    """Return a plan of which no rule has anything to say, because nothing is due, owned or told."""
    Activity.objects.filter(plan=plan).update(forecast_on=None)
    Activity.objects.filter(plan=plan, code="A1").update(completed_on=TODAY - timedelta(days=3))
    Plan.objects.filter(pk=plan.pk).update(planned_opening_on=None, stage="A")
    plan.refresh_from_db()
    return plan


def codes(plan, today=TODAY):
    return [finding.code for finding in findings_of(plan.site, today=today)]


def found(plan, code, today=TODAY):
    return next(f for f in findings_of(plan.site, today=today) if f.code == code)


def change(plan, **values):
    Plan.objects.filter(pk=plan.pk).update(**values)


def move(plan, kind, day, by, **values):
    plan.refresh_from_db()
    return moves.move_plan(
        plan=plan,
        version=plan.version,
        kind=kind,
        happened_on=day,
        now=at_noon(day),
        by=by,
        **values,
    )


def test_codes_of_rules_are_unique():
    known = [rule.code for rule in RULES]

    assert len(known) == len(set(known))


def test_a_quiet_site_has_no_finding(quiet):
    assert codes(quiet) == []


def test_a_site_without_plan_has_no_finding(site):
    assert findings_of(site, today=TODAY) == []


def test_opening_day_that_is_over(quiet):
    change(quiet, planned_opening_on=TODAY)
    assert "OPENING_PASSED" not in codes(quiet)

    change(quiet, planned_opening_on=TODAY - timedelta(days=1))
    finding = found(quiet, "OPENING_PASSED")
    assert (finding.severity, finding.owner, finding.since) == (
        "HIGH",
        "MST_UK",
        date(2026, 5, 31),
    )
    assert finding.url == "/sites/demo-vale/plan/opening/change/"


def test_opening_moved_three_times(quiet):
    OpeningChangeFactory(plan=quiet, reason="FIRST_PLANNED")
    for _twice in range(2):
        OpeningChangeFactory(plan=quiet, reason="FUNDING")
    assert "OPENING_MOVED" not in codes(quiet)

    OpeningChangeFactory(plan=quiet, reason="RECRUITMENT")
    assert "moved 3 times: last for Recruitment" in found(quiet, "OPENING_MOVED").detail


def test_no_opening_planned_from_design_on(quiet):
    change(quiet, stage="B")
    assert "OPENING_UNPLANNED" not in codes(quiet)

    change(quiet, stage="C")
    assert found(quiet, "OPENING_UNPLANNED").severity == "MEDIUM"


def exclude(plan, by, code="C3", reason="no"):
    activity = Activity.objects.get(plan=plan, code=code)
    return activities.exclude_activity(
        activity=activity,
        version=activity.version,
        not_applicable_reason=reason,
        now=at_noon(TODAY),
        by=by,
    )


def test_mandatory_activity_that_the_provider_alone_says_does_not_apply(quiet, manager):
    activity = exclude(quiet, manager)

    finding = found(quiet, "EXCLUSION_UNAGREED")
    assert (finding.severity, finding.owner) == ("HIGH", "MST_UK")
    assert f"C3 {activity.title}: “no”, says {manager}" in finding.detail
    assert finding.url == f"/sites/demo-vale/plan/activities/{activity.pk}/"

    activities.include_activity(activity=activity, version=activity.version, by=manager)
    assert "EXCLUSION_UNAGREED" not in codes(quiet)


@pytest.mark.parametrize("role", [Role.MST_UK_LEAD, Role.MST_UK_STAFF])
def test_excluded_activity_is_silent_once_mst_uk_agrees(role, quiet, manager):
    exclude(quiet, manager)
    exclude(quiet, person(role), reason="Agreed for the region")
    assert "EXCLUSION_UNAGREED" not in codes(quiet)

    exclude(quiet, manager, reason="no")
    assert "EXCLUSION_UNAGREED" in codes(quiet)


def test_excluded_activity_is_silent_where_nothing_mandatory_is_lost(quiet, manager, lead):
    exclude(quiet, lead)
    Activity.objects.filter(plan=quiet, code="B1").update(is_mandatory=False)
    exclude(quiet, manager, code="B1")
    exclude(quiet, manager, code="B2")
    Activity.objects.filter(plan=quiet, code="B2").update(is_left_over=True)

    assert "EXCLUSION_UNAGREED" not in codes(quiet)


def test_activities_more_than_four_weeks_late(quiet):
    late = Activity.objects.get(plan=quiet, code="B1")
    Activity.objects.filter(pk=late.pk).update(
        forecast_on=TODAY - timedelta(weeks=4), owner=person(Role.MST_UK_STAFF)
    )
    assert "ACTIVITIES_LATE" not in codes(quiet)

    Activity.objects.filter(pk=late.pk).update(forecast_on=TODAY - timedelta(days=29))
    finding = found(quiet, "ACTIVITIES_LATE")
    assert (finding.owner, finding.since) == ("COMMISSIONER", TODAY - timedelta(days=29))
    assert finding.url == f"/sites/demo-vale/plan/activities/{late.pk}/"
    Activity.objects.filter(pk=late.pk).update(not_applicable_reason="No need of it")
    assert "ACTIVITIES_LATE" not in codes(quiet)


def test_activities_that_are_due_and_nobodys(quiet):
    Activity.objects.filter(plan=quiet, code="B1").update(forecast_on=TODAY + timedelta(days=29))
    assert "ACTIVITIES_UNOWNED" not in codes(quiet)

    for code in ("B1", "B2", "B3", "B4", "B5"):
        Activity.objects.filter(plan=quiet, code=code).update(forecast_on=TODAY)
    assert "and 2 more" in found(quiet, "ACTIVITIES_UNOWNED").detail


def test_owner_who_left(quiet, site):
    owner = person(Role.PROVIDER_MANAGER, site=site)
    Activity.objects.filter(plan=quiet, code="C1").update(owner=owner)
    assert "OWNER_LEFT" not in codes(quiet)

    Membership.objects.filter(user=owner).update(ended_at=at_noon(TODAY), began_at=at_noon(BEGAN))
    assert "C1 Affected agencies listed" in found(quiet, "OWNER_LEFT").detail
    Activity.objects.filter(plan=quiet, code="C1").update(owner=person(Role.MST_UK_STAFF))
    assert "OWNER_LEFT" not in codes(quiet)


def test_nothing_moves_for_two_months(quiet):
    last = TODAY - timedelta(days=3)

    assert "NOTHING_MOVES" not in codes(quiet, today=last + timedelta(days=59))
    finding = found(quiet, "NOTHING_MOVES", today=last + timedelta(days=60))
    assert finding.since == last


def test_a_fact_is_a_movement(quiet, lead):
    tell(quiet.site, "NEED_SUFFICIENT", date(2026, 7, 1), by=lead)

    assert "NOTHING_MOVES" not in codes(quiet, today=date(2026, 8, 20))


def test_on_hold_for_more_than_three_months(quiet, lead):
    move(quiet, "HOLD", date(2026, 3, 4), lead, reason="FUNDING")

    assert codes(quiet, today=date(2026, 6, 1)) == []
    assert found(quiet, "HELD_LONG", today=date(2026, 6, 2)).since == date(2026, 3, 4)


def test_withdrawn_site_is_nobodys_worry(quiet, lead):
    change(quiet, planned_opening_on=TODAY - timedelta(days=1))
    move(quiet, "WITHDRAW", date(2026, 3, 4), lead, reason="NEED")

    assert codes(quiet) == []


def test_no_consultant_near_the_opening(quiet, site):
    team = TeamFactory(site=site, name="Team of the vale")
    change(quiet, planned_opening_on=TODAY + timedelta(days=61))
    assert "CONSULTANT_MISSING" not in codes(quiet)

    change(quiet, planned_opening_on=TODAY + timedelta(days=60))
    assert "Team of the vale" in found(quiet, "CONSULTANT_MISSING").detail
    person(Role.CONSULTANT, team=team)
    assert "CONSULTANT_MISSING" not in codes(quiet)


def test_no_team_near_the_opening(quiet, site):
    change(quiet, planned_opening_on=TODAY + timedelta(days=60))
    assert "TEAM_MISSING" in codes(quiet)

    TeamFactory(site=site)
    assert "TEAM_MISSING" not in codes(quiet)


def test_exception_that_is_still_open(quiet, lead):
    decide(quiet, "GO", BEGAN + timedelta(days=9), by=lead, override_reason="Board meets in May")

    finding = found(quiet, "EXCEPTION_OPEN")
    assert (finding.severity, finding.since) == ("HIGH", date(2026, 3, 11))
    assert finding.url == "/sites/demo-vale/gates/go/"
    meet(quiet, "GO", TODAY, by=lead)
    assert "EXCEPTION_OPEN" not in codes(quiet)


def test_conditions_of_a_review_for_two_months(quiet, lead):
    tell(quiet.site, "REVIEW_OUTCOME", date(2026, 4, 2), by=lead, value="CONDITIONS")
    assert "REVIEW_CONDITIONS" not in codes(quiet, today=date(2026, 5, 31))
    assert "REVIEW_CONDITIONS" in codes(quiet, today=date(2026, 6, 1))

    tell(quiet.site, "CONDITIONS_CLOSED", date(2026, 5, 20), by=lead)
    assert "REVIEW_CONDITIONS" not in codes(quiet)


def test_evidence_older_than_a_year(quiet, lead):
    fact = tell(quiet.site, "NEED_SUFFICIENT", date(2026, 4, 2), by=lead)
    letter = SimpleUploadedFile("letter.txt", b"Forty families a year")
    evidence = facts.Evidence(letter, date(2025, 6, 1))
    facts.attach_evidence(fact=fact, evidence=evidence, now=at_noon(TODAY), by=lead)
    assert "EVIDENCE_OLD" not in codes(quiet)

    finding = found(quiet, "EVIDENCE_OLD", today=date(2026, 6, 2))
    assert (finding.severity, finding.since) == ("LOW", date(2025, 6, 1))
    Attachment.objects.update(removed_at=at_noon(TODAY))
    assert "EVIDENCE_OLD" not in codes(quiet, today=date(2026, 6, 2))


def test_facts_without_evidence(quiet, lead):
    fact = tell(quiet.site, "NEED_SUFFICIENT", date(2026, 4, 2), by=lead)

    assert found(quiet, "FACTS_BARE").url == "/sites/demo-vale/facts/need-sufficient/"
    SiteFact.objects.filter(pk=fact.pk).update(source="staffing")
    assert "FACTS_BARE" not in codes(quiet)


def test_plan_on_an_edition_out_of_use(quiet):
    PlanTemplate.objects.filter(pk=quiet.template_id).update(state="RETIRED")

    assert "no longer in use" in found(quiet, "TEMPLATE_OLD").detail


def test_findings_come_with_the_worst_first(quiet, lead):
    tell(quiet.site, "NEED_SUFFICIENT", date(2026, 4, 2), by=lead)
    change(quiet, stage="C", planned_opening_on=TODAY - timedelta(days=1))
    Activity.objects.filter(plan=quiet, code="B1").update(forecast_on=date(2026, 4, 1))

    severities = [finding.severity for finding in findings_of(quiet.site, today=TODAY)]
    assert severities == sorted(severities, key=["HIGH", "MEDIUM", "LOW"].index)
    assert set(severities) == {"HIGH", "MEDIUM", "LOW"}


def test_every_finding_leads_somewhere(quiet, lead, sign_in):
    tell(quiet.site, "NEED_SUFFICIENT", date(2026, 4, 2), by=lead)
    change(quiet, stage="C", planned_opening_on=TODAY - timedelta(days=1))
    for code in ("B1", "B2"):
        Activity.objects.filter(plan=quiet, code=code).update(forecast_on=date(2026, 4, 1))
    client = sign_in(lead)

    for finding in findings_of(quiet.site, today=TODAY):
        assert client.get(finding.url).status_code == 200


def test_many_sites_ask_as_few_queries_as_one(plan, lead, queries):
    from implementation.operations.plans import start_plan
    from tests.factories import SiteFactory

    one = list(readable_plans([plan.site_id]))
    with queries(12):
        looks_of(one)
    sites = [SiteFactory() for _ in range(3)]
    for other in sites:
        start_plan(site=other, started_on=BEGAN, now=at_noon(TODAY), by=lead)
    many = list(readable_plans([plan.site_id, *(other.pk for other in sites)]))
    with queries(12):
        looks = looks_of(many)
    assert len(looks) == 4
