"""The statements of the self-assessment, in editions: a draft is written, published or thrown away."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from implementation.models import ChangeQuestionnaire, ChangeStatement, ChangeSubject
from implementation.operations.editions import begun_or_locked, locked_draft, put_to_use
from implementation.queries.change import statements_of
from mst_sites.accounts.models import User
from mst_sites.audit import operations as audit

MOST_STATEMENTS = 10  # of one subject
LONGEST_STATEMENT = 300


def write_questionnaire(
    *,
    version: int,
    statements: Mapping[str, Sequence[str]],
    what_changed: str,
    by: User | None,
) -> ChangeQuestionnaire:
    """Write the draft of the next edition, which begins with the first time that it is saved.

    :param version: of the draft that the form was made from, 0 if there was none.
    :param statements: by subject, in their order.
    :raises ClashError: somebody else began or changed the draft.
    :raises ValidationError: a subject has no statement or too many, one is too long, or the draft is gone.
    """
    if faults := _faults_of(statements):
        raise ValidationError(faults)
    with transaction.atomic():
        draft = begun_or_locked(ChangeQuestionnaire, version)
        draft.what_changed = what_changed.strip()
        draft.full_clean()
        draft.save()
        ChangeStatement.objects.filter(questionnaire=draft).delete()
        lines = [(subject, text) for subject in ChangeSubject for text in statements[subject]]
        ChangeStatement.objects.bulk_create(
            ChangeStatement(questionnaire=draft, subject=subject, position=place, text=text)
            for place, (subject, text) in enumerate(lines, 1)
        )
        details = {"number": draft.number, "statements": len(lines)}
        audit.record(
            "change-questionnaire.written", site=None, subject=draft, details=details, by=by
        )
    return draft


def publish_questionnaire(
    *, questionnaire: ChangeQuestionnaire, version: int, now: datetime, by: User | None
) -> ChangeQuestionnaire:
    """Put a draft to use: rounds that open from now on ask its statements, earlier ones keep theirs.

    :raises ClashError: somebody else changed the draft.
    :raises ValidationError: it was published already, does not say what changed, or nothing did.
    """
    with transaction.atomic():
        draft = locked_draft(questionnaire, version)
        used = ChangeQuestionnaire.objects.published().first()
        differs = used is None or _texts_of(used) != _texts_of(draft)
        put_to_use(draft, differs=differs, now=now, by=by)
        details = {"number": draft.number}
        audit.record(
            "change-questionnaire.published", site=None, subject=draft, details=details, by=by
        )
    return draft


def discard_questionnaire(
    *, questionnaire: ChangeQuestionnaire, version: int, by: User | None
) -> None:
    """Throw a draft away.

    :raises ClashError: somebody else changed the draft.
    :raises ValidationError: it was published already.
    """
    with transaction.atomic():
        draft = locked_draft(questionnaire, version)
        details = {"number": draft.number}
        audit.record(
            "change-questionnaire.discarded", site=None, subject=draft, details=details, by=by
        )
        ChangeStatement.objects.filter(questionnaire=draft).delete()
        draft.delete()


def _texts_of(questionnaire: ChangeQuestionnaire) -> list[tuple[str, str]]:
    return list(statements_of(questionnaire.pk).values_list("subject", "text"))


def _faults_of(statements: Mapping[str, Sequence[str]]) -> dict[str, str]:
    faults = {}
    for subject in ChangeSubject:
        texts, field = statements.get(subject, ()), subject.lower()
        if not 1 <= len(texts) <= MOST_STATEMENTS:
            faults[field] = _("Write between 1 and %(most)d statements.") % {
                "most": MOST_STATEMENTS
            }
        elif any(len(text) > LONGEST_STATEMENT for text in texts):
            faults[field] = _("A statement has at most %(most)d characters.") % {
                "most": LONGEST_STATEMENT
            }
    return faults
