"""What MST UK answers to a weekly note that asks it to look at something."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from consultation import queries
from consultation.models import EscalationAnswer, Note
from consultation.models.escalation import LONGEST_ANSWER
from consultation.operations.note_letters import tell_supervisors
from mst_sites.accounts.models import User
from mst_sites.audit import operations as audit
from mst_sites.free_text import clean, identifying
from mst_sites.periods import day_label, local_day
from mst_sites.records.queries import names_at_work
from mst_sites.tenancy.versions import ClashError


def answer_escalation(
    *,
    note: Note,
    edition: int,
    answer: str,
    identifier_reason: str = "",
    now: datetime,
    by: User | None,
) -> EscalationAnswer:
    """Say, for MST UK, what was done about what a note asks; the same form sent again answers with what it made.

    :param edition: the edition of the note that was read before answering.
    :raises ValidationError: MST UK is not asked, or was quicker; nothing is said, or it may identify a family.
    :raises ClashError: the note was amended after it was read.
    """
    text = clean("answer", answer).strip()
    reason = clean("identifier_reason", identifier_reason).strip()
    with transaction.atomic():
        current = _locked(note)
        if made := queries.standing_answer(current, queries.escalation_answers(current)):
            if made.answered_by == by and made.text == text:
                return made
            raise ValidationError(_said_already(made))
        rules = _admit(current, text, edition=edition, reason=reason, today=local_day(now))
        made = EscalationAnswer(
            site=current.site,
            note=current,
            raised_in=current.escalated_in,
            text=text,
            identifier_reason=reason if rules else "",
            answered_by=by,
            answered_at=now,
        )
        made.clean_fields(exclude=["site", "note", "answered_by"])
        made.save(force_insert=True)
        tell_supervisors(current, by=by)
        details = {"edition": current.edition, "identifier_rules": rules}
        audit.record(
            "escalation.answered", site=current.site, subject=current, details=details, by=by
        )
        return made


def _admit(note: Note, text: str, *, edition: int, reason: str, today: date) -> list[str]:
    """Let an answer be stored; answer with the rules of the guard that a reason overruled."""
    if note.is_draft or not note.is_escalated:
        raise ValidationError(_("This note does not ask MST UK to look at anything."))
    if note.edition != edition:
        raise ClashError(note)
    if not text:
        raise ValidationError({"answer": _("Say what MST UK did.")})
    if len(text) > LONGEST_ANSWER:
        most = _("Use at most %(most)d characters.") % {"most": LONGEST_ANSWER}
        raise ValidationError({"answer": most})
    faults, rules = identifying(
        {"answer": text},
        reason=reason,
        reason_field="identifier_reason",
        allowed_names=names_at_work(note.site),
        today=today,
    )
    if faults:
        raise ValidationError(faults)
    return rules


def _locked(note: Note) -> Note:
    """Lock the note, so that of two answers, or of an answer and an amendment, one comes after the other."""
    notes = Note.objects.select_for_update(of=("self",), no_key=True)
    found: Note = notes.select_related("site", "team").get(pk=note.pk)
    return found


def _said_already(known: EscalationAnswer) -> str:
    return _(
        "%(name)s answered this on %(day)s, so yours was not stored. It is still in the form, to be copied."
    ) % {"name": known.answered_by or _("Somebody"), "day": day_label(local_day(known.answered_at))}
