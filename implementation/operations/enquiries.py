"""What happens to an enquiry between the day it comes in and the day it is a site, closed or erased."""

from collections.abc import Collection
from datetime import date, datetime, time
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from implementation.models import Enquiry, EnquiryNote, EnquiryOutcome, EnquiryState
from mst_sites import identifiers
from mst_sites.accounts.models import User
from mst_sites.audit import operations as audit
from mst_sites.delivery import operations as delivery
from mst_sites.free_text import admit
from mst_sites.languages import speaking
from mst_sites.periods import LONDON, add_months, local_day
from mst_sites.tenancy.versions import lock_version

ONE_LINE = ("contact_name", "organisation", "role", "phone", "area")


def receive_enquiry(
    *,
    enquiry_id: UUID,
    need: str,
    confirmed_reason: str = "",
    now: datetime,
    by: User | None,
    **values: Any,
) -> Enquiry:
    """Take in what somebody asks, and confirm it by mail in the language of the form.

    :param enquiry_id: made by the form. A submit that is repeated ends in PostgreSQL's refusal of a second row
        with this key, because whoever asks may add enquiries and read none.
    :raises ValidationError: text that could identify a family, or a value that will not do.
    """
    for name in ONE_LINE:
        values[name] = one_line(values.get(name, ""))
    cleaned, told = admit(
        {"need": need},
        confirmed_reason=confirmed_reason,
        allowed_names=parts_of(values["contact_name"]),
        today=local_day(now),
    )
    enquiry = Enquiry(
        id=enquiry_id, **values, **cleaned, identifier_reason=confirmed_reason, received_at=now
    )
    enquiry.full_clean(validate_unique=False)
    with transaction.atomic():
        enquiry.save(force_insert=True)
        audit.record(
            "enquiry.received",
            site=None,
            subject=enquiry,
            details={"nation": enquiry.nation, "language": enquiry.language, **told},
            by=by,
        )
        delivery.queue_mail(site=None, letter=confirmation_of(enquiry), by=by)
    return enquiry


def confirmation_of(enquiry: Enquiry) -> delivery.Letter:
    """Write the mail that confirms it. It repeats nothing that was typed, so that nobody can send words through it."""
    with speaking(enquiry.language):
        return delivery.Letter(
            to=[enquiry.email],
            subject=_("Your enquiry to MST UK (%(reference)s)") % {"reference": enquiry.reference},
            text=render_to_string(
                "implementation/mail/enquiry_received.txt",
                {
                    "enquiry": enquiry,
                    "months": settings.ENQUIRY_KEEP_MONTHS,
                    "reply_to": settings.ENQUIRY_REPLY_TO,
                },
            ),
            headers={"Reply-To": settings.ENQUIRY_REPLY_TO} if settings.ENQUIRY_REPLY_TO else {},
        )


def one_line(text: str) -> str:
    return " ".join(identifiers.clean_text(text).split())


def parts_of(name: str) -> Collection[str]:
    """Return a name and its parts, which the guard passes over: the person says who they are."""
    return {name, *name.split()}


def assign_enquiry(
    *, enquiry: Enquiry, version: int, owner: User | None, by: User | None
) -> Enquiry:
    """Say who looks after an enquiry.

    :raises ClashError: somebody changed it in the meantime.
    :raises ValidationError: the owner is not of MST UK, or the enquiry is closed.
    """
    with transaction.atomic():
        changed = open_enquiry(enquiry, version)
        if owner is not None and not (owner.country_role and owner.is_active):
            raise ValidationError({"owner": _("Choose somebody of MST UK.")})
        changed.owner = owner
        details = {"owner": str(owner.pk) if owner else ""}
        return keep(changed, "enquiry.assigned", details, by=by)


def note_answer(
    *, enquiry: Enquiry, version: int, first_answered_on: date, today: date, by: User | None
) -> Enquiry:
    """Say on which day whoever asked was first answered.

    :raises ClashError: somebody changed it in the meantime.
    :raises ValidationError: the day is ahead, or before the enquiry.
    """
    with transaction.atomic():
        changed = open_enquiry(enquiry, version)
        if first_answered_on > today:
            raise ValidationError({"first_answered_on": _("This day has not come yet.")})
        if first_answered_on < changed.received_on:
            raise ValidationError(
                {"first_answered_on": _("This is before the enquiry came in.")},
            )
        changed.first_answered_on = first_answered_on
        return keep(changed, "enquiry.answered", {"on": str(first_answered_on)}, by=by)


