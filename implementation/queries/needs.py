"""A site's needs analyses, its scenarios of capacity, and the papers made from both."""

from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from implementation.models import BoardPaper, CapacityScenario, FigureCode, NeedsAnalysis
from implementation.queries.capacity import Range, capacity_of, eligible_of, teams_of
from mst_sites.delivery.models import Document
from mst_sites.delivery.queries import documents_of
from mst_sites.tenancy.models import Site

BOARD_PAPER = "needs"  # the kind that delivery draws


@dataclass(frozen=True, slots=True)
class Figure:
    """One count of a needs analysis: what, from where, of which year, and how sure."""

    code: str
    value: Decimal
    source: str
    year: int
    confidence: str

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "value": str(self.value)}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Figure":
        return cls(**{**stored, "value": Decimal(stored["value"])})


def figures_of(analysis: NeedsAnalysis) -> list[Figure]:
    """Return the counts that were given, in the order of the form."""
    return [
        Figure.from_json(analysis.figures[code])
        for code in FigureCode.values
        if code in analysis.figures
    ]


def analyses_of(site: Site) -> QuerySet[NeedsAnalysis]:
    """Return every edition of a site's needs analysis, the newest first."""
    return NeedsAnalysis.objects.filter(site=site).select_related("written_by").order_by("-number")


def latest_needs(site: Site) -> NeedsAnalysis | None:
    """Return the needs analysis of a site as it stands, None before there is one."""
    return analyses_of(site).first()


def scenarios_of(site: Site) -> QuerySet[CapacityScenario]:
    scenarios: QuerySet[CapacityScenario] = (
        CapacityScenario.objects.filter(site=site).select_related("started_from").kept().in_order()
    )
    return scenarios


def planned_scenario(site: Site) -> CapacityScenario | None:
    """Return the scenario that a site plans with."""
    return scenarios_of(site).filter(is_planned=True).first()


def teams_supported(site: Site) -> Range | None:
    """Return how many teams the need supports under the scenario that the site plans with.

    None where the need is not estimated or no scenario is chosen: both are needed before anybody can say.
    """
    needs, scenario = latest_needs(site), planned_scenario(site)
    if needs is None or not needs.has_estimate or scenario is None:
        return None
    return teams_of(capacity_of(scenario), eligible_of(scenario))


def papers_of(site: Site) -> QuerySet[Document]:
    """Return the papers for boards that were asked for, the newest first."""
    return documents_of(site).filter(kind=BOARD_PAPER).order_by("-requested_at", "id")


def paper_of(paper_id: str) -> BoardPaper:
    return BoardPaper.objects.select_related("site").get(pk=paper_id)
