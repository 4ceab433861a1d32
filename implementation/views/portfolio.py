"""Every site at once: a coloured grid, a table, views that a person keeps, and files to take away."""

from datetime import date
from functools import cached_property
from typing import Any

from django.core.paginator import Paginator
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic.base import TemplateView

from implementation.forms.portfolio import PortfolioFilterForm, SavedViewForm
from implementation.models import SavedView
from implementation.operations import portfolio as operations
from implementation.queries import portfolio as queries
from implementation.tables import portfolio as tables
from mst_sites import spreadsheets
from mst_sites.accounts.permissions import Permission
from mst_sites.look.parts import Tab
from mst_sites.look.tables import Page, query
from mst_sites.tenancy import limits
from mst_sites.tenancy.models import Site
from mst_sites.tenancy.pages import ButtonPage, OperationPage
from mst_sites.tenancy.views import SignedInPage

ROWS_A_PAGE = 50
GRID, TABLE = "grid", "table"


class PortfolioPage(SignedInPage):
    """A page over the sites that a person may see side by side, narrowed by the address."""

    permission = Permission.PORTFOLIO_VIEW

    @cached_property
    def today(self) -> date:
        return timezone.localdate()

    @cached_property
    def sites(self) -> models.QuerySet[Site]:
        return Site.objects.visible_to(self.user, Permission.PORTFOLIO_VIEW)

    def plans(self, form: PortfolioFilterForm) -> models.QuerySet[Any]:
        matching = queries.plans_matching(self.sites, form.wanted(), today=self.today)
        return queries.in_order(matching, self.request.GET.get("sort", ""))


class PortfolioList(PortfolioPage, TemplateView):
    template_name = "implementation/portfolio_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        params = self.request.GET
        form = PortfolioFilterForm(params, today=self.today)
        plans = self.plans(form)
        counts = queries.rag_counts(plans, today=self.today)
        paginator = Paginator(plans, ROWS_A_PAGE)
        paginator.count = sum(counts.values())  # known already: no query for it
        page = paginator.get_page(params.get("page"))
        shape = TABLE if params.get("shape") == TABLE else GRID
        views = list(queries.views_of(self.user))
        return super().get_context_data(
            form=form,
            is_filtered=form.wanted().is_narrow,
            reset_url=reverse("portfolio-list") if form.wanted().is_narrow else "",
            tiles=tables.portfolio_tiles(counts, params),
            shapes=self.shapes(shape),
            page=Page.of(page),
            views=[(view, f"{reverse('portfolio-list')}?{view.query}") for view in views],
            view_form=SavedViewForm(initial={"query": params.urlencode()}),
            exports=self.exports(),
            may_see_all=self.access.may_everywhere(self.permission),
            has_rows=bool(paginator.count),
            **self.drawing(shape, page),
            **kwargs,
        )

    def drawing(self, shape: str, page: Any) -> dict[str, Any]:
        """Return the sites in the shape that was asked for."""
        if shape == GRID:
            plans = list(queries.with_names(page.object_list))
            standings = queries.stage_standings(plans, today=self.today)
            return {"grid": tables.portfolio_grid(standings, today=self.today)}
        plans = list(queries.with_providers(page.object_list))
        standings = queries.standings(plans, today=self.today)
        consultants = queries.consultants_of([plan.site_id for plan in plans])
        return {
            "table": tables.portfolio_table(
                standings, consultants, page, self.request.GET, today=self.today
            )
        }

    def shapes(self, shape: str) -> list[Tab]:
        params = self.request.GET
        return [
            Tab(_("Grid"), query(params, shape=None), shape == GRID),
            Tab(_("Table"), query(params, shape=TABLE), shape == TABLE),
        ]

    def exports(self) -> list[tuple[str, str]]:
        address, params = reverse("portfolio-export"), self.request.GET
        return [
            (label, address + query(params, file_type=file_type, page=None, shape=None))
            for label, file_type in (("CSV", spreadsheets.CSV), ("Excel", spreadsheets.XLSX))
        ]


class PortfolioNameList(PortfolioPage, TemplateView):
    """The names that the further filters suggest, fetched when somebody opens them."""

    template_name = "implementation/portfolio_name_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(names=queries.suggestions(self.sites), **kwargs)


class PortfolioExport(PortfolioPage):
    """The sites that the filters leave, all of them, as a file."""

    limit = limits.EXPORT

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        file_type = request.GET.get("file_type", spreadsheets.CSV)
        if file_type not in spreadsheets.CONTENT_TYPES:
            raise Http404
        form = PortfolioFilterForm(request.GET, today=self.today)
        plans = list(queries.with_providers(self.plans(form)))
        standings = queries.standings(plans, today=self.today)
        consultants = queries.consultants_of([plan.site_id for plan in plans])
        headings = [str(heading) for heading in tables.EXPORT_HEADINGS]
        rows = tables.export_rows(standings, consultants)
        content = spreadsheets.written(file_type, _("Sites"), headings, rows)
        operations.export_portfolio(rows=len(rows), file_type=file_type, by=self.user)
        return spreadsheets.download(content, f"mst-sites-{self.today:%Y-%m-%d}", file_type)


class SavedViewCreate(SignedInPage, OperationPage):
    """Keeps what the portfolio shows now under a name."""

    permission = Permission.PORTFOLIO_VIEW
    form_class = SavedViewForm
    template_name = "implementation/saved_view_create.html"
    writes = (SavedView,)
    success_message = gettext_lazy("The view is kept. It stands above the list.")

    def get_initial(self) -> dict[str, Any]:
        return {"query": self.request.GET.urlencode()}

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        form.cancel_url = reverse("portfolio-list")
        return form

    def act(self, *, name: str, query: str) -> SavedView:
        return operations.save_view(name=name, query=query, by=self.user)

    def address_after(self, result: SavedView) -> str:
        return f"{reverse('portfolio-list')}?{result.query}"


class SavedViewDelete(SignedInPage, ButtonPage):
    permission = Permission.PORTFOLIO_VIEW

    def press(self, version: int) -> bool:
        # One that is gone already, or somebody else's, is nothing to take away.
        view = queries.views_of(self.user).filter(pk=self.kwargs["pk"]).first()
        if view is not None:
            operations.delete_view(view=view, by=self.user)
        return view is not None

    def said(self, result: Any) -> str:
        return _("The view is gone. The sites are still there.") if result else ""

    def back(self) -> str:
        return reverse("portfolio-list")
