"""Pages on which scenarios of capacity are worked out, compared and chosen."""

from functools import cached_property
from types import SimpleNamespace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _

from implementation.forms.needs import ScenarioForm
from implementation.models import CapacityScenario
from implementation.operations import needs as operations
from implementation.queries import defaults
from implementation.queries import needs as queries
from implementation.queries.board import ASSUMED, scenario_content
from implementation.tables import needs as tables
from implementation.views.needs import NeedsFormPage
from mst_sites.tenancy.models import MstModel
from mst_sites.tenancy.pages import ButtonPage, OperationPage, versioned

FIGURES = tuple(name for name in ASSUMED if name not in {"name", "grounds"})


def outcome_of(form: ScenarioForm) -> dict[str, Any]:
    """Return what a form comes to as it is typed so far: its result, or None while a figure is missing."""
    if form.is_bound:
        form.is_valid()
        values = {name: form.cleaned_data.get(name) for name in FIGURES}
        edition = form.cleaned_data.get("edition")
    else:
        values = {name: form.initial.get(name) for name in FIGURES}
        edition = form.initial.get("edition")
    model = values.get("model") or MstModel.STANDARD
    figures = defaults.figures_of(defaults.edition_to_start_from(edition))
    found: dict[str, Any] = {"result": None, "sources": tables.sources(figures.sources(model))}
    if all(value is not None for value in values.values()) and not any(
        name in form.errors for name in FIGURES
    ):
        row: Any = SimpleNamespace(**values, name="", grounds="")
        content = scenario_content(row)
        found |= {
            "result": content,
            "tiles": tables.capacity_tiles(content),
            "verdict": tables.verdict_of(content),
        }
    return found


class ScenarioPage(NeedsFormPage, OperationPage):
    """A form that shows beside it what its assumptions come to."""

    form_class = ScenarioForm
    writes = (CapacityScenario,)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {
            **super().get_form_kwargs(),
            "cancel_url": self.address("needs-detail"),
            "calculate_url": self.address("scenario-calculate"),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "calculate" not in request.POST:
            return super().post(request, *args, **kwargs)
        form = self.get_form()
        context = self.get_context_data(form=form)
        forget_what_only_saving_needs(form)
        return self.render_to_response(context)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {**context, **outcome_of(context["form"])}

    def get_success_url(self) -> str:
        return self.address("needs-detail")


def forget_what_only_saving_needs(form: ScenarioForm) -> None:
    """Leave a name that is still empty unmentioned: nobody has asked to save yet."""
    for name in set(form.errors) - set(FIGURES):
        del form.errors[name]


class ScenarioCreate(ScenarioPage):
    template_name = "implementation/scenario_create.html"
    success_message = _("The scenario is saved.")

    def get_initial(self) -> dict[str, Any]:
        model = self.request.GET.get("model", "")
        if model not in MstModel.values:
            model = self.site.model
        return ScenarioForm.initial_of(
            model, queries.latest_needs(self.site), defaults.edition_in_use()
        )

    def act(self, **values: Any) -> CapacityScenario:
        values.pop("version")
        scenario_id, edition = values.pop("row_id"), values.pop("edition")
        return operations.add_scenario(
            site=self.site,
            scenario_id=scenario_id,
            started_from=defaults.edition_to_start_from(edition),
            **values,
            now=self.now,
            by=self.user,
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        models = [(label, f"?model={value}") for value, label in MstModel.choices]
        return super().get_context_data(models=models, **kwargs)


class OneScenario(NeedsFormPage):
    """A page about one scenario."""

    @cached_property
    def scenario(self) -> CapacityScenario:
        found: CapacityScenario = get_object_or_404(
            queries.scenarios_of(self.site), pk=self.kwargs["pk"]
        )
        return found


class ScenarioChange(OneScenario, ScenarioPage):
    template_name = "implementation/scenario_change.html"
    success_message = _("The scenario is saved.")

    def get_initial(self) -> dict[str, Any]:
        scenario = self.scenario
        names = [name for name in ASSUMED if name in ScenarioForm.base_fields]
        started_from = scenario.started_from
        initial = {
            **{name: getattr(scenario, name) for name in names},
            "edition": started_from.number if started_from else defaults.FIRST,
        }
        return versioned(initial, scenario)

    def act(self, **values: Any) -> CapacityScenario:
        for name in ("row_id", "edition"):  # it keeps the edition that it started from
            values.pop(name)
        return operations.change_scenario(
            scenario=self.scenario, **values, now=self.now, by=self.user
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(scenario=self.scenario, **kwargs)


class ScenarioCalculate(NeedsFormPage):
    """The part of the page that says what the assumptions come to, drawn again while somebody types."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        outcome = outcome_of(ScenarioForm(request.POST))
        return render(request, "implementation/_capacity.html", outcome)


class ScenarioButton(OneScenario, ButtonPage):
    """A button beside a scenario."""

    changed_since = _("Somebody changed this scenario in the meantime. Look at it again first.")

    def back(self) -> str:
        return self.address("needs-detail")


class ScenarioChoose(ScenarioButton):
    """Makes a scenario the one that the site plans with."""

    done = _("This is the scenario that you plan with now.")

    def press(self, version: int) -> CapacityScenario:
        return operations.plan_with(scenario=self.scenario, by=self.user)


class ScenarioPutAway(ScenarioButton):
    """Takes a scenario out of sight."""

    done = _("The scenario is put away.")

    def press(self, version: int) -> CapacityScenario:
        return operations.put_away_scenario(
            scenario=self.scenario, version=version, now=self.now, by=self.user
        )
