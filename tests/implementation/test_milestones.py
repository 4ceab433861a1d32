"""Milestones out of facts, for those who may see the site, on a page and as a feed by a secret link."""

from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree as ET

import pytest
import time_machine
from hypothesis import example, given, settings
from hypothesis import strategies as st

from implementation.models import FeedKey
from implementation.operations.feeds import make_feed_key, revoke_feed_key
from implementation.queries.milestones import (
    YEARS,
    Milestone,
    MilestoneKind,
    latest_opening,
    newest_milestones,
)
from implementation.tables.milestones import title_of
from mst_sites.accounts.permissions import Role
from mst_sites.audit.models import AuditEntry
from mst_sites.periods import add_months
from mst_sites.tenancy.models import Site
from mst_sites.tenancy.scope import whole_scope
from tests.factories import (
    GateDecisionFactory,
    PlanFactory,
    SiteFactFactory,
    SiteFactory,
    TeamFactory,
    person,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
ATOM = "{http://www.w3.org/2005/Atom}"


def found(sites=None, today=TODAY):
    sites = Site.objects.all() if sites is None else sites
    return newest_milestones(sites, today=today, count=1_000)


def told(**kwargs):
    return [(each.kind.value, each.happened_on, each.detail) for each in found(**kwargs)]


def test_milestones_are_made_from_facts_the_newest_first():
    site = SiteFactory(opened_on=date(2020, 5, 18), phase="LIVE")
    plan = PlanFactory(site=site)
    GateDecisionFactory(plan=plan, gate="GO", decided_on=date(2019, 11, 18))
    GateDecisionFactory(plan=plan, gate="GO", decided_on=date(2019, 10, 1), outcome="REFUSED")
    SiteFactFactory(site=site, code="FIRST_FAMILY", holds_on=date(2020, 5, 25))
    SiteFactFactory(site=site, code="LICENCE_SIGNED")
    TeamFactory(site=site, opened_on=date(2020, 5, 18))
    TeamFactory(site=site, opened_on=date(2023, 1, 9), model="fit")
    TeamFactory(site=site, opened_on=date(2024, 1, 9), model="fit")
    TeamFactory(site=site, opened_on=None, model="can")

    assert told() == [
        ("anniversary", date(2025, 5, 18), "5"),
        ("new-model", date(2023, 1, 9), "fit"),
        ("anniversary", date(2021, 5, 18), "1"),
        ("first-family", date(2020, 5, 25), ""),
        ("opened", date(2020, 5, 18), ""),
        ("gate-passed", date(2019, 11, 18), "GO"),
    ]


def test_milestones_do_not_tell_what_is_to_come_or_was_taken_back():
    site = SiteFactory(opened_on=date(2025, 3, 3), phase="LIVE")
    SiteFactFactory(site=site, code="FIRST_FAMILY", holds_on=date(2025, 3, 9), withdrawn_at=NOW)
    SiteFactory(opened_on=date(2026, 3, 3))

    assert told() == [("opened", date(2025, 3, 3), "")]
    assert told(today=date(2026, 3, 3))[0] == ("anniversary", date(2026, 3, 3), "1")


def test_site_that_works_no_more_has_no_anniversaries():
    SiteFactory(opened_on=date(2010, 1, 1), phase="CLOSED")

    assert told() == [("opened", date(2010, 1, 1), "")]


@settings(deadline=None, max_examples=40)
@given(opened_on=st.dates(date(1976, 1, 1), TODAY))
def test_anniversaries_are_the_same_day_some_years_on(opened_on):
    Site.objects.all().delete()
    SiteFactory(opened_on=opened_on, phase="LIVE")

    days = {int(d): day for kind, day, d in told() if kind == "anniversary"}

    expected = {years: add_months(opened_on, 12 * years) for years in YEARS}
    assert days == {years: day for years, day in expected.items() if day <= TODAY}


@given(today=st.dates(date(2000, 1, 1), date(2060, 1, 1)), years=st.sampled_from(YEARS))
@example(date(2025, 2, 28), 1)
@example(date(2024, 2, 29), 1)
def test_latest_opening_is_the_last_one_with_an_anniversary_by_today(today, years):
    latest = latest_opening(today, years)

    assert add_months(latest, 12 * years) <= today
    assert add_months(latest + timedelta(days=1), 12 * years) > today


def test_newest_milestones_go_on_where_the_page_before_ended():
    for year in range(2016, 2024):
        site = SiteFactory(opened_on=date(year, 5, 18), phase="LIVE")
        SiteFactFactory(site=site, code="FIRST_FAMILY", holds_on=date(year, 5, 18))
    sites = Site.objects.all()
    everything = found()

    pages = [newest_milestones(sites, today=TODAY, first=n, count=3) for n in range(0, 30, 3)]

    assert [each.key for page in pages for each in page] == [each.key for each in everything]


@pytest.mark.parametrize(
    ("kind", "detail", "words"),
    [
        ("opened", "", "Demo Vale has opened"),
        ("first-family", "", "The first family began treatment in Demo Vale"),
        ("anniversary", "1", "1 year of MST practice in Demo Vale"),
        ("anniversary", "10", "10 years of MST practice in Demo Vale"),
        ("new-model", "fit", "First team of MST-FIT (family integrated transitions) in Demo Vale"),
        ("gate-passed", "GO", "Demo Vale has passed a gate: Go or no-go"),
    ],
)
def test_milestone_is_said_in_words(kind, detail, words):
    milestone = Milestone(MilestoneKind(kind), Site(name="Demo Vale"), TODAY, detail)

    assert title_of(milestone) == words


def test_milestone_list_shows_the_sites_of_the_person_alone(sign_in):
    own, other = (SiteFactory(opened_on=date(2020, 1, 1), name=n) for n in ("Own", "Other"))
    client = sign_in(person(Role.COMMISSIONER, site=own))

    page = client.get("/milestones/")

    assert "Own has opened" in page.text
    assert other.name + " has opened" not in page.text


def test_milestone_list_says_when_there_is_none(sign_in):
    page = sign_in(person(Role.COMMISSIONER, site=SiteFactory())).get("/milestones/")

    assert "Nothing to celebrate yet" in page.text


@pytest.mark.parametrize("number", [1, 3])
def test_milestone_list_asks_the_same_number_of_queries(number, sign_in, queries):
    SiteFactory.create_batch(number, opened_on=date(2015, 1, 1), phase="LIVE")
    client = sign_in(person(Role.MST_UK_STAFF))
    client.get("/milestones/")

    with queries(6):
        client.get("/milestones/")


def test_milestone_list_comes_in_pages(sign_in):
    SiteFactory.create_batch(51, opened_on=date(2025, 6, 1))

    client = sign_in(person(Role.MST_UK_STAFF))

    first, second = client.get("/milestones/"), client.get("/milestones/?page=2")
    assert (len(first.context["events"]), len(second.context["events"])) == (50, 1)
    assert ('rel="next"' in first.text, 'rel="prev"' in first.text) == (True, False)
    assert ('rel="next"' in second.text, 'rel="prev"' in second.text) == (False, True)


@pytest.mark.parametrize("typed", ["0", "-1", "x", "1.5", "7", "9999999999"])
def test_milestone_list_shows_the_first_page_for_one_that_is_none(typed, sign_in):
    SiteFactory(opened_on=date(2025, 6, 1))

    assert sign_in(person(Role.MST_UK_STAFF)).get(f"/milestones/?page={typed}").context["events"]


@pytest.fixture
def site():
    return SiteFactory(opened_on=date(2020, 5, 18), phase="LIVE", name="Vale & <Glen>")


@pytest.fixture
def reader(site):
    return person(Role.COMMISSIONER, site=site)


def test_make_feed_key_keeps_a_fingerprint_alone(reader):
    token = make_feed_key(now=NOW, by=reader)

    key = FeedKey.objects.get()
    assert len(token) >= 43
    assert token not in (key.token_hash, str(AuditEntry.objects.values_list("details")))
    assert AuditEntry.objects.get(action="feed-key.made").details == {"replaces": False}


@pytest.mark.parametrize("operation", [make_feed_key, revoke_feed_key])
def test_feed_key_stays_when_it_cannot_be_recorded(operation, reader, monkeypatch, request):
    make_feed_key(now=NOW, by=reader)
    before = FeedKey.objects.get().token_hash
    broken = request.getfixturevalue("broken_audit")

    with pytest.raises(broken):
        operation(by=reader, **({"now": NOW} if operation is make_feed_key else {}))

    assert FeedKey.objects.get().token_hash == before


def feed(client, token, **headers):
    return client.get(f"/milestones/feed/{token}/", headers=headers)


def entries(response):
    root = ET.fromstring(response.content)  # noqa: S314 - our own words
    return [entry.findtext(f"{ATOM}title") for entry in root.findall(f"{ATOM}entry")]


@pytest.mark.no_scope
def test_milestone_feed_is_valid_atom(client):
    """RFC 4287: what must be there, once each, with ids that are addresses and moments with a zone."""
    with whole_scope():
        site = SiteFactory(opened_on=date(2020, 5, 18), phase="LIVE", name="Vale & <Glen>")
        GateDecisionFactory(plan=PlanFactory(site=site))
        token = make_feed_key(now=NOW, by=person(Role.COMMISSIONER, site=site))
    with time_machine.travel(NOW):
        response = feed(client, token)

    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    root = ET.fromstring(response.content)  # noqa: S314 - our own words
    assert root.tag == f"{ATOM}feed"
    found = root.findall(f"{ATOM}entry")
    assert len(found) == 4
    for element in (root, *found):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{ATOM}{name}")) == 1, name
        assert element.findtext(f"{ATOM}id").startswith("tag:mst-sites,2026:milestone/")
        assert datetime.fromisoformat(element.findtext(f"{ATOM}updated")).tzinfo is not None
        links = [link.get("href") for link in element.findall(f"{ATOM}link[@rel='alternate']")]
        assert len(links) == 1
        assert links[0].startswith("http")
    assert len(root.findall(f"{ATOM}author/{ATOM}name")) == 1
    ids = [each.findtext(f"{ATOM}id") for each in (root, *found)]
    assert len(set(ids)) == len(ids)
    assert "Vale & <Glen> has opened" in entries(response)
    assert token not in response.text
    assert "Set-Cookie" not in response.headers


def test_milestone_feed_shows_the_sites_of_now(client, reader, site):
    token = make_feed_key(now=NOW, by=reader)
    SiteFactory(opened_on=date(2021, 1, 1))
    with time_machine.travel(NOW):
        assert len(entries(feed(client, token))) == 3

        reader.memberships.update(ended_at=reader.memberships.get().began_at)
        assert entries(feed(client, token)) == []


def test_milestone_feed_is_gone_with_the_link_the_account_and_a_newer_link(client, reader):
    first = make_feed_key(now=NOW, by=reader)
    second = make_feed_key(now=NOW, by=reader)
    assert [feed(client, token).status_code for token in (first, second, "x")] == [404, 200, 404]

    reader.is_active = False
    reader.save()
    assert feed(client, second).status_code == 404
    reader.is_active = True
    reader.save()
    assert feed(client, second).status_code == 200

    assert revoke_feed_key(by=reader)
    assert feed(client, second).status_code == 404
    assert not revoke_feed_key(by=reader)


def test_milestone_feed_is_not_sent_again_while_nothing_is_new(client, reader, site):
    token = make_feed_key(now=NOW, by=reader)
    with time_machine.travel(NOW):
        first = feed(client, token)
        assert first["Last-Modified"] == "Sun, 18 May 2025 00:00:00 GMT"
        again = feed(client, token, if_none_match=first["ETag"])
        assert (again.status_code, again.content) == (304, b"")

        SiteFactFactory(site=site, code="FIRST_FAMILY", holds_on=date(2020, 6, 1))
        fresh = feed(
            client,
            token,
            if_none_match=first["ETag"],
            if_modified_since=first["Last-Modified"],
        )
        assert fresh.status_code == 200


def test_milestone_feed_that_is_empty_stays_the_same(client):
    token = make_feed_key(now=NOW, by=person(Role.COMMISSIONER, site=SiteFactory()))

    first = feed(client, token)

    assert feed(client, token, if_none_match=first["ETag"]).status_code == 304


def test_milestone_feed_asks_the_same_number_of_queries(client, reader, queries):
    token = make_feed_key(now=NOW, by=reader)

    with queries(5):
        feed(client, token)


def test_feed_key_detail_makes_shows_once_and_ends(client, reader, sign_in):
    signed_in = sign_in(reader)
    assert "You have no link yet" in signed_in.get("/milestones/link/").text

    address = signed_in.post("/milestones/link/").context["address"]
    assert client.get(address).status_code == 200
    later = signed_in.get("/milestones/link/")
    assert "You have a link" in later.text
    assert address not in later.text

    signed_in.post("/milestones/link/end/")
    assert client.get(address).status_code == 404
