"""No file is given out that the virus scanner did not let pass, and none is lost because it was away."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from mst_sites.audit.models import AuditEntry
from mst_sites.records import operations, tasks
from mst_sites.records.models import Attachment, Scan
from mst_sites.tenancy.scope import whole_scope
from tests.clamav import EICAR, VIRUS, waiting
from tests.factories import TeamFactory

pytestmark = pytest.mark.django_db
WORDS = b"We met."
SHA256 = hashlib.sha256(WORDS).hexdigest()


def attach(team, by, content=WORDS, name="minutes.txt", **changes):
    upload = SimpleUploadedFile(name, content)
    values = {"site": team.site, "subject": team, "upload": upload, "by": by}
    return operations.attach_file(**{**values, **changes})


def stored(folder):
    return [path.read_bytes() for path in folder.rglob("*") if path.is_file()]


def entries():
    return list(AuditEntry.objects.order_by("at").values_list("action", "details"))


# When it is attached


def test_attach_file_without_a_scanner_is_as_ever(team, supervisor, folder):
    kept = attach(team, supervisor)

    assert (kept.scan, kept.scan_due_at, kept.virus) == (Scan.NONE, None, "")
    assert entries() == [("attachment.added", {"sha256": SHA256, "size": 7, "type": "text/plain"})]
    assert operations.read_attachment(attachment=kept, by=supervisor) == WORDS


def test_attach_file_that_is_clean_is_kept_and_given_out(team, supervisor, scanner):
    kept = attach(team, supervisor)

    assert scanner.files == [WORDS]
    assert (kept.scan, kept.scan_due_at) == (Scan.CLEAN, None)
    assert [details["scan"] for _, details in entries()] == ["CLEAN"]
    assert operations.read_attachment(attachment=kept, by=supervisor) == WORDS


def test_attach_file_with_a_virus_is_refused_recorded_and_not_stored(
    team, supervisor, folder, scanner
):
    with pytest.raises(ValidationError) as refusal:
        attach(team, supervisor, content=EICAR, name="Jane Doe.txt")

    assert list(refusal.value.error_dict) == ["upload"]
    assert refusal.value.messages[0].startswith(f"A virus was found in this file: {VIRUS}.")
    assert stored(folder) == []
    assert not Attachment.objects.exists()
    (entry,) = AuditEntry.objects.all()
    assert (entry.action, entry.site, entry.actor) == ("attachment.refused", team.site, supervisor)
    assert entry.details == {
        "sha256": hashlib.sha256(EICAR).hexdigest(),
        "size": len(EICAR),
        "type": "text/plain",
        "virus": VIRUS,
    }


def test_attach_file_of_another_kind_never_reaches_the_scanner(team, supervisor, scanner):
    with pytest.raises(ValidationError, match="of this kind"):
        attach(team, supervisor, name="page.html", content=b"<html>")

    assert scanner.files == []
    assert entries() == []


MOODS = ["error", "hang", "close", "garbage", "odd"]


@pytest.mark.parametrize("mood", MOODS)
def test_attach_file_without_a_verdict_is_kept_and_kept_back(
    team, supervisor, folder, scanner, settings, mood
):
    settings.CLAMAV_SECONDS = 0.3
    scanner.mood = mood

    kept = attach(team, supervisor)

    assert (kept.scan, kept.scan_due_at) == (Scan.WAITING, kept.received_at)
    assert stored(folder) == [WORDS]
    assert [details["scan"] for _, details in entries()] == ["WAITING"]
    with pytest.raises(operations.WithheldAttachmentError):
        operations.read_attachment(attachment=kept, by=supervisor)


def test_attach_file_with_the_scanner_away_is_kept_back(team, supervisor, scanner_away):
    assert attach(team, supervisor).is_withheld


def test_attach_file_that_was_looked_through_is_not_looked_through_again(team, supervisor, scanner):
    upload = SimpleUploadedFile("minutes.txt", WORDS)
    seen = operations.look_through(site=team.site, upload=upload, by=supervisor)

    kept = attach(team, supervisor, upload=seen)

    assert scanner.files == [WORDS]
    assert (kept.scan, kept.name, kept.sha256) == (Scan.CLEAN, "minutes.txt", SHA256)


def test_rows_hold_what_is_promised_of_them(team):
    with pytest.raises(IntegrityError, match="waiting_has_its_moment"), transaction.atomic():
        waiting(team, scan_due_at=None)
    with pytest.raises(IntegrityError, match="with_a_virus_is_not_kept"), transaction.atomic():
        waiting(team, scan=Scan.INFECTED)


# When it is asked again


def test_scan_files_gives_free_what_is_clean_and_deletes_what_is_not(
    team, supervisor, folder, scanner, django_capture_on_commit_callbacks
):
    clean, infected = waiting(team), waiting(team, content=EICAR)

    with django_capture_on_commit_callbacks(execute=True):
        assert tasks.scan_files() == 2
    assert tasks.scan_files() == 0

    for each in (clean, infected):
        each.refresh_from_db()
    assert (clean.scan, clean.scan_due_at, clean.virus) == (Scan.CLEAN, None, "")
    assert operations.read_attachment(attachment=clean, by=supervisor) == WORDS
    assert (infected.scan, infected.scan_due_at, infected.virus) == (Scan.INFECTED, None, VIRUS)
    assert infected.file.name == ""
    assert stored(folder) == [WORDS]
    with pytest.raises(operations.WithheldAttachmentError):
        operations.read_attachment(attachment=infected, by=supervisor)
    assert entries()[:2] == [
        ("attachment.released", {"sha256": SHA256}),
        ("attachment.infected", {"sha256": infected.sha256, "virus": VIRUS}),
    ]
    released = AuditEntry.objects.get(action="attachment.released")
    assert (released.source, released.actor, released.site) == ("worker", None, team.site)


def test_scan_files_with_the_scanner_away_puts_off_one_and_leaves_the_others_their_turn(
    team, scanner_away
):
    now = timezone.now()
    first = waiting(team, scan_due_at=now - timedelta(minutes=2))
    second = waiting(team, scan_due_at=now - timedelta(minutes=1))

    assert tasks.scan_files() == 0

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.scan, first.scan_attempts) == (Scan.WAITING, 1)
    assert first.scan_due_at > now
    assert (second.scan_attempts, second.scan_due_at < now) == (0, True)
    assert entries() == []


def test_scan_files_without_a_scanner_asks_nothing(team, queries):
    file = waiting(team)

    with queries(0):
        assert tasks.scan_files() == 0

    file.refresh_from_db()
    assert file.is_withheld, "it was kept back, and nobody has looked through it since"


@pytest.mark.parametrize("damage", ["flip", "remove"])
def test_stored_file_that_is_not_what_was_brought_is_not_given_free(team, folder, scanner, damage):
    file = waiting(team)
    path = folder / file.file.name
    path.write_bytes(b"We mat.") if damage == "flip" else path.unlink()

    assert tasks.scan_files() == 0

    file.refresh_from_db()
    assert file.scan == Scan.WAITING


def test_claim_waiting_takes_what_has_waited_longest_and_is_due(team):
    now = timezone.now()
    later = waiting(team, scan_due_at=now - timedelta(minutes=1))
    first = waiting(team, scan_due_at=now - timedelta(minutes=9))
    waiting(team, scan_due_at=now + timedelta(seconds=1))
    waiting(team, removed_at=now)
    waiting(team, scan=Scan.CLEAN)

    taken = [operations.claim_waiting(now=now) for _ in range(3)]

    assert taken == [first, later, None]


def test_claim_waiting_leaves_it_longer_after_each_attempt(team):
    now, minutes = timezone.now(), []
    waiting(team, scan_due_at=now)
    for _ in range(12):
        taken = operations.claim_waiting(now=now)
        minutes.append((taken.scan_due_at - now) / timedelta(minutes=1))
        now = taken.scan_due_at

    assert minutes == [2, 6, 18, 54, *[60] * 8]


def test_settle_scan_of_a_file_that_another_sweep_has_taken_over_changes_nothing(team, folder):
    waiting(team)
    now = timezone.now()
    late = operations.claim_waiting(now=now)
    other = operations.claim_waiting(now=late.scan_due_at)

    assert not operations.settle_scan(attachment=late, virus=VIRUS, by=None)
    assert operations.settle_scan(attachment=other, virus="", by=None)
    assert not operations.settle_scan(attachment=other, virus=VIRUS, by=None)

    assert Attachment.objects.get().scan == Scan.CLEAN
    assert stored(folder) == [WORDS]
    assert [action for action, _ in entries()] == ["attachment.released"]


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_take_each_file_once():
    with whole_scope():
        team = TeamFactory()
        both = {waiting(team).pk, waiting(team).pk}

    def claim():
        try:
            with whole_scope():
                return operations.claim_waiting(now=timezone.now())
        finally:
            connection.close()

    with whole_scope(), ThreadPoolExecutor(1) as other:
        mine = operations.claim_waiting(now=timezone.now())
        theirs = other.submit(claim).result(timeout=10)
        nothing = other.submit(claim).result(timeout=10)

    assert {mine.pk, theirs.pk} == both
    assert nothing is None
    assert claim() is None


@pytest.mark.django_db(transaction=True)
def test_scanner_is_asked_outside_of_any_transaction(scanner, monkeypatch):
    with whole_scope():
        file = waiting(TeamFactory())
    ask, nested = operations.ask_again, []

    def watched(attachment):
        nested.append(connection.in_atomic_block)
        return ask(attachment=attachment)

    monkeypatch.setattr(operations, "ask_again", watched)

    assert tasks.scan_files() == 1

    assert nested == [False]
    with whole_scope():
        assert Attachment.objects.get(pk=file.pk).scan == Scan.CLEAN
