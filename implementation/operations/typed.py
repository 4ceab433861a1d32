"""What people type, as it is stored: in one line where it is one, and naming no family."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from implementation.models import Meeting
from implementation.queries.meetings import names_around
from mst_sites.free_text import admit, clean


def one_line(field: str, text: str) -> str:
    """Return a text without line ends: it goes into the head of a mail and into a line of a calendar file."""
    return " ".join(clean(field, text).split())


def known_names(names: Iterable[str]) -> set[str]:
    """Return names and surnames of people at work, which are no family's."""
    return {part for name in names if name for part in (name, name.split()[-1])}


def admit_about(
    meeting: Meeting, texts: dict[str, str], *, reason: str = "", today: date
) -> tuple[dict[str, str], dict[str, Any]]:
    """Admit what was typed about a meeting, in which the people who are asked to it may be named.

    :raises ValidationError: by field, where a text could identify a family.
    """
    allowed: Collection[str] = known_names(names_around(meeting))
    return admit(texts, confirmed_reason=reason, allowed_names=allowed, today=today)
