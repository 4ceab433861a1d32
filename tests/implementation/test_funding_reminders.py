"""Reminders of money that ends: each person once for each day, whatever the clock or the worker does."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from implementation.models import FundingReminder, FundingSource
from implementation.operations.funding_reminders import remind_of_funding
from implementation.queries import funding as queries
from implementation.tasks import SitesLeftOutError
from implementation.tasks import remind_of_funding as task
from mst_sites.accounts.permissions import Role
from mst_sites.audit.models import AuditEntry
from mst_sites.delivery.models import OutgoingMail
from mst_sites.periods import Period, add_months
from mst_sites.tenancy.models import Site
from tests.factories import FundingSourceFactory, PlanFactory, SiteFactory, person

ENDS_ON = date(2028, 4, 1)


@pytest.fixture
def site():
    return SiteFactory(name="Afon Valley")


@pytest.fixture
def manager(site):
    return person(Role.PROVIDER_MANAGER, site=site)


@pytest.fixture
def source(site, manager):
    return FundingSourceFactory(site=site, ends_on=ENDS_ON)


def run(site, today):
    now = datetime.combine(today, time(6, 30), UTC)
    return remind_of_funding(site=site, today=today, now=now, by=None)


def told(reminders):
    return [(each.about, each.about_on, each.months) for each in reminders]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("today", "months"),
    [
        (date(2027, 3, 31), []),
        (date(2027, 4, 1), [12]),
        (date(2027, 9, 30), [12]),
        (date(2027, 10, 1), [6]),
        (date(2028, 1, 1), [3]),
        (date(2028, 3, 31), [3]),
        (date(2028, 4, 1), []),
    ],
)
def test_reminder_is_the_last_one_that_is_due(today, months, site, source):
    assert [each.months for each in run(site, today)] == months


@pytest.mark.django_db
def test_reminders_of_a_whole_term_are_three(site, source, manager):
    sent = []
    day = date(2027, 1, 1)
    while day < date(2028, 6, 1):
        sent += told(run(site, day))
        day += timedelta(days=9)

    assert sent == [("MONEY_ENDS", ENDS_ON, months) for months in (12, 6, 3)]
    assert OutgoingMail.objects.count() == 3
    assert AuditEntry.objects.filter(action="funding.reminded").count() == 3


@pytest.mark.django_db
def test_second_run_and_a_clock_that_is_set_back_send_nothing(site, source):
    run(site, date(2027, 10, 2))

    assert run(site, date(2027, 10, 2)) == []
    assert run(site, date(2027, 5, 1)) == []
    assert OutgoingMail.objects.count() == 1


@pytest.mark.django_db
def test_moved_end_reminds_anew(site, source):
    run(site, date(2027, 4, 2))
    FundingSource.objects.update(ends_on=date(2028, 5, 1))

    assert run(site, date(2027, 4, 3)) == []
    assert told(run(site, date(2027, 5, 2))) == [("MONEY_ENDS", date(2028, 5, 1), 12)]


@pytest.mark.django_db
def test_decision_on_renewal_is_reminded_of_until_it_is_taken(site, source):
    FundingSource.objects.update(renewal_decision_on=date(2027, 7, 1))

    assert told(run(site, date(2027, 4, 2))) == [
        ("DECISION", date(2027, 7, 1), 3),
        ("MONEY_ENDS", ENDS_ON, 12),
    ]
    FundingSource.objects.update(renewal="ENDED")
    assert told(run(site, date(2027, 10, 2))) == [("MONEY_ENDS", ENDS_ON, 6)]
    FundingSource.objects.update(renewal="RENEWED")
    assert run(site, date(2028, 1, 2)) == []


@pytest.mark.django_db
def test_money_that_was_taken_back_reminds_nobody(site, source):
    FundingSource.objects.update(withdrawn_at=timezone.now(), withdrawn_reason="Cut.")

    assert run(site, date(2027, 10, 2)) == []


@pytest.mark.django_db
def test_lead_managers_and_guide_are_written_to_once_each(site, source, manager):
    guide = person(Role.MST_UK_STAFF)
    lead = person(Role.COMMISSIONER, site=site)
    person(Role.COMMISSIONER, site=site)
    gone = person(Role.PROVIDER_MANAGER, site=site)
    gone.memberships.update(ended_at=timezone.now() + timedelta(days=1))
    PlanFactory(site=site, guided_by=guide)
    FundingSource.objects.update(lead=lead)

    run(site, date(2027, 10, 2))

    assert sorted(OutgoingMail.objects.values_list("to", flat=True)) == sorted(
        [each.email] for each in (guide, lead, manager)
    )


@pytest.mark.django_db
def test_lead_who_lost_their_role_is_not_written_to(site, source, manager):
    lead = person(Role.COMMISSIONER, site=site)
    FundingSource.objects.update(lead=lead)
    lead.memberships.update(ended_at=timezone.now() + timedelta(days=1))

    run(site, date(2027, 10, 2))

    assert [each.to for each in OutgoingMail.objects.all()] == [[manager.email]]


@pytest.mark.django_db
def test_mail_says_what_ends_and_no_amount(site, source):
    run(site, date(2027, 10, 2))

    mail = OutgoingMail.objects.get()
    assert mail.subject == "Afon Valley: money ends on 31 March 2028"
    for words in (
        "The money from Example Council for Afon Valley ends: 31 March 2028 is the last day",
        "This money has not been confirmed yet.",
        "This is the reminder of 6 months before.",
        f"/sites/{site.slug}/funding/",
    ):
        assert words in mail.text
    assert "900" not in mail.text


@pytest.mark.django_db
def test_nobody_is_reminded_when_it_cannot_be_recorded(site, source, broken_audit):
    with pytest.raises(broken_audit):
        run(site, date(2027, 10, 2))

    assert not FundingReminder.objects.exists()
    assert not OutgoingMail.objects.exists()


@pytest.mark.django_db
def test_task_goes_to_every_site_and_is_safe_to_run_twice(settings):
    today = timezone.localdate()
    for _place in range(2):
        site = SiteFactory()
        person(Role.PROVIDER_MANAGER, site=site)
        FundingSourceFactory(
            site=site, starts_on=add_months(today, -12), ends_on=today + timedelta(days=30)
        )
    FundingSourceFactory(starts_on=add_months(today, -12), ends_on=add_months(today, 30))
    for phase in ("CLOSED", "WITHDRAWN"):  # nobody is asked for anything there
        ended = FundingSourceFactory(
            site__phase=phase, starts_on=add_months(today, -12), ends_on=today + timedelta(days=30)
        )
        person(Role.PROVIDER_MANAGER, site=ended.site)

    assert (task(), task()) == (2, 0)
    assert OutgoingMail.objects.count() == 2


@pytest.mark.django_db
def test_task_goes_on_after_a_site_at_which_it_fails_and_then_says_so(caplog):
    today = timezone.localdate()
    broken, other = sites = [SiteFactory(), SiteFactory()]
    for site in sites:
        person(Role.PROVIDER_MANAGER, site=site)
        FundingSourceFactory(
            site=site, starts_on=add_months(today, -12), ends_on=today + timedelta(days=30)
        )
    Site.objects.filter(pk=broken.pk).update(slug="no address")

    with pytest.raises(SitesLeftOutError, match=f"Not done at the sites {broken.pk}$"):
        task()

    assert [mail.site for mail in OutgoingMail.objects.all()] == [other]
    assert [each.site for each in FundingReminder.objects.all()] == [other]
    [record] = caplog.records
    assert record.getMessage() == f"The work of the clock failed at site {broken.pk}."
    assert record.exc_info


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("phase", "is_reminded"),
    [("SET_UP", True), ("ON_HOLD", True), ("CLOSED", False), ("WITHDRAWN", False)],
)
def test_sites_to_remind_leave_out_those_that_have_ended(phase, is_reminded):
    site = SiteFactory(phase=phase)
    FundingSourceFactory(site=site, ends_on=ENDS_ON)

    found = queries.sites_to_remind(today=date(2027, 10, 2))

    assert found == [site.pk] * is_reminded


@pytest.mark.django_db
def test_beat_runs_the_task_every_day(settings):
    entry = settings.CELERY_BEAT_SCHEDULE["remind-of-funding"]

    assert entry["task"] == task.name
    assert str(entry["schedule"]) == "<crontab: 30 6 * * * (m/h/dM/MY/d)>"


days = st.dates(date(2020, 1, 1), date(2030, 1, 1))


@given(days, days)
def test_at_most_one_reminder_of_a_day_is_due(ends_on, today):
    source = FundingSource(starts_on=date(2019, 1, 1), ends_on=ends_on)

    due = queries.due_reminders([source], today=today)

    assert len(due) == (add_months(ends_on, -12) <= today < ends_on)


@given(st.lists(st.tuples(days, st.integers(1, 900)), max_size=6))
def test_cover_and_gaps_make_the_whole(found):
    terms = [Period(day, day + timedelta(days=length)) for day, length in found]
    covered, holes = queries.merged(terms), queries.gaps(terms)

    whole = sum(each.days for each in [*covered, *holes])
    if terms:
        first, last = min(t.starts_on for t in terms), max(t.ends_on for t in terms)
        assert whole == (last - first).days
    assert not any(hole.overlaps(term) for hole in holes for term in terms)


@given(st.integers(1, 10**9), days, st.integers(1, 3_000))
def test_months_spend_every_penny(pence, starts_on, length):
    amount = Decimal(pence) / 100
    source = FundingSource(
        amount=amount, starts_on=starts_on, ends_on=starts_on + timedelta(days=length)
    )

    months = queries.months_of([source], a_year=Decimal(0))

    assert abs(sum(month.hoped_for for month in months) - amount) < Decimal("0.0001")
