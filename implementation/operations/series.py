"""Series of meetings: planned, gone on with, and from one of them on moved or cancelled as a whole."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from implementation.models import Meeting, MeetingSeries
from implementation.operations import meeting_letters as letters
from implementation.operations.invitees import Guest, add_guests, invite_untold
from implementation.operations.meetings import (
    REFERENCES,
    Details,
    admit_reason,
    admit_title,
    call_off,
    instant,
    refuse_unplanned,
    retell,
    set_times,
)
from implementation.queries.meetings import following, invitees_of
from mst_sites.accounts.models import User
from mst_sites.audit import operations as audit
from mst_sites.free_text import one_line
from mst_sites.periods import WEEK, day_label, local_day
from mst_sites.tenancy.endings import refuse_closed
from mst_sites.tenancy.models import Site
from mst_sites.tenancy.versions import ClashError, lock_version

MOST_AHEAD = 26


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
    refuse_closed(site)
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
    refuse_closed(series.site)
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


@dataclass(frozen=True)
class Arrangement:
    """When and where the meetings of a series are; `day` is that of the one from which on it holds."""

    day: date
    begins_at: time
    minutes: int
    place: str = ""
    link: str = ""

    @classmethod
    def of(cls, meeting: Meeting) -> "Arrangement":
        """Return when and where a meeting is now."""
        begins_at = meeting.local_start.time()
        return cls(meeting.on, begins_at, meeting.minutes, meeting.place, meeting.link)

    def as_typed(self) -> "Arrangement":
        return replace(
            self,
            begins_at=self.begins_at.replace(second=0, microsecond=0),
            place=one_line("place", self.place),
            link=one_line("link", self.link),
        )


def change_series(
    *,
    meeting: Meeting,
    version: int,
    series_version: int,
    arrangement: Arrangement,
    now: datetime,
    by: User | None,
) -> list[Meeting]:
    """Move or change a meeting and those of its series that follow it; return the ones that are different now.

    What was held, closed or cancelled stays, and so does whatever was settled for one of them alone. Those who
    were mailed before get the entry of each meeting anew.

    :raises ClashError: somebody else changed the meeting or its series.
    :raises ValidationError: it has begun, the day is past or not after the meeting before, a time does not exist.
    """
    with transaction.atomic():
        series, rows = lock_following(meeting, version, series_version, now=now)
        was, wanted = Arrangement.of(rows[0]), arrangement.as_typed()
        shift = shift_of(rows[0], was=was, wanted=wanted, now=now)
        plans = [arranged(each, series, was=was, wanted=wanted, shift=shift) for each in rows]
        plans[0] = wanted
        move_slots(series, rows, shift)
        changed, mailed = [], 0
        for row, plan in zip(rows, plans, strict=True):
            if changes := rearrange(row, plan, now=now):
                changed.append(row)
                mailed += retell(row, what=letters.CHANGED, changes=changes, now=now, by=by)
        rewrite_series(
            series, was=was, wanted=wanted, first_on=rows[0].series_on if shift else None
        )
        details = {
            "from": str(rows[0].series_on),
            "days": shift.days,
            "meetings": [str(row.pk) for row in changed],
            "mailed": mailed,
        }
        audit.record(
            "meeting-series.changed", site=series.site, subject=series, details=details, by=by
        )
    return changed


def cancel_series(
    *,
    meeting: Meeting,
    version: int,
    series_version: int,
    reason: str,
    confirmed_reason: str = "",
    now: datetime,
    by: User | None,
) -> list[Meeting]:
    """Cancel a meeting and those of its series that follow it, for one reason. What was held or closed stays.

    :raises ClashError: somebody else changed the meeting or its series.
    :raises ValidationError: no reason, it has begun, is closed or cancelled, or the reason could identify a family.
    """
    words, told = admit_reason(meeting, reason, confirmed_reason, today=local_day(now))
    with transaction.atomic():
        series, rows = lock_following(meeting, version, series_version, now=now)
        mailed = 0
        for row in rows:
            row.version += 1
            mailed += call_off(row, words, now=now, by=by)
        series.version += 1
        series.save(update_fields=["version"])
        details = {
            "from": str(rows[0].series_on),
            "meetings": [str(row.pk) for row in rows],
            "mailed": mailed,
            **told,
        }
        audit.record(
            "meeting-series.cancelled", site=series.site, subject=series, details=details, by=by
        )
    return rows


def lock_following(
    meeting: Meeting, version: int, series_version: int, *, now: datetime
) -> tuple[MeetingSeries, list[Meeting]]:
    """Lock a series with the meetings that follow one of them, itself first, if all is as the page found it."""
    site = meeting.site
    if meeting.series_id is None:
        raise ValidationError(_("This meeting belongs to no series."))
    series = MeetingSeries.objects.select_for_update(of=("self",)).get(
        pk=meeting.series_id, site=site
    )
    current = Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk, site=site)
    current.site, current.series = site, series
    if (current.version, series.version) != (version, series_version):
        raise ClashError(current)
    refuse_unplanned(current)
    if current.starts_at <= now:
        raise ValidationError(_("This meeting has begun: choose one that is still to come."))
    rows = list(following(current, now=now).select_for_update(of=("self",)))
    series.site = site
    for row in rows:
        row.site, row.series = site, series
    return series, rows


def shift_of(first: Meeting, *, was: Arrangement, wanted: Arrangement, now: datetime) -> timedelta:
    """Return by how many days the rhythm moves.

    :raises ValidationError: the new time is past, or the meeting before has that day or a later one.
    """
    if wanted.day < local_day(now) or instant(wanted.day, wanted.begins_at) <= now:
        raise ValidationError({"day": _("This day or time is past.")})
    given = first.series_on or first.on
    if wanted.day == was.day:
        return timedelta()
    before = Meeting.objects.filter(
        site=first.site_id, series=first.series_id, series_on__lt=given
    ).aggregate(last=Max("series_on"))["last"]
    if before and wanted.day <= before:
        message = _("The meeting before is on %(day)s: choose a later day.")
        raise ValidationError({"day": message % {"day": day_label(before)}})
    return wanted.day - given


def arranged(
    meeting: Meeting,
    series: MeetingSeries,
    *,
    was: Arrangement,
    wanted: Arrangement,
    shift: timedelta,
) -> Arrangement:
    """Say where one of the following goes: it takes what is new, but in what was settled for it alone."""
    own = Arrangement.of(meeting)
    taken: dict[str, Any] = {
        name: getattr(wanted, name)
        for name in ("minutes", "place", "link")
        if getattr(wanted, name) != getattr(was, name)
        and getattr(own, name) == getattr(series, name)
    }
    if (own.day, own.begins_at) == (meeting.series_on, series.begins_at):
        taken["day"] = own.day + shift
        if wanted.begins_at != was.begins_at:
            taken["begins_at"] = wanted.begins_at
    return replace(own, **taken)


def move_slots(series: MeetingSeries, rows: Sequence[Meeting], shift: timedelta) -> None:
    """Move the days that the series gives, those of cancelled meetings too, one by one: no two ever share a day."""
    if not shift:
        return
    slots = Meeting.objects.filter(
        site=series.site_id, series=series, series_on__gte=rows[0].series_on
    )
    ordered = slots.order_by("series_on" if shift < timedelta() else "-series_on")
    for pk, day in [(slot.pk, slot.series_on) for slot in ordered if slot.series_on]:
        slots.filter(pk=pk).update(series_on=day + shift)
    for row in rows:
        row.series_on = (row.series_on or row.on) + shift


def rearrange(meeting: Meeting, plan: Arrangement, *, now: datetime) -> list[letters.Change]:
    """Write on a meeting when and where it is from now on; return what is different."""
    own, before = Arrangement.of(meeting), letters.shown_details(meeting)
    meeting.place, meeting.link = plan.place, plan.link
    if (plan.day, plan.begins_at, plan.minutes) != (own.day, own.begins_at, own.minutes):
        set_times(meeting, plan.day, plan.begins_at, plan.minutes, now=now)
    changes = letters.changes_between(before, letters.shown_details(meeting))
    if changes:
        meeting.sequence += 1
        meeting.version += 1
        meeting.full_clean(exclude=REFERENCES)
        meeting.save()
    return changes


def rewrite_series(
    series: MeetingSeries, *, was: Arrangement, wanted: Arrangement, first_on: date | None
) -> None:
    """Let the meetings that are added later follow what is new."""
    for name in ("begins_at", "minutes", "place", "link"):
        if getattr(wanted, name) != getattr(was, name):
            setattr(series, name, getattr(wanted, name))
    series.first_on = first_on or series.first_on
    series.version += 1
    series.full_clean()
    series.save()
