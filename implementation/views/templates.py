"""Pages on which MST UK edits its templates: drafts change, what was published does not."""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic.base import TemplateView

from implementation.forms import templates as forms
from implementation.models import PlanTemplate, TemplateActivity, TemplateState
from implementation.operations import templates as operations
from implementation.queries import templates as queries
from implementation.queries.upgrades import steps_of_template
from implementation.tables import templates as tables
from mst_sites.accounts.permissions import Permission
from mst_sites.look.parts import Crumb
from mst_sites.tenancy.pages import ButtonPage, OperationPage, versioned
from mst_sites.tenancy.views import SignedInPage

FINAL = gettext_lazy("This edition was published and cannot change. Begin the next one instead.")
CHANGED_SINCE = gettext_lazy("Somebody changed this draft in the meantime. Look at it again first.")
STEP_FIELDS = (
    "code",
    "title",
    "purpose",
    "area",
    "lead",
    "evidence",
    "is_mandatory",
    "duration_days",
    "depends_on",
    "sic_stage",
)


class TemplatePage(SignedInPage):
    """A page of MST UK's templates."""

    permission = Permission.TEMPLATE_MANAGE
    everywhere = True

    @cached_property
    def template(self) -> PlanTemplate:
        found: PlanTemplate = get_object_or_404(queries.at_address(self.kwargs["template"]))
        return found

    @cached_property
    def draft(self) -> PlanTemplate:
        """Return the draft.

        :raises PublishedTemplateError: it was published.
        """
        if self.template.state != TemplateState.DRAFT:
            raise operations.PublishedTemplateError(str(self.template.pk))
        return self.template

    @cached_property
    def step(self) -> TemplateActivity:
        """Return one activity of the draft."""
        steps = self.draft.activities.all()
        found: TemplateActivity = get_object_or_404(steps, code=self.kwargs["code"])
        return found

    def crumbs(self) -> list[Crumb]:
        crumbs = [Crumb(_("Set-up templates"), reverse("template-list"))]
        if "template" in self.kwargs:
            crumbs.append(Crumb(self.template.name, self.back()))
        return crumbs

    def back(self) -> str:
        return reverse("template-detail", args=[self.kwargs["template"]])

    def refuse(self) -> HttpResponse:
        """Say that what was published cannot change."""
        messages.error(self.request, FINAL)
        return redirect(self.back())


class TemplateList(TemplatePage, TemplateView):
    """Every edition, by model and nation."""

    template_name = "implementation/template_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(table=tables.template_table(queries.templates()), **kwargs)


class TemplateDetail(TemplatePage, TemplateView):
    """One edition: its activities, and for a draft how it differs from the edition in use."""

    template_name = "implementation/template_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        template = self.template
        steps = steps_of_template(template)
        is_draft = template.state == TemplateState.DRAFT
        used = queries.in_use(template) if is_draft else None
        context: dict[str, Any] = {
            "template": template,
            "is_draft": is_draft,
            "is_in_use": template.state == TemplateState.PUBLISHED,
            "facts": tables.template_facts(template),
            "steps": steps,
            "table": tables.step_table(template, steps),
            "crumbs": self.crumbs()[:1],
        }
        if used is not None:
            found = queries.differences_between(used, template)
            context["differences"] = tables.difference_table(found)
        return super().get_context_data(**{"differences": None, **kwargs, **context})


class TemplateFormPage(TemplatePage, OperationPage):
    template_name = "implementation/template_form.html"
    heading: Any
    success_message = gettext_lazy("Saved.")

    def get_success_url(self) -> str:
        return self.back()

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        form.cancel_url = self.back()
        return form

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(heading=self.heading, crumbs=self.crumbs(), **kwargs)


