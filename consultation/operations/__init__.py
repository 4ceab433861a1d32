"""Every change to consultation's rows, one module for each noun."""

from consultation.operations.episodes import FaultyFilesError, ImportFile, import_episodes
from consultation.operations.escalations import answer_escalation
from consultation.operations.notes import (
    Sheet,
    acknowledge_note,
    amend_note,
    discard_draft,
    file_note,
    read_note,
    restore_draft,
    save_draft,
)
from consultation.operations.reviews import (
    IssuedReviewError,
    Words,
    discard_review,
    issue_review,
    read_review,
    refresh_review,
    request_review,
    write_review,
)

__all__ = [
    "FaultyFilesError",
    "ImportFile",
    "IssuedReviewError",
    "Sheet",
    "Words",
    "acknowledge_note",
    "amend_note",
    "answer_escalation",
    "discard_draft",
    "discard_review",
    "file_note",
    "import_episodes",
    "issue_review",
    "read_note",
    "read_review",
    "refresh_review",
    "request_review",
    "restore_draft",
    "save_draft",
    "write_review",
]
