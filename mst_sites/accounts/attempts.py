"""Where allauth counts attempts at signing in and the like: rows in PostgreSQL, so that sign-in needs no Redis.

A connection of its own, outside the request's transaction: an attempt counts whatever becomes of the request, and
nobody waits for another's request to end. Losing the last counts when the server dies is fine, waiting for its disk
at each of them is not (`synchronous_commit` is off in settings). Django's own cache in the database would do, but that
it keeps its values pickled, which whoever can write to the table could turn into code.
"""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from mst_sites.accounts.models import Attempts

if TYPE_CHECKING:
    from django.db.models import QuerySet

CONNECTION = "attempts"
NEVER = datetime(9999, 1, 1, tzinfo=UTC)


class AttemptCache(BaseCache):
    """A cache for small values that JSON can hold; keys hold addresses, so only their hashes are kept."""

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def add(
        self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None
    ) -> bool:
        ends_at = self.end(timeout)
        try:
            with transaction.atomic(using=CONNECTION):
                rows().create(key=self.hash(key, version), value=value, ends_at=ends_at)
        except IntegrityError:
            over = rows().filter(key=self.hash(key, version), ends_at__lte=timezone.now())
            return bool(over.update(value=value, ends_at=ends_at))
        return True

    def get(self, key: str, default: Any = None, version: Any = None) -> Any:
        found = self.living(key, version).values_list("value", flat=True).first()
        return default if found is None else found

    def set(
        self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None
    ) -> None:
        row = Attempts(key=self.hash(key, version), value=value, ends_at=self.end(timeout))
        rows().bulk_create(
            [row],
            update_conflicts=True,
            unique_fields=["key"],
            update_fields=["value", "ends_at"],
        )

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> bool:
        return bool(self.living(key, version).update(ends_at=self.end(timeout)))

    def delete(self, key: str, version: Any = None) -> bool:
        return bool(rows().filter(key=self.hash(key, version)).delete()[0])

    def clear(self) -> None:
        rows().all().delete()

    def living(self, key: str, version: Any) -> "QuerySet[Attempts]":
        return rows().filter(key=self.hash(key, version), ends_at__gt=timezone.now())

    def hash(self, key: str, version: Any) -> str:
        made = self.make_and_validate_key(key, version)
        return salted_hmac("attempts", made, algorithm="sha256").hexdigest()

    def end(self, timeout: Any) -> datetime:
        seconds = self.default_timeout if timeout is DEFAULT_TIMEOUT else timeout
        return NEVER if seconds is None else timezone.now() + timedelta(seconds=seconds)


def rows() -> "QuerySet[Attempts]":
    return Attempts.objects.using(CONNECTION)
