"""The history of a site: for those who may see it, in few queries, narrowed by person and act."""

import re
from html import unescape
from uuid import uuid4

import pytest
from django.urls import reverse

from mst_sites.accounts.permissions import Role
from mst_sites.audit import chains
from mst_sites.audit import operations as audit
from mst_sites.audit.models import AuditEntry
from mst_sites.directory import account_operations
from tests.factories import (
    MeetingFactory,
    NoteFactory,
    OrganisationFactory,
    PlanFactory,
    SiteFactory,
    TeamFactory,
    UserFactory,
    person,
)

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

    assert re.findall(r"Week of: \d", content) == [
        f"Week of: {at}" for at in reversed(range(number))
    ]


def test_audit_list_is_narrowed_by_person_and_act(site, sign_in):
    lead, other = person(Role.MST_UK_LEAD), person(Role.COMMISSIONER, site=site)
    audit.record("note.filed", site=site, details={"k": "one"}, by=lead)
    audit.record("note.read", site=site, details={"k": "two"}, by=lead)
    audit.record("note.read", site=site, details={"k": "three"}, by=other)
    audit.record("note.read", site=site, details={"k": "four"}, by=None)
    client = sign_in(lead)

    def found(query):
        return re.findall(r"K: (\w+)", page(client, site, query).content.decode())

    assert found("") == ["four", "three", "two", "one"]
    assert found(f"?person={lead.pk}") == ["two", "one"]
    assert found(f"?person={lead.pk}&action=note.read") == ["two"]
    assert found("?person=system") == ["four"]
    assert found("?person=Nobody") == ["four", "three", "two", "one"]


def cells(content):
    """Return who did what, as the page says it, the newest first."""
    rows = re.findall(r"<tr>(.*?)</tr>", content.split("<tbody")[1], re.DOTALL)
    found = [re.findall(r"<t[dh].*?</t[dh]>", row, re.DOTALL) for row in rows]
    return [unescape(" ".join(re.sub(r"<[^>]+>", " ", row[2]).split())) for row in found]


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
        "The system an operator's command",
        "system an operator's command",
        f"{lead.full_name} (now Ann Example) an operator's command",
        "Ann Example an operator's command",
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
        assert re.findall(r"K: (\w+)", shown) == found


def test_audit_list_shows_fifty_at_a_time(site, sign_in):
    for number in range(51):
        audit.record("note.filed", site=site, details={"n": number}, by=None)
    client = sign_in(person(Role.MST_UK_LEAD))

    assert len(re.findall(r"N: \d", page(client, site).content.decode())) == 50
    assert re.findall(r"N: \d+", page(client, site, "?page=2").content.decode()) == ["N: 0"]


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


def lines_of(client, site):
    """Return what each entry says: what was done to what, and each detail in its line; the newest entry first."""
    rows = re.findall(
        r"<tr>(.*?)</tr>", page(client, site).content.decode().split("<tbody")[1], re.DOTALL
    )
    told = []
    for row in rows:
        *_, what, details = re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)
        plain = [" ".join(re.sub(r"<[^>]+>", " ", part).split()) for part in details.split("<br>")]
        told.append([" ".join(re.sub(r"<[^>]+>", " ", what).split()), *filter(None, plain)])
    return [[unescape(line) for line in lines] for lines in told]


def test_audit_list_says_what_is_known_in_words(site, sign_in):
    note = NoteFactory(team=TeamFactory(site=site))
    details = {
        "is_late": False,
        "outcome": "HELD",
        "week": "2026-10-12",
        "period": ["2026-01-01", "2026-07-01"],
        "ends_on": ["", "2026-11-01"],
        "starts_at": "2026-07-15T09:00:00+00:00",
        "identifier_rules": ["NHS_NUMBER", "LATER_RULE"],
        "open_items": ["TEAM", "D5"],
        "changed": ["outcome", "colour"],
        "sha256": "ab" * 32,
        "sequence": 3,
        "unheard_of": "NEVER_SEEN",
        "reason": "",
    }
    audit.record("note.filed", site=site, subject=note, details=details, by=None)

    (told,) = lines_of(sign_in(person(Role.MST_UK_LEAD)), site)

    assert told == [
        "Note filed",
        "Begins: 15 Jul 2026, 10:00",
        "Changed: outcome, colour",
        "Conditions still open: 2",
        "File: fingerprint abababab…",
        "Filed late: no",
        "Kept although it looks like: NHS number, LATER_RULE",
        "Last day: from nothing to 31 Oct 2026",
        "Outcome: Held",
        "Period: 1 January 2026 to 30 June 2026",
        "Unheard of: Never seen",
        "Week of: 12 Oct 2026",
    ]


