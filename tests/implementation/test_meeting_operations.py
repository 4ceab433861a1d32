"""What people do with meetings, each time with its trace in the audit."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

from implementation.models import Invitee, Meeting, MeetingSeries
from implementation.operations import invitees as invitee_operations
from implementation.operations import meetings as operations
from implementation.operations import series as series_operations
from implementation.operations.invitees import Guest
from implementation.operations.series import Rhythm
from mst_sites.accounts.permissions import Role
from mst_sites.audit.models import AuditEntry
from mst_sites.delivery.models import OutgoingMail
from mst_sites.periods import LONDON
from mst_sites.tenancy.versions import ClashError
from tests.factories import SiteFactory, person
from tests.implementation.meetings import NOW, details, guests, mails, planned

pytestmark = pytest.mark.django_db


@pytest.fixture
def site():
    return SiteFactory()


@pytest.fixture
def manager(site):
    return person(Role.PROVIDER_MANAGER, site=site)


def recorded(action):
    return AuditEntry.objects.filter(action=action).count()


def plan_series(site, manager, *, day=date(2026, 3, 16), weeks=1, count=4, **changes):
    return series_operations.plan_series(
        site=site,
        series_id=changes.pop("series_id", None) or uuid4(),
        details=details(day=day, **changes),
        rhythm=Rhythm(weeks, count),
        guests=guests(2),
        now=NOW,
        by=manager,
    )


def local_starts(series):
    meetings = Meeting.objects.filter(series=series).order_by("series_on")
    return [each.starts_at.astimezone(LONDON) for each in meetings]


def test_meeting_planned_is_recorded(site, manager):
    meeting = planned(site, by=manager, guests=guests(2))

    assert (meeting.state, meeting.called_by) == ("PLANNED", manager)
    assert meeting.invitees.count() == 2
    [entry] = AuditEntry.objects.filter(action="meeting.planned")
    assert (entry.details["invitees"], entry.details["mailed"]) == (2, 0)
    assert entry.actor == manager


def test_meeting_planned_is_undone_if_it_cannot_be_recorded(site, manager, broken_audit):
    with pytest.raises(broken_audit):
        planned(site, by=manager, guests=guests(2))

    assert not Meeting.objects.exists()
    assert not Invitee.objects.exists()


def test_meeting_mailed_is_undone_with_its_mails(site, manager, broken_audit):
    with pytest.raises(broken_audit):
        planned(site, by=manager, guests=guests(2), sends=True)

    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"begins_at": time(1, 30), "day": date(2026, 3, 29)}, "begins_at"),
        ({"day": date(2046, 1, 1)}, "day"),
        ({"day": date(1, 1, 1)}, "day"),
        ({"title": ""}, "title"),
        ({"title": "Call about a@example.org"}, "title"),
        ({"kind": "PARTY"}, "kind"),
    ],
)
def test_meeting_that_cannot_be_is_refused(site, manager, changes, field):
    with pytest.raises(ValidationError) as refusal:
        planned(site, by=manager, **changes)

    assert field in refusal.value.error_dict
    assert not Meeting.objects.exists()


def test_meeting_place_may_be_an_address_with_its_postcode(site, manager):
    meeting = planned(site, by=manager, place="1 Demo Street, AB1 2CD", link="020 7946 0000")

    assert (meeting.place, meeting.link) == ("1 Demo Street, AB1 2CD", "020 7946 0000")


def test_meeting_in_the_hour_that_comes_twice_is_the_earlier_one(site, manager):
    meeting = planned(site, by=manager, day=date(2026, 10, 25), begins_at=time(1, 30))

    assert meeting.starts_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize("day", [date(2026, 3, 16), date(2026, 10, 12)])
def test_series_stays_at_ten_o_clock_over_the_clock_change(site, manager, day):
    series = plan_series(site, manager, day=day)

    starts = local_starts(series)
    assert [each.time() for each in starts] == [time(10)] * 4
    assert {each.weekday() for each in starts} == {0}
    assert len({each.utcoffset() for each in starts}) == 2
    assert recorded("meeting-series.planned") == 1


def test_series_from_the_29_february_keeps_its_weekday(site, manager):
    series = plan_series(site, manager, day=date(2028, 2, 29), weeks=52, count=2)

    assert [each.date() for each in local_starts(series)] == [date(2028, 2, 29), date(2029, 2, 27)]


def test_series_planned_twice_by_one_form_is_one_series(site, manager):
    series_id = uuid4()
    for _ in range(2):
        plan_series(site, manager, series_id=series_id)

    assert MeetingSeries.objects.count() == 1
    assert Meeting.objects.count() == 4


def test_series_with_a_meeting_in_the_hour_that_is_left_out_is_refused_whole(site, manager):
    with pytest.raises(ValidationError):
        plan_series(site, manager, day=date(2026, 3, 22), begins_at=time(1, 30))

    assert not MeetingSeries.objects.exists()


def test_series_extended_goes_on_after_its_last_and_leaves_moved_ones_alone(site, manager):
    series = plan_series(site, manager, count=2)
    first, last = Meeting.objects.filter(series=series).order_by("series_on")
    operations.cancel_meeting(meeting=first, version=1, reason="Ill", now=NOW, by=manager)
    operations.change_meeting(
        meeting=last, version=1, details=details(day=date(2026, 4, 20)), now=NOW, by=manager
    )

    series_operations.extend_series(series=series, version=1, count=2, now=NOW, by=manager)

    days = Meeting.objects.filter(series=series).order_by("series_on")
    assert [each.series_on for each in days] == [
        date(2026, 3, 16),
        date(2026, 3, 23),
        date(2026, 3, 30),
        date(2026, 4, 6),
    ]
    assert [each.invitees.count() for each in days] == [2, 2, 2, 2]
    assert recorded("meeting-series.extended") == 1


def test_series_extended_after_a_pause_plans_nothing_in_the_past(site, manager):
    series = plan_series(site, manager, count=1, weeks=2)
    later = NOW + timedelta(days=100)

    [made] = series_operations.extend_series(
        series=series, version=1, count=1, now=later, by=manager
    )

    assert made.on >= later.date()
    assert (made.on - date(2026, 3, 16)).days % 14 == 0


def test_series_extended_by_two_at_once_clashes(site, manager):
    series = plan_series(site, manager, count=1)
    series_operations.extend_series(series=series, version=1, count=1, now=NOW, by=manager)

    with pytest.raises(ClashError):
        series_operations.extend_series(series=series, version=1, count=1, now=NOW, by=manager)


@pytest.mark.parametrize("count", [0, 27])
def test_series_extended_by_too_many_is_refused(site, manager, count):
    series = plan_series(site, manager, count=1)

    with pytest.raises(ValidationError):
        series_operations.extend_series(series=series, version=1, count=count, now=NOW, by=manager)


def test_meeting_change_by_two_at_once_clashes(site, manager):
    meeting = planned(site, by=manager)
    operations.change_meeting(
        meeting=meeting, version=1, details=details(place="A"), now=NOW, by=manager
    )

    with pytest.raises(ClashError) as clash:
        operations.change_meeting(
            meeting=meeting, version=1, details=details(place="B"), now=NOW, by=manager
        )

    assert clash.value.current.place == "A"
    assert recorded("meeting.changed") == 1


def test_meeting_cancelled_cannot_be_changed_or_cancelled_again(site, manager):
    meeting = planned(site, by=manager)
    operations.cancel_meeting(meeting=meeting, version=1, reason="Ill", now=NOW, by=manager)

    with pytest.raises(ValidationError, match="cancelled"):
        operations.cancel_meeting(meeting=meeting, version=2, reason="Ill", now=NOW, by=manager)
    with pytest.raises(ValidationError, match="cancelled"):
        operations.change_meeting(
            meeting=meeting, version=2, details=details(), now=NOW, by=manager
        )
    with pytest.raises(ValidationError, match="cancelled"):
        invitee_operations.invite(meeting=meeting, guests=guests(1), now=NOW, by=manager)

    assert recorded("meeting.cancelled") == 1


def test_meeting_cancelled_needs_a_reason(site, manager):
    meeting = planned(site, by=manager)

    with pytest.raises(ValidationError) as refusal:
        operations.cancel_meeting(meeting=meeting, version=1, reason=" ", now=NOW, by=manager)

    assert "reason" in refusal.value.error_dict


def test_meeting_cancelled_is_undone_if_it_cannot_be_recorded(site, manager, broken_audit):
    meeting = Meeting.objects.create(
        site=site,
        kind="CALL",
        title="Call",
        starts_at=NOW + timedelta(days=1),
        ends_at=NOW + timedelta(days=1, hours=1),
    )

    with pytest.raises(broken_audit):
        operations.cancel_meeting(meeting=meeting, version=1, reason="Ill", now=NOW, by=manager)

    meeting.refresh_from_db()
    assert meeting.state == "PLANNED"


def test_meeting_whose_time_is_over_is_not_reinstated(site, manager):
    meeting = planned(site, by=manager)
    operations.cancel_meeting(meeting=meeting, version=1, reason="Ill", now=NOW, by=manager)

    with pytest.raises(ValidationError, match="over"):
        operations.reinstate_meeting(
            meeting=meeting, version=2, now=NOW + timedelta(days=60), by=manager
        )


def test_meeting_that_is_not_cancelled_is_not_reinstated(site, manager):
    meeting = planned(site, by=manager)

    with pytest.raises(ValidationError, match="not cancelled"):
        operations.reinstate_meeting(meeting=meeting, version=1, now=NOW, by=manager)


def test_invitee_is_asked_once_however_the_address_is_written(site, manager):
    meeting = planned(site, by=manager, guests=[Guest("Demo One", "one@example.org")])
    more = [Guest("Demo One", "ONE@example.org"), Guest("Demo Two", "two@example.org")]

    added = invitee_operations.invite(meeting=meeting, guests=more, now=NOW, by=manager)

    assert [each.email for each in added] == ["two@example.org"]
    with pytest.raises(ValidationError, match="not invited yet"):
        invitee_operations.invite(meeting=meeting, guests=more, now=NOW, by=manager)
    assert recorded("meeting.invitees-added") == 1


def test_invitee_with_a_broken_address_is_refused(site, manager):
    meeting = planned(site, by=manager)

    with pytest.raises(ValidationError):
        invitee_operations.invite(
            meeting=meeting, guests=[Guest("Demo", "a@b\nBcc: c@d")], now=NOW, by=manager
        )


def test_invitee_taken_off_without_having_been_told_is_mailed_nothing(site, manager):
    meeting = planned(site, by=manager, guests=guests(1))
    invitee = meeting.invitees.get()

    invitee_operations.remove_invitee(invitee=invitee, now=NOW, by=manager)

    assert (mails(), meeting.invitees.count()) == ([], 0)
    assert recorded("meeting.invitee-removed") == 1
    with pytest.raises(ValidationError, match="not invited any more"):
        invitee_operations.remove_invitee(invitee=invitee, now=NOW, by=manager)


def test_invitations_are_undone_if_they_cannot_be_recorded(site, manager, monkeypatch):
    meeting = planned(site, by=manager, guests=guests(1))

    def fail(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr("mst_sites.audit.operations.record", fail)
    with pytest.raises(RuntimeError):
        invitee_operations.send_invitations(meeting=meeting, now=NOW, by=manager)

    assert meeting.invitees.get().told_sequence is None
    assert mails() == []
