"""A team that works, for the tests of every dashboard."""

import pytest

from tests.dashboards.sites import open_team
from tests.factories import SiteFactory


@pytest.fixture
def team():
    return open_team(SiteFactory(name="Afon Valley", phase="LIVE", opened_on="2024-01-01"))
