"""Files that people bring: kept whole, read with their fingerprint checked, taken away without a trace lost."""

import hashlib
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mst_sites import files
from mst_sites.accounts.models import User
from mst_sites.audit import operations as audit
from mst_sites.records.models import Attachment, Scan
from mst_sites.records.operations.scanning import look_through
from mst_sites.records.operations.subjects import hanging_on
from mst_sites.records.uploads import Upload
from mst_sites.tenancy.models import Site

FOLDER = "attachments"


class DamagedAttachmentError(RuntimeError):
    """The stored file is not the one that was uploaded, or is not there."""


class WithheldAttachmentError(RuntimeError):
    """The file was not looked through for viruses yet, or one was found in it."""


def attach_file(
    *,
    site: Site,
    subject: models.Model,
    upload: Any,
    dated_on: date | None = None,
    attachment_id: UUID | None = None,
    by: User | None,
) -> Attachment:
    """Keep a file with a row.

    :param upload: Django's uploaded file, or what `look_through` made of it before rows were locked.
    :param attachment_id: made by the form, so that a submit that is repeated is the same file.
    :raises ValidationError: the file is not what we keep, or there is no room for it.
    """
    attachment_id = attachment_id or uuid4()
    same = Attachment.objects.filter(pk=attachment_id, site=site, uploaded_by=by)
    known: Attachment | None = same.first()
    if known:
        return known
    is_seen = isinstance(upload, Upload)
    kept = upload if is_seen else look_through(site=site, upload=upload, by=by)
    try:
        name = files.store(kept.content, folder=FOLDER)
    except OSError as failure:
        message = _("There is no room for the file. It was not kept.")
        raise ValidationError({"upload": message}) from failure
    now = timezone.now()
    attachment = Attachment(
        **hanging_on(subject, site),
        pk=attachment_id,
        name=kept.name,
        file=name,
        content_type=kept.content_type,
        size=len(kept.content),
        sha256=hashlib.sha256(kept.content).hexdigest(),
        dated_on=dated_on,
        received_at=now,
        uploaded_by=by,
        scan=kept.scan,
        scan_due_at=now if kept.scan == Scan.WAITING else None,
    )
    is_kept = False
    try:
        with transaction.atomic():
            attachment.full_clean()
            attachment.save(force_insert=True)
            details = {
                "sha256": attachment.sha256,
                "size": attachment.size,
                "type": kept.content_type,
            }
            if kept.scan != Scan.NONE:
                details["scan"] = kept.scan.value
            audit.record("attachment.added", site=site, subject=attachment, details=details, by=by)
        is_kept = True
    finally:
        if not is_kept:
            files.discard(name)
    return attachment


def read_attachment(*, attachment: Attachment, by: User | None) -> bytes:
    """Return the file and record who read it.

    :raises WithheldAttachmentError: nobody gets it, because of viruses.
    :raises DamagedAttachmentError: it is not what was uploaded.
    """
    if attachment.is_withheld:
        raise WithheldAttachmentError(str(attachment.pk))
    content = files.read(str(attachment.file))
    is_whole = hashlib.sha256(content).hexdigest() == attachment.sha256
    with transaction.atomic():
        audit.record(
            "attachment.read" if is_whole else "attachment.damaged",
            site=attachment.site,
            subject=attachment,
            details={"sha256": attachment.sha256},
            by=by,
        )
    if not is_whole:
        raise DamagedAttachmentError(str(attachment.pk))
    return content


def remove_attachment(*, attachment: Attachment, by: User | None) -> None:
    """Take a file out of sight; its content is kept until its time is over, its row and who took it out for ever."""
    with transaction.atomic():
        shown = Attachment.objects.filter(pk=attachment.pk, removed_at=None)
        if shown.update(removed_at=timezone.now(), removed_by=by):
            audit.record("attachment.removed", site=attachment.site, subject=attachment, by=by)
