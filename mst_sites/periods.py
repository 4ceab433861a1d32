"""Arithmetic on dates: half-open periods, ISO weeks, quarters, half-years and working days."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

import holidays
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext, gettext_lazy

LONDON = ZoneInfo("Europe/London")
WEEK = timedelta(days=7)
SATURDAY = 5
HALF_YEAR = 6  # months
# No day that anybody types lies beyond these: a year with a slip in it would break every sum and chart of its site.
EARLIEST_DAY, LATEST_DAY = date(1990, 1, 1), date(2100, 12, 31)
TOO_FAR = gettext_lazy("This day is too far off. Look at the year.")


class Nation(StrEnum):
    """A nation with bank holidays of its own, by the name that a site has for it."""

    ENGLAND = "ENGLAND"
    WALES = "WALES"
    SCOTLAND = "SCOTLAND"
    NORTHERN_IRELAND = "NORTHERN_IRELAND"
    IRELAND = "IRELAND"


CALENDARS = {
    Nation.ENGLAND: ("GB", "ENG"),
    Nation.WALES: ("GB", "WLS"),
    Nation.SCOTLAND: ("GB", "SCT"),
    Nation.NORTHERN_IRELAND: ("GB", "NIR"),
    Nation.IRELAND: ("IE", None),
}


@dataclass(frozen=True, order=True)
class Period:
    """The days from `starts_on` up to, and without, `ends_on`."""

    starts_on: date
    ends_on: date

    def __post_init__(self) -> None:
        if self.starts_on >= self.ends_on:
            raise ValueError(gettext("A period must end after it starts."))

    def __contains__(self, day: date | None) -> bool:
        return day is not None and self.starts_on <= day < self.ends_on

    def __str__(self) -> str:
        return self.label

    @property
    def last_day(self) -> date:
        return self.ends_on - timedelta(days=1)

    @property
    def days(self) -> int:
        return (self.ends_on - self.starts_on).days

    @property
    def label(self) -> str:
        """Say the period as people do, with its last day inside."""
        return _label(self, get_language())

    def overlaps(self, other: "Period") -> bool:
        return self.starts_on < other.ends_on and other.starts_on < self.ends_on

    def mondays(self) -> Iterator[date]:
        """Every Monday in the period: a week belongs to the period that holds its Monday."""
        monday = monday_of(self.starts_on + timedelta(days=6))
        while monday < self.ends_on:
            yield monday
            monday += WEEK


@lru_cache(maxsize=1024)
def _label(period: Period, language: str | None) -> str:
    if period.days == 1:
        return day_label(period.starts_on)
    return gettext("%(first)s to %(last)s") % {
        "first": day_label(period.starts_on),
        "last": day_label(period.last_day),
    }


def is_far(day: date) -> bool:
    """Tell whether only a slip of the fingers can have given a day."""
    return not EARLIEST_DAY <= day <= LATEST_DAY


def refuse_far(day: date) -> None:
    """Refuse a day that cannot be meant; a validator of fields.

    :raises ValidationError: it is too far off.
    """
    if is_far(day):
        raise ValidationError(TOO_FAR, code="far")


def within_reach(day: date) -> date:
    """Return a day, or the nearest one to reckon with: a row may be older than the rule of `refuse_far`."""
    return min(max(day, EARLIEST_DAY), LATEST_DAY)


def day_label(day: date) -> str:
    return written(day, "j F Y")


def written(day: date, pattern: str) -> str:
    """Write a day in the reader's language; lists of many rows write the same days again and again."""
    return _written(day, pattern, get_language())


@lru_cache(maxsize=4096)
def _written(day: date, pattern: str, language: str | None) -> str:
    return date_format(day, pattern)


def short_day(day: date | None) -> str:
    """Write a day for a column of a table, where it must not break; nothing for none."""
    return written(day, "j M Y").replace(" ", "\N{NO-BREAK SPACE}") if day else ""


def local_day(instant: datetime) -> date:
    """Give the day of an instant on the wall calendar in London."""
    return instant.astimezone(LONDON).date()


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def week_of(day: date) -> Period:
    return Period(monday_of(day), monday_of(day) + WEEK)


def week_label(day: date) -> str:
    return gettext("Week %(week)d, from %(monday)s") % {
        "week": day.isocalendar().week,
        "monday": day_label(monday_of(day)),
    }


def quarter_of(day: date) -> Period:
    return _calendar_block(day, months=3)


def half_year_of(day: date) -> Period:
    return _calendar_block(day, months=HALF_YEAR)


def half_year_before(day: date) -> Period:
    """Give the last half-year that is over on `day`."""
    return half_year_of(half_year_of(day).starts_on - timedelta(days=1))


def half_year_since(opened_on: date, day: date) -> Period:
    """Give the half-year that holds `day`, counted from the day a team opened.

    :raises ValueError: when the team was not open yet.
    """
    if day < opened_on:
        raise ValueError(gettext("The team was not open yet on this day."))
    return half_year_after(opened_on, half_years_between(opened_on, day))


def half_year_after(opened_on: date, count: int) -> Period:
    """Give the half-year that begins so many half-years after a team opened, or, below nought, before it."""
    return Period(
        add_months(opened_on, count * HALF_YEAR), add_months(opened_on, (count + 1) * HALF_YEAR)
    )


def half_years_between(opened_on: date, day: date) -> int:
    return months_between(opened_on, day) // HALF_YEAR


def add_months(day: date, months: int) -> date:
    """Move by calendar months; a day that the month lacks becomes the month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following_year, following_month = divmod(year * 12 + month + 1, 12)
    last = date(following_year, following_month + 1, 1) - timedelta(days=1)
    return last.replace(day=min(day.day, last.day))


@lru_cache(maxsize=256)
def bank_holidays(nation: Nation, year: int) -> Mapping[date, str]:
    country, subdivision = CALENDARS[nation]
    found = holidays.country_holidays(country, subdiv=subdivision, years=year)
    return MappingProxyType(dict(sorted(found.items())))


def is_working_day(day: date, nation: Nation) -> bool:
    return day.weekday() < SATURDAY and day not in bank_holidays(Nation(nation), day.year)


def working_days(period: Period, nation: Nation) -> int:
    days = (period.starts_on + timedelta(days=offset) for offset in range(period.days))
    return sum(is_working_day(day, nation) for day in days)


def add_working_days(day: date, count: int, nation: Nation) -> date:
    """Give the working day that comes `count` (0 or more) working days after `day`."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day, nation)
    return day


def _calendar_block(day: date, *, months: int) -> Period:
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    return Period(first, add_months(first, months))


def months_between(earlier: date, later: date) -> int:
    """Count the whole months from a day to a later one."""
    months = (later.year - earlier.year) * 12 + later.month - earlier.month
    return months if add_months(earlier, months) <= later else months - 1
