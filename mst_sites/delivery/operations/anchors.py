"""Where the audit's chains end, mailed to a second place: what is kept there, nobody here can rewrite."""

import base64
import logging
from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mst_sites.accounts.models import User
from mst_sites.audit import operations as audit
from mst_sites.audit.chains import Walk
from mst_sites.delivery.models import OutgoingMail
from mst_sites.delivery.operations.mails import Letter, queue_mail
from mst_sites.periods import local_day

logger = logging.getLogger(__name__)
MOST_TOLD = 100  # breaks in the mail; `verify_audit` tells them all


def send_anchor(*, walks: Mapping[str, Walk], now: datetime, by: User | None) -> OutgoingMail:
    """Mail the ends of the chains, by the word that stands for each, and say in the subject if one is broken."""
    breaks = [f"{slug}: {each}" for slug, found in walks.items() for each in found.breaks]
    with transaction.atomic():
        mail = queue_mail(site=None, letter=letter_of(walks, breaks, now=now), by=by)
        details = {"chains": len(walks), "breaks": len(breaks)}
        audit.record("audit.anchored", site=None, subject=mail, details=details, by=by)
    if breaks:
        logger.error("The audit is broken in %d places.", len(breaks))
    return mail


def letter_of(walks: Mapping[str, Walk], breaks: list[str], *, now: datetime) -> Letter:
    lines = "".join(f"{found.line(slug)}\n" for slug, found in walks.items())
    attachment = {
        "name": f"audit-{local_day(now).isoformat()}.txt",
        "type": "text/plain",
        "content": base64.b64encode(lines.encode()).decode(),
    }
    text = [
        _(
            "Attached is where each chain of the audit ends: the site, the number of entries, the last hash."
        ),
        _("Keep this mail. The file can be given to “verify_audit --against” at any time."),
        *breaks[:MOST_TOLD],
    ]
    return Letter(
        to=[settings.AUDIT_ANCHOR_ADDRESS],
        subject=subject_of(len(walks), len(breaks)),
        text="\n\n".join(text) + "\n",
        attachments=[attachment],
    )


def subject_of(chains: int, breaks: int) -> str:
    if breaks:
        said = ngettext(
            "MST Sites: the audit is broken in %(count)d place",
            "MST Sites: the audit is broken in %(count)d places",
            breaks,
        )
        return said % {"count": breaks}
    said = ngettext(
        "MST Sites: the audit is whole, %(count)d chain",
        "MST Sites: the audit is whole, %(count)d chains",
        chains,
    )
    return said % {"count": chains}
