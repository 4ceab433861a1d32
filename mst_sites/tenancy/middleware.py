"""Opens each request's transaction in the scope of the person who asks."""

from collections.abc import Callable

from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from psycopg2.extensions import TRANSACTION_STATUS_INERROR

from mst_sites.accounts.models import User
from mst_sites.tenancy.scope import NOBODY, Access, person_scope


class SitesRequest(HttpRequest):
    """A request whose person may be asked what they may do."""

    user: User
    access: Access


# Answered without a transaction, so that they tell the truth while PostgreSQL is away.
WITHOUT_DATABASE = ("/healthz", "/readyz", "/static/")


SERVER_ERROR = 500  # the first code of a server's own fault


class AbortedTransactionError(RuntimeError):
    """A view caught a database error and went on: PostgreSQL keeps nothing, whatever the page says."""


def is_aborted() -> bool:
    """Tell whether a COMMIT would silently be a ROLLBACK."""
    raw = transaction.get_connection().connection
    return raw is not None and raw.info.transaction_status == TRANSACTION_STATUS_INERROR


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
            if response.status_code >= SERVER_ERROR:
                transaction.set_rollback(True)
            elif is_aborted():
                raise AbortedTransactionError(request.path_info)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Undo what a view wrote before it failed: Django turns the exception into a response further in."""
        if transaction.get_connection().in_atomic_block:
            transaction.set_rollback(True)
