"""Every write of delivery."""

from mst_sites.delivery.operations.anchors import send_anchor
from mst_sites.delivery.operations.documents import (
    DamagedDocumentError,
    UnknownKindError,
    claim_document,
    extend_lease,
    fail_document,
    finish_document,
    read_document,
    report_progress,
    request_document,
    retry_document,
)
from mst_sites.delivery.operations.mails import (
    Letter,
    SeveralAddressesError,
    claim_mail,
    erase_mails,
    fail_mail,
    finish_mail,
    queue_mail,
    queue_mails,
    retry_mail,
)
from mst_sites.delivery.operations.sweeping import sweep

__all__ = [
    "DamagedDocumentError",
    "Letter",
    "SeveralAddressesError",
    "UnknownKindError",
    "claim_document",
    "claim_mail",
    "erase_mails",
    "extend_lease",
    "fail_document",
    "fail_mail",
    "finish_document",
    "finish_mail",
    "queue_mail",
    "queue_mails",
    "read_document",
    "report_progress",
    "request_document",
    "retry_document",
    "retry_mail",
    "send_anchor",
    "sweep",
]
