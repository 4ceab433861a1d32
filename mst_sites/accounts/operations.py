"""Every change to invitations and to how people prove who they are."""

import hashlib
import secrets
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef

from mst_sites.accounts.models import Attempts, Invitation, User
from mst_sites.accounts.recovery_codes import HashedRecoveryCodes, fresh
from mst_sites.accounts.second_factors import SecondFactorAdapter, counter_of

LIFE_OF_INVITATION = timedelta(hours=72)


class InvitationOverError(Exception):
    """A link that lets nobody in: unknown, used, replaced by a newer one, or of an account that was closed."""


class InvitationExpiredError(InvitationOverError):
    """A link that would have let somebody in earlier."""


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def invite(*, user: User, now: datetime, by: User | None) -> tuple[Invitation, str]:
    """Make a link's token for a person who has no password yet; an earlier link ends."""
    with transaction.atomic():
        user.invitations.filter(accepted_at=None).delete()
        token = secrets.token_urlsafe(32)
        invitation = Invitation(
            user=user,
            token_hash=hash_of(token),
            invited_by=by,
            invited_at=now,
            expires_at=now + LIFE_OF_INVITATION,
        )
        invitation.full_clean()
        invitation.save()
        return invitation, token


def open_invitation(*, token: str, now: datetime) -> Invitation:
    """Find the invitation of a link that still works, and hold it until the transaction ends.

    :raises InvitationExpiredError: the 72 hours are over.
    :raises InvitationOverError: the link works no more, or never did.
    """
    with transaction.atomic():
        # Conditions of the query: to hold a row that lets nobody in would take longer than to find none, and so tell.
        found = (
            # The person first, as whoever sends a newer link does: nobody waits in a circle.
            Invitation.objects.select_for_update(of=("user", "self"), no_key=True)
            .select_related("user")
            .filter(
                token_hash=hash_of(token),
                accepted_at=None,
                user__is_active=True,
                user__password__startswith=UNUSABLE_PASSWORD_PREFIX,
            )
            .first()
        )
    if found is None:
        raise InvitationOverError
    if not found.is_open_at(now):
        raise InvitationExpiredError
    return found


def accept_invitation(*, token: str, full_name: str, password: str, now: datetime) -> User:
    """Let the person who got the link choose a name and a password; the link works no more.

    :raises InvitationOverError: the link works no more, or never did.
    :raises ValidationError: the password or the name will not do.
    """
    with transaction.atomic():
        invitation = open_invitation(token=token, now=now)
        user = invitation.user
        user.full_name = full_name
        user.version += 1
        try:
            validate_password(password, user)
        except ValidationError as error:
            raise ValidationError({"password": error}) from None
        user.set_password(password)
        user.full_clean()
        # What somebody else writes meanwhile, such as that the account is closed, stays.
        user.save(update_fields=["full_name", "password", "version"])
        close_invitations(user=user, now=now)
        return user


def close_invitations(*, user: User, now: datetime) -> None:
    """Note that the person has come in and that the address, which the link reached, is theirs."""
    with transaction.atomic():
        user.invitations.filter(accepted_at=None).update(accepted_at=now)
        EmailAddress.objects.update_or_create(
            user=user, email=user.email, defaults={"verified": True, "primary": True}
        )


def hold(*, user: User) -> User:
    """Read a person anew, and let nobody else change the row until the transaction ends.

    Rows that refer to the person, an entry of the audit above all, can be added meanwhile.
    """
    with transaction.atomic():
        user.refresh_from_db(from_queryset=User.objects.select_for_update(no_key=True))
        return user


def change_person(*, user: User, full_name: str, language: str, theme: str) -> User:
    """Change what a person may say about themselves."""
    with transaction.atomic():
        hold(user=user)
        user.full_name = full_name
        user.language = language
        user.theme = theme
        user.version += 1
        user.full_clean()
        user.save(update_fields=["full_name", "language", "theme", "version"])
        return user


def give_totp(*, user: User, secret: str, by: User | None) -> tuple[Authenticator, list[str]]:
    """Set up an authenticator app with a known secret, and recovery codes, which are returned: for demonstrations."""
    with transaction.atomic():
        Authenticator.objects.filter(user=user).delete()
        EmailAddress.objects.update_or_create(
            user=user, email=user.email, defaults={"verified": True, "primary": True}
        )
        authenticator = TOTP.activate(user, secret).instance
        HashedRecoveryCodes.activate(user)
        return authenticator, fresh(user)


def take_code(*, authenticator: Authenticator, code: str) -> bool:
    """Use up a code of the app; False if it, or a later one, was used before.

    In the row and not only in the cache, so that it holds when the cache is emptied.
    """
    with transaction.atomic():
        held = Authenticator.objects.select_for_update().get(pk=authenticator.pk)
        counter = counter_of(SecondFactorAdapter().decrypt(held.data["secret"]), code)
        if counter is None or counter <= held.data.get("last_counter", 0):
            return False
        held.data["last_counter"] = authenticator.data["last_counter"] = counter
        held.save(update_fields=["data"])
        return True


def choose(*, user: User, field: str, value: str) -> None:
    """Keep one choice of how the pages look or speak."""
    with transaction.atomic():
        setattr(user, field, value)
        user.full_clean()
        user.save(update_fields=[field])


def forget_second_factors(*, user: User) -> None:
    """Remove app, passkeys and recovery codes, and end every session of the person."""
    with transaction.atomic():
        Authenticator.objects.filter(user=user).delete()
        end_sessions(user=user)


def end_sessions(*, user: User) -> None:
    """Sign a person out everywhere."""
    with transaction.atomic():
        for session in UserSession.objects.filter(user=user):
            session.end()


def forget_ended_sessions() -> int:
    """Delete the addresses and browsers of sessions that are no more; return how many there were.

    The page of one's own sessions does so for who opens it, and most people never do.
    """
    with transaction.atomic():
        running = Session.objects.filter(session_key=OuterRef("session_key"))
        ended = UserSession.objects.filter(~Exists(running))
        count: int = ended.delete()[0]
        return count


def forget_attempts(*, now: datetime) -> int:
    """Delete the counts of attempts that count no more; return how many there were."""
    with transaction.atomic():
        count: int = Attempts.objects.filter(ends_at__lte=now).delete()[0]
        return count
