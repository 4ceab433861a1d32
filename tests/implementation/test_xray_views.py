"""The daily look through every site, and the pages that show what it found."""

from datetime import date, timedelta

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.core.management import CommandError, call_command
from django.utils import timezone

from implementation.models import Activity, Plan, XrayReading
from implementation.operations import xray
from implementation.operations.plans import start_plan
from implementation.queries import xray as queries
from implementation.queries.findings import Rule, Severity
from implementation.queries.xray import sites_to_read
from implementation.tasks import SitesLeftOutError, read_xray
from mst_sites.accounts.permissions import Role
from mst_sites.periods import WEEK, local_day, monday_of
from tests.factories import SiteFactory, TeamFactory, XrayReadingFactory, person
from tests.implementation.gate_story import at_noon

pytestmark = pytest.mark.django_db

TODAY = date(2026, 6, 3)
MONDAY = date(2026, 6, 1)


@pytest.fixture
def late(plan):
    """Return a plan whose opening day is over, and of which nothing else is to be said."""
    person(Role.CONSULTANT, team=TeamFactory(site=plan.site))
    Activity.objects.filter(plan=plan).update(forecast_on=None)
    Plan.objects.filter(pk=plan.pk).update(planned_opening_on=date(2026, 4, 1))
    plan.refresh_from_db()
    return plan


def read(plan, today=TODAY):
    return xray.read_xray(site_ids=[plan.site_id], today=today)


def test_read_xray_keeps_what_is_found(late):
    assert read(late) == 1

    reading = XrayReading.objects.get()
    assert (reading.week_on, reading.read_on, reading.is_latest) == (MONDAY, TODAY, True)
    assert (reading.high_count, reading.medium_count) == (1, 1)
    assert reading.rule_codes == ["OPENING_PASSED", "NOTHING_MOVES"]


def test_read_xray_again_replaces_the_row_of_the_week(late):
    read(late)
    Plan.objects.filter(pk=late.pk).update(planned_opening_on=date(2027, 4, 1))
    read(late, TODAY + timedelta(days=1))

    reading = XrayReading.objects.get()
    assert (reading.read_on, reading.rule_codes) == (
        TODAY + timedelta(days=1),
        ["NOTHING_MOVES"],
    )


def test_read_xray_begins_a_row_each_week(late):
    read(late)
    read(late, TODAY + WEEK)

    assert list(XrayReading.objects.order_by("week_on").values_list("week_on", "is_latest")) == [
        (MONDAY, False),
        (MONDAY + WEEK, True),
    ]


def test_a_site_is_looked_through_once_a_day(late):
    SiteFactory()
    assert sites_to_read(today=TODAY) == [late.site_id]

    read(late)
    assert sites_to_read(today=TODAY) == []
    assert sites_to_read(today=TODAY + timedelta(days=1)) == [late.site_id]


def test_read_xray_task_looks_through_every_site(late, lead, now):
    for _twice in range(2):
        start_plan(site=SiteFactory(), started_on=date(2026, 3, 2), now=now, by=lead)

    read_xray()
    read_xray()

    assert XrayReading.objects.count() == 3
    assert {r.read_on for r in XrayReading.objects.all()} == {local_day(timezone.now())}


@pytest.fixture
def fault(late, monkeypatch):
    """Let a rule fail at one site."""

    def probe(look, today):
        if look.site == late.site:
            raise ZeroDivisionError

    broken = Rule("BROKEN", Severity.LOW, "Broken", probe)
    monkeypatch.setattr(queries, "RULES", [*queries.RULES, broken])


def test_read_xray_task_goes_on_after_a_site_at_which_it_fails_and_then_says_so(
    late, fault, lead, now, caplog
):
    other = SiteFactory()
    start_plan(site=other, started_on=date(2026, 3, 2), now=now, by=lead)

    with pytest.raises(SitesLeftOutError, match=f"Not done at the sites {late.site_id}$"):
        read_xray()

    assert [reading.site for reading in XrayReading.objects.all()] == [other]
    assert [record.exc_info[0] for record in caplog.records] == [ZeroDivisionError]


def test_read_xray_task_ends_when_its_time_is_over(late, monkeypatch):
    def probe(look, today):
        raise SoftTimeLimitExceeded

    monkeypatch.setattr(queries, "RULES", [Rule("SLOW", Severity.LOW, "Slow", probe)])

    with pytest.raises(SoftTimeLimitExceeded):
        read_xray()


def test_read_xray_command_says_where_it_failed(late, fault):
    with pytest.raises(CommandError) as refused:
        call_command("read_xray")

    words = f"Not done at the sites {late.site_id}. All others were looked through."
    assert str(refused.value) == words


