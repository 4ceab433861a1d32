"""What people type in consultation, one module for each noun."""

from consultation.forms.notes import AcknowledgeForm, AmendForm, DiscardForm, NoteForm, initial_of

__all__ = ["AcknowledgeForm", "AmendForm", "DiscardForm", "NoteForm", "initial_of"]
