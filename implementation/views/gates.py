"""Pages of a site's gates: the board, what stands in the way of each, and the decision."""

from functools import cached_property
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic.base import TemplateView

from implementation.forms import gates as forms
from implementation.models import Gate, GateDecision, GateOutcome, PlanState
from implementation.operations import gates as gate_operations
from implementation.queries import gates as queries
from implementation.queries.gates import GateState
from implementation.queries.verdicts import Verdict, faults_of, may_override, state_on_its_day
from implementation.tables import gates as tables
from implementation.views.pages import SetUpPage
from mst_sites.accounts.permissions import Permission
from mst_sites.look.parts import Crumb
from mst_sites.tenancy.pages import OperationPage


class GateList(SetUpPage, TemplateView):
    """The four gates side by side, what stands in the way of each first."""

    permission = Permission.PLAN_VIEW
    tab = "gate-list"
    template_name = "implementation/gate_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        plan = self.plan
        states = queries.gate_states(self.site, plan, today=self.today) if plan else []
        return super().get_context_data(
            plan=plan,
            board=tables.board(self.site, states, self.may_write),
            facts_url=self.address("fact-list"),
            **kwargs,
        )


class GatePage(SetUpPage):
    """A page of one gate of a site that has a plan."""

    permission = Permission.PLAN_VIEW
    tab = "gate-list"
    gate: Gate

    def check_permission(self) -> None:
        """Read the gate and see that there is a plan.

        :raises Http404: there is no such gate, or no plan yet.
        """
        super().check_permission()
        try:
            self.gate = Gate(self.kwargs["gate"].upper())
        except ValueError as error:
            raise Http404 from error
        self.plan_or_404()

    @cached_property
    def state(self) -> GateState:
        return queries.gate_state(self.site, self.plan_or_404(), self.gate, today=self.today)

    @property
    def detail_url(self) -> str:
        return tables.gate_url(self.site, self.gate)

    def crumbs(self) -> list[Crumb]:
        return [*super().crumbs(), Crumb(_("Gates"), self.address("gate-list"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{**kwargs, "gate": self.gate, "state": self.state})


class GateDetail(GatePage, TemplateView):
    """What a gate asks for, each thing with the way to where it is put right, and what was decided."""

    template_name = "implementation/gate_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        state, decisions = self.state, list(queries.decisions_of(self.site, self.gate))
        status, tone = tables.status_of(state)
        standing = tables.decision_facts(state, state.decision) if state.decision else []
        return super().get_context_data(
            status=status,
            tone=tone,
            leads_to=tables.leads_to(self.gate),
            open_tasks=tables.open_tasks(state, self.may_write),
            met_tasks=tables.met_tasks(state, self.may_write),
            standing=standing,
            history=tables.history_table(decisions) if len(decisions) > 1 else None,
            may_decide=self.may_write(Permission.PLAN_MANAGE)
            and self.plan_or_404().state == PlanState.ACTIVE,
            decide_url=tables.gate_url(self.site, self.gate, "gate-decide"),
            **kwargs,
        )


class GateDecide(GatePage, OperationPage):
    """Takes a decision in two steps: what was decided, then a look at it and its consequences before it is for ever."""

    permission = Permission.PLAN_MANAGE
    form_class = forms.GateForm
    template_name = "implementation/gate_decide.html"
    check_template_name = "implementation/gate_check.html"
    success_message = gettext_lazy("The decision is recorded.")
    writes = (GateDecision,)

    @property
    def may_override(self) -> bool:
        return self.has_obstacles and may_override(self.user)

    @cached_property
    def has_obstacles(self) -> bool:
        """Tell whether something mandatory is open now, or was on the day that was typed."""
        if self.state.obstacles:
            return True
        day, opened_on = (
            forms.day_typed(self.request.POST, n) for n in ("decided_on", "opened_on")
        )
        if day is None:
            return False
        verdict = Verdict(GateOutcome.PASSED, day, "", opened_on=opened_on)
        return bool(self.state_of(verdict).obstacles)

    def state_of(self, verdict: Verdict) -> GateState:
        """Return the gate as it was on the day of a decision."""
        return state_on_its_day(verdict, self.plan_or_404(), self.gate, today=self.today)

    def get_initial(self) -> dict[str, Any]:
        return {"version": self.plan_or_404().version}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {
            **super().get_form_kwargs(),
            "gate": self.gate,
            "may_override": self.may_override,
            "cancel_url": self.detail_url,
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "change" in request.POST:
            form = self.get_form_class()(**{**self.get_form_kwargs(), "data": request.POST})
            return self.render_to_response(self.get_context_data(form=form))
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        if "confirmed" in self.request.POST:
            return super().form_valid(form)
        verdict, plan = form.verdict_of(form.cleaned_data), self.plan_or_404()
        state = self.state_of(verdict)
        faults = faults_of(verdict, plan, state, today=self.today, by=self.user)
        if faults:
            for field, words in faults.items():
                form.add_error(field if field in form.fields else None, words)
            return self.form_invalid(form)
        return self.show_check(form, verdict, state)

    def show_check(self, form: Any, verdict: Verdict, state: GateState) -> HttpResponse:
        """Show what will be recorded and what it does, with everything typed in hidden fields."""
        plan = self.plan_or_404()
        waiting = queries.unopened_team_count(self.site)
        context = self.get_context_data(
            form=form,
            answers=tables.answers(state, verdict),
            consequences=tables.consequences(state, verdict, stage=plan.stage, teams=waiting),
            is_exception=verdict.is_exception(state),
            open_on=verdict.decided_on if verdict.decided_on < self.today else None,
            obstacles=state.obstacles,
            typed=[(name, form.data.get(name, "")) for name in form.fields],
        )
        return self.response_class(
            request=self.request,
            template=[self.check_template_name],
            context=context,
            using=self.template_engine,
        )

    def act(self, *, row_id: UUID, version: int, confirmed_reason: str, **values: Any) -> Any:
        return gate_operations.decide_gate(
            plan=self.plan_or_404(),
            version=version,
            gate=self.gate,
            verdict=forms.GateForm.verdict_of(values),
            decision_id=row_id,
            confirmed_reason=confirmed_reason,
            now=self.now,
            by=self.user,
        )

    def get_success_url(self) -> str:
        return self.detail_url

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            open_tasks=tables.open_tasks(self.state, self.may),
            detail_url=self.detail_url,
            needs_lead=self.has_obstacles and not self.may_override,
            **kwargs,
        )
