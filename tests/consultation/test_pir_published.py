"""Published figures go in as files and come out of command, page and PDF alike, to the printed decimal."""

import json
import re
from datetime import UTC, date, datetime, timedelta

import pypdfium2
import pytest
from django.core.management import call_command

from consultation import operations
from consultation.imports.episodes import EPISODE_COLUMNS
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
        return " ".join(page.get_textpage().get_text_range() for page in pdf)


def plain(text):
    return re.sub(r"\s+", " ", text.replace("\N{NO-BREAK SPACE}", " "))


def cells_of(page):
    """Read every figure of the page's tables by its name: result and status."""
    return {
        str(row.cells[0].text): (row.cells[1].text, getattr(row.cells[3], "status", ""))
        for section in page.context["sections"]
        for row in section.table.rows
    }


def test_uk_and_ireland_2018(tmp_path, capsys, sign_in):
    """94.9 % at home, 76.3 % in school or work, 92.8 % without new charges: MST UK & Ireland, 2018."""
    team = afon()
    (tmp_path / "e.csv").write_bytes(as_csv(EPISODE_COLUMNS, cases()))
    call_command("import_episodes", "--site", "afon", "--team", "afon", str(tmp_path / "e.csv"))

    found = figures(capsys)

    printed = {code: (found[code]["display"], found[code]["status"]) for code in PUBLISHED}
    assert printed == PUBLISHED
    assert (found["M20"]["k"], found["M20"]["n"], found["M20"]["missing"]) == (130, 137, 2)
    assert found["M20"]["value"] == 100 * 130 / 137

    consultant = person(Role.CONSULTANT, team=team)
    review = operations.request_review(team=team, period=HALF, now=NOW, by=consultant)
    page = sign_in(consultant).get(f"/sites/afon/teams/afon/reviews/{review.pk}/")
    shown = cells_of(page)
    assert shown == {
        each["name"]: (each["display"], (each["status"] or "").replace(" ", "_"))
        for each in found.values()
    }

    out = tmp_path / "out.pdf"
    days = ("--from", str(HALF.starts_on), "--to", str(HALF.ends_on))
    call_command("pir", "--site", "afon", "--team", "afon", *days, "--pdf", str(out))
    text = plain(pdf_text(out))
    for each in found.values():
        assert each["display"] in text
    for code, (display, status) in PUBLISHED.items():
        word = {"met": "Met", "not met": "Not met"}[status]
        name = re.escape(found[code]["name"])
        row = rf"{name}(?: [^%]*?)? {re.escape(display)} [^%]*?\d+ % {word}"
        assert re.search(row, text), code


PUBLISHED = {
    "M20": ("94.9 %", "met"),
    "M21": ("76.3 %", "not met"),
    "M22": ("92.8 %", "met"),
}


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
