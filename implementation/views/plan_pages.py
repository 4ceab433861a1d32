"""What the pages of a plan share: the way to it, a form with its way back, and its rows found or refused."""

from typing import Any, ClassVar

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from implementation.models import Activity, OpeningChange, Plan, StageTransition
from implementation.queries.plans import activities_of, is_on_record
from implementation.views.pages import SetUpPage
from mst_sites.look.parts import Crumb
from mst_sites.tenancy.pages import OperationPage, RepeatablePage


class PlanPage(SetUpPage):
    """A page of a site's plan."""

    tab = "plan-detail"

    def crumbs(self) -> list[Crumb]:
        return [*super().crumbs(), Crumb(_("Plan"), self.address("plan-detail"))]


class PlanFormPage(PlanPage, OperationPage):
    """A form about the plan, which leads back to it."""

    template_name = "implementation/plan_form.html"
    heading: ClassVar[Any]
    writes: ClassVar[tuple[type[Model], ...]] = ()
    lead: ClassVar[Any] = ""

    def back(self) -> str:
        return self.address("plan-detail")

    def get_success_url(self) -> str:
        return self.back()

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        form.cancel_url = self.back()
        return form

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **{"heading": self.heading, "lead": self.lead, "plan": self.plan, **kwargs}
        )


class VersionedPage(PlanFormPage, RepeatablePage):
    """A form about a row of the plan."""


class RecordPage(VersionedPage):
    """A form that adds to a history: sent again, it was taken in before, whatever the plan says by now."""

    adds: ClassVar[type[OpeningChange | StageTransition]]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if is_on_record(self.adds, request.POST.get("row_id", ""), self.site):
            return redirect(self.back())
        return super().post(request, *args, **kwargs)


class ActivityPage(PlanPage):
    """A page of one activity."""

    activity: Activity

    def check_permission(self) -> None:
        """Find the activity.

        :raises Http404: the plan has none of this number.
        """
        super().check_permission()
        self.activity = get_object_or_404(activities_of(self.plan_or_404()), pk=self.kwargs["pk"])
        plan: Plan = self.plan_or_404()
        self.activity.plan, self.activity.site = plan, self.site

    def crumbs(self) -> list[Crumb]:
        here = self.address("activity-detail", self.activity.pk)
        return [*super().crumbs(), Crumb(self.activity.code, here)]

    def back(self) -> str:
        return self.address("activity-detail", self.activity.pk)
