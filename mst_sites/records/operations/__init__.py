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
    attach_file,
    read_attachment,
    remove_attachment,
)
from mst_sites.records.operations.clearing import clear_files
from mst_sites.records.operations.comments import add_comment, resolve_comment
from mst_sites.records.operations.signatures import sign

__all__ = [
    "DamagedAttachmentError",
    "Proposal",
    "add_comment",
    "attach_file",
    "clear_files",
    "close_action",
    "drop_action",
    "raise_action",
    "raise_actions",
    "read_attachment",
    "reassign_action",
    "remove_attachment",
    "resolve_comment",
    "sign",
]
