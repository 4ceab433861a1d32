"""The days of a whole plan on one page, for whoever comes with a list."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from implementation.forms.days import DaysForm
from implementation.models import Plan
from implementation.operations.days import enter_days
from implementation.queries.plans import activities_of
from implementation.views.pages import SetUpPage
from mst_sites.accounts.permissions import Permission
from mst_sites.look.parts import Crumb
from mst_sites.tenancy.pages import CONFLICT, OperationPage


class PlanDays(SetUpPage, OperationPage):
    permission = Permission.PLAN_EDIT
    tab = "plan-detail"
    form_class = DaysForm
    template_name = "implementation/plan_days.html"
    success_message = gettext_lazy("The days are saved.")

    def get_form_kwargs(self) -> dict[str, Any]:
        activities = list(activities_of(self.plan_or_404()))
        return {**super().get_form_kwargs(), "activities": activities}

    def form_valid(self, form: DaysForm) -> HttpResponse:
        form.cleaned_data = {"days": form.days()}
        return super().form_valid(form)

    def act(self, *, days: Any) -> Plan:
        return enter_days(plan=self.plan_or_404(), days=days, now=self.now, by=self.user)

    def show_clash(self, form: Any, current: Any) -> HttpResponse:
        """Say which activity somebody else changed; saving again replaces theirs knowingly."""
        form.data = form.data.copy()
        form.data[f"{current.code}-version"] = current.version
        words = _("Somebody else changed %(activity)s while you were typing. Look at it again.")
        form.add_error(None, words % {"activity": current})
        return self.render_to_response(self.get_context_data(form=form), status=CONFLICT)

    def address_after(self, result: Plan) -> str:
        return self.address("plan-detail")

    def crumbs(self) -> list[Crumb]:
        return [*super().crumbs(), Crumb(_("Plan"), self.address("plan-detail"))]
