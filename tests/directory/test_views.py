"""The pages on which MST UK manages sites, teams and people: what they show, keep, refuse and cost."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mst_sites.accounts.models import User
from mst_sites.accounts.permissions import Role
from mst_sites.delivery.models import OutgoingMail
from mst_sites.directory import account_operations, operations
from mst_sites.tenancy.models import Membership, Organisation, Site, SiteCommissioner, Team
from tests.accounts.people import PASSWORD, SIGN_IN, enter, with_app, with_password
from tests.factories import (
    MembershipFactory,
    OrganisationFactory,
    SiteFactory,
    TeamFactory,
    UserFactory,
    person,
)

pytestmark = pytest.mark.django_db

SITE = {
    "name": "Afon Valley",
    "slug": "afon-valley",
    "nation": "WALES",
    "region": "North East",
    "model": "standard",
    "provider": "",
    "language": "cy",
}


@pytest.fixture
def lead():
    return with_password(person(Role.MST_UK_LEAD))


@pytest.fixture
def client(lead, sign_in):
    return sign_in(lead)


def words(response):
    """Return what a page says, without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def names(response):
    """Return the first cell of each row of the page's table."""
    return re.findall(r'<th scope="row"><a [^>]*>([^<]*)', response.content.decode())


# Lists: one number of queries, whatever the number of rows.


@pytest.mark.parametrize("count", [1, 3])
def test_site_list_asks_the_same_for_every_number_of_sites(count, client, queries):
    SiteFactory.create_batch(count, provider=OrganisationFactory())

    with queries(6):
        response = client.get(reverse("site-list"))

    assert len(names(response)) == count


@pytest.mark.parametrize("count", [1, 3])
def test_site_detail_asks_the_same_for_every_number_of_teams(count, client, queries):
    site = SiteFactory()
    for team in TeamFactory.create_batch(count, site=site):
        MembershipFactory.create_batch(count, site=site, team=team, role=Role.THERAPIST)
        body = OrganisationFactory(kind="COMMISSIONER")
        SiteCommissioner.objects.create(site=site, organisation=body)

    with queries(8):
        response = client.get(reverse("site-detail", args=[site.slug]))

    assert response.content.count(b"<article") == count
    assert response.content.count(b"Therapist</span>") == count * count


@pytest.mark.parametrize("count", [1, 3])
def test_team_detail_asks_the_same_for_every_number_of_people(count, client, queries):
    team = TeamFactory()
    MembershipFactory.create_batch(count, site=team.site, team=team, role=Role.THERAPIST)

    with queries(7):
        response = client.get(reverse("team-detail", args=[team.site.slug, team.slug]))

    assert response.content.count(b'<th scope="row">') == count


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


@pytest.mark.parametrize("count", [1, 3])
def test_organisation_list_asks_the_same_for_every_number(count, client, queries):
    OrganisationFactory.create_batch(count)

    with queries(6):
        response = client.get(reverse("organisation-list"))

    assert response.content.count(b'<th scope="row">') == count


@pytest.mark.parametrize("count", [1, 3])
def test_person_list_asks_the_same_for_every_number_of_people(count, client, queries):
    MembershipFactory.create_batch(count)

    with queries(6):
        response = client.get(reverse("person-list"))

    assert len(names(response)) == count + 1


@pytest.mark.parametrize("count", [1, 3])
def test_person_detail_asks_the_same_for_every_number_of_roles(count, client, queries):
    user = UserFactory()
    for team in TeamFactory.create_batch(count):
        MembershipFactory(user=user, site=team.site, team=team, role=Role.THERAPIST)

    with queries(6):
        response = client.get(reverse("person-detail", args=[user.pk]))

    assert len(names(response)) == count


# The list of sites: search, filters, order, pages.


