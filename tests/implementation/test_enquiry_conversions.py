"""An enquiry becomes one site with everything carried over, and the contact one of its people."""

from datetime import UTC, date, datetime
from threading import Barrier, Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from implementation.models import Activity, Enquiry, Plan
from implementation.operations.conversions import convert_enquiry, invite_contact
from implementation.queries.enquiries import enquiry_of
from mst_sites.accounts.permissions import Role
from mst_sites.audit.models import AuditEntry
from mst_sites.records.models import Comment
from mst_sites.tenancy.models import Membership, Site
from mst_sites.tenancy.scope import site_scope, whole_scope
from tests.factories import EnquiryFactory, SiteFactory, person

NOW = datetime(2026, 3, 10, 10, 0, tzinfo=UTC)
ASKED_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PROPOSED = {
    "name": "Demo Valley",
    "slug": "demo-valley",
    "nation": "WALES",
    "region": "",
    "model": "fit",
    "language": "cy",
}

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    return person(Role.MST_UK_STAFF)


@pytest.fixture
def enquiry(staff):
    return EnquiryFactory(received_at=ASKED_AT, area="Demo Valley", owner=staff)


def test_convert_enquiry_makes_a_site_with_its_plan_begun(enquiry, staff):
    site = convert_enquiry(enquiry=enquiry, **PROPOSED, now=NOW, by=staff)

    assert (site.slug, site.nation, site.model, site.language) == (
        "demo-valley",
        "WALES",
        "fit",
        "cy",
    )
    plan = Plan.objects.get(site=site)
    assert (plan.started_on, plan.guided_by) == (date(2026, 3, 2), staff)
    logged = Activity.objects.get(site=site, code="A1")
    assert logged.completed_on == date(2026, 3, 2)
    said = Comment.objects.get(site=site)
    assert (said.text, said.subject_id) == (enquiry.need, str(logged.pk))
    enquiry.refresh_from_db()
    assert (enquiry.state, enquiry.outcome, enquiry.site) == ("CLOSED", "PROCEED", site)
    assert AuditEntry.objects.get(action="enquiry.converted").site == site
    assert enquiry_of(site) == enquiry


def test_convert_enquiry_carries_words_over_that_the_guard_warned_of(enquiry, staff):
    enquiry.need = "Regards, James Smith, 0300 123 4567"
    enquiry.save()

    site = convert_enquiry(enquiry=enquiry, **PROPOSED, now=NOW, by=staff)

    assert Comment.objects.get(site=site).text == enquiry.need


def test_convert_enquiry_twice_is_one_site(enquiry, staff):
    first = convert_enquiry(enquiry=enquiry, **PROPOSED, now=NOW, by=staff)

    again = convert_enquiry(
        enquiry=enquiry, **{**PROPOSED, "slug": "another"}, now=NOW, by=person(Role.MST_UK_LEAD)
    )

    assert again == first
    assert Site.objects.count() == 1


def test_convert_enquiry_refuses_what_is_closed_and_an_address_that_is_taken(enquiry, staff):
    SiteFactory(slug="demo-valley")
    closed = EnquiryFactory(state="CLOSED", outcome="NO_REPLY", closed_at=NOW)

    with pytest.raises(ValidationError) as refusal:
        convert_enquiry(enquiry=enquiry, **PROPOSED, now=NOW, by=staff)
    assert list(refusal.value.error_dict) == ["slug"]
    with pytest.raises(ValidationError, match="closed"):
        convert_enquiry(enquiry=closed, **{**PROPOSED, "slug": "other"}, now=NOW, by=staff)


def test_convert_enquiry_leaves_nothing_when_it_cannot_be_recorded(enquiry, staff, broken_audit):
    with pytest.raises(broken_audit):
        convert_enquiry(enquiry=enquiry, **PROPOSED, now=NOW, by=staff)

    assert (Site.objects.count(), Plan.objects.count()) == (0, 0)
    assert Enquiry.objects.get().is_open


@pytest.mark.django_db(transaction=True)
def test_two_people_converting_at_once_make_one_site():
    with whole_scope():
        enquiry, staff = EnquiryFactory(received_at=ASKED_AT), person(Role.MST_UK_STAFF)
    both, made = Barrier(2), []

    def convert(slug):
        try:
            with whole_scope():
                both.wait()
                values = {**PROPOSED, "slug": slug}
                made.append(convert_enquiry(enquiry=enquiry, **values, now=NOW, by=staff).pk)
        finally:
            connection.close()

    threads = [Thread(target=convert, args=[slug]) for slug in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with whole_scope():
        assert made == [Site.objects.get().pk] * 2


def test_enquiry_of_a_site_is_there_for_mst_uk_alone(enquiry, staff):
    site = convert_enquiry(enquiry=enquiry, **PROPOSED, now=NOW, by=staff)

    with site_scope([site.pk]):
        assert enquiry_of(site) is None


def test_invite_contact_gives_the_role_and_sends_the_link(enquiry, staff):
    site = convert_enquiry(enquiry=enquiry, **PROPOSED, now=NOW, by=staff)
    enquiry.refresh_from_db()

    membership = invite_contact(enquiry=enquiry, role="COMMISSIONER", now=NOW, by=staff)

    assert (membership.site, membership.role, membership.user.email) == (
        site,
        "COMMISSIONER",
        enquiry.email,
    )
    assert AuditEntry.objects.get(action="contact.invited").site == site


def test_invite_contact_refuses(enquiry, staff):
    with pytest.raises(ValidationError, match="no site yet"):
        invite_contact(enquiry=enquiry, role="COMMISSIONER", now=NOW, by=staff)
    convert_enquiry(enquiry=enquiry, **PROPOSED, now=NOW, by=staff)
    enquiry.refresh_from_db()
    for role in ("MST_UK_LEAD", "SUPERVISOR"):
        with pytest.raises(ValidationError, match="one of the roles"):
            invite_contact(enquiry=enquiry, role=role, now=NOW, by=staff)
    assert not Membership.objects.exists()


def test_invite_contact_leaves_nothing_when_it_cannot_be_recorded(staff, broken_audit):
    enquiry = EnquiryFactory(state="CLOSED", outcome="PROCEED", closed_at=NOW, site=SiteFactory())

    with pytest.raises(broken_audit):
        invite_contact(enquiry=enquiry, role="COMMISSIONER", now=NOW, by=staff)

    assert not Membership.objects.exists()


def test_enquiry_convert_proposes_and_makes_the_site(enquiry, staff, sign_in):
    client, page = sign_in(staff), f"/enquiries/{enquiry.pk}/site/"

    proposed = client.get(page).context["form"].initial
    assert (proposed["slug"], proposed["model"]) == ("demo-valley", "standard")

    answer = client.post(page, {**PROPOSED, **proposed}, follow=True)
    assert "its plan has begun" in answer.text
    assert "Invite the contact" in answer.text
    assert client.get(page).status_code == 302
    again = client.post(page, {**PROPOSED, **proposed, "slug": "other"}, follow=True)
    assert "is a site already" in again.text
    assert Site.objects.count() == 1


def test_enquiry_invite_shows_a_role_that_is_held_already_at_the_form(enquiry, staff, sign_in):
    convert_enquiry(enquiry=enquiry, **PROPOSED, now=NOW, by=staff)
    client, page = sign_in(staff), f"/enquiries/{enquiry.pk}/invite/"

    answers = [client.post(page, {"role": "PROVIDER_MANAGER"}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 422]
    assert Membership.objects.count() == 1
