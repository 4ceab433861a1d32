"""What the tests of meetings begin with."""

import base64
from datetime import UTC, date, datetime, time
from uuid import uuid4

import icalendar

from implementation.models import MeetingKind
from implementation.operations.invitees import Guest
from implementation.operations.meetings import Details, plan_meeting
from mst_sites.delivery.models import OutgoingMail

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TODAY = NOW.date()


def details(day=date(2026, 3, 16), begins_at=time(10), **changes):
    """Return what a steering group meeting of an hour and a half says."""
    given = {
        "kind": MeetingKind.STEERING_GROUP,
        "title": "Steering group",
        "minutes": 90,
        "place": "Demo Hall",
        "link": "",
    }
    return Details(day=day, begins_at=begins_at, **(given | changes))


def planned(site, *, by, guests=(), sends=False, now=NOW, **changes):
    return plan_meeting(
        site=site,
        meeting_id=uuid4(),
        details=details(**changes),
        guests=guests,
        sends=sends,
        now=now,
        by=by,
    )


def guests(count):
    return [Guest(f"Demo Guest {n}", f"guest-{n}@example.org", "Agency") for n in range(count)]


def mails():
    return list(OutgoingMail.objects.order_by("queued_at", "to"))


def calendar_of(mail):
    """Return the attached calendar, parsed, with its one event."""
    [attachment] = mail.attachments
    calendar = icalendar.Calendar.from_ical(base64.b64decode(attachment["content"]))
    [event] = calendar.walk("VEVENT")
    return calendar, event


def raw_calendar_of(mail):
    return base64.b64decode(mail.attachments[0]["content"])
