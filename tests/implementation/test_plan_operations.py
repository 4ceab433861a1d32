"""A plan begins from the template that fits, and its opening day and dates change with their reasons kept."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from implementation.models import (
    Activity,
    OpeningChange,
    Plan,
    PlanTemplate,
    StageTransition,
    TemplateActivity,
)
from implementation.operations import plans
from implementation.queries.plans import activities_of, fitting_template
from implementation.queries.standing import Roll
from mst_sites.accounts.permissions import Role
from mst_sites.audit.models import AuditEntry
from mst_sites.tenancy.versions import ClashError
from tests.factories import PlanTemplateFactory, SiteFactory, TemplateActivityFactory, person

pytestmark = pytest.mark.django_db

STARTED = date(2026, 3, 2)
OPENING = date(2027, 1, 4)


def open_on(plan, now, by, **values):
    given = {"version": plan.version, "new_on": OPENING, "reason": "FIRST_PLANNED", **values}
    return plans.change_opening(plan=plan, **given, now=now, by=by)


def test_start_plan_freezes_the_template_and_gives_first_dates(plan, lead):
    words = {a.code: a.title for a in TemplateActivity.objects.filter(template=plan.template)}

    activities = {a.code: a for a in activities_of(plan)}

    assert {code: a.title for code, a in activities.items()} == words
    assert len(activities) == 32
    assert activities["A1"].forecast_on == date(2026, 3, 9)
    assert activities["A2"].forecast_on == date(2026, 3, 23)
    begun = StageTransition.objects.get(plan=plan)
    assert (begun.kind, begun.to_stage, begun.happened_on) == ("START", "A", STARTED)
    assert (plan.turn, plan.turn_since) == ("MST_UK", STARTED)
    assert (plan.applicable_count, plan.completed_count) == (32, 0)
    assert plan.next_due_on == date(2026, 3, 9)
    entry = AuditEntry.objects.get(action="plan.started")
    assert (entry.actor, entry.site, entry.details["started_on"]) == (lead, plan.site, "2026-03-02")


def test_start_plan_refuses_a_day_to_come(site, lead, now):
    with pytest.raises(ValidationError) as refused:
        plans.start_plan(site=site, started_on=date(2026, 6, 2), now=now, by=lead)

    assert list(refused.value.error_dict) == ["started_on"]
    assert not Plan.objects.exists()


def test_start_plan_twice_is_refused_in_words(plan, lead, now):
    with pytest.raises(ValidationError, match="has its set-up plan already"):
        plans.start_plan(site=plan.site, started_on=STARTED, now=now, by=lead)

    assert Plan.objects.count() == 1


def test_start_plan_without_any_template_is_refused(site, lead, now):
    PlanTemplate.objects.update(state="RETIRED")

    with pytest.raises(plans.NoTemplateError):
        plans.start_plan(site=site, started_on=STARTED, now=now, by=lead)


def test_start_plan_leaves_nothing_behind_when_it_fails(site, lead, now, broken_audit):
    with pytest.raises(broken_audit):
        plans.start_plan(site=site, started_on=STARTED, now=now, by=lead)

    assert not Plan.objects.exists()
    assert not Activity.objects.exists()


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        ([], ("standard", "")),
        ([("standard", "WALES")], ("standard", "WALES")),
        ([("standard", "WALES"), ("can", "")], ("can", "")),
        ([("can", ""), ("can", "WALES")], ("can", "WALES")),
        ([("can", "SCOTLAND"), ("psb", "")], ("standard", "")),
    ],
)
def test_fitting_template_is_the_nearest(there, expected):
    site = SiteFactory(model="can", nation="WALES")
    for model, nation in there:
        PlanTemplateFactory(model=model, nation=nation, state="PUBLISHED")

    found = fitting_template(site)

    assert (found.model, found.nation) == expected


def test_change_opening_keeps_the_old_day_and_why(plan, lead, now):
    planned = open_on(plan, now, lead)

    moved = open_on(planned, now, lead, new_on=date(2027, 2, 1), reason="FUNDING", note="Board")

    assert (moved.planned_opening_on, moved.version) == (date(2027, 2, 1), 3)
    kept = OpeningChange.objects.order_by("new_on").values_list("old_on", "new_on", "reason")
    assert [*kept] == [
        (None, OPENING, "FIRST_PLANNED"),
        (OPENING, date(2027, 2, 1), "FUNDING"),
    ]
    told = AuditEntry.objects.get(details__reason="FUNDING").details
    assert (told["old_on"], told["new_on"]) == ("2027-01-04", "2027-02-01")
    assert "Board" not in str(told)


def test_change_opening_lets_the_days_follow(plan, lead, now):
    fixed = Activity.objects.get(code="C1")
    fixed.forecast_on, fixed.is_fixed = date(2026, 9, 1), True
    fixed.save()
    Activity.objects.filter(code="A1").update(completed_on=STARTED)

    open_on(plan, now, lead, roll=True)

    days = {a.code: a for a in activities_of(plan)}
    assert days["E6"].forecast_on == OPENING
    assert days["E2"].forecast_on == date(2026, 12, 14)
    assert days["F1"].forecast_on == date(2027, 1, 18)
    assert days["C1"].forecast_on == date(2026, 9, 1)
    assert days["B6"].forecast_on == date(2026, 7, 27)
    assert (days["A1"].completed_on, days["A1"].version) == (STARTED, 1)
    assert days["E6"].version == 2


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"new_on": date(2026, 5, 31)}, "new_on"),
        ({"reason": "FUNDING"}, "reason"),
        ({"reason": "NONSENSE"}, "reason"),
        ({"note": "Born 1 May 2012, Anna Smithson"}, "note"),
    ],
)
def test_change_opening_refuses(values, field, plan, lead, now):
    with pytest.raises(ValidationError) as refused:
        open_on(plan, now, lead, **values)

    assert list(refused.value.error_dict) == [field]
    assert not OpeningChange.objects.exists()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"reason": "FIRST_PLANNED", "new_on": date(2027, 2, 1)}, "reason"),
        ({"reason": "OTHER", "new_on": date(2027, 2, 1)}, "note"),
        ({"reason": "FUNDING"}, "new_on"),
    ],
)
def test_change_opening_of_a_planned_day_refuses(values, field, plan, lead, now):
    planned = open_on(plan, now, lead)

    with pytest.raises(ValidationError) as refused:
        open_on(planned, now, lead, **values)

    assert list(refused.value.error_dict) == [field]


@pytest.mark.parametrize("state", ["OPEN", "WITHDRAWN"])
def test_change_opening_of_a_site_that_needs_none_is_refused(state, plan, lead, now):
    Plan.objects.update(state=state)

    with pytest.raises(ValidationError, match="no opening to plan"):
        open_on(plan, now, lead)


def test_change_opening_sent_twice_is_one_change(plan, lead, now):
    number = uuid4()
    open_on(plan, now, lead, change_id=number)

    again = open_on(plan, now, lead, change_id=number)

    assert again.planned_opening_on == OPENING
    assert OpeningChange.objects.count() == 1


def test_change_opening_refuses_a_version_that_moved_on(plan, lead, now):
    open_on(plan, now, lead)

    with pytest.raises(ClashError):
        open_on(plan, now, lead, new_on=date(2027, 2, 1), reason="FUNDING")


def test_change_opening_leaves_nothing_behind_when_it_fails(plan, lead, now, broken_audit):
    with pytest.raises(broken_audit):
        open_on(plan, now, lead, roll=True)

    plan.refresh_from_db()
    assert plan.planned_opening_on is None
    assert not OpeningChange.objects.exists()


def test_roll_plan_forward_puts_nothing_before_today(plan, lead, now):
    rolled = plans.roll_plan(plan=plan, version=1, roll=Roll.FORWARD, now=now, by=lead)

    days = {a.code: a.forecast_on for a in activities_of(plan)}
    assert (days["A1"], days["A2"]) == (date(2026, 6, 1), date(2026, 6, 15))
    assert (rolled.version, rolled.next_due_on) == (2, date(2026, 6, 1))
    entry = AuditEntry.objects.get(action="plan.rolled")
    assert entry.details == {"roll": "FORWARD", "activities": 32}


def test_roll_plan_back_needs_an_opening(plan, lead, now):
    with pytest.raises(ValidationError, match="Plan the opening day first"):
        plans.roll_plan(plan=plan, version=1, roll=Roll.BACK, now=now, by=lead)


def test_roll_plan_back_counts_from_the_opening(plan, lead, now):
    planned = open_on(plan, now, lead)

    plans.roll_plan(plan=planned, version=planned.version, roll=Roll.BACK, now=now, by=lead)

    assert Activity.objects.get(code="E6").forecast_on == OPENING


def test_roll_plan_passes_over_what_does_not_apply(plan, lead, now):
    Activity.objects.filter(code="A1").update(not_applicable_reason="Known for years")

    plans.roll_plan(plan=plan, version=1, roll=Roll.FORWARD, now=now, by=lead)

    days = {a.code: a.forecast_on for a in activities_of(plan)}
    assert days["A1"] == date(2026, 3, 9)  # as it was


def test_roll_plan_refuses_a_version_that_moved_on(plan, lead, now):
    plans.roll_plan(plan=plan, version=1, roll=Roll.FORWARD, now=now, by=lead)

    with pytest.raises(ClashError):
        plans.roll_plan(plan=plan, version=1, roll=Roll.FORWARD, now=now, by=lead)


def test_roll_plan_leaves_nothing_behind_when_it_fails(plan, lead, now, broken_audit):
    with pytest.raises(broken_audit):
        plans.roll_plan(plan=plan, version=1, roll=Roll.FORWARD, now=now, by=lead)

    assert Activity.objects.get(code="A1").forecast_on == date(2026, 3, 9)


def test_assign_guide_names_somebody_of_the_site(plan, lead, manager):
    guided = plans.assign_guide(plan=plan, version=1, guided_by=lead, by=lead)

    assert (guided.guided_by, guided.version) == (lead, 2)
    assert AuditEntry.objects.get(action="plan.guide-assigned").details == {
        "guided_by": str(lead.pk)
    }


def test_assign_guide_refuses_a_stranger(plan, lead):
    stranger = person(Role.PROVIDER_MANAGER, site=SiteFactory())

    with pytest.raises(ValidationError, match="no role on the site"):
        plans.assign_guide(plan=plan, version=1, guided_by=stranger, by=lead)


def test_assign_guide_leaves_nothing_behind_when_it_fails(plan, lead, broken_audit):
    with pytest.raises(broken_audit):
        plans.assign_guide(plan=plan, version=1, guided_by=lead, by=lead)

    assert Plan.objects.get().guided_by is None


def test_start_plan_long_ago_keeps_the_days_of_then(site, lead):
    then = datetime(2019, 9, 30, tzinfo=UTC)

    plan = plans.start_plan(site=site, started_on=date(2019, 9, 2), now=then, by=lead)

    assert Activity.objects.get(plan=plan, code="A1").forecast_on == date(2019, 9, 9)
    assert timezone.now() > then


def test_start_plan_takes_the_template_of_the_model(lead, now):
    site = SiteFactory(model="can")
    template = PlanTemplateFactory(model="can", state="DRAFT")
    TemplateActivityFactory(template=template, code="A1", stage="A", title="Only this")
    PlanTemplate.objects.filter(pk=template.pk).update(state="PUBLISHED")

    plan = plans.start_plan(site=site, started_on=STARTED, now=now, by=lead)

    assert [a.title for a in activities_of(plan)] == ["Only this"]
