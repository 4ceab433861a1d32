"""Two requests that want the same thing at the same moment: one gets it, the other is told in words."""

import threading
import time
from datetime import date
from uuid import UUID, uuid4

import pytest
from django.db import connection, connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from consultation.models import Note, NoteContent
from consultation.operations import Sheet, file_note
from mst_sites.accounts.permissions import Role
from mst_sites.audit.models import AuditEntry
from mst_sites.directory import account_operations, operations
from mst_sites.tenancy.models import (
    Membership,
    Organisation,
    PhaseChange,
    Site,
    SiteCommissioner,
    Team,
)
from mst_sites.tenancy.scope import whole_scope
from tests.accounts.people import PASSWORD, invited
from tests.factories import (
    MembershipFactory,
    OrganisationFactory,
    SiteFactory,
    TeamFactory,
    UserFactory,
    person,
)

pytestmark = pytest.mark.django_db(transaction=True)


def wait_until_somebody_waits():
    """Wait until another transaction stands still before a row of this one."""
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute(
                "select count(*) from pg_locks where not granted and locktype = 'transactionid'"
                " and transactionid = pg_current_xact_id()::xid"
            )
            if cursor.fetchone() == (1,):
                return
        time.sleep(0.05)
    raise AssertionError("The second request did not come as far as the row.")


def post_behind(client, address, values, *, first):
    """Send a form while `first` has done the same and has not yet committed; return the page's answer."""
    answers = []

    def send():
        answers.append(client.post(address, values))
        connections.close_all()

    second = threading.Thread(target=send)
    with whole_scope():
        first()
        second.start()
        wait_until_somebody_waits()
    second.join()
    return answers[0]


@pytest.fixture
def at(sign_in):
    """Make a site, a body that pays, somebody without a role, and a lead who is signed in."""
    with whole_scope():
        lead = person(Role.MST_UK_LEAD)
        return {
            "lead": lead,
            "client": sign_in(lead),
            "site": SiteFactory(slug="here"),
            "body": OrganisationFactory(kind="COMMISSIONER"),
            "user": UserFactory(email="known@example.org"),
        }


CASES = {
    "site": (
        Site.objects.filter(slug="afon"),
        lambda at: reverse("site-create"),
        lambda at: {
            "name": "Afon",
            "slug": "afon",
            "nation": "WALES",
            "model": "standard",
            "language": "cy",
        },
        lambda at: operations.create_site(name="Afon", slug="afon", nation="WALES", by=at["lead"]),
        "Another site has this address already.",
    ),
    "team": (
        Team.objects.all(),
        lambda at: reverse("team-create", args=["here"]),
        lambda at: {"name": "One", "slug": "one", "model": "standard"},
        lambda at: operations.create_team(site=at["site"], name="One", slug="one", by=at["lead"]),
        "Another team of this site has this address already.",
    ),
    "organisation": (
        Organisation.objects.filter(name="Afon Council"),
        lambda at: reverse("organisation-create"),
        lambda at: {"name": "Afon Council", "kind": "COMMISSIONER"},
        lambda at: operations.create_organisation(
            name="Afon Council", kind="COMMISSIONER", by=at["lead"]
        ),
        "This organisation is here already.",
    ),
    "commissioner": (
        SiteCommissioner.objects.all(),
        lambda at: reverse("commissioner-create", args=["here"]),
        lambda at: {"organisation": at["body"].pk},
        lambda at: operations.add_commissioner(
            site=at["site"], organisation=at["body"], by=at["lead"]
        ),
        "This commissioner is on the site already.",
    ),
    "membership": (
        Membership.objects.all(),
        lambda at: reverse("membership-create", args=["here"]),
        lambda at: {"email": "known@example.org", "role": Role.COMMISSIONER},
        lambda at: operations.add_membership(
            site=at["site"],
            user=at["user"],
            role=Role.COMMISSIONER,
            now=timezone.now(),
            by=at["lead"],
        ),
        "This person has this role here already.",
    ),
}


@pytest.mark.parametrize("name", sorted(CASES))
def test_double_click_is_told_in_the_words_of_the_constraint(name, at):
    rows, address, values, first, words = CASES[name]

    response = post_behind(at["client"], address(at), values(at), first=lambda: first(at))

    assert response.status_code == 422
    assert words in response.content.decode()
    with whole_scope():
        assert rows.count() == 1


