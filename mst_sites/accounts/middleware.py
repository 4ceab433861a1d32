"""How long a session lasts: an hour without a request, twelve hours in all."""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponseBase

BEGAN = "began_at"
SEEN = "seen_at"
NOTED_EVERY = 60  # seconds: a session is not written for every request


class SessionLimits:
    """Goes after AuthenticationMiddleware: a session that is over is forgotten before anybody asks whose it was."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            if seconds_left(request.session) <= 0:
                logout(request)
            else:
                note(request.session)
        return self.get_response(request)


def begin(session: SessionBase) -> None:
    """Start both clocks: somebody has just signed in."""
    session[BEGAN] = session[SEEN] = int(time.time())


def note(session: SessionBase) -> None:
    """Start the clock of the idle limit again."""
    if time.time() - session[SEEN] >= NOTED_EVERY:
        session[SEEN] = int(time.time())


def seconds_left(session: SessionBase) -> int:
    """Return for how long the session still lasts if nothing is done; a session without clocks is over."""
    idle: int = session.get(SEEN, 0) + settings.SESSION_IDLE
    whole: int = session.get(BEGAN, 0) + settings.SESSION_LONGEST
    return min(idle, whole) - int(time.time())


def session_clock(request: HttpRequest) -> dict[str, Any]:
    """Tell the page shell (a context processor) when to warn that the session ends."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"session_seconds": None}
    return {"session_seconds": seconds_left(request.session)}
