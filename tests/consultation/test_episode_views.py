"""The pages of a team's families: the list, the import and what it did."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from consultation.imports.episodes import EPISODE_COLUMNS, TAM_R_COLUMNS
from consultation.models import Episode, EpisodeImport
from consultation.tables.figures import DASH
from mst_sites.accounts.permissions import Role
from tests.consultation.half_year import afon, as_csv, cases, import_cases
from tests.factories import EpisodeFactory, person

pytestmark = pytest.mark.django_db

ROW = ["T01-1", "2026-01-05", "2026-01-09", "2026-01-20", "2026-05-20", "COMP", "yes", "no", ""]


@pytest.fixture
def team():
    return afon()


@pytest.fixture
def supervisor(team, sign_in):
    return sign_in(person(Role.SUPERVISOR, team=team))


def url(team, page=""):
    return f"/sites/{team.site.slug}/teams/{team.slug}/episodes/" + (f"{page}/" if page else "")


def upload(content, name="e.csv"):
    return SimpleUploadedFile(name, content, content_type="text/csv")


def refs(page):
    return [str(row.cells[0]) for row in page.context["table"].rows]


def test_episode_list_without_families_says_what_to_do(team, supervisor, sign_in):
    commissioner = sign_in(person(Role.COMMISSIONER, site=team.site))

    assert "Import files" in supervisor.get(url(team)).content.decode()
    assert commissioner.get(url(team)).status_code == 403


def test_episode_list_says_what_its_codes_mean(team, supervisor):
    EpisodeFactory(team=team, referred_on="2026-01-05")

    page = supervisor.get(url(team)).content.decode()

    assert "<strong>NENG</strong> lack of engagement" in page


def test_episode_list_tells_the_time_of_an_import_on_the_clock_in_london(team, supervisor):
    kept = import_cases(team)
    EpisodeImport.objects.filter(pk=kept.pk).update(imported_at="2026-07-01T23:30:00Z")

    assert "2 Jul 2026, 00:30" in supervisor.get(url(team, "import")).content.decode()


@pytest.mark.parametrize("families", [1, 3, 60])
def test_episode_list_asks_the_same_queries_for_any_number(families, team, supervisor, queries):
    EpisodeFactory.create_batch(families, team=team, referred_on="2026-01-05")
    supervisor.get(url(team))

    with queries(10):
        page = supervisor.get(url(team))

    assert len(page.context["table"].rows) == min(families, 50)


def test_episode_list_filters_sorts_and_turns_pages(team, supervisor):
    import_cases(team, cases(), [])
    for number in (3, 1, 2):
        EpisodeFactory(team=team, case_ref=f"A-{number}", referred_on=f"2026-06-0{number}")

    assert refs(supervisor.get(url(team), {"state": "open"})) == ["A-3", "A-2", "A-1"]
    assert refs(supervisor.get(url(team), {"sort": "ref"}))[:4] == ["A-1", "A-2", "A-3", "T01-0000"]
    assert refs(supervisor.get(url(team), {"sort": "-ref"}))[0] == "T01-0141"
    assert len(refs(supervisor.get(url(team), {"page": "3"}))) == 45
    half = {"period": "2025-07-01_2026-01-01", "sort": "nonsense", "page": "nonsense"}
    assert supervisor.get(url(team), half).status_code == 200
    assert supervisor.get(url(team), {"period": "2025"}).status_code == 200


def test_episode_list_is_of_one_team(team, supervisor):
    EpisodeFactory(team=afon(slug="other", site=team.site), case_ref="B-1")

    assert "B-1" not in supervisor.get(url(team)).content.decode()


def test_episode_import_takes_both_files_and_says_what_changed(team, supervisor):
    answer = supervisor.post(
        url(team, "import"),
        {
            "episodes_file": upload(as_csv(EPISODE_COLUMNS, [ROW])),
            "tam_r_file": upload(as_csv(TAM_R_COLUMNS, [["T01-1", "2026-02-03", "0.7"]]), "t.csv"),
        },
        follow=True,
    )

    kept = EpisodeImport.objects.get()
    assert answer.redirect_chain == [(url(team, f"imports/{kept.pk}"), 302)]
    assert [tile.figure for tile in answer.context["tiles"]] == ["1", "0", "0", "1", "0", "0"]
    assert kept.episodes_sha256 in answer.content.decode()
    assert kept.imported_by.full_name == "Supervisor"


def test_episode_import_lists_faults_and_takes_nothing(team, supervisor):
    faulty = [[*ROW[:6], "maybe", "", ""], ["Jane Doe", *ROW[1:]]]

    answer = supervisor.post(
        url(team, "import"), {"episodes_file": upload(as_csv(EPISODE_COLUMNS, faulty))}
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert [row.cells[:3] for row in answer.context["fault_table"].rows] == [
        ["e.csv", "2", "at_home"],
        ["e.csv", "3", "case_ref"],
    ]
    assert "Nothing was imported, because of 2 faults. The table under the form names them." in page
    assert [row.cells[4] for row in answer.context["fault_table"].rows] == ["maybe", "not repeated"]
    assert "is not repeated on this page" in page
    assert "Jane" not in page
    assert not Episode.objects.exists()


def test_episode_import_says_nothing_of_what_is_withheld_where_nothing_is(team, supervisor):
    faulty = [[*ROW[:6], "maybe", "", ""], ["", *ROW[1:]]]

    answer = supervisor.post(
        url(team, "import"), {"episodes_file": upload(as_csv(EPISODE_COLUMNS, faulty))}
    )

    assert [row.cells[4] for row in answer.context["fault_table"].rows] == ["maybe", DASH]
    assert "is not repeated on this page" not in answer.content.decode()


@pytest.mark.parametrize("field", ["episodes_file", "tam_r_file"])
def test_episode_import_says_at_its_field_that_a_file_has_no_rows(field, team, supervisor):
    columns = {"episodes_file": EPISODE_COLUMNS, "tam_r_file": TAM_R_COLUMNS}[field]

    answer = supervisor.post(url(team, "import"), {field: upload(as_csv(columns, []))})

    assert answer.status_code == 422
    assert answer.context["form"].errors == {
        field: ["This file has no rows under its first line, so nothing was imported."]
    }
    assert not EpisodeImport.objects.exists()


def test_episode_import_says_what_tam_r_is(team, supervisor):
    assert (
        "the MST Institute reports for the team"
        in supervisor.get(url(team, "import")).content.decode()
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "Choose a file."),
        (b"", "The first line must name the columns"),
        (b"PK\x03\x04 a workbook", "This is no CSV file"),
        (b"x" * 5_000_001, "larger than 5 MB"),
    ],
)
def test_episode_import_refuses_what_is_no_file_of_episodes(content, words, team, supervisor):
    given = {} if content is None else {"episodes_file": upload(content)}

    answer = supervisor.post(url(team, "import"), given)

    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_episode_import_detail_of_another_team_is_not_there(team, supervisor):
    kept = import_cases(afon(slug="other", site=team.site))

    assert supervisor.get(url(team, f"imports/{kept.pk}")).status_code == 404


@pytest.mark.parametrize(("of", "columns"), [("", EPISODE_COLUMNS), ("tam-r", TAM_R_COLUMNS)])
def test_episode_template_can_be_imported_as_it_is(of, columns, team, supervisor):
    answer = supervisor.get(url(team, "template"), {"of": of})

    header, example, *rest = answer.content.decode().split("\r\n")
    assert header == ",".join(columns)
    assert len(example.split(",")) == len(columns)
    assert rest == [""]
    assert answer["Content-Disposition"].startswith("attachment")


def test_both_templates_are_taken(team, supervisor):
    files = {
        "episodes_file": upload(supervisor.get(url(team, "template")).content),
        "tam_r_file": upload(
            supervisor.get(url(team, "template"), {"of": "tam-r"}).content, "t.csv"
        ),
    }

    assert supervisor.post(url(team, "import"), files).status_code == 302
