"""What is on its way out of the house: figures and lists for the pages."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from mst_sites.delivery.models import Document, OutgoingMail, State
from mst_sites.tenancy.models import Site

SHOWN = (State.FAILED, State.RUNNING, State.QUEUED)


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many rows wait, are being worked on, and have failed for good."""

    queued: int = 0
    running: int = 0
    failed: int = 0


def documents() -> QuerySet[Document]:
    return Document.objects.select_related("site").order_by("requested_at", "id")


def documents_of(site: Site) -> QuerySet[Document]:
    return Document.objects.filter(site=site).select_related("site")


def mails() -> QuerySet[OutgoingMail]:
    """Return the mails without what they say."""
    rows = OutgoingMail.objects.select_related("site").defer("text", "html", "attachments")
    return rows.order_by("queued_at", "id")


def backlog_of(rows: QuerySet[Any]) -> Backlog:
    counted = rows.filter(state__in=SHOWN).order_by().values_list("state").annotate(Count("pk"))
    return Backlog(**{state.lower(): count for state, count in counted})
