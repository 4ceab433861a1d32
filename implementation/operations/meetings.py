"""Meetings one by one: planned, moved, cancelled and taken up again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from implementation.models import Invitee, Meeting, MeetingState
from implementation.operations import meeting_letters as letters
from implementation.operations.invitees import Guest, add_guests, invite_untold
from implementation.operations.typed import admit_about
from implementation.queries.meetings import invitees_of, names_at
from mst_sites.accounts.models import User
from mst_sites.audit import operations as audit
from mst_sites.free_text import admit, known_names, one_line
from mst_sites.periods import LONDON, TOO_FAR, day_label, local_day
from mst_sites.tenancy.endings import refuse_closed
from mst_sites.tenancy.models import Site
from mst_sites.tenancy.versions import lock_version

FURTHEST_AHEAD, FURTHEST_BACK = timedelta(days=5 * 366), timedelta(days=20 * 366)
REFERENCES = ("site", "series", "called_by", "closed_by")


@dataclass(frozen=True)
class Details:
    """What people settle of a meeting: the day and the time are those on the clock in London."""

    kind: str
    title: str
    day: date
    begins_at: time
    minutes: int
    place: str = ""
    link: str = ""
    confirmed_reason: str = ""  # why the title may stay although it looks like a name


def instant(day: date, at: time) -> datetime:
    """Return the moment at which the clock in London shows a time; of two such moments the earlier one.

    :raises ValidationError: the clocks go forward and never show it.
    """
    moment = datetime.combine(day, at.replace(second=0, microsecond=0), LONDON)
    if moment.astimezone(UTC).astimezone(LONDON).replace(tzinfo=None) != moment.replace(
        tzinfo=None
    ):
        message = _("The clocks go forward on %(day)s: this time does not exist.")
        raise ValidationError({"begins_at": message % {"day": day_label(day)}})
    return moment.astimezone(UTC)


def plan_meeting(
    *,
    site: Site,
    meeting_id: UUID,
    details: Details,
    guests: Sequence[Guest] = (),
    sends: bool = False,
    now: datetime,
    by: User | None,
) -> Meeting:
    """Plan one meeting. The same form sent again answers with the meeting that it made, and mails nobody twice.

    :raises ValidationError: the day is past or too far off, the time does not exist, or a text is refused.
    """
    refuse_closed(site)
    with transaction.atomic():
        if again := Meeting.objects.filter(pk=meeting_id, site=site).first():
            return again
        meeting = Meeting(pk=meeting_id, site=site, called_by=by)
        told = write_details(meeting, details, now=now)
        meeting.full_clean(exclude=REFERENCES)
        meeting.save(force_insert=True)
        count = len(add_guests(meeting, guests))
        mailed = invite_untold(meeting, now=now, by=by) if sends else 0
        audit.record(
            "meeting.planned",
            site=site,
            subject=meeting,
            details={**facts_of(meeting), "invitees": count, "mailed": mailed, **told},
            by=by,
        )
    return meeting


def write_details(meeting: Meeting, details: Details, *, now: datetime) -> dict[str, Any]:
    """Write on the row when and where it is. Place and link are no families': the guard does not look at them."""
    title, told = admit_title(meeting.site, details, today=local_day(now))
    meeting.kind, meeting.title = details.kind, title
    meeting.place = one_line("place", details.place)
    meeting.link = one_line("link", details.link)
    set_times(meeting, details.day, details.begins_at, details.minutes, now=now)
    return told


def set_times(meeting: Meeting, day: date, at: time, minutes: int, *, now: datetime) -> None:
    today = local_day(now)
    if not today - FURTHEST_BACK < day < today + FURTHEST_AHEAD:
        raise ValidationError({"day": TOO_FAR})
    meeting.starts_at = instant(day, at)
    meeting.ends_at = meeting.starts_at + timedelta(minutes=minutes)


def admit_title(site: Site, details: Details, *, today: date) -> tuple[str, dict[str, Any]]:
    cleaned, told = admit(
        {"title": one_line("title", details.title)},
        confirmed_reason=details.confirmed_reason,
        allowed_names=known_names(names_at(site)),
        today=today,
    )
    return cleaned["title"], told


