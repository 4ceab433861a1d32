"""What delivery wrote is gone when it cannot be recorded: every row and file is as before, and no worker is woken."""

import hashlib
from datetime import timedelta
from types import SimpleNamespace as Of

import pytest
from django.utils import timezone

from mst_sites import files
from mst_sites.accounts.permissions import Role
from mst_sites.audit.chains import Walk
from mst_sites.delivery import operations
from mst_sites.delivery.models import Document, OutgoingMail
from tests.factories import SiteFactory, TeamFactory, person

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7"
LETTER = operations.Letter(["a@example.org"], "Hello", "Words")


def waiting():
    return {"next_attempt_at": timezone.now() - timedelta(minutes=5)}


def last_attempt(model):
    """Return how a row is that a worker holds for the last time; its lease is over."""
    lease_until = timezone.now() - timedelta(minutes=1)
    return waiting() | {
        "state": "RUNNING",
        "attempts": model.most_attempts,
        "lease_until": lease_until,
    }


def dead(model):
    ended = {"attempts": model.most_attempts, "finished_at": timezone.now(), "error": "ValueError"}
    return waiting() | {"state": "FAILED"} | ended


def a_document(**given):
    team = TeamFactory()
    asked = {"subject_type": "tenancy.team", "subject_id": str(team.pk), "kind": "review"}
    return Document.objects.create(
        site=team.site, title="Review", requested_at=timezone.now(), **asked, **given
    )


def a_mail(**given):
    said = {"to": LETTER.to, "subject": LETTER.subject, "text": LETTER.text}
    addressed = {"message_id": "<one@example.org>", "sender": "mst@example.org"}
    return OutgoingMail.objects.create(
        site=SiteFactory(), queued_at=timezone.now(), **said, **(addressed | given)
    )


def ready():
    """Return what was asked for and drawn, with its file in its place."""
    drawn = {"file": files.store(PDF, folder="documents"), "size": len(PDF)}
    digest = hashlib.sha256(PDF).hexdigest()
    return a_document(**waiting(), state="READY", sha256=digest, **drawn)


def worn_out():
    """Let a worker have died over the last attempt at a document and at a mail, while others wait."""
    a_document(**waiting())
    a_mail(**waiting())
    a_document(**last_attempt(Document))
    a_mail(**last_attempt(OutgoingMail), message_id="<two@example.org>")
    return timezone.now()


# What people ask for. Each makes what it acts upon, and returns the operation with its values.
ACTS_OF_PEOPLE = {
    "request_document": lambda: Of(
        act=operations.request_document,
        site=(team := TeamFactory()).site,
        kind="review",
        subject=team,
        title="Review",
    ),
    "retry_document": lambda: Of(
        act=operations.retry_document, document=a_document(**dead(Document))
    ),
    "read_document": lambda: Of(act=operations.read_document, document=ready()),
    "queue_mail": lambda: Of(act=operations.queue_mail, site=SiteFactory(), letter=LETTER),
    "queue_mails": lambda: Of(
        act=operations.queue_mails, site=SiteFactory(), letters=[LETTER, LETTER]
    ),
    "retry_mail": lambda: Of(act=operations.retry_mail, mail=a_mail(**dead(OutgoingMail))),
    "send_anchor": lambda: Of(
        act=operations.send_anchor, walks={"-": Walk(0, 1, "0" * 64)}, now=timezone.now()
    ),
}
# What workers and the clock do.
ACTS_OF_WORKERS = {
    "finish_document": lambda: Of(
        act=operations.finish_document,
        document=a_document(**last_attempt(Document)),
        content=PDF,
        now=timezone.now(),
    ),
    "fail_document": lambda: Of(
        act=operations.fail_document,
        document=a_document(**last_attempt(Document)),
        error="ValueError",
        now=timezone.now(),
    ),
    "finish_mail": lambda: Of(
        act=operations.finish_mail,
        mail=a_mail(**last_attempt(OutgoingMail)),
        now=timezone.now(),
    ),
    "fail_mail": lambda: Of(
        act=operations.fail_mail,
        mail=a_mail(**last_attempt(OutgoingMail)),
        error="ValueError",
        now=timezone.now(),
    ),
    "sweep": lambda: Of(act=operations.sweep, now=worn_out()),
}


@pytest.mark.parametrize("act", ACTS_OF_PEOPLE)
def test_nothing_is_left_of_what_cannot_be_recorded(act, broken_at_last):
    broken_at_last(ACTS_OF_PEOPLE[act], by=person(Role.MST_UK_LEAD))


@pytest.mark.parametrize("act", ACTS_OF_WORKERS)
def test_nothing_is_left_of_a_turn_that_cannot_be_recorded(act, broken_at_last):
    broken_at_last(ACTS_OF_WORKERS[act])


def test_damaged_document_stays_ready_when_its_damage_cannot_be_recorded(broken_audit):
    document = a_document(**waiting(), state="READY", sha256="0" * 64, file="documents/gone")

    with pytest.raises(broken_audit):
        operations.read_document(document=document, by=None)

    document.refresh_from_db()
    assert document.state == "READY"
