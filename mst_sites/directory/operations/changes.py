"""What the audit is told of a change."""

from typing import Any


def changes(before: dict[str, str], row: Any) -> dict[str, list[str]]:
    """Return what differs: name → [before, after]. For facts, never for typed text."""
    after = {name: str(getattr(row, name) or "") for name in before}
    return {name: [before[name], after[name]] for name in before if before[name] != after[name]}