def test_audit_list_names_people_teams_and_rows(site, sign_in):
    lead, member = person(Role.MST_UK_LEAD), person(Role.COMMISSIONER, site=site)
    team, plan = TeamFactory(site=site, slug="afon", name="Afon team"), PlanFactory(site=site)
    body = OrganisationFactory(name="Coast Trust")
    action = {"id": str(uuid4()), "owner": str(member.pk), "due_on": "2026-11-30"}
    for act, subject, details in (
        ("team.created", team, {"slug": "afon"}),
        ("commissioner.added", body, {}),
        ("membership.added", None, {"person": str(member.pk), "team": "afon"}),
        ("plan.started", plan, {"template": str(plan.template_id)}),
        ("plan.guide-assigned", plan, {"guided_by": str(lead.pk)}),
        ("plan.moved", plan, {"from_stage": "A", "to_stage": "B", "reason": "FUNDING"}),
        ("note.filed", None, {"actions": [action]}),
        ("fact.recorded", None, {"replaces": str(uuid4())}),
    ):
        audit.record(act, site=site, subject=subject, details=details, by=lead)

    told = lines_of(sign_in(lead), site)

    assert told == [
        ["Fact recorded", "Replaces: another entry"],
        ["Note filed", f"Actions: due on 30 Nov 2026, owner {member.full_name}"],
        [
            "Set-up moved",
            "From stage: Initial enquiry",
            "Reason: Funding not found or ended",
            "To stage: Needs assessment",
        ],
        ["Guide of the site chosen", f"Guided by: {lead.full_name}"],
        ["Set-up plan begun", f"Template: {plan.template.name}, {plan.template.number}"],
        ["Role given", f"Person: {member.full_name}", "Team: Afon team"],
        ["Commissioning body added Coast Trust"],
        ["Team created Afon team", "Address: afon"],
    ]


def test_audit_list_tells_no_name_of_another_site_and_none_of_what_is_gone(site, sign_in):
    lead, elsewhere = person(Role.MST_UK_LEAD), SiteFactory()
    stranger = person(Role.COMMISSIONER, site=elsewhere)
    team = TeamFactory(site=elsewhere, slug="elsewhere")
    meeting = MeetingFactory(site=elsewhere)
    gone = {"owner": [str(stranger.pk), str(uuid4())], "team": "elsewhere"}
    audit.record("action.reassigned", site=site, details=gone, by=lead)
    audit.record("team.changed", site=site, subject=team, details={"team": str(team.pk)}, by=lead)
    audit.record(
        "meeting.closed", site=site, subject=meeting, details={"person": "no key"}, by=lead
    )

    nobody = "somebody who is no longer here"
    assert lines_of(sign_in(lead), site) == [
        ["Meeting closed something that is no longer here", f"Person: {nobody}"],
        ["Team changed a team that is no longer here", "Team: a team that is no longer here"],
        [
            "Action reassigned",
            f"Owner: from {nobody} to {nobody}",
            "Team: a team that is no longer here",
        ],
    ]


@pytest.mark.parametrize("number", [1, 3])
def test_audit_list_asks_once_for_all_names(site, number, sign_in, queries):
    lead = person(Role.MST_UK_LEAD)
    for _ in range(number):
        member, team = person(Role.COMMISSIONER, site=site), TeamFactory(site=site)
        details = {"person": str(member.pk), "team": team.slug}
        for subject in (team, MeetingFactory(site=site), OrganisationFactory()):
            audit.record("row.touched", site=site, subject=subject, details=details, by=lead)
    client = sign_in(lead)

    with queries(9):
        response = page(client, site)

    assert "no longer here" not in response.content.decode()


def test_audit_entries_stay_as_they_were_stored(site, sign_in):
    details = {"period": ["2026-01-01", "2026-07-01"], "is_late": False, "person": str(uuid4())}
    audit.record("note.filed", site=site, details=details, by=None)
    before = list(AuditEntry.objects.values())

    page(sign_in(person(Role.MST_UK_LEAD)), site)

    assert list(AuditEntry.objects.values()) == before
    assert before[0]["details"] == details
    assert chains.walk(site.pk).breaks == []


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
