"""Pages of what a service costs, how it goes on when the money ends, and what the model assumes."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext_lazy as _

from implementation.forms.funding import CostForm, SustainabilityForm
from implementation.models import CostLine, Sustainability
from implementation.operations import funding as operations
from implementation.queries import funding as queries
from implementation.views.funding import FundingFormPage, FundingPage
from mst_sites.accounts.permissions import Permission


class CostCreate(FundingFormPage):
    form_class = CostForm
    template_name = "implementation/cost_create.html"
    writes = (CostLine,)
    success_message = _("The cost is saved.")

    def get_initial(self) -> dict[str, Any]:
        return {"version": 0}

    def act(self, **values: Any) -> CostLine:
        cost_id = values.pop("row_id")
        return operations.save_cost(
            site=self.site, cost_id=cost_id, **{**values, "version": 0}, now=self.now, by=self.user
        )


class CostChange(FundingFormPage):
    form_class = CostForm
    template_name = "implementation/cost_change.html"
    writes = (CostLine,)
    success_message = _("The cost is saved.")

    def line(self) -> CostLine:
        found: CostLine = get_object_or_404(queries.cost_lines_of(self.site), pk=self.kwargs["pk"])
        return found

    def get_initial(self) -> dict[str, Any]:
        return CostForm.initial_of(self.line())

    def act(self, **values: Any) -> CostLine:
        values.pop("row_id")
        # A version of nought would be a new line's; the one of the address is there.
        values["version"] = max(values["version"], 1)
        return operations.save_cost(
            site=self.site, cost_id=self.line().pk, **values, now=self.now, by=self.user
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(line=self.line(), **kwargs)


class CostRemove(FundingPage):
    """A button that takes a line out of the costs."""

    permission = Permission.FUNDING_EDIT
    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        line = get_object_or_404(queries.cost_lines_of(self.site), pk=kwargs["pk"])
        operations.remove_cost(line=line, version=line.version, now=self.now, by=self.user)
        messages.success(request, _("The cost is taken out."))
        return redirect(self.address("funding-detail"))


class SustainabilityChange(FundingFormPage):
    form_class = SustainabilityForm
    template_name = "implementation/sustainability_change.html"
    writes = (Sustainability,)
    success_message = _("Saved.")

    def get_initial(self) -> dict[str, Any]:
        return SustainabilityForm.initial_of(queries.sustainability_of(self.site))

    def act(self, **values: Any) -> Sustainability:
        return operations.save_sustainability(site=self.site, **values, now=self.now, by=self.user)
