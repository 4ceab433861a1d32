"""Issued reviews of a demo team, with words that are true of the figures beside them."""

from datetime import UTC, date, datetime, time, timedelta

from consultation.metrics.results import Status
from consultation.metrics.suppression import suppressed
from consultation.models import Review
from consultation.models.snapshot import Narrative
from consultation.operations import Words, issue_review, request_review, write_review
from consultation.queries import content_of, half_years
from mst_sites.accounts.models import User
from mst_sites.demo.country import DemoTeam
from mst_sites.tenancy.models import Team

KEPT = 3  # the last half-years that are over
PREPARED_AFTER = timedelta(days=18)
JUDGED = ("M10", "M20", "M21", "M22", "M63", "M71")


def issue_reviews(team: Team, demo: DemoTeam, *, today: date, consultant: User) -> int:
    """Write the reviews of the last half-years that are over, and issue them; return how many."""
    periods = [
        period for period in half_years(team, today=today, most=KEPT + 1) if period.ends_on <= today
    ]
    for period in reversed(periods[:KEPT]):
        day = min(period.ends_on + PREPARED_AFTER, today)
        now = datetime.combine(day, time(11), UTC)
        review = request_review(team=team, period=period, now=now, by=consultant)
        review = write_review(
            review=review, version=review.version, words=words_for(review), now=now, by=consultant
        )
        if not (demo.last_review_waits and period == periods[0]):
            issue_review(review=review, version=review.version, now=now, by=consultant)
    return len(periods[:KEPT])


def words_for(review: Review) -> Words:
    """Say what the figures say, as a consultant would begin; the rest is true whatever they are.

    Commissioners read it, too, so of the figures that they see; by their names, for others see further ones beside it.
    """
    shown = {metric.code: metric for metric in suppressed(content_of(review).metrics)}
    held = shown["M71"]
    sentences = [
        f"Consultation was held in {held.k} of {held.n} weeks, and case summaries came on time in most of them."
    ]
    for words, status in (("Target met", Status.MET), ("Below target", Status.NOT_MET)):
        names = [str(shown[code].name).lower() for code in JUDGED if shown[code].status == status]
        sentences += [f"{words}: {', '.join(names)}."] if names else []
    return Words(
        Narrative(
            summary=" ".join(sentences),
            strengths=(
                "The team tests small steps and brings the results back.",
                "Case summaries say what changed and what did not.",
            ),
            barriers=("Referrals came in waves, with a quiet month in between.",),
            recommendations=(
                "Agree with schools who rings on the first morning of term.",
                "Bring one recording of each therapist to consultation every month.",
            ),
        )
    )
