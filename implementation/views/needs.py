"""Pages of a site's needs analysis and of the papers made from it."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.views.generic.base import TemplateView

from implementation.forms.needs import NeedsForm
from implementation.models import NeedsAnalysis
from implementation.operations import needs as operations
from implementation.queries import needs as queries
from implementation.queries.board import scenario_content
from implementation.queries.defaults import sources_of
from implementation.tables import needs as tables
from implementation.views.pages import SetUpPage
from mst_sites.accounts.permissions import Permission
from mst_sites.delivery.models import Document
from mst_sites.delivery.tables import progress_of
from mst_sites.look.parts import Crumb
from mst_sites.tenancy import limits
from mst_sites.tenancy.pages import ButtonPage, OperationPage

MOST_PAPERS = 4


class NeedsPage(SetUpPage):
    """A page of need and capacity."""

    permission = Permission.NEEDS_VIEW
    tab = "needs-detail"

    @property
    def may_edit(self) -> bool:
        return self.may_write(Permission.NEEDS_EDIT)


class NeedsFormPage(NeedsPage):
    """A page under the tab's own, on which something is written."""

    permission = Permission.NEEDS_EDIT

    def crumbs(self) -> list[Crumb]:
        return [*super().crumbs(), Crumb(_("Needs and capacity"), self.address("needs-detail"))]


class NeedsDetail(NeedsPage, TemplateView):
    """The need as it stands, the scenarios side by side, and the papers for boards."""

    template_name = "implementation/needs_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        editions = list(queries.analyses_of(self.site))
        needs = editions[0] if editions else None
        scenarios = list(queries.scenarios_of(self.site))
        contents = [{**scenario_content(each), "is_planned": each.is_planned} for each in scenarios]
        planned = contents[0] if contents and scenarios[0].is_planned else None
        figures = queries.figures_of(needs) if needs else []
        return super().get_context_data(
            needs=needs,
            estimate=tables.estimate_facts(needs) if needs and needs.has_estimate else [],
            figures=tables.figure_table(figures, self.site.nation) if figures else None,
            editions=tables.edition_table(self.site, editions) if len(editions) > 1 else None,
            scenarios=scenarios,
            comparison=tables.scenario_table(contents) if contents else None,
            tiles=tables.capacity_tiles(planned) if planned else [],
            verdict=tables.verdict_of(planned) if planned else None,
            sources=tables.sources(sources_of(scenarios)),
            has_moved=has_moved(needs, scenarios),
            may_ask=bool(planned and needs and needs.has_estimate),
            jobs=[
                progress_of(document, now=self.now)
                for document in queries.papers_of(self.site)[:MOST_PAPERS]
            ],
            may_edit=self.may_edit,
            **kwargs,
        )


def has_moved(needs: NeedsAnalysis | None, scenarios: list[Any]) -> bool:
    """Tell whether the scenario that the site plans with counts on another estimate than the analysis gives now."""
    if needs is None or not needs.has_estimate or not scenarios or not scenarios[0].is_planned:
        return False
    names = ("eligible_low", "eligible_central", "eligible_high")
    return any(getattr(needs, name) != getattr(scenarios[0], name) for name in names)


class NeedsEdition(NeedsPage, TemplateView):
    """One edition as it was saved."""

    template_name = "implementation/needs_edition.html"

    def crumbs(self) -> list[Crumb]:
        return [*super().crumbs(), Crumb(_("Needs and capacity"), self.address("needs-detail"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        needs = get_object_or_404(queries.analyses_of(self.site), pk=self.kwargs["pk"])
        figures = queries.figures_of(needs)
        return super().get_context_data(
            needs=needs,
            estimate=tables.estimate_facts(needs) if needs.has_estimate else [],
            figures=tables.figure_table(figures, self.site.nation) if figures else None,
            **kwargs,
        )


class NeedsChange(NeedsFormPage, OperationPage):
    """Writes the next edition."""

    form_class = NeedsForm
    template_name = "implementation/needs_change.html"
    writes = (NeedsAnalysis,)
    success_message = _("The needs analysis is saved.")

    def get_initial(self) -> dict[str, Any]:
        return NeedsForm.initial_of(queries.latest_needs(self.site))

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "cancel_url": self.address("needs-detail")}

    def act(self, **values: Any) -> NeedsAnalysis:
        return operations.save_needs(site=self.site, **values, now=self.now, by=self.user)

    def field_values(self, row: NeedsAnalysis) -> dict[str, Any]:
        return NeedsForm.initial_of(row)

    def get_success_url(self) -> str:
        return self.address("needs-detail")


class PaperRequest(NeedsPage, ButtonPage):
    """A button that has the paper for a board drawn. Whoever may read need and capacity may have it on paper."""

    limit = limits.DOCUMENT
    done = _("The paper is being drawn. It is at the end of this page.")

    def press(self, version: int) -> Document:
        return operations.request_paper(site=self.site, now=self.now, by=self.user)

    def back(self) -> str:
        return self.address("needs-detail")
