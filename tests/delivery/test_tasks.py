"""What workers do: draw once, send once, and say what became of it."""

import errno
import time

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from celery.schedules import crontab
from django.conf import settings
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from mst_sites.audit.models import AuditEntry
from mst_sites.delivery import operations, tasks
from mst_sites.delivery.models import Document, OutgoingMail, Stage, State
from mst_sites.tenancy.models import Site
from mst_sites.tenancy.scope import site_scope, whole_scope
from tests.factories import SiteFactory, TeamFactory

pytestmark = pytest.mark.django_db(transaction=True)
OUTBOX = "mst_sites.delivery.mail.OutboxBackend"


def draws(monkeypatch, renderer):
    monkeypatch.setattr("mst_sites.delivery.tasks.renderer_of", lambda kind: renderer)


@pytest.fixture
def document(settings, tmp_path):
    options = {"location": tmp_path}
    backend = "django.core.files.storage.FileSystemStorage"
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": backend, "OPTIONS": options}}
    with whole_scope():
        team, _ = TeamFactory(), SiteFactory()
        return operations.request_document(
            site=team.site, kind="review", subject=team, title="Review", by=None
        )


def stored():
    with whole_scope():
        return Document.objects.get()


def test_draw_reads_in_the_scope_and_draws_outside_of_it(document, monkeypatch):
    seen = []

    def renderer(row, progress):
        seen.append((row.pk, list(Site.objects.values_list("pk", flat=True))))

        def drawing():
            seen.append(transaction.get_connection().in_atomic_block)
            return b"%PDF-drawn"

        return drawing

    draws(monkeypatch, renderer)

    tasks.draw(str(document.pk))
    tasks.draw(str(document.pk))  # a second message finds nothing to do

    assert seen == [(document.pk, [document.site_id]), False]
    assert (stored().state, stored().size, stored().attempts) == (State.READY, 10, 1)
    with whole_scope():
        assert list(AuditEntry.objects.values_list("action", "source").order_by("at")) == [
            ("document.requested", "command"),
            ("document.ready", "worker"),
        ]


def test_draw_says_how_far_it_is_while_it_draws(document, monkeypatch):
    seen = []

    def renderer(row, progress):
        def drawing():
            progress(2, 3)
            for _ in range(50):
                row = stored()
                if row.progress_done:
                    break
                time.sleep(0.05)
            seen.append((row.state, row.progress_text, row.progress_done, row.progress_total))
            return b"%PDF-"

        return drawing

    draws(monkeypatch, renderer)

    tasks.draw(str(document.pk))

    assert seen == [(State.RUNNING, Stage.DRAWING, 2, 3)]


@pytest.mark.parametrize(
    ("failure", "named"),
    [
        (ValueError("the words of a note"), "ValueError"),
        (SoftTimeLimitExceeded(), "TOOK_TOO_LONG"),
        (OSError(errno.ENOSPC, "No space left"), "DISK_FULL"),
        (MemoryError(), "MemoryError"),
    ],
)
def test_draw_that_fails_names_the_class_of_failure_alone(document, monkeypatch, failure, named):
    def renderer(row, progress):
        raise failure

    draws(monkeypatch, renderer)

    tasks.draw(str(document.pk))

    assert (stored().state, stored().error) == (State.QUEUED, named)
    assert stored().next_attempt_at > timezone.now()


def test_draw_stops_when_another_worker_has_taken_over(document, monkeypatch):
    def drawing(progress):
        with whole_scope():
            Document.objects.update(attempts=2)
        for _ in range(100):
            progress(1, 2)
            time.sleep(0.05)
        pytest.fail("Nobody stopped it.")

    draws(monkeypatch, lambda row, progress: lambda: drawing(progress))

    tasks.draw(str(document.pk))

    assert (stored().state, stored().attempts, stored().file) == (State.RUNNING, 2, "")


@pytest.fixture
def outbox(settings):
    settings.EMAIL_BACKEND = OUTBOX
    settings.MAIL_TRANSPORT = "django.core.mail.backends.locmem.EmailBackend"
    return mail.outbox


def letter_of_django():
    message = EmailMultiAlternatives("Hello", "Text", "a@example.org", ["b@example.org"])
    message.attach_alternative("<p>Text</p>", "text/html")
    message.attach("visit.ics", b"BEGIN:VCALENDAR", "text/calendar")
    return message


