"""Enquiries of made-up people at made-up places: one has just come, one waits for an answer, one was no fit."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid5

from implementation.models import Enquiry, EnquiryOutcome, Heard
from implementation.operations.enquiries import (
    add_note,
    assign_enquiry,
    close_enquiry,
    note_answer,
    receive_enquiry,
)
from implementation.queries.enquiries import all_enquiries
from mst_sites.accounts.models import User
from mst_sites.periods import Nation as Calendar
from mst_sites.periods import is_working_day
from mst_sites.tenancy.models import MstModel, Nation

DAY = timedelta(days=1)
WAITS = 8  # working days
IDS = UUID("5e1b7d52-6a0e-4f5d-9f3c-2f5a6c1e9d10")


def build_enquiries(*, today: date, lead: User) -> None:
    """Fill the inbox. It repeats."""
    if all_enquiries().exists():
        return
    ask_lately(today)
    ask_and_wait(today)
    ask_and_be_told(today, lead)


def ask_lately(today: date) -> None:
    receive_enquiry(
        enquiry_id=uuid5(IDS, "fresh"),
        contact_name="Demo Asker One",
        organisation="Demo Borough of Larkhithe",
        role="Commissioning manager",
        email="asker.one@example.org",
        nation=Nation.ENGLAND,
        area="Larkhithe (made up)",
        model=MstModel.STANDARD,
        need=(
            "More young people aged 12 to 16 come into care from home than two years ago. "
            "We would like to know whether our numbers are enough for a team, and what it takes to begin."
        ),
        heard=Heard.COLLEAGUE,
        now=at_eight(today - DAY),
        by=None,
    )


def ask_and_wait(today: date) -> None:
    day = today
    for _each in range(WAITS):
        day -= DAY
        while not is_working_day(day, Calendar.SCOTLAND):
            day -= DAY
    receive_enquiry(
        enquiry_id=uuid5(IDS, "waiting"),
        contact_name="Demo Asker Two",
        organisation="Demo Council of Strathfennan",
        role="Head of service",
        email="asker.two@example.org",
        nation=Nation.SCOTLAND,
        area="Strathfennan (made up)",
        need="We have a grant in sight for next year and two partners. When could somebody talk to us?",
        heard=Heard.EVENT,
        now=at_eight(day),
        by=None,
    )


def ask_and_be_told(today: date, lead: User) -> None:
    day = today - 47 * DAY
    enquiry: Enquiry = receive_enquiry(
        enquiry_id=uuid5(IDS, "no-fit"),
        contact_name="Demo Asker Three",
        organisation="Demo Charity of the Isle",
        email="asker.three@example.org",
        nation=Nation.ENGLAND,
        area="Isle of Demo (made up)",
        need="We look for a parenting course for families with children under six.",
        heard=Heard.WEB,
        now=at_eight(day),
        by=None,
    )
    enquiry = assign_enquiry(enquiry=enquiry, version=enquiry.version, owner=lead, by=lead)
    answered_on = day + 3 * DAY
    enquiry = note_answer(
        enquiry=enquiry,
        version=enquiry.version,
        first_answered_on=answered_on,
        today=answered_on,
        by=lead,
    )
    now = at_eight(answered_on)
    add_note(
        enquiry=enquiry,
        text="Spoke on the phone: the children are far too young, and nobody is at risk of care or custody.",
        note_id=uuid5(IDS, "note"),
        now=now,
        by=lead,
    )
    close_enquiry(
        enquiry=enquiry,
        version=enquiry.version,
        outcome=EnquiryOutcome.NOT_A_FIT,
        outcome_reason="MST is for young people from 11 to 17. Told so, with thanks.",
        now=now,
        by=lead,
    )


def at_eight(day: date) -> datetime:
    return datetime.combine(day, time(8), UTC)
