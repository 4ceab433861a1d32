"""Who is asked to a meeting, and the mail that asks them: each once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from implementation.models import Invitee, Meeting, SteeringMember
from implementation.operations import meeting_letters as letters
from implementation.queries.meetings import invitees_of
from mst_sites.accounts.models import User
from mst_sites.audit import operations as audit
from mst_sites.free_text import one_line

MOST_INVITEES = 200


@dataclass(frozen=True)
class Guest:
    """Somebody to ask: a member of the steering group, a person of the site, or a name."""

    name: str
    email: str = ""
    agency: str = ""
    user: User | None = None
    member: SteeringMember | None = None

    @classmethod
    def of(cls, invitee: Invitee) -> "Guest":
        """Ask the same person again."""
        return cls(invitee.name, invitee.email, invitee.agency, invitee.user, invitee.member)


def invite(
    *,
    meeting: Meeting,
    guests: Sequence[Guest],
    sends: bool = False,
    now: datetime,
    by: User | None,
) -> list[Invitee]:
    """Ask people to a meeting; whoever is asked already stays as they are. Mailed are the new ones alone.

    :raises ValidationError: it is closed or cancelled, nobody new is named, or there are too many.
    """
    with transaction.atomic():
        current = locked(meeting)
        added = add_guests(current, guests)
        if not added:
            raise ValidationError({"members": _("Choose or name somebody who is not invited yet.")})
        mailed = invite_untold(current, now=now, by=by) if sends else 0
        details = {"invitees": len(added), "mailed": mailed}
        audit.record(
            "meeting.invitees-added", site=current.site, subject=current, details=details, by=by
        )
    return added


def send_invitations(*, meeting: Meeting, now: datetime, by: User | None) -> int:
    """Mail everybody who was not mailed yet; pressed again it mails nobody.

    :raises ValidationError: the meeting is closed, cancelled or over.
    """
    with transaction.atomic():
        current = locked(meeting)
        if current.ends_at <= now:
            raise ValidationError(_("This meeting is over: nobody needs an invitation."))
        mailed = invite_untold(current, now=now, by=by)
        if mailed:
            details = {"mailed": mailed}
            audit.record(
                "meeting.invitations-sent",
                site=current.site,
                subject=current,
                details=details,
                by=by,
            )
    return mailed


def remove_invitee(*, invitee: Invitee, now: datetime, by: User | None) -> None:
    """Take somebody off a meeting. Only they are told, if they had been asked by mail.

    :raises ValidationError: the meeting is closed or cancelled, or they are off already.
    """
    with transaction.atomic():
        current = locked(invitee.meeting)
        gone = Invitee.objects.filter(pk=invitee.pk, site=current.site).first()
        if gone is None:
            raise ValidationError(_("This person is not invited any more."))
        if gone.told_sequence is not None and current.ends_at > now:
            # One change on, so that their calendar takes it, and takes a later invitation too.
            current.sequence += 1
            current.save(update_fields=["sequence"])
            letters.tell(current, [gone], what=letters.UNINVITED, now=now, by=by)
        gone.delete()
        audit.record(
            "meeting.invitee-removed",
            site=current.site,
            subject=current,
            details={"sequence": current.sequence},
            by=by,
        )


def locked(meeting: Meeting) -> Meeting:
    """Lock a meeting that is still to be held; its version stays, because no form about it names its people."""
    current: Meeting = Meeting.objects.select_for_update(of=("self",)).get(
        pk=meeting.pk, site=meeting.site
    )
    if current.is_closed:
        raise ValidationError(_("This meeting is closed and stays as it was."))
    if current.is_cancelled:
        raise ValidationError(_("This meeting is cancelled."))
    return current


def add_guests(meeting: Meeting, guests: Sequence[Guest]) -> list[Invitee]:
    """Write those who are not invited yet, each address and each member once."""
    asked = list(invitees_of(meeting))
    emails = {each.email.casefold() for each in asked if each.email}
    members = {each.member_id for each in asked if each.member_id}
    nameless = {(each.name.casefold(), each.agency.casefold()) for each in asked if not each.email}
    rows = []
    for guest in guests:
        row = row_of(meeting, guest)
        key = (row.name.casefold(), row.agency.casefold())
        if (
            row.email.casefold() in emails
            or row.member_id in members
            or (not row.email and key in nameless)
        ):
            continue
        if row.email:
            emails.add(row.email.casefold())
        else:
            nameless.add(key)
        if row.member_id:
            members.add(row.member_id)
        rows.append(row)
    if len(asked) + len(rows) > MOST_INVITEES:
        message = _("A meeting has at most %(most)d invitees.") % {"most": MOST_INVITEES}
        raise ValidationError({"others": message})
    added: list[Invitee] = Invitee.objects.bulk_create(rows)
    return added


def row_of(meeting: Meeting, guest: Guest) -> Invitee:
    email = guest.email.strip()
    if email:
        validate_email(email)
    row = Invitee(
        pk=uuid4(),
        site=meeting.site,
        meeting=meeting,
        member=guest.member,
        user=guest.user,
        name=one_line("others", guest.name),
        email=email,
        agency=one_line("others", guest.agency),
    )
    row.clean_fields(exclude=["site", "meeting", "member", "user"])
    return row


def invite_untold(meeting: Meeting, *, now: datetime, by: User | None) -> int:
    """Queue the invitation of everybody who has an address and was not mailed yet, unless the meeting is over."""
    if meeting.ends_at <= now:
        return 0
    waiting = [each for each in invitees_of(meeting) if each.email and each.told_sequence is None]
    mailed = letters.tell(meeting, waiting, what=letters.INVITED, now=now, by=by)
    ids = [each.pk for each in waiting]
    Invitee.objects.filter(site=meeting.site, pk__in=ids).update(told_sequence=meeting.sequence)
    return mailed
