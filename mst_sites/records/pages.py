"""The form pages that take a file which `attach_file` keeps."""

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.utils.translation import gettext as _

from mst_sites.records import operations
from mst_sites.records.models import Scan
from mst_sites.tenancy.pages import add_errors


class TakesFile:
    """Put it before OperationPage: the virus scanner is asked before the page's operation begins.

    The operation locks rows and the audit of its site, and nobody shall wait for those as long as for a scanner.
    Also, what is recorded of a virus would be undone together with what the operation wrote.
    """

    request: Any
    site: Any
    user: Any

    def form_valid(self, form: Any) -> HttpResponse:
        upload = form.cleaned_data.get("upload")
        if settings.CLAMAV_ADDRESS is None or not upload:
            return self.go_on(form)
        try:
            seen = operations.look_through(site=self.site, upload=upload, by=self.user)
        except ValidationError as refusal:
            add_errors(form, refusal)
            refused: HttpResponse = self.form_invalid(form)  # type: ignore[attr-defined] # a form page's
            return refused
        form.cleaned_data["upload"] = seen
        response = self.go_on(form)
        if seen.scan == Scan.WAITING and response.status_code == HTTPStatus.FOUND:
            said = _(
                "The virus check does not answer at the moment. Nobody can open the file until it has been checked,"
                " which happens by itself."
            )
            messages.warning(self.request, said)
        return response

    def go_on(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)  # type: ignore[misc] # a form page's
        return response
