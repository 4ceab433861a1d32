"""Pages of a team's episodes: the list, the import and what an import did."""

import csv
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.generic.base import TemplateView

from consultation import forms, models, operations, queries
from consultation.imports.episodes import EPISODE_COLUMNS, TAM_R_COLUMNS
from consultation.tables import episodes as tables
from consultation.views.team_rows import TeamRowsPage
from mst_sites.accounts.permissions import Permission
from mst_sites.tenancy.pages import OperationPage

ROWS_A_PAGE = 50
LAST_IMPORTS = 5
EXAMPLES = {
    "episodes": (
        EPISODE_COLUMNS,
        (
            "T07-0142",
            "2026-01-12",
            "2026-01-19",
            "2026-02-02",
            "2026-06-08",
            "COMP",
            "yes",
            "no",
            "",
        ),
    ),
    "tam-r": (TAM_R_COLUMNS, ("T07-0142", "2026-02-16", "0.72")),
}


class EpisodePage(TeamRowsPage):
    list_name = "episode-list"
    list_label = _("Families")


class EpisodeList(EpisodePage, TemplateView):
    """A team's families as opaque references, filtered, sorted and in pages."""

    permission = Permission.EPISODE_VIEW
    template_name = "consultation/episode_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        params = self.request.GET
        form = self.filter_form()
        wanted = form.cleaned_data if form.is_valid() else {"state": "", "period": ""}
        chosen = queries.period_named(wanted["period"]) if wanted["period"] else None
        episodes = queries.episodes_of(self.team, state=wanted["state"], period=chosen)
        ordered = episodes.order_by(*tables.episode_order(params.get("sort", "")))
        counts = queries.episode_counts(self.team)
        page = Paginator(ordered, ROWS_A_PAGE).get_page(params.get("page"))
        return super().get_context_data(
            form=form,
            reset_url=self.address("episode-list") if any(wanted.values()) else "",
            tiles=tables.count_tiles(counts),
            table=tables.episode_table(page, params),
            reasons=queries.closure_reasons(with_former=True),
            is_empty=not counts.total,
            may_import=self.may(Permission.EPISODE_IMPORT),
            import_url=self.address("episode-import"),
            **kwargs,
        )

    def filter_form(self) -> forms.EpisodeFilterForm:
        periods = queries.half_years(self.team, today=self.today)
        choices = [(queries.period_code(period), period.label) for period in periods]
        return forms.EpisodeFilterForm(self.request.GET, periods=choices)


class EpisodeImport(EpisodePage, OperationPage):
    """Takes two files, or says of every row what to put right and takes nothing."""

    permission = Permission.EPISODE_IMPORT
    form_class = forms.EpisodeImportForm
    template_name = "consultation/episode_import.html"
    success_message = _("The files were imported.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "cancel_url": self.address("episode-list")}

    def act(self, **values: Any) -> models.EpisodeImport:
        return operations.import_episodes(team=self.team, **values, today=self.today, by=self.user)

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            return super().form_valid(form)
        except operations.FaultyFilesError as error:
            faults = error.faults
            said = ngettext(
                "Nothing was imported, because of %(count)d fault. The table under the form names it.",
                "Nothing was imported, because of %(count)d faults. The table under the form names them.",
                len(faults.every),
            )
            form.add_error(None, said % {"count": len(faults.every)})
            context = self.get_context_data(
                form=form,
                fault_table=tables.fault_table(faults),
                left_off=faults.left_off,
                is_withheld=any(fault.is_withheld for fault in faults.listed),
            )
            return self.render_to_response(context, status=422)

    def address_after(self, result: models.EpisodeImport) -> str:
        return self.address("episode-import-detail", result.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **{
                "fault_table": None,
                "left_off": 0,
                "is_withheld": False,
                "reasons": queries.closure_reasons(),
                "imports": tables.import_table(
                    queries.imports_of(self.team)[:LAST_IMPORTS], self.team
                ),
                **kwargs,
            }
        )


class EpisodeImportDetail(EpisodePage, TemplateView):
    """What one import changed."""

    permission = Permission.EPISODE_VIEW
    template_name = "consultation/episode_import_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kept = get_object_or_404(queries.imports_of(self.team), pk=self.kwargs["pk"])
        return super().get_context_data(
            tiles=tables.import_tiles(kept), facts=tables.import_facts(kept), **kwargs
        )


class EpisodeTemplate(EpisodePage):
    """An empty file with the right first line, and one row to show how."""

    permission = Permission.EPISODE_IMPORT
    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        kind = "tam-r" if request.GET.get("of") == "tam-r" else "episodes"
        response = HttpResponse(content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{kind}.csv"'
        csv.writer(response).writerows(EXAMPLES[kind])
        return response
