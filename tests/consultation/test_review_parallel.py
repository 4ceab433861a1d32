"""Twenty people press the button at once: one review, two PDFs, one audit entry."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.db import connection

from consultation import operations
from consultation.models import EpisodeImport, Review
from mst_sites.audit.models import AuditEntry
from mst_sites.delivery.models import Document
from mst_sites.tenancy.models import Team
from mst_sites.tenancy.scope import site_scope, whole_scope
from tests.consultation.half_year import HALF, afon, import_cases

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 8, 3, 10, 0, tzinfo=UTC)
AT_ONCE = 20


@pytest.fixture
def team():
    with whole_scope():
        team = afon()
        import_cases(team)
    return team


def at_once(act):
    def alone(_place):
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(alone, range(AT_ONCE)))


def test_twenty_requests_make_one_review_and_one_pdf_for_each_audience(team):
    def request_and_issue():
        with site_scope([team.site_id]):
            here = Team.objects.select_related("site").get(pk=team.pk)
            review = operations.request_review(team=here, period=HALF, now=NOW, by=None)
            return operations.issue_review(review=review, version=1, now=NOW, by=None).pk

    reviews = at_once(request_and_issue)

    with whole_scope():
        assert set(reviews) == {Review.objects.get().pk}
        assert sorted(Document.objects.values_list("audience", flat=True)) == [
            "commissioner",
            "full",
        ]
        assert AuditEntry.objects.filter(action="review.issued").count() == 1


def test_twenty_imports_of_one_file_bring_it_once(team):
    def bring():
        with site_scope([team.site_id]):
            import_cases(Team.objects.select_related("site").get(pk=team.pk))

    at_once(bring)

    with whole_scope():
        assert set(EpisodeImport.objects.values_list("episodes_new", flat=True)) == {142, 0}
        assert EpisodeImport.objects.filter(episodes_new=142).count() == 1
