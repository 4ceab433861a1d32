"""Reading one cell: a day, an answer, a score, a code; each refusal says what would be right."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TypeVar

from django.utils.translation import gettext

from consultation.imports.faults import Fault, showable
from consultation.imports.tables import Line
from mst_sites import identifiers

Value = TypeVar("Value")

EARLIEST = date(2000, 1, 1)
ISO_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
BRITISH_DAY = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
SCORE = re.compile(r"(?:0?\.[0-9]{1,4}|0|1(?:\.0{1,4})?)")
# MSTI reports two decimals; two more are kept as they are, for a mean may be brought as a score.
CASE_REF = re.compile(r"(?=[A-Za-z._/-]*[0-9])[A-Za-z0-9][A-Za-z0-9._/-]{0,39}")
# Ordinary references that look like more. An Eircode has the shape of a team, a year and a running number. Ten digits
# that count from nought are neither a phone number, here or in Ireland, nor a health number, unless it is a CHI number.
FROM_NOUGHT = re.compile(r"0[01][0-9]{8}")
HARMLESS = {
    identifiers.Rule.POSTCODE: identifiers.EIRCODE,
    identifiers.Rule.NHS_NUMBER: FROM_NOUGHT,
    identifiers.Rule.PHONE: FROM_NOUGHT,
}
ANSWERS = {
    "yes": True,
    "true": True,
    "1": True,
    "no": False,
    "false": False,
    "0": False,
}


class CellError(ValueError):
    """The cell cannot be read; the message says what would be right."""


@dataclass
class Reader:
    """Reads the cells of one line and collects what is wrong with them."""

    line: Line
    today: date
    faults: list[Fault] = field(default_factory=list)

    def read(self, column: str, parse: Callable[[str], Value]) -> Value | None:
        """Give the value, or None where the cell is empty or faulty."""
        text = self.line.cells[column]
        if not text:
            return None
        try:
            return parse(text)
        except CellError as error:
            self.refuse(column, str(error), text)
            return None

    def need(self, column: str, parse: Callable[[str], Value]) -> Value | None:
        if not self.line.cells[column]:
            self.refuse(column, gettext("This cell must not be empty."))
        return self.read(column, parse)

    def refuse(self, column: str, reason: str, found: str = "") -> None:
        """Name a fault; what was found is repeated only where it cannot identify anybody."""
        value = showable(found, today=self.today)
        is_withheld = bool(found) and not value
        self.faults.append(Fault(self.line.number, column, reason, value, is_withheld=is_withheld))


def day_by(today: date) -> Callable[[str], date]:
    """Give a reader of days that are not after today."""

    def parse(text: str) -> date:
        day = _day(text)
        if day > today:
            raise CellError(gettext("This day is in the future."))
        if day < EARLIEST:
            raise CellError(gettext("This day is before the year 2000. Is it a date of birth?"))
        return day

    return parse


def _day(text: str) -> date:
    iso, british = ISO_DAY.fullmatch(text), BRITISH_DAY.fullmatch(text)
    if not iso and not british:
        raise CellError(gettext("Write the day as 2026-03-31 or 31/03/2026."))
    year, month, day = iso.groups() if iso else reversed(british.groups() if british else ())
    try:
        return date(int(year), int(month), int(day))
    except ValueError as error:
        raise CellError(gettext("There is no such day.")) from error


def answer(text: str) -> bool:
    try:
        return ANSWERS[text.casefold()]
    except KeyError:
        raise CellError(gettext("Write yes or no, or leave it empty if not known.")) from None


def score(text: str) -> Decimal:
    if not SCORE.fullmatch(text):
        raise CellError(
            gettext("Write a score from 0.00 to 1.00, with a point and at most four decimals.")
        )
    return Decimal(text)


def case_ref(text: str) -> str:
    """Take an opaque code only: a code without a digit might be a name."""
    if _identifies(text):
        raise CellError(
            gettext("This looks like a number or a name that identifies a person. Use a code.")
        )
    if any(map(str.isspace, text)):
        raise CellError(
            gettext("A case reference is a code without spaces, never a name of anybody.")
        )
    if not CASE_REF.fullmatch(text):
        raise CellError(
            gettext(
                "A case reference has letters, digits and - _ . / only, at least one digit, "
                "and at most 40 characters, so that it cannot be a name."
            )
        )
    return text


def _identifies(text: str) -> bool:
    findings = identifiers.find(text)
    spots = ((each.rule, text[each.start : each.end]) for each in findings)
    return not all(rule in HARMLESS and HARMLESS[rule].fullmatch(spot) for rule, spot in spots)


def one_of(codes: Collection[str]) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text.upper() not in codes:
            raise CellError(gettext("Use one of %(codes)s.") % {"codes": ", ".join(codes)})
        return text.upper()

    return parse
