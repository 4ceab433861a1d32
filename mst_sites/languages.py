"""Which languages there are texts in. What people chose is kept, and waits until theirs is one of them."""

from typing import Any

from django.conf import settings
from django.utils.translation import override


def offered() -> list[tuple[str, Any]]:
    """Return the languages that somebody may choose, for forms that ask."""
    return list(settings.LANGUAGES)


def spoken(language: str) -> str:
    """Return a language if there are texts in it, else the one that there are texts in."""
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def speaking(language: str) -> override:
    """Write in a language, days as well as words: never the words of one and the days of another."""
    return override(spoken(language))
