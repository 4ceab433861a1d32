"""The rows of consultation: episodes and their adherence scores, weekly notes, reviews, and MST UK's templates."""

from consultation.models.content import NoteContent, Recommendation
from consultation.models.episode import Episode, EpisodeQuerySet, TamR
from consultation.models.escalation import EscalationAnswer
from consultation.models.imports import EpisodeImport
from consultation.models.note import (
    Absence,
    Attendance,
    Barrier,
    CancelledReason,
    Mode,
    Note,
    NoteQuerySet,
    NoteStatus,
    NoteVersion,
    Outcome,
)
from consultation.models.review import Review, ReviewState
from consultation.models.templates import ClosureReason, Target, TargetSet

__all__ = [
    "Absence",
    "Attendance",
    "Barrier",
    "CancelledReason",
    "ClosureReason",
    "Episode",
    "EpisodeImport",
    "EpisodeQuerySet",
    "EscalationAnswer",
    "Mode",
    "Note",
    "NoteContent",
    "NoteQuerySet",
    "NoteStatus",
    "NoteVersion",
    "Outcome",
    "Recommendation",
    "Review",
    "ReviewState",
    "TamR",
    "Target",
    "TargetSet",
]
