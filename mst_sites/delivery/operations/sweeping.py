"""The sweep: finds what no message told a worker of, and what a worker died over."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from mst_sites.delivery import waking
from mst_sites.delivery.models import Document, Heartbeat, OutgoingMail
from mst_sites.delivery.operations import turns
from mst_sites.delivery.operations.documents import fail_document
from mst_sites.delivery.operations.mails import fail_mail

AT_ONCE = 200
SWEEP = "sweep"


def sweep(*, now: datetime) -> int:
    """Wake workers for every row that is due and was not told of lately; return how many."""
    with transaction.atomic():
        Heartbeat.objects.update_or_create(name=SWEEP, defaults={"beaten_at": now})
        documents, worn_out = split(Document, now=now)
        for document in worn_out:
            fail_document(document=document, error=turns.WORKER_LOST, now=now)
        mails, worn_out_mails = split(OutgoingMail, now=now)
        for mail in worn_out_mails:
            fail_mail(mail=mail, error=turns.WORKER_LOST, now=now)
        waking.wake_on_commit(waking.DRAW, documents)
        waking.wake_on_commit(waking.SEND_MAIL, mails)
    return len(documents) + len(mails)


def split(model: Any, *, now: datetime) -> tuple[list[Any], list[Any]]:
    """Return the ids of the rows to wake for, now marked as told of, and the rows whose last attempt died."""
    told_before = now - timedelta(seconds=settings.DELIVERY_WAKE_AGAIN)
    due = (
        model.objects.takeable_at(now)
        .filter(Q(woken_at=None) | Q(woken_at__lte=told_before))
        .order_by("next_attempt_at", "pk")
        .select_for_update(skip_locked=True, of=("self",))[:AT_ONCE]
    )
    rows = list(due)
    worn_out = [row for row in rows if row.attempts >= row.most_attempts]
    to_wake = [row.pk for row in rows if row.attempts < row.most_attempts]
    model.objects.filter(pk__in=to_wake).update(woken_at=now)
    return to_wake, worn_out
