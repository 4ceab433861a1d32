"""The pages of the money of a site: what is certain, what is modelled, and what a form refuses."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from implementation.models import CostLine, FundingSource, Sustainability
from implementation.queries import funding as queries_of_money
from mst_sites.accounts.permissions import Role
from mst_sites.periods import short_day
from mst_sites.records.models import Attachment
from tests.factories import (
    CapacityScenarioFactory,
    CostLineFactory,
    FundingReminderFactory,
    FundingShareFactory,
    FundingSourceFactory,
    OrganisationFactory,
    PlanFactory,
    SiteFactory,
    SustainabilityFactory,
    person,
)

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    backend = "django.core.files.storage.FileSystemStorage"
    default = {"BACKEND": backend, "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": default}


@pytest.fixture
def site():
    return SiteFactory(provider=OrganisationFactory(name="Demo Provider"))


@pytest.fixture
def client(site, sign_in):
    return sign_in(person(Role.PROVIDER_MANAGER, site=site))


def url(site, page=""):
    return f"/sites/{site.slug}/funding/{page}"


def filled(client, address, **changes):
    """Return what a browser would send of the form at an address, with some of it typed anew."""
    form = client.get(address).context["form"]
    shown = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else value for name, value in shown.items()} | changes


def page_of(client, site):
    return client.get(url(site)).content.decode()


def test_funding_detail_says_what_to_do_first(site, client):
    page = page_of(client, site)

    for words in ("No source of money yet", "Add a source", "No cost yet", "Add a cost"):
        assert words in page


def test_funding_detail_tells_commissioners_without_asking_them(site, sign_in):
    page = page_of(sign_in(person(Role.COMMISSIONER, site=site)), site)

    assert "No source of money yet" in page
    assert "Add a source" not in page


@pytest.mark.parametrize("rows", [1, 3])
def test_funding_detail_asks_for_few_queries(rows, site, client, queries):
    CapacityScenarioFactory(site=site, is_planned=True)
    SustainabilityFactory(site=site)
    for _row in range(rows):
        source = FundingSourceFactory(site=site, organisation=site.provider, funder_name="")
        FundingShareFactory(source=source)
        CostLineFactory(site=site)
        FundingReminderFactory(source=source)

    page_of(client, site)
    with queries(13):
        page_of(client, site)


def test_funding_detail_shows_what_is_certain_and_where_it_ends(site, client):
    FundingSourceFactory(site=site, confirmed_on=date(2026, 3, 2))
    FundingSourceFactory(
        site=site, starts_on=date(2028, 4, 1), ends_on=date(2029, 4, 1), funder_name="A trust"
    )

    page = page_of(client, site)

    assert "Confirmed on 2 March 2026" in page
    assert "Not confirmed" in page
    assert short_day(date(2028, 3, 31)) in page
    assert "hoped for until 31 March 2029" in page
    assert (
        "Confirmed money by month, in thousand £: 31 March 2028 is the last day that is paid for"
        in page
    )


def test_funding_detail_models_with_its_inputs_beside_it(site, client):
    CapacityScenarioFactory(site=site, is_planned=True, utilisation=Decimal(50), name="As planned")
    CostLineFactory(site=site, amount=Decimal(300_000))
    CostLineFactory(site=site, kind="TRAVEL", amount=Decimal("60000.00"))
    SustainabilityFactory(site=site)

    page = page_of(client, site)

    # Thirty families at £12,000; 10, 40 and 70 days at £400 each.
    for words in (
        "£12,000",
        "3 placements",
        "\N{MINUS SIGN}£240,000",
        "£120,000",
        "£480,000",
        "Families in a year, under “As planned”",
        "10 / 40 / 70",
        "Modelled, not measured.",
    ):
        assert words in page
    assert page.count("modelled") >= 5


def test_funding_detail_pays_in_euro_in_ireland(sign_in):
    site = SiteFactory(nation="IRELAND")
    FundingSourceFactory(site=site)

    assert "€900,000" in page_of(sign_in(person(Role.PROVIDER_MANAGER, site=site)), site)


@pytest.mark.parametrize(
    ("terms", "title"),
    [
        ([(-400, 400, False)], "No money is confirmed yet"),
        ([(-800, -40, True)], "The confirmed money ended on"),
        ([(-400, 300, True)], "ends before the first year is over"),
        ([(-400, 100, True), (200, 900, True)], "Nothing confirmed pays for"),
    ],
)
def test_funding_detail_warns(terms, title, site, client):
    PlanFactory(site=site, planned_opening_on=TODAY)
    for start, end, is_confirmed in terms:
        FundingSourceFactory(
            site=site,
            starts_on=TODAY + timedelta(days=start),
            ends_on=TODAY + timedelta(days=end),
            confirmed_on=TODAY if is_confirmed else None,
        )

    assert title in page_of(client, site)


def test_funding_detail_warns_of_a_decision_that_is_overdue(site, client):
    FundingSourceFactory(site=site, renewal_decision_on=TODAY - timedelta(days=1))

    assert "A decision on renewal is overdue" in page_of(client, site)
    FundingSource.objects.update(renewal="ENDED")
    assert "A decision on renewal is overdue" not in page_of(client, site)


def test_funding_create_saves_once_until_the_last_day(site, client):
    address = url(site, "sources/new/")
    sent = filled(
        client,
        address,
        organisation=site.provider.pk,
        kind="GRANT",
        amount="£900,000",
        starts_on="2026-04-01",
        ends_on="2028-03-31",
        partner_1="A council",
        share_1="60",
        partner_3="A board",
        share_3="40",
    )

    client.post(address, sent)
    answer = client.post(address, sent)

    assert answer.url == url(site)
    source = FundingSource.objects.get()
    assert (source.amount, source.ends_on) == (Decimal(900_000), date(2028, 4, 1))
    assert source.shares.count() == 2
    form = client.get(url(site, f"sources/{source.pk}/change/")).context["form"]
    assert form["ends_on"].value() == date(2028, 3, 31)
    assert form["partner_2"].value() == "A board"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": "-1"}, "amount"),
        ({"amount": "1e99"}, "amount"),
        ({"amount": "lots"}, "amount"),
        ({"ends_on": "2026-03-31"}, "ends_on"),
        ({"ends_on": "9999-12-31"}, "ends_on"),
        ({"ends_on": "soon"}, "ends_on"),
        ({"starts_on": "0001-01-01"}, "starts_on"),
        ({"funder_name": ""}, "funder_name"),
        ({"renewal_decision_on": "2020-01-01"}, "renewal_decision_on"),
        ({"partner_1": "A", "share_1": "60", "partner_2": "B", "share_2": "41"}, "share_2"),
        ({"partner_1": "A"}, "share_1"),
        ({"share_1": "5"}, "partner_1"),
        ({"share_1": "-5", "partner_1": "A"}, "share_1"),
        ({"organisation": "00000000-0000-0000-0000-000000000000"}, "organisation"),
    ],
)
def test_funding_create_refuses_at_the_field_and_keeps_the_rest(changes, field, site, client):
    address = url(site, "sources/new/")
    sent = filled(
        client,
        address,
        funder_name="A trust",
        kind="GRANT",
        amount="5000",
        starts_on="2026-04-01",
        ends_on="2028-03-31",
        conditions="A long condition.",
    )

    answer = client.post(address, sent | changes)

    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert "A long condition." in answer.content.decode()
    assert not FundingSource.objects.exists()


def test_funding_change_shows_a_clash_and_loses_nothing(site, client):
    source = FundingSourceFactory(site=site)
    address = url(site, f"sources/{source.pk}/change/")
    sent = filled(client, address, conditions="Mine.")
    FundingSource.objects.update(version=2, conditions="Theirs.")

    answer = client.post(address, sent)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Mine." in page
    assert "Theirs." in page
    assert client.post(address, sent | {"version": 2}).url == url(site)


def test_funding_change_shows_the_last_days_of_both_in_a_clash(site, client):
    source = FundingSourceFactory(site=site, ends_on=date(2028, 4, 1))
    address = url(site, f"sources/{source.pk}/change/")
    sent = filled(client, address, ends_on="2028-05-31")
    FundingSource.objects.update(version=2, ends_on=date(2028, 7, 1))

    answer = client.post(address, sent)

    assert answer.context["clash"] == [("Last day", date(2028, 6, 30), date(2028, 5, 31))]
    client.post(address, sent | {"version": 2})
    assert FundingSource.objects.get().ends_on == date(2028, 6, 1)


def test_funding_confirm_keeps_the_letter(site, client):
    source = FundingSourceFactory(site=site)
    address = url(site, f"sources/{source.pk}/confirm/")
    sent = filled(client, address, confirmed_on="2026-05-01")
    refused = client.post(address, sent | {"upload": ""})

    answer = client.post(address, sent | {"upload": SimpleUploadedFile("letter.txt", b"Yes.")})

    assert "upload" in refused.context["form"].errors
    assert answer.url == url(site)
    file = Attachment.objects.get()
    assert "letter.txt" in page_of(client, site)
    assert client.get(f"/sites/{site.slug}/files/{file.pk}/").content == b"Yes."


def test_funding_confirm_refuses_a_day_to_come(site, client):
    source = FundingSourceFactory(site=site)
    address = url(site, f"sources/{source.pk}/confirm/")
    sent = filled(client, address, confirmed_on=str(TODAY + timedelta(days=1)))

    answer = client.post(address, sent | {"upload": SimpleUploadedFile("letter.txt", b"Yes.")})

    assert list(answer.context["form"].errors) == ["confirmed_on"]
    assert not Attachment.objects.exists()


def test_funding_withdraw_asks_why(site, client):
    source = FundingSourceFactory(site=site)
    address = url(site, f"sources/{source.pk}/withdraw/")

    refused = client.post(address, filled(client, address))
    answer = client.post(address, filled(client, address, reason="The budget was cut."))

    assert refused.status_code == 422
    assert answer.url == url(site)
    assert "Example Council" not in page_of(client, site)


def test_cost_create_change_and_remove(site, client):
    address = url(site, "costs/new/")
    sent = filled(client, address, kind="POSTS", title="Posts", amount="£400,000.50")
    client.post(address, sent)
    client.post(address, sent)
    line = CostLine.objects.get()
    change = url(site, f"costs/{line.pk}/change/")
    sent = filled(client, change, amount="1")

    client.post(change, sent)
    clash = client.post(change, sent | {"amount": "2"})
    shown = page_of(client, site)
    remove = url(site, f"costs/{line.pk}/remove/")
    stale = client.post(remove, {"version": 1}, follow=True).content.decode()
    client.post(remove, {"version": 2})

    assert clash.status_code == 409
    assert "Posts" in shown
    assert "Somebody changed this cost in the meantime" in stale
    assert '<input type="hidden" name="version" value="2">' in stale
    assert "No cost yet" in page_of(client, site)


def test_cost_create_refuses_at_the_field(site, client):
    address = url(site, "costs/new/")
    sent = filled(client, address, kind="POSTS", title="Posts", amount="-1")

    answer = client.post(address, sent)

    assert list(answer.context["form"].errors) == ["amount"]


def test_sustainability_change_saves_and_refuses(site, client):
    address = url(site, "sustainability/")
    sent = filled(client, address, exit_plan="Notice six months before.", days_saved_low="5")

    refused = client.post(address, sent)
    rest = {"days_saved_central": "10", "days_saved_high": "15", "cost_per_day": "£400"}
    answer = client.post(address, sent | rest)

    assert list(refused.context["form"].errors) == ["days_saved_central", "days_saved_high"]
    assert answer.url == url(site)
    assert Sustainability.objects.get().cost_per_day == 400
    assert "Notice six months before." in page_of(client, site)


def test_funding_ends_on_counts_confirmed_money_alone(site):
    assert queries_of_money.funding_ends_on(site) is None
    assert not queries_of_money.is_confirmed(site)

    FundingSourceFactory(site=site, ends_on=date(2030, 1, 1))
    FundingSourceFactory(site=site, confirmed_on=TODAY)
    FundingSourceFactory(
        site=site, confirmed_on=TODAY, starts_on=date(2028, 6, 1), ends_on=date(2029, 1, 1)
    )
    FundingSourceFactory(confirmed_on=TODAY, ends_on=date(2040, 1, 1), starts_on=date(2028, 1, 1))

    assert queries_of_money.is_confirmed(site)
    assert queries_of_money.funding_ends_on(site) == date(2029, 1, 1)
