"""`stage_measures` and `forecast_opening` print JSON of a stable shape, and refuse in one line."""

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.factories import ActivityFactory, PlanFactory, SiteFactory
from tests.implementation.histories import kept_course
from tests.implementation.test_forecast_queries import past

pytestmark = pytest.mark.django_db


def printed(command, slug):
    out = StringIO()
    call_command(command, "--site", slug, "--json", stdout=out)
    return json.loads(out.getvalue())


def test_stage_measures_prints_each_stage():
    plan = PlanFactory(site__slug="afon")
    for code, day in (("B1", date(2026, 2, 1)), ("B2", date(2026, 3, 1)), ("B3", None)):
        ActivityFactory(plan=plan, code=code, sic_stage=2, completed_on=day)

    found = printed("stage_measures", "afon")

    assert {**found, "stages": found["stages"][1]} == {
        "site": "afon",
        "final_stage": 2,
        "stopped": False,
        "stages": {
            "stage": 2,
            "duration_days": 28,
            "completed": 2,
            "applicable": 3,
            "proportion": 2 / 3,
            "first_on": "2026-02-01",
            "last_on": "2026-03-01",
        },
    }
    assert [stage["stage"] for stage in found["stages"]] == list(range(1, 9))
    assert found["stages"][0] == {
        "stage": 1, "duration_days": None, "completed": 0, "applicable": 0, "proportion": None,
        "first_on": None, "last_on": None,
    }  # fmt: skip


def test_stage_measures_needs_a_plan():
    SiteFactory(slug="afon")

    with pytest.raises(CommandError) as refused:
        printed("stage_measures", "afon")

    assert str(refused.value) == "The site 'afon' has no set-up plan."


@pytest.mark.parametrize("command", ["stage_measures", "forecast_opening"])
def test_command_refuses_a_site_that_is_not_there(command):
    with pytest.raises(CommandError) as refused:
        printed(command, "nowhere")

    assert str(refused.value) == "There is no site with the address 'nowhere'."


def test_forecast_opening_prints_an_interval(time_machine):
    time_machine.move_to("2026-11-20 12:00")
    past(12)
    kept_course(("START", "A", date(2026, 10, 1)), slug="afon")

    found = printed("forecast_opening", "afon")

    opening = found.pop("opening")
    assert found == {
        "site": "afon",
        "as_of": "2026-11-20",
        "refusal": None,
        "stage": "A",
        "days_in_stage": 50,
        "on_hold": False,
        "comparable": "SAME_MODEL_AND_NATION",
        "sites": {"opened": 12, "withdrawn": 0, "under_way": 0},
        "chance_of_opening": 1.0,
        "chance_interval_80": [1.0, 1.0],
        "planned_on": None,
        "chance_by_planned": None,
    }
    days = [opening[name] for name in ("earliest_on", "median_on", "latest_on")]
    assert days == sorted(days)
    assert opening["latest_is_at_least"] is False


def test_forecast_opening_prints_why_there_is_none(time_machine):
    time_machine.move_to("2026-11-20 12:00")
    past(9)
    kept_course(("START", "A", date(2026, 10, 1)), slug="afon")

    found = printed("forecast_opening", "afon")

    assert (found["refusal"], found["opening"], found["chance_of_opening"]) == (
        "FEW_SITES",
        None,
        None,
    )
    assert found["chance_interval_80"] is None
    assert found["sites"]["opened"] == 9


def test_forecast_opening_of_a_site_that_has_not_begun():
    SiteFactory(slug="afon")

    found = printed("forecast_opening", "afon")

    assert (found["refusal"], found["stage"], found["days_in_stage"]) == ("NOT_BEGUN", None, None)