@pytest.fixture
def three_sites():
    SiteFactory(name="Ceiriog", slug="ceiriog", nation="WALES", phase="LIVE", model="can")
    SiteFactory(name="Aber", slug="aber", nation="WALES", phase="SET_UP")
    SiteFactory(name="Brae", slug="glen-tarrow", nation="SCOTLAND", phase="LIVE")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Aber", "Brae", "Ceiriog"]),
        ("q=CEIR", ["Ceiriog"]),
        ("q=tarrow", ["Brae"]),
        ("nation=WALES", ["Aber", "Ceiriog"]),
        ("nation=WALES&phase=LIVE", ["Ceiriog"]),
        ("model=can", ["Ceiriog"]),
        ("sort=-name", ["Ceiriog", "Brae", "Aber"]),
        ("sort=nation", ["Brae", "Aber", "Ceiriog"]),
        ("sort=-phase", ["Aber", "Brae", "Ceiriog"]),
        ("sort=provider__name", ["Aber", "Brae", "Ceiriog"]),
        ("sort=-no-such", ["Aber", "Brae", "Ceiriog"]),
        ("page=9", ["Aber", "Brae", "Ceiriog"]),
        ("q=nowhere", []),
    ],
)
def test_site_list_narrows_and_orders(query, expected, client, three_sites):
    response = client.get(f"{reverse('site-list')}?{query}")

    assert names(response) == expected


def test_site_list_tells_of_a_filter_that_it_does_not_know(client, three_sites):
    response = client.get(f"{reverse('site-list')}?nation=FRANCE&phase=LIVE")

    assert names(response) == ["Brae", "Ceiriog"]
    assert "FRANCE is not one of the available choices" in words(response)


def test_site_list_offers_to_clear_filters_that_match_nothing(client, three_sites):
    response = client.get(f"{reverse('site-list')}?q=nowhere")

    assert "No site matches these filters." in words(response)
    assert f'href="{reverse("site-list")}">Clear' in response.content.decode()


def test_site_list_pages_keep_filter_and_order(client):
    for number in range(51):
        SiteFactory(name=f"Site {number:02}", nation="WALES")

    first = client.get(f"{reverse('site-list')}?nation=WALES&sort=-name")
    second = client.get(f"{reverse('site-list')}?nation=WALES&sort=-name&page=2")

    assert (len(names(first)), names(first)[0]) == (50, "Site 50")
    assert names(second) == ["Site 00"]
    assert "?nation=WALES&amp;sort=-name&amp;page=2" in first.content.decode()
    assert "51 to 51 of 51" in words(second)


def test_site_list_without_a_site_says_what_to_do_first(client, sign_in):
    assert "No site is here yet" in words(client.get(reverse("site-list")))
    assert "You have no role on any site yet" in words(
        sign_in(UserFactory()).get(reverse("site-list"))
    )


def test_site_list_shows_own_sites_alone(sign_in, three_sites):
    own = Site.objects.get(slug="aber")

    response = sign_in(person(Role.COMMISSIONER, site=own)).get(reverse("site-list"))

    assert names(response) == ["Aber"]


# Forms: what succeeds, what is refused, and that nothing typed is lost.


@pytest.mark.usefixtures("welsh")
def test_site_create(client):
    response = client.post(reverse("site-create"), SITE, follow=True)

    site = Site.objects.get()
    assert response.redirect_chain == [("/sites/afon-valley/", 302)]
    assert (site.name, site.region, site.language) == ("Afon Valley", "North East", "cy")
    assert "The site is here. Add its first team." in words(response)


def test_site_create_puts_right_how_an_address_is_written(client):
    client.post(reverse("site-create"), {**SITE, "slug": " Afon  Valley "})

    assert Site.objects.get().slug == "afon-valley"


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"name": ""}, "name", "“Name” is still empty."),
        ({"nation": ""}, "nation", "“Nation” is still empty."),
        ({"slug": "taken"}, "slug", "Another site has this address already."),
        ({"slug": "new"}, "slug", "“new” is the address of the page that adds one."),
        ({"slug": "afon_valley"}, "slug", "Use small letters, digits and single hyphens"),
    ],
)
def test_site_create_names_the_field_and_keeps_what_was_typed(changes, field, message, client):
    SiteFactory(slug="taken")

    response = client.post(reverse("site-create"), {**SITE, "region": "Typed region", **changes})

    page = response.content.decode()
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert page.count(message) == 2  # in the summary and at the field
    assert f'href="#id_{field}"' in page
    assert 'value="Typed region"' in page
    assert Site.objects.count() == 1


