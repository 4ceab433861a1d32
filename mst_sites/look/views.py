"""Pages that anybody may read, and the kit: every component with invented content, for those who build pages."""

from datetime import date
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic.base import TemplateView, View

from mst_sites.look import examples, privacy
from mst_sites.look.parts import Progress

STEPS = 4
# The day on which the statement was last compared with what is tested.
STATEMENT_PREPARED_ON = date(2026, 11, 23)


class OpenPage(TemplateView):
    """A page that says something about the product, to everybody."""

    http_method_names = ("get", "head", "options")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(contact_email=settings.CONTACT_EMAIL, **kwargs)


class About(OpenPage):
    template_name = "look/about.html"


class Accessibility(OpenPage):
    """The statement, in the order that the regulations for public sector bodies ask for."""

    template_name = "look/accessibility.html"
    extra_context = {"prepared_on": STATEMENT_PREPARED_ON}


class Privacy(OpenPage):
    """What is kept about people; every period comes from the settings that hold it."""

    template_name = "look/privacy.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            kept=privacy.kept_table(), cookies=privacy.cookie_table(), **kwargs
        )


class KitPage(View):
    """A page that exists everywhere but in production."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if settings.IS_PRODUCTION:
            raise Http404
        return super().dispatch(request, *args, **kwargs)


class Kit(KitPage):
    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(request, examples.ExampleForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Check the form and show it again; nothing is kept."""
        return self.show(request, examples.ExampleForm(request.POST))

    def show(self, request: HttpRequest, form: examples.ExampleForm) -> HttpResponse:
        filters = examples.ExampleFilter(request.GET or None)
        context = {**examples.components(request.GET), "form": form, "filter_form": filters}
        return render(request, "kit.html", {**context, "job": job(0)})


class KitProgress(KitPage):
    """One look at a job that gets a step further each time it is asked."""

    def get(self, request: HttpRequest) -> HttpResponse:
        done = request.GET.get("done", "0")
        step = min(int(done) if done.isdecimal() else 0, STEPS)
        return render(request, "components/progress_step.html", {"job": job(step)})


def job(step: int) -> Progress:
    address = f"{reverse('kit-progress')}?done={step + 1}"
    label = _("Performance Implementation Review, January to June 2026")
    if step >= STEPS:
        return Progress(
            "ready", label, address, result_url="#top", result_label=_("Download the PDF")
        )
    return Progress("running", label, address, step, STEPS, detail=_("Drawing the charts"))
