"""The kit page: every component with content that is invented, for those who build and check pages."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic.base import View

from mst_sites.look import examples
from mst_sites.look.parts import Progress

STEPS = 4


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
        return render(request, "components/progress.html", {"job": job(step)})


def job(step: int) -> Progress:
    address = f"{reverse('kit-progress')}?done={step + 1}"
    label = _("Performance Implementation Review, January to June 2026")
    if step >= STEPS:
        return Progress(
            "ready", label, address, result_url="#top", result_label=_("Download the PDF")
        )
    return Progress("running", label, address, step, STEPS, detail=_("Drawing the charts"))
