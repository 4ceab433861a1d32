"""What a constraint refuses is told in its own words, and what no form should have let through is written down."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from mst_sites.accounts.permissions import Role
from mst_sites.tenancy.models import Site, Team
from mst_sites.tenancy.pages import told_by_constraint
from tests.factories import SiteFactory, TeamFactory, person

pytestmark = pytest.mark.django_db
ALREADY = "This could not be saved, because it is there already."
OURS = "This could not be saved. The fault is ours, and it has been written down."


def refused(row, **values):
    """Return what PostgreSQL says to values that a row cannot have."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        type(row).objects.filter(pk=row.pk).update(**values)
    return caught.value


@pytest.mark.parametrize(
    ("writes", "words"),
    [
        ((Team,), "Another team of this site has this address already."),
        ((Site,), ALREADY),
        ((), ALREADY),
    ],
)
def test_what_is_there_already_is_told_and_no_fault(writes, words, caplog):
    team = TeamFactory(slug="one")
    error = refused(TeamFactory(site=team.site), slug="one")

    assert told_by_constraint(error, writes).messages == [words]
    assert caplog.records == []


def test_what_no_form_should_have_let_through_is_written_down(caplog):
    error = refused(SiteFactory(), version=-1)

    assert told_by_constraint(error, (Site,)).messages == [OURS]
    [record] = caplog.records
    assert (record.levelname, record.exc_info[1]) == ("ERROR", error)


def test_whoever_is_signed_in_keeps_the_way_to_everything_else_on_a_page_that_is_not_theirs(
    sign_in, client
):
    site = SiteFactory()
    commissioner = sign_in(person(Role.COMMISSIONER, site=site))
    menu = b'<nav class="shell-nav"'

    for address, status in [
        (reverse("site-detail", args=["elsewhere"]), 404),
        (reverse("site-change", args=[site.slug]), 403),
    ]:
        answer = commissioner.get(address)
        assert answer.status_code == status
        assert menu in answer.content
        assert b"If you ask for help, give this number" in answer.content
    nobody = client.get("/not/here/")
    assert nobody.status_code == 404
    assert menu not in nobody.content
