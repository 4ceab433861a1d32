"""Files of episodes and TAM-Rs: read as a whole, or refused with every fault."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consultation.imports import (
    EPISODE_COLUMNS,
    EpisodeRow,
    Faults,
    ImportRows,
    TamRRow,
    parse_episodes,
    parse_import,
    parse_tam_r,
)
from consultation.metrics import CLOSURE_GROUPS
from consultation.models import Episode

TODAY = date(2026, 8, 1)
HEADER = ",".join(EPISODE_COLUMNS)
ROW = "T07-0142,2026-01-05,2026-01-12,2026-01-19,2026-05-20,COMP,yes,no,"
FULL = EpisodeRow(
    case_ref="T07-0142",
    referred_on=date(2026, 1, 5),
    accepted_on=date(2026, 1, 12),
    started_on=date(2026, 1, 19),
    closed_on=date(2026, 5, 20),
    closure_code="COMP",
    at_home=True,
    school_work=False,
    no_new_arrests=None,
)
EMPTY = EpisodeRow("T07-0001", None, None, None, None, "", None, None, None)


def episodes(*rows, header=HEADER):
    return read("\r\n".join([header, *rows, ""]).encode())


def read(data):
    return parse_episodes(data, today=TODAY, closure_codes=CLOSURE_GROUPS)


def tam_r(*rows, started=None):
    data = "\n".join(["case_ref,collected_on,score", *rows]).encode()
    return parse_tam_r(data, today=TODAY, started=started or {"T07-0142": date(2026, 1, 19)})


def places(faults):
    assert isinstance(faults, Faults)
    return [(fault.line, fault.column) for fault in faults.listed]


def test_row_is_read_and_an_empty_cell_is_not_known():
    assert episodes(ROW, "T07-0001,,,,,,,,") == (FULL, EMPTY)


def test_no_rows_are_no_fault():
    assert episodes() == ()


@pytest.mark.parametrize(
    "data",
    [
        f"{HEADER}\n{ROW}\n".encode(),
        f"{HEADER}\n{ROW}".encode("utf-8-sig"),
        f"{HEADER}\r\n\r\n{ROW}\r\n,,,,,,,,\r\n\r\n".encode(),
        f"{HEADER}\r{ROW}\r".encode(),
        f"{HEADER}\n{ROW}\n".replace(",", ";").encode(),
        f"sep=;\n{HEADER}\n{ROW}\n".replace(",", ";").encode(),
        f"{HEADER}\n{ROW}\n".replace(",", "\t").encode(),
        f"{HEADER}\n{ROW},,\n".encode(),
        f" Case_Ref ,{HEADER.upper()[9:]}\n{ROW}".encode(),
        ('"' + HEADER.replace(",", '","') + '"\n"' + ROW.replace(",", '","') + '"').encode(),
        f"{HEADER}\n{ROW.replace('2026-01-05', '05/01/2026')}".encode(),
        f"{HEADER}\n{ROW.replace('2026-01-05', '5/1/2026')}".encode(),
        f"{HEADER}\n{ROW.replace('yes,no', 'TRUE,0').replace('COMP', 'comp')}".encode(),
        f"{HEADER}\n{ROW.replace('yes,no', 'Yes,false')}".encode(),
        (f"{HEADER}\n" + ROW.replace(",no,", ",\u00a0no,")).encode("cp1252"),
        *(
            f"{HEADER}\n{ROW}".replace("_", " ").title().replace(",", delimiter).encode()
            for delimiter in ",;\t"
        ),
    ],
    ids=lambda data: data[:24].decode("latin-1"),
)
def test_file_is_read_however_the_spreadsheet_wrote_it(data):
    assert read(data) == (FULL,)


def test_case_reference_may_be_as_long_as_the_model_keeps():
    [row] = episodes(f"{'a' * 39}1,,,,,,,,")

    assert len(row.case_ref) == Episode._meta.get_field("case_ref").max_length


@pytest.mark.parametrize("ref", ["T26A001", "A23C045", "0123456789", "0000000051", "2026/17"])
def test_case_reference_may_look_like_an_eircode_or_count_from_nought(ref):
    assert [row.case_ref for row in episodes(f"{ref},,,,,,,,")] == [ref]


def test_columns_may_come_in_any_order():
    names = EPISODE_COLUMNS[::-1]

    assert episodes(",".join(ROW.split(",")[::-1]), header=",".join(names)) == (FULL,)


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (",2026-01-05,,,,,,,", "case_ref", "must not be empty"),
        ("A1,2026-13-05,,,,,,,", "referred_on", "no such day"),
        ("A1,31/02/2026,,,,,,,", "referred_on", "no such day"),
        ("A1,5/1/26,,,,,,,", "referred_on", "2026-03-31 or 31/03/2026"),
        ("A1,last week,,,,,,,", "referred_on", "2026-03-31 or 31/03/2026"),
        ("A1,2026-08-02,,,,,,,", "referred_on", "in the future"),
        ("A1,1999-12-31,,,,,,,", "referred_on", "date of birth"),
        ("A1,2026-01-05,2026-01-04,,,,,,", "accepted_on", "before referred_on"),
        ("A1,2026-01-05,,2026-01-04,,,,,", "started_on", "before referred_on"),
        ("A1,,,2026-01-05,2026-01-04,COMP,,,", "closed_on", "before started_on"),
        ("A1,,,,2026-01-04,,,,", "closure_code", "needs its closure code"),
        ("A1,,,,,COMP,,,", "closed_on", "needs the day it closed"),
        ("A1,,,,2026-01-04,DONE,,,", "closure_code", "Use one of COMP, NENG"),
        ("A1,,,,,,maybe,,", "at_home", "yes or no"),
        ("A1,,,,,,,2,", "school_work", "yes or no"),
        ("A1,,,,,,,,x", "no_new_arrests", "yes or no"),
        ("Sam Sample,,,,,,,,", "case_ref", "identifies a person"),
        ("Xyz Sample1,,,,,,,,", "case_ref", "without spaces"),
        ("Sample,,,,,,,,", "case_ref", "at least one digit"),
        *(
            (f"{ref},,,,,,,,", "case_ref", "identifies a person")
            for ref in (
                *("9434765919", "T1-9434765919", "0101120001", "H801200001001", "QQ123456C"),
                *("SE58AZ", "T26A001/SE58AZ", "07700900123", "01174960123", "0871234567"),
                *("020-7946-0018", "mam.demo1@example.org", "12/03/2013"),
            )
        ),
        (f"{'a' * 40}1,,,,,,,,", "case_ref", "at most 40"),
        ("=1+1,,,,,,,,", "case_ref", "letters, digits"),
    ],
)
def test_fault_names_line_column_and_reason(row, column, reason):
    faults = episodes("T07-0001,,,,,,,,", row)

    assert places(faults) == [(3, column)]
    assert reason in faults.listed[0].reason


def test_every_fault_of_every_row_is_told_at_once():
    faults = episodes("A 1,x,,,,,,,", ROW, "A2,,,,,,maybe,perhaps,")

    assert places(faults) == [
        (2, "case_ref"),
        (2, "referred_on"),
        (4, "at_home"),
        (4, "school_work"),
    ]


def test_value_is_repeated_only_where_it_cannot_identify():
    faults = episodes(
        "Sam Sample,13/13/2026,,,,,maybe,Jayden,",
        "A2,2012-02-30,,,,,9434765919,,",
        "A3,2026-06-01,,,2013-04-05,COMP,,,",
    )

    assert all(fault.is_withheld == (not fault.value) for fault in faults.listed)
    assert {(fault.column, fault.value) for fault in faults.listed} == {
        ("case_ref", ""),
        ("referred_on", "13/13/2026"),
        ("at_home", "maybe"),
        ("school_work", ""),
        ("referred_on", ""),
        ("at_home", ""),
        ("closed_on", ""),
    }
    assert "Sample" not in str(faults)


def test_fault_reads_as_a_sentence():
    faults = episodes("A1,,,,,,maybe,,")

    assert str(faults) == (
        "line 2, column at_home: Write yes or no, or leave it empty if not known. (found “maybe”)"
    )


def test_fault_says_that_what_was_found_is_not_repeated():
    faults = episodes("A1,last week,,,,,,,")

    assert str(faults) == (
        "line 2, column referred_on: Write the day as 2026-03-31 or 31/03/2026. "
        "(what was found is not repeated: it could identify somebody)"
    )


def test_cell_that_is_empty_has_nothing_to_withhold():
    assert [fault.is_withheld for fault in episodes(",2026-01-05,,,,,,,").listed] == [False]


def test_same_case_twice_is_named_with_both_lines():
    faults = episodes(ROW, "", "T07-0001,,,,,,,,", ROW)

    assert places(faults) == [(5, "case_ref")]
    assert faults.listed[0].reason == "This case is already on line 2."


def test_line_is_that_of_the_file_even_after_a_cell_of_two_lines():
    faults = episodes('"A\n1",,,,,,,,', "A2,,,,,,maybe,,")

    assert places(faults) == [(2, "case_ref"), (4, "at_home")]


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        (HEADER.replace(",at_home", ""), ["at_home"]),
        (f"{HEADER},at_home", ["at_home"]),
        (f"{HEADER},surname", ["surname"]),
        (f"{HEADER},Sam Sample", ["number 10"]),
        (f"{HEADER},,x", ["number 10", "x"]),
        ("a,b", [""]),
        ("", [""]),
    ],
)
def test_columns_are_those_expected(header, columns):
    assert [column for _, column in places(episodes(header=header))] == columns


def test_file_without_its_first_line_does_not_show_its_families():
    faults = read(b"Sam Sample,Jayden\n")

    assert "Sam" not in str(faults)
    assert "The first line must name the columns: case_ref, referred_on" in str(faults)


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("A1,,,", "closed_on"),
        (ROW.removesuffix(","), "no_new_arrests"),
        (f"{ROW},more", "number 10"),
        (f"{ROW},,more", "number 11"),
    ],
)
def test_row_of_another_length_is_a_fault(row, column):
    faults = episodes(ROW.replace("T07-0142", "T1"), row)

    assert places(faults) == [(3, column)]
    assert "9" in faults.listed[0].reason


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\xff\xfec\0a\0", "CSV UTF-8"),
        (b"PK\x03\x04 sheet", "CSV UTF-8"),
        (f"{HEADER}\nA1,,,,,,,,\n".encode("utf-16-le"), "CSV UTF-8"),
        (f'{HEADER}\n"A1,,,,,,,,\nA2,,,,,,,,\n'.encode(), "quotation marks"),
        (f'{HEADER}\n"A1"x,,,,,,,,\n'.encode(), "quotation marks"),
        (b"a" * 5_000_001, "larger than 5 MB"),
        ((HEADER + "\n" + "A1,,,,,,,,\n" * 20_001).encode(), "more than 20000 rows"),
    ],
)
def test_file_that_is_no_table_is_refused_in_one_sentence(data, reason):
    faults = read(data)

    assert len(faults.listed) == 1
    assert reason in str(faults)


def test_case_is_the_same_in_small_letters():
    faults = episodes("A1,,,,,,,,", "a1,,,,,,,,")

    assert places(faults) == [(3, "case_ref")]
    assert faults.listed[0].reason == "This case is already on line 2."


def test_sign_that_is_no_text_is_found_in_its_cell():
    faults = episodes("A1,,,,,,,,", "A2\0,,,,,,,,", "A3", "A4,,,,,,,,,\0")

    assert places(faults) == [(3, "case_ref"), (4, "referred_on"), (5, "number 10")]
    assert "no text" in faults.listed[0].reason


def test_endless_cell_is_the_fault_of_one_cell():
    faults = episodes(f"{'7' * 200_000},,,,,,,,", "A2,,,,,,maybe,,")

    assert places(faults) == [(2, "case_ref"), (3, "at_home")]
    assert len(str(faults)) < 1000


def test_long_list_of_faults_is_cut_and_the_rest_counted():
    faults = episodes(*(f"A{n},,,,,,maybe,," for n in range(250)))

    assert (len(faults.every), len(faults.listed), faults.left_off) == (250, 200, 50)
    assert str(faults).endswith("\nand 50 more")


def test_tam_r_is_read():
    rows = tam_r("T07-0142,2026-02-02,0.75", "T07-0142,02/03/2026,1", "T07-0142,2026-04-01,0.6125")

    assert rows == (
        TamRRow("T07-0142", date(2026, 2, 2), Decimal("0.75")),
        TamRRow("T07-0142", date(2026, 3, 2), Decimal(1)),
        TamRRow("T07-0142", date(2026, 4, 1), Decimal("0.6125")),
    )


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("T07-0999,2026-02-02,0.75", "case_ref", "No episode"),
        ("T07-0142,2026-01-18,0.75", "collected_on", "before the family started, on 2026-01-19"),
        ("T07-0142,2026-08-02,0.75", "collected_on", "in the future"),
        ("T07-0142,,0.75", "collected_on", "must not be empty"),
        ("T07-0142,2026-02-02,", "score", "must not be empty"),
        ("T07-0142,2026-02-02,1.01", "score", "0.00 to 1.00"),
        ("T07-0142,2026-02-02,-0.1", "score", "0.00 to 1.00"),
        ("T07-0142,2026-02-02,75%", "score", "0.00 to 1.00"),
        ('T07-0142,2026-02-02,"0,75"', "score", "with a point"),
        ("T07-0142,2026-02-02,0.12345", "score", "0.00 to 1.00"),
        ("T07-0142,2026-02-02,nan", "score", "0.00 to 1.00"),
        ("T07-0142,2026-02-02,1e-1", "score", "0.00 to 1.00"),
    ],
)
def test_faulty_tam_r(row, column, reason):
    faults = tam_r(row)

    assert places(faults) == [(2, column)]
    assert reason in faults.listed[0].reason


def test_two_tam_rs_of_one_day_are_named_with_both_lines():
    faults = tam_r("T07-0142,2026-02-02,0.75", "T07-0142,02/02/2026,0.80")

    assert places(faults) == [(3, "collected_on")]
    assert "line 2" in faults.listed[0].reason


def both(episode_rows, tam_r_rows=(), started=None, collected=None):
    return parse_import(
        episodes="\n".join([HEADER, *episode_rows]).encode(),
        tam_r="\n".join(["case_ref,collected_on,score", *tam_r_rows]).encode(),
        today=TODAY,
        closure_codes=CLOSURE_GROUPS,
        started=started or {},
        collected=collected or {},
    )


def test_tam_r_may_be_of_a_case_in_the_file_or_of_one_known_before():
    forms = ("T07-0142,2026-02-02,0.75", "OLD-1,2026-02-02,0.5")

    assert both([ROW], forms, {"OLD-1": None}) == ImportRows(
        (FULL,),
        (
            TamRRow("T07-0142", date(2026, 2, 2), Decimal("0.75")),
            TamRRow("OLD-1", date(2026, 2, 2), Decimal("0.5")),
        ),
    )


def test_start_in_the_file_goes_before_the_start_known():
    faults = both([ROW], ["T07-0142,2026-01-10,0.75"], {"T07-0142": date(2025, 1, 1)})

    assert [str(fault).split(":")[0] for fault in faults.listed] == [
        "TAM-R, line 2, column collected_on"
    ]


@pytest.mark.parametrize(
    ("collected_on", "is_taken"),
    [(date(2026, 1, 18), False), (date(2026, 1, 19), True), (date(2026, 7, 1), True)],
)
def test_start_does_not_move_past_a_tam_r_that_the_team_has(collected_on, is_taken):
    result = both([ROW], collected={"T07-0142": collected_on, "T07-0001": date(2025, 1, 1)})

    assert result == (ImportRows((FULL,), ()) if is_taken else result)
    assert is_taken or str(result) == (
        "episodes, line 2, column started_on: This day is after a TAM-R of this family, "
        "collected on 2026-01-18. (found “2026-01-19”)"
    )


def test_faults_of_both_files_are_told_and_no_case_is_called_unknown_in_vain():
    faults = both(["T1,,,,,,maybe,,"], ["T1,2026-02-02,0.75", "T1,2026-02-03,9"])

    assert [str(fault).split(":")[0] for fault in faults.listed] == [
        "episodes, line 2, column at_home",
        "TAM-R, line 3, column score",
    ]


DAYS = st.none() | st.dates(date(2020, 1, 1), TODAY)
ANSWERS = st.sampled_from((None, True, False))


@st.composite
def episode_rows(draw, ref):
    days = draw(st.lists(DAYS, min_size=4, max_size=4))
    ordered = iter(sorted(day for day in days if day))
    days = [next(ordered) if day else None for day in days]
    code = draw(st.sampled_from(sorted(CLOSURE_GROUPS))) if days[3] else ""
    return EpisodeRow(ref, *days, code, *draw(st.tuples(ANSWERS, ANSWERS, ANSWERS)))


def written(rows, delimiter, quoting, bom):
    words = {None: "", True: "yes", False: "no"}
    target = io.StringIO()
    writer = csv.writer(target, delimiter=delimiter, quoting=quoting)
    writer.writerow(EPISODE_COLUMNS)
    for row in rows:
        values = [getattr(row, column) for column in EPISODE_COLUMNS]
        writer.writerow([words[v] if v is None or isinstance(v, bool) else str(v) for v in values])
    return target.getvalue().encode("utf-8-sig" if bom else "utf-8")


@settings(deadline=None)
@given(
    data=st.data(),
    size=st.integers(0, 8),
    delimiter=st.sampled_from((",", ";", "\t")),
    quoting=st.sampled_from((csv.QUOTE_MINIMAL, csv.QUOTE_ALL)),
    bom=st.booleans(),
)
def test_what_was_written_is_read(data, size, delimiter, quoting, bom):
    rows = tuple(data.draw(episode_rows(f"C-{n}")) for n in range(size))

    assert read(written(rows, delimiter, quoting, bom)) == rows


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400) | st.text(max_size=400).map(lambda text: text.encode()))
def test_any_bytes_give_rows_or_faults(data):
    for content in (data, HEADER.encode() + b"\n" + data):
        result = read(content)

        assert isinstance(result, tuple) or result.listed
