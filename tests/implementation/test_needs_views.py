"""The pages of need and capacity: what they say, what they refuse, and that they work without JavaScript."""

import re
from decimal import Decimal

import pytest

from implementation.models import CapacityScenario, FigureCode, NeedsAnalysis
from mst_sites.accounts.permissions import Role
from mst_sites.delivery.models import Document
from tests.factories import CapacityScenarioFactory, NeedsAnalysisFactory, SiteFactory, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def site():
    return SiteFactory()


@pytest.fixture
def client(site, sign_in):
    return sign_in(person(Role.PROVIDER_MANAGER, site=site))


def url(site, page=""):
    return f"/sites/{site.slug}/needs/{page}"


def filled(client, address, **changes):
    """Return what a browser would send of the form at an address, with some of it typed anew."""
    form = client.get(address).context["form"]
    shown = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else value for name, value in shown.items()} | changes


def test_needs_detail_says_what_to_do_first(site, client):
    page = client.get(url(site)).content.decode()

    for words in ("No needs analysis yet", "Write the needs analysis", "No scenario yet"):
        assert words in page


def test_needs_detail_tells_commissioners_without_asking_them(site, sign_in):
    page = sign_in(person(Role.COMMISSIONER, site=site)).get(url(site)).content.decode()

    assert "No needs analysis yet" in page
    assert "Write the needs analysis" not in page


@pytest.mark.parametrize("scenarios", [1, 3])
def test_needs_detail_asks_for_few_queries(scenarios, site, client, queries):
    NeedsAnalysisFactory(site=site, figures=figures())
    NeedsAnalysisFactory(site=site, number=2)
    for place in range(scenarios):
        CapacityScenarioFactory(site=site, is_planned=place == 0)

    client.get(url(site))
    with queries(8):
        client.get(url(site))


def figures():
    return {
        code: {
            "code": code,
            "value": "1250000.50" if code == "PLACEMENT_COST" else "1250",
            "source": f"Source of {code}",
            "year": 2025,
            "confidence": "HIGH",
        }
        for code in FigureCode.values
    }


def test_needs_detail_shows_each_figure_with_its_source(site, client):
    NeedsAnalysisFactory(site=site, figures=figures())

    page = client.get(url(site)).content.decode()

    assert page.count("1,250") == 9
    assert "£1,250,000.50" in page
    for code in FigureCode.values:
        assert f"Source of {code}" in page


def test_needs_detail_pays_in_euro_in_ireland(sign_in):
    site = SiteFactory(nation="IRELAND")
    NeedsAnalysisFactory(site=site, figures=figures())

    page = sign_in(person(Role.PROVIDER_MANAGER, site=site)).get(url(site)).content.decode()

    assert "€1,250,000.50" in page


@pytest.mark.parametrize(
    ("eligible", "title"),
    [
        ((10, 20, 70), "The need does not fill one team"),
        ((10, 20, 90), "The need may not fill one team"),
        ((10, 90, 180), "The need fills 1 team"),
        ((90, 180, 200), "The need fills 2 teams"),
    ],
)
def test_needs_detail_says_in_words_what_the_need_fills(eligible, title, site, client):
    low, central, high = eligible
    CapacityScenarioFactory(
        site=site,
        is_planned=True,
        eligible_low=low,
        eligible_central=central,
        eligible_high=high,
    )

    page = client.get(url(site)).content.decode()

    assert title in page
    assert "Modelled, not measured" in page


def test_needs_detail_tells_when_the_estimate_has_moved(site, client):
    scenario = CapacityScenarioFactory(site=site, is_planned=True)
    NeedsAnalysisFactory(site=site, eligible_central=scenario.eligible_central + 1)

    assert "another estimate by now" in client.get(url(site)).content.decode()


def test_needs_change_saves_and_reads_back(site, client):
    sent = filled(
        client,
        url(site, "change/"),
        areas="Two councils",
        placement_cost_value="£1,250,000.50",
        placement_cost_source="Finance",
        placement_cost_year="2025",
        placement_cost_confidence="MEDIUM",
    )
    answer = client.post(url(site, "change/"), sent)
    client.post(url(site, "change/"), sent)

    assert answer.url == url(site)
    saved = NeedsAnalysis.objects.get()
    assert saved.figures["PLACEMENT_COST"]["value"] == "1250000.50"
    form = client.get(url(site, "change/")).context["form"]
    assert form["placement_cost_value"].value() == Decimal("1250000.50")
    assert form["version"].value() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"custody_value": "many"}, "custody_value"),
        ({"custody_value": "-3"}, "custody_value"),
        ({"custody_source": "A board"}, "custody_value"),
        ({"custody_value": "3"}, "custody_source"),
        (
            {"custody_value": "3", "custody_source": "A board", "custody_year": "2999"},
            "custody_year",
        ),
        ({"eligible_low": "9", "eligible_central": "8", "eligible_high": "10"}, "eligible_source"),
        ({"eligible_central": "1.5"}, "eligible_central"),
        ({"areas": ""}, "areas"),
    ],
)
def test_needs_change_refuses_at_the_field_and_keeps_the_rest(changes, field, site, client):
    sent = filled(client, url(site, "change/"), areas="Two councils", gap="A long text.")

    answer = client.post(url(site, "change/"), sent | changes)

    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert "A long text." in answer.content.decode()
    assert not NeedsAnalysis.objects.exists()


