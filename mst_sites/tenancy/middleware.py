"""Opens each request's transaction in the scope of the person who asks."""

from collections.abc import Callable

from django.db import transaction
from django.http import HttpRequest, HttpResponseBase

from mst_sites.accounts.models import User
from mst_sites.tenancy.scope import NOBODY, Access, person_scope


class SitesRequest(HttpRequest):
    """A request whose person may be asked what they may do."""

    user: User
    access: Access


# Answered without a transaction, so that they tell the truth while PostgreSQL is away.
WITHOUT_DATABASE = ("/healthz", "/readyz", "/static/")


class ScopeOfRequest:
    """One transaction around view *and* template, because templates read rows after the view has returned."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: SitesRequest) -> HttpResponseBase:
        if request.path_info.startswith(WITHOUT_DATABASE):
            request.access = NOBODY
            return self.get_response(request)
        user = request.user if request.user.is_authenticated else None
        with person_scope(user) as access:
            request.access = access
            response = self.get_response(request)
            if response.status_code >= 500:  # noqa: PLR2004 - the first code of a server's own fault
                transaction.set_rollback(True)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Undo what a view wrote before it failed: Django turns the exception into a response further in."""
        if transaction.get_connection().in_atomic_block:
            transaction.set_rollback(True)
