"""The pages of consultation, one module for each noun."""

from consultation.views.episodes import (
    EpisodeImport,
    EpisodeImportDetail,
    EpisodeList,
    EpisodeTemplate,
)
from consultation.views.escalations import EscalationAnswer, EscalationList
from consultation.views.note_forms import NoteAmend, NoteAutosave, NoteCreate
from consultation.views.notes import (
    NoteAcknowledge,
    NoteChanges,
    NoteDetail,
    NoteDiscard,
    NoteList,
    NoteRestore,
)
from consultation.views.review_forms import (
    ReviewChange,
    ReviewComment,
    ReviewCreate,
    ReviewDiscard,
    ReviewIssue,
    ReviewRefresh,
    ReviewReissue,
)
from consultation.views.reviews import ReviewDetail, ReviewList

__all__ = [
    "EpisodeImport",
    "EpisodeImportDetail",
    "EpisodeList",
    "EpisodeTemplate",
    "EscalationAnswer",
    "EscalationList",
    "NoteAcknowledge",
    "NoteAmend",
    "NoteAutosave",
    "NoteChanges",
    "NoteCreate",
    "NoteDetail",
    "NoteDiscard",
    "NoteList",
    "NoteRestore",
    "ReviewChange",
    "ReviewComment",
    "ReviewCreate",
    "ReviewDetail",
    "ReviewDiscard",
    "ReviewIssue",
    "ReviewList",
    "ReviewRefresh",
    "ReviewReissue",
]
