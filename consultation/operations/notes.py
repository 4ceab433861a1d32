"""Everything that people do with weekly notes."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from consultation.models import Attendance, Note, NoteContent, NoteStatus, NoteVersion
from consultation.operations.note_letters import tell_mst_uk
from consultation.operations.note_rules import (
    admit_draft,
    admit_filing,
    admit_reason,
    admit_week,
    is_late,
)
from mst_sites.accounts.models import User
from mst_sites.audit import operations as audit
from mst_sites.periods import local_day
from mst_sites.records import operations as records
from mst_sites.records.models import RaisedIn
from mst_sites.records.operations import Proposal
from mst_sites.tenancy.models import Team
from mst_sites.tenancy.versions import ClashError

# PostgreSQL holds references and uniqueness, without a query for each.
REFERENCES = (
    "site",
    "team",
    "consultant",
    "supervisor",
    "drafted_by",
    "filed_by",
    "acknowledged_by",
    "discarded_by",
)


@dataclass(frozen=True)
class Sheet:
    """The form that a note was typed into.

    `id` becomes the note's, `tab` is new with every page that is opened, `version` is the note's when it was.
    """

    id: UUID
    tab: UUID
    version: int


def save_draft(
    *,
    team: Team,
    week_starts_on: date,
    sheet: Sheet,
    content: NoteContent,
    now: datetime,
    by: User | None,
) -> Note:
    """Keep what is written so far. One audit entry for each sitting, not for each pause at the keyboard.

    :raises ValidationError: a figure is impossible, or a text may identify a family.
    :raises ClashError: somebody else wrote on, or the note is filed.
    """
    content = content.cleaned()
    rules = admit_draft(content, today=local_day(now))
    with transaction.atomic():
        begun = _begun(team, week_starts_on, sheet)
        _write(begun, content, sheet=sheet, now=now, by=by)
        note = _claimed(begun)
        is_new_sitting = note is begun or note.saved_from != sheet.tab
        if note is not begun:
            if note.is_draft and _is_repeat(note, sheet, content):
                return note
            _refuse_clash(note, sheet)
            _write(note, content, sheet=sheet, now=now, by=by)
            note.save()
        _attend(note, content, is_new=note is begun)
        if is_new_sitting:
            details = {"week": week_starts_on.isoformat(), "identifier_rules": rules}
            audit.record("note.drafted", site=team.site, subject=note, details=details, by=by)
        return note


def file_note(
    *,
    team: Team,
    week_starts_on: date,
    sheet: Sheet,
    content: NoteContent,
    now: datetime,
    by: User | None,
) -> Note:
    """File the note of a week. The same form sent again answers with the note that it made.

    :raises ValidationError: something is missing or impossible, a text may identify a family, or the team was not open.
    :raises ClashError: somebody else wrote on, or filed another note.
    """
    content = content.cleaned().as_happened()
    admit_week(team, week_starts_on)
    rules = admit_filing(content, week_starts_on=week_starts_on, today=local_day(now))
    with transaction.atomic():
        begun = _begun(team, week_starts_on, sheet)
        _write(begun, content, sheet=sheet, now=now, by=by)
        _mark_filed(begun, content, now=now, by=by)
        note = _claimed(begun)
        if note is not begun:
            if not note.is_draft and _is_repeat(note, sheet, content):
                return note
            _refuse_clash(note, sheet)
            _write(note, content, sheet=sheet, now=now, by=by)
            _mark_filed(note, content, now=now, by=by)
            note.save()
        _attend(note, content, is_new=note is begun)
        _keep_version(note, content, now=now, by=by)
        actions = _raise_actions(note, content, known=0, now=now, by=by)
        if note.is_escalated:
            tell_mst_uk(note, by=by)
        audit.record(
            "note.filed",
            site=team.site,
            subject=note,
            details={
                "week": week_starts_on.isoformat(),
                "outcome": note.outcome,
                "is_late": note.is_late,
                "is_escalated": note.is_escalated,
                "actions": actions,
                "identifier_rules": rules,
            },
            by=by,
        )
        return note


def amend_note(
    *, note: Note, sheet: Sheet, content: NoteContent, reason: str, now: datetime, by: User | None
) -> Note:
    """Put a filed note right. What it said before stays, and the consultant acknowledges it anew.

    What was recommended goes on as actions: an amendment can only recommend more, and `content` names what it adds.
    What MST UK answered stands, unless MST UK had not been asked any more and is asked anew.

    :raises ValidationError: the note is a draft or locked, no reason is given, or the content is refused.
    :raises ClashError: somebody else amended it.
    """
    content = content.cleaned().as_happened()
    reason = admit_reason(reason, today=local_day(now))
    rules = admit_filing(content, week_starts_on=note.week_starts_on, today=local_day(now))
    with transaction.atomic():
        note = _locked(note.team, note.week_starts_on) or note
        if _is_repeat(note, sheet, content):
            return note
        if note.is_draft:
            raise ValidationError(_("This note has not been filed yet."))
        if note.is_locked_at(now):
            raise ValidationError(
                _("This note is locked: it was filed too long ago to be amended.")
            )
        if note.version != sheet.version:
            raise ClashError(note)
        known, was_escalated = note.recommendations, note.is_escalated
        _write(note, content, sheet=sheet, now=now, by=by)
        note.recommendations = known + note.recommendations
        note.status, note.acknowledged_by, note.acknowledged_at = NoteStatus.FILED, None, None
        note.edition += 1
        if note.is_escalated and not was_escalated:
            note.escalated_in = note.edition
        note.save()
        _attend(note, content, is_new=False)
        _keep_version(note, content, reason=reason, now=now, by=by)
        actions = _raise_actions(note, content, known=len(known), now=now, by=by)
        if note.is_escalated and not was_escalated:
            tell_mst_uk(note, by=by)
        details = {"edition": note.edition, "actions": actions, "identifier_rules": rules}
        audit.record("note.amended", site=note.site, subject=note, details=details, by=by)
        return note


def acknowledge_note(*, note: Note, version: int, now: datetime, by: User | None) -> Note:
    """Say, as the consultant, that the note has been read; a second time changes nothing.

    :raises ValidationError: the note is a draft.
    :raises ClashError: it was amended after the page was opened.
    """
    with transaction.atomic():
        current = _held(note)
        if current.status == NoteStatus.ACKNOWLEDGED:
            return current
        if current.is_draft:
            raise ValidationError(_("This note has not been filed yet."))
        if current.version != version:
            raise ClashError(current)
        current.status = NoteStatus.ACKNOWLEDGED
        current.acknowledged_by, current.acknowledged_at = by, now
        _save_changed(current)
        details = {"edition": current.edition}
        audit.record(
            "note.acknowledged", site=current.site, subject=current, details=details, by=by
        )
        return current


def discard_draft(*, note: Note, version: int, now: datetime, by: User | None) -> Note:
    """Put a draft away; it can be taken back. A second time changes nothing.

    :raises ValidationError: the note is filed, and stays.
    :raises ClashError: somebody wrote on after the page was opened.
    """
    with transaction.atomic():
        current = _held(note)
        if current.discarded_at is not None:
            return current
        if not current.is_draft:
            raise ValidationError(_("A filed note cannot be discarded: amend it."))
        if current.version != version:
            raise ClashError(current)
        current.discarded_by, current.discarded_at = by, now
        _save_changed(current)
        audit.record("note.discarded", site=current.site, subject=current, by=by)
        return current


def restore_draft(*, note: Note, by: User | None) -> Note:
    """Take a discarded draft back; a second time changes nothing.

    :raises ValidationError: its week has another note by now.
    """
    with transaction.atomic():
        current = _held(note)
        if current.discarded_at is None:
            return current
        current.discarded_by = current.discarded_at = None
        try:
            with transaction.atomic():
                _save_changed(current)
        except IntegrityError:
            # Only the database knows what others begin or take back at the same moment.
            raise ValidationError(_("This week has a note already.")) from None
        audit.record("note.restored", site=current.site, subject=current, by=by)
        return current


def read_note(*, note: Note, by: User | None) -> None:
    """Put on record that somebody read a note."""
    with transaction.atomic():
        details = {"edition": note.edition}
        audit.record("note.read", site=note.site, subject=note, details=details, by=by)


def _begun(team: Team, week_starts_on: date, sheet: Sheet) -> Note:
    return Note(
        id=sheet.id, site=team.site, team=team, week_starts_on=week_starts_on, version=sheet.version
    )


def _held(note: Note) -> Note:
    """Read a note anew, and let nobody else change it until the transaction ends."""
    current: Note = Note.objects.select_for_update(of=("self",), no_key=True).get(pk=note.pk)
    current.team, current.site = note.team, note.site
    return current


def _save_changed(note: Note) -> None:
    note.version += 1
    note.clean_fields(exclude=REFERENCES)
    note.save()


def _locked(team: Team, week_starts_on: date) -> Note | None:
    notes = Note.objects.kept().of_team(team).filter(week_starts_on=week_starts_on)
    found: Note | None = notes.select_for_update(of=("self",)).first()
    if found:
        found.team, found.site = team, team.site
    return found


def _claimed(begun: Note) -> Note:
    """Lock the note of a week; where there is none, `begun` becomes it."""
    found = _locked(begun.team, begun.week_starts_on)
    if found:
        return found
    try:
        with transaction.atomic():
            begun.save(force_insert=True)
    except IntegrityError:
        # Somebody was quicker, perhaps the same form sent twice at once: theirs is there now.
        found = _locked(begun.team, begun.week_starts_on)
        if found is None:
            sentence = _(
                "This draft was discarded: take it back from the list of notes, then save again."
            )
            raise ValidationError(sentence) from None
        return found
    return begun


def _is_repeat(note: Note, sheet: Sheet, content: NoteContent) -> bool:
    """Tell whether this form has been answered already: the answer was lost, or the button pressed twice."""
    return (note.pk == sheet.id and note.fingerprint == content.fingerprint) and (
        note.saved_from == sheet.tab
    )


def _refuse_clash(note: Note, sheet: Sheet) -> None:
    """Refuse to write over what this form has not shown.

    A form's own earlier save is no clash, though its answer may not have come back in time.
    """
    is_own = note.pk == sheet.id and note.saved_from == sheet.tab
    if not note.is_draft or note.pk != sheet.id or not (is_own or note.version == sheet.version):
        raise ClashError(note)


def _write(
    note: Note, content: NoteContent, *, sheet: Sheet, now: datetime, by: User | None
) -> None:
    content.put_into(note)
    note.version += 1
    note.saved_from = sheet.tab
    note.drafted_by, note.drafted_at = by, now
    note.clean_fields(exclude=REFERENCES)


def _mark_filed(note: Note, content: NoteContent, *, now: datetime, by: User | None) -> None:
    note.status, note.filed_by, note.filed_at = NoteStatus.FILED, by, now
    note.is_late = is_late(note, now=now)
    note.edition = 1
    note.escalated_in = note.edition if content.is_escalated else 0
    note.recommendations = [each.as_json() for each in content.recommendations]


def _attend(note: Note, content: NoteContent, *, is_new: bool) -> None:
    """Keep who was there. The form names everybody of the team, so that a row is changed and none is left over."""
    rows = content.attendances(note)
    if rows:
        Attendance.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["site", "note", "person"],
            update_fields=["presence"],
        )
    elif not is_new:
        Attendance.objects.filter(site=note.site_id, note=note).delete()


def _keep_version(
    note: Note, content: NoteContent, *, reason: str = "", now: datetime, by: User | None
) -> None:
    NoteVersion.objects.create(
        site=note.site,
        note=note,
        number=note.edition,
        content={**content.as_json(), "recommendations": note.recommendations},
        reason=reason,
        written_by=by,
        written_at=now,
    )


def _raise_actions(
    note: Note, content: NoteContent, *, known: int, now: datetime, by: User | None
) -> list[dict[str, str]]:
    """Raise what the content recommends, after what is `known` already, and say it for the audit."""
    proposals = [
        Proposal(uuid5(note.pk, f"{number}"), each.text, each.owner, each.due_on)
        for number, each in enumerate(content.recommendations, known)
        if each.owner
    ]
    if not proposals:
        return []
    actions = records.raise_actions(
        site=note.site,
        subject=note,
        proposals=proposals,
        raised_in=RaisedIn.CONSULTATION,
        now=now,
        by=by,
    )
    return [
        {"id": str(each.pk), "owner": str(each.owner_id), "due_on": str(each.due_on or "")}
        for each in actions
    ]
