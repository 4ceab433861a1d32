"""During and after a meeting: who came, what was said and decided, and the moment at which it stands."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from implementation.models import (
    Attendance,
    AttendanceCorrection,
    Decision,
    Invitee,
    Meeting,
    MeetingKind,
    MeetingState,
    Minutes,
)
from implementation.operations import minutes_letters
from implementation.operations.invitees import locked
from implementation.operations.meetings import REFERENCES, refuse_unplanned
from implementation.operations.typed import admit_about
from implementation.queries.agendas import agenda_of
from implementation.queries.meetings import (
    MINUTES_PDF,
    attendance_corrections_of,
    correctable_decisions,
    invitees_of,
    present_at,
    waits_for_attendance,
)
from implementation.queries.steering import group_of, quorum_at
from mst_sites.accounts.models import User
from mst_sites.audit import operations as audit
from mst_sites.delivery import operations as delivery
from mst_sites.free_text import one_line
from mst_sites.languages import speaking
from mst_sites.periods import day_label, local_day
from mst_sites.tenancy.versions import ClashError, lock_version


def mark_attendance(
    *, meeting: Meeting, version: int, marks: Mapping[UUID, str], now: datetime, by: User | None
) -> Meeting:
    """Say who came. Before the meeting begins only apologies can be known.

    :param marks: by invitee; empty takes a mark away.
    :raises ClashError: somebody else marked attendance, or changed the meeting.
    :raises ValidationError: the meeting is closed or cancelled, or it has not begun.
    """
    with transaction.atomic():
        current = lock_version(meeting, version)
        refuse_unplanned(current)
        has_begun = current.starts_at <= now
        rows = list(invitees_of(current))
        for row in rows:
            mark = marks.get(row.pk, row.attendance)
            if mark and mark not in Attendance.values:
                raise ValidationError(_("Choose present, apologies or absent."))
            if mark in (Attendance.PRESENT, Attendance.ABSENT) and not has_begun:
                raise ValidationError(
                    _("The meeting has not begun: only apologies can be noted yet.")
                )
            row.attendance = mark
        Invitee.objects.bulk_update(rows, ["attendance"])
        current.save()
        present = sum(row.attendance == Attendance.PRESENT for row in rows)
        details = {"present": present, "invited": len(rows)}
        audit.record(
            "meeting.attendance-marked", site=current.site, subject=current, details=details, by=by
        )
    return current


@dataclass(frozen=True)
class MinutesSheet:
    """The page on which minutes are written: `tab` is new each time it is opened, `version` what it was opened on."""

    tab: UUID
    version: int


def save_minutes(
    *,
    meeting: Meeting,
    sheet: MinutesSheet,
    text: str,
    confirmed_reason: str = "",
    now: datetime,
    today: date,
    by: User | None,
) -> Minutes:
    """Keep what is written so far. One audit entry for each sitting, not for each pause at the keyboard.

    :raises ClashError: somebody else wrote in between.
    :raises ValidationError: the meeting is closed or cancelled, or the text could identify a family.
    """
    cleaned, told = admit_about(meeting, {"text": text}, reason=confirmed_reason, today=today)
    with transaction.atomic():
        current = locked(meeting)
        row = Minutes.objects.select_for_update(of=("self",)).filter(
            site=current.site, meeting=current
        ).first() or Minutes(site=current.site, meeting=current, version=0)
        is_same = (row.text, row.identifier_reason) == (cleaned["text"], confirmed_reason)
        if is_same and row.saved_from == sheet.tab:
            return row
        is_new_sitting = row.saved_from != sheet.tab
        # A page's own earlier save is no clash, though its answer may not have come back in time.
        if is_new_sitting and row.version != sheet.version:
            raise ClashError(row)
        row.text, row.identifier_reason = cleaned["text"], confirmed_reason
        row.saved_from, row.saved_at, row.saved_by = sheet.tab, now, by
        row.version += 1
        row.full_clean(validate_constraints=False)
        row.save()
        if is_new_sitting:
            audit.record("minutes.saved", site=current.site, subject=row, details=told, by=by)
    return row


@dataclass(frozen=True)
class Ruling:
    """What was decided, on which day, and which earlier decision it puts right."""

    text: str
    decided_on: date
    corrects: Decision | None = None


def record_decision(
    *,
    meeting: Meeting,
    decision_id: UUID,
    ruling: Ruling,
    confirmed_reason: str = "",
    now: datetime,
    today: date,
    by: User | None,
) -> Decision:
    """Write down a decision. The same form sent again answers with the decision that it made.

    :raises ValidationError: the meeting is over or not yet, the day is impossible, or what it corrects stands no more.
    """
    with transaction.atomic():
        if again := Decision.objects.filter(pk=decision_id, site=meeting.site).first():
            return again
        current = locked(meeting)
        decision = Decision(
            pk=decision_id, site=current.site, meeting=current, recorded_at=now, recorded_by=by
        )
        told = write_ruling(decision, ruling, reason=confirmed_reason, today=today)
        decision.full_clean()
        decision.save(force_insert=True)
        details = {"corrects": str(ruling.corrects.pk) if ruling.corrects else "", **told}
        audit.record(
            "decision.recorded", site=current.site, subject=decision, details=details, by=by
        )
    return decision


def change_decision(
    *,
    decision: Decision,
    version: int,
    ruling: Ruling,
    confirmed_reason: str = "",
    today: date,
    by: User | None,
) -> Decision:
    """Reword a decision while its meeting is not closed; afterwards only a later one corrects it.

    :raises ClashError: somebody else changed it.
    :raises ValidationError: the meeting is closed, the day is impossible, or the text could identify a family.
    """
    with transaction.atomic():
        locked(decision.meeting)
        current = lock_version(decision, version)
        told = write_ruling(current, ruling, reason=confirmed_reason, today=today)
        current.full_clean()
        current.save()
        audit.record("decision.changed", site=current.site, subject=current, details=told, by=by)
    return current


def write_ruling(decision: Decision, ruling: Ruling, *, reason: str, today: date) -> dict[str, Any]:
    if ruling.decided_on > today:
        raise ValidationError({"decided_on": _("This day is still to come.")})
    if ruling.corrects and ruling.corrects.pk != decision.corrects_id:
        open_to_it = correctable_decisions(decision.meeting).filter(pk=ruling.corrects.pk)
        if not open_to_it.exists():
            raise ValidationError({"corrects": _("This decision cannot be corrected here.")})
    cleaned, told = admit_about(decision.meeting, {"text": ruling.text}, reason=reason, today=today)
    decision.text, decision.decided_on = cleaned["text"].strip(), ruling.decided_on
    decision.corrects = ruling.corrects
    return told


def close_meeting(
    *, meeting: Meeting, version: int, now: datetime, today: date, by: User | None
) -> Meeting:
    """Let a meeting stand as it was: agenda, minutes and decisions change no more, attendance for a reason alone.

    :raises ClashError: somebody changed the meeting, or marked attendance.
    :raises ValidationError: it has not begun, is closed or cancelled, or nobody has said who came.
    """
    with transaction.atomic():
        current = lock_version(meeting, version)
        refuse_unplanned(current)
        if current.starts_at > now:
            raise ValidationError(_("The meeting has not begun."))
        unmarked = waits_for_attendance(current)
        if unmarked or not present_at(current).exists():
            raise ValidationError(_("Say first who came: attendance is not complete."))
        current.agenda = [item.as_json() for item in agenda_of(current, today=today)]
        quorum = quorum_at(current, group_of(current.site))
        if current.kind == MeetingKind.STEERING_GROUP:
            current.is_quorate = quorum.is_met
        current.state = MeetingState.CLOSED
        current.closed_at, current.closed_by = now, by
        current.full_clean(exclude=REFERENCES)
        current.save()
        details = {
            "kind": current.kind,
            "members": quorum.members,
            "agencies": quorum.agencies,
            "is_quorate": current.is_quorate,
        }
        audit.record("meeting.closed", site=current.site, subject=current, details=details, by=by)
        request_pdf(current, by=by)
    return current


def correct_attendance(
    *,
    meeting: Meeting,
    version: int,
    marks: Mapping[UUID, str],
    reason: str,
    confirmed_reason: str = "",
    now: datetime,
    by: User | None,
) -> AttendanceCorrection:
    """Put right who came to a closed meeting; the minutes say what was changed, by whom and why.

    Whether it was quorate is worked out anew, by what the group asks for now.

    :param marks: by invitee; whoever is left out stays as they are.
    :raises ClashError: somebody else corrected it.
    :raises ValidationError: it is not closed, nothing is different, nobody is left who came, no reason is given,
        or the reason could identify a family.
    """
    words, told = admit_about(
        meeting,
        {"reason": one_line("reason", reason)},
        reason=confirmed_reason,
        today=local_day(now),
    )
    if not words["reason"]:
        raise ValidationError({"reason": _("Say why it is corrected.")})
    with transaction.atomic():
        current = lock_version(meeting, version)
        if not current.is_closed:
            raise ValidationError(_("This meeting is not closed: mark attendance instead."))
        correction = AttendanceCorrection(
            site=current.site, meeting=current, corrected_at=now, corrected_by=by
        )
        correction.changes, correction.reason = put_right(current, marks), words["reason"]
        correction.full_clean(exclude=["site", "meeting", "corrected_by"])
        correction.save(force_insert=True)
        if current.kind == MeetingKind.STEERING_GROUP:
            current.is_quorate = quorum_at(current, group_of(current.site)).is_met
        current.save()
        details = {
            "corrected": len(correction.changes),
            "present": present_at(current).count(),
            "is_quorate": current.is_quorate,
            **told,
        }
        code = "meeting.attendance-corrected"
        audit.record(code, site=current.site, subject=current, details=details, by=by)
        request_pdf(current, version=1 + attendance_corrections_of(current).count(), by=by)
    return correction


def put_right(meeting: Meeting, marks: Mapping[UUID, str]) -> list[dict[str, str]]:
    """Write the marks that are different; return what each was and is."""
    rows, changes = list(invitees_of(meeting)), []
    for row in rows:
        mark = marks.get(row.pk, row.attendance)
        if mark not in Attendance.values:
            raise ValidationError(_("Choose present, apologies or absent."))
        if mark != row.attendance:
            changes.append({"name": row.name, "before": row.attendance, "after": mark})
            row.attendance = mark
    if not changes:
        raise ValidationError(_("Nothing is different from what the minutes say."))
    if not any(row.was_there for row in rows):
        raise ValidationError(_("Somebody must have been there: the meeting was held."))
    Invitee.objects.bulk_update(rows, ["attendance"])
    return changes


def request_pdf(meeting: Meeting, *, version: int = 1, by: User | None) -> None:
    """Ask for the minutes as a PDF, in the transaction that closes the meeting or corrects who came."""
    with speaking(meeting.site.language):
        title = _("Minutes, %(title)s, %(site)s, %(day)s") % {
            "title": meeting.title,
            "site": meeting.site.name,
            "day": day_label(meeting.on),
        }
    delivery.request_document(
        site=meeting.site,
        kind=MINUTES_PDF,
        subject=meeting,
        title=title[:200],
        version=version,
        by=by,
    )


def send_minutes(
    *, meeting: Meeting, invitees: Collection[UUID], today: date, now: datetime, by: User | None
) -> int:
    """Mail the minutes to the chosen invitees, to each once; return how many mails were queued.

    :raises ValidationError: the meeting is not closed, or nobody is chosen who has an address.
    """
    with transaction.atomic():
        current: Meeting = Meeting.objects.select_for_update(of=("self",)).get(
            pk=meeting.pk, site=meeting.site
        )
        if not current.is_closed:
            raise ValidationError(_("Minutes are sent once the meeting is closed."))
        chosen = invitees_of(current).filter(pk__in=invitees, minutes_sent_at=None)
        rows = list(chosen.exclude(email=""))
        if not rows:
            message = _("Choose somebody who has an e-mail address and was not sent them yet.")
            raise ValidationError({"invitees": message})
        minutes_letters.send(current, rows, today=today, by=by)
        Invitee.objects.filter(site=current.site, pk__in=[row.pk for row in rows]).update(
            minutes_sent_at=now
        )
        details = {"mailed": len(rows)}
        audit.record("minutes.sent", site=current.site, subject=current, details=details, by=by)
    return len(rows)
