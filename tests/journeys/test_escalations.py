"""The pages on which MST UK sees what notes ask of it, and answers, in a real browser."""

import pytest
from django.urls import reverse

from mst_sites.accounts.permissions import Role
from mst_sites.tenancy.scope import whole_scope
from tests.factories import person
from tests.journeys.looking import faults_of
from tests.world import place

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]


def test_pages_of_escalations_are_whole_in_every_way_of_looking(sit_down):
    with whole_scope():
        north = place("north")
        lead = person(Role.MST_UK_LEAD)
    row = [north.site.slug, north.one.slug, north.rows["consultation.Note"].pk]
    pages = {
        "home": reverse("home"),
        "list": reverse("escalation-list"),
        "answered": f"{reverse('escalation-list')}?state=answered",
        "answer": reverse("escalation-answer", args=row),
        "note": reverse("note-detail", args=row),
    }
    page = sit_down(lead)

    faults = {}
    for name, path in pages.items():
        assert page.goto(path).status == 200
        faults[name] = faults_of(page, f"escalation-{name}")

    assert faults == {name: [] for name in pages}
