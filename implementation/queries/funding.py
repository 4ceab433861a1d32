"""For how long a service is paid for, what it costs, and when somebody must be reminded."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from django.db.models import Prefetch, Q, QuerySet

from implementation.models import (
    CostLine,
    FundingReminder,
    FundingShare,
    FundingSource,
    ReminderAbout,
    Renewal,
    Sustainability,
)
from mst_sites.accounts.models import User
from mst_sites.accounts.permissions import Permission, Role, roles_that_may
from mst_sites.periods import Period, add_months, day_label
from mst_sites.records.models import Attachment
from mst_sites.tenancy.models import ENDED, Membership, Organisation, Site, SiteCommissioner

REMIND_MONTHS = (12, 6, 3)


def sources_of(site: Site) -> QuerySet[FundingSource]:
    """Return the sources that stand, with their funders, leads and shares."""
    shares = FundingShare.objects.order_by("-percent", "partner")
    sources: QuerySet[FundingSource] = (
        FundingSource.objects.filter(site=site)
        .standing()
        .in_order()
        .select_related("organisation", "lead")
        .prefetch_related(Prefetch("shares", shares))
    )
    return sources


def funders_of(site: Site) -> QuerySet[Organisation]:
    """Return the bodies of a site that may pay for it: its commissioners and its provider."""
    paying = SiteCommissioner.objects.filter(site=site).values("organisation")
    found = Organisation.objects.filter(Q(pk__in=paying) | Q(pk=site.provider_id))
    return found.order_by("name", "id")


def evidence_of(site: Site) -> QuerySet[Attachment]:
    """Return the files that show that money is confirmed, the newest first."""
    kind = FundingSource._meta.label_lower
    files = Attachment.objects.filter(site=site, subject_type=kind, removed_at=None)
    return files.order_by("-received_at", "id")


def cost_lines_of(site: Site) -> QuerySet[CostLine]:
    lines: QuerySet[CostLine] = (
        CostLine.objects.filter(site=site).kept().order_by("kind", "title", "id")
    )
    return lines


def sustainability_of(site: Site) -> Sustainability | None:
    return Sustainability.objects.filter(site=site).first()


def merged(terms: Iterable[Period]) -> list[Period]:
    """Join terms that touch or overlap."""
    joined: list[Period] = []
    for term in sorted(terms):
        if joined and term.starts_on <= joined[-1].ends_on:
            last = joined.pop()
            joined.append(Period(last.starts_on, max(last.ends_on, term.ends_on)))
        else:
            joined.append(term)
    return joined


def gaps(terms: Iterable[Period]) -> list[Period]:
    """Return the times between terms that none of them covers."""
    joined = merged(terms)
    return [Period(before.ends_on, after.starts_on) for before, after in pairwise(joined)]


def terms_of(sources: Iterable[FundingSource], *, confirmed_only: bool = True) -> list[Period]:
    return [
        Period(source.starts_on, source.ends_on)
        for source in sources
        if source.is_confirmed or not confirmed_only
    ]


def is_confirmed(site: Site) -> bool:
    """Tell whether any money of a site is confirmed."""
    standing = FundingSource.objects.filter(site=site).standing()
    return bool(standing.exclude(confirmed_on=None).exists())


def funding_ends_on(site: Site) -> date | None:
    """Return the day from which no confirmed money is left, whatever the gaps before; None if none is confirmed."""
    terms = terms_of(FundingSource.objects.filter(site=site).standing())
    return max((term.ends_on for term in terms), default=None)


@dataclass(frozen=True, slots=True)
class Month:
    """The money and the cost of one calendar month."""

    starts_on: date
    confirmed: Decimal
    hoped_for: Decimal
    cost: Decimal

    @property
    def left(self) -> Decimal:
        return self.confirmed - self.cost


def months_of(sources: Sequence[FundingSource], *, a_year: Decimal) -> list[Month]:
    """Spread each amount evenly over its term, from the first month of money to that of its end.

    Every whole month gets the same; the days of a broken one count as parts of their own month.
    """
    if not sources:
        return []
    found = []
    month = min(source.starts_on for source in sources).replace(day=1)
    last = max(source.ends_on for source in sources)
    rates = [(source, source.amount / months_between(source)) for source in sources]
    while month <= last:
        period = Period(month, add_months(month, 1))
        paid = {True: Decimal(0), False: Decimal(0)}
        for source, a_month in rates:
            paid[source.is_confirmed] += a_month * share_of_month(source, period)
        found.append(Month(month, paid[True], paid[False], a_year / 12))
        month = period.ends_on
    return found


def share_of_month(source: FundingSource, month: Period) -> Decimal:
    """Return what part of a calendar month lies in the term of a source."""
    days = min(source.ends_on, month.ends_on) - max(source.starts_on, month.starts_on)
    return Decimal(max(days.days, 0)) / month.days


def months_between(source: FundingSource) -> Decimal:
    """Count the months of a term."""
    count = Decimal(0)
    month = source.starts_on.replace(day=1)
    while month < source.ends_on:
        period = Period(month, add_months(month, 1))
        count += share_of_month(source, period)
        month = period.ends_on
    return count


@dataclass(frozen=True, slots=True)
class Due:
    """A reminder that somebody should have by now: so many months before a day."""

    source: FundingSource
    about: ReminderAbout
    about_on: date
    months: int


def day_of(about: str, about_on: date) -> str:
    """Name a day as people do: money ends on the last day that it pays for."""
    is_end = about == ReminderAbout.MONEY_ENDS
    return day_label(about_on - timedelta(days=1) if is_end else about_on)


def days_ahead(source: FundingSource) -> list[tuple[ReminderAbout, date]]:
    """Return the days of a source that somebody must not miss; none once it is decided that it goes on."""
    if source.renewal == Renewal.RENEWED:
        return []
    days = [(ReminderAbout.MONEY_ENDS, source.ends_on)]
    if source.renewal_decision_on and not source.renewal:
        days.insert(0, (ReminderAbout.DECISION, source.renewal_decision_on))
    return days


def due_reminders(sources: Iterable[FundingSource], *, today: date) -> list[Due]:
    """Return the last reminder that each day ahead calls for: somebody who hears late hears once."""
    found = []
    for source in sources:
        for about, day in days_ahead(source):
            passed = [m for m in REMIND_MONTHS if add_months(day, -m) <= today < day]
            if passed:
                found.append(Due(source, about, day, min(passed)))
    return found


def next_reminders(sources: Iterable[FundingSource], *, today: date) -> list[tuple[date, Due]]:
    """Return the reminders still to come, with their day, the soonest first."""
    found = [
        (on, Due(source, about, day, months))
        for source in sources
        for about, day in days_ahead(source)
        for months in REMIND_MONTHS
        if (on := add_months(day, -months)) > today
    ]
    return sorted(found, key=lambda each: (each[0], each[1].about, str(each[1].source.pk)))


def reminders_of(site: Site) -> QuerySet[FundingReminder]:
    """Return who was reminded of what, the last one first."""
    sent = FundingReminder.objects.filter(site=site)
    return sent.select_related("source", "source__organisation", "person").order_by(
        "-sent_at", "id"
    )


def sites_to_remind(*, today: date) -> list[int]:
    """Return the sites, none that has ended, with money that ends or is decided on within the longest notice."""
    until = add_months(today, max(REMIND_MONTHS))
    near = Q(ends_on__gt=today, ends_on__lte=until) | Q(
        renewal_decision_on__gt=today, renewal_decision_on__lte=until
    )
    standing = FundingSource.objects.standing().exclude(renewal=Renewal.RENEWED)
    standing = standing.exclude(site__phase__in=ENDED)
    return list(standing.filter(near).order_by("site").values_list("site", flat=True).distinct())


def people_to_remind(site: Site, source: FundingSource, guide: User | None) -> list[User]:
    """Return the lead of a source, the provider managers and MST UK's guide, as far as they still may see the money."""
    managers = Membership.objects.filter(site=site, role=Role.PROVIDER_MANAGER, ended_at=None)
    named = [each.pk for each in (source.lead, guide) if each is not None]
    people = readers_of(site).filter(Q(pk__in=named) | Q(pk__in=managers.values("user")))
    return list(people.order_by("email"))


def readers_of(site: Site) -> QuerySet[User]:
    """Return who may see the money of a site: those whom a source can have as its lead."""
    roles = roles_that_may(Permission.FUNDING_VIEW)
    here = Membership.objects.filter(site=site, role__in=roles, ended_at=None)
    everybody = User.objects.filter(is_active=True)
    return everybody.filter(Q(pk__in=here.values("user")) | Q(country_role__in=roles)).order_by(
        "full_name", "id"
    )
