"""The data of the benchmark is few rows here and the same kind: what pages read of it must hold."""

from datetime import date

import pytest

from consultation.models import Review, ReviewState
from consultation.models.snapshot import fingerprint
from consultation.queries import content_of
from mst_sites.demo.scale import load_scale
from mst_sites.tenancy.models import Team

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


LEAP_DAY = date(2028, 2, 29)


def loaded(years=1, today=TODAY):
    return load_scale(sites=3, years=years, today=today, say=lambda line: None)


def test_scale_issues_reviews_that_name_their_own_team():
    counts = loaded(years=2)
    team = Team.objects.select_related("site__provider").get(site__slug="scale-00002")

    reviews = list(Review.objects.filter(team=team).order_by("starts_on"))

    assert counts["reviews"] == 3 * len(reviews) == 12
    assert {review.state for review in reviews} == {ReviewState.ISSUED}
    assert reviews[-1].ends_on <= TODAY
    for review in reviews:
        content = content_of(review)
        assert (content.site, content.team) == (team.site.name, team.name)
        assert content.provider == team.site.provider.name
        assert content.period == review.period
        assert fingerprint(review.snapshot) == review.snapshot_sha256
        assert content.metric("M10").n > 0


def test_scale_is_loaded_once_and_on_any_day():
    loaded(today=LEAP_DAY)

    with pytest.raises(ValueError, match="already"):
        loaded()
