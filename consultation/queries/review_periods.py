"""The periods of reviews: which there may be, which are due, which come before."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from consultation.models import Review
from consultation.models.review import DUE_AFTER
from consultation.queries.working import working_since
from mst_sites.periods import (
    Period,
    add_months,
    day_label,
    half_year_after,
    half_year_before,
    half_year_of,
    half_year_since,
    half_years_between,
)
from mst_sites.tenancy.models import ENDED, Team

EARLIER_PERIODS = 2
MONTHS = range(1, 13)
DAY = timedelta(days=1)
FIRST_DAY = date(2000, 1, 1)  # MST came to the United Kingdom in 2001
LAST_DAY = date(2099, 12, 31)
MOST_YEARS = 5


@dataclass(frozen=True)
class DuePeriod:
    """A half-year that is over, or runs, with the newest edition of its review if there is one."""

    team: Team
    period: Period
    review: Review | None
    today: date

    @property
    def is_over(self) -> bool:
        return self.period.ends_on <= self.today

    @property
    def due_on(self) -> date | None:
        """The day by which its review is to be issued; none once one is."""
        return self.review.due_on if self.review else self.period.ends_on + DUE_AFTER

    @property
    def is_late(self) -> bool:
        return self.due_on is not None and self.due_on < self.today

    @property
    def waits(self) -> bool:
        """Tell whether there is something to be done for it now."""
        return self.is_over and not (self.review and self.review.is_issued)


def period_of(starts_on: date, last_day: date) -> Period:
    """Return the period from one day to another, both inside.

    :raises ValidationError: at the day that is to blame, no review can be of it.
    """
    if starts_on < FIRST_DAY:
        sentence = _("A review starts on %(day)s or later.") % {"day": day_label(FIRST_DAY)}
        raise ValidationError({"starts_on": sentence})
    if last_day < starts_on:
        raise ValidationError({"last_day": _("The last day must not come before the first.")})
    if last_day > LAST_DAY:
        sentence = _("A review ends on %(day)s or earlier.") % {"day": day_label(LAST_DAY)}
        raise ValidationError({"last_day": sentence})
    if last_day >= add_months(starts_on, 12 * MOST_YEARS):
        sentence = _("A review covers %(most)d years at most.") % {"most": MOST_YEARS}
        raise ValidationError({"last_day": sentence})
    return Period(starts_on, last_day + DAY)


def earlier_periods(period: Period, *, opened_on: date | None) -> list[Period]:
    """Return the periods of the same length right before, the earliest first."""
    steps = range(EARLIER_PERIODS, 0, -1)
    if opened_on:
        # A team that opened on the 31st has half-years of its own: six months on from 28 February is no end of one.
        count = half_years_between(opened_on, period.starts_on)
        if half_year_after(opened_on, count) == period:
            return [half_year_after(opened_on, count - back) for back in steps]
    months = next(
        (count for count in MONTHS if add_months(period.starts_on, count) == period.ends_on), None
    )
    earlier = []
    for back in steps:
        if months:
            starts_on = add_months(period.starts_on, -months * back)
            earlier.append(Period(starts_on, add_months(period.starts_on, -months * (back - 1))))
        else:
            length = period.ends_on - period.starts_on
            starts_on = period.starts_on - length * back
            earlier.append(Period(starts_on, starts_on + length))
    return earlier


def due_periods(
    team: Team, reviews: Iterable[Review], *, today: date, since: date | None
) -> list[DuePeriod]:
    """Return the last half-years in which a team worked, the running one first, with the newest edition of each review.

    :param since: when its work began; of a team that has not begun no review is due.
    """
    newest: dict[Period, Review] = {}
    for review in reviews:
        newest.setdefault(review.period, review)
    return [
        DuePeriod(team, period, newest.get(period), today)
        for period in half_years(team, today=today)
        if since and since < period.ends_on and since <= today
    ]


def waiting_reviews(teams: QuerySet[Team], *, today: date) -> list[DuePeriod]:
    """Return what waits for the consultants of some teams, the longest due first.

    That is a draft of a period that is over, and a half-year that is over without anybody having begun its review,
    unless the site has ended.
    """
    in_order = list(teams.select_related("site").order_by("site__name", "name", "id"))
    since = working_since(in_order)
    reviews = list(
        Review.objects.filter(site__in={team.site_id for team in in_order}, team__in=in_order)
        .order_by("-starts_on", "-ends_on", "-edition")
        .defer("snapshot")
    )
    waiting = []
    for team in in_order:
        mine = [review for review in reviews if review.team_id == team.pk]
        half_years_of_it = due_periods(team, mine, today=today, since=since[team.pk])
        if team.site.phase not in ENDED:
            waiting += [due for due in half_years_of_it if due.review is None and due.waits]
        drafts = [DuePeriod(team, review.period, review, today) for review in mine]
        waiting += [draft for draft in drafts if draft.waits]
    return sorted(waiting, key=lambda due: due.due_on or date.max)


def half_years(team: Team, *, today: date, most: int = 4) -> list[Period]:
    """Return half-years counted from the team's opening, or of the calendar, the latest first."""
    if team.opened_on and team.opened_on <= today:
        periods = [half_year_since(team.opened_on, today)]
        while len(periods) < most and periods[-1].starts_on > team.opened_on:
            day_before = periods[-1].starts_on - timedelta(days=1)
            periods.append(half_year_since(team.opened_on, day_before))
        return periods
    periods = [half_year_of(today), half_year_before(today)]
    while len(periods) < most:
        periods.append(half_year_before(periods[-1].starts_on))
    return periods


def period_code(period: Period) -> str:
    """Write a period for an address or a choice."""
    return f"{period.starts_on}_{period.ends_on}"


def period_named(code: str) -> Period:
    """Read a period back.

    :raises ValueError: it is none.
    """
    starts_on, _joint, ends_on = code.partition("_")
    return Period(date.fromisoformat(starts_on), date.fromisoformat(ends_on))
