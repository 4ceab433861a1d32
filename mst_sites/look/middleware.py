"""The headers that every response carries, whoever made it: a page, a refusal, a fault or a file."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

# What no page of ours uses is off for whatever might get into one.
FEATURES_OFF = (
    "accelerometer",
    "autoplay",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "serial",
    "usb",
    "xr-spatial-tracking",
)
HEADERS = {
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in FEATURES_OFF),
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    # Said again, because a refusal that SecurityMiddleware itself makes (a forged Host) lacks them.
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
KEPT_BY_CACHES = frozenset({200, 206, 304})


class SecurityHeaders:
    """Goes first in MIDDLEWARE, so that it sees what the others answer by themselves."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers[name] = value
        if not is_static(request, response):
            response.headers["Cache-Control"] = "no-store"
        return response


def is_static(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Tell whether this is one of the files that are the same for everybody."""
    return (
        request.path_info.startswith(settings.STATIC_URL) and response.status_code in KEPT_BY_CACHES
    )
