"""The scripts in a browser, against a server that answers as each test says: nothing typed is ever lost."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.look.conftest import STATIC

HOST = "http://127.0.0.1:9"  # nothing listens there: every request is answered by the test
STATUS = (
    '<p data-autosave-status data-saved="Saved at" data-saving="Saving" data-failed="Not saved" '
    'data-clash="Changed by somebody else" data-signed-out="Signed out" data-not-stored="Not stored yet:"></p>'
)
PAGE = f"""<!doctype html><html lang="en"><title>Note</title>
<script src="/static/js/autosave.js" defer></script><script src="/static/js/session.js" defer></script>
<form method="post" action="/file/" data-autosave-url="/save/">
<input type="hidden" name="csrfmiddlewaretoken" value="token"><input type="hidden" name="version" value="1">
<div class="field"><label for="id_text">Text</label>
<textarea id="id_text" name="text" aria-describedby="hint"></textarea></div>
<label>Other <input name="other"></label>{STATUS}
<button>File</button></form>
<div hidden tabindex="-1" role="alertdialog" data-session-seconds="SECONDS" data-session-keep-alive="/extend/"
 data-session-over="Over"><p data-session-text>Soon</p><button type="button" data-session-stay>Stay</button>
<a href="/in/" data-session-sign-in hidden>Sign in again</a></div>"""


@dataclass
class Server:
    """What the page asked, and what it is told."""

    answers: list[Any] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    saved: list[dict[str, list[str]]] = field(default_factory=list)
    extended: int = 0
    seconds: int = 3600

    def take(self, route: Route) -> None:
        path = route.request.url.removeprefix(HOST)
        if path.startswith("/static/"):
            route.fulfill(
                path=STATIC / path.removeprefix("/static/"), content_type="text/javascript"
            )
        elif path == "/save/":
            self.saved.append(parse_qs(route.request.post_data or "", keep_blank_values=True))
            answer = self.answers.pop(0) if self.answers else 200
            if answer == "never":
                pass  # the request is on its way for good
            elif answer is None:
                route.abort()
            elif answer == 200:
                version = int(self.saved[-1]["version"][0]) + 1
                told = {"version": version, "saved_at": "14:05", "refused": self.refused}
                route.fulfill(status=200, json=told)
            else:
                route.fulfill(
                    status=answer, headers={"Location": "/in/"} if answer == 302 else {}, body=""
                )
        elif path == "/extend/":
            self.extended += 1
            route.fulfill(status=self.answers.pop(0) if self.answers else 204)
        else:
            html = PAGE.replace("SECONDS", str(self.seconds))
            route.fulfill(body=html, content_type="text/html")


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def opened(chromium: Browser, server: Server) -> Iterator[Callable[[], Page]]:
    context = chromium.new_context()
    context.clock.install()

    def page() -> Page:
        made = context.new_page()
        made.route("**/*", server.take)
        made.goto(f"{HOST}/note/")
        return made

    yield page
    context.close()


def test_draft_is_saved_two_seconds_after_the_last_key(
    opened: Callable[[], Page], server: Server
) -> None:
    page = opened()

    page.get_by_label("Text").press_sequentially("Three families")
    page.clock.run_for(1500)
    assert server.saved == []
    page.clock.run_for(600)

    expect(page.locator("[data-autosave-status]")).to_have_text("Saved at 14:05")
    assert [(draft["text"], draft["version"]) for draft in server.saved] == [
        (["Three families"], ["1"])
    ]


def test_draft_is_saved_when_a_field_is_left(opened: Callable[[], Page], server: Server) -> None:
    page = opened()

    page.get_by_label("Text").fill("One")
    page.get_by_label("Other").focus()
    expect(page.locator("[name=version]")).to_have_value("2")
    page.get_by_label("Other").fill("Two")
    page.get_by_label("Text").focus()
    expect(page.locator("[name=version]")).to_have_value("3")

    assert [draft["version"] for draft in server.saved] == [["1"], ["2"]]


def test_field_that_was_not_stored_says_so_until_it_is(
    opened: Callable[[], Page], server: Server
) -> None:
    server.refused = {"text": "This looks like an NHS number."}
    page, told = opened(), "Not stored yet: This looks like an NHS number."

    page.get_by_label("Text").fill("943 476 5919")
    page.clock.run_for(2100)

    expect(page.locator(".field .not-stored")).to_have_text(told)
    expect(page.get_by_label("Text")).to_have_accessible_description(told)
    expect(page.locator("[data-autosave-status]")).to_have_text("Saved at 14:05")

    server.refused = {}
    page.get_by_label("Text").fill("T07-0001")
    page.clock.run_for(2100)

    expect(page.locator(".not-stored")).to_have_count(0)
    expect(page.get_by_label("Text")).to_have_attribute("aria-describedby", "hint")


def test_draft_that_did_not_change_is_not_sent(opened: Callable[[], Page], server: Server) -> None:
    page = opened()

    page.get_by_label("Text").focus()
    page.get_by_label("Other").focus()
    page.clock.run_for(10_000)

    assert server.saved == []


@pytest.mark.parametrize(
    ("answer", "said"),
    [(409, "Changed by somebody else"), (302, "Signed out"), (403, "Signed out")],
)
def test_draft_that_is_refused_stays_on_the_page(
    answer: int, said: str, opened: Callable[[], Page], server: Server
) -> None:
    server.answers = [answer]
    page = opened()

    page.get_by_label("Text").fill("Kept")
    page.clock.run_for(2100)

    expect(page.locator("[data-autosave-status]")).to_have_text(said)
    expect(page.get_by_label("Text")).to_have_value("Kept")
    expect(page.locator("[name=version]")).to_have_value("1")


def test_draft_is_tried_again_when_the_line_was_down(
    opened: Callable[[], Page], server: Server
) -> None:
    server.answers = [None, 500]
    page = opened()

    page.get_by_label("Text").fill("Kept")
    page.clock.run_for(2100)
    expect(page.locator("[data-state=failed]")).to_have_text("Not saved")
    page.clock.run_for(4100)
    expect(page.locator("[data-state=failed]")).to_have_text("Not saved")
    page.clock.run_for(8100)

    expect(page.locator("[data-state=saved]")).to_have_text("Saved at 14:05")
    assert [draft["text"] for draft in server.saved] == [["Kept"]] * 3


def test_what_is_typed_while_a_save_is_on_its_way_is_saved_after_it(
    opened: Callable[[], Page], server: Server
) -> None:
    page = opened()

    page.get_by_label("Text").fill("First")
    page.clock.run_for(2100)
    expect(page.locator("[name=version]")).to_have_value("2")
    page.get_by_label("Text").fill("First and second")
    page.clock.run_for(2100)
    expect(page.locator("[name=version]")).to_have_value("3")

    assert [draft["text"][0] for draft in server.saved] == ["First", "First and second"]


def test_draft_is_saved_when_the_page_is_left(opened: Callable[[], Page], server: Server) -> None:
    page = opened()

    page.get_by_label("Text").fill("Leaving")
    page.evaluate("window.dispatchEvent(new Event('pagehide'))")
    page.wait_for_timeout(200)

    assert [draft["text"] for draft in server.saved] == [["Leaving"]]


def test_what_was_typed_after_the_save_on_its_way_is_saved_when_the_page_is_left(
    opened: Callable[[], Page], server: Server
) -> None:
    server.answers = ["never"]
    page = opened()

    page.get_by_label("Text").fill("First")
    page.clock.run_for(2100)
    expect(page.locator("[data-state=saving]")).to_be_visible()
    page.evaluate("window.dispatchEvent(new Event('pagehide'))")
    page.get_by_label("Text").fill("First and last")
    page.evaluate("window.dispatchEvent(new Event('pagehide'))")
    page.wait_for_timeout(200)

    assert [draft["text"] for draft in server.saved] == [["First"], ["First and last"]]


def test_session_is_warned_of_and_prolonged(opened: Callable[[], Page], server: Server) -> None:
    server.seconds = 300
    page = opened()
    panel = page.locator("[role=alertdialog]")
    page.get_by_label("Text").focus()

    page.clock.run_for(170_000)
    expect(panel).to_be_hidden()
    page.clock.run_for(15_000)
    expect(panel).to_be_visible()
    expect(panel).to_be_focused()
    page.get_by_role("button", name="Stay").click()

    expect(panel).to_be_hidden()
    expect(page.get_by_label("Text")).to_be_focused()
    assert server.extended == 1


def test_session_that_ended_says_so_and_keeps_the_text(
    opened: Callable[[], Page], server: Server
) -> None:
    server.seconds, server.answers = 300, [302] * 5
    page = opened()
    page.get_by_label("Other").fill("Kept")

    page.clock.run_for(310_000)

    expect(page.locator("[data-session-text]")).to_have_text("Over")
    expect(page.get_by_role("link", name="Sign in again")).to_be_visible()
    expect(page.get_by_label("Other")).to_have_value("Kept")


def test_saving_a_draft_prolongs_the_session(opened: Callable[[], Page], server: Server) -> None:
    server.seconds = 300
    page = opened()

    page.clock.run_for(150_000)
    page.get_by_label("Text").fill("Still here")
    page.clock.run_for(2100)
    expect(page.locator("[data-state=saved]")).to_be_visible()
    page.clock.run_for(160_000)

    expect(page.locator("[role=alertdialog]")).to_be_hidden()
