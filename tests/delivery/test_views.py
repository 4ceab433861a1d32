"""The pages of delivery: who may open which document, and what its state looks like."""

import base64
import hashlib
import re

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone

from mst_sites.accounts.permissions import Role
from mst_sites.audit.models import AuditEntry
from mst_sites.delivery import operations
from mst_sites.delivery.models import Document, Heartbeat, OutgoingMail, State
from tests.clamav import waiting
from tests.factories import SiteFactory, TeamFactory, person

pytestmark = pytest.mark.django_db
CONTENT = b"%PDF-1.7 words"


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    backend = "django.core.files.storage.FileSystemStorage"
    default = {"BACKEND": backend, "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": default}
    return tmp_path


@pytest.fixture
def team():
    return TeamFactory()


def ready(team, **changes):
    values = {"audience": "full", "title": "Review: Afon", **changes}
    document = operations.request_document(
        site=team.site, kind="review", subject=team, by=None, **values
    )
    Document.objects.filter(pk=document.pk).update(
        team=team,
        state=State.READY,
        file=default_storage.save(f"documents/{document.pk}.pdf", ContentFile(CONTENT)),
        sha256=hashlib.sha256(CONTENT).hexdigest(),
        size=len(CONTENT),
    )
    return document


def address(name, document):
    return reverse(name, args=[document.site.slug, document.pk])


def test_document_download_is_a_file_and_not_a_page(team, sign_in):
    supervisor = person(Role.SUPERVISOR, team=team)
    document = ready(team)

    response = sign_in(supervisor).get(address("document-download", document))

    assert response.content == CONTENT
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'attachment; filename="review-afon.pdf"'
    digest = base64.b64encode(hashlib.sha256(CONTENT).digest()).decode()
    assert response["Repr-Digest"] == f"sha-256=:{digest}:"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]
    entry = AuditEntry.objects.get(action="document.read")
    assert (entry.actor, entry.subject_id, entry.source) == (supervisor, str(document.pk), "web")


# Role, where it is held, which copy, what the person gets.
READERS = (
    (Role.SUPERVISOR, "team", "full", 200),
    (Role.SUPERVISOR, "team", "commissioner", 200),
    (Role.SUPERVISOR, "other team", "full", 404),
    (Role.SUPERVISOR, "other site", "full", 404),
    (Role.CONSULTANT, "team", "full", 200),
    (Role.THERAPIST, "team", "full", 403),
    (Role.BACK_UP_SUPERVISOR, "team", "full", 200),
    (Role.COMMISSIONER, "site", "full", 403),
    (Role.COMMISSIONER, "site", "commissioner", 200),
    (Role.COMMISSIONER, "other site", "commissioner", 404),
    (Role.STEERING_GROUP_MEMBER, "site", "full", 403),
    (Role.STEERING_GROUP_MEMBER, "site", "commissioner", 200),
    (Role.PROVIDER_MANAGER, "site", "full", 200),
    (Role.MST_UK_LEAD, "country", "full", 200),
    (Role.MST_UK_STAFF, "country", "full", 200),
)


@pytest.mark.parametrize(("role", "where", "audience", "status"), READERS)
@pytest.mark.parametrize("name", ["document-download", "document-status", "document-retry"])
def test_document_is_for_its_readers(team, sign_in, role, where, audience, status, name):
    places = {
        "team": {"team": team},
        "other team": {"team": TeamFactory(site=team.site)},
        "other site": {"team": TeamFactory()},
        "site": {"site": team.site},
        "country": {},
    }[where]
    if role == Role.COMMISSIONER and where == "other site":
        places = {"site": SiteFactory()}
    client = sign_in(person(role, **places))
    document = ready(team, audience=audience)
    if name == "document-retry":
        expected = 302 if status == 200 else status
        assert client.post(address(name, document)).status_code == expected
        assert client.get(address(name, document)).status_code in {405, status}
    else:
        assert client.get(address(name, document)).status_code == status
    reads = AuditEntry.objects.filter(action="document.read").count()
    assert reads == (status == 200 and name == "document-download")


