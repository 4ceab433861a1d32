"""The mails about meetings and the calendar files in them, read as a calendar reads them."""

import email
import email.policy
from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

from implementation.models import Invitee, Meeting
from implementation.operations import invitees as invitee_operations
from implementation.operations import meetings as operations
from implementation.operations.invitees import Guest
from mst_sites.accounts.permissions import Role
from mst_sites.delivery import mail as outgoing
from mst_sites.periods import LONDON
from tests.factories import SiteFactory, person
from tests.implementation.meetings import (
    NOW,
    calendar_of,
    details,
    guests,
    mails,
    planned,
    raw_calendar_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def site():
    return SiteFactory(name="Afon Valley")


@pytest.fixture
def manager(site):
    return person(Role.PROVIDER_MANAGER, site=site)


def test_meeting_calendar_is_a_request_with_the_local_time_and_its_zone(site, manager):
    meeting = planned(site, by=manager, guests=guests(1), sends=True)

    [mail] = mails()
    calendar, event = calendar_of(mail)
    assert mail.attachments[0]["type"] == "text/calendar; method=REQUEST"
    assert (calendar["METHOD"], calendar["VERSION"]) == ("REQUEST", "2.0")
    assert (str(event["UID"]), event["SEQUENCE"]) == (str(meeting.pk), 0)
    assert event["DTSTART"].params["TZID"] == "Europe/London"
    assert event["DTSTART"].dt == datetime(2026, 3, 16, 10, tzinfo=LONDON)
    assert event["DTEND"].dt == datetime(2026, 3, 16, 11, 30, tzinfo=LONDON)
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["Europe/London"]
    assert str(event["SUMMARY"]) == "Steering group, Afon Valley"
    assert str(event["LOCATION"]) == "Demo Hall"
    assert str(event["ATTENDEE"]) == "mailto:guest-0@example.org"
    assert str(event["STATUS"]) == "CONFIRMED"


def test_meeting_calendar_lines_end_and_fold_as_the_standard_asks(site, manager):
    planned(site, by=manager, guests=guests(1), sends=True, title="A long title " * 8)

    raw = raw_calendar_of(mails()[0])
    assert raw.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(len(line) for line in raw.split(b"\r\n")) <= 75


@pytest.mark.parametrize(
    ("day", "hour_utc"),
    [
        (date(2026, 3, 23), 10),
        (date(2026, 3, 30), 9),
        (date(2026, 10, 19), 9),
        (date(2026, 10, 26), 10),
    ],
)
def test_meeting_calendar_keeps_ten_o_clock_over_the_clock_change(site, manager, day, hour_utc):
    meeting = planned(site, by=manager, guests=guests(1), sends=True, day=day)

    calendar, event = calendar_of(mails()[0])
    assert event["DTSTART"].dt.hour == 10
    assert meeting.starts_at.astimezone(UTC).hour == hour_utc
    # The zone in the file alone, as a calendar without its own table of zones reads it.
    [zone] = calendar.walk("VTIMEZONE")
    offset = zone.to_tz().utcoffset(event["DTSTART"].dt.replace(tzinfo=None))
    assert offset == timedelta(hours=10 - hour_utc)


def test_meeting_calendar_of_a_meeting_over_midnight(site, manager):
    planned(site, by=manager, guests=guests(1), sends=True, begins_at=time(23), minutes=120)

    _calendar, event = calendar_of(mails()[0])
    assert event["DTSTART"].dt == datetime(2026, 3, 16, 23, tzinfo=LONDON)
    assert event["DTEND"].dt == datetime(2026, 3, 17, 1, tzinfo=LONDON)


def test_meeting_over_the_night_of_the_clock_change_lasts_as_long_as_it_lasts(site, manager):
    meeting = planned(site, by=manager, day=date(2026, 3, 28), begins_at=time(23), minutes=180)

    assert meeting.ends_at - meeting.starts_at == timedelta(hours=3)
    assert meeting.local_end.time() == time(3)


def test_meeting_calendar_keeps_welsh_letters(site, manager):
    welsh = "Cyfarfod Tŷ Gŵyr, Llŷn"
    planned(site, by=manager, guests=[Guest("Demo Ŵyn", "a@example.org")], sends=True, title=welsh)

    _calendar, event = calendar_of(mails()[0])
    assert str(event["SUMMARY"]) == f"{welsh}, Afon Valley"
    assert event["ATTENDEE"].params["CN"] == "Demo Ŵyn"


def test_meeting_calendar_lets_no_line_be_smuggled_in(site, manager):
    planned(
        site,
        by=manager,
        guests=[Guest("Demo\r\nATTENDEE:mailto:x@example.org", "a@example.org")],
        sends=True,
        title="Group\r\nBcc: somebody",
        place="Hall\r\nEND:VEVENT",
        link='https://example.org/"\nATTACH:x',
    )

    [mail] = mails()
    _calendar, event = calendar_of(mail)
    assert "\n" not in mail.subject
    assert "\r" not in mail.subject
    assert str(event["SUMMARY"]) == "Group Bcc: somebody, Afon Valley"
    assert str(event["LOCATION"]) == "Hall END:VEVENT"
    assert not isinstance(event["ATTENDEE"], list)
    assert "ATTACH" not in event


def test_meeting_mail_as_it_leaves_carries_the_calendar_whole(site, manager, tmp_path, settings):
    settings.VAR_DIR = tmp_path
    settings.MAIL_TRANSPORT = "mst_sites.delivery.mail.FolderBackend"
    planned(site, by=manager, guests=guests(1), sends=True, title="Tŷ Gŵyr")

    outgoing.send(mails()[0])

    [sent] = (tmp_path / "outbox").iterdir()
    message = email.message_from_bytes(sent.read_bytes(), policy=email.policy.default)
    parts = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
    assert {part.get_param("method") for part in parts} == {"REQUEST"}
    assert {part.get_content_disposition() for part in parts} == {None, "attachment"}
    assert all("Tŷ Gŵyr" in part.get_content() for part in parts)
    assert message["Reply-To"] == manager.email


def test_meeting_change_tells_only_what_changed_and_only_who_was_told(site, manager):
    meeting = planned(site, by=manager, guests=guests(2), sends=True)
    invitee_operations.invite(
        meeting=meeting, guests=[Guest("Demo Late", "late@example.org")], now=NOW, by=manager
    )

    changed = operations.change_meeting(
        meeting=meeting,
        version=1,
        details=details(begins_at=time(14), place="Demo Hall"),
        now=NOW + timedelta(hours=1),
        by=manager,
    )

    told = mails()[2:]
    assert [mail.to for mail in told] == [["guest-0@example.org"], ["guest-1@example.org"]]
    calendar, event = calendar_of(told[0])
    assert (calendar["METHOD"], event["SEQUENCE"]) == ("REQUEST", 1)
    assert str(event["UID"]) == str(changed.pk)
    assert "14:00" in told[0].text
    assert "before:" in told[0].text
    assert "Demo Hall" not in told[0].text


def test_meeting_change_that_changes_nothing_mails_nobody(site, manager):
    meeting = planned(site, by=manager, guests=guests(2), sends=True)

    changed = operations.change_meeting(
        meeting=meeting, version=1, details=details(), now=NOW, by=manager
    )

    assert len(mails()) == 2
    assert changed.sequence == 0


def test_meeting_cancel_and_reinstate_keep_the_entry_and_raise_its_sequence(site, manager):
    meeting = planned(site, by=manager, guests=guests(1), sends=True)

    cancelled = operations.cancel_meeting(
        meeting=meeting, version=1, reason="The chair is ill", now=NOW, by=manager
    )
    again = operations.reinstate_meeting(meeting=cancelled, version=2, now=NOW, by=manager)

    entries = [calendar_of(mail) for mail in mails()]
    assert [str(calendar["METHOD"]) for calendar, _ in entries] == ["REQUEST", "CANCEL", "REQUEST"]
    assert [event["SEQUENCE"] for _, event in entries] == [0, 1, 2]
    assert {str(event["UID"]) for _, event in entries} == {str(meeting.pk)}
    assert [str(event["STATUS"]) for _, event in entries] == ["CONFIRMED", "CANCELLED", "CONFIRMED"]
    assert "The chair is ill" in mails()[1].text
    assert (again.state, again.cancel_reason) == ("PLANNED", "")


def test_invitee_remove_cancels_for_that_person_alone(site, manager):
    meeting = planned(site, by=manager, guests=guests(2), sends=True)
    invitee = Invitee.objects.get(email="guest-1@example.org")

    invitee_operations.remove_invitee(invitee=invitee, now=NOW, by=manager)
    invitee_operations.invite(
        meeting=meeting, guests=guests(2)[1:], sends=True, now=NOW, by=manager
    )

    gone, back = mails()[2:]
    assert (gone.to, back.to) == (["guest-1@example.org"], ["guest-1@example.org"])
    assert str(calendar_of(gone)[0]["METHOD"]) == "CANCEL"
    assert calendar_of(gone)[1]["SEQUENCE"] == 1
    assert str(calendar_of(back)[0]["METHOD"]) == "REQUEST"
    assert calendar_of(back)[1]["SEQUENCE"] == 1


def test_invitee_without_email_is_mailed_nothing(site, manager):
    meeting = planned(site, by=manager, guests=[Guest("Demo Quiet"), *guests(1)], sends=True)
    operations.cancel_meeting(meeting=meeting, version=1, reason="Ill", now=NOW, by=manager)

    assert {mail.to[0] for mail in mails()} == {"guest-0@example.org"}
    assert meeting.invitees.count() == 2


def test_invitation_sent_twice_is_one_mail(site, manager):
    meeting = planned(site, by=manager, guests=guests(3))

    first = invitee_operations.send_invitations(meeting=meeting, now=NOW, by=manager)
    second = invitee_operations.send_invitations(meeting=meeting, now=NOW, by=manager)

    assert (first, second) == (3, 0)
    assert len(mails()) == 3


def test_meeting_planned_twice_by_one_form_is_one_meeting_and_one_mail(site, manager):
    meeting_id = uuid4()
    for _ in range(2):
        operations.plan_meeting(
            site=site,
            meeting_id=meeting_id,
            details=details(),
            guests=guests(1),
            sends=True,
            now=NOW,
            by=manager,
        )

    assert Meeting.objects.count() == 1
    assert len(mails()) == 1


def test_meeting_of_two_hundred_mails_each_alone(site, manager):
    planned(site, by=manager, guests=guests(200), sends=True)

    sent = mails()
    assert len(sent) == 200
    assert {len(mail.to) for mail in sent} == {1}
    assert b"guest-1@example.org" not in raw_calendar_of(next(m for m in sent if "-7@" in m.to[0]))


def test_meeting_of_more_than_two_hundred_is_refused(site, manager):
    with pytest.raises(ValidationError, match="at most 200"):
        planned(site, by=manager, guests=guests(201))


def test_meeting_that_is_over_mails_nobody(site, manager):
    late = datetime(2026, 3, 17, tzinfo=UTC)
    meeting = planned(site, by=manager, guests=guests(1), sends=True, now=late)

    with pytest.raises(ValidationError, match="over"):
        invitee_operations.send_invitations(meeting=meeting, now=late, by=manager)

    assert mails() == []


@pytest.mark.usefixtures("welsh")
def test_meeting_mail_follows_the_language_of_the_site(manager, site):
    site.language = "cy"
    site.save()
    planned(site, by=manager, guests=guests(1), sends=True)

    assert mails()[0].text


def test_meeting_of_two_hundred_is_mailed_in_as_many_queries_as_of_one(site, manager, queries):
    meeting = planned(site, by=manager, guests=guests(200))

    # The meeting, its site, who waits; the mails, the audit twice, and who was told.
    with queries(7):
        invitee_operations.send_invitations(meeting=meeting, now=NOW, by=manager)

    assert len(mails()) == 200
