"""The pages over many sites: what they show, keep, give out and cost."""

import csv
import io

import pytest
from django.urls import reverse

from implementation.models import SavedView
from mst_sites.accounts.permissions import Role
from mst_sites.audit.models import AuditEntry
from tests.factories import ActivityFactory, OrganisationFactory, PlanFactory, SiteFactory, person

pytestmark = pytest.mark.django_db

PORTFOLIO = "/portfolio/"


@pytest.fixture
def lead():
    return person(Role.MST_UK_LEAD)


@pytest.fixture
def client(lead, sign_in):
    return sign_in(lead)


def text(response):
    return response.content.decode()


def make_sites(count):
    for plan in PlanFactory.create_batch(count, site__provider=OrganisationFactory()):
        ActivityFactory(plan=plan, code="A1")
        ActivityFactory(plan=plan, code="C1")


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("shape", "cost"), [("grid", 8), ("table", 8)])
def test_portfolio_list_asks_the_same_for_every_number_of_sites(
    count, shape, cost, client, queries
):
    make_sites(count)

    with queries(cost):
        response = client.get(PORTFOLIO, {"shape": shape})

    assert text(response).count('<th scope="row"') == count


def test_portfolio_list_without_a_plan_says_what_to_do_first(client):
    assert "No site has a set-up plan yet" in text(client.get(PORTFOLIO))


def test_portfolio_list_that_finds_nothing_keeps_the_filters(client):
    make_sites(1)

    response = client.get(PORTFOLIO, {"nation": "WALES"})

    assert "No site matches these filters" in text(response)
    assert '<option value="WALES" selected' in text(response)


def test_portfolio_list_tells_a_choice_that_is_none(client):
    make_sites(1)

    assert "is not one of the available choices" in text(client.get(PORTFOLIO, {"stage": "Z"}))


def test_portfolio_list_shows_a_person_their_own_sites_only(sign_in):
    mine = PlanFactory(site__name="Mine")
    PlanFactory(site__name="Others")
    response = sign_in(person(Role.COMMISSIONER, site=mine.site)).get(PORTFOLIO)

    assert "Mine" in text(response)
    assert "Others" not in text(response)


def test_portfolio_name_list_suggests_what_the_filters_know(client, queries):
    SiteFactory(region="Coast", provider=OrganisationFactory(name="Harbour <Trust>"))

    with queries(6):
        response = client.get(f"{PORTFOLIO}names/")

    assert '<datalist id="region-names"><option value="Coast"></option></datalist>' in text(
        response
    )
    assert '<option value="Harbour &lt;Trust&gt;">' in text(response)


def test_portfolio_name_list_keeps_regions_of_others_to_them(sign_in):
    mine = PlanFactory(site__region="Mine")
    PlanFactory(site__region="Others")
    response = sign_in(person(Role.COMMISSIONER, site=mine.site)).get(f"{PORTFOLIO}names/")

    assert "Mine" in text(response)
    assert "Others" not in text(response)


def test_portfolio_list_says_whose_turn_it_is(client):
    PlanFactory(turn="COMMISSIONER", turn_since="2026-01-05")

    assert "Commissioner, for" in text(client.get(PORTFOLIO))


def test_portfolio_list_and_its_file_say_of_a_closed_site_that_it_is_closed(client):
    plan = PlanFactory(
        site__name="Past",
        site__phase="CLOSED",
        state="OPEN",
        stage="F",
        turn="PROVIDER",
        turn_since="2026-01-05",
        next_due_on="2026-01-05",
    )
    ActivityFactory(plan=plan, code="F1", forecast_on="2026-01-05")

    grid, table = text(client.get(PORTFOLIO)), text(client.get(PORTFOLIO, {"shape": "table"}))
    sheet = client.get(f"{PORTFOLIO}export/", {"file_type": "csv"}).content.decode("utf-8-sig")
    row = next(csv.DictReader(io.StringIO(sheet)))

    for page in (grid.split('class="grid', 1)[1], table.split("<tbody", 1)[1]):
        assert "Closed" in page
        for word in ("On track", "Late", "Slipping", "Provider, for", "5 Jan 2026"):
            assert word not in page, word
    assert (row["State"], row["Standing"]) == ("Closed", "")
    assert (row["Whose turn"], row["Since"], row["Next due"]) == ("", "", "")


