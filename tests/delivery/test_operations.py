"""What delivery writes: each step once, and each refusal."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from mst_sites.accounts.permissions import Role
from mst_sites.audit.models import AuditEntry
from mst_sites.delivery import operations
from mst_sites.delivery.models import Document, OutgoingMail, State
from mst_sites.delivery.operations import turns
from mst_sites.tenancy.scope import site_scope
from tests.factories import SiteFactory, TeamFactory, person

pytestmark = pytest.mark.django_db
SOON, LATER = timedelta(seconds=1), timedelta(hours=1)
EVEN, ODD = UUID(int=2), UUID(int=3)  # messages that serve the newest and the oldest


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        },
    }
    return tmp_path


@pytest.fixture
def team():
    return TeamFactory()


def ask(team, **changes):
    values = {
        "site": team.site,
        "kind": "review",
        "subject": team,
        "audience": "full",
        "title": "Review of Afon, to September 2026",
        "by": person(Role.SUPERVISOR, team=team),
    }
    return operations.request_document(**{**values, **changes})


def claim(document, at=None):
    return operations.claim_document(woken_for=document.pk, now=at or timezone.now() + SOON)


def acts():
    return list(AuditEntry.objects.order_by("at").values_list("action", flat=True))


def test_request_document_waits_and_is_recorded(team):
    document = ask(team)

    assert document.state == State.QUEUED
    assert (document.site, document.language) == (team.site, team.site.language)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.subject_id) == ("document.requested", str(document.pk))
    assert entry.details == {"kind": "review", "audience": "full", "version": 1}


def test_request_document_again_is_the_same_document(team):
    first, again = ask(team), ask(team, by=person(Role.CONSULTANT, team=team))

    assert first == again
    assert Document.objects.count() == 1
    assert acts() == ["document.requested"]


@pytest.mark.parametrize("change", [{"audience": "commissioner"}, {"version": 2}])
def test_request_document_for_another_reader_or_version_is_another(team, change):
    assert ask(team) != ask(team, **change)


def test_request_document_of_unknown_kind_is_refused(team):
    with pytest.raises(operations.UnknownKindError):
        ask(team, kind="poem")

    assert not Document.objects.exists()


def test_claim_document_is_given_to_one_worker(team):
    document = ask(team)

    claimed = claim(document)

    assert (claimed.state, claimed.attempts) == (State.RUNNING, 1)
    assert claim(document) is None


def asked_in_order(team):
    """Ask for three documents, one a minute, the last of them just now."""
    waiting = [ask(team, version=version) for version in (1, 2, 3)]
    for minutes, document in zip((2, 1, 0), waiting, strict=True):
        asked_at = timezone.now() - timedelta(minutes=minutes)
        Document.objects.filter(pk=document.pk).update(next_attempt_at=asked_at)
    return waiting


def test_claim_document_serves_newest_request_and_longest_wait_in_turn(team):
    oldest, middle, newest = asked_in_order(team)

    taken = [
        operations.claim_document(woken_for=message, now=timezone.now() + SOON)
        for message in (EVEN, ODD, EVEN, ODD)
    ]

    assert taken == [newest, oldest, middle, None]


def test_claim_document_serves_longest_wait_however_many_come_after(team):
    oldest, *_ = asked_in_order(team)
    for version in range(4, 8):
        ask(team, version=version)
        operations.claim_document(woken_for=EVEN, now=timezone.now() + SOON)

    assert operations.claim_document(woken_for=ODD, now=timezone.now() + SOON) == oldest


def test_claim_document_passes_over_what_has_used_up_its_attempts(team):
    oldest, middle, newest = asked_in_order(team)
    Document.objects.filter(pk__in=[oldest.pk, middle.pk]).update(attempts=Document.most_attempts)

    assert operations.claim_document(woken_for=ODD, now=timezone.now() + SOON) == newest


def test_document_is_saved_under_a_name_that_says_for_whom(team):
    title = "Performance Implementation Review, Northmoor East, 1 January 2026 to 30 June 2026"

    copies = [ask(team, title=title), ask(team, title=f"{title}, commissioners' copy", version=2)]

    name = "performance-implementation-review-northmoor-east-1-january-2026-to-30-june-2026"
    assert [copy.file_name for copy in copies] == [
        f"{name}.pdf",
        f"{name}-commissioners-copy.pdf",
    ]


def test_claim_document_takes_over_when_the_lease_has_ended(team, settings):
    document = ask(team)
    first = claim(document)

    second = claim(document, timezone.now() + timedelta(seconds=settings.DELIVERY_LEASE) + LATER)

    assert second.attempts == 2
    assert not operations.extend_lease(row=first, now=timezone.now())
    assert not operations.finish_document(document=first, content=b"%PDF-late", now=timezone.now())
    assert operations.finish_document(document=second, content=b"%PDF-", now=timezone.now())
    document.refresh_from_db()
    with default_storage.open(document.file.name) as file:
        assert file.read() == b"%PDF-"


def test_claim_document_waits_after_a_failure(team):
    document = ask(team)
    now = timezone.now()
    operations.fail_document(document=claim(document), error="ValueError", now=now)

    assert claim(document, now + SOON) is None
    assert claim(document, now + LATER).attempts == 2


def test_finish_document_stores_the_file_once(team, files, django_capture_on_commit_callbacks):
    document = ask(team)
    left_behind = default_storage.save(
        f"{operations.documents.folder_of(document)}/1-left-behind.pdf", ContentFile(b"%PDF-half")
    )

    with django_capture_on_commit_callbacks(execute=True):
        assert operations.finish_document(
            document=claim(document), content=b"%PDF-1.7", now=timezone.now()
        )

    document.refresh_from_db()
    assert (document.state, document.size) == (State.READY, 8)
    assert not default_storage.exists(left_behind)
    assert [path.read_bytes() for path in files.rglob("*.pdf")] == [b"%PDF-1.7"]
    assert acts() == ["document.requested", "document.ready"]


def test_fail_document_gives_up_after_three_attempts(team):
    document = ask(team)
    now = timezone.now()

    for attempt in range(3):
        now += LATER
        assert claim(document, now).attempts == attempt + 1
        claimed = Document.objects.get()
        operations.fail_document(document=claimed, error="MemoryError", now=now)

    document.refresh_from_db()
    assert (document.state, document.error) == (State.FAILED, "MemoryError")
    assert claim(document, now + LATER) is None
    assert acts() == ["document.requested", "document.failed"]


def test_retry_document_starts_a_dead_letter_again(team):
    document = ask(team)
    Document.objects.update(state=State.FAILED, attempts=3, error="MemoryError")
    staff = person(Role.MST_UK_STAFF)

    assert operations.retry_document(document=document, by=staff)
    assert not operations.retry_document(document=document, by=staff)

    assert claim(document, timezone.now() + LATER).attempts == 1
    assert acts() == ["document.requested", "document.retried"]


def test_read_document_is_recorded(team):
    document = ask(team)
    operations.finish_document(document=claim(document), content=b"%PDF-", now=timezone.now())
    document.refresh_from_db()

    assert operations.read_document(document=document, by=document.requested_by) == b"%PDF-"
    assert acts()[-1] == "document.read"


@pytest.mark.parametrize("damage", ["flip", "remove"])
def test_read_document_that_was_changed_is_refused(team, files, damage):
    document = ask(team)
    operations.finish_document(document=claim(document), content=b"%PDF-", now=timezone.now())
    document.refresh_from_db()
    path = files / document.file.name
    path.write_bytes(b"%PDG-") if damage == "flip" else path.unlink()

    with pytest.raises(operations.DamagedDocumentError):
        operations.read_document(document=document, by=document.requested_by)

    document.refresh_from_db()
    assert (document.state, document.error) == (State.FAILED, "DAMAGED")
    assert acts()[-1] == "document.damaged"


def test_read_document_that_was_drawn_again_in_the_meantime_leaves_it_ready(team, files):
    document = ask(team)
    operations.finish_document(document=claim(document), content=b"%PDF-", now=timezone.now())
    document.refresh_from_db()
    (files / document.file.name).unlink()
    Document.objects.update(file=f"{document.file.name}-drawn-again")

    with pytest.raises(operations.DamagedDocumentError):
        operations.read_document(document=document, by=document.requested_by)

    document.refresh_from_db()
    assert document.state == State.READY
    assert acts()[-1] == "document.ready"


def damaged(team, files):
    """Return a document whose file is gone, claimed to be drawn again, and the place of the file."""
    document = ask(team)
    operations.finish_document(document=claim(document), content=b"%PDF-1", now=timezone.now())
    document.refresh_from_db()
    place = files / document.file.name
    place.unlink()
    with pytest.raises(operations.DamagedDocumentError):
        operations.read_document(document=document, by=document.requested_by)
    operations.retry_document(document=document, by=None)
    return claim(document), place


def test_finish_document_again_keeps_the_fingerprint(team, files):
    document, _ = damaged(team, files)

    assert operations.finish_document(document=document, content=b"%PDF-1", now=timezone.now())

    before, document = document, Document.objects.get()
    assert (document.state, document.sha256) == (State.READY, before.sha256)
    assert (files / document.file.name).read_bytes() == b"%PDF-1"


def test_finish_document_again_refuses_another_content(team, files):
    document, _ = damaged(team, files)

    assert operations.finish_document(document=document, content=b"%PDF-2", now=timezone.now())
    assert not operations.finish_document(document=document, content=b"%PDF-2", now=timezone.now())

    before, document = document, Document.objects.get()
    assert (document.state, document.error) == (State.FAILED, "CHANGED")
    assert (document.sha256, document.file.name) == (before.sha256, before.file.name)
    assert [path for path in files.rglob("*") if path.is_file()] == []
    assert acts()[-1] == "document.changed"


def test_finish_document_again_gives_out_the_file_that_somebody_put_back(team, files):
    document, place = damaged(team, files)
    place.write_bytes(b"%PDF-1")

    assert operations.finish_document(document=document, content=b"%PDF-2", now=timezone.now())

    document = Document.objects.get()
    assert operations.read_document(document=document, by=None) == b"%PDF-1"
    assert acts()[-2:] == ["document.restored", "document.read"]


def test_sweep_wakes_what_waits_and_buries_what_is_worn_out(team, settings):
    running = ask(team)
    claim(running)
    waiting, dead = ask(team, version=2), ask(team, version=3)
    now = timezone.now()
    Document.objects.filter(pk=dead.pk).update(
        state=State.RUNNING, attempts=3, lease_until=now - SOON
    )

    assert operations.sweep(now=now + SOON) == 1
    assert operations.sweep(now=now + 2 * SOON) == 0  # it was told of just now

    dead.refresh_from_db()
    assert (dead.state, dead.error) == (State.FAILED, turns.WORKER_LOST)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.woken_at) == (State.QUEUED, now + SOON)
    again = now + timedelta(seconds=settings.DELIVERY_WAKE_AGAIN) + LATER
    assert operations.sweep(now=again) == 2  # the one that waits, and the one whose worker is gone


def write(site=None):
    letter = operations.Letter(to=["a@example.org"], subject="Hello", text="Text")
    return operations.queue_mail(site=site, letter=letter, by=None)


def test_queue_mail_waits_with_an_identity_of_its_own():
    first, second = write(), write()

    assert first.state == State.QUEUED
    assert first.message_id != second.message_id
    assert acts() == ["mail.queued", "mail.queued"]


def test_queue_mail_by_somebody_who_may_not_read_it():
    site, other = SiteFactory(), SiteFactory()

    with site_scope([]):
        write()
        assert not OutgoingMail.objects.exists()
    with site_scope([site.pk]):
        write(site=site)
        with pytest.raises(ValidationError, match="site"):
            write(site=other)

    assert OutgoingMail.objects.count() == 2


def test_queue_mails_is_one_insert_for_who_may_not_read_them(queries):
    site = SiteFactory()
    letters = [operations.Letter([f"{n}@example.org"], "Hello", "Words") for n in range(3)]

    with site_scope([site.pk]), queries(2):
        queued = operations.queue_mails(site=site, letters=letters, by=None)

    assert len({mail.message_id for mail in queued}) == 3
    assert {mail.to[0] for mail in OutgoingMail.objects.all()} == {mail.to[0] for mail in queued}
    assert acts() == ["mails.queued"]
    assert operations.queue_mails(site=site, letters=[], by=None) == []


def test_queue_mails_refuses_all_when_one_is_no_mail():
    letters = [operations.Letter(["a@example.org"], "Hello", text) for text in ("Words", "")]

    with pytest.raises(ValidationError):
        operations.queue_mails(site=SiteFactory(), letters=letters, by=None)

    assert not OutgoingMail.objects.exists()


def test_queue_mail_is_for_one_person():
    """A server that takes it for one and refuses it for the other could be told of by no row."""
    letter = operations.Letter(["a@example.org", "b@example.org"], "Hello", "Words")

    with pytest.raises(operations.SeveralAddressesError):
        operations.queue_mail(site=None, letter=letter, by=None)
    with pytest.raises(operations.SeveralAddressesError):
        operations.queue_mails(site=SiteFactory(), letters=[letter], by=None)

    assert not OutgoingMail.objects.exists()


def test_mail_is_tried_eight_times_with_growing_pauses():
    letter = write()
    now = timezone.now()
    pauses = []
    for _ in range(8):
        claimed = operations.claim_mail(mail_id=letter.pk, now=now)
        operations.fail_mail(mail=claimed, error="SMTPServerDisconnected", now=now)
        letter.refresh_from_db()
        pauses.append((letter.next_attempt_at - now).total_seconds())
        now = letter.next_attempt_at

    assert letter.state == State.FAILED
    assert pauses[:4] == [30, 90, 270, 810]
    assert operations.claim_mail(mail_id=letter.pk, now=now + LATER) is None
    assert acts() == ["mail.queued", "mail.failed"]

    assert operations.retry_mail(mail=letter, by=person(Role.MST_UK_LEAD))
    assert operations.finish_mail(
        mail=operations.claim_mail(mail_id=letter.pk, now=now + LATER), now=now
    )
    assert acts()[-2:] == ["mail.retried", "mail.sent"]
