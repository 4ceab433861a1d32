"""The X-ray of one site, and the list of the sites on which it finds most."""

from dataclasses import replace
from typing import Any

from django.core.paginator import Paginator
from django.urls import reverse
from django.views.generic.base import TemplateView

from implementation.forms.xray import XrayFilterForm
from implementation.queries import xray as queries
from implementation.tables import xray as tables
from implementation.views.pages import SetUpPage
from mst_sites.accounts.permissions import Permission
from mst_sites.tenancy.models import Site
from mst_sites.tenancy.views import SignedInPage

ROWS_A_PAGE = 50


class XrayDetail(SetUpPage, TemplateView):
    """What is wrong on a site now, who puts it right and where, and what has changed since last week."""

    permission = Permission.PLAN_VIEW
    tab = "xray-detail"
    template_name = "implementation/xray_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rules = queries.rules_for(self.may)
        plan = self.plan
        found = queries.findings_of(self.site, today=self.today) if plan else []
        findings = [
            finding if self.may(rules[finding.code].remedy) else replace(finding, url="")
            for finding in found
            if finding.code in rules
        ]
        trend = queries.trend_of(self.site, findings, rules, today=self.today)
        return super().get_context_data(
            plan=plan,
            tiles=tables.tiles(findings),
            table=tables.finding_table(findings, new=trend.new) if findings else None,
            line=tables.trend_line(trend),
            gone=tables.titles_of(trend.gone, rules),
            new_count=len(trend.new),
            may_see_all=self.access.may_everywhere(Permission.PORTFOLIO_VIEW),
            **kwargs,
        )


class XrayList(SignedInPage, TemplateView):
    """The sites of the country on which the X-ray finds something, the worst first."""

    permission = Permission.PORTFOLIO_VIEW
    everywhere = True
    template_name = "implementation/xray_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        params = self.request.GET
        rules = queries.rules_for(self.access.may_everywhere)
        form = XrayFilterForm(params, rules=rules.values())
        form.is_valid()
        code = form.cleaned_data.get("rule", "")
        sites = Site.objects.visible_to(self.user, Permission.PORTFOLIO_VIEW)
        readings = queries.latest_readings(sites, code=code)
        page = Paginator(readings, ROWS_A_PAGE).get_page(params.get("page"))
        before = queries.readings_before(list(page))
        return super().get_context_data(
            form=form,
            table=tables.reading_table(page, params, before=before, rules=rules),
            is_filtered=bool(params.get("rule")),
            reset_url=reverse("xray-list") if params.get("rule") else "",
            **kwargs,
        )
