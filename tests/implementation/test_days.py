"""Days of a whole plan entered in one go: all of them, or none."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError

from implementation.models import Activity
from implementation.operations.days import Days, enter_days
from mst_sites.accounts.permissions import Role
from mst_sites.audit.models import AuditEntry
from mst_sites.tenancy.versions import ClashError
from tests.factories import ActivityFactory, PlanFactory, person

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
BEGAN, LATER = date(2026, 1, 5), date(2026, 3, 2)


@pytest.fixture
def plan():
    plan = PlanFactory(started_on=BEGAN)
    for code in ("A1", "A2", "B1"):
        ActivityFactory(plan=plan, code=code, forecast_on=LATER)
    return plan


def enter(plan, days):
    return enter_days(plan=plan, days=days, now=NOW, by=None)


def days_of(plan):
    activities = Activity.objects.filter(plan=plan).order_by("code")
    return {a.code: (a.forecast_on, a.completed_on) for a in activities}


def test_enter_days_sets_all_of_them_and_works_out_the_standing(plan):
    entered = enter(plan, {"A1": Days(LATER, BEGAN), "B1": Days(None, LATER)})

    assert days_of(plan) == {"A1": (LATER, BEGAN), "A2": (LATER, None), "B1": (None, LATER)}
    assert (entered.completed_count, entered.applicable_count) == (2, 3)
    entry = AuditEntry.objects.get(action="plan.days-entered")
    assert entry.details == {
        "A1": {"forecast_on": "2026-03-02", "completed_on": "2026-01-05"},
        "B1": {"forecast_on": None, "completed_on": "2026-03-02"},
    }


def test_enter_days_leaves_what_did_not_change_alone(plan):
    enter(plan, {"A1": Days(LATER, None), "A2": Days(LATER, BEGAN), "Z9": Days(LATER, BEGAN)})

    versions = dict(Activity.objects.filter(plan=plan).values_list("code", "version"))
    assert versions == {"A1": 1, "A2": 2, "B1": 1}


@pytest.mark.parametrize(
    ("days", "field", "words"),
    [
        (Days(LATER, date(2026, 11, 24)), "A1-completed_on", "in the future"),
        (Days(date(2101, 1, 1), None), "A1-forecast_on", "too far off"),
        (Days(LATER, date(2026, 1, 4)), "A1-completed_on", "cannot be before it"),
        (Days(date(2026, 1, 4), None), "A1-forecast_on", "cannot be before it"),
    ],
)
def test_enter_days_names_each_impossible_day_and_saves_none(plan, days, field, words):
    with pytest.raises(ValidationError) as refused:
        enter(plan, {"A1": days, "B1": Days(LATER, BEGAN)})

    assert words in refused.value.message_dict[field][0]
    assert days_of(plan)["B1"] == (LATER, None)


def test_enter_days_refuses_a_day_of_what_does_not_apply(plan):
    Activity.objects.filter(plan=plan, code="A1").update(not_applicable_reason="One agency")

    with pytest.raises(ValidationError) as refused:
        enter(plan, {"A1": Days(LATER, BEGAN)})

    assert "does not apply" in refused.value.message_dict["A1-completed_on"][0]


def test_enter_days_leaves_a_fixed_activity_its_day(plan):
    Activity.objects.filter(plan=plan, code="A1").update(is_fixed=True)

    with pytest.raises(ValidationError) as refused:
        enter(plan, {"A1": Days(None, None)})

    assert refused.value.message_dict == {"A1-forecast_on": ["Give the day that is fixed."]}
    enter(plan, {"A1": Days(BEGAN, None)})
    assert days_of(plan)["A1"] == (BEGAN, None)


def test_enter_days_records_nothing_where_nothing_changed(plan):
    same = enter(plan, {"A1": Days(LATER, None)})

    assert same == plan
    assert not AuditEntry.objects.filter(action="plan.days-entered").exists()


def test_enter_days_refuses_what_somebody_changed_meanwhile(plan):
    enter(plan, {"A1": Days(LATER, BEGAN)})

    with pytest.raises(ClashError):
        enter(plan, {"A1": Days(LATER, LATER), "A2": Days(LATER, LATER)})

    assert days_of(plan)["A2"] == (LATER, None)


def test_enter_days_refuses_a_withdrawn_site(plan):
    type(plan).objects.update(state="WITHDRAWN")

    with pytest.raises(ValidationError, match="withdrawn"):
        enter(plan, {"A1": Days(LATER, BEGAN)})


def test_enter_days_is_undone_without_its_audit_entry(plan, broken_audit):
    with pytest.raises(broken_audit):
        enter(plan, {"A1": Days(LATER, BEGAN)})

    assert days_of(plan)["A1"] == (LATER, None)


# The page.


@pytest.fixture
def client(plan, sign_in):
    return sign_in(person(Role.PROVIDER_MANAGER, site=plan.site))


def fields(**changes):
    blank = {
        f"{code}-{name}": ""
        for code in ("A1", "A2", "B1")
        for name in ("forecast_on", "completed_on")
    }
    return blank | {f"{code}-version": 1 for code in ("A1", "A2", "B1")} | changes


def address(plan):
    return f"/sites/{plan.site.slug}/plan/days/"


def test_plan_days_saves_what_was_typed(plan, client):
    response = client.post(address(plan), fields(**{"A1-completed_on": "2026-03-01"}))

    assert response.status_code == 302
    assert days_of(plan)["A1"] == (None, date(2026, 3, 1))


def test_plan_days_asks_for_no_day_of_what_is_left_over_or_does_not_apply(plan, client):
    Activity.objects.filter(plan=plan, code="A1").update(is_left_over=True)
    Activity.objects.filter(plan=plan, code="A2").update(not_applicable_reason="One agency")

    page = client.get(address(plan))

    assert [activity.code for activity, *_fields in page.context["form"].lines()] == ["B1"]


def test_plan_days_outlives_the_session_of_whoever_typed_it(plan, client):
    """The form is drawn by hand, so it must bring the mark by itself."""
    assert 'name="typed_by"' in client.get(address(plan)).content.decode()


def test_plan_days_keeps_everything_when_one_day_is_impossible(plan, client):
    typed = fields(**{"A1-completed_on": "2099-01-01", "B1-completed_on": "2026-03-01"})

    response = client.post(address(plan), typed)

    page = response.content.decode()
    assert response.status_code == 422
    assert "This day is in the future" in page
    assert 'href="#id_A1-completed_on"' in page
    assert 'value="2026-03-01"' in page


@pytest.mark.parametrize("far", ["9999-12-31", "0001-01-01"])
@pytest.mark.parametrize("name", ["A1-completed_on", "B1-forecast_on"])
def test_plan_days_refuses_a_year_with_a_slip_at_its_field(far, name, plan, client):
    before = days_of(plan)

    response = client.post(address(plan), fields(**{name: far}))

    assert response.status_code == 422
    assert response.context["form"].errors[name] == ["This day is too far off. Look at the year."]
    assert days_of(plan) == before


def test_plan_days_tells_which_activity_somebody_else_changed(plan, client):
    Activity.objects.filter(plan=plan, code="A2").update(version=2, forecast_on=BEGAN)
    typed = fields(**{"A2-completed_on": "2026-03-01"})

    response = client.post(address(plan), typed)

    assert response.status_code == 409
    assert "Somebody else changed A2" in response.content.decode()
    again = client.post(address(plan), typed | {"A2-version": 2})
    assert again.status_code == 302


def test_plan_days_asks_the_same_for_every_plan(plan, client, queries):
    with queries(7):
        client.get(address(plan))
