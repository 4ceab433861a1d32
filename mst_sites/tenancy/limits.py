"""How often a person may ask for what costs much: counted as attempts at signing in are, for each person."""

import math
import time
from http import HTTPStatus
from typing import Any

from allauth.core.internal import ratelimit
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import ngettext

# The kinds of PERSON_LIMITS.
EXPORT, DOCUMENT, SEARCH = "export", "document", "search"
APP = "mst_sites.tenancy"
A_MINUTE = 60


def seconds_to_wait(request: HttpRequest, kind: str) -> int:
    """Count one more of a kind for the person who asks; return for how long there is none to be had, usually 0."""
    config: dict[str, Any] = settings.PERSON_LIMITS
    if ratelimit.consume(request, app=APP, action=kind, config=config, limit_get=True):
        return 0
    [rate] = ratelimit.get_rates(app=APP, action=kind, config=config)
    newest_first = cache.get(ratelimit.get_cache_key(request, app=APP, action=kind, rate=rate), [])
    oldest: float = newest_first[-1] if newest_first else 0
    seconds: int = math.ceil(oldest + rate.duration - time.time())
    return max(1, seconds)


def admit_with_typing(request: HttpRequest, kind: str) -> None:
    """Count one more of a kind for a form of which nothing typed may be lost: it is refused as any form is.

    :raises ValidationError: there is none to be had yet.
    """
    if seconds := seconds_to_wait(request, kind):
        minutes = math.ceil(seconds / A_MINUTE)
        words = ngettext(
            "This was asked for very often. What you typed is still here: try again in %(count)d minute.",
            "This was asked for very often. What you typed is still here: try again in %(count)d minutes.",
            minutes,
        )
        raise ValidationError(words % {"count": minutes})


def answer_too_many(request: HttpRequest, seconds: int) -> HttpResponse:
    """Say when to try again, to people and to programs."""
    context = {"minutes": math.ceil(seconds / A_MINUTE)}
    page = render(request, "tenancy/too_many.html", context, status=HTTPStatus.TOO_MANY_REQUESTS)
    page["Retry-After"] = str(seconds)
    return page
