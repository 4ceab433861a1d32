"""Gives each request a number that its audit entries, its log lines and its error page share."""

import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from mst_sites.audit.origin import Origin, Source, coming_from


class OriginOfRequest:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request_id = str(uuid.uuid4())
        request.request_id = request_id  # type: ignore[attr-defined] # shown on error pages
        origin = Origin(Source.WEB, request_id, request.META.get("REMOTE_ADDR") or None)
        with coming_from(origin):
            response = self.get_response(request)
        response["X-Request-ID"] = request_id
        return response
