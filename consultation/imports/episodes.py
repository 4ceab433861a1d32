"""Reading the episodes of a team and the TAM-Rs of their families: all rows, or all faults."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import combinations

from django.utils.translation import gettext

from consultation.imports import cells
from consultation.imports.cells import Reader
from consultation.imports.faults import Fault, Faults
from consultation.imports.tables import Line, UnreadableError, read_table

DAYS = ("referred_on", "accepted_on", "started_on", "closed_on")
OUTCOMES = ("at_home", "school_work", "no_new_arrests")
EPISODE_COLUMNS = ("case_ref", *DAYS, "closure_code", *OUTCOMES)
TAM_R_COLUMNS = ("case_ref", "collected_on", "score")


@dataclass(frozen=True)
class EpisodeRow:
    """One family's course of treatment as the file gives it; None is "not known"."""

    case_ref: str
    referred_on: date | None
    accepted_on: date | None
    started_on: date | None
    closed_on: date | None
    closure_code: str
    at_home: bool | None
    school_work: bool | None
    no_new_arrests: bool | None


@dataclass(frozen=True)
class TamRRow:
    case_ref: str
    collected_on: date
    score: Decimal


@dataclass(frozen=True)
class ImportRows:
    episodes: tuple[EpisodeRow, ...]
    tam_r: tuple[TamRRow, ...]


def parse_import(
    *,
    episodes: bytes | None,
    tam_r: bytes | None,
    today: date,
    closure_codes: Collection[str],
    started: Mapping[str, date | None],
    collected: Mapping[str, date],
) -> ImportRows | Faults:
    """Read both files, the TAM-Rs against the episodes beside them and those the team has already.

    `started` gives the start of every case that the team has, by its reference; `collected` the day of its
    first TAM-R, if it has one.
    """
    rows: tuple[EpisodeRow, ...] = ()
    forms: tuple[TamRRow, ...] = ()
    faults: list[Fault] = []
    known: Mapping[str, date | None] | None = started
    if episodes is not None:
        rows, faults = _episodes(episodes, today, closure_codes, started, collected)
        # Of a faulty file nobody can say which cases are missing from it.
        known = None if faults else {**started, **{row.case_ref: row.started_on for row in rows}}
        faults = [replace(fault, file=gettext("episodes")) for fault in faults]
    if tam_r is not None:
        forms, form_faults = _tam_r(tam_r, today, known)
        faults += [replace(fault, file=gettext("TAM-R")) for fault in form_faults]
    return Faults(tuple(faults)) if faults else ImportRows(rows, forms)


def parse_episodes(
    data: bytes, *, today: date, closure_codes: Collection[str]
) -> tuple[EpisodeRow, ...] | Faults:
    rows, faults = _episodes(data, today, closure_codes, {}, {})
    return Faults(tuple(faults)) if faults else rows


def parse_tam_r(
    data: bytes, *, today: date, started: Mapping[str, date | None]
) -> tuple[TamRRow, ...] | Faults:
    rows, faults = _tam_r(data, today, started)
    return Faults(tuple(faults)) if faults else rows


def _episodes(
    data: bytes,
    today: date,
    closure_codes: Collection[str],
    started: Mapping[str, date | None],
    collected: Mapping[str, date],
) -> tuple[tuple[EpisodeRow, ...], list[Fault]]:
    try:
        lines, faults = read_table(data, EPISODE_COLUMNS)
    except UnreadableError as error:
        return (), error.faults
    spelt = {ref.casefold(): ref for ref in started}
    rows = []
    for line in lines:
        reader = Reader(line, today)
        row = _episode(reader, today, closure_codes)
        if row.case_ref not in started:
            _check_spelling(reader, row, spelt.get(row.case_ref.casefold()))
        _check_start(reader, row, collected.get(row.case_ref))
        faults += reader.faults
        rows.append(row)
    faults += _repeated(lines, ("case_ref",))
    return tuple(rows), sorted(faults)