def test_site_form_leads_back(client):
    site = SiteFactory()

    create = client.get(reverse("site-create")).content.decode()
    change = client.get(reverse("site-change", args=[site.slug])).content.decode()

    assert re.search(r'<a\s[^>]*href="/sites/"[^>]*>\s*Cancel', create)
    assert re.search(rf'<a\s[^>]*href="/sites/{site.slug}/"[^>]*>\s*Cancel', change)


def test_site_change(client):
    site = SiteFactory(name="Old name")

    response = client.post(
        reverse("site-change", args=[site.slug]), {**SITE, "name": "New name", "version": 1}
    )

    site.refresh_from_db()
    assert (response.status_code, response.url) == (302, f"/sites/{site.slug}/")
    assert (site.name, site.version) == ("New name", 2)
    assert site.slug != SITE["slug"]  # an address stays


@pytest.mark.usefixtures("welsh")
def test_site_change_shows_both_texts_when_two_people_clash(client, lead):
    site = SiteFactory(name="Before", nation="ENGLAND", provider=None)
    theirs = OrganisationFactory(name="Their provider")
    operations.change_site(
        site=site, version=1, name="Theirs", nation="SCOTLAND", provider=theirs, by=lead
    )

    mine = {**SITE, "name": "Mine", "nation": "WALES", "version": 1}
    response = client.post(reverse("site-change", args=[site.slug]), mine)

    site.refresh_from_db()
    assert response.status_code == 409
    assert (site.name, site.version) == ("Theirs", 2)
    assert [(str(a), str(b), str(c)) for a, b, c in response.context["clash"]] == [
        ("Name", "Theirs", "Mine"),
        ("Nation", "Scotland", "Wales"),
        ("Region", "", "North East"),
        ("Provider", "Their provider", ""),
        ("Language of its documents", "English", "Welsh"),
    ]
    page = response.content.decode()
    assert 'value="Mine"' in page
    assert "Theirs" in page
    assert "Somebody else saved a change while you were typing." in page

    again = client.post(reverse("site-change", args=[site.slug]), {**mine, "version": 2})

    site.refresh_from_db()
    assert again.status_code == 302
    assert (site.name, site.version) == ("Mine", 3)


def test_team_create(client):
    site = SiteFactory(model="can")
    page = client.get(reverse("team-create", args=[site.slug]))

    response = client.post(
        reverse("team-create", args=[site.slug]),
        {"name": "Afon team", "slug": "afon", "model": "can", "opened_on": "2026-03-02"},
    )

    team = Team.objects.get()
    assert page.context["form"].initial == {"model": "can"}
    assert response.url == f"/sites/{site.slug}/teams/afon/"
    assert (team.site, team.model, str(team.opened_on)) == (site, "can", "2026-03-02")


def test_team_create_in_another_site_does_not_clash(client):
    team = TeamFactory(slug="one")
    values = {"name": "Team", "slug": "one", "model": "standard", "opened_on": ""}

    same = client.post(reverse("team-create", args=[team.site.slug]), values)
    other = client.post(reverse("team-create", args=[SiteFactory().slug]), values)

    assert same.status_code == 422
    assert "Another team of this site has this address already." in words(same)
    assert other.status_code == 302


def test_team_change_shows_both_texts_when_two_people_clash(client, lead):
    team = TeamFactory(name="Before")
    operations.change_team(team=team, version=1, name="Theirs", by=lead)

    response = client.post(
        reverse("team-change", args=[team.site.slug, team.slug]),
        {"name": "Mine", "model": "standard", "opened_on": "2026-03-02", "version": 1},
    )

    team.refresh_from_db()
    assert response.status_code == 409
    assert team.name == "Theirs"
    assert response.context["clash"][0][1:] == ("Theirs", "Mine")
    assert 'value="2026-03-02"' in response.content.decode()


