"""What is wrong with a file, said so that the person who made it can put it right."""

import re
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext, ngettext

from mst_sites import identifiers

MOST_LISTED = 200
# Nothing with letters is repeated, but for the words that people write for yes, no and unknown.
PLAIN_NUMBER = re.compile(r"[-+]?[0-9]{1,4}(?:[-/.,:][0-9]{1,4}){0,2}%?")
PLAIN_WORDS = frozenset(
    "y n t f na n/a nk unknown maybe none null nil - ? ja nein oui non wahr falsch nan".split()  # noqa: SIM905 - read as words
)


@dataclass(frozen=True, order=True)
class Fault:
    """One thing to put right; `value` is empty wherever it could tell who a family is, and then `is_withheld`."""

    line: int
    column: str
    reason: str
    value: str = ""
    file: str = ""
    is_withheld: bool = False

    def __str__(self) -> str:
        place = gettext("line %(line)d") % {"line": self.line}
        if self.column:
            place = gettext("%(place)s, column %(column)s") % {
                "place": place,
                "column": self.column,
            }
        if self.file:
            place = f"{self.file}, {place}"
        return f"{place}: {self.reason}{self.found}"

    @property
    def found(self) -> str:
        """Say what stood in the cell, or that it is not repeated."""
        if self.is_withheld:
            return gettext(" (what was found is not repeated: it could identify somebody)")
        return gettext(" (found “%(value)s”)") % {"value": self.value} if self.value else ""


@dataclass(frozen=True)
class Faults:
    """All that is wrong, in the order of the file. A page lists the first, and how many more there are."""

    every: tuple[Fault, ...]

    @property
    def listed(self) -> tuple[Fault, ...]:
        return self.every[:MOST_LISTED]

    @property
    def left_off(self) -> int:
        return len(self.every) - len(self.listed)

    def __str__(self) -> str:
        lines = [str(fault) for fault in self.listed]
        if self.left_off:
            words = ngettext("and %(count)d more", "and %(count)d more", self.left_off)
            lines.append(words % {"count": self.left_off})
        return "\n".join(lines)


def showable(value: str, *, today: date) -> str:
    """Give a value that is safe to repeat, or nothing."""
    text = value.strip()
    is_plain = PLAIN_NUMBER.fullmatch(text) is not None or text.casefold() in PLAIN_WORDS
    return text if is_plain and not identifiers.find(text, today=today) else ""
