"""The history of a site: for those who may see it, in few queries, narrowed by person and act."""

import re

import pytest
from django.urls import reverse

from mst_sites.accounts.permissions import Role
from mst_sites.audit import operations as audit
from mst_sites.audit.models import AuditEntry
from mst_sites.directory import account_operations
from tests.factories import SiteFactory, TeamFactory, UserFactory, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def site():
    return SiteFactory()


def page(client, site, query=""):
    return client.get(reverse("audit-list", args=[site.slug]) + query)


@pytest.mark.parametrize("number", [1, 3])
def test_audit_list_asks_little(site, number, sign_in, queries):
    lead = person(Role.MST_UK_LEAD)
    for at in range(number):
        audit.record(
            "note.filed", site=site, details={"week": at}, by=person(Role.COMMISSIONER, site=site)
        )
    audit.record("note.filed", site=SiteFactory(), by=lead)
    client = sign_in(lead)

    with queries(8):
        content = page(client, site).content.decode()

    assert re.findall(r"week: \d", content) == [f"week: {at}" for at in reversed(range(number))]


def test_audit_list_is_narrowed_by_person_and_act(site, sign_in):
    lead, other = person(Role.MST_UK_LEAD), person(Role.COMMISSIONER, site=site)
    audit.record("note.filed", site=site, details={"k": "one"}, by=lead)
    audit.record("note.read", site=site, details={"k": "two"}, by=lead)
    audit.record("note.read", site=site, details={"k": "three"}, by=other)
    audit.record("note.read", site=site, details={"k": "four"}, by=None)
    client = sign_in(lead)

    def found(query):
        return re.findall(r"k: (\w+)", page(client, site, query).content.decode())

    assert found("") == ["four", "three", "two", "one"]
    assert found(f"?person={lead.pk}") == ["two", "one"]
    assert found(f"?person={lead.pk}&action=note.read") == ["two"]
    assert found("?person=system") == ["four"]
    assert found("?person=Nobody") == ["four", "three", "two", "one"]


def cells(content):
    """Return who did what, as the page says it, the newest first."""
    rows = re.findall(r"<tr>(.*?)</tr>", content.split("<tbody")[1], re.DOTALL)
    found = [re.findall(r"<t[dh].*?</t[dh]>", row, re.DOTALL) for row in rows]
    return [" ".join(re.sub(r"<[^>]+>", " ", row[2]).split()) for row in found]


def test_audit_list_tells_people_apart_whatever_they_call_themselves(site, sign_in):
    lead = person(Role.MST_UK_LEAD)
    somebody, system = UserFactory(full_name="Ann Example"), UserFactory(full_name="system")
    audit.record("note.filed", site=site, details={"k": "own"}, by=somebody)
    account_operations.change_account(
        full_name=lead.full_name, language="cy", theme="dark", by=somebody
    )
    audit.record("note.filed", site=site, details={"k": "borrowed"}, by=somebody)
    account_operations.change_account(
        full_name="Ann Example", language="cy", theme="dark", by=somebody
    )
    audit.record("note.filed", site=site, details={"k": "named"}, by=system)
    audit.record("note.filed", site=site, details={"k": "clock"}, by=None)
    client = sign_in(lead)
    everything = page(client, site).content.decode()

    assert cells(everything) == [
        "The system command",
        "system command",
        f"{lead.full_name} (now Ann Example) command",
        "Ann Example command",
    ]
    assert everything.count(f'href="{reverse("person-detail", args=[somebody.pk])}"') == 2
    for query, found in (
        (somebody.pk, ["borrowed", "own"]),
        (system.pk, ["named"]),
        ("system", ["clock"]),
        (
            lead.pk,
            ["clock", "named", "borrowed", "own"],
        ),  # no such choice: the lead did nothing here
    ):
        shown = page(client, site, f"?person={query}").content.decode()
        assert re.findall(r"k: (\w+)", shown) == found


def test_audit_list_shows_fifty_at_a_time(site, sign_in):
    for number in range(51):
        audit.record("note.filed", site=site, details={"n": number}, by=None)
    client = sign_in(person(Role.MST_UK_LEAD))

    assert len(re.findall(r"n: \d", page(client, site).content.decode())) == 50
    assert re.findall(r"n: \d+", page(client, site, "?page=2").content.decode()) == ["n: 0"]


@pytest.mark.parametrize("role", [Role.MST_UK_STAFF, Role.SUPERVISOR, Role.COMMISSIONER])
def test_audit_list_is_for_the_lead(site, role, sign_in):
    places = {
        Role.SUPERVISOR: {"team": TeamFactory(site=site)},
        Role.COMMISSIONER: {"site": site},
    }
    assert page(sign_in(person(role, **places.get(role, {}))), site).status_code == 403


def test_audit_list_of_another_site_is_not_there(site, sign_in):
    stranger = person(Role.COMMISSIONER, site=SiteFactory())

    assert page(sign_in(stranger), site).status_code == 404


def test_audit_list_says_what_is_known_in_words(site, sign_in):
    details = {
        "is_late": False,
        "outcome": "HELD",
        "week": "2026-10-12",
        "period": ["2026-01-01", None],
        "actions": [{"due_on": "2026-11-30"}],
    }
    audit.record("note.filed", site=site, details=details, by=None)

    content = page(sign_in(person(Role.MST_UK_LEAD)), site).content.decode()

    assert "is late: no, outcome: Held" in content
    assert "week: 12 Oct 2026" in content
    assert "period: 1 Jan 2026 → none" in content
    assert "actions: due on 30 Nov 2026" in content


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "", "192.0.2.7"),
        (0, "203.0.113.9", "192.0.2.7"),
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "203.0.113.9, 198.51.100.1", "198.51.100.1"),
        (1, "", "192.0.2.7"),
        (1, "no address", None),
        (2, "198.51.100.1", "192.0.2.7"),
    ],
)
def test_audit_keeps_the_address_that_ones_own_proxy_saw(
    site, sign_in, settings, proxies, forwarded, address
):
    """What the browser itself put into the header stands before that, and changes nothing."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    client = sign_in(person(Role.MST_UK_LEAD))

    client.post(
        f"/sites/{site.slug}/teams/new/",
        {"name": "Team", "slug": "team", "model": "standard"},
        REMOTE_ADDR="192.0.2.7",
        headers={"x-forwarded-for": forwarded} if forwarded else {},
    )

    assert AuditEntry.objects.get(action="team.created").ip_address == address
