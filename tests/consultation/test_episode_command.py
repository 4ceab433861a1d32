"""`import_episodes` on the command line: one stable line, or every fault and nothing imported."""

import pytest
from django.core.management import CommandError, call_command

from consultation.imports.episodes import EPISODE_COLUMNS, TAM_R_COLUMNS
from consultation.models import Episode
from tests.consultation.half_year import afon, as_csv

pytestmark = pytest.mark.django_db

ROW = ["T01-1", "2026-01-05", "2026-01-09", "2026-01-20", "2026-05-20", "COMP", "yes", "no", ""]


@pytest.fixture
def files(tmp_path):
    afon()
    (tmp_path / "e.csv").write_bytes(as_csv(EPISODE_COLUMNS, [ROW]))
    (tmp_path / "t.csv").write_bytes(as_csv(TAM_R_COLUMNS, [["T01-1", "2026-02-03", "0.7"]]))
    return tmp_path


def run(*arguments, site="afon", team="afon"):
    call_command("import_episodes", "--site", site, "--team", team, *map(str, arguments))


def test_import_episodes_says_in_one_line_what_it_did(files, capsys):
    run(files / "e.csv", "--tam-r", files / "t.csv")
    run(files / "e.csv")

    assert capsys.readouterr() == (
        (
            "episodes: 1 new, 0 changed, 0 unchanged; tam-r: 1 new, 0 changed, 0 unchanged\n"
            "episodes: 0 new, 0 changed, 1 unchanged\n"
        ),
        "",
    )


def test_import_episodes_names_each_fault_with_file_line_and_column(files, capsys):
    faulty = files / "faulty.csv"
    faulty.write_bytes(as_csv(EPISODE_COLUMNS, [ROW, [*ROW[:6], "maybe", "", ""]]))
    scores = files / "scores.csv"
    scores.write_bytes(as_csv(TAM_R_COLUMNS, [["T01-1", "2026-02-03", "7"]]))

    with pytest.raises(CommandError, match="Nothing was imported"):
        run(faulty, "--tam-r", scores)

    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.splitlines() == [
        f"{faulty}:3: at_home: Write yes or no, or leave it empty if not known. (found 'maybe')",
        f"{faulty}:3: case_ref: This case is already on line 2.",
        f"{scores}:2: score: Write a score from 0.00 to 1.00, with a point and at most four decimals. (found '7')",
    ]
    assert not Episode.objects.exists()


def test_import_episodes_does_not_repeat_what_could_be_a_name(files, capsys):
    (files / "faulty.csv").write_bytes(as_csv(EPISODE_COLUMNS, [["Jane Doe", *ROW[1:]]]))

    with pytest.raises(CommandError):
        run(files / "faulty.csv")

    said = capsys.readouterr().err
    assert "Jane" not in said
    assert said.endswith("(what was found is not repeated: it could identify somebody)\n")


def test_import_episodes_refuses_a_file_without_rows_in_one_line(files):
    empty = files / "empty.csv"
    empty.write_bytes(as_csv(EPISODE_COLUMNS, []))

    with pytest.raises(CommandError) as refused:
        run(empty)

    words = "This file has no rows under its first line, so nothing was imported."
    assert str(refused.value) == f"{empty}: {words}"


def test_import_episodes_names_every_fault_however_many(files, capsys):
    rows = [[f"T01-{n}", *ROW[1:6], "maybe", "", ""] for n in range(250)]
    (files / "faulty.csv").write_bytes(as_csv(EPISODE_COLUMNS, rows))

    with pytest.raises(CommandError):
        run(files / "faulty.csv")

    lines = capsys.readouterr().err.splitlines()
    assert [line.split(":")[1:3] for line in lines] == [[f"{n}", " at_home"] for n in range(2, 252)]


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ({"site": "nowhere"}, "There is no site with the address 'nowhere'."),
        ({"team": "nowhere"}, "The site 'afon' has no team with the address 'nowhere'."),
    ],
)
def test_import_episodes_refuses_an_unknown_place(place, words, files):
    with pytest.raises(CommandError) as refused:
        run(files / "e.csv", **place)

    assert str(refused.value) == words


def test_import_episodes_refuses_a_file_that_is_not_there(files):
    with pytest.raises(CommandError, match=r"gone\.csv: No such file or directory\."):
        run(files / "gone.csv")
