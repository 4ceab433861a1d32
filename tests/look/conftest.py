"""What the tests of the look share: a template written in the test, and a browser that keeps to this machine."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.template import engines
from playwright.sync_api import Browser, sync_playwright

STATIC = Path(settings.BASE_DIR) / "static"
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
)


@pytest.fixture
def drawn() -> Callable[..., str]:
    """Return a function that draws a line of template; runs of white space come out as one space."""

    def draw(line: str, **context: Any) -> str:
        html = engines["django"].from_string("{% load look %}" + line).render(context)
        return re.sub(r"\s*(?=>)", "", re.sub(r"\s+", " ", html))

    return draw


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=[*QUIET])
        yield browser
        browser.close()
