"""Bodies that provide and pay are put right on all sites at once, and stay what a site needs them as."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from mst_sites.audit.models import AuditEntry
from mst_sites.directory import operations
from mst_sites.tenancy.models import Organisation, OrganisationKind, SiteCommissioner
from mst_sites.tenancy.versions import ClashError
from tests.factories import OrganisationFactory, SiteFactory
from tests.reading import words

pytestmark = pytest.mark.django_db

COUNCIL = OrganisationKind.COMMISSIONER
HERE = "This organisation is here already. Another one of this kind has the same name."


def paying(site, **values):
    body = OrganisationFactory(kind=COUNCIL, **values)
    SiteCommissioner.objects.create(site=site, organisation=body)
    return body


def change(organisation, by=None, **values):
    given = {"version": 1, "name": organisation.name, "kind": organisation.kind, **values}
    return operations.change_organisation(organisation=organisation, **given, by=by)


def page_of(organisation):
    return reverse("organisation-change", args=[organisation.pk])


def test_change_organisation_is_in_the_history_of_the_country_and_of_each_site(lead):
    provider = OrganisationFactory(name="Coats Trust")
    sites = [SiteFactory(provider=provider), SiteFactory(provider=provider)]
    SiteFactory(provider=OrganisationFactory())

    changed = change(provider, name=" Coast Trust ", by=lead)

    assert (changed.name, changed.version) == ("Coast Trust", 2)
    entries = AuditEntry.objects.order_by("site").values_list(
        "site", "action", "details", "actor_name"
    )
    told = {"name": ["Coats Trust", "Coast Trust"]}
    assert sorted(entries, key=lambda entry: entry[0] or 0) == [
        (site, "organisation.changed", told, lead.full_name)
        for site in [None, *(site.pk for site in sites)]
    ]


def test_change_organisation_of_nothing_is_in_no_site_s_history():
    provider = SiteFactory(provider=OrganisationFactory()).provider

    change(provider)

    assert [entry.site for entry in AuditEntry.objects.all()] == [None]


@pytest.mark.parametrize(
    ("name", "kind"), [("COAST TRUST", "PROVIDER"), ("  coast trust ", "PROVIDER")]
)
@pytest.mark.parametrize("act", ["create", "change"])
def test_name_is_given_once_to_a_kind_in_any_letter_case(act, name, kind):
    OrganisationFactory(name="Coast Trust")
    other = OrganisationFactory(name="Other")

    with pytest.raises(ValidationError) as refusal:
        if act == "create":
            operations.create_organisation(name=name, kind=kind, by=None)
        else:
            change(other, name=name)

    assert refusal.value.message_dict == {"name": [HERE]}
    assert sorted(Organisation.objects.values_list("name", flat=True)) == ["Coast Trust", "Other"]


def test_name_may_stand_for_one_of_each_kind():
    OrganisationFactory(name="Coast Council", kind=COUNCIL)

    made = operations.create_organisation(name="Coast council", kind="PROVIDER", by=None)

    assert change(made, name="COAST council").name == "COAST council"  # its own name is not taken


@pytest.mark.parametrize(
    ("count", "kind", "told"),
    [
        (1, "PROVIDER", "This is the provider of 1 site, so it stays a provider."),
        (2, "PROVIDER", "This is the provider of 2 sites, so it stays a provider."),
        (1, "COMMISSIONER", "This is a commissioner of 1 site, so it stays a commissioner."),
        (2, "COMMISSIONER", "This is a commissioner of 2 sites, so it stays a commissioner."),
    ],
)
def test_kind_stays_while_a_site_needs_it(count, kind, told):
    body = OrganisationFactory(kind=kind)
    for site in SiteFactory.create_batch(count, provider=body if kind == "PROVIDER" else None):
        if kind == COUNCIL:
            SiteCommissioner.objects.create(site=site, organisation=body)

    with pytest.raises(ValidationError) as refusal:
        change(body, kind="PARTNER")

    assert refusal.value.message_dict == {"kind": [told]}
    assert not AuditEntry.objects.exists()
    assert change(body, name="Another name").kind == kind


@pytest.mark.parametrize("kind", ["PROVIDER", "COMMISSIONER", "PARTNER", "MST_UK"])
def test_kind_of_a_body_without_a_site_can_be_put_right(kind):
    body = OrganisationFactory(kind=kind)

    assert change(body, kind="PARTNER").kind == "PARTNER"


def test_change_organisation_tells_of_a_clash():
    body = OrganisationFactory()
    change(body, name="Theirs")

    with pytest.raises(ClashError):
        change(body, name="Mine")

    assert Organisation.objects.get().name == "Theirs"


def test_organisation_list_says_where_each_is_used_and_leads_to_its_page(client):
    provider, unused = OrganisationFactory(name="Coast Trust"), OrganisationFactory(name="Unused")
    council = paying(SiteFactory(provider=provider), name="Coast Council")
    SiteFactory(provider=provider)

    response = client.get(reverse("organisation-list"))

    page = words(response)
    assert "Coast Council Commissioner 1" in page
    assert "Coast Trust Provider 2" in page
    assert "Unused Provider 0" in page
    links = re.findall(r'href="(/organisations/[^"]+/change/)"', response.content.decode())
    assert links == [page_of(body) for body in (council, provider, unused)]


@pytest.mark.parametrize("count", [1, 12])
def test_organisation_change_asks_the_same_for_every_number_of_sites(count, client, queries):
    provider = OrganisationFactory()
    SiteFactory.create_batch(count, provider=provider)

    with queries(7):
        response = client.get(page_of(provider))

    main = response.content.decode().split("<main")[1]
    assert len(re.findall(r'href="/sites/site-\d+/"', main)) == min(count, 10)
    assert ("And on 2 further sites." in words(response)) == (count == 12)


def test_organisation_change_saves_and_shows_in_the_history_of_a_site(client):
    site = SiteFactory(provider=OrganisationFactory(name="Coats Trust"))
    address = page_of(site.provider)
    form = client.get(address).context["form"].initial

    response = client.post(address, {**form, "name": "Coast Trust"})

    assert (response.status_code, response.url) == (302, reverse("organisation-list"))
    history = words(client.get(reverse("audit-list", args=[site.slug])))
    assert "Organisation changed Coast Trust Name: from Coats Trust to Coast Trust" in history


def test_organisation_change_says_at_the_fields_what_cannot_be(client):
    site = SiteFactory(provider=OrganisationFactory(name="Coast Trust"))
    OrganisationFactory(name="Vale Trust")
    address = page_of(site.provider)

    name = client.post(address, {"name": "vale trust", "kind": "PROVIDER", "version": 1})
    kind = client.post(address, {"name": "Coast Trust", "kind": "PARTNER", "version": 1})

    assert (name.status_code, name.context["form"].errors) == (422, {"name": [HERE]})
    assert (kind.status_code, list(kind.context["form"].errors)) == (422, ["kind"])
    assert 'value="vale trust"' in name.content.decode()


def test_organisation_change_shows_both_texts_when_two_people_clash(client, lead):
    body = OrganisationFactory(name="Before")
    change(body, name="Theirs", kind="PARTNER", by=lead)

    mine = {"name": "Mine", "kind": "PROVIDER", "version": 1}
    response = client.post(page_of(body), mine)

    assert response.status_code == 409
    assert [(str(a), str(b), str(c)) for a, b, c in response.context["clash"]] == [
        ("Name", "Theirs", "Mine"),
        ("Kind", "Partner agency", "Provider"),
    ]
    assert client.post(page_of(body), {**mine, "version": 2}).status_code == 302


def test_organisation_change_sent_twice_says_so_and_changes_once(client):
    body = OrganisationFactory(name="Before")
    form = {"name": "After", "kind": "PROVIDER", "version": 1}

    first, second = client.post(page_of(body), form), client.post(page_of(body), form)

    body.refresh_from_db()
    assert (first.status_code, second.status_code, body.version) == (302, 302, 2)
    assert AuditEntry.objects.filter(action="organisation.changed").count() == 1


def test_organisation_of_no_such_id_is_not_found(client):
    address = reverse("organisation-change", args=["7d1f4b0c-5f0e-4c1e-9d66-2f5f6a3b9f10"])

    assert (client.get(address).status_code, client.post(address).status_code) == (404, 404)


@pytest.mark.parametrize("count", [1, 3])
def test_organisation_list_asks_the_same_for_every_number(count, client, queries):
    OrganisationFactory.create_batch(count)

    with queries(6):
        response = client.get(reverse("organisation-list"))

    assert response.content.count(b'<th scope="row">') == count


def test_organisation_create(client):
    values = {"name": "Afon Council", "kind": "COMMISSIONER"}

    first = client.post(reverse("organisation-create"), values)
    second = client.post(reverse("organisation-create"), values)

    assert first.url == reverse("organisation-list")
    assert (second.status_code, Organisation.objects.count()) == (422, 1)
    assert "This organisation is here already." in words(second)
