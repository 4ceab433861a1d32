"""A site is closed and taken up again: by MST UK, with a reason that stays, and nothing of it is lost."""

import re
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from mst_sites.accounts.permissions import Role
from mst_sites.audit.models import AuditEntry
from mst_sites.directory import operations
from mst_sites.tenancy.models import Membership, PhaseChange, Site, Team
from mst_sites.tenancy.versions import ClashError
from tests.factories import MembershipFactory, PlanFactory, SiteFactory, TeamFactory, person
from tests.reading import words

pytestmark = pytest.mark.django_db

WHY = "The partners did not renew the service."
NUMBER = "943 476 5919"  # made up, with a check digit that is right
BEGUN_NO_MORE = "What is here is kept as it was, and nothing new begins."


@pytest.fixture
def site():
    return SiteFactory(name="Afon Valley", phase="LIVE", opened_on="2024-01-01")


@pytest.fixture
def closed(site, lead):
    return close(site, by=lead)


def given(site, **values):
    return {
        "site": site,
        "version": site.version,
        "reason": WHY,
        "now": timezone.now(),
        "by": None,
        **values,
    }


def close(site, **values):
    return operations.close_site(**given(site, **values))


def reopen(site, **values):
    return operations.reopen_site(**given(site, **values))


# What acts on which site, to which phase.
WAYS = {"close": (close, "LIVE", "CLOSED"), "reopen": (reopen, "CLOSED", "LIVE")}


def address(site, act):
    return reverse(f"site-{act}", args=[site.slug])


def form_of(client, site, act, **values):
    """Return what the page's form sends."""
    form = client.get(address(site, act)).context["form"]
    return {"row_id": form.initial["row_id"], "version": site.version, "reason": WHY, **values}


# The operations.


@pytest.mark.parametrize("act", WAYS)
def test_phase_changes_and_says_when_by_whom_and_why(act, lead):
    do, before, after = WAYS[act]
    site = SiteFactory(phase=before, opened_on="2024-01-01")
    now = timezone.now()

    changed = do(site, reason=f"  {WHY} ", now=now, by=lead)

    assert (changed.phase, changed.version, str(changed.opened_on)) == (after, 2, "2024-01-01")
    assert Site.objects.get().phase == after
    change = PhaseChange.objects.get()
    assert (change.phase, change.reason, change.changed_at, change.changed_by) == (
        after,
        WHY,
        now,
        lead,
    )
    entry = AuditEntry.objects.get()
    told = {"close": "site.closed", "reopen": "site.reopened"}[act]
    assert (entry.action, entry.site, entry.actor, entry.details) == (told, site, lead, {})


@pytest.mark.parametrize(
    ("act", "phase", "told"),
    [
        (
            "close",
            "SET_UP",
            "This site is being set up. A set-up that will not go on is withdrawn, on the page of its plan.",
        ),
        (
            "close",
            "ON_HOLD",
            "This site is on hold. Take it up again first, or withdraw it, on the page of its plan.",
        ),
        ("close", "WITHDRAWN", "This site was withdrawn: it has ended already."),
        ("close", "CLOSED", "This site is closed already."),
        *(
            ("reopen", phase, "This site is not closed.")
            for phase in ("SET_UP", "LIVE", "ON_HOLD", "WITHDRAWN")
        ),
    ],
)
def test_phase_is_refused_to_a_site_of_another_one(act, phase, told):
    site = SiteFactory(phase=phase)

    with pytest.raises(ValidationError) as refusal:
        WAYS[act][0](site)

    assert refusal.value.messages == [told]
    assert (Site.objects.get().phase, Site.objects.get().version) == (phase, 1)
    assert not PhaseChange.objects.exists()
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("act", WAYS)
def test_phase_change_needs_a_reason_that_names_no_family(act):
    do, before, _ = WAYS[act]
    site = SiteFactory(phase=before)

    for reason in ("", "   "):
        with pytest.raises(ValidationError) as empty:
            do(site, reason=reason)
        assert list(empty.value.message_dict) == ["reason"]
    with pytest.raises(ValidationError) as refusal:
        do(site, reason=f"As in {NUMBER}")
    assert list(refusal.value.message_dict) == ["reason"]
    assert not PhaseChange.objects.exists()

    do(site, reason=f"As in {NUMBER}", confirmed_reason="A number of a form")
    assert AuditEntry.objects.get().details == {"kept_despite": ["NHS_NUMBER"]}


