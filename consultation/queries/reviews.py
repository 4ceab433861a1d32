"""What a Performance Implementation Review says, and the reviews of a team."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext

from consultation.metrics import (
    ClosureGroup,
    ConsultationWeek,
    EpisodeFacts,
    Metric,
    Operator,
    Target,
    Targets,
    opportunity,
    review_metrics,
)
from consultation.metrics.definitions import definitions
from consultation.models import Review, ReviewState
from consultation.models import Target as TargetRow
from consultation.models.snapshot import (
    Closure,
    Narrative,
    PeriodFigures,
    ReviewContent,
    WeekState,
)
from consultation.queries.episodes import closure_reasons, episode_facts
from consultation.queries.notes import consultation_weeks
from consultation.queries.review_periods import earlier_periods
from consultation.queries.working import team_working_since
from mst_sites.audit.models import AuditEntry
from mst_sites.delivery.models import Document
from mst_sites.languages import speaking, spoken
from mst_sites.periods import WEEK, Period
from mst_sites.tenancy.models import Site, Team

QUARTER = timedelta(days=80)


def review_content(*, team: Team, period: Period, today: date) -> ReviewContent:
    """Return what a review of the period would say today, in the language of the site's documents."""
    site = team.site
    periods = [*earlier_periods(period, opened_on=team.opened_on), period]
    whole = Period(periods[0].starts_on, period.ends_on)
    facts, codes = episode_facts(team=team, period=whole)
    weeks = consultation_weeks(team=team, period=whole)
    since = team_working_since(team)
    targets = targets_of_model(team.model)
    issued = _issued_figures(team, periods[:-1])
    with speaking(site.language):
        figures = {
            each: issued.get(each)
            or _in_words(
                review_metrics(
                    episodes=facts,
                    weeks=weeks,
                    period=each,
                    today=today,
                    targets=targets,
                    since=since,
                )
            )
            for each in periods
        }
        return ReviewContent(
            site=site.name,
            team=team.name,
            provider=site.provider.name if site.provider else "",
            model=str(team.get_model_display()),
            language=spoken(site.language),
            period=period,
            as_of=today,
            metrics=figures[period],
            definitions=definitions(),
            previous=tuple(
                PeriodFigures(each, figures[each])
                for each in periods[:-1]
                if each in issued or _has_cases(facts, each)
            ),
            closures=_closures(facts, codes, period),
            adherence=_adherence(facts, period),
            threshold=Fraction(settings.ADHERENCE_THRESHOLD),
            weeks=_week_states(weeks, period, today=today, since=since),
        )


def _in_words(metrics: Iterable[Metric]) -> tuple[Metric, ...]:
    """Write the names in the language of this moment, or whoever reads them next would decide on it."""
    return tuple(replace(metric, name=str(metric.name)) for metric in metrics)


def targets_of_model(model: str) -> Targets:
    """Return MST UK's targets in use for one MST model."""
    rows = TargetRow.objects.filter(target_set__model=model, target_set__is_current=True)
    return {
        row.metric: Target(
            Operator(row.operator),
            _plain(row.value),
            row.upper and _plain(row.upper),
            close_by=settings.REVIEW_CLOSE_BY,
        )
        for row in rows
    }


def _plain(number: Decimal) -> Decimal:
    """Drop the zeros that the column's two places add: 85, not 85.00."""
    return Decimal(f"{number.normalize():f}")


def _issued_figures(team: Team, periods: Iterable[Period]) -> dict[Period, Any]:
    """Return the figures of earlier periods as they were issued: what was printed once is not counted anew."""
    wanted = set(periods)
    issued = (
        Review.objects.filter(
            site=team.site_id,
            team=team,
            state=ReviewState.ISSUED,
            starts_on__in=[period.starts_on for period in wanted],
        )
        .order_by("edition")
        .only("starts_on", "ends_on", "snapshot")
    )
    return {
        review.period: ReviewContent.from_json(review.snapshot).metrics
        for review in issued
        if review.period in wanted
    }


def _has_cases(facts: Iterable[EpisodeFacts], period: Period) -> bool:
    return any(case.closed_on in period for case in facts)


def _closures(
    facts: Iterable[EpisodeFacts], codes: dict[str, str], period: Period
) -> tuple[Closure, ...]:
    """Count by reason; the reasons of an opportunity for a full course are told even where there are none."""
    counts = Counter(codes[case.case_ref] for case in facts if case.closed_on in period)
    return tuple(
        Closure(
            reason.code,
            gettext(reason.text) if reason.text else "",
            ClosureGroup(reason.group),
            counts[reason.code],
        )
        for reason in closure_reasons(with_former=True)
        if counts[reason.code]
        or (reason.is_current and reason.group != ClosureGroup.ADMINISTRATIVE)
    )


def _adherence(facts: Iterable[EpisodeFacts], period: Period) -> tuple[Any, ...]:
    means = (case.adherence for case in opportunity(facts, period))
    return tuple(sorted(mean for mean in means if mean is not None))


def _week_states(
    weeks: Iterable[ConsultationWeek], period: Period, *, today: date, since: date | None
) -> tuple[WeekState, ...]:
    filed = {week.monday: week for week in weeks}
    states = []
    for monday in period.mondays():
        if since is None or monday < since:
            continue
        week = filed.get(monday)
        if week is not None:
            state = "held" if week.was_held else "cancelled"
        else:
            state = "missing" if monday + WEEK <= today else "to_come"
        states.append(WeekState(monday, state))
    return tuple(states)


def content_of(review: Review) -> ReviewContent:
    """Return what a review says: the frozen figures, with the words of its draft while it is one."""
    content = ReviewContent.from_json(review.snapshot)
    return content if review.is_issued else content.with_narrative(narrative_of(review))


