"""What people type, as it is stored: in one line where it is one, and naming no family."""

from datetime import date
from typing import Any

from implementation.models import Meeting
from implementation.queries.meetings import names_around
from mst_sites.free_text import admit, known_names


def admit_about(
    meeting: Meeting, texts: dict[str, str], *, reason: str = "", today: date
) -> tuple[dict[str, str], dict[str, Any]]:
    """Admit what was typed about a meeting, in which the people who are asked to it may be named.

    :raises ValidationError: by field, where a text could identify a family.
    """
    allowed = known_names(names_around(meeting))
    return admit(texts, confirmed_reason=reason, allowed_names=allowed, today=today)
