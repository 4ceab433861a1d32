"""What people do with needs analyses, scenarios and papers: kept, refused, and never lost."""

import uuid
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction

from implementation.models import BoardPaper, CapacityScenario, NeedsAnalysis
from implementation.operations import needs as operations
from implementation.queries import needs as queries
from implementation.queries.capacity import Range
from implementation.queries.needs import Figure
from mst_sites.accounts.permissions import Role
from mst_sites.audit.models import AuditEntry
from mst_sites.delivery.models import Document
from mst_sites.tenancy.versions import ClashError, GoneError
from tests.factories import (
    CapacityScenarioFactory,
    NeedsAnalysisFactory,
    SiteFactory,
    person,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
CUSTODY = Figure("CUSTODY", Decimal(12), "Youth justice board", 2025, "HIGH")
ESTIMATE = {
    "eligible_low": 60,
    "eligible_central": 80,
    "eligible_high": 120,
    "eligible_source": "Count of the partnership",
    "eligible_year": 2025,
    "eligible_confidence": "MEDIUM",
}
WORDS = {"areas": "Two councils", "existing_services": "A family team.", "gap": "Nothing at night."}
ASSUMED = {
    "name": "Four therapists",
    "model": "standard",
    "teams": 1,
    "therapists": Decimal(4),
    "caseload": Decimal(5),
    "treatment_months": Decimal(4),
    "utilisation": Decimal(60),
    "acceptance": Decimal("49.4"),
    "eligible_low": 60,
    "eligible_central": 80,
    "eligible_high": 120,
    "grounds": "The planning figures.",
}


@pytest.fixture
def site():
    return SiteFactory()


@pytest.fixture
def manager(site):
    return person(Role.PROVIDER_MANAGER, site=site)


def save(site, by, *, version=0, figures=(CUSTODY,), analysis_id=None, **changes):
    return operations.save_needs(
        site=site,
        analysis_id=analysis_id or uuid.uuid4(),
        version=version,
        figures=figures,
        **{**WORDS, **ESTIMATE, **changes},
        now=NOW,
        by=by,
    )


def add(site, by, **changes):
    return operations.add_scenario(site=site, **{**ASSUMED, **changes}, now=NOW, by=by)


def test_save_needs_keeps_an_edition_with_its_figures(site, manager):
    saved = save(site, manager)

    kept = queries.latest_needs(site)
    assert (kept, kept.number, kept.gap) == (saved, 1, "Nothing at night.")
    assert queries.figures_of(kept) == [CUSTODY]
    entry = AuditEntry.objects.get(action="needs.saved")
    assert (entry.actor, entry.details) == (manager, {"edition": 1})


def test_save_needs_again_keeps_both_editions(site, manager):
    save(site, manager)
    save(site, manager, version=1, gap="Nothing at weekends.")

    assert [each.gap for each in queries.analyses_of(site)] == [
        "Nothing at weekends.",
        "Nothing at night.",
    ]


def test_save_needs_sent_twice_is_one_edition(site, manager):
    once = uuid.uuid4()

    assert save(site, manager, analysis_id=once) == save(site, manager, analysis_id=once)
    assert NeedsAnalysis.objects.count() == 1


def test_save_needs_refuses_what_somebody_else_overtook(site, manager):
    theirs = save(site, manager)

    with pytest.raises(ClashError) as clash:
        save(site, manager, version=0)

    assert clash.value.current == theirs


def test_save_needs_refuses_a_version_of_what_is_not_there(site, manager):
    with pytest.raises(GoneError):
        save(site, manager, version=1)

    assert not NeedsAnalysis.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"figures": [Figure("CUSTODY", Decimal(-1), "A source", 2025, "HIGH")]}, "custody_value"),
        ({"figures": [Figure("CUSTODY", Decimal(10**12), "A", 2025, "HIGH")]}, "custody_value"),
        ({"figures": [Figure("CUSTODY", Decimal(1), " ", 2025, "HIGH")]}, "custody_source"),
        ({"figures": [Figure("CUSTODY", Decimal(1), "A source", 2027, "HIGH")]}, "custody_year"),
        ({"figures": [Figure("CUSTODY", Decimal(1), "A source", 0, "HIGH")]}, "custody_year"),
        ({"figures": [Figure("CUSTODY", Decimal(1), "A source", 2025, "")]}, "custody_confidence"),
        ({"eligible_high": None}, "eligible_high"),
        ({"eligible_high": 79}, "eligible_high"),
        ({"eligible_central": 59}, "eligible_central"),
        ({"eligible_low": -1}, "eligible_low"),
        ({"eligible_source": ""}, "eligible_source"),
        ({"eligible_year": 1066}, "eligible_year"),
        ({"eligible_confidence": "SURE"}, "eligible_confidence"),
        ({"areas": ""}, "areas"),
        ({"gap": "Write to jo.bloggs@example.org"}, "gap"),
        (
            {"figures": [Figure("CUSTODY", Decimal(1), "jo.bloggs@example.org", 2025, "LOW")]},
            "custody_source",
        ),
    ],
)
def test_save_needs_refuses_at_the_field(changes, field, site, manager):
    with pytest.raises(ValidationError) as refused:
        save(site, manager, **changes)

    assert list(refused.value.error_dict) == [field]
    assert not NeedsAnalysis.objects.exists()


