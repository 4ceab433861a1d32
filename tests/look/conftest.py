"""What the tests of the look share: a template written in the test."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.template import engines

STATIC = Path(settings.BASE_DIR) / "static"


@pytest.fixture
def drawn() -> Callable[..., str]:
    """Return a function that draws a line of template; runs of white space come out as one space."""

    def draw(line: str, **context: Any) -> str:
        html = engines["django"].from_string("{% load look %}" + line).render(context)
        return re.sub(r"\s*(?=>)", "", re.sub(r"\s+", " ", html))

    return draw
