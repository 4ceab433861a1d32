"""Viruses: a file is looked through before it is kept, and one that could not be is kept back and asked about again."""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from mst_sites import files
from mst_sites.accounts.models import User
from mst_sites.audit import operations as audit
from mst_sites.records import clamav, uploads
from mst_sites.records.models import Attachment, Scan
from mst_sites.records.uploads import Upload, VirusFoundError
from mst_sites.tenancy.models import Site


def look_through(*, site: Site, upload: Any, by: User | None) -> Upload:
    """Inspect an upload and ask the scanner; call it before locking rows, for the answer may take seconds.

    :param upload: Django's uploaded file.
    :raises ValidationError: the file is not what we keep. A virus is recorded, which stays unless the caller's
        transaction is rolled back.
    """
    try:
        return uploads.inspect(upload.name, upload.chunks())
    except ValidationError as refusal:
        if isinstance(refusal, VirusFoundError):
            with transaction.atomic():
                details = facts_of(refusal.upload) | {"virus": refusal.virus}
                audit.record("attachment.refused", site=site, details=details, by=by)
        raise ValidationError({"upload": refusal.messages}) from refusal


def facts_of(upload: Upload) -> dict[str, Any]:
    """Return what the audit keeps of a file: by its fingerprint it can be found again, its name was typed."""
    return {
        "sha256": hashlib.sha256(upload.content).hexdigest(),
        "size": len(upload.content),
        "type": upload.content_type,
    }


def claim_waiting(*, now: datetime) -> Attachment | None:
    """Take the file whose turn it is, so that no other sweep does; None if none is due.

    Its next turn is set at once and nothing else marks it as taken: a worker that dies over it leaves it waiting.
    """
    with transaction.atomic():
        due = Attachment.objects.waiting().filter(scan_due_at__lte=now).select_related("site")
        locked = due.select_for_update(skip_locked=True, of=("self",))
        attachment: Attachment | None = locked.order_by("scan_due_at", "pk").first()
        if attachment is not None:
            attachment.scan_attempts += 1
            attachment.scan_due_at = now + attachment.delay_after_attempt
            attachment.save(update_fields=["scan_attempts", "scan_due_at"])
        return attachment


def ask_again(*, attachment: Attachment) -> str:
    """Return the name of the virus in a stored file, nothing if it is clean; outside of any transaction.

    :raises NoVerdictError: the scanner has still no answer, or what is stored is not what was brought.
    """
    digest = hashlib.sha256()

    def read() -> Iterator[bytes]:
        for part in files.parts(str(attachment.file)):
            digest.update(part)
            yield part

    virus = clamav.find_virus(read(), seconds=settings.CLAMAV_SECONDS_LATER)
    if not virus and digest.hexdigest() != attachment.sha256:
        # Were it given free, the right file would be too, once somebody has put that back from a backup.
        raise clamav.NoVerdictError("DAMAGED")
    return virus


def settle_scan(*, attachment: Attachment, virus: str, by: User | None) -> bool:
    """Give a file free, or delete it and keep its row; False if another sweep has taken it over.

    :param virus: the name of what was found in it, if anything was.
    """
    with transaction.atomic():
        held = Attachment.objects.filter(
            pk=attachment.pk, scan=Scan.WAITING, scan_attempts=attachment.scan_attempts
        )
        found = {"scan": Scan.INFECTED, "virus": virus, "file": ""} if virus else {}
        if not held.update(**{"scan": Scan.CLEAN, **found}, scan_due_at=None):
            return False
        details = {"sha256": attachment.sha256, **({"virus": virus} if virus else {})}
        action = "attachment.infected" if virus else "attachment.released"
        audit.record(action, site=attachment.site, subject=attachment, details=details, by=by)
        if virus:
            name = str(attachment.file)
            transaction.on_commit(lambda: files.discard(name), robust=True)
    return True
