"""The mails about a meeting: one for each person, put in the queue by whatever they tell about."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from implementation.models import Invitee, Meeting
from implementation.operations.calendar_entries import (
    CANCEL,
    REQUEST,
    as_attachment,
    calendar_file,
)
from mst_sites.accounts.models import User
from mst_sites.delivery import operations as delivery
from mst_sites.delivery.operations import Letter
from mst_sites.languages import speaking

INVITED, CHANGED, CANCELLED, REINSTATED, UNINVITED = (
    "invited",
    "changed",
    "cancelled",
    "reinstated",
    "uninvited",
)


@dataclass(frozen=True)
class Change:
    """One thing that a change of a meeting touched, before and after."""

    label: str
    before: str
    after: str


def when_of(meeting: Meeting) -> str:
    """Say when a meeting is, on the clock in London."""
    begins, ends = meeting.local_start, meeting.local_end
    day = date_format(begins, "l j F Y")
    until = date_format(ends, "H:i" if begins.date() == ends.date() else "H:i, l j F")
    return _("%(day)s, %(begins)s to %(ends)s") % {
        "day": day,
        "begins": date_format(begins, "H:i"),
        "ends": until,
    }


def shown_details(meeting: Meeting) -> dict[str, str]:
    """Say what people's calendars hold of a meeting, by what it is called."""
    with speaking(meeting.site.language):
        return {
            _("What"): meeting.title,
            _("When"): when_of(meeting),
            _("Where"): meeting.place,
            _("Link or telephone"): meeting.link,
        }


def changes_between(before: dict[str, str], after: dict[str, str]) -> list[Change]:
    return [
        Change(label, before[label], text) for label, text in after.items() if before[label] != text
    ]


def address_of(meeting: Meeting) -> str:
    return settings.BASE_URL + reverse("meeting-detail", args=[meeting.site.slug, meeting.pk])


def tell(
    meeting: Meeting,
    invitees: Iterable[Invitee],
    *,
    what: str,
    changes: Sequence[Change] = (),
    now: datetime,
    by: User | None,
) -> int:
    """Queue a mail with the calendar entry for each of these people; return how many have an address."""
    method = CANCEL if what in (CANCELLED, UNINVITED) else REQUEST
    with speaking(meeting.site.language):
        subject, address = subject_of(meeting, what), address_of(meeting)
        posted = [
            Letter(
                to=[invitee.email],
                subject=subject,
                text=text_of(meeting, invitee, what=what, changes=changes, by=by),
                headers=headers_of(by),
                attachments=[
                    as_attachment(
                        calendar_file(meeting, invitee, method=method, address=address, now=now),
                        method,
                    )
                ],
            )
            for invitee in invitees
            if invitee.email
        ]
    delivery.queue_mails(site=meeting.site, letters=posted, by=by)
    return len(posted)


def subject_of(meeting: Meeting, what: str) -> str:
    words = {
        INVITED: _("Invitation: %(title)s, %(when)s"),
        CHANGED: _("Changed: %(title)s, %(when)s"),
        CANCELLED: _("Cancelled: %(title)s, %(when)s"),
        REINSTATED: _("Takes place after all: %(title)s, %(when)s"),
        UNINVITED: _("You are no longer needed at: %(title)s, %(when)s"),
    }
    begins = date_format(meeting.local_start, "j F Y, H:i")
    return words[what] % {"title": meeting.title, "when": begins}


def text_of(
    meeting: Meeting, invitee: Invitee, *, what: str, changes: Sequence[Change], by: User | None
) -> str:
    """Write the mail: what happened, what changed and nothing that did not, and when it is."""
    parts = [
        _("Hello %(name)s,") % {"name": invitee.name},
        opening(meeting, what, by=by),
        "\n".join(line_of(change) for change in changes),
    ]
    if what == CANCELLED:
        parts.append(labelled(_("Why"), meeting.cancel_reason))
    details = shown_details(meeting)
    if what not in (INVITED, REINSTATED):
        details = {_("When"): when_of(meeting)}
    details.pop(_("What"), None)
    told = {change.label for change in changes}
    parts.append(
        "\n".join(
            labelled(label, text) for label, text in details.items() if text and label not in told
        )
    )
    if invitee.user_id and what != UNINVITED:  # who has no account cannot open the page
        parts.append(_("Agenda and minutes, once you have signed in:") + "\n" + address_of(meeting))
    parts.append(_("The attached entry brings your calendar up to date."))
    if what not in (CANCELLED, UNINVITED):
        parts.append(_("If you cannot come, answer this mail."))
    return "\n\n".join(filter(None, parts)) + "\n"


def opening(meeting: Meeting, what: str, *, by: User | None) -> str:
    words = {
        INVITED: _("You are invited to: %(title)s, %(site)s."),
        CHANGED: _("This meeting has changed: %(title)s, %(site)s."),
        CANCELLED: _("This meeting does not take place: %(title)s, %(site)s."),
        REINSTATED: _("This meeting takes place after all: %(title)s, %(site)s."),
        UNINVITED: _("You need not come to: %(title)s, %(site)s."),
    }
    asked = _("%(sender)s invites you to: %(title)s, %(site)s.")
    sentence = asked if what == INVITED and by else words[what]
    return sentence % {
        "title": meeting.title,
        "site": meeting.site.name,
        "sender": by.full_name if by else "",
    }


def line_of(change: Change) -> str:
    nothing = _("none")
    return _("%(label)s: %(after)s (before: %(before)s)") % {
        "label": change.label,
        "after": change.after or nothing,
        "before": change.before or nothing,
    }


def labelled(label: str, text: str) -> str:
    return _("%(label)s: %(text)s") % {"label": label, "text": text} if text else ""


def headers_of(by: User | None) -> dict[str, str]:
    """Let an answer reach the person who called the meeting, and say that no robot need answer."""
    answer = {"Reply-To": by.email} if by else {}
    return {**answer, "Auto-Submitted": "auto-generated"}
