"""Whatever dies, every document that was asked for exists once and every mail leaves once: with real processes."""

import json
import re
import resource
import time
import urllib.error
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from implementation.forms.enquiries import new_ticket
from implementation.models import Enquiry
from mst_sites.audit.models import AuditEntry
from mst_sites.celery import app
from mst_sites.delivery import operations, tasks
from mst_sites.delivery.models import Document, OutgoingMail, State
from mst_sites.records import tasks as records_tasks
from mst_sites.records.models import Attachment, Scan
from mst_sites.records.operations import attach_file
from mst_sites.tenancy.models import Site
from mst_sites.tenancy.scope import whole_scope
from tests.clamav import waiting
from tests.delivery.stage import Stage, eventually
from tests.factories import SiteFactory, TeamFactory, UserFactory

# One process, one house; on a busy machine its migrations alone take most of a minute.
pytestmark = pytest.mark.timeout(180)
KINDS = {"slow": "", "poison": ""}


@pytest.fixture(scope="module")
def stage(django_db_blocker, template):
    made = Stage(template)
    try:
        made.start()
        with django_db_blocker.unblock(), made.entered():
            yield made
    finally:
        made.stop()


@pytest.fixture(autouse=True)
def afresh(stage, settings):
    """Begin each test without what the one before left waiting."""
    settings.DOCUMENT_RENDERERS = KINDS
    settings.EMAIL_BACKEND = "mst_sites.delivery.mail.OutboxBackend"
    backend = "django.core.files.storage.FileSystemStorage"
    default = {"BACKEND": backend, "OPTIONS": {"location": stage.var / "files"}}
    settings.STORAGES = {**settings.STORAGES, "default": default}
    yield
    for process in stage.processes:
        stage.kill(process)
    stage.processes.clear()
    with whole_scope():
        Document.objects.all().delete()
        OutgoingMail.objects.all().delete()
        Enquiry.objects.all().delete()
        Attachment.objects.all().delete()
    for path in files_in(stage, "attachments"):
        path.unlink()
    stage.wipe_redis()


def request(title="Review", kind="slow"):
    with whole_scope():
        site = Site.objects.first() or SiteFactory(slug="afon")
        subject = UserFactory.build()
        return operations.request_document(
            site=site, kind=kind, subject=subject, title=title, by=None
        )


def write(*subjects):
    with whole_scope():
        return [
            operations.queue_mail(
                site=None,
                letter=operations.Letter(to=["a@example.org"], subject=subject, text="Text"),
                by=None,
            )
            for subject in subjects or ["Hello"]
        ]


def line_of(mail):
    return f"{mail.subject} {mail.message_id}"


def states(model=Document):
    with whole_scope():
        return list(model.objects.order_by("pk").values_list("state", flat=True))


def all_ready(model, number):
    return lambda: states(model) == [State.READY] * number


def files_of(stage, document):
    folder = stage.var / "files" / operations.documents.folder_of(document)
    return [path.read_bytes()[:5] for path in folder.iterdir()]


def acts_on(row):
    with whole_scope():
        entries = AuditEntry.objects.filter(subject_id=str(row.pk)).order_by("number")
        return list(entries.values_list("action", flat=True))


def test_worker_killed_in_mid_pdf_loses_nothing_and_one_asked_to_stop_finishes(stage):
    document = request("A slow one")
    first = stage.worker()
    eventually(lambda: stage.is_held(document.pk))

    stage.kill(first)
    assert states() == [State.RUNNING]
    worker = stage.worker()

    eventually(all_ready(Document, 1))
    with whole_scope():
        assert Document.objects.get().attempts == 2
    assert files_of(stage, document) == [b"%PDF-"]
    assert acts_on(document) == ["document.requested", "document.ready"]

    second = request("Another slow one")
    eventually(lambda: stage.is_held(second.pk))
    stage.ask_to_stop(worker)
    time.sleep(0.5)  # what a worker that stops at once needs for it
    stage.let_go(second.pk)

    assert worker.wait(timeout=20) == 0
    with whole_scope():
        second = Document.objects.get(pk=second.pk)
    assert (second.state, second.attempts) == (State.READY, 1)


def in_flight(stage, *subjects):
    """Write mails, and wait until a worker holds them before or after the server has taken them."""
    mails = write(*subjects)
    eventually(lambda: all(map(stage.is_held, subjects)))
    return mails