def test_save_needs_keeps_what_a_reason_allows(site, manager):
    saved = save(
        site, manager, gap="Write to jo.bloggs@example.org", confirmed_reason="A colleague."
    )

    assert saved.gap == "Write to jo.bloggs@example.org"
    assert AuditEntry.objects.get(action="needs.saved").details["kept_despite"]


def test_save_needs_without_an_estimate_is_a_beginning(site, manager):
    saved = save(
        site,
        manager,
        **dict.fromkeys(ESTIMATE, None) | {"eligible_source": "", "eligible_confidence": ""},
    )

    assert not saved.has_estimate
    assert queries.teams_supported(site) is None


def test_save_needs_leaves_nothing_when_it_cannot_be_recorded(site, manager, broken_audit):
    with pytest.raises(broken_audit):
        save(site, manager)

    assert not NeedsAnalysis.objects.exists()


def test_saved_needs_refuse_raw_sql(site, manager):
    saved = save(site, manager)

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "update implementation_needsanalysis set gap = 'x' where id = %s", [saved.pk]
        )


def test_first_scenario_is_the_one_that_is_planned(site, manager):
    first, second = add(site, manager), add(site, manager, name="Three therapists")

    assert (first.is_planned, second.is_planned) == (True, False)
    entries = AuditEntry.objects.filter(action="scenario.added").order_by("number")
    assert [entry.details for entry in entries] == [{"is_planned": True}, {"is_planned": False}]


def test_add_scenario_sent_twice_is_one_scenario(site, manager):
    once = uuid.uuid4()

    assert add(site, manager, scenario_id=once) == add(site, manager, scenario_id=once)
    assert CapacityScenario.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"therapists": Decimal(0)}, "therapists"),
        ({"caseload": Decimal(99)}, "caseload"),
        ({"treatment_months": Decimal(-4)}, "treatment_months"),
        ({"utilisation": Decimal("100.1")}, "utilisation"),
        ({"acceptance": Decimal(0)}, "acceptance"),
        ({"teams": 0}, "teams"),
        ({"eligible_high": 10}, "eligible_high"),
        ({"model": "none"}, "model"),
        ({"name": ""}, "name"),
    ],
)
def test_add_scenario_refuses_at_the_field(changes, field, site, manager):
    with pytest.raises(ValidationError) as refused:
        add(site, manager, **changes)

    assert list(refused.value.error_dict) == [field]
    assert not CapacityScenario.objects.exists()


def test_add_scenario_refuses_a_name_that_is_taken(site, manager):
    add(site, manager)

    with pytest.raises(ValidationError, match="has this name"):
        add(site, manager)


