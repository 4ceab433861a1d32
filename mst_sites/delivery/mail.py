"""Mail: Django's backend that writes rows instead of sending, and what a worker sends them with."""

import base64
from collections.abc import Sequence
from email.mime.base import MIMEBase
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection

from mst_sites.delivery import operations
from mst_sites.delivery.models import OutgoingMail
from mst_sites.tenancy.scope import site_scope

LARGEST_ATTACHMENT = 1024 * 1024
CALENDAR = "text/calendar"


class TooLargeForMailError(ValueError):
    """Large files are downloaded behind a sign-in, not mailed."""


class OutboxBackend(BaseEmailBackend):
    """Queues every mail in the transaction of whatever sends it: undone with it, and not sent before it stands."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        if connection.in_atomic_block:
            return self._queue(email_messages)
        with site_scope([]):
            return self._queue(email_messages)

    def _queue(self, messages: Sequence[EmailMessage]) -> int:
        addressed = [message for message in messages if message.recipients()]
        for message in addressed:
            for address in message.recipients():
                operations.queue_mail(site=None, letter=letter_of(message, to=address), by=None)
        return len(addressed)


def letter_of(message: EmailMessage, *, to: str) -> operations.Letter:
    return operations.Letter(
        to=[to],
        subject=str(message.subject),
        text=str(message.body),
        html=html_of(message),
        sender=message.from_email,
        headers={name: str(value) for name, value in message.extra_headers.items()},
        attachments=[packed(attachment) for attachment in message.attachments],
    )


def html_of(message: EmailMessage) -> str:
    alternatives = getattr(message, "alternatives", None) or []
    return next((str(body) for body, kind in alternatives if kind == "text/html"), "")


def packed(attachment: Any) -> dict[str, str]:
    """Turn one of Django's attachments into what a row keeps.

    :raises TooLargeForMailError: it is more than a mail should carry.
    """
    if isinstance(attachment, MIMEBase):
        name, kind = attachment.get_filename() or "attachment", attachment.get_content_type()
        content: Any = attachment.get_payload(decode=True)
    else:
        name, content, kind = attachment
    raw = content.encode() if isinstance(content, str) else content
    if len(raw) > LARGEST_ATTACHMENT:
        raise TooLargeForMailError(name)
    return {
        "name": name or "attachment",
        "type": kind or "application/octet-stream",
        "content": base64.b64encode(raw).decode(),
    }


def send(letter: OutgoingMail) -> None:
    """Hand a mail to the transport.

    :raises OSError: the transport did not take it (smtplib's errors are OSErrors too).
    """
    message = EmailMultiAlternatives(
        subject=letter.subject,
        body=letter.text,
        from_email=letter.sender,
        to=letter.to,
        headers={**letter.headers, "Message-ID": letter.message_id},
        connection=get_connection(settings.MAIL_TRANSPORT, **options()),
    )
    if letter.html:
        message.attach_alternative(letter.html, "text/html")
    for attachment in letter.attachments:
        content = base64.b64decode(attachment["content"])
        if attachment["type"].startswith(CALENDAR):
            # Calendars look for an entry beside the text; the file is for programs that show files only.
            message.attach_alternative(content.decode(), attachment["type"])
        message.attach(attachment["name"], content, attachment["type"])
    message.send(fail_silently=False)


def options() -> dict[str, Any]:
    is_smtp = settings.MAIL_TRANSPORT == "django.core.mail.backends.smtp.EmailBackend"
    return settings.MAIL_SERVER if is_smtp else {}


class FolderBackend(BaseEmailBackend):
    """Stands for a mail server where there is none: one file for each mail, named by its Message-ID."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.VAR_DIR) / "outbox"
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            name = str(message.extra_headers["Message-ID"]).strip("<>").partition("@")[0]
            half_written = folder / f"{name}.part"
            half_written.write_bytes(message.message().as_bytes())
            half_written.replace(folder / f"{name}.eml")
        return len(email_messages)
