"""The pages of sites, their teams and those who pay for them: what they show, keep, refuse and cost."""

import re

import pytest
from django.urls import reverse

from mst_sites.accounts.permissions import Role
from mst_sites.directory import operations
from mst_sites.tenancy.models import Site, SiteCommissioner, Team
from tests.factories import (
    MembershipFactory,
    OrganisationFactory,
    SiteFactory,
    TeamFactory,
    UserFactory,
    person,
)
from tests.reading import names, words

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
