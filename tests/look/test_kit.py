"""The kit page in a real browser: photographed, without a fault that a tool can find, and at work without a mouse."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Browser, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from mst_sites.accounts.models import User
from mst_sites.accounts.permissions import Role
from tests import database
from tests.journeys.looking import found_by_axe
from tests.world import Kept, World, connected_to

PICTURES = Path(settings.BASE_DIR) / "var" / "pictures"
WAYS = {
    "light": {"width": 1280, "theme": "light"},
    "dark": {"width": 1280, "theme": "dark"},
    "device-dark": {"width": 1280, "theme": "auto", "device": "dark"},
    "phone": {"width": 390, "theme": "light"},
    "phone-dark": {"width": 390, "theme": "dark"},
    "narrow": {"width": 320, "theme": "light"},
}
# Every text of every drawing that is seen, as the browser measured it, and those that lie on each other.
OVERLAPS = """() => [...document.querySelectorAll('svg.chart')].filter(s => s.clientWidth).flatMap(svg => {
  const boxes = [...svg.querySelectorAll('text')].map(t => [t.textContent, t.getBBox()]);
  return boxes.flatMap(([a, p], i) => boxes.slice(i + 1).filter(([, q]) =>
    p.x + 1 < q.x + q.width && q.x + 1 < p.x + p.width && p.y + 4 < q.y + q.height && q.y + 4 < p.y + p.height
  ).map(([b]) => `${a} / ${b}`));
})"""
SMALL = """() => [...document.querySelectorAll('a, button, summary, input:not([type=hidden]), select')].filter(e => {
  const box = e.getBoundingClientRect();
  const isInText = e.tagName === 'A' && e.closest('p') && getComputedStyle(e).display === 'inline';
  const isSmall = box.width < 23.9 || box.height < 23.9;
  return box.width && isSmall && !isInText && !e.closest('.visually-hidden, .skip-link');
}).map(e => e.outerHTML.slice(0, 120))"""

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def complaints() -> list[str]:
    return []


@pytest.fixture(scope="module")
def server(
    world_database: tuple[Kept, World], django_db_blocker: Any
) -> Iterator[tuple[str, World]]:
    """Serve the application over a copy of the world, once for all pictures."""
    kept, made = world_database
    kept.close()  # a database that somebody is connected to is not copied
    name = kept.name
    with django_db_blocker.unblock():
        database.copy_template(name, f"{name}_kit")
        with connected_to(f"{name}_kit"):
            live = LiveServer("127.0.0.1")
            yield live.url, made
            live.stop()
        database.drop(f"{name}_kit")


@pytest.fixture
def kit(
    server: tuple[str, World], chromium: Browser, complaints: list[str]
) -> Iterator[Callable[..., Page]]:
    """Return a function that opens the kit page as somebody who is signed in."""
    url, world = server
    person = world.country[Role.MST_UK_LEAD]
    session = world.clients[str(person.pk)].cookies[settings.SESSION_COOKIE_NAME].value
    contexts = []

    def opened(
        *, width: int = 1280, theme: str = "light", device: str = "light", **more: Any
    ) -> Page:
        User.objects.filter(pk=person.pk).update(theme=theme, full_name="Demo Lead")
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=device,
            reduced_motion="reduce",
            **more,
        )
        contexts.append(context)
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": url}])
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "response",
            lambda answer: complaints.append(answer.url) if answer.status >= 400 else None,
        )
        page.goto(url + reverse("kit"))
        page.evaluate("document.fonts.ready")
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize("way", sorted(WAYS))
def test_kit_is_whole_in_every_way_of_looking(
    way: str, kit: Callable[..., Page], complaints: list[str]
) -> None:
    page = kit(**WAYS[way])
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"kit-{way}.png", full_page=True)

    assert complaints == []
    assert page.evaluate("document.documentElement.scrollWidth") == WAYS[way]["width"]
    assert found_by_axe(page) == []
    assert page.evaluate(OVERLAPS) == []
    assert page.evaluate(SMALL) == []


def test_kit_prints_without_navigation_and_in_light_colours(kit: Callable[..., Page]) -> None:
    page = kit(theme="dark")
    page.emulate_media(media="print")
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / "kit-print.png", full_page=True)

    expect(page.locator(".shell-header")).to_be_hidden()
    expect(page.locator(".print-header")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.tile-figure')).color")
        == "rgb(0, 0, 0)"
    )


def test_dark_follows_the_choice_and_the_device(kit: Callable[..., Page]) -> None:
    def grounds(theme: str) -> list[str]:
        """Return the colour of the ground on a device by day and by night."""
        page = kit(theme=theme)
        colours = []
        for device in ("light", "dark"):
            page.emulate_media(color_scheme=device)
            colours.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
        return colours

    light, dark = grounds("light"), grounds("dark")

    assert light[0] == light[1] != dark[0] == dark[1]
    assert grounds("auto") == [light[0], dark[0]]


def test_zoom_to_four_hundred_per_cent_needs_no_sideways_scrolling(
    kit: Callable[..., Page],
) -> None:
    page = kit(width=320, device_scale_factor=4)

    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_typeface_is_the_bundled_one(kit: Callable[..., Page]) -> None:
    page = kit()

    assert page.evaluate("document.fonts.check('600 16px \"Source Sans 3\"')")
    assert page.evaluate("[...document.fonts].filter(f => f.status === 'loaded').length") >= 3


def test_refused_form_moves_the_focus_to_the_summary_and_keeps_what_was_typed(
    kit: Callable[..., Page], complaints: list[str]
) -> None:
    page = kit()
    page.get_by_label("What was agreed").fill("Case AV-014: safety plan agreed.")
    page.get_by_role("button", name="File the note").click()
    page.wait_for_load_state("networkidle")

    summary = page.locator(".error-summary")
    expect(summary).to_be_focused()
    expect(page.get_by_label("What was agreed")).to_have_value("Case AV-014: safety plan agreed.")
    assert found_by_axe(page) == []
    for link in summary.get_by_role("link").all():
        link.click()
        target = (link.get_attribute("href") or "#")[1:]
        assert page.evaluate("document.activeElement.id") == target
    assert complaints == []


def test_page_is_used_by_keyboard_alone(kit: Callable[..., Page]) -> None:
    page = kit()

    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    menu = page.locator(".user-menu")
    menu.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(menu.get_by_role("button", name="Sign out")).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu.get_by_role("button", name="Sign out")).to_be_hidden()
    expect(menu.locator("summary")).to_be_focused()


def test_focus_is_seen_on_everything_that_takes_it(kit: Callable[..., Page]) -> None:
    page = kit()
    unseen = []
    for _ in range(60):
        page.keyboard.press("Tab")
        seen = page.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth)")
        if seen < 3:
            unseen.append(page.evaluate("document.activeElement.outerHTML.slice(0, 120)"))

    assert unseen == []


LISTEN = """() => {
  window.spoken = 0;
  const region = document.querySelector("#progress [role=status]");
  const listener = new MutationObserver(() => { window.spoken += 1; });
  listener.observe(region, { childList: true, subtree: true, characterData: true });
}"""


def test_job_reports_until_it_is_ready(kit: Callable[..., Page], complaints: list[str]) -> None:
    page = kit()
    page.clock.install()
    page.reload()
    page.evaluate(LISTEN)

    for _ in range(10):
        if "Ready" in page.locator("#progress").inner_text():
            break
        with page.expect_response(lambda answer: "/kit/progress/" in answer.url):
            page.clock.run_for(2_000)
        page.clock.run_for(100)
    expect(page.locator("#progress")).to_contain_text("Ready")
    # A screen reader goes on listening to the same element, which said one thing: that the state changed.
    assert page.evaluate("window.spoken") == 1
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.clock.run_for(5_000)
    assert asked == []
    assert complaints == []


def test_page_works_without_scripts(kit: Callable[..., Page]) -> None:
    page = kit(java_script_enabled=False)

    page.locator(".user-menu summary").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    expect(page.get_by_role("link", name="Look again")).to_be_visible()
    page.get_by_role("link", name="Week from").click()
    assert "sort=week" in page.url
    page.get_by_role("button", name="File the note").click()
    expect(page.locator(".error-summary")).to_be_visible()


def test_second_press_sends_nothing(kit: Callable[..., Page]) -> None:
    page = kit()
    sent = []
    page.on(
        "request", lambda request: sent.append(request.method) if request.method == "POST" else None
    )

    def slowly(route: Route) -> None:
        page.wait_for_timeout(300)
        route.continue_()

    page.route("**/kit/", slowly)
    page.evaluate("""() => {
      const button = [...document.querySelectorAll('button')].find(b => b.textContent.includes('File the note'));
      button.click(); button.click(); button.click();
    }""")
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(600)

    assert sent == ["POST"]
