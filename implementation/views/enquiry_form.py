"""The public form for enquiries: no sign-in, no JavaScript needed, nobody else's services."""

from typing import Any

from allauth.core import ratelimit
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.generic.base import TemplateView

from implementation.forms import enquiries as forms
from implementation.operations import enquiries as operations
from mst_sites.tenancy.pages import OperationPage, add_errors

TOO_MANY = 429
KEY = "implementation_enquiry_pkey"


class EnquiryCreate(OperationPage):
    form_class = forms.EnquiryForm
    template_name = "implementation/enquiry_create.html"
    http_method_names = ["get", "head", "post"]

    def form_valid(self, form: Any) -> HttpResponse:
        values = dict(form.cleaned_data)
        if not ratelimit.consume(self.request, action="enquire", key=values["email"].lower()):
            form.add_error(
                None, _("Many enquiries came from here. Please wait an hour, then send yours.")
            )
            context = self.get_context_data(form=form)
            return self.render_to_response(context, status=TOO_MANY)
        values.pop("website")
        try:
            with transaction.atomic():
                operations.receive_enquiry(
                    enquiry_id=values.pop("ticket"),
                    **values,
                    language=get_language() or "en-gb",
                    now=timezone.now(),
                    by=None,
                )
        except ValidationError as error:
            add_errors(form, error)
            return self.form_invalid(form)
        except IntegrityError as error:
            # Sent twice: it is here already, and confirmed.
            if KEY not in str(error):
                raise
        return redirect("enquiry-sent")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            months=settings.ENQUIRY_KEEP_MONTHS, reply_to=settings.ENQUIRY_REPLY_TO, **kwargs
        )


class EnquirySent(TemplateView):
    """Says that the enquiry has arrived; the same page for everybody."""

    template_name = "implementation/enquiry_sent.html"
    http_method_names = ["get", "head"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(days=settings.ENQUIRY_ANSWER_WORKING_DAYS, **kwargs)
