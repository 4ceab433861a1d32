"""What people are told when a request failed: that the fault is ours, or that the database is away for a moment."""

import sys

from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template
from django.views.defaults import server_error

AWAY = (OperationalError, InterfaceError)
UNAVAILABLE = 503
ABOUT_A_MINUTE = "60"
WITH_PASSWORDS = "/account/"


def answer_fault(request: HttpRequest) -> HttpResponse:
    """Draw the page of a fault without a database; a form's text comes back with it, because nothing was saved."""
    if not isinstance(sys.exc_info()[1], AWAY):
        return server_error(request)
    page = get_template("503.html").render({"kept_text": typed(request)})
    return HttpResponse(page, status=UNAVAILABLE, headers={"Retry-After": ABOUT_A_MINUTE})


def typed(request: HttpRequest) -> str:
    """Return the sentences that somebody typed: ids, marks and what was chosen from a list have no space in them."""
    if request.path.startswith(WITH_PASSWORDS):
        return ""
    try:
        fields = [value.strip() for _, values in request.POST.lists() for value in values]
    except (SuspiciousOperation, OSError):  # more than is read, or cut off on its way
        return ""
    return "\n\n".join(value for value in fields if " " in value)
