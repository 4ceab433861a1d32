"""The figures of one team and half-year, among 300,000 episodes."""

from collections.abc import Iterator

from django.utils import timezone

from consultation.metrics import review_metrics
from consultation.queries import consultation_weeks, episode_facts
from consultation.queries.reviews import targets_of_model
from mst_sites.periods import Period, half_year_before
from mst_sites.tenancy.models import Team
from mst_sites.tenancy.scope import site_scope, whole_scope
from tests.bench.timing import Row, medians

ROUNDS = 15


def measure() -> Iterator[Row]:
    with whole_scope():
        team = Team.objects.select_related("site").order_by("site__slug").first()
    today = timezone.localdate()
    period = half_year_before(today)

    def count() -> None:
        with site_scope([team.site_id]):
            figures(team, period)

    yield Row("figures of one team and half-year", medians([count], rounds=ROUNDS)[0], "ms", 50)


def figures(team: Team, period: Period) -> None:
    """Read and count everything that a review needs of its own period."""
    today = timezone.localdate()
    facts, _codes = episode_facts(team=team, period=period)
    review_metrics(
        episodes=facts,
        weeks=consultation_weeks(team=team, period=period),
        period=period,
        today=today,
        targets=targets_of_model(team.model),
        since=team.opened_on,
    )
