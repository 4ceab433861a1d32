"""Every change to people: invited, renamed, kept out and let in again."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mst_sites.accounts import operations as accounts
from mst_sites.accounts.models import User
from mst_sites.accounts.permissions import Role
from mst_sites.audit import operations as audit
from mst_sites.directory import queries
from mst_sites.directory.operations.changes import changes
from mst_sites.languages import speaking
from mst_sites.tenancy.versions import ClashError

LAST_LEAD = gettext_lazy(
    "This is the last MST UK lead who can sign in: make somebody else a lead first."
)


def invite_person(
    *, email: str, full_name: str, country_role: str = "", now: datetime, by: User | None
) -> User:
    """Make the person known and send a link with which to sign in for the first time.

    :raises ValidationError: somebody with this address is here already.
    """
    with transaction.atomic():
        user = User(email=email.lower(), full_name=full_name, country_role=country_role)
        user.set_unusable_password()
        user.full_clean()
        user.save()
        audit.record(
            "person.invited", site=None, subject=user, details={"country_role": country_role}, by=by
        )
        send_invitation(user=user, now=now, by=by)
        return user


def send_invitation(*, user: User, now: datetime, by: User | None) -> None:
    """Send a fresh link; one sent earlier stops working.

    :raises ValidationError: the person has been here already, or the account is closed.
    """
    with transaction.atomic():
        accounts.hold(user=user)
        if not user.is_active:
            raise ValidationError(_("This account is closed: open it again first."))
        if user.has_usable_password():
            raise ValidationError(_("This person has an account already and can sign in."))
        invitation, token = accounts.invite(user=user, now=now, by=by)
        context = {"user": user, "invitation": invitation, "address": queries.accept_address(token)}
        with speaking(user.language):
            send_mail(
                _("You are invited to MST Sites"),
                render_to_string("directory/mail/invitation.txt", context),
                None,
                [user.email],
            )
        audit.record("invitation.sent", site=None, subject=user, by=by)


def change_person(
    *, user: User, version: int, full_name: str, country_role: str, by: User | None
) -> User:
    """Change a person's name and role for the country.

    :raises ClashError: somebody else changed them after they were read.
    :raises ValidationError: nobody would be left to lead.
    """
    with transaction.atomic():
        person = hold_with_leads(user)
        if person.version != version:
            raise ClashError(person)
        before = {"full_name": person.full_name, "country_role": person.country_role}
        refuse_without_lead(person, stays=country_role == Role.MST_UK_LEAD)
        person.full_name = full_name
        person.country_role = country_role
        person.version += 1
        person.full_clean()
        person.save(update_fields=["full_name", "country_role", "version"])
        audit.record(
            "person.changed", site=None, subject=person, details=changes(before, person), by=by
        )
        return person


def close_account(*, user: User, by: User | None) -> None:
    """Let a person sign in no more, from the next request on. What they wrote keeps their name.

    :raises ValidationError: it is closed already, or nobody would be left to lead.
    """
    with transaction.atomic():
        person = hold_with_leads(user)
        if not person.is_active:
            raise ValidationError(_("This account is closed already."))
        refuse_without_lead(person, stays=False)
        person.is_active = False
        person.save(update_fields=["is_active"])
        accounts.end_sessions(user=person)
        audit.record("person.closed", site=None, subject=person, by=by)


def reopen_account(*, user: User, by: User | None) -> None:
    """Let a person sign in again.

    :raises ValidationError: the account is open.
    """
    with transaction.atomic():
        person = hold_with_leads(user)
        if person.is_active:
            raise ValidationError(_("This account is open: the person can sign in."))
        person.is_active = True
        person.save(update_fields=["is_active"])
        audit.record("person.reopened", site=None, subject=person, by=by)


def hold_with_leads(user: User) -> User:
    """Read a person anew, and let nobody else change this row or a lead's until the transaction ends.

    All in one order: two who close each other's account at once do not wait for each other in a circle.
    """
    rows = User.objects.filter(Q(pk=user.pk) | Q(country_role=Role.MST_UK_LEAD))
    held = rows.order_by("pk").select_for_update(no_key=True)
    return {row.pk: row for row in held}[user.pk]


def refuse_without_lead(user: User, *, stays: bool) -> None:
    """Keep one lead at least: an installation without one could never be put right in the browser."""
    if not stays and list(queries.leads_who_can_sign_in()) == [user]:
        raise ValidationError(LAST_LEAD)
