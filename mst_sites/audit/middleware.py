"""Gives each request a number that its audit entries, its log lines and its error page share."""

import ipaddress
import uuid
from collections.abc import Callable

from allauth.core.internal.httpkit import get_client_ip
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponseBase

from mst_sites.audit.origin import Origin, Source, coming_from


class OriginOfRequest:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request_id = str(uuid.uuid4())
        request.request_id = request_id  # type: ignore[attr-defined] # shown on error pages
        with coming_from(Origin(Source.WEB, request_id, address_of(request))):
            response = self.get_response(request)
        response["X-Request-ID"] = request_id
        return response


def address_of(request: HttpRequest) -> str | None:
    """Return the person's address as the proxies of one's own tell it, by which attempts are counted too."""
    try:
        found = get_client_ip(request)
    except ImproperlyConfigured:
        # It came past those proxies: the address that called is all there is.
        found = request.META.get("REMOTE_ADDR")
    return plain_address(found) if found else None


def plain_address(address: str) -> str:
    """Return an address as it is meant: one of IPv4 that a server wrote as one of IPv6 is the same computer."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(getattr(found, "ipv4_mapped", None) or found)