def test_role_that_is_ended_twice_at_once_ends_once(at):
    with whole_scope():
        membership = MembershipFactory(site=at["site"])
    end = reverse("membership-end", args=["here", membership.pk])

    response = post_behind(
        at["client"],
        end,
        {},
        first=lambda: operations.end_membership(
            membership=membership, now=timezone.now(), by=at["lead"]
        ),
    )

    assert response.status_code == 302
    with whole_scope():
        assert AuditEntry.objects.filter(action="membership.ended").count() == 1


def why(at, **values):
    """Return what closes the site, as one of two people sends it."""
    return {"reason": "It ended.", "version": 1, "row_id": str(uuid4()), **values}


def close(at, **values):
    given = {"version": 1, "reason": "It ended.", "now": timezone.now(), **values}
    return operations.close_site(site=at["site"], **given, by=at["lead"])


@pytest.fixture
def live(at):
    with whole_scope():
        Site.objects.filter(pk=at["site"].pk).update(phase="LIVE")
        at["site"].refresh_from_db()
    return at


def closings():
    with whole_scope():
        return AuditEntry.objects.filter(action="site.closed").count(), PhaseChange.objects.count()


def test_site_that_two_people_close_at_once_is_closed_once(live):
    response = post_behind(
        live["client"], reverse("site-close", args=["here"]), why(live), first=lambda: close(live)
    )

    assert response.status_code == 422
    assert "This site is closed already." in response.content.decode()
    assert closings() == (1, 1)


def test_button_that_closes_a_site_is_one_closing_when_it_is_pressed_twice_at_once(live):
    form = why(live)

    response = post_behind(
        live["client"],
        reverse("site-close", args=["here"]),
        form,
        first=lambda: close(live, change_id=UUID(form["row_id"])),
    )

    assert response.status_code == 302
    assert closings() == (1, 1)


@pytest.fixture
def week(live):
    """Make a team with a supervisor, and what files a note of its week."""
    with whole_scope():
        team = TeamFactory(site=live["site"], slug="one", opened_on=date(2024, 1, 1))
        supervisor = person(Role.SUPERVISOR, team=team)
    content = NoteContent(outcome="HELD", held_on=date(2026, 3, 3), minutes=60, mode="PHONE")

    def file():
        return file_note(
            team=team,
            week_starts_on=date(2026, 3, 2),
            sheet=Sheet(id=uuid4(), tab=uuid4(), version=0),
            content=content,
            now=timezone.now(),
            by=supervisor,
        )

    return file


def test_site_is_closed_while_a_note_is_filed_and_both_are_kept(live, week):
    response = post_behind(
        live["client"], reverse("site-close", args=["here"]), why(live), first=week
    )

    assert response.status_code == 302
    assert closings() == (1, 1)
    with whole_scope():
        assert Note.objects.get().status == "FILED"
        assert Site.objects.get().phase == "CLOSED"


@pytest.mark.parametrize("name", ["AFON", " afon "])
def test_names_that_are_alike_are_told_apart_where_two_come_at_once(name, at):
    response = post_behind(
        at["client"],
        reverse("site-create"),
        {"name": name, "slug": "another", "nation": "WALES", "model": "standard"},
        first=lambda: operations.create_site(
            name="Afon", slug="afon", nation="WALES", by=at["lead"]
        ),
    )

    assert response.status_code == 422
    assert "Another site is called this already" in response.content.decode()
    with whole_scope():
        assert not Site.objects.filter(slug="another").exists()


def test_organisation_that_two_people_change_at_once_shows_both_texts(at):
    response = post_behind(
        at["client"],
        reverse("organisation-change", args=[at["body"].pk]),
        {"name": "Mine", "kind": "COMMISSIONER", "version": 1},
        first=lambda: operations.change_organisation(
            organisation=at["body"], version=1, name="Theirs", kind="COMMISSIONER", by=at["lead"]
        ),
    )

    assert response.status_code == 409
    with whole_scope():
        assert Organisation.objects.get(pk=at["body"].pk).name == "Theirs"


def test_invitation_that_is_accepted_twice_at_once_opens_one_account():
    with whole_scope():
        user, link = invited()
    values = {"full_name": "First", "password": PASSWORD}

    response = post_behind(
        Client(),
        link,
        {"full_name": "Second", "password": "two otters and a kettle"},
        first=lambda: account_operations.accept_invitation(
            token=link.split("/")[-2], **values, now=timezone.now()
        ),
    )

    assert response.status_code == 410
    with whole_scope():
        user.refresh_from_db()
        assert (user.full_name, user.check_password(PASSWORD)) == ("First", True)
        assert AuditEntry.objects.filter(action="invitation.accepted").count() == 1
