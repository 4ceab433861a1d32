"""What the X-ray says of steering groups that do not meet."""

from datetime import UTC, date, datetime

import pytest

from implementation.queries.xray import findings_of
from tests.factories import MeetingFactory, PlanFactory, SteeringGroupFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 9, 1)


@pytest.fixture
def group():
    return SteeringGroupFactory(site=PlanFactory().site, formed_on=date(2026, 1, 5))


def found(site):
    return [each for each in findings_of(site, today=TODAY) if each.code.startswith("STEERING")]


def held(site, on, **changes):
    closed = {"state": "CLOSED", "closed_at": datetime(2026, 8, 1, tzinfo=UTC), **changes}
    at = datetime(on.year, on.month, on.day, 10, tzinfo=UTC)
    return MeetingFactory(site=site, starts_at=at, **closed)


@pytest.mark.parametrize(
    ("day", "is_silent"), [(date(2026, 5, 1), True), (date(2026, 5, 2), False)]
)
def test_steering_group_is_silent_after_four_months(group, day, is_silent):
    held(group.site, day)

    assert [each.since for each in found(group.site)] == [day] * is_silent


def test_steering_group_that_never_met_is_silent_since_it_was_formed(group):
    MeetingFactory(site=group.site, starts_at=datetime(2026, 8, 3, 10, tzinfo=UTC))
    held(group.site, date(2026, 8, 3), kind="CALL")

    [finding] = found(group.site)
    assert finding.since == date(2026, 1, 5)
    assert finding.url == f"/sites/{group.site.slug}/steering-group/"
    assert "formed" in finding.detail


def test_site_without_a_steering_group_is_told_by_its_activities(group):
    group.delete()

    assert found(group.site) == []
