"""What the inbox of enquiries shows, as the look's tables and facts."""

from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from implementation.models import Enquiry, EnquiryNote, EnquiryOutcome
from mst_sites.look.parts import Fact, Remark
from mst_sites.look.tables import Cell, Column, Page, Row, Table
from mst_sites.periods import day_label, local_day


def enquiry_table(page: Any, params: Any, *, today: date) -> Table:
    columns = [
        Column(_("Enquiry")),
        Column(_("Contact")),
        Column(_("Nation")),
        Column(_("Received")),
        Column(_("Owner")),
        Column(_("State")),
    ]
    rows = [
        Row(
            [
                Cell(
                    enquiry.organisation,
                    url=reverse("enquiry-detail", args=[enquiry.pk]),
                    note=enquiry.area,
                ),
                Cell(enquiry.contact_name, note=enquiry.role),
                enquiry.get_nation_display(),
                Cell(day_label(enquiry.received_on), note=age(enquiry, today)),
                enquiry.owner.full_name if enquiry.owner else _("nobody yet"),
                state_cell(enquiry, today=today),
            ]
        )
        for enquiry in page
    ]
    return Table(
        _("Enquiries"),
        columns,
        rows,
        page=Page.of(page),
        params=params,
        caption_hidden=True,
        empty=_("No enquiry matches."),
    )


def age(enquiry: Enquiry, today: date) -> str:
    """Say for how long an open enquiry has been here."""
    if not enquiry.is_open:
        return ""
    days = (today - enquiry.received_on).days
    if days == 0:
        return _("today")
    return ngettext("%(days)d day ago", "%(days)d days ago", days) % {"days": days}


def is_late(enquiry: Enquiry, today: date) -> bool:
    """Tell whether nobody has answered in time."""
    waits = enquiry.is_open and enquiry.first_answered_on is None
    return waits and today > enquiry.answer_due_on(settings.ENQUIRY_ANSWER_WORKING_DAYS)


def state_cell(enquiry: Enquiry, *, today: date) -> Cell:
    text, status = state_of(enquiry, today=today)
    return Cell(text, status=status)


def state_of(enquiry: Enquiry, *, today: date) -> tuple[str, str]:
    """Return a word for how an enquiry stands, and the status that colours it."""
    if not enquiry.is_open:
        is_site = enquiry.outcome == EnquiryOutcome.PROCEED
        return enquiry.get_outcome_display(), "done" if is_site else "closed"
    if is_late(enquiry, today):
        return _("Not answered"), "late"
    if enquiry.first_answered_on is None:
        return _("New"), "open"
    return _("Answered"), "in_progress"


def contact_facts(enquiry: Enquiry) -> list[Fact]:
    return [
        Fact(_("Name"), enquiry.contact_name),
        Fact(_("Role"), enquiry.role or _("not given")),
        Fact(_("Organisation"), enquiry.organisation),
        Fact(_("E-mail"), enquiry.email),
        Fact(_("Phone"), enquiry.phone or _("not given")),
        Fact(_("Language"), enquiry.get_language_display()),
    ]


def request_facts(enquiry: Enquiry) -> list[Fact]:
    return [
        Fact(_("Nation"), enquiry.get_nation_display()),
        Fact(_("Area"), enquiry.area),
        Fact(_("MST model"), enquiry.get_model_display() or _("not sure yet")),
        Fact(_("How they heard"), enquiry.get_heard_display() or _("not given")),
    ]


def progress_facts(enquiry: Enquiry, *, today: date) -> list[Fact]:
    """Show how far an enquiry is, each with the page that takes it further."""
    text, status = state_of(enquiry, today=today)
    here = [enquiry.pk]
    answered = enquiry.first_answered_on
    return [
        Fact(_("State"), text, status="late" if status == "late" else ""),
        Fact(_("Received"), ", ".join(filter(None, [received(enquiry), age(enquiry, today)]))),
        Fact(
            _("Owner"),
            enquiry.owner.full_name if enquiry.owner else _("nobody yet"),
            url=reverse("enquiry-assign", args=here) if enquiry.is_open else "",
        ),
        Fact(
            _("First answered"),
            day_label(answered) if answered else _("not yet"),
            url=reverse("enquiry-answer", args=here) if enquiry.is_open else "",
        ),
    ]


def received(enquiry: Enquiry) -> str:
    return day_label(enquiry.received_on)


def outcome_facts(enquiry: Enquiry) -> list[Fact]:
    facts = [
        Fact(_("Closed"), day_label(local_day(enquiry.closed_at)) if enquiry.closed_at else "")
    ]
    if enquiry.closed_by:
        facts.append(Fact(_("By"), enquiry.closed_by.full_name))
    if enquiry.outcome_reason:
        facts.append(Fact(_("Why"), enquiry.outcome_reason))
    if enquiry.duplicate_of:
        other = reverse("enquiry-detail", args=[enquiry.duplicate_of.pk])
        facts.append(
            Fact(_("The other enquiry"), str(enquiry.duplicate_of), url=other, action=_("Open it"))
        )
    return facts


def note_remarks(notes: Any) -> list[Remark]:
    return [remark_of(note) for note in notes]


def remark_of(note: EnquiryNote) -> Remark:
    return Remark(
        by=note.author.full_name, at=note.written_at, text=note.text, id=f"note-{note.pk}"
    )
