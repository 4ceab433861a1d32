"""Sites as the dashboards' tests make them: a team with its weeks, and a review that was issued of it."""

from datetime import UTC, date, datetime, timedelta

from django.utils import timezone

from consultation import operations
from consultation.models import NoteStatus
from consultation.models.snapshot import Narrative
from mst_sites.accounts.permissions import Role
from mst_sites.periods import WEEK, Period, local_day, monday_of
from tests.consultation.half_year import import_cases
from tests.factories import (
    NoteFactory,
    TeamFactory,
    person,
)

TODAY = local_day(timezone.now())

THIS_WEEK = monday_of(TODAY)

LAST_WEEK = THIS_WEEK - WEEK

HALF = Period(date(2026, 1, 1), date(2026, 7, 1))

ISSUED_AT = datetime(2026, 8, 3, 10, 0, tzinfo=UTC)


def open_team(site, **values):
    return TeamFactory(site=site, opened_on=date(2024, 1, 1), **values)


def filed(team, monday, status=NoteStatus.FILED, *, was_held=True, is_escalated=False):
    at = datetime.combine(monday + timedelta(4), datetime.min.time(), UTC)
    how = (
        {"held_on": monday, "minutes": 60, "mode": "VIDEO"}
        if was_held
        else {"outcome": "CANCELLED", "cancelled_reason": "SICKNESS"}
    )
    read_at = at if status == NoteStatus.ACKNOWLEDGED else None
    return NoteFactory(
        team=team,
        week_starts_on=monday,
        status=status,
        filed_at=at,
        acknowledged_at=read_at,
        is_escalated=is_escalated,
        **how,
    )


def issued_review(team, rows=None):
    """Issue the review of a half-year that was made up of some families."""
    import_cases(team, rows)
    consultant = person(Role.CONSULTANT, team=team)
    asked = {"now": ISSUED_AT, "by": consultant}
    review = operations.request_review(team=team, period=HALF, **asked)
    words = operations.Words(Narrative("Steady work.", ("Engagement",), ("Posts",)))
    review = operations.write_review(review=review, version=1, words=words, **asked)
    return operations.issue_review(review=review, version=2, **asked)
