"""Meetings: planned one by one or in a series, moved, cancelled and taken up again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from implementation.models import Invitee, Meeting, MeetingSeries, MeetingState
from implementation.operations import meeting_letters as letters
from implementation.operations.invitees import Guest, add_guests, invite_untold
from implementation.operations.typed import admit_about, known_names, one_line
from implementation.queries.meetings import invitees_of, names_at
from mst_sites.accounts.models import User
from mst_sites.audit import operations as audit
from mst_sites.periods import LONDON, WEEK, local_day
from mst_sites.records.free_text import admit
from mst_sites.tenancy.models import Site
from mst_sites.tenancy.versions import lock_version

MOST_AHEAD = 26
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
        message = _("The clocks go forward on this day: this time does not exist.")
        raise ValidationError({"begins_at": message})
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
        raise ValidationError({"day": _("This day is too far off.")})
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


@dataclass(frozen=True)
class Rhythm:
    """How often a series meets, and how many of its meetings are planned at once."""

    every_weeks: int
    count: int


def plan_series(
    *,
    site: Site,
    series_id: UUID,
    details: Details,
    rhythm: Rhythm,
    guests: Sequence[Guest] = (),
    sends: bool = False,
    now: datetime,
    by: User | None,
) -> MeetingSeries:
    """Plan meetings on the same weekday at the same time on the clock, every so many weeks.

    :raises ValidationError: as for one meeting.
    """
    with transaction.atomic():
        if again := MeetingSeries.objects.filter(pk=series_id, site=site).first():
            return again
        series, told = begin_series(site, series_id, details, rhythm, today=local_day(now))
        made = add_meetings(
            series, first_on=details.day, count=rhythm.count, guests=guests, now=now, by=by
        )
        mailed = sum(invite_untold(meeting, now=now, by=by) for meeting in made) if sends else 0
        audit.record(
            "meeting-series.planned",
            site=site,
            subject=series,
            details={
                "every_weeks": series.every_weeks,
                "first_on": str(series.first_on),
                "meetings": len(made),
                "mailed": mailed,
                **told,
            },
            by=by,
        )
    return series


def begin_series(
    site: Site, series_id: UUID, details: Details, rhythm: Rhythm, *, today: date
) -> tuple[MeetingSeries, dict[str, Any]]:
    """Write the row of a series, without its meetings."""
    title, told = admit_title(site, details, today=today)
    series = MeetingSeries(
        pk=series_id,
        site=site,
        kind=details.kind,
        title=title,
        place=one_line("place", details.place),
        link=one_line("link", details.link),
        every_weeks=rhythm.every_weeks,
        first_on=details.day,
        begins_at=details.begins_at.replace(second=0, microsecond=0),
        minutes=details.minutes,
    )
    series.full_clean()
    series.save(force_insert=True)
    return series, told


def extend_series(
    *, series: MeetingSeries, version: int, count: int, now: datetime, by: User | None
) -> list[Meeting]:
    """Add the next meetings of a series, with the people of its last one; a moved or cancelled one is not made again.

    :raises ClashError: somebody else added some.
    :raises ValidationError: too many at once.
    """
    with transaction.atomic():
        current = lock_version(series, version)
        last = (
            Meeting.objects.filter(site=series.site, series=series).order_by("-series_on").first()
        )
        step = current.every_weeks * WEEK
        over = max(local_day(now) - timedelta(days=1), planned_until(last))
        first_on = current.first_on
        while first_on <= over:
            first_on += step
        guests = [Guest.of(each) for each in invitees_of(last)] if last else []
        made = add_meetings(current, first_on=first_on, count=count, guests=guests, now=now, by=by)
        current.save()
        audit.record(
            "meeting-series.extended",
            site=series.site,
            subject=current,
            details={"first_on": str(first_on), "meetings": len(made)},
            by=by,
        )
    return made


def planned_until(last: Meeting | None) -> date:
    """Return the last day that a series has given to a meeting, wherever that was moved to."""
    return last.series_on if last and last.series_on else date.min


def add_meetings(
    series: MeetingSeries,
    *,
    first_on: date,
    count: int,
    guests: Sequence[Guest],
    now: datetime,
    by: User | None,
) -> list[Meeting]:
    if not 1 <= count <= MOST_AHEAD:
        message = _("Plan between 1 and %(most)d meetings at once.") % {"most": MOST_AHEAD}
        raise ValidationError({"count": message})
    made = []
    for turn in range(count):
        day = first_on + turn * series.every_weeks * WEEK
        meeting = Meeting(
            pk=uuid4(),
            site=series.site,
            series=series,
            series_on=day,
            called_by=by,
            **{name: getattr(series, name) for name in ("kind", "title", "place", "link")},
        )
        set_times(meeting, day, series.begins_at, series.minutes, now=now)
        meeting.full_clean(exclude=REFERENCES)
        meeting.save(force_insert=True)
        add_guests(meeting, guests)
        made.append(meeting)
    return made


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
    line = {"reason": one_line("reason", reason)}
    cleaned, told = admit_about(meeting, line, reason=confirmed_reason, today=local_day(now))
    if not cleaned["reason"]:
        raise ValidationError({"reason": _("Say why it is cancelled.")})
    with transaction.atomic():
        current = lock_version(meeting, version)
        refuse_unplanned(current)
        current.state, current.cancel_reason = MeetingState.CANCELLED, cleaned["reason"]
        current.sequence += 1
        current.full_clean(exclude=REFERENCES)
        current.save()
        mailed = retell(current, what=letters.CANCELLED, now=now, by=by)
        details = {"mailed": mailed, "sequence": current.sequence, **told}
        audit.record(
            "meeting.cancelled", site=current.site, subject=current, details=details, by=by
        )
    return current


def reinstate_meeting(*, meeting: Meeting, version: int, now: datetime, by: User | None) -> Meeting:
    """Let a cancelled meeting take place after all: the same calendar entry, one change on.

    :raises ClashError: somebody else changed it.
    :raises ValidationError: it is not cancelled, or its time is over.
    """
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
