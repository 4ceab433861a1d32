"""Pages of a site's plan: the journey at a glance, its beginning, its opening day and its dates."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.generic.base import TemplateView

from implementation.forms import plans as forms
from implementation.models import OpeningChange as OpeningChangeRow
from implementation.models import Plan, PlanState
from implementation.operations import plans as operations
from implementation.queries.plans import activities_of, opening_changes_of, transitions_of
from implementation.queries.standing import (
    Roll,
    groups_of,
    latest_days,
    placed_in,
    ready,
    rolled_days,
)
from implementation.queries.upgrades import template_for_upgrade
from implementation.tables import plans as tables
from implementation.views.plan_pages import PlanFormPage, PlanPage, RecordPage, VersionedPage
from mst_sites.accounts.permissions import Permission
from mst_sites.look.parts import Crumb
from mst_sites.records.queries import people_of
from mst_sites.tenancy.pages import versioned

NEXT_FEW = 4


class PlanDetail(PlanPage, TemplateView):
    """The whole journey of a site: where it stands, what is next, and every activity."""

    permission = Permission.PLAN_VIEW
    template_name = "implementation/plan_detail.html"

    def crumbs(self) -> list[Crumb]:
        return super().crumbs()[:-1]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = {
            "may_manage": self.may_write(Permission.PLAN_MANAGE),
            "may_edit": self.may_write(Permission.PLAN_EDIT),
            "plan": self.plan,
            "newer": None,
        }
        if self.plan is not None:
            context |= self.journey(self.plan)
            if context["may_manage"]:
                context["newer"] = template_for_upgrade(self.plan)
        return super().get_context_data(**context, **kwargs)

    def journey(self, plan: Plan) -> dict[str, Any]:
        activities = list(activities_of(plan))
        placed = placed_in(activities, today=self.today)
        form = forms.PlanFilterForm(self.request.GET)
        wanted = form.cleaned_data if form.is_valid() else {}
        shown = tables.narrowed(placed, **wanted, user_id=self.user.pk)
        is_filtered = any(wanted.values())
        moved = opening_changes_of(plan).exclude(old_on=None).count()
        groups = groups_of(placed)
        by_id = {each.activity.pk: each for each in placed}
        return {
            "facts": tables.plan_facts(plan, self.site, moved=moved),
            "coming": [
                tables.coming(by_id[activity.pk], self.site)
                for activity in ([] if tables.is_at_rest(plan) else ready(activities)[:NEXT_FEW])
            ],
            "stages": tables.stage_steps(groups, plan),
            "groups": tables.group_tables(
                groups, {each.activity.pk for each in shown}, plan, self.site
            ),
            "filter_form": form,
            "is_filtered": is_filtered,
            "reset_url": self.address("plan-detail") if is_filtered else "",
            "history": tables.move_events(transitions_of(plan)),
        }


class PlanStart(PlanFormPage):
    permission = Permission.PLAN_MANAGE
    form_class = forms.PlanForm
    writes = (Plan,)
    heading = _("Begin the set-up plan")
    lead = _(
        "The activities are taken from the template in use for the site's model and nation. "
        "They get their first dates from the day of the enquiry."
    )
    success_message = _("The plan has begun.")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.plan is not None:
            return redirect(self.back())
        return super().get(request, *args, **kwargs)

    def act(self, **values: Any) -> Plan:
        try:
            return operations.start_plan(site=self.site, **values, now=self.now, by=self.user)
        except operations.NoTemplateError as error:
            raise ValidationError(
                _("No template is in use for this model, nor for standard MST: publish one first.")
            ) from error


class PlanGuide(VersionedPage):
    """Names who guides the site on its way."""

    permission = Permission.PLAN_MANAGE
    form_class = forms.GuideForm
    heading = _("Who guides the site")
    success_message = _("Saved.")

    def get_initial(self) -> dict[str, Any]:
        plan = self.plan_or_404()
        return versioned({"guided_by": plan.guided_by}, plan)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "people": people_of(self.site)}

    def act(self, **values: Any) -> Plan:
        return operations.assign_guide(plan=self.plan_or_404(), **values, by=self.user)


class OpeningChange(RecordPage):
    """Plans another opening day, shows beforehand what it moves, and tells every day that was planned before."""

    permission = Permission.PLAN_MANAGE
    form_class = forms.OpeningForm
    template_name = "implementation/opening_change.html"
    heading = _("Planned opening")
    adds = OpeningChangeRow
    writes = (OpeningChangeRow, Plan)
    success_message = _("The opening is planned.")

    def get_initial(self) -> dict[str, Any]:
        return versioned({"roll": True}, self.plan_or_404())

    def get_form_kwargs(self) -> dict[str, Any]:
        is_first = self.plan_or_404().planned_opening_on is None
        return {**super().get_form_kwargs(), "is_first": is_first}

    def form_valid(self, form: Any) -> HttpResponse:
        if "preview" not in self.request.POST:
            return super().form_valid(form)
        return self.render_to_response(self.get_context_data(form=form))

    def act(self, *, row_id: Any, **values: Any) -> Plan:
        return operations.change_opening(
            plan=self.plan_or_404(), change_id=row_id, **values, now=self.now, by=self.user
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        plan = self.plan_or_404()
        form = kwargs.get("form")
        preview = None
        if form is not None and form.is_bound and not form.errors:
            activities = list(activities_of(plan))
            days = latest_days(activities, opening_on=form.cleaned_data["new_on"])
            preview = tables.preview(activities, days, today=self.today)
        return super().get_context_data(
            preview=preview, history=tables.opening_table(opening_changes_of(plan)), **kwargs
        )


class OpeningHistory(PlanPage, TemplateView):
    """Every opening day that was ever planned, for whoever sees the plan."""

    permission = Permission.PLAN_VIEW
    template_name = "implementation/opening_history.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        history = tables.opening_table(opening_changes_of(self.plan_or_404()))
        return super().get_context_data(
            history=history,
            may_plan=self.may_write(Permission.PLAN_MANAGE)
            and self.plan_or_404().state in {PlanState.ACTIVE, PlanState.ON_HOLD},
            **kwargs,
        )


class PlanRoll(VersionedPage):
    """Works out the days of open activities anew: shows them first, and uses them when asked."""

    permission = Permission.PLAN_MANAGE
    form_class = forms.RollForm
    template_name = "implementation/plan_roll.html"
    heading = _("Work out the dates anew")
    success_message = _("The days are worked out anew.")

    def wanted(self) -> Roll:
        """Return which way to roll: as asked, else back from the opening where one is planned."""
        asked = self.request.POST.get("roll") or self.request.GET.get("roll")
        if asked in set(Roll):
            return Roll(asked)
        is_planned = self.plan_or_404().planned_opening_on is not None
        return Roll.BACK if is_planned else Roll.FORWARD

    def get_initial(self) -> dict[str, Any]:
        return versioned({"roll": self.wanted().value}, self.plan_or_404())

    def act(self, *, version: int, roll: str) -> Plan:
        chosen = Roll(roll)
        return operations.roll_plan(
            plan=self.plan_or_404(), version=version, roll=chosen, now=self.now, by=self.user
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        plan, wanted = self.plan_or_404(), self.wanted()
        preview = None
        if wanted is Roll.FORWARD or plan.planned_opening_on is not None:
            days = rolled_days(plan, wanted, today=self.today)
            preview = tables.preview(list(activities_of(plan)), days, today=self.today)
        return super().get_context_data(preview=preview, roll=wanted.value, **kwargs)
