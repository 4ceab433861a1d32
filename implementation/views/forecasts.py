"""Pages of the forecast of a site's opening, and of how past forecasts did."""

from typing import Any

from django.core.paginator import Paginator
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic.base import TemplateView

from implementation.queries import backtests
from implementation.queries.forecasts import Refusal, opening_outlook
from implementation.tables import forecast_words as words
from implementation.tables import forecasts as tables
from implementation.views.pages import SetUpPage
from mst_sites.accounts.permissions import Permission
from mst_sites.look.parts import Crumb
from mst_sites.tenancy.views import SignedInPage

ROWS_A_PAGE = 50


class ForecastDetail(SetUpPage, TemplateView):
    """When a site opens, by how comparable sites went, beside what is planned."""

    permission = Permission.PLAN_VIEW
    tab = "forecast-detail"
    template_name = "implementation/forecast_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        outlook = opening_outlook(self.site, today=self.today)
        forecast = outlook.now
        has_forecast = forecast.refusal is None
        past_url = ""
        if self.may(Permission.PLAN_MANAGE):
            name = "backtest-detail" if forecast.refusal is Refusal.IS_OPEN else "backtest-list"
            past_url = self.address(name) if name == "backtest-detail" else reverse(name)
        return super().get_context_data(
            forecast=forecast,
            sentence=words.sentence(forecast),
            chart=tables.picture(outlook),
            tiles=tables.tiles(forecast),
            basis=words.basis(forecast) if has_forecast else "",
            moved=words.moved(outlook),
            caveats=list(words.caveats(forecast)) if has_forecast else [],
            past_url=past_url,
            **kwargs,
        )


class BacktestList(SignedInPage, TemplateView):
    """How past forecasts did, for the whole country."""

    permission = Permission.PLAN_MANAGE
    everywhere = True
    template_name = "implementation/backtest_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        test = backtests.back_test()
        page = Paginator(backtests.sites_with_scores(), ROWS_A_PAGE).get_page(
            self.request.GET.get("page")
        )
        sites = list(page.object_list)
        return super().get_context_data(
            test=test,
            sentence=tables.score_sentence(test.overall),
            is_little=test.overall.forecasts < tables.FEW_FORECASTS,
            by_stage=tables.stage_scores(test),
            by_site=tables.site_scores(sites, backtests.scores_of(sites), page, self.request.GET),
            **kwargs,
        )


class BacktestDetail(SetUpPage, TemplateView):
    """What was forecast for an opened site at the end of each month."""

    permission = Permission.PLAN_MANAGE
    tab = "forecast-detail"
    template_name = "implementation/backtest_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kept = backtests.past_forecasts_of(self.site)
        return super().get_context_data(
            kept=kept,
            chart=tables.past_picture(kept),
            table=tables.past_table(kept),
            worked_out_at=kept[0].worked_out_at if kept else None,
            **kwargs,
        )

    def crumbs(self) -> list[Crumb]:
        return [*super().crumbs(), Crumb(_("Forecast"), self.address("forecast-detail"))]
