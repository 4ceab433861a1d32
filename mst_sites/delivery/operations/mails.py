"""Mails: written as rows by whoever wants to send one, handed to the transport by a worker."""

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, time, timedelta
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from mst_sites.accounts.models import User
from mst_sites.audit import operations as audit
from mst_sites.delivery import waking
from mst_sites.delivery.models import OutgoingMail, State
from mst_sites.delivery.operations import turns
from mst_sites.periods import LONDON, add_months, local_day
from mst_sites.tenancy.models import Site


@dataclass(frozen=True)
class Letter:
    """What a mail says and to whom; attachments are small: name, type and content in base64."""

    to: list[str]  # one address: see `mail_of`
    subject: str
    text: str
    html: str = ""
    sender: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    attachments: list[dict[str, str]] = field(default_factory=list)


class SeveralAddressesError(ValueError):
    """A mail goes to one person, so that it arrives or is a dead letter, and nothing in between."""


def queue_mail(*, site: Site | None, letter: Letter, by: User | None) -> OutgoingMail:
    """Put a mail in the queue, in the transaction of whatever it tells about.

    :raises SeveralAddressesError: it is for more than one person, each of whom gets a mail of their own.
    """
    mail = mail_of(letter, site=site, now=timezone.now())
    mail.clean_fields()
    with transaction.atomic():
        mail.save(force_insert=True)
        audit.record("mail.queued", site=site, subject=mail, by=by)
        waking.wake_on_commit(waking.SEND_MAIL, [mail.pk])
    return mail


def queue_mails(*, site: Site, letters: Sequence[Letter], by: User | None) -> list[OutgoingMail]:
    """Put many mails that tell of one thing in the queue at once, with one entry in the audit for them all.

    :raises SeveralAddressesError: one of them is for more than one person.
    """
    now = timezone.now()
    mails = [mail_of(letter, site=site, now=now) for letter in letters]
    if not mails:
        return []
    for mail in mails:
        # PostgreSQL refuses a site out of reach; to ask before costs a query each.
        mail.clean_fields(exclude=["site"])
    with transaction.atomic():
        OutgoingMail.objects.bulk_create(mails)
        details = {"mails": len(mails)}
        audit.record("mails.queued", site=site, subject=site, details=details, by=by)
        waking.wake_on_commit(waking.SEND_MAIL, [mail.pk for mail in mails])
    return mails


def mail_of(letter: Letter, *, site: Site | None, now: datetime) -> OutgoingMail:
    """Return the row of a letter. A person may add mail and not read it: uniqueness is left to PostgreSQL.

    :raises SeveralAddressesError: a mail server may take a mail for some of its people and refuse it for others, and
        one row could not say so.
    """
    if len(letter.to) > 1:
        raise SeveralAddressesError(len(letter.to))
    mail_id = uuid.uuid4()
    return OutgoingMail(
        id=mail_id,
        site=site,
        # Made now and never again: a mail sent twice after a crash is the same mail to who gets it.
        message_id=f"<{mail_id}@{urlsplit(settings.BASE_URL).hostname}>",
        queued_at=now,
        next_attempt_at=now,
        **(asdict(letter) | {"sender": letter.sender or settings.DEFAULT_FROM_EMAIL}),
    )


def claim_mail(*, mail_id: UUID, now: datetime) -> OutgoingMail | None:
    """Take a mail for one attempt; None if another worker has it, or nothing is left to do."""
    with transaction.atomic():
        mail: OutgoingMail | None = turns.take(OutgoingMail, mail_id, now=now)
        return mail


def finish_mail(*, mail: OutgoingMail, now: datetime) -> bool:
    """Say that a mail has left; False if another worker has taken it over."""
    with transaction.atomic():
        is_ours = turns.finish(mail, now=now)
        if is_ours:
            details = {"attempt": mail.attempts}
            audit.record("mail.sent", site=mail.site, subject=mail, details=details, by=None)
    return is_ours


def fail_mail(*, mail: OutgoingMail, error: str, now: datetime) -> bool:
    """Give a mail back after a failure: to be tried again later, or as a dead letter after the last attempt."""
    with transaction.atomic():
        state = turns.give_back(mail, error=error[:60], now=now)
        if state == State.FAILED:
            details = {"error": error[:60], "attempts": mail.attempts}
            audit.record("mail.failed", site=mail.site, subject=mail, details=details, by=None)
    return state is not None


def retry_mail(*, mail: OutgoingMail, by: User | None) -> bool:
    """Try a dead letter again; False if it is none any more."""
    with transaction.atomic():
        is_started = turns.start_again(mail, now=timezone.now())
        if is_started:
            audit.record("mail.retried", site=mail.site, subject=mail, by=by)
            waking.wake_on_commit(waking.SEND_MAIL, [mail.pk])
    return is_started


def erase_mails(*, now: datetime, by: User | None) -> int:
    """Erase what mails said that left long ago, to whom and about what; that they left, and when, stays.

    Enquirers are promised that their address is erased with what they sent. So no address is kept for longer than an
    enquiry is: a dead letter of that age, which nobody has started again, is deleted.
    """
    sent_by = now - timedelta(days=settings.MAIL_KEEP_DAYS)
    last_day = add_months(local_day(now), -settings.ENQUIRY_KEEP_MONTHS)
    written_by = datetime.combine(last_day, time.min, tzinfo=LONDON)
    with transaction.atomic():
        due = OutgoingMail.objects.sent_until(max(sent_by, written_by))
        count: int = due.update(to=[], subject="", text="", html="", headers={}, attachments=[])
        count += OutgoingMail.objects.dead_since(written_by).delete()[0]
        if count:
            audit.record("mails.erased", site=None, details={"mails": count}, by=by)
        return count