def narrative_of(review: Review) -> Narrative:
    """Return what people have written so far; each line of a list is one entry."""
    return Narrative(
        review.summary,
        tuple(review.strengths.splitlines()),
        tuple(review.barriers.splitlines()),
        tuple(review.recommendations.splitlines()),
    )


def reviews_of(team: Team, *, with_drafts: bool, with_superseded: bool = True) -> QuerySet[Review]:
    """Return a team's reviews, the latest period first.

    Superseded are those that a later edition was issued of; a draft of one supersedes nothing yet.
    """
    reviews = Review.objects.filter(site=team.site_id, team=team)
    if not with_drafts:
        reviews = reviews.filter(state=ReviewState.ISSUED)
    if not with_superseded:
        reviews = reviews.exclude(Exists(_later_editions()))
    return reviews.order_by("-starts_on", "-ends_on", "-edition")


def _later_editions() -> QuerySet[Review]:
    same = {name: OuterRef(name) for name in ("site", "team", "starts_on", "ends_on")}
    return Review.objects.filter(state=ReviewState.ISSUED, edition__gt=OuterRef("edition"), **same)


def is_superseded(document: Document) -> bool:
    """Tell whether a later edition was issued of the review that a document shows."""
    review = Review.objects.filter(site=document.site_id, pk=document.subject_id)
    return review.filter(Exists(_later_editions())).exists()


def editions_of(review: Review, *, with_drafts: bool, with_superseded: bool = True) -> list[Review]:
    """Return the editions of the review's period without their figures, the newest first."""
    editions = reviews_of(review.team, with_drafts=with_drafts, with_superseded=with_superseded)
    return list(
        editions.filter(starts_on=review.starts_on, ends_on=review.ends_on).defer("snapshot")
    )


def overlapping_reviews(review: Review) -> QuerySet[Review]:
    """Return issued reviews of a period that shares some days with this one's, and not all.

    From two such reviews somebody could work out the days that only one of them covers.
    """
    same = {"starts_on": review.starts_on, "ends_on": review.ends_on}
    return (
        reviews_of(review.team, with_drafts=False)
        .filter(starts_on__lt=review.ends_on, ends_on__gt=review.starts_on)
        .exclude(**same)
        .defer("snapshot")
    )


def repeating_reviews(review: Review) -> list[Review]:
    """Return issued reviews of later periods that repeat other figures of this review's period than it gives.

    From two such reviews somebody could work out what came in between.
    """
    period = [review.starts_on.isoformat(), review.ends_on.isoformat()]
    later = reviews_of(review.team, with_drafts=False, with_superseded=False).filter(
        starts_on__gte=review.ends_on, snapshot__previous__contains=[{"period": period}]
    )
    counted = _counts(content_of(review).metrics)
    return [
        each
        for each in later
        for earlier in content_of(each).previous
        if earlier.period == review.period and _counts(earlier.metrics) != counted
    ]


def _counts(metrics: Iterable[Metric]) -> list[tuple[Any, ...]]:
    return [(each.code, each.k, each.n, each.missing, each.value) for each in metrics]


def newest_review(team: Team, period: Period, *, with_drafts: bool = True) -> Review | None:
    """Return the newest edition of exactly this period."""
    same = {"starts_on": period.starts_on, "ends_on": period.ends_on}
    return reviews_of(team, with_drafts=with_drafts).filter(**same).first()


def issued_review(review_id: str) -> Review:
    """Return an issued review.

    :raises Review.DoesNotExist: there is none of this id in the scope.
    """
    return Review.objects.select_related("site", "team").get(pk=review_id, state=ReviewState.ISSUED)


def entry_of_issue(review: Review) -> AuditEntry | None:
    """Return the link of the site's audit chain that says when and by whom a review was issued."""
    entry: AuditEntry | None = (
        AuditEntry.objects.of_site(review.site)
        .filter(action="review.issued", subject_id=str(review.pk))
        .first()
    )
    return entry


def documents_of(review: Review, audiences: Iterable[str]) -> QuerySet[Document]:
    """Return the PDFs of an issued review that are for some audiences."""
    return (
        Document.objects.filter(
            site=review.site_id, kind="review", subject_id=str(review.pk), audience__in=audiences
        )
        .select_related("site")
        .order_by("-audience")
    )


def last_issued_reviews(sites: Iterable[Site]) -> dict[Any, Review]:
    """Return the latest issued review of each team of some sites, by the team's id, in one query."""
    reviews = _latest_issued(sites, of="team").select_related("team", "site")
    return {review.team_id: review for review in reviews}


def last_reviewed(sites: Iterable[Site]) -> dict[int, Period]:
    """Return the period of each site's latest issued review, by the site's id."""
    reviews = _latest_issued(sites, of="site").values_list("site_id", "starts_on", "ends_on")
    return {site_id: Period(starts_on, ends_on) for site_id, starts_on, ends_on in reviews}


def _latest_issued(sites: Iterable[Site], *, of: str) -> QuerySet[Review]:
    """Return of each team or site the issued review that ends last, a shorter one only where there is no other.

    What somebody looks up in a few weeks does not take the place of what a half-year says.
    """
    covers_a_quarter = Q(starts_on__lte=F("ends_on") - QUARTER)
    return (
        Review.objects.filter(site__in=[site.pk for site in sites], state=ReviewState.ISSUED)
        .annotate(covers_a_quarter=covers_a_quarter)
        .order_by(of, "-covers_a_quarter", "-ends_on", "-starts_on", "-edition", "id")
        .distinct(of)
    )
