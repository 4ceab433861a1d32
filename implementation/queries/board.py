"""What a board is told about need and capacity, as plain values that can be kept and fingerprinted."""

import hashlib
import json
from datetime import date
from typing import Any

from implementation.models import CapacityScenario
from implementation.queries.capacity import capacity_of, eligible_of, teams_of
from implementation.queries.defaults import FIRST, sources_of
from implementation.queries.needs import latest_needs, scenarios_of
from mst_sites.languages import speaking, spoken
from mst_sites.tenancy.models import Site

MOST_SCENARIOS = 3  # side by side on one page
ASSUMED = (
    "name",
    "model",
    "teams",
    "therapists",
    "caseload",
    "treatment_months",
    "utilisation",
    "acceptance",
    "eligible_low",
    "eligible_central",
    "eligible_high",
    "grounds",
)


def board_content(site: Site, *, today: date) -> dict[str, Any] | None:
    """Return what the paper of today says; None while there is no estimate or no scenario to plan with."""
    needs = latest_needs(site)
    scenarios = list(scenarios_of(site)[:MOST_SCENARIOS])
    if needs is None or not needs.has_estimate or not scenarios or not scenarios[0].is_planned:
        return None
    with speaking(site.language):
        sources = [list(each) for each in sources_of(scenarios)]
    return {
        "site": site.name,
        "provider": site.provider.name if site.provider else "",
        "nation": site.nation,
        "language": spoken(site.language),
        "as_of": today.isoformat(),
        "edition": needs.number,
        "areas": needs.areas,
        "figures": needs.figures,
        "eligible": {
            "low": needs.eligible_low,
            "central": needs.eligible_central,
            "high": needs.eligible_high,
            "source": needs.eligible_source,
            "year": needs.eligible_year,
            "confidence": needs.eligible_confidence,
        },
        "existing_services": needs.existing_services,
        "gap": needs.gap,
        "scenarios": [scenario_content(each) for each in scenarios],
        "starting_figures": sorted(
            {each.started_from.number if each.started_from else FIRST for each in scenarios}
        ),
        "sources": sources,
    }


def scenario_content(scenario: CapacityScenario) -> dict[str, Any]:
    capacity = capacity_of(scenario)
    supported = teams_of(capacity, eligible_of(scenario))
    return {
        **{name: plain(getattr(scenario, name)) for name in ASSUMED},
        "places": plain(capacity.places * capacity.teams),
        "families_per_team": plain(capacity.families_per_team),
        "families": plain(capacity.families),
        "referrals": capacity.referrals,
        "supported": [supported.low, supported.central, supported.high],
    }


def plain(value: Any) -> Any:
    """Return a value as JSON keeps it: a decimal number as its digits."""
    return value if isinstance(value, (int, str)) else str(value)


def fingerprint(content: dict[str, Any]) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
