"""The pages on which roles are given and end: what they show, keep, refuse and cost."""

import pytest
from django.urls import reverse

from mst_sites.accounts.models import User
from mst_sites.accounts.permissions import Role
from mst_sites.delivery.models import OutgoingMail
from mst_sites.tenancy.models import Membership
from tests.factories import (
    MembershipFactory,
    SiteFactory,
    TeamFactory,
    person,
)
from tests.reading import names, words

pytestmark = pytest.mark.django_db


def test_roles_begin_and_end_on_days_in_london(client):
    team = TeamFactory()
    late = {"began_at": "2026-06-30T23:30:00Z", "ended_at": "2026-07-31T23:30:00Z"}
    ended = MembershipFactory(site=team.site, team=team, role=Role.THERAPIST, **late)
    again = {"user": ended.user, "role": Role.THERAPIST, "began_at": late["began_at"]}
    MembershipFactory(site=team.site, team=team, **again)
    pages = (
        reverse("team-detail", args=[team.site.slug, team.slug]),
        reverse("membership-list", args=[team.site.slug]),
        reverse("person-detail", args=[ended.user_id]),
    )

    texts = [client.get(page).content.decode().replace("\xa0", " ") for page in pages]

    assert ["1 Jul 2026" in text for text in texts] == [True] * 3
    assert ["30 Jun 2026" in text for text in texts] == [False] * 3
    assert "1 Aug 2026" in texts[2]


@pytest.mark.parametrize("count", [1, 3])
def test_membership_list_asks_the_same_for_every_number_of_people(count, client, queries):
    team = TeamFactory()
    MembershipFactory.create_batch(count, site=team.site, team=team, role=Role.THERAPIST)

    with queries(6):
        response = client.get(reverse("membership-list", args=[team.site.slug]))

    assert len(names(response)) == count


def test_membership_create_invites_somebody_new(client, mailoutbox):
    team = TeamFactory()
    address = reverse("membership-create", args=[team.site.slug])
    page = client.get(f"{address}?team={team.pk}").content.decode()

    response = client.post(
        address,
        {
            "email": "new@example.org",
            "full_name": "New Person",
            "role": Role.SUPERVISOR,
            "team": team.pk,
        },
        follow=True,
    )

    assert f'<option value="{team.pk}" selected>' in page
    assert Membership.objects.get().team == team
    assert [mail.to for mail in mailoutbox] == [["new@example.org"]]
    assert names(response) == ["New Person"]


@pytest.mark.parametrize("team", ["nonsense", "7d1f4b0c-5f0e-4c1e-9d66-2f5f6a3b9f10"])
def test_membership_create_passes_over_a_team_that_is_not_there(team, client):
    site = TeamFactory().site

    response = client.get(f"{reverse('membership-create', args=[site.slug])}?team={team}")

    assert response.status_code == 200
    assert b'<option value="" selected>' in response.content


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"email": "nobody"}, "email", "Enter a valid email address."),
        ({"full_name": ""}, "full_name", "This person is new here: enter their name."),
        ({"role": ""}, "role", "“Role” is still empty."),
        ({"role": Role.SUPERVISOR}, "__all__", "This role is held on one team: choose the team."),
        ({"role": Role.MST_UK_LEAD}, "role", "Select a valid choice."),
    ],
)
def test_membership_create_refuses(changes, field, message, client, settings):
    settings.EMAIL_BACKEND = (
        "mst_sites.delivery.mail.OutboxBackend"  # a row, undone like the others
    )
    site = SiteFactory()
    values = {"email": "x@example.org", "full_name": "Typed Name", "role": Role.COMMISSIONER}

    response = client.post(
        reverse("membership-create", args=[site.slug]), {**values, "team": "", **changes}
    )

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert message in words(response)
    assert changes.get("full_name") == "" or 'value="Typed Name"' in response.content.decode()
    assert not User.objects.filter(full_name="Typed Name").exists()
    assert not OutgoingMail.objects.exists()


def test_membership_create_refuses_a_team_of_another_site(client):
    site, elsewhere = SiteFactory(), TeamFactory()

    response = client.post(
        reverse("membership-create", args=[site.slug]),
        {
            "email": "x@example.org",
            "full_name": "X",
            "role": Role.SUPERVISOR,
            "team": elsewhere.pk,
        },
    )

    assert list(response.context["form"].errors) == ["team"]
    assert not Membership.objects.exists()


def test_membership_end_asks_first_and_then_the_person_sees_the_site_no_more(client, sign_in):
    site = SiteFactory()
    commissioner = person(Role.COMMISSIONER, site=site)
    address = reverse("membership-end", args=[site.slug, Membership.objects.get().pk])

    asked = client.get(address)
    assert "End the role of Commissioner as Commissioner?" in words(asked)
    assert sign_in(commissioner).get(f"/sites/{site.slug}/").status_code == 200

    done = client.post(address, follow=True)

    assert "The role has ended." in words(done)
    assert "Nobody has a role here yet" in words(done)
    assert sign_in(commissioner).get(f"/sites/{site.slug}/").status_code == 404
    assert client.post(address).status_code == 404


def test_membership_end_of_another_site_is_not_found(client):
    membership = MembershipFactory()

    address = reverse("membership-end", args=[SiteFactory().slug, membership.pk])

    assert client.get(address).status_code == 404
    assert client.post(address).status_code == 404
