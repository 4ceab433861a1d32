"""Pages of what a service costs, how it goes on when the money ends, and what the model assumes."""

from functools import cached_property
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from implementation.forms.funding import CostForm, SustainabilityForm
from implementation.models import CostLine, Sustainability
from implementation.operations import funding as operations
from implementation.queries import funding as queries
from implementation.views.funding import FundingFormPage, FundingPage
from mst_sites.accounts.permissions import Permission
from mst_sites.tenancy.pages import ButtonPage


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


class CostLinePage(FundingPage):
    """A page about one line of the costs."""

    permission = Permission.FUNDING_EDIT

    @cached_property
    def line(self) -> CostLine:
        found: CostLine = get_object_or_404(queries.cost_lines_of(self.site), pk=self.kwargs["pk"])
        return found


class CostChange(CostLinePage, FundingFormPage):
    form_class = CostForm
    template_name = "implementation/cost_change.html"
    writes = (CostLine,)
    success_message = _("The cost is saved.")

    def get_initial(self) -> dict[str, Any]:
        return CostForm.initial_of(self.line)

    def act(self, **values: Any) -> CostLine:
        values.pop("row_id")
        # A version of nought would be a new line's; the one of the address is there.
        values["version"] = max(values["version"], 1)
        return operations.save_cost(
            site=self.site, cost_id=self.line.pk, **values, now=self.now, by=self.user
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(line=self.line, **kwargs)


class CostRemove(CostLinePage, ButtonPage):
    """A button that takes a line out of the costs."""

    done = _("The cost is taken out.")
    changed_since = _("Somebody changed this cost in the meantime. Look at it again first.")

    def press(self, version: int) -> CostLine:
        return operations.remove_cost(line=self.line, version=version, now=self.now, by=self.user)

    def back(self) -> str:
        return self.address("cost-change", self.line.pk)

    def after(self) -> str:
        return self.address("funding-detail")


class SustainabilityChange(FundingFormPage):
    form_class = SustainabilityForm
    template_name = "implementation/sustainability_change.html"
    writes = (Sustainability,)
    success_message = _("Saved.")

    def get_initial(self) -> dict[str, Any]:
        return SustainabilityForm.initial_of(queries.sustainability_of(self.site))

    def act(self, **values: Any) -> Sustainability:
        return operations.save_sustainability(site=self.site, **values, now=self.now, by=self.user)
