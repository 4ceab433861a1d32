"""Every change that people make to their own account, on the record."""

from datetime import datetime
from typing import Any

from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from mst_sites.accounts import operations as accounts
from mst_sites.accounts.models import User
from mst_sites.audit import operations as audit
from mst_sites.directory.operations.changes import changes
from mst_sites.languages import speaking


def accept_invitation(*, token: str, full_name: str, password: str, now: datetime) -> User:
    """Let somebody in who was invited.

    :raises InvitationOverError: the link works no more, or never did.
    :raises ValidationError: the password or the name will not do.
    """
    with transaction.atomic():
        user = accounts.accept_invitation(
            token=token, full_name=full_name, password=password, now=now
        )
        audit.record("invitation.accepted", site=None, subject=user, by=user)
        return user


def change_account(*, by: User, **values: Any) -> User:
    """Change one's own name, language and colours."""
    with transaction.atomic():
        held = accounts.hold(user=by)
        before = {name: getattr(held, name) for name in values}
        user = accounts.change_person(user=held, **values)
        audit.record(
            "account.changed", site=None, subject=user, details=changes(before, user), by=user
        )
        return user


def forget_second_factors(*, user: User, by: User | None) -> None:
    """Let somebody who lost phone and recovery codes set up anew; the password stays, sessions end, a mail tells."""
    with transaction.atomic():
        accounts.forget_second_factors(user=user)
        audit.record("second-factor.forgotten", site=None, subject=user, by=by)
        with speaking(user.language):
            text = render_to_string("directory/mail/second_factor_forgotten.txt", {"user": user})
            send_mail(_("Your second factor was removed"), text, None, [user.email])