def test_mail_of_django_waits_and_is_sent_once(outbox):
    with site_scope([]):
        assert letter_of_django().send() == 1
    assert outbox == []
    with whole_scope():
        row = OutgoingMail.objects.get()

    tasks.send_mail(str(row.pk))
    tasks.send_mail(str(row.pk))

    (sent,) = outbox
    assert (sent.subject, sent.to, sent.from_email) == ("Hello", ["b@example.org"], "a@example.org")
    assert sent.extra_headers["Message-ID"] == row.message_id
    assert sent.alternatives[0].content == "<p>Text</p>"
    assert sent.attachments[0].filename == "visit.ics"
    with whole_scope():
        assert OutgoingMail.objects.get().state == State.READY


def test_mail_is_undone_with_what_it_tells_about(outbox):
    def send_and_fail():
        with site_scope([]):
            letter_of_django().send()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        send_and_fail()

    with whole_scope():
        assert not OutgoingMail.objects.exists()


def test_mail_outside_of_a_transaction_is_queued_too(outbox):
    letter_of_django().send()

    with whole_scope():
        assert OutgoingMail.objects.count() == 1


def test_mail_that_the_server_refuses_is_tried_again(outbox, settings):
    letter_of_django().send()
    with whole_scope():
        row = OutgoingMail.objects.get()
    settings.MAIL_TRANSPORT = "django.core.mail.backends.smtp.EmailBackend"
    settings.MAIL_SERVER = {"host": "127.0.0.1", "port": 1, "timeout": 1}

    tasks.send_mail(str(row.pk))

    with whole_scope():
        row = OutgoingMail.objects.get()
        assert (row.state, row.error, row.attempts) == (State.QUEUED, "ConnectionRefusedError", 1)


class LosesTheDatabase(BaseEmailBackend):
    """A mail server that takes a mail; meanwhile the connection to the database breaks."""

    def send_messages(self, email_messages):
        mail.outbox.extend(email_messages)
        connection.connection.close()
        return len(email_messages)


def test_mail_that_has_left_is_not_sent_again_because_the_database_was_away(outbox, settings):
    letter_of_django().send()
    settings.MAIL_TRANSPORT = f"{__name__}.LosesTheDatabase"
    with whole_scope():
        row = OutgoingMail.objects.get()

    tasks.send_mail(str(row.pk))

    assert len(outbox) == 1
    with whole_scope():
        row = OutgoingMail.objects.get()
        assert (row.state, row.error, row.attempts) == (State.READY, "", 1)


def test_mail_to_several_people_is_one_for_each_so_that_none_is_lost_with_another(outbox):
    message = letter_of_django()
    message.to.append("c@example.org")
    message.bcc.append("d@example.org")

    assert message.send() == 1

    with whole_scope():
        to = sorted(OutgoingMail.objects.values_list("to", flat=True))
    assert to == [["b@example.org"], ["c@example.org"], ["d@example.org"]]


def test_mail_with_a_large_attachment_is_refused(outbox):
    message = letter_of_django()
    message.attach("large.bin", b"x" * (1024 * 1024 + 1), "application/octet-stream")

    with pytest.raises(tasks.mail.TooLargeForMailError):
        message.send()

    with whole_scope():
        assert not OutgoingMail.objects.exists()


def test_mail_to_a_folder_is_there_once_however_often_it_is_sent(outbox, settings, tmp_path):
    letter_of_django().send()
    settings.MAIL_TRANSPORT = "mst_sites.delivery.mail.FolderBackend"
    settings.VAR_DIR = tmp_path
    with whole_scope():
        row = OutgoingMail.objects.get()

    tasks.mail.send(row)
    tasks.mail.send(row)

    (file,) = (tmp_path / "outbox").iterdir()
    assert file.name == f"{row.pk}.eml"
    assert row.message_id.encode() in file.read_bytes()


def test_sweep_finds_what_no_message_told_of(document, monkeypatch):
    woken = []
    monkeypatch.setattr(
        "mst_sites.delivery.waking.wake", lambda task, ids: woken.extend((task, i) for i in ids)
    )

    assert tasks.sweep() == 1

    assert woken == [("mst_sites.delivery.tasks.draw", str(document.pk))]


def test_clocks_work_is_done_however_often_the_scheduler_restarts():
    """An interval of a day begins anew with each start, and may never be over."""
    entries = settings.CELERY_BEAT_SCHEDULE.values()
    daily = [entry for entry in entries if isinstance(entry["schedule"], crontab)]

    assert max(e["schedule"] for e in entries if e not in daily) <= 60 * 60
    assert {(len(e["schedule"].hour), len(e["schedule"].minute)) for e in daily} == {(1, 1)}
    assert {e["options"]["expires"] for e in daily} == {12 * 60 * 60}
    assert all(import_string(e["task"]).name == e["task"] for e in entries)


def test_failure_class_of_a_full_disk_by_quota():
    assert tasks.failure_class(OSError(errno.EDQUOT, "quota")) == "DISK_FULL"
