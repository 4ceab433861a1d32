"""What the commands have in common: codes as people type them, and refusals in one line each."""

from collections.abc import Sequence

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.management.base import CommandError


def one_of(codes: Sequence[str], typed: str, *, what: str) -> str:
    """Find a code in any letter case, with hyphens, spaces or underscores: `northern-ireland`.

    :raises CommandError: there is no such code; the line lists those that there are.
    """
    known = {shape(code): code for code in codes}
    try:
        return known[shape(typed)]
    except KeyError:
        raise CommandError(f"There is no {what} {typed!r}: {', '.join(known)}.") from None


def shape(code: str) -> str:
    return "-".join(code.lower().replace("_", " ").replace("-", " ").split())


def in_words(error: ValidationError) -> str:
    """Say what a refusal says, a line for each field."""
    if not hasattr(error, "error_dict"):
        return " ".join(error.messages)
    return "\n".join(
        " ".join(said) if name == NON_FIELD_ERRORS else f"{name}: {' '.join(said)}"
        for name, said in error.message_dict.items()
    )
