"""Places where a process of the stage waits for its test: in mid-PDF, in mid-mail and in mid-request."""

import time
from pathlib import Path

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.deprecation import MiddlewareMixin

LONG = 60  # seconds: the test has let go, or killed the process, long before


def hold(name):
    """Say that one is there, and wait until the test lets go."""
    Path(settings.VAR_DIR, f"held-{name}").touch()
    deadline = time.monotonic() + LONG
    while time.monotonic() < deadline and not Path(settings.VAR_DIR, f"go-{name}").exists():
        time.sleep(0.05)


class CountingBackend(BaseEmailBackend):
    """A mail server that writes a line for each mail that it takes, however often it is the same one."""

    def send_messages(self, email_messages):
        for message in email_messages:
            if message.subject.startswith("Before"):
                hold(message.subject)
            with Path(settings.VAR_DIR, "taken").open("a") as taken:
                taken.write(f"{message.subject} {message.extra_headers['Message-ID']}\n")
            if message.subject.startswith("After"):
                hold(message.subject)
        return len(email_messages)


class HeldRequest(MiddlewareMixin):
    """The innermost middleware: waits where a request asks for it, before the view or when it has written."""

    def __call__(self, request):
        name = request.GET.get("hold", "")
        if name.startswith("before"):
            hold(name)
        response = self.get_response(request)
        if name.startswith("after"):
            hold(name)
        return response