def test_commissioner_create_and_remove(client):
    site, council = SiteFactory(), OrganisationFactory(name="Afon Council", kind="COMMISSIONER")
    provider = OrganisationFactory()
    add = reverse("commissioner-create", args=[site.slug])

    offered = client.get(add).context["form"].fields["organisation"].queryset
    refused = client.post(add, {"organisation": provider.pk})
    client.post(add, {"organisation": council.pk})
    twice = client.post(add, {"organisation": council.pk})

    assert list(offered) == [council]
    assert refused.status_code == 422
    assert "This commissioner is on the site already." in words(twice)
    commissioner = SiteCommissioner.objects.get()

    elsewhere = reverse("commissioner-remove", args=[SiteFactory().slug, commissioner.pk])
    assert client.post(elsewhere).status_code == 404
    client.post(reverse("commissioner-remove", args=[site.slug, commissioner.pk]))
    assert not SiteCommissioner.objects.exists()


def test_organisation_create(client):
    values = {"name": "Afon Council", "kind": "COMMISSIONER"}

    first = client.post(reverse("organisation-create"), values)
    second = client.post(reverse("organisation-create"), values)

    assert first.url == reverse("organisation-list")
    assert (second.status_code, Organisation.objects.count()) == (422, 1)
    assert "This organisation is here already." in words(second)


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


# People.


def test_person_list_finds_by_name_and_by_address(client):
    UserFactory(full_name="Siân Prys", email="sp@example.org")
    UserFactory(full_name="Other", email="other@example.org")

    by_name = client.get(f"{reverse('person-list')}?q=siân")
    by_address = client.get(f"{reverse('person-list')}?q=OTHER@")
    nobody = client.get(f"{reverse('person-list')}?q=nobody")

    assert names(by_name) == ["Siân Prys"]
    assert names(by_address) == ["Other"]
    assert "Nobody matches this search." in words(nobody)


def test_person_list_counts_the_roles_that_are_held_now(client, lead):
    user = UserFactory(full_name="A Person")
    MembershipFactory(user=user)
    operations.end_membership(membership=MembershipFactory(user=user), now=timezone.now(), by=lead)

    row = words(client.get(f"{reverse('person-list')}?q=A Person"))

    assert "A Person person-" in row
    assert "none 1 Invited" in row


def test_person_invite(client, mailoutbox):
    values = {
        "email": "Staff@Example.org",
        "full_name": "New Staff",
        "country_role": Role.MST_UK_STAFF,
    }

    first = client.post(reverse("person-invite"), values)
    second = client.post(reverse("person-invite"), values)

    assert first.url == reverse("person-list")
    assert len(mailoutbox) == 1
    assert (second.status_code, User.objects.filter(full_name="New Staff").count()) == (422, 1)
    assert "Somebody with this e-mail address is here already." in words(second)


def test_person_change_keeps_one_lead(client, lead):
    address = reverse("person-change", args=[lead.pk])

    typed = {"full_name": "Typed Name", "version": 1}

    refused = client.post(address, {**typed, "country_role": ""})
    accepted = client.post(address, {**typed, "country_role": Role.MST_UK_LEAD})

    assert refused.status_code == 422
    assert "This is the last MST UK lead" in words(refused)
    assert 'value="Typed Name"' in refused.content.decode()
    assert accepted.status_code == 302


def test_person_change_gives_no_role_back_that_somebody_took_meanwhile(client, lead):
    user = person(Role.MST_UK_STAFF)
    address = reverse("person-change", args=[user.pk])
    form = client.get(address).context["form"].initial
    operations.change_person(user=user, version=1, full_name="Theirs", country_role="", by=lead)

    response = client.post(address, form)

    user.refresh_from_db()
    assert (response.status_code, user.country_role) == (409, "")
    assert [(str(now), str(mine)) for _, now, mine in response.context["clash"]] == [
        ("Theirs", "MST UK staff"),
        ("None: roles on sites only", "MST UK staff"),
    ]


