"""What workers do with the rows that wait: draw, send, and look for what was missed."""

import errno
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import Error, connection
from django.utils import timezone

from mst_sites.audit import chains
from mst_sites.audit.origin import working
from mst_sites.delivery import mail, operations
from mst_sites.delivery.leases import Lease, LeaseLostError
from mst_sites.delivery.models import Document, OutgoingMail, Stage
from mst_sites.delivery.renderers import renderer_of
from mst_sites.tenancy.scope import site_scope, whole_scope

PAUSE = 0.2  # seconds between two tries to reach the database
LONG = 60 * 60  # seconds, for what grows with the years


@shared_task
def draw(document_id: str, **_spare: Any) -> None:
    """Draw one document: as many messages come as documents wait, and each takes the one whose turn it is."""
    with working():
        with whole_scope():
            document = operations.claim_document(woken_for=UUID(document_id), now=timezone.now())
        if document is None:
            return
        try:
            content = content_of(document)
            with site_scope([document.site_id]):
                operations.finish_document(document=document, content=content, now=timezone.now())
        except LeaseLostError:
            return
        except Exception as failure:  # noqa: BLE001 - whatever it is, the row says so and is tried again
            with site_scope([document.site_id]):
                operations.fail_document(
                    document=document, error=failure_class(failure), now=timezone.now()
                )


@dataclass
class News:
    """How far a drawing is, told by the thread that keeps its lease."""

    document: Document
    stage: Stage = Stage.READING
    done: int = 0
    total: int = 0

    def write(self) -> bool:
        with site_scope([self.document.site_id]):
            return operations.report_progress(
                document=self.document,
                stage=self.stage,
                done=self.done,
                total=self.total,
                now=timezone.now(),
            )


def content_of(document: Document) -> bytes:
    """Read, then draw; only the reading has a transaction."""
    news = News(document)
    with Lease(news.write) as lease:

        def progress(done: int, total: int) -> None:
            news.done, news.total = done, total
            lease.tell()

        with site_scope([document.site_id]):
            draw_pages = renderer_of(document.kind)(document, progress)
        news.stage = Stage.DRAWING
        lease.tell()
        content = draw_pages()
        news.stage = Stage.STORING
        lease.tell()
    return content


@shared_task
def send_mail(mail_id: str, **_spare: Any) -> None:
    """Hand one mail to the transport, if it still waits for that.

    A worker that dies between the transport's yes and the commit leaves a mail that is sent again. It is the
    same mail then, with the same Message-ID; the folder that stands for a mail server in the demo has it once.
    """
    with working():
        with whole_scope():
            letter = operations.claim_mail(mail_id=UUID(mail_id), now=timezone.now())
        if letter is None:
            return
        with Lease(keeper_of(letter)):
            try:
                mail.send(letter)
            except Exception as failure:  # noqa: BLE001 - whatever it is, the row says so and is tried again
                error = failure_class(failure)
                with whole_scope():
                    operations.fail_mail(mail=letter, error=error, now=timezone.now())
            else:
                say_it_left(letter)


def say_it_left(letter: OutgoingMail) -> None:
    """Record that a mail has left; a database that is away for a moment is no reason to send it again.

    :raises Error: the database stayed away for as long as the lease lasts without it.
    """
    deadline = time.monotonic() + settings.DELIVERY_LEASE
    while True:
        try:
            with whole_scope():
                operations.finish_mail(mail=letter, now=timezone.now())
        except Error:
            connection.close()
            if time.monotonic() > deadline:
                raise
            time.sleep(PAUSE)
        else:
            return


def keeper_of(letter: OutgoingMail) -> Callable[[], bool]:
    def renew() -> bool:
        with whole_scope():
            return operations.extend_lease(row=letter, now=timezone.now())

    return renew


@shared_task
def sweep(**_spare: Any) -> int:
    """Wake workers for what waits and was not told of."""
    with working(), whole_scope():
        return operations.sweep(now=timezone.now())


@shared_task(ignore_result=True)
def erase_mails(**_spare: Any) -> int:
    """Erase what mails said whose time is over; return how many there were."""
    with working(), whole_scope():
        return operations.erase_mails(now=timezone.now(), by=None)


@shared_task(ignore_result=True, soft_time_limit=LONG, time_limit=LONG + 60)
def anchor_audit(**_spare: Any) -> int:
    """Recompute the audit and mail where its chains end, if there is an address; return how many breaks there are."""
    if not settings.AUDIT_ANCHOR_ADDRESS:
        return 0
    with working():
        with whole_scope():
            named = chains.named_chains()
        walks = {}
        for chain, slug in named:
            with whole_scope():  # one transaction each: all of them together may take a while
                walks[slug] = chains.walk(chain)
        with whole_scope():
            operations.send_anchor(walks=walks, now=timezone.now(), by=None)
    return sum(len(found.breaks) for found in walks.values())


def failure_class(failure: BaseException) -> str:
    """Name a failure without repeating what it says, which may be what people typed."""
    if isinstance(failure, SoftTimeLimitExceeded):
        return "TOOK_TOO_LONG"
    if isinstance(failure, OSError) and failure.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return "DISK_FULL"
    return type(failure).__name__
