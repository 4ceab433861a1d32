"""What the journeys share: somebody at a browser."""

import pytest
from django.conf import settings
from django.db import connection

from mst_sites.tenancy.scope import whole_scope


@pytest.fixture
def sit_down(live_server, chromium, sign_in):
    """Return a function that gives a page of somebody who is signed in; what the browser complains of is a fault."""
    contexts, complaints = [], []

    def sit(user, width=1280):
        with whole_scope():
            session = sign_in(user).cookies[settings.SESSION_COOKIE_NAME].value
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            reduced_motion="reduce",
            locale="en-GB",
            base_url=live_server.url,
        )
        contexts.append(context)
        name = settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": name, "value": session, "url": live_server.url}])
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.on(
            "console",
            # The browser notes down as a failure what is an answer: a form is refused, a page is not for everybody.
            lambda said: (
                "responded with a status of 4" in said.text
                or complaints.append(f"{page.url}: {said.text}")
            ),
        )
        return page

    yield sit
    for context in contexts:
        context.close()
    connection.close()
    assert complaints == []
