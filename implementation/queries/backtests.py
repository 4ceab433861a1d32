"""How past forecasts did: worked out as at the end of each month, and held against the day on which sites opened."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from django.db.models import Min, Q, QuerySet

from implementation.models import PastForecast, Stage, StageTransition, TransitionKind
from implementation.queries.courses import Courses
from implementation.queries.forecasts import METHOD, Forecast, forecast_at
from mst_sites.periods import add_months, within_reach
from mst_sites.tenancy.models import Site


@dataclass(frozen=True, slots=True)
class Score:
    """How some past forecasts did."""

    sites: int = 0
    forecasts: int = 0
    covered: int = 0  # the site opened within the interval
    median_error: float | None = None  # days between the middle and the opening, either way
    refused: int = 0  # month ends at which there was no forecast

    @property
    def coverage(self) -> float | None:
        return self.covered / self.forecasts if self.forecasts else None


@dataclass(frozen=True, slots=True)
class BackTest:
    """The scores of all past forecasts, and of those made in each stage."""

    overall: Score
    by_stage: dict[Stage, Score]
    worked_out_at: datetime | None
    sites_waiting: int  # opened sites that are not worked out yet


@dataclass(frozen=True, slots=True)
class OpenedSite:
    """A site whose opening can be held against forecasts made before it."""

    site_id: int
    begun_on: date
    opened_on: date

    def month_ends(self) -> Iterator[date]:
        """Return the last day of each month between the first enquiry and the opening."""
        following = add_months(within_reach(self.begun_on).replace(day=1), 1)
        while following <= self.opened_on:
            yield following - timedelta(days=1)
            following = add_months(following, 1)


def back_test() -> BackTest:
    """Score every past forecast that is kept."""
    kept = list(kept_forecasts())
    done = {each.site_id for each in kept}
    return BackTest(
        overall=score_of(kept),
        by_stage={
            stage: score_of(each for each in kept if each.stage == stage)
            for stage in Stage
            if stage != Stage.LIVE
        },
        worked_out_at=max((each.worked_out_at for each in kept), default=None),
        sites_waiting=sum(each.site_id not in done for each in opened_sites()),
    )


def kept_forecasts() -> QuerySet[PastForecast]:
    """Return what was worked out by the arithmetic of today."""
    return PastForecast.objects.filter(method=METHOD)


def score_of(kept: Iterable[PastForecast]) -> Score:
    kept = list(kept)
    made = [each for each in kept if not each.refusal]
    errors = [abs(each.error_days) for each in made if each.error_days is not None]
    return Score(
        sites=len({each.site_id for each in made}),
        forecasts=len(made),
        covered=sum(each.covers for each in made),
        median_error=float(median(errors)) if errors else None,
        refused=len(kept) - len(made),
    )


def sites_with_scores() -> QuerySet[Site]:
    """Return the opened sites for which there were forecasts, those that opened last first."""
    made = kept_forecasts().filter(refusal="")
    sites: QuerySet[Site] = Site.objects.filter(pk__in=made.values("site"))
    return sites.order_by("-opened_on", "name", "id")


def scores_of(sites: Iterable[Site]) -> dict[int, Score]:
    """Return how the forecasts of each of some sites did, in one query."""
    of_site: dict[int, list[PastForecast]] = {site.pk: [] for site in sites}
    for each in kept_forecasts().filter(site__in=of_site):
        of_site[each.site_id].append(each)
    return {site: score_of(kept) for site, kept in of_site.items()}


def past_forecasts_of(site: Site) -> list[PastForecast]:
    """Return the forecasts of an opened site in the order in which they were made."""
    return list(kept_forecasts().filter(site=site).order_by("made_on"))


def opened_sites() -> list[OpenedSite]:
    """Return the sites that opened, but for those that did so in the month of their first enquiry."""
    courses = (
        StageTransition.objects.values("site")
        .annotate(
            begun_on=Min("happened_on", filter=Q(kind=TransitionKind.START)),
            opened_on=Min("happened_on", filter=Q(kind=TransitionKind.OPEN)),
        )
        .exclude(opened_on=None)
        .exclude(begun_on=None)
        .order_by("opened_on", "site")
    )
    found = [OpenedSite(row["site"], row["begun_on"], row["opened_on"]) for row in courses]
    return [each for each in found if any(each.month_ends())]


def forecasts_before_opening(courses: Courses, opened: OpenedSite) -> list[Forecast]:
    """Forecast an opened site as at the end of each month before it opened, with what was on record by then."""
    made = (forecast_at(courses, opened.site_id, today=day) for day in opened.month_ends())
    return [forecast for forecast in made if forecast.stage]
