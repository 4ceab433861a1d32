"""What people type in consultation, one module for each noun."""

from consultation.forms.episodes import EpisodeFilterForm, EpisodeImportForm
from consultation.forms.escalations import EscalationAnswerForm
from consultation.forms.notes import AcknowledgeForm, AmendForm, DiscardForm, NoteForm, initial_of
from consultation.forms.reviews import CommentForm, NarrativeForm, ReviewForm

__all__ = [
    "AcknowledgeForm",
    "AmendForm",
    "CommentForm",
    "DiscardForm",
    "EpisodeFilterForm",
    "EpisodeImportForm",
    "EscalationAnswerForm",
    "NarrativeForm",
    "NoteForm",
    "ReviewForm",
    "initial_of",
]
