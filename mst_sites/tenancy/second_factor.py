"""The gate of the second factor: whose role asks for one reaches nothing before it was used to sign in."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from mst_sites.accounts import second_factors
from mst_sites.tenancy.middleware import SitesRequest

SET_UP = "mfa_index"
# What is open before: setting one up, proving that one is there, going away, and being read to in one's own language.
OPEN = frozenset(
    {
        SET_UP,
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        "account_reauthenticate",
        "account_logout",
        "session-extend",
        "theme-set",
        "language-set",
        "about",
        "accessibility",
        "privacy",
        "healthz",
        "readyz",
    }
)


class SecondFactorGate:
    """Goes after ScopeOfRequest, which reads the roles, and asks the session alone: no query."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: SitesRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        if not request.access.needs_second_factor or second_factors.was_used(request):
            return None
        match = request.resolver_match
        if match and match.url_name in OPEN:
            return None
        return redirect(SET_UP)