def test_document_of_a_kind_that_nobody_may_read_is_refused(team, sign_in, settings):
    settings.DOCUMENT_READERS = {}

    response = sign_in(person(Role.MST_UK_LEAD)).get(address("document-download", ready(team)))

    assert response.status_code == 403


def test_document_download_that_was_changed_is_refused_and_kept_in_mind(team, sign_in, files):
    document = ready(team)
    document.refresh_from_db()
    (files / document.file.name).write_bytes(CONTENT + b".")

    response = sign_in(person(Role.SUPERVISOR, team=team)).get(
        address("document-download", document)
    )

    assert response.status_code == 409
    assert "was changed after it was drawn" in response.content.decode()
    document.refresh_from_db()
    assert (document.state, document.error) == (State.FAILED, "DAMAGED")
    assert AuditEntry.objects.filter(action="document.damaged").count() == 1


def test_document_download_before_it_is_ready_shows_how_far_it_is(team, sign_in):
    document = ready(team)
    Document.objects.update(
        state=State.RUNNING, lease_until=timezone.now(), progress_done=2, progress_total=5
    )
    client = sign_in(person(Role.SUPERVISOR, team=team))

    page = client.get(address("document-download", document), follow=True)
    part = client.get(address("document-status", document), headers={"HX-Request": "true"})

    assert page.redirect_chain == [(address("document-status", document), 302)]
    assert re.search(r'<progress\s+max="5"\s+value="2"', page.content.decode())
    assert "<html" not in part.content.decode()
    assert re.search(r'<progress\s+max="5"\s+value="2"', part.content.decode())
    assert "no-store" in part["Cache-Control"]


def test_document_status_sends_the_state_only_where_the_page_shows_another(team, sign_in):
    document = ready(team)
    Document.objects.update(state=State.RUNNING, lease_until=timezone.now())
    client = sign_in(person(Role.SUPERVISOR, team=team))

    def part(seen):
        values, headers = {"seen": seen}, {"HX-Request": "true"}
        answer = client.get(address("document-status", document), values, headers=headers)
        return answer.content.decode()

    assert f'id="document-{document.pk}-work"' in part("running")
    assert "hx-swap-oob" not in part("running")
    assert f'id="document-{document.pk}-state" hx-swap-oob="innerHTML"' in part("queued")


@pytest.mark.parametrize(
    ("state", "error", "words"),
    [
        (State.QUEUED, "", "Asked for just now."),
        (State.QUEUED, "DISK_FULL", "The disk is full. It is tried again in a moment."),
        (State.FAILED, "WORKER_LOST", "The worker stopped in the middle of it."),
        (State.FAILED, "KeyError", "The program failed (KeyError)."),
        (State.READY, "", "Download the PDF"),
    ],
)
def test_document_status_says_what_is(team, sign_in, state, error, words):
    document = ready(team)
    Document.objects.update(state=state, error=error)

    page = sign_in(person(Role.SUPERVISOR, team=team)).get(address("document-status", document))

    content = page.content.decode()
    assert words in content
    assert ("Try again" in content) == (state == State.FAILED)


def test_document_retry_puts_it_back_in_the_queue(team, sign_in):
    document = ready(team)
    Document.objects.update(state=State.FAILED, attempts=3)

    sign_in(person(Role.SUPERVISOR, team=team)).post(address("document-retry", document))

    document.refresh_from_db()
    assert (document.state, document.attempts) == (State.QUEUED, 0)


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (State.FAILED, "It will be drawn again."),
        (State.QUEUED, "Nothing to do: it is drawn, or is being drawn already."),
        (State.READY, "Nothing to do: it is drawn, or is being drawn already."),
    ],
)
def test_document_retry_says_what_it_did(team, sign_in, state, said):
    document = ready(team)
    Document.objects.update(state=state)
    client = sign_in(person(Role.SUPERVISOR, team=team))

    page = client.post(address("document-retry", document), follow=True)

    assert [str(message) for message in page.context["messages"]] == [said]


