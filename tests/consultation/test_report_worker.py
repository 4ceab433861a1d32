"""A worker draws an issued review once for each audience, and the command gives the same bytes."""

from datetime import UTC, datetime

import pytest
from django.core.management import call_command
from django.db import connection

from consultation import operations
from consultation.imports.episodes import EPISODE_COLUMNS
from consultation.models import Review
from consultation.models.snapshot import Narrative
from mst_sites.delivery import tasks
from mst_sites.delivery.models import Document, State
from mst_sites.delivery.operations import read_document
from mst_sites.tenancy.scope import whole_scope
from tests.consultation.half_year import HALF, afon, as_csv, import_cases
from tests.database import owner_cursor

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 8, 3, 10, 0, tzinfo=UTC)


@pytest.fixture
def review(settings, tmp_path):
    options = {"location": tmp_path / "files"}
    backend = "django.core.files.storage.FileSystemStorage"
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": backend, "OPTIONS": options}}
    with whole_scope():
        team = afon()
        import_cases(team)
        draft = operations.request_review(team=team, period=HALF, now=NOW, by=None)
        words = operations.Words(Narrative("A steady half-year."))
        draft = operations.write_review(review=draft, version=1, words=words, now=NOW, by=None)
        return operations.issue_review(review=draft, version=2, now=NOW, by=None)


def drawn(audience):
    with whole_scope():
        document = Document.objects.get(audience=audience)
    tasks.draw(str(document.pk))
    tasks.draw(str(document.pk))
    with whole_scope():
        document.refresh_from_db()
        assert (document.state, document.attempts, document.error) == (State.READY, 1, "")
        return read_document(document=document, by=None)


def test_worker_and_command_give_the_same_bytes(review, tmp_path):
    by_worker = drawn("full")
    place = ("--site", "afon", "--team", "afon")
    days = ("--from", str(HALF.starts_on), "--to", str(HALF.ends_on))
    call_command("pir", *place, *days, "--pdf", str(tmp_path / "out.pdf"))

    assert (tmp_path / "out.pdf").read_bytes() == by_worker


PLACED = ["X-1", "", "", "2026-01-02", "2026-06-02", "PLAC", "no", "no", "no"]


def test_what_is_imported_after_the_issue_is_not_in_the_pdf(review, tmp_path):
    before = drawn("full")
    with whole_scope():
        operations.import_episodes(
            team=review.team,
            episodes_file=("e.csv", as_csv(EPISODE_COLUMNS, [PLACED])),
            today=HALF.ends_on,
            by=None,
        )
        again = Document.objects.get(audience="full")
        Document.objects.filter(pk=again.pk).update(state=State.QUEUED, attempts=0)

    assert drawn("full") == before


def test_worker_draws_both_copies_and_they_differ(review):
    assert drawn("full") != drawn("commissioner")


TAMPERING = (
    "alter table consultation_review disable trigger review_is_frozen_once_issued",
    "alter table consultation_review no force row level security",
    "update consultation_review set snapshot = jsonb_set(snapshot, '{metrics,0,k}', '999')",
    "alter table consultation_review force row level security",
    "alter table consultation_review enable trigger review_is_frozen_once_issued",
)


def test_worker_refuses_a_snapshot_that_was_tampered_with(review):
    with owner_cursor(connection.settings_dict["NAME"]) as cursor:
        for statement in TAMPERING:
            cursor.execute(statement)
    with whole_scope():
        assert Review.objects.get().snapshot["metrics"][0]["k"] == 999
        document = Document.objects.get(audience="full")

    tasks.draw(str(document.pk))
    tasks.draw(str(document.pk))  # one for each copy

    with whole_scope():
        document.refresh_from_db()
    assert document.error == "DamagedSnapshotError"
