"""Secret links to the feed of milestones: made, made anew, and ended."""

import secrets
from datetime import datetime

from django.db import transaction

from implementation.models import FeedKey
from implementation.queries.feeds import fingerprint
from mst_sites.accounts.models import User
from mst_sites.audit import operations as audit


def make_feed_key(*, now: datetime, by: User) -> str:
    """Return the token of a new link, which is shown once; the link of before works no more."""
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        # Of two at once the later one holds, without a refusal in between.
        key, is_new = FeedKey.objects.update_or_create(
            user=by, defaults={"token_hash": fingerprint(token), "made_at": now}
        )
        audit.record(
            "feed-key.made", site=None, subject=key, details={"replaces": not is_new}, by=by
        )
    return token


def revoke_feed_key(*, by: User) -> bool:
    """End a person's link; tell whether there was one."""
    with transaction.atomic():
        key = FeedKey.objects.select_for_update().filter(user=by).first()
        if key is None:
            return False
        audit.record("feed-key.revoked", site=None, subject=key, by=by)
        key.delete()
        return True