def test_mail_leaves_once_whatever_dies_before_or_after(stage):
    """A server takes it once, but where a worker dies between the server's yes and the commit.

    That one point nobody can close: then it is sent again, as the same mail, rather than perhaps never.
    """
    worker = stage.worker(children=2)
    mails = in_flight(stage, "Before-kill", "After-kill")
    stage.kill(worker)
    stage.let_go("Before-kill")
    stage.let_go("After-kill")
    worker = stage.worker()
    eventually(all_ready(OutgoingMail, 2))

    mails += in_flight(stage, "After-restart")
    stage.restart_postgres()
    connection.close()
    stage.let_go("After-restart")
    eventually(all_ready(OutgoingMail, 3))

    mails += in_flight(stage, "Before-stop")
    stage.ask_to_stop(worker)
    stage.let_go("Before-stop")

    assert worker.wait(timeout=20) == 0
    taken = stage.mails_taken()
    assert [taken[line_of(mail)] for mail in mails] == [1, 2, 1, 1]
    with whole_scope():
        attempts = [OutgoingMail.objects.get(pk=mail.pk).attempts for mail in mails]
    assert attempts == [2, 2, 1, 1]
    assert [acts_on(mail) for mail in mails] == [["mail.queued", "mail.sent"]] * 4


def test_redis_wiped_with_jobs_waiting_loses_nothing(stage):
    documents = [request(f"Review {number}") for number in range(4)]
    mails = write("One", "Two", "Three", "Four")

    stage.wipe_redis()
    stage.worker()

    eventually(all_ready(Document, 4))
    eventually(all_ready(OutgoingMail, 4))
    assert [files_of(stage, document) for document in documents] == [[b"%PDF-"]] * 4
    taken = stage.mails_taken()
    assert [taken[line_of(mail)] for mail in mails] == [1] * 4
    assert [acts_on(mail) for mail in mails] == [["mail.queued", "mail.sent"]] * 4


def test_redis_down_at_submit_holds_up_nobody(stage):
    stage.worker()
    write()
    eventually(all_ready(OutgoingMail, 1))
    stage.redis.stop()

    began = time.monotonic()
    document = request()
    write()
    took = time.monotonic() - began
    stage.redis.start()

    assert took < 0.3
    eventually(all_ready(Document, 1), seconds=30)
    eventually(all_ready(OutgoingMail, 2))
    assert files_of(stage, document) == [b"%PDF-"]


@pytest.mark.real_passwords  # the web server has no other
def test_people_sign_in_and_guesses_are_counted_while_redis_is_away(stage):
    with whole_scope():
        user = UserFactory(email="here@example.org")
        user.set_password("seventeen quiet herons")
        user.save()
    web = stage.web()
    eventually(lambda: ready(web)["database"] == "ok")
    stage.redis.stop()

    guesses = [post(f"{web}/account/sign-in/", login="a@x.org", password="g") for _ in range(11)]
    reset = post(f"{web}/account/password/reset/", email=user.email)
    inside = post(f"{web}/account/sign-in/", login=user.email, password="seventeen quiet herons")
    stage.redis.start()

    assert ["Too many attempts" in guess.text for guess in guesses] == [False] * 10 + [True]
    assert reset.address == f"{web}/account/password/reset/sent/"
    assert inside.address == f"{web}/"
    assert states(OutgoingMail) == [State.QUEUED]
    # The other answers hash a password: on a busy machine that alone takes longer.
    assert reset.seconds < 0.3
    assert max(answer.seconds for answer in [*guesses, inside]) < 3


class Answer(NamedTuple):
    address: str
    status: int
    text: str
    seconds: float


def post(address, **values):
    """Open a page's form as somebody new, and send it."""
    people = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    with people.open(address.partition("?")[0], timeout=20) as page:
        token = re.search('csrfmiddlewaretoken" value="(.+?)"', page.read().decode())[1]
    data = urllib.parse.urlencode({**values, "csrfmiddlewaretoken": token}).encode()
    began = time.monotonic()
    try:
        page = people.open(address, data, timeout=20)
    except urllib.error.HTTPError as refusal:
        page = refusal
    with page:
        return Answer(page.url, page.status, page.read().decode(), time.monotonic() - began)


def test_poison_stops_after_three_attempts_and_the_others_go_on(stage):
    poison = request("Poison", kind="poison")
    stage.worker()
    other = request("Another")

    eventually(lambda: sorted(states()) == [State.FAILED, State.READY], seconds=30)

    with whole_scope():
        dead = Document.objects.get(pk=poison.pk)
    assert (dead.state, dead.attempts, dead.error) == (State.FAILED, 3, "WORKER_LOST")
    assert acts_on(poison) == ["document.requested", "document.failed"]
    assert files_of(stage, other) == [b"%PDF-"]


ENQUIRY = {
    "contact_name": "Demo Contact",
    "organisation": "Demo Council",
    "email": "contact@example.org",
    "nation": "WALES",
    "area": "Demo Valley",
    "need": "Forty young people a year.",
}


def enquire(web, ticket, hold=""):
    """Send the public form, which asks for no sign-in and writes a row and a mail."""
    return post(f"{web}/enquire/?hold={hold}", **ENQUIRY, ticket=ticket)


