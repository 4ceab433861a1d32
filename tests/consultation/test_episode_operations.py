"""Importing episodes: everything or nothing, and the same twice is nothing."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from consultation import operations
from consultation.imports.episodes import EPISODE_COLUMNS, TAM_R_COLUMNS
from consultation.models import ClosureReason, Episode, EpisodeImport, TamR
from mst_sites.audit.models import AuditEntry
from tests.consultation.half_year import TODAY, afon, as_csv

pytestmark = pytest.mark.django_db

OPEN = ["T01-1", "2026-01-05", "2026-01-09", "2026-01-20", "", "", "", "", ""]
CLOSED = ["T01-2", "2026-01-05", "2026-01-09", "2026-01-20", "2026-05-20", "COMP", "yes", "no", ""]
SCORES = [["T01-1", "2026-02-03", "0.71"], ["T01-2", "2026-02-03", "0.6"]]


@pytest.fixture
def team():
    return afon()


def give(team, rows=(OPEN, CLOSED), scores=None):
    return operations.import_episodes(
        team=team,
        episodes_file=("e.csv", as_csv(EPISODE_COLUMNS, rows)) if rows else None,
        tam_r_file=("t.csv", as_csv(TAM_R_COLUMNS, scores)) if scores else None,
        today=TODAY,
        by=None,
    )


def counts(kept):
    return tuple(
        getattr(kept, f"{name}_{kind}")
        for name in ("episodes", "tam_r")
        for kind in ("new", "changed", "unchanged")
    )


def everything():
    return list(Episode.objects.order_by("pk").values()), list(TamR.objects.order_by("pk").values())


def test_import_episodes_keeps_what_the_files_say(team):
    kept = give(team, scores=SCORES)

    assert counts(kept) == (2, 0, 0, 2, 0, 0)
    closed = Episode.objects.get(case_ref="T01-2")
    assert (closed.site, closed.team, closed.closed_on) == (team.site, team, date(2026, 5, 20))
    assert closed.closure_reason.code == "COMP"
    assert (closed.at_home, closed.school_work, closed.no_new_arrests) == (True, False, None)
    assert closed.imported_in == kept
    assert list(closed.tam_rs.values_list("score", flat=True)) == [Decimal("0.6000")]


def test_import_episodes_twice_changes_nothing(team):
    give(team, scores=SCORES)
    before = everything()

    kept = give(team, scores=SCORES)

    assert counts(kept) == (0, 0, 2, 0, 0, 2)
    assert everything() == before


def test_import_episodes_changes_what_is_different_alone(team):
    give(team, scores=SCORES)

    kept = give(
        team, [[*OPEN[:6], "yes", "", ""], CLOSED], [["T01-1", "2026-02-03", "0.72"], SCORES[1]]
    )

    assert counts(kept) == (0, 1, 1, 0, 1, 1)
    versions = dict(Episode.objects.values_list("case_ref", "version"))
    assert versions == {"T01-1": 2, "T01-2": 1}
    assert TamR.objects.get(episode__case_ref="T01-1").score == Decimal("0.72")


def test_import_episodes_empties_what_is_empty_now(team):
    give(team)

    give(team, [[*CLOSED[:4], "", "", "", "", ""]])

    episode = Episode.objects.get(case_ref="T01-2")
    assert (episode.closed_on, episode.closure_reason, episode.at_home) == (None, None, None)


def test_import_episodes_keeps_the_version_of_a_reason(team):
    give(team)
    old = ClosureReason.objects.get(code="COMP")
    ClosureReason.objects.filter(pk=old.pk).update(is_current=False)
    ClosureReason.objects.create(code="COMP", version=2, group=old.group, text="new words")

    kept = give(team)

    assert counts(kept)[:3] == (0, 0, 2)
    assert Episode.objects.get(case_ref="T01-2").closure_reason == old


def test_import_episodes_refuses_a_start_after_a_stored_score(team):
    give(team, scores=[*SCORES, ["T01-2", "2026-07-06", "0.9"]])
    before = everything()
    late = [*CLOSED[:3], "2026-03-20", *CLOSED[4:]]

    with pytest.raises(operations.FaultyFilesError) as refused:
        give(team, [OPEN, late])

    [fault] = refused.value.faults.every
    assert (fault.file, fault.line, fault.column, fault.value) == (
        *("e.csv", 3, "started_on"),
        "2026-03-20",
    )
    assert everything() == before


def test_import_episodes_takes_scores_alone(team):
    give(team)

    kept = give(team, rows=None, scores=SCORES)

    assert counts(kept) == (0, 0, 0, 2, 0, 0)
    assert kept.episodes_file_name == ""


def test_import_episodes_names_every_fault_and_takes_nothing(team):
    rows = [OPEN, ["Jane Doe", *CLOSED[1:]], [*CLOSED[:5], "XXXX", "maybe", "", ""]]

    with pytest.raises(operations.FaultyFilesError) as refused:
        give(team, rows, [["T01-9", "2026-02-03", "1.4"]])

    places = [(fault.file, fault.line, fault.column) for fault in refused.value.faults.listed]
    assert places == [
        ("e.csv", 3, "case_ref"),
        ("e.csv", 4, "at_home"),
        ("e.csv", 4, "closure_code"),
        ("t.csv", 2, "score"),
    ]
    assert not Episode.objects.exists()
    assert not EpisodeImport.objects.exists()


def test_import_episodes_needs_a_file(team):
    with pytest.raises(ValidationError) as refused:
        give(team, rows=None)

    assert list(refused.value.message_dict) == ["episodes_file"]


@pytest.mark.parametrize(
    ("columns", "fields"),
    [
        ((EPISODE_COLUMNS, None), ["episodes_file"]),
        ((None, TAM_R_COLUMNS), ["tam_r_file"]),
        ((EPISODE_COLUMNS, TAM_R_COLUMNS), ["episodes_file", "tam_r_file"]),
    ],
)
def test_import_episodes_refuses_files_without_rows(columns, fields, team):
    files = [names and ("empty.csv", as_csv(names, [])) for names in columns]

    with pytest.raises(ValidationError) as refused:
        operations.import_episodes(
            team=team, episodes_file=files[0], tam_r_file=files[1], today=TODAY, by=None
        )

    sentence = "This file has no rows under its first line, so nothing was imported."
    assert refused.value.message_dict == {field: [sentence] for field in fields}
    assert not EpisodeImport.objects.exists()
    assert not AuditEntry.objects.filter(action="episodes.imported").exists()


def test_import_episodes_takes_a_file_of_scores_without_rows_beside_episodes(team):
    kept = operations.import_episodes(
        team=team,
        episodes_file=("e.csv", as_csv(EPISODE_COLUMNS, [OPEN])),
        tam_r_file=("t.csv", as_csv(TAM_R_COLUMNS, [])),
        today=TODAY,
        by=None,
    )

    assert counts(kept) == (1, 0, 0, 0, 0, 0)


def test_import_episodes_is_recorded_in_counts_alone(team):
    kept = give(team, scores=SCORES)

    entry = AuditEntry.objects.get(action="episodes.imported")
    assert (entry.site, entry.subject_id) == (team.site, str(kept.pk))
    assert entry.details == {
        "team": "afon",
        "episodes_new": 2,
        "episodes_changed": 0,
        "episodes_unchanged": 0,
        "tam_r_new": 2,
        "tam_r_changed": 0,
        "tam_r_unchanged": 0,
    }


def test_import_episodes_leaves_other_teams_alone(team):
    give(team)
    other = afon(slug="other", site=team.site)

    kept = give(other)

    assert counts(kept)[:3] == (2, 0, 0)
    assert Episode.objects.filter(case_ref="T01-1").count() == 2


def test_import_episodes_asks_few_queries_whatever_the_rows(team, queries):
    first = date(2026, 1, 5)
    rows = [
        [f"T{place:05}", first, first, first + timedelta(days=place % 30), "", "", "", "", ""]
        for place in range(2_500)
    ]

    with queries(9):  # three of them for two and a half thousand rows
        give(team, rows)
    with queries(6):
        give(team, rows)


def test_import_episodes_counts_no_family_twice_for_its_small_letters(team):
    give(team)

    with pytest.raises(operations.FaultyFilesError) as refused:
        give(team, [["t01-1", *OPEN[1:]], CLOSED])

    [fault] = refused.value.faults.every
    assert (fault.line, fault.column) == (2, "case_ref")
    assert fault.reason == "The team has this case as T01-1. Write it with the same letters."
    assert Episode.objects.count() == 2
