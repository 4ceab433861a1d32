"""What a person sees instead of a page: it is not theirs, it is our own fault, or the database is away for a moment."""

import sys
from http import HTTPStatus

from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader
from django.urls import Resolver404, resolve
from django.utils.translation import get_language_from_request, override

from mst_sites.tenancy import kept

# No connection, a server that restarts or has no room left, a wait that took too long: all pass by themselves.
AWAY = (OperationalError, InterfaceError)
TRY_AGAIN_AFTER = 60  # seconds
OF_THE_FORM = frozenset({"csrfmiddlewaretoken", kept.FIELD})


def show_forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return show_refusal(request, "403.html", HTTPStatus.FORBIDDEN)


def show_absent(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say the same of a page that never was and of one that belongs to another site."""
    return show_refusal(request, "404.html", HTTPStatus.NOT_FOUND)


def show_refusal(request: HttpRequest, template: str, status: HTTPStatus) -> HttpResponse:
    """Show a page that repeats nothing of the address; whoever is signed in keeps the way to everything else."""
    return render(request, template, {"here": "/", "switcher": None}, status=status)


def show_fault(request: HttpRequest) -> HttpResponse:
    """Show the number that is in the log, and what was typed if it could not be saved; ask the database nothing."""
    shown = {"request": {"request_id": getattr(request, "request_id", "")}}
    is_away = isinstance(sys.exc_info()[1], AWAY)
    with override(get_language_from_request(request)):
        if not is_away:
            page = loader.get_template("500.html").render(shown)
            return HttpResponse(page, status=HTTPStatus.INTERNAL_SERVER_ERROR)
        page = loader.get_template("503.html").render(shown | {"kept_text": typed_into(request)})
    response = HttpResponse(page, status=HTTPStatus.SERVICE_UNAVAILABLE)
    response["Retry-After"] = str(TRY_AGAIN_AFTER)
    return response


def typed_into(request: HttpRequest) -> str:
    """Return the texts that were sent to a form; of other pages, which ask for passwords too, nothing."""
    try:
        page = getattr(resolve(request.path_info).func, "view_class", None)
    except Resolver404:
        return ""
    if request.method != "POST" or not kept.is_given_back_by(page):
        return ""
    try:
        fields = list(request.POST.lists())
    except (SuspiciousOperation, OSError):  # more than is read, or cut off on its way
        return ""
    values = (value for name, sent in fields if name not in OF_THE_FORM for value in sent)
    return "\n\n".join(value for value in values if len(value.split()) > 1)