@pytest.mark.parametrize("act", WAYS)
def test_phase_change_sent_twice_is_one(act):
    do, before, after = WAYS[act]
    site, change_id = SiteFactory(phase=before), uuid4()

    first, second = (do(site, version=1, change_id=change_id) for _ in range(2))

    assert (first.phase, second.phase, second.version) == (after, after, 2)
    assert (PhaseChange.objects.count(), AuditEntry.objects.count()) == (1, 1)


@pytest.mark.parametrize("act", WAYS)
def test_phase_change_tells_of_a_clash(act):
    do, before, _ = WAYS[act]
    site = SiteFactory(phase=before)
    operations.change_site(site=site, version=1, name="Theirs", by=None)

    with pytest.raises(ClashError):
        do(site, version=1)

    assert Site.objects.get().phase == before


def test_closing_leaves_all_that_is_there(site):
    team = TeamFactory(site=site)
    member = MembershipFactory(site=site, team=team, role=Role.SUPERVISOR)

    close(site)

    assert (Team.objects.get(), Membership.objects.get()) == (team, member)
    assert Membership.objects.get().ended_at is None
    with pytest.raises(ValidationError, match="nothing new begins"):
        operations.create_team(site=Site.objects.get(), name="Two", slug="two", by=None)


def test_site_taken_up_again_begins_things_as_before(closed):
    reopened = reopen(closed)

    assert operations.create_team(site=reopened, name="Two", slug="two", by=None).site == reopened
    assert close(reopened).phase == "CLOSED"
    assert list(PhaseChange.objects.order_by("changed_at").values_list("phase", flat=True)) == [
        "CLOSED",
        "LIVE",
        "CLOSED",
    ]


@pytest.mark.parametrize("change", [{"reason": "Another"}, None])
def test_why_a_site_was_closed_stays_as_it_was_written(closed, change):
    rows = PhaseChange.objects.filter(site=closed)

    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(**change) if change else rows.delete()

    assert PhaseChange.objects.get().reason == WHY


# The pages.


def test_site_close_says_what_it_does_and_how_many_keep_their_roles(client, site, queries):
    MembershipFactory(site=site)
    person(Role.SUPERVISOR, team=TeamFactory(site=site))

    with queries(6):
        page = client.get(address(site, "close"))

    text = words(page)
    assert "Close Afon Valley?" in text
    assert "Nothing is deleted" in text
    assert "2 people have a role here. They keep it" in text
    for name in ("membership-list", "action-list", "meeting-list"):
        assert f'href="{reverse(name, args=[site.slug])}"' in page.content.decode()


def test_site_close_and_reopen(client, site, sign_in):
    reader = sign_in(person(Role.COMMISSIONER, site=site))
    home = reverse("site-detail", args=[site.slug])

    done = client.post(address(site, "close"), form_of(client, site, "close"), follow=True)

    assert "The site is closed." in words(done)
    for who in (client, reader):
        text = words(who.get(home))
        assert re.search(r"This site was closed on \d+ \w+ \d{4} by ", text)
        assert WHY in text
        assert BEGUN_NO_MORE in text

    site.refresh_from_db()
    page = words(client.get(address(site, "reopen")))
    assert WHY in page
    form = form_of(client, site, "reopen", reason="New money was found.")
    again = client.post(address(site, "reopen"), form, follow=True)

    assert "The site is live again." in words(again)
    assert BEGUN_NO_MORE not in words(again)
    assert "New money was found." not in words(again)
    history = words(client.get(reverse("audit-list", args=[site.slug])))
    assert "Site closed" in history
    assert "Site taken up again" in history


def test_site_page_of_a_site_that_was_closed_before_reasons_were_kept(client):
    site = SiteFactory(phase="CLOSED")

    page = words(client.get(reverse("site-detail", args=[site.slug])))

    assert BEGUN_NO_MORE in page
    assert "This site was closed on" not in page
    assert "Take up again" in page


def test_closing_that_an_operator_did_names_nobody(client, site):
    close(site)

    page = words(client.get(reverse("site-detail", args=[site.slug])))

    assert re.search(r"This site was closed on \d+ \w+ \d{4} The partners", page)


