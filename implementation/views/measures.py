"""The page of a site's SIC-style measures."""

from typing import Any

from django.utils.translation import gettext as _
from django.views.generic.base import TemplateView

from implementation.queries import measures as queries
from implementation.queries.plans import transitions_of
from implementation.tables import measures as tables
from implementation.views.pages import SetUpPage
from mst_sites.accounts.permissions import Permission
from mst_sites.look.parts import Crumb


class MeasureDetail(SetUpPage, TemplateView):
    """How long each stage took, how much of it was done, and how that compares."""

    permission = Permission.PLAN_VIEW
    tab = "forecast-detail"
    template_name = "implementation/measure_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        plan = self.plan
        if plan is None:
            return super().get_context_data(plan=None, **kwargs)
        found = queries.site_measures(plan)
        reached = found.final_stage
        others = {} if reached is None else queries.spreads(self.site, reached)
        moves = list(transitions_of(plan))
        return super().get_context_data(
            plan=plan,
            tiles=tables.measure_tiles(found, queries.days_to_opening(moves)),
            first_stages=tables.first_stages_words(found),
            by_stage=tables.measure_table(found, others),
            stays=tables.stay_table(queries.stays_of(moves, today=self.today)),
            **kwargs,
        )

    def crumbs(self) -> list[Crumb]:
        return [*super().crumbs(), Crumb(_("Forecast"), self.address("forecast-detail"))]
