"""Documents: asked for, drawn under a lease, read with their fingerprint checked."""

import hashlib
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.utils import timezone

from mst_sites import files
from mst_sites.accounts.models import User
from mst_sites.audit import operations as audit
from mst_sites.delivery import waking
from mst_sites.delivery.models import Audience, Document, Queued, Stage, State
from mst_sites.delivery.operations import turns
from mst_sites.languages import spoken
from mst_sites.tenancy.models import Site

DAMAGED = "DAMAGED"
CHANGED = "CHANGED"


class UnknownKindError(LookupError):
    """Nothing draws this kind of document."""


class DamagedDocumentError(RuntimeError):
    """The stored file is not the one that was drawn, or is not there."""


def request_document(
    *,
    site: Site,
    kind: str,
    subject: models.Model,
    audience: str = Audience.FULL,
    title: str,
    version: int = 1,
    by: User | None,
) -> Document:
    """Ask for one version of a document; asked for again, answer with the one that is there.

    The document belongs to the subject's team, where it has one.

    :raises UnknownKindError: nothing draws this kind.
    """
    if kind not in settings.DOCUMENT_RENDERERS:
        raise UnknownKindError(kind)
    now = timezone.now()
    document = Document(
        site=site,
        team=getattr(subject, "team", None),
        kind=kind,
        subject_type=subject._meta.label_lower,
        subject_id=str(subject.pk),
        version=version,
        audience=audience,
        title=title,
        language=spoken(site.language),
        requested_by=by,
        requested_at=now,
        next_attempt_at=now,
    )
    document.full_clean(validate_unique=False, validate_constraints=False)
    with transaction.atomic():
        # Two requests at once: the constraint lets one in and the other finds it.
        Document.objects.bulk_create([document], ignore_conflicts=True)
        stored: Document = Document.objects.get(
            site=site, kind=kind, subject_id=document.subject_id, audience=audience, version=version
        )
        if stored.pk == document.pk:
            audit.record(
                "document.requested",
                site=site,
                subject=stored,
                details={"kind": kind, "audience": audience, "version": version},
                by=by,
            )
            waking.wake_on_commit(waking.DRAW, [stored.pk])
    return stored


def claim_document(*, woken_for: UUID, now: datetime) -> Document | None:
    """Take the document whose turn it is; None if nothing is left to do.

    Every other message, by the last bit of its document's id, serves the newest request, because somebody who
    asked a moment ago is looking at the page; the others serve the one that has waited longest. So a person waits
    for one or two drawings however many are asked for at once, and nothing waits for ever.
    """
    with transaction.atomic():
        document: Document | None = turns.take_next(
            Document, newest_first=woken_for.int % 2 == 0, now=now
        )
        return document


def extend_lease(*, row: Queued, now: datetime) -> bool:
    """Keep a document or a mail that takes long; False if another worker has taken it over."""
    with transaction.atomic():
        return turns.keep(row, now=now)


def report_progress(
    *, document: Document, stage: Stage, done: int, total: int, now: datetime
) -> bool:
    """Say how far the drawing is, which also extends the lease; False if another worker has taken over."""
    with transaction.atomic():
        return turns.keep(
            document, now=now, progress_text=stage, progress_done=done, progress_total=total
        )


def finish_document(*, document: Document, content: bytes, now: datetime) -> bool:
    """Store what was drawn; False, with nothing stored, if another worker has taken over.

    A document that was drawn before has a fingerprint that people may rely on: what is drawn now is the same, or is
    not stored.

    :raises OSError: the file could not be written.
    """
    digest = hashlib.sha256(content).hexdigest()
    if document.sha256 not in ("", digest):
        return keep_first(document=document, drawn=digest, now=now)
    name = files.store(content, folder=folder_of(document), suffix=".pdf")
    is_kept = False
    try:
        with transaction.atomic():
            is_ours = turns.finish(
                document, now=now, file=name, sha256=digest, size=len(content), progress_text=""
            )
            if is_ours:
                audit.record(
                    "document.ready",
                    site=document.site,
                    subject=document,
                    details={"sha256": digest, "size": len(content), "attempt": document.attempts},
                    by=None,
                )
                transaction.on_commit(lambda: clear_leftovers(document, keep=name), robust=True)
        is_kept = is_ours
    finally:
        if not is_kept:
            files.discard(name)
    return is_kept


def keep_first(*, document: Document, drawn: str, now: datetime) -> bool:
    """Give out the file that was drawn first, where somebody has put it back; else the document is a dead letter."""
    is_whole = fingerprint_of_file(document) == document.sha256
    details = {"sha256": document.sha256, "drawn": drawn, "attempt": document.attempts}
    with transaction.atomic():
        if is_whole:
            is_ours = turns.finish(document, now=now, progress_text="")
        else:
            is_ours = bool(turns.give_back(document, error=CHANGED, now=now, for_good=True))
        if is_ours:
            action = "document.restored" if is_whole else "document.changed"
            audit.record(action, site=document.site, subject=document, details=details, by=None)
    return is_ours


def fingerprint_of_file(document: Document) -> str:
    return hashlib.sha256(files.read(str(document.file))).hexdigest()


def fail_document(*, document: Document, error: str, now: datetime) -> bool:
    """Give a document back after a failure: to be tried again later, or as a dead letter after the last attempt.

    :param error: a class of failure, never content.
    """
    with transaction.atomic():
        state = turns.give_back(document, error=error[:60], now=now)
        if state == State.FAILED:
            audit.record(
                "document.failed",
                site=document.site,
                subject=document,
                details={"error": error[:60], "attempts": document.attempts},
                by=None,
            )
    return state is not None


def retry_document(*, document: Document, by: User | None) -> bool:
    """Try a dead letter again; False if it is none any more."""
    with transaction.atomic():
        is_started = turns.start_again(document, now=timezone.now())
        if is_started:
            audit.record("document.retried", site=document.site, subject=document, by=by)
            waking.wake_on_commit(waking.DRAW, [document.pk])
    return is_started


def read_document(*, document: Document, by: User | None) -> bytes:
    """Return the file of a document that is ready, and record who read it.

    :raises DamagedDocumentError: it is not what was drawn; the document is a dead letter now, which a person can retry.
    """
    content = files.read(str(document.file))
    is_whole = hashlib.sha256(content).hexdigest() == document.sha256
    with transaction.atomic():
        if is_whole:
            details = {"sha256": document.sha256, "audience": document.audience}
            audit.record(
                "document.read", site=document.site, subject=document, details=details, by=by
            )
        else:
            # Drawn again in the meantime, it is another file.
            ready = Document.objects.filter(
                pk=document.pk, state=State.READY, file=str(document.file)
            )
            if ready.update(state=State.FAILED, error=DAMAGED):
                details = {"sha256": document.sha256}
                audit.record(
                    "document.damaged", site=document.site, subject=document, details=details, by=by
                )
    if not is_whole:
        raise DamagedDocumentError(str(document.pk))
    return content


def folder_of(document: Document) -> str:
    return f"documents/{document.pk.hex[:2]}/{document.pk.hex}"


def clear_leftovers(document: Document, *, keep: str) -> None:
    """Delete what attempts left behind that died between writing the file and saying so."""
    folder = folder_of(document)
    for name in default_storage.listdir(folder)[1]:
        if f"{folder}/{name}" != keep:
            default_storage.delete(f"{folder}/{name}")
