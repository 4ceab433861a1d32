"""Reading a CSV file as people's spreadsheets write it: lines of named cells, or faults."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext, ngettext

from consultation.imports.faults import Fault
from mst_sites import identifiers

MOST_BYTES = 5_000_000
MOST_ROWS = 20_000
DELIMITERS = (",", ";", "\t")
LONGEST_NAME = 40
# One long cell is that cell's fault, and not the whole file's.
csv.field_size_limit(MOST_BYTES)


@dataclass(frozen=True)
class Line:
    """One row of a table and the line of the file on which it begins; the header is on line 1."""

    number: int
    cells: dict[str, str]


class UnreadableError(Exception):
    """The file is no table with these columns; `faults` says why."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(str(faults[0]))
        self.faults = list(faults)


def read_table(data: bytes, columns: Sequence[str]) -> tuple[list[Line], list[Fault]]:
    """Give the lines that have a cell for each column, and the faults of those that have not.

    :raises UnreadableError: when nothing can be said of single lines.
    """
    rows = _rows(_text(data), columns)
    header_number, header = next(rows, (1, []))
    names = _names(header, header_number, columns)
    lines: list[Line] = []
    faults: list[Fault] = []
    for number, cells in rows:
        if len(lines) + len(faults) >= MOST_ROWS:
            most = gettext("The file has more than %(most)d rows. Split it.") % {"most": MOST_ROWS}
            raise UnreadableError(Fault(number, "", most))
        if column := _first_that_is_no_text(cells, names):
            reason = gettext("Here is a sign that is no text (NUL). Write the cell again.")
            faults.append(Fault(number, column, reason))
        elif column := _first_amiss(cells, names):
            reason = ngettext(
                "This row has %(cells)d cell, the first line has %(names)d.",
                "This row has %(cells)d cells, the first line has %(names)d.",
                len(cells),
            )
            count = {"cells": len(cells), "names": len(names)}
            faults.append(Fault(number, column, reason % count))
        else:
            lines.append(Line(number, dict(zip(names, cells, strict=False))))
    return lines, faults


def _first_amiss(cells: Sequence[str], names: Sequence[str]) -> str:
    """Name the first column that has no cell, or count the first cell that has no column; empty is none."""
    if len(cells) < len(names):
        return names[len(cells)]
    beyond = (place for place in range(len(names), len(cells)) if cells[place])
    place = next(beyond, None)
    return "" if place is None else _numbered(place + 1)


def _first_that_is_no_text(cells: Sequence[str], names: Sequence[str]) -> str:
    known = [*names, *(_numbered(place + 1) for place in range(len(names), len(cells)))]
    return next((name for name, cell in zip(known, cells, strict=False) if "\0" in cell), "")


def _text(data: bytes) -> str:
    if len(data) > MOST_BYTES:
        raise UnreadableError(Fault(1, "", gettext("The file is larger than 5 MB. Split it.")))
    first_line, _, _ = data.partition(b"\n")
    if data.startswith((b"\xff\xfe", b"\xfe\xff", b"PK\x03\x04")) or b"\0" in first_line:
        reason = gettext("This is no CSV file. Save the sheet as “CSV UTF-8” and try again.")
        raise UnreadableError(Fault(1, "", reason))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        # What Excel writes on a British Windows; its few gaps are no reason to refuse a file.
        return data.decode("cp1252", errors="replace")


def _rows(text: str, columns: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Give each row that is not blank, with its first line in the file."""
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=_delimiter(text, columns), strict=True
    )
    number = 1
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells) and not _is_separator_hint(cells, number):
                yield number, cells
            number = reader.line_num + 1
    except csv.Error as error:
        reason = gettext("The quotation marks of this row do not match.")
        raise UnreadableError(Fault(number, "", reason)) from error


def _delimiter(text: str, columns: Sequence[str]) -> str:
    """Take the separator by which the first lines give the most of the columns."""
    start = text[:4000].splitlines()[:3]

    def known(delimiter: str) -> int:
        cells = {_as_name(cell.strip(' "')) for line in start for cell in line.split(delimiter)}
        return len(cells & set(columns))

    return max(DELIMITERS, key=known)


def _is_separator_hint(cells: Sequence[str], number: int) -> bool:
    """Pass over the "sep=;" that Excel may write before everything."""
    return number == 1 and cells[0].casefold().startswith("sep=")


def _names(header: Sequence[str], number: int, columns: Sequence[str]) -> list[str]:
    names = [_as_name(name) for name in header]
    while names and not names[-1]:
        names.pop()
    expected = ", ".join(columns)
    if not set(names) & set(columns):
        reason = gettext("The first line must name the columns: %(columns)s.")
        raise UnreadableError(Fault(number, "", reason % {"columns": expected}))
    faults = [
        Fault(number, name, gettext("This column is missing."))
        for name in columns
        if name not in names
    ]
    faults += [
        Fault(number, name, gettext("This column is there more than once."))
        for name, count in Counter(names).items()
        if count > 1 and name in columns
    ]
    faults += [
        Fault(
            number,
            _safe_name(name, place),
            gettext("This column is not known. Take it out: the columns are %(columns)s.")
            % {"columns": expected},
        )
        for place, name in enumerate(names, start=1)
        if name not in columns
    ]
    if faults:
        raise UnreadableError(*faults)
    return names


def _as_name(cell: str) -> str:
    """Take "Case ref" for case_ref."""
    return "_".join(cell.casefold().split())


def _safe_name(name: str, place: int) -> str:
    """Name an unknown column, or count it where its name could itself be somebody's."""
    if name and len(name) <= LONGEST_NAME and not identifiers.find(name.replace("_", " ").title()):
        return name
    return _numbered(place)


def _numbered(place: int) -> str:
    return gettext("number %(place)d") % {"place": place}
