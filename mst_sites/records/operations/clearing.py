"""Stored files whose time is over: those that were removed long ago, and those that no row names."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from mst_sites import files
from mst_sites.accounts.models import User
from mst_sites.audit import operations as audit
from mst_sites.records.models import Attachment
from mst_sites.records.operations.attachments import FOLDER
from mst_sites.tenancy.scope import whole_scope

LONGEST_TRANSACTION = timedelta(days=1)  # a file is there before the row that names it


def clear_files(*, now: datetime, by: User | None) -> int:
    """Delete the files of attachments whose time is over, whose rows stay, and those of uploads that came to nothing.

    It sees every site by itself: within the scope of a few, the files of the others would look like nobody's.
    """
    with whole_scope():
        removed = Attachment.objects.removed_until(now - timedelta(days=settings.FILE_KEEP_DAYS))
        unnamed = unnamed_files(now=now)
        over = list(removed.select_related("site").select_for_update(of=("self",)).order_by("pk"))
        Attachment.objects.filter(pk__in=[each.pk for each in over]).update(file="")
        for each in over:
            details = {"sha256": each.sha256}
            audit.record("attachment.erased", site=each.site, subject=each, details=details, by=by)
        if unnamed:
            details = {"files": len(unnamed)}
            audit.record("attachments.cleared", site=None, details=details, by=by)
        names = [*(str(each.file) for each in over), *unnamed]
        transaction.on_commit(lambda: discard_all(names), robust=True)
    return len(names)


def unnamed_files(*, now: datetime) -> list[str]:
    old = files.written_until(now - LONGEST_TRANSACTION, folder=FOLDER)
    named = set(Attachment.objects.filter(file__in=old).values_list("file", flat=True))
    return [name for name in old if name not in named]


def discard_all(names: list[str]) -> None:
    for name in names:
        files.discard(name)