def test_read_xray_command_says_how_many(late, capsys):
    call_command("read_xray")
    call_command("read_xray")

    assert capsys.readouterr().out.split("\n")[:2] == [
        "1 sites looked through.",
        "0 sites looked through.",
    ]


def test_xray_detail_without_a_plan_says_what_comes_first(site, lead, sign_in):
    page = sign_in(lead).get("/sites/demo-vale/xray/").content.decode()

    assert "No set-up plan yet" in page


def test_xray_detail_shows_what_is_wrong_and_where_it_is_put_right(late, lead, manager, sign_in):
    page, theirs = (
        sign_in(user).get("/sites/demo-vale/xray/").content.decode() for user in (lead, manager)
    )

    assert "The planned opening day is over" in page
    assert "The planned opening day is over" in theirs
    assert "/sites/demo-vale/plan/opening/change/" in page
    assert "/sites/demo-vale/plan/opening/change/" not in theirs  # MST UK moves it
    assert "new since last week" not in page


def test_xray_detail_compares_with_last_week(late, manager, sign_in):
    this_week = monday_of(local_day(timezone.now()))
    XrayReadingFactory(
        site=late.site,
        week_on=this_week - WEEK,
        rule_codes=["NOTHING_MOVES", "HELD_LONG", "A_RULE_OF_OLD"],
    )

    page = sign_in(manager).get("/sites/demo-vale/xray/").content.decode()

    assert "1 is new since last week." in page
    assert "On hold for more than three months" in page
    assert "Findings over 2 weeks, from 2 to 2" in page


def test_xray_detail_of_a_quiet_site_says_so(plan, manager, sign_in):
    Activity.objects.filter(plan=plan).update(forecast_on=None)
    Activity.objects.filter(plan=plan, code="A1").update(
        completed_on=local_day(timezone.now()) - timedelta(days=1)
    )
    Plan.objects.filter(pk=plan.pk).update(planned_opening_on=None)

    page = sign_in(manager).get("/sites/demo-vale/xray/").content.decode()

    assert "No rule has anything to say" in page


def test_xray_detail_asks_few_queries(late, manager, sign_in, queries):
    client = sign_in(manager)
    client.get("/sites/demo-vale/xray/")

    with queries(20):
        client.get("/sites/demo-vale/xray/")


def listed(answer):
    return [row.cells[0].text for row in answer.context["table"].rows]


def test_xray_list_is_empty_until_somebody_looked(late, lead, sign_in):
    page = sign_in(lead).get("/xray/").content.decode()

    assert "Nothing is found yet" in page


def test_xray_list_shows_the_worst_site_first(late, lead, sign_in):
    read(late)
    worse, fine, withdrawn = (
        SiteFactory(name="Demo Ford"),
        SiteFactory(name="Demo Hill"),
        SiteFactory(name="Demo Moor", phase="WITHDRAWN"),
    )
    XrayReadingFactory(site=worse, high_count=3, rule_codes=["OPENING_PASSED"])
    XrayReadingFactory(site=fine)
    XrayReadingFactory(site=withdrawn, high_count=9, rule_codes=["OPENING_PASSED"])
    client = sign_in(lead)

    assert listed(client.get("/xray/")) == ["Demo Ford", "Demo Vale"]
    assert listed(client.get("/xray/?rule=NOTHING_MOVES")) == ["Demo Vale"]
    assert "No site matches." in client.get("/xray/?rule=HELD_LONG").content.decode()


def test_xray_list_compares_with_last_week(late, lead, sign_in):
    read(late)
    XrayReadingFactory(
        site=late.site,
        week_on=MONDAY - WEEK,
        rule_codes=["A", "B", "C", "D"],
        is_latest=False,
    )

    assert "\N{MINUS SIGN}2" in sign_in(lead).get("/xray/").content.decode()


@pytest.mark.parametrize("query", ["?rule=NOTHING", "?rule=%00", "?page=x", "?page=0"])
def test_xray_list_survives_odd_queries(query, late, lead, sign_in):
    read(late)

    assert sign_in(lead).get(f"/xray/{query}").status_code == 200


def test_xray_list_asks_the_same_number_of_queries_whatever_there_is(late, lead, sign_in, queries):
    read(late)
    client = sign_in(lead)
    client.get("/xray/")
    with queries(7):
        client.get("/xray/")

    for number in range(60):
        XrayReadingFactory(site=SiteFactory(), high_count=number % 7, rule_codes=["HELD_LONG"])
    with queries(7):
        client.get("/xray/")


def test_read_xray_sees_only_its_batch(late, lead, now):
    other = SiteFactory()
    start_plan(site=other, started_on=date(2026, 3, 2), now=at_noon(date(2026, 3, 3)), by=lead)

    read(late)

    assert XrayReading.objects.get().site == late.site
