"""Every write of records. What a row may carry, and who may add to it, is decided by the page of that row."""

from mst_sites.records.operations.actions import (
    Proposal,
    close_action,
    drop_action,
    raise_action,
    raise_actions,
    reassign_action,
)
from mst_sites.records.operations.attachments import (
    DamagedAttachmentError,
    WithheldAttachmentError,
    attach_file,
    read_attachment,
    remove_attachment,
)
from mst_sites.records.operations.clearing import clear_files
from mst_sites.records.operations.comments import add_comment, remove_comments, resolve_comment
from mst_sites.records.operations.scanning import (
    ask_again,
    claim_waiting,
    look_through,
    settle_scan,
)
from mst_sites.records.operations.signatures import sign

__all__ = [
    "DamagedAttachmentError",
    "Proposal",
    "WithheldAttachmentError",
    "add_comment",
    "ask_again",
    "attach_file",
    "claim_waiting",
    "clear_files",
    "close_action",
    "drop_action",
    "look_through",
    "raise_action",
    "raise_actions",
    "read_attachment",
    "reassign_action",
    "remove_attachment",
    "remove_comments",
    "resolve_comment",
    "settle_scan",
    "sign",
]
