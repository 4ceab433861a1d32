"""Writes to the audit: called by every operation, inside its own transaction."""

from typing import Any

from django.db import connection, models
from django.utils import timezone

from mst_sites.accounts.models import User
from mst_sites.audit import origin
from mst_sites.audit.models import SYSTEM, AuditEntry
from mst_sites.tenancy.models import Site


class OutsideTransactionError(RuntimeError):
    """An act was recorded outside the transaction that does it."""


def record(
    action: str,
    *,
    site: Site | None,
    subject: models.Model | None = None,
    details: dict[str, Any] | None = None,
    by: User | None,
) -> AuditEntry:
    """Add what happened to the chain of the site, or to the common chain.

    :param action: a stable code, noun and past participle: `note.filed`.
    :param details: plain values that say what changed; never free text that people typed.
    :raises OutsideTransactionError: no transaction is open.
    """
    if not connection.in_atomic_block:
        raise OutsideTransactionError(action)
    present = origin.present()
    return AuditEntry.objects.create(
        site=site,
        at=timezone.now(),
        actor=by,
        actor_name=by.full_name if by else SYSTEM,
        action=action,
        subject_type=subject._meta.label_lower if subject else "",
        subject_id=str(subject.pk) if subject else "",
        details=details or {},
        source=present.source,
        request_id=present.request_id,
        ip_address=present.ip_address,
    )