def change_meeting(
    *, meeting: Meeting, version: int, details: Details, now: datetime, by: User | None
) -> Meeting:
    """Change when, where or what a meeting is. Those who were mailed before are told what changed, and nothing else.

    :raises ClashError: somebody else changed it.
    :raises ValidationError: it is closed or cancelled, the time does not exist, or a text is refused.
    """
    with transaction.atomic():
        current = lock_version(meeting, version)
        refuse_unplanned(current)
        before = letters.shown_details(current)
        told = write_details(current, details, now=now)
        current.full_clean(exclude=REFERENCES)
        changes = letters.changes_between(before, letters.shown_details(current))
        if changes:
            current.sequence += 1
        current.save()
        mailed = retell(current, what=letters.CHANGED, changes=changes, now=now, by=by)
        audit.record(
            "meeting.changed",
            site=current.site,
            subject=current,
            details={**facts_of(current), "mailed": mailed, **told},
            by=by,
        )
    return current


def cancel_meeting(
    *,
    meeting: Meeting,
    version: int,
    reason: str,
    confirmed_reason: str = "",
    now: datetime,
    by: User | None,
) -> Meeting:
    """Cancel one meeting, of a series too. Those who were mailed before are told; the row stays.

    :raises ClashError: somebody else changed it.
    :raises ValidationError: no reason, it is closed or cancelled already, or the reason could identify a family.
    """
    words, told = admit_reason(meeting, reason, confirmed_reason, today=local_day(now))
    with transaction.atomic():
        current = lock_version(meeting, version)
        refuse_unplanned(current)
        mailed = call_off(current, words, now=now, by=by)
        details = {"mailed": mailed, "sequence": current.sequence, **told}
        audit.record(
            "meeting.cancelled", site=current.site, subject=current, details=details, by=by
        )
    return current


def admit_reason(
    meeting: Meeting, reason: str, confirmed_reason: str, *, today: date
) -> tuple[str, dict[str, Any]]:
    line = {"reason": one_line("reason", reason)}
    cleaned, told = admit_about(meeting, line, reason=confirmed_reason, today=today)
    if not cleaned["reason"]:
        raise ValidationError({"reason": _("Say why it is cancelled.")})
    return cleaned["reason"], told


def call_off(meeting: Meeting, reason: str, *, now: datetime, by: User | None) -> int:
    """Cancel a locked meeting and tell those who were mailed before; return how many those are."""
    meeting.state, meeting.cancel_reason = MeetingState.CANCELLED, reason
    meeting.sequence += 1
    meeting.full_clean(exclude=REFERENCES)
    meeting.save()
    return retell(meeting, what=letters.CANCELLED, now=now, by=by)


def reinstate_meeting(*, meeting: Meeting, version: int, now: datetime, by: User | None) -> Meeting:
    """Let a cancelled meeting take place after all: the same calendar entry, one change on.

    :raises ClashError: somebody else changed it.
    :raises ValidationError: it is not cancelled, or its time is over.
    """
    refuse_closed(meeting.site)
    with transaction.atomic():
        current = lock_version(meeting, version)
        if not current.is_cancelled:
            raise ValidationError(_("This meeting is not cancelled."))
        if current.ends_at <= now:
            raise ValidationError(_("Its time is over: plan another meeting."))
        current.state, current.cancel_reason = MeetingState.PLANNED, ""
        current.sequence += 1
        current.full_clean(exclude=REFERENCES)
        current.save()
        mailed = retell(current, what=letters.REINSTATED, now=now, by=by)
        details = {"mailed": mailed, "sequence": current.sequence}
        audit.record(
            "meeting.reinstated", site=current.site, subject=current, details=details, by=by
        )
    return current


def retell(
    meeting: Meeting,
    *,
    what: str,
    changes: Sequence[letters.Change] = (),
    now: datetime,
    by: User | None,
) -> int:
    """Tell those who were mailed before, while it still helps; nobody of what did not change."""
    if (what == letters.CHANGED and not changes) or meeting.ends_at <= now:
        return 0
    told = [each for each in invitees_of(meeting) if each.told_sequence is not None]
    mailed = letters.tell(meeting, told, what=what, changes=changes, now=now, by=by)
    ids = [each.pk for each in told]
    Invitee.objects.filter(site=meeting.site, pk__in=ids).update(told_sequence=meeting.sequence)
    return mailed


def refuse_unplanned(meeting: Meeting) -> None:
    if meeting.is_closed:
        raise ValidationError(_("This meeting is closed and stays as it was."))
    if meeting.is_cancelled:
        raise ValidationError(_("This meeting is cancelled."))


def facts_of(meeting: Meeting) -> dict[str, Any]:
    return {
        "kind": meeting.kind,
        "starts_at": meeting.starts_at.astimezone(UTC).isoformat(),
        "ends_at": meeting.ends_at.astimezone(UTC).isoformat(),
        "sequence": meeting.sequence,
    }
