"""Every change to invitations and to how people prove who they are."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction

from mst_sites.accounts.models import Invitation, User

LIFE_OF_INVITATION = timedelta(hours=72)


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def invite(*, user: User, now: datetime, by: User | None) -> tuple[Invitation, str]:
    """Make a link's token for a person who has no password yet; an earlier link ends."""
    with transaction.atomic():
        user.invitations.filter(accepted_at=None).delete()
        token = secrets.token_urlsafe(32)
        invitation = Invitation.objects.create(
            user=user,
            token_hash=hash_of(token),
            invited_by=by,
            invited_at=now,
            expires_at=now + LIFE_OF_INVITATION,
        )
        return invitation, token