def test_person_change_knows_that_the_person_took_another_name_meanwhile(client):
    user = person(Role.MST_UK_STAFF)
    address = reverse("person-change", args=[user.pk])
    form = client.get(address).context["form"].initial
    account_operations.change_account(full_name="Own Name", language="cy", theme="dark", by=user)

    assert client.post(address, form).status_code == 409
    user.refresh_from_db()
    assert user.full_name == "Own Name"


def test_person_close_and_reopen(client):
    user = with_password(person(Role.STEERING_GROUP_MEMBER, site=SiteFactory()))
    theirs = Client()
    theirs.post(SIGN_IN, {"login": user.email, "password": PASSWORD})
    assert theirs.get("/sites/").status_code == 200

    closed = client.post(reverse("person-close", args=[user.pk]), follow=True)

    assert "This person can no longer sign in." in words(closed)
    assert "No: closed" in words(closed)
    assert theirs.get("/sites/").status_code == 302  # to sign-in, from the next click on

    client.post(reverse("person-reopen", args=[user.pk]))
    user.refresh_from_db()
    assert user.is_active
    assert theirs.get("/sites/").status_code == 302  # what was open on a lost computer stays shut


@pytest.mark.parametrize("act", ["person-close", "person-factor-forget"])
def test_lead_who_ends_the_own_sessions_is_signed_out(act, lead):
    with_password(person(Role.MST_UK_LEAD))
    client = Client()
    enter(client, with_app(lead))

    response = client.post(reverse(act, args=[lead.pk]), follow=True)

    assert response.status_code == 200
    assert response.redirect_chain[-1][0].startswith("/account/sign-in/")


def test_person_close_refuses_the_last_lead(client, lead):
    response = client.post(reverse("person-close", args=[lead.pk]), follow=True)

    lead.refresh_from_db()
    assert lead.is_active
    assert "This is the last MST UK lead" in words(response)


def test_person_reinvite(client, mailoutbox):
    invited = UserFactory()
    here = UserFactory()
    here.set_password("seventeen quiet herons")
    here.save()

    sent = client.post(reverse("person-reinvite", args=[invited.pk]), follow=True)
    refused = client.post(reverse("person-reinvite", args=[here.pk]), follow=True)

    assert "A new invitation is on its way" in words(sent)
    assert "This person has an account already" in words(refused)
    assert [mail.to for mail in mailoutbox] == [[invited.email]]


def test_person_of_no_such_id_is_not_found(client):
    address = reverse("person-detail", args=["7d1f4b0c-5f0e-4c1e-9d66-2f5f6a3b9f10"])

    assert client.get(address).status_code == 404


# What a page offers depends on who looks.


@pytest.mark.parametrize(
    ("role", "offered"),
    [
        (
            Role.MST_UK_LEAD,
            {
                "Set-up plan",
                "Progress",
                "Actions",
                "Files",
                "People",
                "History",
                "Change",
                "Add a team",
                "Add a commissioner",
            },
        ),
        (Role.SUPERVISOR, {"Set-up plan", "Actions", "Files"}),
        (Role.COMMISSIONER, {"Set-up plan", "Progress"}),
    ],
)
def test_site_detail_offers_what_the_person_may_do(role, offered, sign_in):
    team = TeamFactory()

    page = sign_in(person(role, site=team.site, team=team)).get(f"/sites/{team.site.slug}/")

    main = page.content.decode().split("<main")[1].split("</main>")[0]
    links = set(re.findall(r"<a\s[^>]*>\s*([^<]+?)\s*</a>", main)) - {"Sites", team.name}
    assert links == offered


def test_site_detail_shows_own_teams_alone(sign_in):
    own = TeamFactory(name="Own team")
    TeamFactory(site=own.site, name="Team beside")

    page = words(sign_in(person(Role.THERAPIST, team=own)).get(f"/sites/{own.site.slug}/"))

    assert "Own team" in page
    assert "Team beside" not in page