@pytest.mark.parametrize(("error", "attempts"), [("DAMAGED", 1), ("CHANGED", 1), ("DISK_FULL", 3)])
def test_document_status_of_a_failure_claims_no_number_of_attempts(team, sign_in, error, attempts):
    document = ready(team)
    Document.objects.update(state=State.FAILED, error=error, attempts=attempts)

    page = sign_in(person(Role.SUPERVISOR, team=team)).get(address("document-status", document))

    assert "You can have it tried again. MST UK sees it on its page “Delivery”." in (
        page.content.decode()
    )
    assert "times" not in page.content.decode()


def fail_everything(number):
    for _ in range(number):
        document = ready(TeamFactory())
        Document.objects.filter(pk=document.pk).update(state=State.FAILED, error="DISK_FULL")
        letter = operations.Letter(to=["a@example.org"], subject="Hello", text="Secret words")
        operations.queue_mail(site=None, letter=letter, by=None)
    OutgoingMail.objects.update(state=State.FAILED, error="SMTPRecipientsRefused")


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize("show", ["documents", "mail"])
def test_delivery_list_counts_and_asks_little(number, show, sign_in, queries):
    fail_everything(number)
    client = sign_in(person(Role.MST_UK_STAFF))

    with queries(9):
        page = client.get(reverse("delivery-list") + f"?show={show}")

    content = page.content.decode()
    assert content.count("Try again") == number
    assert "Secret words" not in content
    assert ("The mail server refuses the address." in content) == (show == "mail")
    assert ("The disk is full." in content) == (show == "documents")


def test_delivery_list_of_nothing_says_so(sign_in):
    Heartbeat.objects.create(name="sweep", beaten_at=timezone.now())

    content = sign_in(person(Role.MST_UK_LEAD)).get(reverse("delivery-list")).content.decode()

    assert "Nothing waits" in content
    assert "The scheduler has not looked" not in content


def test_delivery_list_tells_when_the_scheduler_is_away(sign_in):
    content = sign_in(person(Role.MST_UK_LEAD)).get(reverse("delivery-list")).content.decode()

    assert "The scheduler has not looked" in content


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, ""), (1, "A file waits for the virus check"), (2, "2 files wait for the virus check")],
)
def test_delivery_list_tells_how_many_files_wait_for_the_virus_check(
    number, words, team, sign_in, scanner_away
):
    for _ in range(number):
        waiting(team)

    content = sign_in(person(Role.MST_UK_LEAD)).get(reverse("delivery-list")).content.decode()

    assert words in content
    assert ("for the virus check" in content) == bool(number)


def test_delivery_list_is_for_mst_uk(team, sign_in):
    assert sign_in(person(Role.SUPERVISOR, team=team)).get("/delivery/").status_code == 403


def test_mail_retry_sends_a_dead_letter_again(sign_in, team):
    fail_everything(1)
    mail = OutgoingMail.objects.get()
    url = reverse("mail-retry", args=[mail.pk])

    assert sign_in(person(Role.SUPERVISOR, team=team)).post(url).status_code == 403
    assert sign_in(person(Role.MST_UK_LEAD)).post(url).status_code == 302

    mail.refresh_from_db()
    assert mail.state == State.QUEUED


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (State.FAILED, "It will be sent again."),
        (State.QUEUED, "Nothing to do: it has left, or is being tried already."),
        (State.READY, "Nothing to do: it has left, or is being tried already."),
    ],
)
def test_mail_retry_says_what_it_did(sign_in, state, said):
    fail_everything(1)
    OutgoingMail.objects.update(state=state)
    url = reverse("mail-retry", args=[OutgoingMail.objects.get().pk])

    page = sign_in(person(Role.MST_UK_LEAD)).post(url, follow=True)

    assert [str(message) for message in page.context["messages"]] == [said]
