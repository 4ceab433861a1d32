"""A name stands for one site: people tell sites apart by it, whatever its letter case."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from mst_sites.audit.models import AuditEntry
from mst_sites.directory import operations
from mst_sites.tenancy.models import Site
from tests.factories import EnquiryFactory, SiteFactory

pytestmark = pytest.mark.django_db

CALLED_SO = (
    "Another site is called this already, and people tell sites apart by their names. "
    "Add what tells this one apart, such as its county."
)
ALIKE = ["Afon Ŵyr", "AFON ŴYR", "afon ŵyr", "  Afon Ŵyr "]


@pytest.mark.parametrize("name", ALIKE)
@pytest.mark.parametrize("phase", ["LIVE", "CLOSED"])
def test_create_site_refuses_a_name_that_another_site_has(lead, name, phase):
    SiteFactory(name="Afon Ŵyr", phase=phase)

    with pytest.raises(ValidationError) as refusal:
        operations.create_site(name=name, slug="another", nation="WALES", by=lead)

    assert refusal.value.message_dict == {"name": [CALLED_SO]}
    assert (Site.objects.count(), AuditEntry.objects.count()) == (1, 0)


@pytest.mark.parametrize("name", ALIKE)
def test_change_site_refuses_a_name_that_another_site_has(lead, name):
    other = SiteFactory(name="Other")
    SiteFactory(name="Afon Ŵyr")

    with pytest.raises(ValidationError) as refusal:
        operations.change_site(site=other, version=1, name=name, by=lead)

    assert refusal.value.message_dict == {"name": [CALLED_SO]}
    assert (Site.objects.get(pk=other.pk).name, AuditEntry.objects.count()) == ("Other", 0)


def test_change_site_writes_its_own_name_in_other_letters(lead):
    site = SiteFactory(name="Afon Ŵyr")

    assert operations.change_site(site=site, version=1, name=" AFON ŵyr ", by=lead).name == (
        "AFON ŵyr"
    )


def test_create_site_tells_of_name_and_address_together(lead):
    SiteFactory(name="Afon", slug="afon")

    with pytest.raises(ValidationError) as refusal:
        operations.create_site(name="afon", slug="afon", nation="WALES", by=lead)

    assert sorted(refusal.value.message_dict) == ["name", "slug"]


@pytest.mark.parametrize("address", ["site-create", "site-change"])
def test_site_says_at_its_name_that_another_site_has_it(address, lead, sign_in):
    SiteFactory(name="Afon Valley")
    place = [] if address == "site-create" else [SiteFactory().slug]
    typed = {"name": "afon valley ", "slug": "vale", "nation": "WALES", "model": "standard"}

    response = sign_in(lead).post(reverse(address, args=place), {**typed, "version": 1})

    assert (response.status_code, list(response.context["form"].errors)) == (422, ["name"])
    assert CALLED_SO in response.content.decode()
    assert 'value="afon valley "' in response.content.decode()


def test_enquiry_that_becomes_a_site_says_at_its_name_that_another_site_has_it(lead, sign_in):
    SiteFactory(name="Afon Valley")
    enquiry = EnquiryFactory()
    typed = {"name": "AFON VALLEY", "slug": "vale", "nation": "WALES", "model": "standard"}

    response = sign_in(lead).post(reverse("enquiry-convert", args=[enquiry.pk]), typed)

    assert (response.status_code, list(response.context["form"].errors)) == (422, ["name"])
    assert Site.objects.count() == 1
