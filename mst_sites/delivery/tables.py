"""What delivery's pages show, in words and as the look's records."""

from datetime import datetime, timedelta
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mst_sites.delivery.models import Document, State
from mst_sites.delivery.queries import Backlog
from mst_sites.look.parts import Progress, Tab, Tile

JUST_NOW = timedelta(minutes=1)
FAILURES = {
    "WORKER_LOST": gettext_lazy("The worker stopped in the middle of it."),
    "TOOK_TOO_LONG": gettext_lazy("It took too long."),
    "DISK_FULL": gettext_lazy("The disk is full."),
    "DAMAGED": gettext_lazy("The stored file is not the one that was drawn."),
    "CHANGED": gettext_lazy(
        "Drawn again, it is not the file that people have read. Put that file back from a backup and"
        " try again, or make a new version."
    ),
    "MemoryError": gettext_lazy("It needed too much memory."),
    "EngineMissingError": gettext_lazy("PDF engine missing: Pango is not installed."),
    "ConnectionRefusedError": gettext_lazy("The mail server does not answer."),
    "SMTPAuthenticationError": gettext_lazy("The mail server refuses our password."),
    "SMTPRecipientsRefused": gettext_lazy("The mail server refuses the address."),
}


def failure_in_words(error: str) -> str:
    """Say what went wrong; a failure that has no words of its own is named by its class."""
    if not error:
        return ""
    return str(FAILURES.get(error) or _("The program failed (%(name)s).") % {"name": error})


def progress_of(document: Document, *, now: datetime) -> Progress:
    """Show how far a document is."""
    place = [document.site.slug, document.pk]
    is_ready = document.state == State.READY
    return Progress(
        status=document.state.lower(),
        label=document.title,
        url=reverse("document-status", args=place),
        done=document.progress_done,
        total=document.progress_total,
        detail=detail_of(document, now=now),
        result_url=reverse("document-download", args=place) if is_ready else "",
        result_label=_("Download the PDF (%(size)s)") % {"size": filesizeformat(document.size)},
        id=f"document-{document.pk}",
    )


def detail_of(document: Document, *, now: datetime) -> str:
    if document.state == State.QUEUED and document.error:
        said = failure_in_words(document.error)
        return _("%(failure)s It is tried again in a moment.") % {"failure": said}
    if document.state == State.QUEUED and now - document.requested_at < JUST_NOW:
        return _("Asked for just now.")
    if document.state == State.QUEUED:
        return _("Asked for %(age)s ago.") % {"age": timesince(document.requested_at, now)}
    if document.state == State.RUNNING:
        return document.get_progress_text_display()
    return failure_in_words(document.error)


def tabs(shown: str, documents: Backlog, mails: Backlog) -> list[Tab]:
    """Offer the two queues, each with the number of its dead letters."""
    return [
        Tab(_("Documents"), "?show=documents", shown == "documents", documents.failed),
        Tab(_("Mail"), "?show=mail", shown == "mail", mails.failed),
    ]


def tiles(backlog: Backlog) -> list[Tile]:
    return [
        Tile(_("Failed"), str(backlog.failed), status="failed" if backlog.failed else ""),
        Tile(_("Being prepared"), str(backlog.running)),
        Tile(_("Waiting"), str(backlog.queued)),
    ]


def waiting_since(row: Any) -> datetime:
    since: datetime = getattr(row, "requested_at", None) or row.queued_at
    return since
