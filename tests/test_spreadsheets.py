"""Files for spreadsheets: what goes in comes out, and nothing in them runs."""

import csv
import io
import zipfile
from datetime import date

import pytest

from mst_sites.spreadsheets import as_csv, as_xlsx, harmless, sheet_name

FORMULAS = [
    "=1+1",
    "+44 20",
    "-2",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =HYPERLINK(1)",
    "\uff1d1+1",
    "\uff201",
]


def read_csv(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def sheet_of(content):
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        strings = book.read("xl/sharedStrings.xml").decode()
    return sheet, strings


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_a_text(text):
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("value", ["Afon Valley", "", None, -2, 3.5, date(2026, 1, 5), "a=b", "Ŵy"])
def test_what_is_no_formula_stays_as_it_is(value):
    assert harmless(value) == value


def test_a_csv_file_keeps_letters_commas_and_days():
    content = as_csv(["Site", "Opened"], [["Dŵr, y Môr", date(2026, 5, 18)], ['"quoted"', None]])

    assert read_csv(content) == [["Site", "Opened"], ["Dŵr, y Môr", "2026-05-18"], ['"quoted"', ""]]


def test_a_csv_file_begins_with_the_mark_that_excel_knows():
    assert as_csv(["a"], []).startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("text", FORMULAS)
def test_an_excel_file_holds_no_formula(text):
    sheet, _ = sheet_of(as_xlsx("Sites", ["Site"], [[text]]))

    assert "<f>" not in sheet


def test_an_excel_file_holds_days_and_numbers_as_such():
    sheet, strings = sheet_of(
        as_xlsx("Sites", ["Site", "On", "Done"], [["Ŵy", date(2026, 5, 18), 7]])
    )

    assert "<v>46160</v>" in sheet
    assert "<v>7</v>" in sheet
    assert "Ŵy" in strings


@pytest.mark.parametrize(
    ("title", "name"),
    [("Sites", "Sites"), ("A/B: C", "A B  C"), ("x" * 40, "x" * 31), ("[]", "1")],
)
def test_a_sheet_has_a_name_that_excel_takes(title, name):
    assert sheet_name(title) == name
