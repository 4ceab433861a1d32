"""A site that is being set up, and the people around it."""

from datetime import UTC, date, datetime

import pytest

from implementation.operations import plans
from mst_sites.accounts.permissions import Role
from tests.factories import SiteFactory, person

NOW = datetime(2026, 6, 1, 10, 0, tzinfo=UTC)


@pytest.fixture
def now():
    return NOW


@pytest.fixture
def site():
    return SiteFactory(name="Demo Vale", slug="demo-vale", nation="WALES")


@pytest.fixture
def lead():
    return person(Role.MST_UK_LEAD)


@pytest.fixture
def manager(site):
    return person(Role.PROVIDER_MANAGER, site=site)


@pytest.fixture
def commissioner(site):
    return person(Role.COMMISSIONER, site=site)


@pytest.fixture
def plan(site, lead):
    """Return a plan of 32 activities that began on 2 March 2026."""
    return plans.start_plan(site=site, started_on=date(2026, 3, 2), now=NOW, by=lead)
