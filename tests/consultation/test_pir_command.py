"""`pir` on the command line refuses in one line, and draws what a worker would draw."""

from datetime import UTC, datetime

import pypdfium2
import pytest
from django.core.management import CommandError, call_command

from consultation import operations
from tests.consultation.half_year import HALF, afon, cases, import_cases

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 8, 3, 10, 0, tzinfo=UTC)


def run(*shape, site="afon", team="afon", starts="2026-01-01", ends="2026-07-01"):
    place = ("--site", site, "--team", team, "--from", starts, "--to", ends)
    call_command("pir", *place, *map(str, shape))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"site": "nowhere"}, "There is no site with the address 'nowhere'."),
        ({"team": "nowhere"}, "The site 'afon' has no team with the address 'nowhere'."),
        (
            {"starts": "2026-07-01", "ends": "2026-07-01"},
            "--from 2026-07-01 must come before --to 2026-07-01.",
        ),
        ({"starts": "1/7/2026"}, "--from '1/7/2026' is no day: write it as 2026-01-01."),
        ({"starts": "20260101"}, "--from '20260101' is no day: write it as 2026-01-01."),
        ({"starts": "2026-W01-1"}, "--from '2026-W01-1' is no day: write it as 2026-01-01."),
        ({"ends": "2026-02-30"}, "--to '2026-02-30' is no day: write it as 2026-01-01."),
        (
            {"starts": "0001-01-01"},
            "--from 0001-01-01 --to 2026-07-01: A review starts on 1 January 2000 or later.",
        ),
        (
            {"starts": "9999-01-01", "ends": "9999-12-31"},
            "--from 9999-01-01 --to 9999-12-31: A review ends on 31 December 2099 or earlier.",
        ),
        (
            {"starts": "2021-06-30"},
            "--from 2021-06-30 --to 2026-07-01: A review covers 5 years at most.",
        ),
    ],
)
def test_pir_refuses_in_one_line(given, words):
    afon()

    with pytest.raises(CommandError) as refused:
        run("--json", **given)

    assert str(refused.value) == words


def test_pir_needs_one_shape(tmp_path):
    for shape in ((), ("--json", "--pdf", tmp_path / "x.pdf")):
        with pytest.raises(CommandError):
            run(*shape)


def test_pir_says_where_it_cannot_write(tmp_path):
    afon()

    with pytest.raises(CommandError, match=r"gone/out\.pdf: No such file or directory\."):
        run("--pdf", tmp_path / "gone" / "out.pdf")


def test_pir_draws_the_edition_that_was_issued_last_and_prints_nothing(tmp_path, capsys):
    team = afon()
    import_cases(team)
    asked = {"team": team, "period": HALF, "now": NOW, "by": None}
    draft = operations.request_review(**asked)
    issued = operations.issue_review(review=draft, version=1, now=NOW, by=None)
    import_cases(team, cases(completed=1, not_engaged=0, placed=0, moved=0), [])
    operations.request_review(**asked, edition=2)

    run("--pdf", tmp_path / "out.pdf")

    assert capsys.readouterr() == ("", "")
    with pypdfium2.PdfDocument(tmp_path / "out.pdf") as pdf:
        pages = "".join(page.get_textpage().get_text_range() for page in pdf)
    assert issued.snapshot_sha256 in "".join(pages.split())