class TemplateCreate(TemplateFormPage):
    form_class = forms.TemplateForm
    heading = gettext_lazy("Begin the next edition")
    writes = (PlanTemplate,)

    def get_initial(self) -> dict[str, Any]:
        """Begin with the edition from whose page somebody comes."""
        asked = self.request.GET.get("from", "")
        source = queries.at_address(asked).first()
        if source is None:
            return {}
        names = ("name", "model", "nation")
        return {"copied_from": source.pk, **{name: getattr(source, name) for name in names}}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "templates": queries.templates()}

    def act(self, **values: Any) -> PlanTemplate:
        return operations.draft_template(**values, by=self.user)

    def back(self) -> str:
        return reverse("template-list")

    def address_after(self, result: PlanTemplate) -> str:
        return reverse("template-detail", args=[result.address])


class DraftPage(TemplateFormPage):
    """A form about a draft; what was published is shown instead."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().get(request, *args, **kwargs)
        except operations.PublishedTemplateError:
            return self.refuse()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().post(request, *args, **kwargs)
        except operations.PublishedTemplateError:
            return self.refuse()


class TemplateChange(DraftPage):
    form_class = forms.TemplateChangeForm
    heading = gettext_lazy("Name, and what changed")

    def get_initial(self) -> dict[str, Any]:
        draft = self.draft
        return versioned({"name": draft.name, "what_changed": draft.what_changed}, draft)

    def act(self, **values: Any) -> PlanTemplate:
        return operations.describe_template(template=self.draft, **values, by=self.user)


class StepCreate(DraftPage):
    form_class = forms.StepForm
    heading = gettext_lazy("Add an activity")
    writes = (TemplateActivity,)

    def get_initial(self) -> dict[str, Any]:
        return versioned({"is_mandatory": True, "duration_days": 14}, self.draft)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "steps": steps_of_template(self.draft)}

    def act(self, **values: Any) -> TemplateActivity:
        return operations.save_step(template=self.draft, **values, by=self.user)


class StepChange(DraftPage):
    form_class = forms.StepForm
    heading = gettext_lazy("Change an activity")
    writes = (TemplateActivity,)

    def get_initial(self) -> dict[str, Any]:
        values = {name: getattr(self.step, name) for name in STEP_FIELDS}
        return versioned(values, self.draft)

    def get_form_kwargs(self) -> dict[str, Any]:
        others = [s for s in steps_of_template(self.draft) if s.code != self.kwargs["code"]]
        return {**super().get_form_kwargs(), "steps": others}

    def act(self, **values: Any) -> TemplateActivity:
        return operations.save_step(template=self.draft, step=self.step, **values, by=self.user)


class TemplateButton(TemplatePage, ButtonPage):
    """A button on the page of a template."""

    done: Any = gettext_lazy("Saved.")
    changed_since = CHANGED_SINCE

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().post(request, *args, **kwargs)
        except operations.PublishedTemplateError:
            return self.refuse()


class StepMove(TemplateButton):
    def press(self, version: int) -> PlanTemplate:
        return operations.move_step(
            template=self.draft,
            version=version,
            step=self.step,
            up=self.request.POST.get("to") == "up",
            by=self.user,
        )


class StepRemove(TemplateButton):
    done = gettext_lazy("The activity is taken out of the draft.")

    def press(self, version: int) -> PlanTemplate:
        return operations.remove_step(
            template=self.draft, version=version, step=self.step, by=self.user
        )


class TemplatePublish(TemplateButton):
    done = gettext_lazy("This edition is in use. Plans can be upgraded to it, one by one.")

    def press(self, version: int) -> PlanTemplate:
        return operations.publish_template(
            template=self.draft, version=version, now=timezone.now(), by=self.user
        )


class TemplateRetire(TemplateButton):
    done = gettext_lazy("This edition is out of use.")

    def press(self, version: int) -> PlanTemplate:
        return operations.retire_template(template=self.template, version=version, by=self.user)


class TemplateDiscard(TemplateButton):
    done = gettext_lazy("The draft is thrown away.")

    def press(self, version: int) -> None:
        operations.discard_template(template=self.draft, version=version, by=self.user)

    def back(self) -> str:
        """Return to the list: afterwards there is nothing else to return to, unless it was refused."""
        is_there = queries.at_address(self.kwargs["template"]).exists()
        return super().back() if is_there else reverse("template-list")
