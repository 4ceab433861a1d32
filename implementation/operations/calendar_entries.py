"""A meeting as the calendar file (RFC 5545) that goes with a mail: asked to, changed or cancelled (RFC 5546)."""

import base64
from datetime import UTC, datetime
from email.utils import parseaddr
from functools import lru_cache
from typing import Any

from django.conf import settings
from icalendar import Calendar, Event, Timezone, vCalAddress, vText

from implementation.models import Invitee, Meeting
from mst_sites.periods import LONDON

REQUEST, CANCEL = "REQUEST", "CANCEL"
FILE_NAME = "meeting.ics"
BEGIN = b"BEGIN:VEVENT\r\n"


def calendar_file(
    meeting: Meeting, invitee: Invitee, *, method: str, address: str, now: datetime
) -> bytes:
    """Write the entry for one person; nobody else's address is in it.

    :param address: of the meeting's page.
    """
    event = Event()
    event.add("uid", str(meeting.pk))
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", now.astimezone(UTC))
    # The clock on the wall in London, with the rules of its zone beside it: no change of the clock moves it.
    event.add("dtstart", meeting.local_start)
    event.add("dtend", meeting.local_end)
    event.add("summary", summary_of(meeting))
    if meeting.place or meeting.link:
        event.add("location", meeting.place or meeting.link)
    event.add("description", "\n".join(filter(None, (meeting.link, address))))
    event.add("url", address)
    event.add("status", "CANCELLED" if method == CANCEL else "CONFIRMED")
    event.add("organizer", organiser_of(meeting))
    event.add("attendee", attendee_of(invitee, method), encode=False)
    calendar = Calendar()
    calendar.add("prodid", "-//MST Sites//Meetings//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    calendar.add_component(event)
    content: bytes = calendar.to_ical()
    # Nothing that people typed stands before the first event.
    return content.replace(BEGIN, zone_of_london() + BEGIN, 1)


@lru_cache(maxsize=1)
def zone_of_london() -> bytes:
    """Write the rules of the clock once: it takes longer than the rest of an entry."""
    rules: bytes = Timezone.from_tzid(LONDON.key).to_ical()
    return rules


def summary_of(meeting: Meeting) -> str:
    return f"{meeting.title}, {meeting.site.name}"


def organiser_of(meeting: Meeting) -> Any:
    """Return the address that every change must come from: a calendar takes none from another."""
    _name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return named(address, meeting.site.name)


def attendee_of(invitee: Invitee, method: str) -> Any:
    attendee = named(invitee.email, invitee.name)
    attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
    if method == REQUEST:
        attendee.params["PARTSTAT"] = vText("NEEDS-ACTION")
        attendee.params["RSVP"] = vText("FALSE")  # answers go to people, not to a mailbox of ours
    return attendee


def named(address: str, name: str) -> Any:
    person = vCalAddress(f"mailto:{address}")
    person.params["CN"] = vText(name.replace('"', "'"))
    return person


def as_attachment(content: bytes, method: str) -> dict[str, str]:
    return {
        "name": FILE_NAME,
        "type": f"text/calendar; method={method}",
        "content": base64.b64encode(content).decode(),
    }