def _episode(reader: Reader, today: date, closure_codes: Collection[str]) -> EpisodeRow:
    ref = reader.need("case_ref", cells.case_ref)
    days = {column: reader.read(column, cells.day_by(today)) for column in DAYS}
    code = reader.read("closure_code", cells.one_of(closure_codes))
    at_home, school_work, no_new_arrests = (reader.read(name, cells.answer) for name in OUTCOMES)
    _check_order(reader, days)
    _check_closure(reader)
    return EpisodeRow(
        case_ref=ref or "",
        closure_code=code or "",
        at_home=at_home,
        school_work=school_work,
        no_new_arrests=no_new_arrests,
        **days,
    )


def _check_order(reader: Reader, days: Mapping[str, date | None]) -> None:
    """Name the later column: the first day that comes before one that it must follow."""
    refused = set()
    for earlier, later in combinations(DAYS, 2):
        first, second = days[earlier], days[later]
        if first and second and second < first and later not in refused:
            refused.add(later)
            reason = gettext("This day is before %(earlier)s.") % {"earlier": earlier}
            reader.refuse(later, reason, second.isoformat())


def _check_spelling(reader: Reader, row: EpisodeRow, known: str | None) -> None:
    """Keep a family from being counted twice because a list was written out again in other letters."""
    if known:
        reason = gettext("The team has this case as %(ref)s. Write it with the same letters.")
        reader.refuse("case_ref", reason % {"ref": known}, row.case_ref)


def _check_start(reader: Reader, row: EpisodeRow, collected_on: date | None) -> None:
    """Keep a start before the TAM-Rs that the team has of the family: one after closure may come late."""
    if row.started_on and collected_on and collected_on < row.started_on:
        reason = gettext("This day is after a TAM-R of this family, collected on %(day)s.")
        reader.refuse(
            "started_on",
            reason % {"day": collected_on},
            row.started_on.isoformat(),
        )


def _check_closure(reader: Reader) -> None:
    given = reader.line.cells
    if given["closed_on"] and not given["closure_code"]:
        reader.refuse("closure_code", gettext("A closed case needs its closure code."))
    if given["closure_code"] and not given["closed_on"]:
        reader.refuse("closed_on", gettext("A case with a closure code needs the day it closed."))


def _tam_r(
    data: bytes, today: date, started: Mapping[str, date | None] | None
) -> tuple[tuple[TamRRow, ...], list[Fault]]:
    try:
        lines, faults = read_table(data, TAM_R_COLUMNS)
    except UnreadableError as error:
        return (), error.faults
    rows = []
    for line in lines:
        reader = Reader(line, today)
        row = _tam_r_row(reader, today, started)
        faults += reader.faults
        if row is not None:
            rows.append((line.number, row))
    faults += _same_day(rows)
    return tuple(row for _number, row in rows), sorted(faults)


def _tam_r_row(
    reader: Reader, today: date, started: Mapping[str, date | None] | None
) -> TamRRow | None:
    ref = reader.need("case_ref", cells.case_ref)
    day = reader.need("collected_on", cells.day_by(today))
    score = reader.need("score", cells.score)
    if started is not None and ref is not None:
        start = started.get(ref)
        if ref not in started:
            reader.refuse("case_ref", gettext("No episode of this team has this reference."))
        elif day and start and day < start:
            reason = gettext("This day is before the family started, on %(start)s.")
            reader.refuse("collected_on", reason % {"start": start}, day.isoformat())
    if ref is None or day is None or score is None:
        return None
    return TamRRow(ref, day, score)


def _repeated(lines: Iterable[Line], columns: tuple[str, ...]) -> Iterable[Fault]:
    seen: dict[tuple[str, ...], int] = {}
    for line in lines:
        key = tuple(line.cells[column].casefold() for column in columns)
        if not all(key):
            continue
        if key in seen:
            reason = gettext("This case is already on line %(line)d.") % {"line": seen[key]}
            yield Fault(line.number, columns[0], reason)
        seen.setdefault(key, line.number)


def _same_day(rows: Iterable[tuple[int, TamRRow]]) -> Iterable[Fault]:
    """Compare days and not what was typed: 1/3/2026 and 2026-03-01 are the same."""
    seen: dict[tuple[str, date], int] = {}
    for number, row in rows:
        first = seen.setdefault((row.case_ref, row.collected_on), number)
        if first != number:
            reason = gettext("This case has a TAM-R of this day on line %(line)d.")
            yield Fault(number, "collected_on", reason % {"line": first})
