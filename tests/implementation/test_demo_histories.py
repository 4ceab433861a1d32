"""The demo's past set-ups: believable, made by operations, and enough for a forecast."""

from datetime import date

import pytest

from implementation.models import Plan, StageTransition
from implementation.queries.forecasts import Refusal, opening_forecast
from mst_sites.demo.histories import SITES, build_histories
from mst_sites.tenancy.models import Site
from tests.implementation.histories import kept_course

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 20)


def test_demo_histories_carry_a_forecast_and_are_made_once():
    build_histories(today=TODAY)
    count = StageTransition.objects.count()
    build_histories(today=TODAY)

    assert Site.objects.count() == Plan.objects.count() == SITES
    assert StageTransition.objects.count() == count
    assert set(Plan.objects.values_list("state", flat=True)) >= {"OPEN", "WITHDRAWN"}
    assert not StageTransition.objects.filter(happened_on__gt=TODAY).exists()
    site = kept_course(("START", "A", date(2026, 11, 1)))
    forecast = opening_forecast(site, today=TODAY)
    assert forecast.refusal is not Refusal.FEW_SITES
    assert forecast.ended_sites >= 10
