"""Published figures go in as files and come out of command, page and PDF alike, to the printed decimal."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pypdfium2
import pytest
from django.core.management import call_command

from consultation import operations
from consultation.imports.episodes import EPISODE_COLUMNS, TAM_R_COLUMNS
from consultation.models import NoteContent
from consultation.operations import Sheet
from mst_sites.accounts.permissions import Role
from mst_sites.periods import Period
from tests.consultation.half_year import HALF, afon, as_csv, cases, import_cases
from tests.factories import person

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 8, 3, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def today(time_machine_at):
    time_machine_at(NOW)


@pytest.fixture
def time_machine_at():
    import time_machine

    travels = []

    def travel(moment):
        traveller = time_machine.travel(moment, tick=True)
        traveller.start()
        travels.append(traveller)

    yield travel
    for traveller in travels:
        traveller.stop()


def figures(capsys, period=HALF):
    capsys.readouterr()
    place = ("--site", "afon", "--team", "afon")
    days = ("--from", str(period.starts_on), "--to", str(period.ends_on))
    call_command("pir", *place, *days, "--json")
    said = capsys.readouterr()
    assert said.err == ""
    return {each["code"]: each for each in json.loads(said.out)["metrics"]}


def pdf_text(path):
    with pypdfium2.PdfDocument(path) as pdf:
        return plain(" ".join(page.get_textpage().get_text_range() for page in pdf))


def plain(text):
    return re.sub(r"\s+", " ", text.replace("\N{NO-BREAK SPACE}", " "))


def rows_of(page):
    """Read the rows of figures that a page shows, each as one line of text."""
    tables = page.content.decode().split("Results and targets")[1:]
    rows = [row for each in tables for row in each.split("</table>")[0].split("<tr>")[2:]]
    return [plain(re.sub(r"<[^>]+>", " ", row)).strip() for row in rows]


# Every figure as the page and the PDF print it: name, note, result, what stands behind it, target, status.
# Outcomes are MST UK & Ireland's of 2018; the rest was counted by hand from the files.
PRINTED = {
    "M01": ("Referrals received", "", "27", "", "", ""),
    "M02": ("Referrals accepted, of those decided", "", "100.0 %", "27 of 27", "", ""),
    "M03": ("Taken on, of those referred", "", "100.0 %", "27 of 27", "", ""),
    "M04": ("Wait from referral to start", "median 21.0 days", "21.0 days", "42 cases", "", ""),
    "M05": ("Families started", "", "42", "", "", ""),
    "M06": ("Cases closed", "", "142", "", "", ""),
    "M07": ("Cases closed with an opportunity for a full course", "", "139", "", "", ""),
    "M10": ("Completed treatment", "", "86.3 %", "120 of 139", "at least 85 %", "met"),
    "M11": (
        "Closed for lack of engagement",
        "close: within 5 percentage points",
        *("7.2 %", "10 of 139", "below 5 %", "not met"),
    ),
    "M12": ("Placed out of home during treatment", "", "6.5 %", "9 of 139", "below 10 %", "met"),
    "M13": ("Administrative closures", "", "2.1 %", "3 of 142", "", ""),
    "M20": ("Living at home", "", "94.9 %", "130 of 137, 2 not known", "at least 90 %", "met"),
    "M21": ("In school or work", "", "76.3 %", "106 of 139", "at least 90 %", "not met"),
    "M22": ("No new criminal charges", "", "92.8 %", "129 of 139", "at least 90 %", "met"),
    "M23": ("All three outcomes", "", "77.4 %", "106 of 137, 2 not known", "", ""),
    "M40": (
        "Length of stay",
        "median 122.0 days; range 122 to 122 days",
        *("122.0 days", "139 cases", "100 to 140 days", "met"),
    ),
    "M60": ("TAM-Rs collected, of those due", "", "89.8 %", "308 of 343", "at least 70 %", "met"),
    "M61": (
        "Families with at least one TAM-R",
        "",
        *("89.9 %", "125 of 139", "at least 100 %", "not met"),
    ),
    "M62": (
        "Adherence, mean of family means",
        "",
        *("0.75", "125 cases, 14 not known", "at least 0.61", "met"),
    ),
    "M63": (
        "Families above the adherence threshold",
        "",
        *("84.0 %", "105 of 125, 14 not known", "at least 80 %", "met"),
    ),
    "M71": (
        "Weekly consultation held",
        "2 weeks without a note",
        *("83.3 %", "20 of 24", "at least 90 %", "not met"),
    ),
}


def tam_r_of(rows):
    """Four interviews of each of the first 125 families, at 0.80 in 105 of them and at 0.50 in twenty."""
    return [
        [row[0], row[3] + timedelta(days=14 + 28 * number), "0.80" if place < 105 else "0.50"]
        for place, row in enumerate(rows[:125])
        for number in range(4)
    ]


def file_notes(team):
    """File what became of 26 weeks: two cancelled, two closed by agreement, two without a note, twenty held."""
    for number, monday in enumerate(HALF.mondays()):
        how = {"held_on": monday, "minutes": 60, "mode": "VIDEO"}
        if number in {3, 4}:
            continue
        if number in {5, 6}:
            how = {"outcome": "CANCELLED", "cancelled_reason": "SICKNESS"}
        if number in {15, 16}:
            how = {"outcome": "CANCELLED", "cancelled_reason": "AGREED_CLOSURE"}
        operations.file_note(
            team=team,
            week_starts_on=monday,
            sheet=Sheet(id=uuid4(), tab=uuid4(), version=0),
            content=NoteContent(**how),
            now=NOW,
            by=None,
        )


def test_uk_and_ireland_2018(tmp_path, capsys, sign_in):
    """94.9 % at home, 76.3 % in school or work, 92.8 % without new charges: MST UK & Ireland, 2018."""
    team, rows = afon(opened_on=date(2024, 1, 1)), cases()
    (tmp_path / "e.csv").write_bytes(as_csv(EPISODE_COLUMNS, rows))
    (tmp_path / "t.csv").write_bytes(as_csv(TAM_R_COLUMNS, tam_r_of(rows)))
    place = ("--site", "afon", "--team", "afon")
    files = (str(tmp_path / "e.csv"), "--tam-r", str(tmp_path / "t.csv"))
    call_command("import_episodes", *place, *files)
    file_notes(team)

    found = figures(capsys)

    assert {
        code: (each["name"], each["display"], each["status"]) for code, each in found.items()
    } == {code: (row[0], row[2], row[5] or None) for code, row in PRINTED.items()}
    assert {code: each["note"] for code, each in found.items()} == {
        code: row[1] for code, row in PRINTED.items()
    }
    assert (found["M20"]["k"], found["M20"]["n"], found["M20"]["missing"]) == (130, 137, 2)
    assert found["M20"]["value"] == 100 * 130 / 137

    consultant = person(Role.CONSULTANT, team=team)
    review = operations.request_review(team=team, period=HALF, now=NOW, by=consultant)
    page = sign_in(consultant).get(f"/sites/afon/teams/afon/reviews/{review.pk}/")
    lines = {code: " ".join(filter(None, line_of(*row))) for code, row in PRINTED.items()}
    assert sorted(rows_of(page)) == sorted(lines.values())

    out = tmp_path / "out.pdf"
    days = ("--from", str(HALF.starts_on), "--to", str(HALF.ends_on))
    call_command("pir", *place, *days, "--pdf", str(out))
    text = pdf_text(out)
    assert [code for code, line in lines.items() if text.count(line) != 1] == []


def line_of(name, note, result, counted, target, status):
    """Give the words of a row in their order; without a target there is a dash for the status."""
    return name, note, result, counted, target or "none", status.capitalize() or "\N{EN DASH}"


def test_manchester_2016(capsys):
    """87 referred, 43 taken on and completed, mean 122 days from 36 to 161: T5."""
    team = afon()
    period = Period(date(2015, 1, 1), date(2016, 5, 1))
    stays = [36, 161, *[123] * 40]
    stays.append(122 * 43 - sum(stays))
    rows = []
    for place, stay in enumerate(stays):
        started = date(2015, 3, 1) + timedelta(days=place * 5)
        referred = started - timedelta(days=14)
        closed = started + timedelta(days=stay)
        rows.append([f"M-{place}", referred, referred, started, closed, "COMP", "", "", ""])
    for place in range(44):
        referred = date(2015, 2, 1) + timedelta(days=place)
        rows.append(
            [f"N-{place}", referred, "", "", referred + timedelta(days=9), "INAP", "", "", ""]
        )
    import_cases(team, rows, [])

    found = figures(capsys, period)

    assert found["M01"]["display"] == "87"
    assert (found["M03"]["k"], found["M03"]["n"], found["M03"]["display"]) == (43, 87, "49.4 %")
    assert (found["M40"]["display"], found["M40"]["status"]) == ("122.0 days", "met")
    assert "range 36 to 161 days" in found["M40"]["note"]
    assert found["M13"]["k"] == 44


def test_scarborough(capsys):
    """48 completed and 9 did not, which is 84.2 % and not 85: T6."""
    rows = cases(
        completed=48, not_engaged=5, placed=4, moved=0, known=(0, 0, 0), outcomes=(0, 0, 0)
    )
    import_cases(afon(), rows, [])

    completed = figures(capsys)["M10"]

    assert (completed["display"], completed["status"]) == ("84.2 %", "not met")
    assert completed["value"] == 100 * 48 / 57
    assert "close" in completed["note"]


def test_nothing_is_no_data_and_never_nought(capsys):
    afon()

    found = figures(capsys)

    assert {found[code]["display"] for code in ("M10", "M20", "M40", "M62")} == {"no data"}
    assert {found[code]["status"] for code in ("M10", "M20", "M40", "M62")} == {"no data"}
    assert list(found) == [
        *("M01", "M02", "M03", "M04", "M05", "M06", "M07"),
        *("M10", "M11", "M12", "M13", "M20", "M21", "M22", "M23"),
        *("M40", "M60", "M61", "M62", "M63", "M71"),
    ]
    assert all(list(each) == KEYS for each in found.values())


KEYS = [
    *("code", "name", "k", "n", "missing", "value", "display"),
    *("target", "operator", "status", "note"),
]


def test_a_day_on_the_edge_belongs_to_one_period(capsys):
    day = HALF.ends_on
    started = day - timedelta(days=100)
    rows = [
        ["E-1", started, started, started, day - timedelta(days=1), "COMP", "", "", ""],
        ["E-2", started, started, started, day, "COMP", "", "", ""],
    ]
    import_cases(afon(), rows, [])

    assert figures(capsys)["M06"]["k"] == 1
    assert figures(capsys, Period(day, date(2027, 1, 1)))["M06"]["k"] == 1


def test_half_up_beside_the_target_is_told_before_rounding(capsys):
    """89.96 % prints as 90.0 % and is not 90."""
    counts = {"known": (249, 0, 0), "outcomes": (224, 0, 0)}
    import_cases(afon(), cases(completed=249, not_engaged=0, placed=0, moved=0, **counts), [])

    at_home = figures(capsys)["M20"]

    assert (at_home["display"], at_home["status"]) == ("90.0 %", "not met")
    assert "only when rounded" in at_home["note"]
