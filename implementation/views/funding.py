"""Pages of the money of a site: what is certain, until when, and what the model says."""

from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID, uuid4

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.views.generic.base import TemplateView

from implementation.forms.funding import FundingConfirmForm, FundingForm, FundingWithdrawForm
from implementation.models import CostKind, FundingSource
from implementation.operations import funding as operations
from implementation.queries import funding as queries
from implementation.queries.capacity import capacity_of
from implementation.queries.needs import planned_scenario
from implementation.queries.net_position import Inputs
from implementation.tables import funding as tables
from implementation.views.pages import SetUpPage
from mst_sites.accounts.permissions import Permission
from mst_sites.look.parts import Crumb
from mst_sites.records.pages import TakesFile
from mst_sites.tenancy.pages import OperationPage

MOST_REMINDERS = 20
KINDS = CostKind.values


class FundingPage(SetUpPage):
    """A page of the money of a site."""

    permission = Permission.FUNDING_VIEW
    tab = "funding-detail"


class FundingFormPage(FundingPage, OperationPage):
    """A page under the tab's own, on which something is written."""

    permission = Permission.FUNDING_EDIT

    def crumbs(self) -> list[Crumb]:
        return [*super().crumbs(), Crumb(_("Funding"), self.address("funding-detail"))]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "cancel_url": self.address("funding-detail")}

    def get_success_url(self) -> str:
        return self.address("funding-detail")


class FundingDetail(FundingPage, TemplateView):
    """What is certain and until when, what the service costs, and what the model says."""

    template_name = "implementation/funding_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        nation, today = self.site.nation, self.today
        sources = list(queries.sources_of(self.site))
        lines = sorted(queries.cost_lines_of(self.site), key=lambda line: KINDS.index(line.kind))
        row = queries.sustainability_of(self.site)
        scenario = planned_scenario(self.site)
        inputs = inputs_of(lines, row, scenario)
        months = queries.months_of(sources, a_year=inputs.cost)
        files = queries.evidence_of(self.site) if sources else []
        opened_on = self.site.opened_on or (self.plan.planned_opening_on if self.plan else None)
        may_edit = self.may_write(Permission.FUNDING_EDIT)
        ahead = queries.next_reminders(sources, today=today)
        sent = list(queries.reminders_of(self.site)[:MOST_REMINDERS])
        return super().get_context_data(
            cautions=tables.warnings(sources, opened_on=opened_on, today=today),
            tiles=tables.tiles(sources, inputs, nation) if sources or lines else [],
            chart=tables.money_chart(months, sources, nation),
            months=tables.month_table(months, nation) if months else None,
            panels=tables.panels(sources, files, site=self.site, today=today),
            costs=tables.cost_table(lines, site=self.site, may_edit=may_edit) if lines else None,
            net=tables.net_tiles(inputs, nation),
            inputs=tables.input_table(inputs, nation, scenario.name if scenario else ""),
            sustainability=row,
            ahead=tables.ahead_table(ahead[:MOST_REMINDERS]) if ahead else None,
            sent=tables.sent_table(sent) if sent else None,
            may_edit=may_edit,
            **kwargs,
        )


def inputs_of(lines: Any, row: Any, scenario: Any) -> Inputs:
    """Put together what the model is told, from the costs, the assumptions and the scenario that is planned with."""
    days = None
    if row is not None and row.days_saved_central is not None:
        days = (row.days_saved_low, row.days_saved_central, row.days_saved_high)
    return Inputs(
        cost=sum((line.amount for line in lines), Decimal(0)),
        families=capacity_of(scenario).families if scenario is not None else None,
        days_saved=days,
        cost_per_day=row.cost_per_day if row is not None else None,
        placement_cost=row.placement_cost if row is not None else None,
    )


class FundingCreate(FundingFormPage):
    form_class = FundingForm
    template_name = "implementation/funding_create.html"
    writes = (FundingSource,)
    success_message = _(
        "The source is saved. Confirm it as soon as a letter or a contract shows it."
    )

    def get_initial(self) -> dict[str, Any]:
        return {"version": 0}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {
            **super().get_form_kwargs(),
            "funders": queries.funders_of(self.site),
            "people": queries.readers_of(self.site),
        }

    def act(self, **values: Any) -> FundingSource:
        values.pop("version")
        source_id = values.pop("row_id")
        return operations.add_source(
            site=self.site,
            source_id=source_id,
            **FundingForm.source_of(values),
            now=self.now,
            by=self.user,
        )


class SourcePage(FundingFormPage):
    """A page on which one source is changed."""

    writes = (FundingSource,)

    @cached_property
    def source(self) -> FundingSource:
        found = get_object_or_404(queries.sources_of(self.site), pk=self.kwargs["pk"])
        found.site = self.site
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(source=self.source, **kwargs)


class FundingChange(SourcePage):
    form_class = FundingForm
    template_name = "implementation/funding_change.html"
    success_message = _("The source is saved.")

    def get_initial(self) -> dict[str, Any]:
        return self.field_values(self.source)

    def field_values(self, row: FundingSource) -> dict[str, Any]:
        return FundingForm.initial_of(row)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {
            **super().get_form_kwargs(),
            "funders": queries.funders_of(self.site),
            "people": queries.readers_of(self.site),
        }

    def act(self, **values: Any) -> FundingSource:
        values.pop("row_id")
        given = FundingForm.source_of(values)
        return operations.change_source(source=self.source, **given, now=self.now, by=self.user)


class FundingConfirm(TakesFile, SourcePage):
    form_class = FundingConfirmForm
    template_name = "implementation/funding_confirm.html"
    success_message = _("The money is confirmed.")

    def get_initial(self) -> dict[str, Any]:
        return {"row_id": uuid4(), "version": self.source.version}

    def act(
        self, *, version: int, confirmed_on: date, row_id: UUID, **evidence: Any
    ) -> FundingSource:
        return operations.confirm_source(
            source=self.source,
            version=version,
            confirmed_on=confirmed_on,
            evidence=operations.Evidence(**evidence, attachment_id=row_id),
            now=self.now,
            by=self.user,
        )


class FundingWithdraw(SourcePage):
    form_class = FundingWithdrawForm
    template_name = "implementation/funding_withdraw.html"
    success_message = _("The source is taken back.")

    def get_initial(self) -> dict[str, Any]:
        return {"version": self.source.version}

    def act(self, **values: Any) -> FundingSource:
        return operations.withdraw_source(source=self.source, **values, now=self.now, by=self.user)
