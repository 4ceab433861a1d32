"""A series moved, changed and cancelled from one of its meetings on, and the mails that tell of it."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

from implementation.models import Meeting, MeetingSeries
from implementation.operations import meetings as meeting_operations
from implementation.operations import series as operations
from implementation.operations.series import Arrangement, Rhythm
from mst_sites.accounts.permissions import Role
from mst_sites.audit.models import AuditEntry
from mst_sites.tenancy.versions import ClashError
from tests.factories import MeetingFactory, SiteFactory, person
from tests.implementation.meetings import NOW, calendar_of, details, guests, mails

pytestmark = pytest.mark.django_db

MONDAYS = [date(2026, 3, 16), date(2026, 3, 23), date(2026, 3, 30), date(2026, 4, 6)]
HALL = Arrangement(MONDAYS[0], time(10), 90, "Demo Hall", "")


@pytest.fixture
def manager():
    return person(Role.PROVIDER_MANAGER, site=SiteFactory(name="Afon Valley"))


@pytest.fixture
def series(manager):
    """Return four Mondays at ten, to which two people were asked by mail."""
    return operations.plan_series(
        site=manager.memberships.get().site,
        series_id=uuid4(),
        details=details(day=MONDAYS[0]),
        rhythm=Rhythm(1, 4),
        guests=guests(2),
        sends=True,
        now=NOW,
        by=manager,
    )


def all_of(series):
    return list(Meeting.objects.filter(series=series).order_by("series_on"))


def change(meeting, by, *, version=None, series_version=1, now=NOW, **changes):
    meeting.refresh_from_db()
    return operations.change_series(
        meeting=meeting,
        version=version or meeting.version,
        series_version=series_version,
        arrangement=replace(Arrangement.of(meeting), **changes),
        now=now,
        by=by,
    )


def cancel(meeting, by, *, series_version=1, reason="The group is wound up", now=NOW):
    return operations.cancel_series(
        meeting=meeting,
        version=meeting.version,
        series_version=series_version,
        reason=reason,
        now=now,
        by=by,
    )


def days_of(series):
    return [(each.on, each.local_start.time()) for each in all_of(series)]


def test_series_change_moves_a_meeting_and_those_after_it(series, manager):
    changed = change(all_of(series)[1], manager, day=date(2026, 3, 24), begins_at=time(14))

    assert days_of(series) == [
        (MONDAYS[0], time(10)),
        (date(2026, 3, 24), time(14)),
        (date(2026, 3, 31), time(14)),
        (date(2026, 4, 7), time(14)),
    ]
    assert len(changed) == 3
    [entry] = AuditEntry.objects.filter(action="meeting-series.changed")
    assert entry.actor == manager
    assert (entry.details["from"], entry.details["days"]) == ("2026-03-24", 1)
    assert (len(entry.details["meetings"]), entry.details["mailed"]) == (3, 6)


def test_series_change_mails_each_the_entry_of_each_meeting_once(series, manager):
    change(all_of(series)[1], manager, begins_at=time(14))

    told = mails()[8:]
    events = [calendar_of(mail)[1] for mail in told]
    assert len(told) == 6
    assert {event["SEQUENCE"] for event in events} == {1}
    assert {str(event["UID"]) for event in events} == {str(m.pk) for m in all_of(series)[1:]}
    # Before and after the clocks went forward on 29 March it is two o'clock on the wall.
    assert {event["DTSTART"].dt.hour for event in events} == {14}
    assert {each.starts_at.astimezone(UTC).hour for each in all_of(series)[1:]} == {13, 14}
    assert all("14:00" in mail.text for mail in told)


def test_series_change_leaves_what_was_held_cancelled_or_settled_alone(series, manager):
    first, second, third, fourth = all_of(series)
    Meeting.objects.filter(pk=first.pk).update(state="CLOSED", closed_at=NOW)
    meeting_operations.cancel_meeting(meeting=second, version=1, reason="Ill", now=NOW, by=manager)
    meeting_operations.change_meeting(
        meeting=fourth,
        version=1,
        details=details(day=date(2026, 4, 8), place="Other Hall"),
        now=NOW,
        by=manager,
    )

    changed = change(third, manager, day=date(2026, 4, 1), place="New Hall", minutes=60)

    assert days_of(series) == [
        (MONDAYS[0], time(10)),
        (MONDAYS[1], time(10)),
        (date(2026, 4, 1), time(10)),
        (date(2026, 4, 8), time(10)),  # by itself on this day before
    ]
    assert [(each.place, each.minutes) for each in all_of(series)[2:]] == [
        ("New Hall", 60),
        ("Other Hall", 60),
    ]
    assert len(changed) == 2


def test_series_change_by_a_whole_turn_passes_a_cancelled_meeting(series, manager):
    first, second, *_rest = all_of(series)
    meeting_operations.cancel_meeting(meeting=second, version=1, reason="Ill", now=NOW, by=manager)

    change(first, manager, day=MONDAYS[1])
    change(first, manager, day=MONDAYS[0], series_version=2)

    assert [each.series_on for each in all_of(series)] == MONDAYS
    assert all_of(series)[1].is_cancelled


def test_series_change_is_followed_by_the_meetings_that_are_added_later(series, manager):
    change(all_of(series)[2], manager, day=date(2026, 4, 1), place="New Hall", begins_at=time(9))

    [added] = operations.extend_series(
        series=MeetingSeries.objects.get(), version=2, count=1, now=NOW, by=manager
    )

    assert (added.on, added.local_start.time()) == (date(2026, 4, 15), time(9))
    assert added.place == "New Hall"


def test_series_change_that_changes_nothing_mails_nobody(series, manager):
    assert change(all_of(series)[0], manager) == []

    assert len(mails()) == 8


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"day": date(2026, 3, 1)}, "day"),
        ({"day": MONDAYS[0]}, "day"),
        ({"day": date(2046, 1, 1)}, "day"),
        ({"day": date(2026, 3, 22), "begins_at": time(1, 30)}, "begins_at"),  # 29 March has none
        ({"minutes": 0}, "__all__"),
        ({"place": "x" * 201}, "place"),
    ],
)
def test_series_change_that_cannot_be_is_refused_whole(series, manager, changes, field):
    before = days_of(series)

    with pytest.raises(ValidationError) as refusal:
        change(all_of(series)[1], manager, **changes)

    assert field in refusal.value.error_dict
    assert days_of(series) == before
    assert len(mails()) == 8


@pytest.mark.parametrize("act", [change, cancel])
def test_series_is_left_alone_from_a_meeting_that_has_begun_or_has_no_series(act, series, manager):
    during = datetime(2026, 3, 16, 10, 30, tzinfo=UTC)
    with pytest.raises(ValidationError, match="has begun"):
        act(all_of(series)[0], manager, now=during)
    with pytest.raises(ValidationError, match="no series"):
        act(MeetingFactory(site=series.site), manager)


@pytest.mark.parametrize("act", [change, cancel])
def test_series_clashes_with_who_changed_the_meeting_or_another_one_of_it(act, series, manager):
    first, second, *_rest = all_of(series)
    change(second, manager, begins_at=time(14))
    with pytest.raises(ClashError):
        act(first, manager)
    meeting_operations.change_meeting(
        meeting=first, version=1, details=details(place="A"), now=NOW, by=manager
    )
    first.version = 1
    with pytest.raises(ClashError):
        operations.change_series(
            meeting=first, version=1, series_version=2, arrangement=HALL, now=NOW, by=manager
        )


def test_series_cancel_ends_it_from_a_meeting_on(series, manager):
    second = all_of(series)[1]

    cancelled = cancel(second, manager)

    assert [each.state for each in all_of(series)] == ["PLANNED"] + 3 * ["CANCELLED"]
    assert {each.cancel_reason for each in cancelled} == {"The group is wound up"}
    told = [calendar_of(mail) for mail in mails()[8:]]
    assert len(told) == 6
    assert {str(calendar["METHOD"]) for calendar, _event in told} == {"CANCEL"}
    assert {event["SEQUENCE"] for _calendar, event in told} == {1}
    [entry] = AuditEntry.objects.filter(action="meeting-series.cancelled")
    assert (len(entry.details["meetings"]), entry.details["mailed"]) == (3, 6)
    assert not AuditEntry.objects.filter(action="meeting.cancelled").exists()
    with pytest.raises(ValidationError, match="is cancelled"):
        second.refresh_from_db()
        cancel(second, manager, series_version=2)


@pytest.mark.parametrize("reason", ["", "Call a@example.org"])
def test_series_cancel_needs_a_reason_that_names_nobody(series, manager, reason):
    with pytest.raises(ValidationError) as refusal:
        cancel(all_of(series)[0], manager, reason=reason)

    assert "reason" in refusal.value.error_dict
    assert not Meeting.objects.exclude(state="PLANNED").exists()


def test_series_that_is_over_mails_nobody_of_the_meetings_of_before(series, manager):
    late = datetime(2026, 3, 25, tzinfo=UTC) + timedelta(hours=1)

    change(all_of(series)[2], manager, now=late, place="New Hall")

    assert len(mails()) == 8 + 4
