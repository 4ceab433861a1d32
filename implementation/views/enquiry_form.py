"""The public form for enquiries: no sign-in, no JavaScript needed, nobody else's services."""

from typing import Any

from allauth.core import ratelimit
from allauth.core.internal import ratelimit as own_ratelimit
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
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
# What a computer may send in all, refused or not; what is kept has the much lower limit of ACCOUNT_RATE_LIMITS.
ATTEMPTS = {"enquire": "100/h/ip"}


class ManyEnquiriesError(RuntimeError):
    """As many enquiries were kept as may come from one computer, or with one address of mail."""


class EnquiryCreate(OperationPage):
    form_class = forms.EnquiryForm
    template_name = "implementation/enquiry_create.html"
    http_method_names = ["get", "head", "post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not own_ratelimit.consume(
            request, app="implementation", action="enquire", config=ATTEMPTS
        ):
            return self.answer_too_many(self.get_form())
        return super().post(request, *args, **kwargs)

    def answer_too_many(self, form: Any) -> HttpResponse:
        form.add_error(
            None, _("Many enquiries came from here. Please wait an hour, then send yours.")
        )
        return self.render_to_response(self.get_context_data(form=form), status=TOO_MANY)

    def form_valid(self, form: Any) -> HttpResponse:
        values = dict(form.cleaned_data)
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
                # Last, so that what is refused uses up nothing; what is too much goes with the transaction.
                self.count(values["email"])
        except ManyEnquiriesError:
            return self.answer_too_many(form)
        except ValidationError as error:
            add_errors(form, error)
            return self.form_invalid(form)
        except IntegrityError as error:
            # Sent twice: it is here already, and confirmed.
            if KEY not in str(error):
                raise
        return redirect("enquiry-sent")

    def count(self, email: str) -> None:
        """Count one more that is kept.

        :raises ManyEnquiriesError: there were as many as may be.
        """
        if not ratelimit.consume(self.request, action="enquire", key=email.lower()):
            raise ManyEnquiriesError

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
