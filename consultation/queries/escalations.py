"""What weekly notes ask of MST UK, and what it answered."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, QuerySet

from consultation.models import EscalationAnswer, Note
from mst_sites.tenancy.models import Site


def unanswered_notes(sites: QuerySet[Site]) -> QuerySet[Note]:
    """Return the filed notes of some sites that ask MST UK for something it has not answered, the oldest first.

    That the consultant has acknowledged a note says nothing of MST UK.
    """
    standing = EscalationAnswer.objects.filter(
        site=OuterRef("site_id"), note=OuterRef("pk"), raised_in=OuterRef("escalated_in")
    )
    filed: QuerySet[Note] = Note.objects.filed()
    asking = filed.filter(~Exists(standing), is_escalated=True, site__in=sites)
    return asking.select_related("team", "site").order_by("filed_at", "id")


def answers_given(sites: QuerySet[Site]) -> QuerySet[EscalationAnswer]:
    """Return all that MST UK has answered to the notes of some sites, the latest first."""
    answers = EscalationAnswer.objects.filter(site__in=sites)
    return answers.select_related("note__team", "note__site", "answered_by").order_by(
        "-answered_at", "id"
    )


def escalation_answers(note: Note) -> list[EscalationAnswer]:
    """Return all that MST UK ever answered to a note, in order."""
    answers = EscalationAnswer.objects.filter(site=note.site_id, note=note)
    return list(answers.select_related("answered_by").order_by("raised_in"))


def standing_answer(note: Note, answers: Iterable[EscalationAnswer]) -> EscalationAnswer | None:
    """Choose the answer to what a note asks now, not to what an earlier edition asked."""
    standing = (each for each in answers if each.raised_in == note.escalated_in)
    return next(standing, None) if note.is_escalated else None


def is_waiting(note: Note, answers: Iterable[EscalationAnswer]) -> bool:
    """Tell whether a note asks MST UK for something that it has not answered."""
    return note.is_escalated and standing_answer(note, answers) is None
