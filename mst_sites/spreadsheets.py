"""Tables as files for spreadsheets, in which no cell can turn into a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date

import xlsxwriter
from django.http import HttpResponse

Value = str | int | float | date | None

CSV, XLSX = "csv", "xlsx"
CONTENT_TYPES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# How a spreadsheet recognises a formula or a command (owasp.org, CSV injection).
BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
LONGEST_CELL = 32_000  # a cell of a spreadsheet holds 32,767 characters
WIDEST = 60


def harmless(value: Value) -> Value:
    """Put an apostrophe before a text that a spreadsheet would run."""
    if isinstance(value, str):
        value = value[:LONGEST_CELL]
        return f"'{value}" if value.lstrip(" ").startswith(BEGINS_A_FORMULA) else value
    return value


def written(
    file_type: str, title: str, headings: Sequence[str], rows: Iterable[Sequence[Value]]
) -> bytes:
    """Write a table as a file of one of CONTENT_TYPES."""
    return as_csv(headings, rows) if file_type == CSV else as_xlsx(title, headings, rows)


def download(content: bytes, stem: str, file_type: str) -> HttpResponse:
    """Give a file out under a name, never to be shown in place."""
    return HttpResponse(
        content,
        content_type=CONTENT_TYPES[file_type],
        headers={"Content-Disposition": f'attachment; filename="{stem}.{file_type}"'},
    )


def as_csv(headings: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """Write a table as CSV in UTF-8, with the mark by which Excel knows it; days as 2026-11-23."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(headings)
    for row in rows:
        values = (harmless(value) for value in row)
        writer.writerow(
            [value.isoformat() if isinstance(value, date) else value for value in values]
        )
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(title: str, headings: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """Write a table as one sheet of an Excel file: real days and numbers, headings that stay in sight."""
    content = io.BytesIO()
    # Nothing in a text is looked at: no formula, no link, no number is made of it.
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": "dd/mm/yyyy",
    }
    book = xlsxwriter.Workbook(content, options)
    sheet = book.add_worksheet(sheet_name(title))
    sheet.write_row(0, 0, headings, book.add_format({"bold": True, "bottom": 1}))
    widths = [len(heading) for heading in headings]
    last = 0
    for last, row in enumerate(rows, 1):
        for column, value in enumerate(row):
            write_cell(sheet, last, column, harmless(value))
            widths[column] = max(widths[column], len(str(value or "")))
    for column, width in enumerate(widths):
        sheet.set_column(column, column, min(width, WIDEST) + 2)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, last, len(headings) - 1)
    book.close()
    return content.getvalue()


def write_cell(sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, value: Value) -> None:
    if value is None or value == "":
        return
    if isinstance(value, date):
        sheet.write_datetime(row, column, value)
    elif isinstance(value, str):
        sheet.write_string(row, column, value)
    else:
        sheet.write_number(row, column, value)


def sheet_name(title: str) -> str:
    """Return a title as Excel takes it: 31 characters at most, none of its own signs."""
    return "".join(" " if sign in "[]:*?/\\'" else sign for sign in title)[:31].strip() or "1"