def test_change_scenario_records_the_figures_of_before(site, manager):
    scenario = add(site, manager)

    changed = operations.change_scenario(
        scenario=scenario, version=1, **{**ASSUMED, "caseload": Decimal(4)}, now=NOW, by=manager
    )

    assert (changed.caseload, changed.version) == (Decimal(4), 2)
    details = AuditEntry.objects.get(action="scenario.changed").details
    assert details["changed"] == {"caseload": ["5.0", "4"]}
    with pytest.raises(ClashError):
        operations.change_scenario(scenario=scenario, version=1, **ASSUMED, now=NOW, by=manager)


def test_plan_with_leaves_one_scenario_planned(site, manager):
    first, second = add(site, manager), add(site, manager, name="Three therapists")

    operations.plan_with(scenario=second, by=manager)
    operations.plan_with(scenario=second, by=manager)

    first.refresh_from_db()
    assert not first.is_planned
    assert queries.planned_scenario(site) == second
    assert AuditEntry.objects.filter(action="scenario.chosen").count() == 1


def test_put_away_scenario_keeps_the_one_that_is_planned(site, manager):
    first, second = add(site, manager), add(site, manager, name="Three therapists")

    with pytest.raises(ValidationError, match="Plan with another"):
        operations.put_away_scenario(scenario=first, version=1, now=NOW, by=manager)
    operations.put_away_scenario(scenario=second, version=1, now=NOW, by=manager)

    assert list(queries.scenarios_of(site)) == [first]
    with pytest.raises(ValidationError, match="was put away"):
        operations.plan_with(scenario=second, by=manager)
    assert add(site, manager, name="Three therapists").pk != second.pk


@pytest.mark.parametrize("act", ["add", "change", "choose", "put away"])
def test_scenarios_stay_as_they_were_when_it_cannot_be_recorded(act, site, manager, request):
    CapacityScenarioFactory(site=site, is_planned=True)
    scenario = CapacityScenarioFactory(site=site)
    before = list(CapacityScenario.objects.order_by("pk").values())
    acts = {
        "add": lambda: add(site, manager),
        "change": lambda: operations.change_scenario(
            scenario=scenario, version=1, **ASSUMED, now=NOW, by=manager
        ),
        "choose": lambda: operations.plan_with(scenario=scenario, by=manager),
        "put away": lambda: operations.put_away_scenario(
            scenario=scenario, version=1, now=NOW, by=manager
        ),
    }
    broken = request.getfixturevalue("broken_audit")

    with pytest.raises(broken):
        acts[act]()

    assert list(CapacityScenario.objects.order_by("pk").values()) == before


def test_teams_supported_need_an_estimate_and_a_plan(site, manager):
    assert queries.teams_supported(site) is None
    NeedsAnalysisFactory(site=site)
    assert queries.teams_supported(site) is None

    CapacityScenarioFactory(site=site, is_planned=True, utilisation=Decimal(50))

    # Thirty families a team; of 60, 80 and 120 eligible, half take part.
    assert queries.teams_supported(site) == Range(1, 1, 2)


def test_request_paper_freezes_what_it_says(site, manager):
    NeedsAnalysisFactory(site=site)
    CapacityScenarioFactory(site=site, is_planned=True, name="As planned")

    document = operations.request_paper(site=site, now=NOW, by=manager)
    again = operations.request_paper(site=site, now=NOW, by=manager)

    assert document == again
    paper = BoardPaper.objects.get()
    assert paper.content["scenarios"][0]["name"] == "As planned"
    assert paper.content["as_of"] == "2026-05-04"
    assert AuditEntry.objects.filter(action="paper.requested").count() == 1


def test_request_paper_refuses_half_a_paper(site, manager):
    CapacityScenarioFactory(site=site, is_planned=True)

    with pytest.raises(ValidationError, match="needs an estimate"):
        operations.request_paper(site=site, now=NOW, by=manager)

    assert not Document.objects.exists()


def test_request_paper_leaves_nothing_when_it_cannot_be_recorded(site, manager, broken_audit):
    NeedsAnalysisFactory(site=site)
    CapacityScenarioFactory(site=site, is_planned=True)

    with pytest.raises(broken_audit):
        operations.request_paper(site=site, now=NOW, by=manager)

    assert not BoardPaper.objects.exists()
