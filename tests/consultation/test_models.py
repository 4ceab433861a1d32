"""What PostgreSQL itself holds true of consultation's rows."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.utils import timezone

from consultation.models import (
    ClosureReason,
    Note,
    NoteStatus,
    NoteVersion,
    Outcome,
    ReviewState,
    TargetSet,
)
from consultation.queries.reviews import targets_of_model
from mst_sites.periods import LONDON
from tests.consultation.standard import STANDARD
from tests.factories import EpisodeFactory, NoteFactory, ReviewFactory, TamRFactory, TeamFactory

pytestmark = pytest.mark.django_db


def refused(name):
    return pytest.raises(IntegrityError, match=name)


def test_closure_reasons_are_seeded_in_their_groups():
    groups = dict(ClosureReason.objects.values_list("code", "group"))

    assert groups == {
        "COMP": "COMPLETED",
        "NENG": "NOT_ENGAGED",
        "PLAC": "PLACED",
        **dict.fromkeys(["PLPR", "MOVE", "WDRW", "INAP", "PROG", "OTHR"], "ADMINISTRATIVE"),
    }
    assert list(ClosureReason.objects.filter(needs_text=True).values_list("code", flat=True)) == [
        "OTHR"
    ]


def test_targets_of_the_standard_model_are_seeded_with_their_source():
    standard = TargetSet.objects.get(model="standard", is_current=True)

    assert targets_of_model("standard") == STANDARD
    assert standard.targets.count() == len(STANDARD)
    assert all(t.source for t in standard.targets.all())
    assert TargetSet.objects.count() == 1
    assert targets_of_model("can") == {}


def test_episode_is_one_per_case_reference_and_team():
    episode = EpisodeFactory(case_ref="T01-0001")
    EpisodeFactory(case_ref="T01-0001", team=TeamFactory(site=episode.site))

    with refused("episode_once_per_case_reference"), transaction.atomic():
        EpisodeFactory(case_ref="T01-0001", team=episode.team)


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("referred_on", "accepted_on"),
        ("referred_on", "started_on"),
        ("accepted_on", "started_on"),
        ("started_on", "closed_on"),
    ],
)
def test_episode_dates_follow_one_another(earlier, later):
    reason = ClosureReason.objects.get(code="COMP") if later == "closed_on" else None
    day = date(2026, 3, 2)

    EpisodeFactory(**{earlier: day, later: day}, closure_reason=reason)

    with refused(f"episode_{earlier}_before_{later}"), transaction.atomic():
        EpisodeFactory(**{earlier: day, later: day - timedelta(days=1)}, closure_reason=reason)


@pytest.mark.parametrize("is_closed", [True, False])
def test_episode_is_closed_with_a_reason_and_never_one_without_the_other(is_closed):
    values = (
        {"closed_on": date(2026, 3, 2)}
        if is_closed
        else {"closure_reason": ClosureReason.objects.first()}
    )

    with refused("episode_closed_with_a_reason"):
        EpisodeFactory(**values)


@pytest.mark.parametrize("score", ["-0.0001", "1.0001"])
def test_tam_r_score_lies_between_0_and_1(score):
    with refused("tam_r_score_from_0_to_1"):
        TamRFactory(score=Decimal(score))


def test_tam_r_is_one_a_day():
    first = TamRFactory()

    with refused("tam_r_once_a_day"):
        TamRFactory(episode=first.episode)


def test_note_week_starts_on_a_monday():
    with refused("note_week_starts_on_a_monday"):
        NoteFactory(week_starts_on=date(2026, 3, 3))


def test_note_is_one_per_week_but_a_discarded_draft_makes_room():
    note = NoteFactory()
    with refused("note_once_per_week"), transaction.atomic():
        NoteFactory(team=note.team)

    note.discarded_at = timezone.now()
    note.save()

    NoteFactory(team=note.team)
    assert Note.objects.kept().count() == 1


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"minutes": 14}, "note_minutes_from_15_to_180"),
        ({"minutes": 181}, "note_minutes_from_15_to_180"),
        (
            {"summaries_due": 3, "summaries_received": 4},
            "note_summaries_received_at_most_summaries_due",
        ),
        (
            {"open_families": 3, "families_discussed": 4},
            "note_families_discussed_at_most_open_families",
        ),
        (
            {"recordings_submitted": 0, "recordings_reviewed": 1},
            "note_recordings_reviewed_at_most_recordings_submitted",
        ),
        ({"status": NoteStatus.FILED, "filed_at": timezone.now()}, "note_filed_says_how_it_was"),
        (
            {"status": NoteStatus.FILED, "filed_at": timezone.now(), "outcome": Outcome.CANCELLED},
            "note_filed_says_how_it_was",
        ),
        (
            {"status": NoteStatus.FILED, "outcome": Outcome.CANCELLED, "cancelled_reason": "LEAVE"},
            "note_filed_at_a_moment",
        ),
        ({"acknowledged_at": timezone.now()}, "note_acknowledged_at_a_moment"),
    ],
)
def test_note_refuses_what_cannot_be(values, name):
    with refused(name):
        NoteFactory(**values)


def test_note_locks_some_days_after_it_was_filed():
    filed_at = datetime(2026, 3, 6, 12, tzinfo=LONDON)
    note = Note(filed_at=filed_at)

    assert not note.is_locked_at(filed_at + timedelta(days=14, seconds=-1))
    assert note.is_locked_at(filed_at + timedelta(days=14))
    assert not Note().is_locked_at(filed_at)


def version_of(note, **values):
    return NoteVersion.objects.create(
        site=note.site, note=note, number=1, content={}, written_at=timezone.now(), **values
    )


def test_note_version_cannot_be_changed_or_deleted():
    version = version_of(NoteFactory())
    version.content = {"themes": "other"}

    with pytest.raises(ProgrammingError), transaction.atomic():
        version.save()
    with pytest.raises(ProgrammingError), transaction.atomic():
        version.delete()
    assert NoteVersion.objects.get().content == {}


def test_note_amended_needs_a_reason():
    note = NoteFactory()
    with refused("note_amended_with_a_reason"):
        NoteVersion.objects.create(
            site=note.site, note=note, number=2, content={}, written_at=timezone.now()
        )


def issued(**values):
    return ReviewFactory(
        state=ReviewState.ISSUED,
        issued_at=timezone.now(),
        snapshot={},
        snapshot_sha256="0" * 64,
        **values,
    )


def test_review_is_frozen_once_issued():
    review = issued()
    review.summary = "Changed"

    with pytest.raises(ProgrammingError), transaction.atomic():
        review.save()
    with pytest.raises(ProgrammingError), transaction.atomic():
        review.delete()


def test_review_draft_may_be_written_and_issued():
    review = ReviewFactory()
    review.summary = "A good half-year."
    review.save()

    with refused("review_issued_with_its_figures"), transaction.atomic():
        ReviewFactory(id=uuid4(), team=review.team, edition=2, state=ReviewState.ISSUED)


def test_review_is_one_per_team_period_and_edition():
    review = issued()
    issued(team=review.team, edition=2, supersedes=review)

    with refused("review_once_per_edition"):
        ReviewFactory(team=review.team)


def test_review_starts_before_it_ends():
    with refused("review_starts_before_it_ends"):
        ReviewFactory(starts_on=date(2026, 1, 1), ends_on=date(2026, 1, 1))
