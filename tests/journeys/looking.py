"""A look at an open page as everybody may see it: by day, by night and on the smallest telephone."""

import os
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe

AXE = Axe().axe_script
FAINT = Path(__file__).with_name("contrast.js").read_text()
NARROW_RULES = ["target-size", "scrollable-region-focusable"]
TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? []
  : [document.body, ...document.querySelectorAll("body *")]
    .filter(each => each === document.body || each.getBoundingClientRect().right > innerWidth)
    .map(each => each.outerHTML.slice(0, 200))"""


def told(violation):
    return f"{violation['id']} at {violation['nodes'][0]['target']}"


def violations(page, **options):
    """Run axe on a page that holds it already."""
    # Style sheets of other servers, which axe would fetch first, there are none.
    options |= {"resultTypes": ["violations"], "preload": False}
    return page.evaluate("options => axe.run(options)", options)["violations"]


def found_by_axe(page):
    """Run the whole of axe on an open page; return what it finds, each with the first place."""
    page.evaluate(AXE)
    return [told(each) for each in violations(page)]


def faults_of(page, name):
    """Look at an open page by day, by night and on the smallest telephone; return what is wrong with it."""
    found = found_by_axe(page)
    photograph(page, name, "light")
    page.emulate_media(color_scheme="dark")
    # By night the page is the same in other colours.
    found += [f"by night, too faint: {each}" for each in page.evaluate(FAINT)]
    photograph(page, name, "dark")
    page.set_viewport_size({"width": 320, "height": 640})
    # What a narrow page changes is where things stand and how large they are.
    found += [f"on a phone, {told(each)}" for each in violations(page, runOnly=NARROW_RULES)]
    if wide := page.evaluate(TOO_WIDE):
        found.append(f"too wide: {wide[-1]}")
    photograph(page, name, "320")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="light")
    return found


def photograph(page, name, way):
    """Keep a picture of a page where somebody asks for them: MST_LOOK names the folder."""
    if folder := os.environ.get("MST_LOOK"):
        page.screenshot(path=Path(folder) / f"{name}-{way}.png", full_page=True)
