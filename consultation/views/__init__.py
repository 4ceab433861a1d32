"""The pages of consultation, one module for each noun."""

from consultation.views.note_forms import NoteAmend, NoteAutosave, NoteCreate
from consultation.views.notes import (
    NoteAcknowledge,
    NoteChanges,
    NoteDetail,
    NoteDiscard,
    NoteList,
    NoteRestore,
)

__all__ = [
    "NoteAcknowledge",
    "NoteAmend",
    "NoteAutosave",
    "NoteChanges",
    "NoteCreate",
    "NoteDetail",
    "NoteDiscard",
    "NoteList",
    "NoteRestore",
]
