"""`pir` on the command line refuses in one line, and draws what a worker would draw."""

import pytest
from django.core.management import CommandError, call_command

from tests.consultation.half_year import afon, import_cases

pytestmark = pytest.mark.django_db


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
        ({"ends": "2026-02-30"}, "--to '2026-02-30' is no day: write it as 2026-01-01."),
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


def test_pir_prints_nothing_beside_the_pdf(tmp_path, capsys):
    import_cases(afon())

    run("--pdf", tmp_path / "out.pdf")

    assert capsys.readouterr() == ("", "")
    assert (tmp_path / "out.pdf").read_bytes().startswith(b"%PDF-")