def test_postgres_restarted_in_mid_request_saves_nothing_half(stage):
    web = stage.web()
    eventually(lambda: ready(web)["database"] == "ok")
    holds = ["before-the-view", "after-the-view"]
    with time_machine.travel(datetime.now(UTC) - timedelta(minutes=1)):
        first, second, third = (new_ticket() for _ in range(3))

    with ThreadPoolExecutor() as people:
        sent = zip((first, second), holds, strict=True)
        answers = [people.submit(enquire, web, ticket, hold) for ticket, hold in sent]
        for hold in holds:
            eventually(lambda hold=hold: stage.is_held(hold))
        stage.restart_postgres()
        connection.close()
        for hold in holds:
            stage.let_go(hold)

    for answer in (answer.result() for answer in answers):
        assert (answer.status, "away for a moment" in answer.text) == (503, True)
        assert f">{ENQUIRY['contact_name']}\n\n" in answer.text
        assert ENQUIRY["need"] in answer.text
    assert enquiries() == 0
    assert states(OutgoingMail) == []

    assert enquire(web, third).address == f"{web}/enquire/sent/"
    assert enquiries() == 1
    assert states(OutgoingMail) == [State.QUEUED]


def enquiries():
    with whole_scope():
        return Enquiry.objects.count()


def test_postgres_away_is_told_and_forgotten(stage):
    web = stage.web()
    eventually(lambda: ready(web)["database"] == "ok")
    document = request("A slow one")
    stage.worker()
    eventually(lambda: stage.is_held(document.pk))

    stage.postgres.stop()
    connection.close()
    assert (ready(web)["status"], ready(web)["database"]) == ("down", "does not answer")
    stage.postgres.start()

    assert ready(web)["database"] == "ok"
    stage.kill(stage.processes[-1])
    stage.worker()
    eventually(all_ready(Document, 1))
    assert files_of(stage, document) == [b"%PDF-"]


def ready(address):
    """Ask the stage's web server how it is."""
    try:
        with urllib.request.urlopen(f"{address}/readyz", timeout=5) as answer:  # noqa: S310 - our own
            return json.load(answer)
    except urllib.error.HTTPError as refusal:
        with refusal:
            return json.load(refusal)
    except OSError:
        return {"status": "", "database": ""}


@contextmanager
def full_disk(largest=64 * 1024):
    """Let no file of this process grow past a size, as a disk does that is almost full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def files_in(stage, folder):
    return [path for path in (stage.var / "files" / folder).rglob("*") if path.is_file()]


def test_disk_full_at_attach_keeps_nothing_half(stage):
    with whole_scope():
        team = TeamFactory()
        values = {"site": team.site, "subject": team, "by": None}
        large = b"word " * 40_000
        with full_disk(), pytest.raises(ValidationError, match="no room"):
            attach_file(upload=SimpleUploadedFile("minutes.txt", large), **values)
        assert not Attachment.objects.exists()
        assert files_in(stage, "attachments") == []

        kept = attach_file(upload=SimpleUploadedFile("minutes.txt", large), **values)

    assert [path.read_bytes() for path in files_in(stage, "attachments")] == [large]
    assert acts_on(kept) == ["attachment.added"]


def test_worker_killed_while_the_virus_scanner_looks_leaves_the_file_waiting(
    stage, scanner, monkeypatch
):
    scanner.mood = "hang"
    monkeypatch.setenv("CLAMAV_ADDRESS", "{}:{}".format(*scanner.address))
    with whole_scope():
        file = waiting(TeamFactory())
    worker = stage.worker()
    app.send_task("mst_sites.records.tasks.scan_files")
    assert scanner.asked.wait(30)

    stage.kill(worker)

    scanner.mood = ""
    with whole_scope():
        file.refresh_from_db()
    assert (file.scan, file.scan_attempts) == (Scan.WAITING, 1)
    assert acts_on(file) == []
    assert records_tasks.scan_files() == 0, "it is left alone for a while"
    with time_machine.travel(file.scan_due_at):
        assert records_tasks.scan_files() == 1
    assert acts_on(file) == ["attachment.released"]
    assert [path.read_bytes() for path in files_in(stage, "attachments")] == [b"We met."]


def test_disk_full_at_drawing_is_tried_again(stage, monkeypatch):
    document = request()
    content = b"%PDF-" + b"x" * 100_000
    monkeypatch.setattr(tasks, "renderer_of", lambda kind: lambda row, progress: lambda: content)
    monkeypatch.setattr(Document, "first_delay", timedelta(seconds=0.1))

    with full_disk():
        tasks.draw(str(document.pk))
    with whole_scope():
        assert Document.objects.get().error == "DISK_FULL"
    assert files_in(stage, operations.documents.folder_of(document)) == []

    eventually(lambda: tasks.draw(str(document.pk)) or all_ready(Document, 1)(), seconds=15)
    assert files_of(stage, document) == [b"%PDF-"]