def test_needs_change_shows_a_clash_and_loses_nothing(site, client):
    sent = filled(client, url(site, "change/"), areas="Mine", custody_value="3")
    NeedsAnalysisFactory(site=site, areas="Theirs", figures=figures())
    rest = {"custody_source": "A board", "custody_year": "2025", "custody_confidence": "LOW"}

    clash = client.post(url(site, "change/"), sent | rest)
    page = clash.content.decode()
    answer = client.post(
        url(site, "change/"), sent | rest | {"version": clash.context["form"]["version"].value()}
    )

    assert clash.status_code == 409
    assert "Theirs" in page
    assert 'value="Mine"' in page
    assert answer.status_code == 302
    assert NeedsAnalysis.objects.get(number=2).areas == "Mine"


def test_needs_edition_stays_as_it_was(site, client):
    first = NeedsAnalysisFactory(site=site, gap="What was missing first.")
    NeedsAnalysisFactory(site=site, number=2, gap="What is missing now.")

    page = client.get(url(site, f"editions/{first.pk}/")).content.decode()

    assert "What was missing first." in page
    assert "What is missing now." not in page


def test_scenario_create_starts_from_the_model_and_the_estimate(site, client):
    NeedsAnalysisFactory(site=site)

    form = client.get(url(site, "scenarios/new/?model=can")).context["form"]

    assert form["treatment_months"].value() == Decimal("7.5")
    assert form["eligible_central"].value() == 80
    page = client.get(url(site, "scenarios/new/?model=can")).content.decode()
    assert "Six to nine months" in page


def test_scenario_create_calculates_without_saving(site, client):
    address = url(site, "scenarios/new/")
    sent = filled(
        client,
        address,
        eligible_low="60",
        eligible_central="80",
        eligible_high="120",
        utilisation="100",
    )

    answer = client.post(address, sent | {"calculate": "1"})

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Families in a year" in page
    assert 'class="tile-figure">60<' in page
    assert "is still empty" not in page
    assert not CapacityScenario.objects.exists()


def test_scenario_create_saves_once(site, client):
    address = url(site, "scenarios/new/")
    sent = filled(
        client,
        address,
        name="As published",
        eligible_low="60",
        eligible_central="80",
        eligible_high="120",
    )

    client.post(address, sent)
    answer = client.post(address, sent)

    assert answer.url == url(site)
    assert CapacityScenario.objects.get().is_planned


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("therapists", "-4"),
        ("caseload", "0"),
        ("caseload", "99"),
        ("treatment_months", "four"),
        ("utilisation", "101"),
        ("acceptance", "0"),
        ("teams", "1000000000000"),
        ("eligible_high", "-1"),
        ("eligible_high", "1"),
        ("name", ""),
    ],
)
def test_scenario_create_refuses_at_the_field(field, value, site, client):
    address = url(site, "scenarios/new/")
    sent = filled(
        client, address, name="New", eligible_low="60", eligible_central="80", eligible_high="120"
    )

    answer = client.post(address, sent | {field: value})

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not CapacityScenario.objects.exists()


def test_scenario_calculate_answers_the_fragment_alone(site, client):
    address = url(site, "scenarios/new/")
    sent = filled(client, address, eligible_low="1", eligible_central="2", eligible_high="3")

    page = client.post(url(site, "scenarios/calculate/"), sent).content.decode()

    assert "The need does not fill one team" in page
    assert "<html" not in page


@pytest.mark.parametrize("changes", [{"caseload": ""}, {"caseload": "x"}, {"eligible_low": "9999"}])
def test_scenario_calculate_waits_for_figures_that_make_sense(changes, site, client):
    address = url(site, "scenarios/new/")
    sent = filled(client, address, eligible_low="1", eligible_central="2", eligible_high="3")

    page = client.post(url(site, "scenarios/calculate/"), sent | changes).content.decode()

    assert "Fill in the figures" in page


def test_scenario_change_shows_a_clash(site, client):
    scenario = CapacityScenarioFactory(site=site)
    address = url(site, f"scenarios/{scenario.pk}/change/")
    sent = filled(client, address, caseload="4")
    CapacityScenario.objects.filter(pk=scenario.pk).update(version=2, caseload=6)

    answer = client.post(address, sent)

    assert answer.status_code == 409
    assert client.post(address, sent | {"version": 2}).url == url(site)


def test_scenario_choose_and_put_away(site, client):
    first = CapacityScenarioFactory(site=site, is_planned=True)
    second = CapacityScenarioFactory(site=site)

    client.post(url(site, f"scenarios/{second.pk}/choose/"))
    stale = client.post(url(site, f"scenarios/{first.pk}/put-away/"), {"version": 1}, follow=True)
    client.post(url(site, f"scenarios/{first.pk}/put-away/"), {"version": 2})
    refused = client.post(
        url(site, f"scenarios/{second.pk}/put-away/"), {"version": 2}, follow=True
    )

    page = stale.content.decode()
    assert "Somebody changed this scenario in the meantime" in page
    assert re.findall(r'name="version"\s+value="(\d+)"', page) == ["2"]
    assert CapacityScenario.objects.kept().get() == second
    assert "Plan with another scenario" in refused.content.decode()


def test_paper_request_asks_once_and_says_what_is_missing(site, client):
    refused = client.post(url(site, "paper/"), follow=True)
    assert "needs an estimate" in refused.content.decode()

    NeedsAnalysisFactory(site=site)
    CapacityScenarioFactory(site=site, is_planned=True)
    client.post(url(site, "paper/"))
    shown = client.post(url(site, "paper/"), follow=True).content.decode()

    assert Document.objects.get().kind == "needs"
    assert "Need and capacity, " in shown
