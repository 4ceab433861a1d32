"""Whose secret link it is that a reader comes with."""

import hashlib

from implementation.models import FeedKey
from mst_sites.accounts.models import User


def fingerprint(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def key_of(user: User) -> FeedKey | None:
    return FeedKey.objects.filter(user=user).first()


def owner_of(token: str) -> User | None:
    """Return the person whose link it is, None if it works no more or its person may not sign in."""
    key = (
        FeedKey.objects.filter(token_hash=fingerprint(token), user__is_active=True)
        .select_related("user")
        .first()
    )
    return key.user if key else None
