"""The mail that carries the minutes of a closed meeting to who was asked to it."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from implementation.models import Attendance, Invitee, Meeting
from implementation.operations.meeting_letters import address_of, headers_of, when_of
from implementation.queries.agendas import agenda_of
from implementation.queries.meetings import (
    actions_of_meeting,
    attendance_corrections_of,
    decisions_of,
    invitees_of,
    minutes_of,
)
from mst_sites.accounts.models import User
from mst_sites.delivery import operations as delivery
from mst_sites.delivery.operations import Letter
from mst_sites.languages import speaking
from mst_sites.periods import day_label
from mst_sites.records.models import Action


def send(meeting: Meeting, invitees: Sequence[Invitee], *, today: date, by: User | None) -> None:
    """Queue one mail for each person."""
    with speaking(meeting.site.language):
        subject = _("Minutes: %(title)s, %(day)s") % {
            "title": meeting.title,
            "day": day_label(meeting.on),
        }
        body = body_of(meeting, today=today)
        letters = []
        for invitee in invitees:
            parts = [_("Hello %(name)s,") % {"name": invitee.name}, body]
            if invitee.user_id:
                parts.append(
                    _("Read them here, once you have signed in:") + "\n" + address_of(meeting)
                )
            text = "\n\n".join(parts) + "\n"
            letters.append(
                Letter(to=[invitee.email], subject=subject, text=text, headers=headers_of(by))
            )
    delivery.queue_mails(site=meeting.site, letters=letters, by=by)


def body_of(meeting: Meeting, *, today: date) -> str:
    """Write the minutes as plain text, without the parts that are empty."""
    minutes = minutes_of(meeting)
    agenda = [item.text for item in agenda_of(meeting, today=today)]
    opening = _("these are the minutes of: %(title)s, %(site)s") % {
        "title": meeting.title,
        "site": meeting.site.name,
    }
    parts = [
        f"{opening}\n{when_of(meeting)}",
        "\n".join(attendance_lines(meeting)),
        section(_("Agenda"), [f"{n}. {text}" for n, text in enumerate(agenda, start=1)]),
        section(_("Minutes"), [minutes.text] if minutes and minutes.text else []),
        section(_("Decisions"), [f"- {decision.text}" for decision in decisions_of(meeting)]),
        section(_("Actions"), [action_line(action) for action in actions_of_meeting(meeting)]),
    ]
    return "\n\n".join(filter(None, parts))


def attendance_lines(meeting: Meeting) -> list[str]:
    people = list(invitees_of(meeting))
    lines = []
    for mark in Attendance:
        names = [named(row) for row in people if row.attendance == mark]
        if names:
            lines.append(f"{mark.label}: {', '.join(names)}")
    return [*lines, *(each.words for each in attendance_corrections_of(meeting))]


def named(invitee: Invitee) -> str:
    return f"{invitee.name} ({invitee.agency})" if invitee.agency else invitee.name


def section(heading: str, lines: Sequence[str]) -> str:
    return "\n".join([heading.upper(), *lines]) if lines else ""


def action_line(action: Action) -> str:
    due = f", {day_label(action.due_on)}" if action.due_on else ""
    return f"- {action.text}: {action.owner.full_name}{due}"