def test_portfolio_list_counts_a_closed_site_with_those_that_stand_still(client):
    PlanFactory(site__phase="CLOSED", state="OPEN")
    PlanFactory(state="ON_HOLD")
    PlanFactory()

    tiles = client.get(PORTFOLIO).context["tiles"]

    assert [(str(tile.label), tile.figure) for tile in tiles] == [
        ("Late", "0"),
        ("Slipping", "0"),
        ("On track", "1"),
        ("On hold, withdrawn or closed", "2"),
    ]
    assert tiles[-1].url == "?rag=STILL"


@pytest.mark.parametrize("file_type", ["csv", "xlsx"])
def test_portfolio_export_gives_every_site_that_the_filters_leave(file_type, client):
    PlanFactory.create_batch(60, site__nation="WALES")
    PlanFactory(site__nation="SCOTLAND")

    response = client.get(f"{PORTFOLIO}export/", {"nation": "WALES", "file_type": file_type})

    assert response["Content-Disposition"].endswith(f'.{file_type}"')
    entry = AuditEntry.objects.filter(action="portfolio.exported").latest("pk")
    assert entry.details == {"rows": 60, "file_type": file_type}
    if file_type == "csv":
        rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
        assert len(rows) == 61


def test_portfolio_export_cannot_be_made_to_run_a_formula(client):
    PlanFactory(site__name='=HYPERLINK("http://example.org")')

    response = client.get(f"{PORTFOLIO}export/", {"file_type": "csv"})

    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert rows[1][0].startswith("'=")


def test_portfolio_export_of_an_unknown_type_is_not_found(client):
    assert client.get(f"{PORTFOLIO}export/", {"file_type": "exe"}).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_portfolio_export_asks_the_same_for_every_number_of_sites(count, client, queries):
    make_sites(count)

    with queries(6):
        client.get(f"{PORTFOLIO}export/", {"file_type": "csv"})


def test_saved_view_create_keeps_filters_without_the_page(client, lead):
    response = client.post(
        f"{PORTFOLIO}views/new/", {"name": "Wales, late", "query": "nation=WALES&rag=RED&page=3"}
    )

    view = SavedView.objects.get()
    assert (view.owner, view.name, view.query) == (lead, "Wales, late", "nation=WALES&rag=RED")
    assert response["Location"] == f"{PORTFOLIO}?nation=WALES&rag=RED"
    assert AuditEntry.objects.filter(action="saved-view.created").count() == 1


def test_saved_view_create_refuses_a_name_twice(client):
    for status in (302, 422):
        response = client.post(f"{PORTFOLIO}views/new/", {"name": "Wales", "query": ""})
        assert response.status_code == status

    assert "You have a view of this name already" in text(response)
    assert SavedView.objects.count() == 1


def test_saved_view_create_is_undone_without_its_audit_entry(client, broken_audit):
    client.raise_request_exception = False

    client.post(f"{PORTFOLIO}views/new/", {"name": "Wales", "query": ""})

    assert not SavedView.objects.exists()


def test_saved_view_stands_above_its_owners_list_only(client, sign_in):
    make_sites(1)
    client.post(f"{PORTFOLIO}views/new/", {"name": "Wales, late", "query": "nation=WALES"})

    assert "Wales, late" in text(client.get(PORTFOLIO))
    assert "Wales, late" not in text(sign_in(person(Role.MST_UK_STAFF)).get(PORTFOLIO))


def test_saved_view_delete_is_for_its_owner(client, sign_in, lead):
    view = SavedView.objects.create(owner=lead, name="Wales")
    address = reverse("saved-view-delete", args=[view.pk])

    sign_in(person(Role.MST_UK_STAFF)).post(address)
    assert SavedView.objects.exists()

    assert client.post(address).status_code == 302
    assert not SavedView.objects.exists()
    assert AuditEntry.objects.filter(action="saved-view.deleted").count() == 1