def add_note(
    *,
    enquiry: Enquiry,
    text: str,
    note_id: UUID | None = None,
    confirmed_reason: str = "",
    now: datetime,
    by: User,
) -> EnquiryNote:
    """Add to the log of an enquiry. What is written stays as it was written.

    :param note_id: made by the form, so that a submit that is repeated is the same note.
    :raises ValidationError: no text, or text that could identify a family.
    """
    cleaned, told = admit(
        {"text": text},
        confirmed_reason=confirmed_reason,
        allowed_names=parts_of(enquiry.contact_name),
        today=local_day(now),
    )
    note = EnquiryNote(id=note_id or uuid4(), enquiry=enquiry, author=by, written_at=now, **cleaned)
    with transaction.atomic():
        again = EnquiryNote.objects.filter(pk=note.pk, enquiry=enquiry, author=by).first()
        if again is not None:
            return again
        note.full_clean()
        note.save(force_insert=True)
        audit.record("enquiry.noted", site=None, subject=enquiry, details=told, by=by)
    return note


def close_enquiry(
    *,
    enquiry: Enquiry,
    version: int,
    outcome: str,
    outcome_reason: str,
    duplicate_of: Enquiry | None = None,
    confirmed_reason: str = "",
    now: datetime,
    by: User | None,
) -> Enquiry:
    """Say what became of an enquiry that does not become a site.

    :raises ClashError: somebody changed it in the meantime.
    :raises ValidationError: no reason, a duplicate of nothing, it is closed already, or text that could identify.
    """
    cleaned, told = admit(
        {"outcome_reason": outcome_reason},
        confirmed_reason=confirmed_reason,
        allowed_names=parts_of(enquiry.contact_name),
        today=local_day(now),
    )
    with transaction.atomic():
        changed = open_enquiry(enquiry, version)
        refuse_outcome(changed, outcome, cleaned["outcome_reason"], duplicate_of)
        changed.state, changed.outcome = EnquiryState.CLOSED, outcome
        changed.outcome_reason = cleaned["outcome_reason"]
        changed.duplicate_of = duplicate_of if outcome == EnquiryOutcome.DUPLICATE else None
        changed.closed_at, changed.closed_by = now, by
        return keep(changed, "enquiry.closed", {"outcome": outcome, **told}, by=by)


def refuse_outcome(
    enquiry: Enquiry, outcome: str, reason: str, duplicate_of: Enquiry | None
) -> None:
    if outcome == EnquiryOutcome.PROCEED:
        raise ValidationError({"outcome": _("To proceed, make it a site.")})
    if not reason.strip():
        raise ValidationError({"outcome_reason": _("Say why, for whoever reads this later.")})
    if outcome == EnquiryOutcome.DUPLICATE and (
        duplicate_of is None or duplicate_of.pk == enquiry.pk
    ):
        raise ValidationError({"duplicate_of": _("Choose the other enquiry.")})


def reopen_enquiry(*, enquiry: Enquiry, version: int, by: User | None) -> Enquiry:
    """Take a closed enquiry up again.

    :raises ClashError: somebody changed it in the meantime.
    :raises ValidationError: it is open, or has become a site.
    """
    with transaction.atomic():
        changed = lock_version(enquiry, version)
        if changed.is_open:
            raise ValidationError(_("This enquiry is open."))
        if changed.site_id:
            raise ValidationError(_("This enquiry has become a site."))
        before = changed.outcome
        changed.state, changed.outcome = EnquiryState.OPEN, ""
        changed.outcome_reason, changed.duplicate_of = "", None
        changed.closed_at, changed.closed_by = None, None
        return keep(changed, "enquiry.reopened", {"outcome": before}, by=by)


def erase_enquiries(*, now: datetime, by: User | None) -> int:
    """Erase what was closed long ago and did not become a site; the audit keeps that it was, not what it said."""
    with transaction.atomic():
        day = add_months(local_day(now), -settings.ENQUIRY_KEEP_MONTHS)
        due = Enquiry.objects.kept_long_enough(datetime.combine(day, time.min, tzinfo=LONDON))
        erased = list(due.select_for_update(of=("self",)).order_by("id"))
        EnquiryNote.objects.filter(enquiry__in=erased).delete()
        for enquiry in erased:
            details = {"outcome": enquiry.outcome}
            audit.record("enquiry.erased", site=None, subject=enquiry, details=details, by=by)
            enquiry.delete()
        return len(erased)


def open_enquiry(enquiry: Enquiry, version: int) -> Enquiry:
    """Lock an open enquiry, one version on.

    :raises ClashError: somebody changed it in the meantime.
    :raises ValidationError: it is closed.
    """
    changed = lock_version(enquiry, version)
    if not changed.is_open:
        raise ValidationError(_("This enquiry is closed. Take it up again first."))
    return changed


def keep(enquiry: Enquiry, action: str, details: dict[str, Any], *, by: User | None) -> Enquiry:
    enquiry.full_clean()
    enquiry.save()
    audit.record(action, site=enquiry.site, subject=enquiry, details=details, by=by)
    return enquiry
