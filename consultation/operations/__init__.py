"""Every change to consultation's rows, one module for each noun."""

from consultation.operations.episodes import FaultyFilesError, ImportFile, import_episodes
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

__all__ = [
    "FaultyFilesError",
    "ImportFile",
    "Sheet",
    "acknowledge_note",
    "amend_note",
    "discard_draft",
    "file_note",
    "import_episodes",
    "read_note",
    "restore_draft",
    "save_draft",
]