@pytest.mark.parametrize(
    ("role", "phase", "doors"),
    [
        (Role.MST_UK_LEAD, "LIVE", ["close"]),
        (Role.MST_UK_STAFF, "LIVE", ["close"]),
        (Role.MST_UK_LEAD, "CLOSED", ["reopen"]),
        (Role.MST_UK_STAFF, "CLOSED", ["reopen"]),
        (Role.MST_UK_LEAD, "SET_UP", []),
        (Role.MST_UK_LEAD, "ON_HOLD", []),
        (Role.MST_UK_LEAD, "WITHDRAWN", []),
        (Role.PROVIDER_MANAGER, "LIVE", []),
        (Role.PROVIDER_MANAGER, "CLOSED", []),
        (Role.COMMISSIONER, "LIVE", []),
        (Role.COMMISSIONER, "CLOSED", []),
    ],
)
def test_site_page_has_the_door_for_those_who_may(role, phase, doors, sign_in):
    site = SiteFactory(phase=phase)
    page = sign_in(person(role, site=site)).get(reverse("site-detail", args=[site.slug]))

    found = [act for act in WAYS if f'href="{address(site, act)}"' in page.content.decode()]

    assert found == doors


@pytest.mark.parametrize("phase", ["SET_UP", "ON_HOLD", "WITHDRAWN", "CLOSED"])
def test_site_close_of_a_site_that_is_not_live_says_why_not_and_leads_to_its_plan(phase, client):
    plan = PlanFactory(site__phase=phase)
    page = client.get(address(plan.site, "close"))

    main = page.content.decode().split("<main")[1]
    assert "This site cannot be closed" in main
    assert 'name="reason"' not in main
    has_way = phase in ("SET_UP", "ON_HOLD")
    assert (f'href="{reverse("plan-detail", args=[plan.site.slug])}"' in main) == has_way


def test_site_reopen_of_a_site_that_is_not_closed_has_no_form(client, site):
    page = client.get(address(site, "reopen"))

    assert "This site is not closed." in words(page)
    assert 'name="reason"' not in page.content.decode()


@pytest.mark.parametrize("act", WAYS)
def test_phase_change_says_at_the_field_what_is_wrong(act, client):
    site = SiteFactory(phase=WAYS[act][1])

    empty = client.post(address(site, act), form_of(client, site, act, reason=" "))
    guarded = client.post(address(site, act), form_of(client, site, act, reason=f"See {NUMBER}"))

    assert (empty.status_code, list(empty.context["form"].errors)) == (422, ["reason"])
    assert (guarded.status_code, list(guarded.context["form"].errors)) == (422, ["reason"])
    assert "Why it is right to keep it" in words(guarded)
    assert f"See {NUMBER}" in words(guarded)


@pytest.mark.parametrize("act", WAYS)
def test_button_pressed_twice_changes_the_phase_once(act, client):
    site = SiteFactory(phase=WAYS[act][1])
    form = form_of(client, site, act)

    answers = [client.post(address(site, act), form).status_code for _ in range(2)]

    assert (answers, PhaseChange.objects.count()) == ([302, 302], 1)


def test_site_close_keeps_what_was_typed_when_somebody_changed_the_site(client, site):
    form = form_of(client, site, "close")
    operations.change_site(site=site, version=1, region="Coast", by=None)

    clash = client.post(address(site, "close"), form)

    assert clash.status_code == 409
    assert "Somebody else saved a change while you were typing." in words(clash)
    assert WHY in words(clash)
    again = client.post(address(site, "close"), {**form, "version": 2})
    site.refresh_from_db()
    assert (again.status_code, site.phase) == (302, "CLOSED")


@pytest.mark.parametrize("act", WAYS)
def test_phase_change_of_another_site_is_not_there(act, sign_in):
    site = SiteFactory(phase=WAYS[act][1])
    stranger = sign_in(person(Role.PROVIDER_MANAGER, site=SiteFactory()))

    assert stranger.get(address(site, act)).status_code == 404
    assert stranger.post(address(site, act), {"reason": WHY, "version": 1}).status_code == 404


@pytest.mark.parametrize("phase", ["LIVE", "CLOSED"])
def test_site_detail_asks_once_more_for_how_a_site_was_closed(phase, client, queries, site):
    if phase == "CLOSED":
        close(site)
    TeamFactory(site=site)

    with queries(9 if phase == "CLOSED" else 8):
        client.get(reverse("site-detail", args=[site.slug]))
