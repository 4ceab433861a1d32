"""How a row is taken, kept and given back: each step is one UPDATE that says what it expects to find."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import F

from mst_sites.delivery.models import Queued, State

WORKER_LOST = "WORKER_LOST"


def lease_from(now: datetime) -> datetime:
    return now + timedelta(seconds=settings.DELIVERY_LEASE)


def take(model: Any, row_id: UUID, *, now: datetime) -> Any | None:
    """Claim a row for one attempt; None if somebody else has it, or nothing is left to do."""
    free = model.objects.takeable_at(now).filter(pk=row_id, attempts__lt=model.most_attempts)
    taken = free.update(
        state=State.RUNNING,
        attempts=F("attempts") + 1,
        lease_until=lease_from(now),
        woken_at=None,
        error="",
    )
    return model.objects.select_related("site").get(pk=row_id) if taken else None


def take_next(model: Any, *, newest_first: bool, now: datetime) -> Any | None:
    """Claim the row that has come last, or the one that has waited longest; None if nothing is left to do."""
    free = model.objects.takeable_at(now).filter(attempts__lt=model.most_attempts)
    in_order = free.order_by("-next_attempt_at" if newest_first else "next_attempt_at", "pk")
    # What another worker looks at in this moment is passed over: each turn then finds a row of its own.
    row = in_order.select_for_update(skip_locked=True, of=("self",)).only("pk").first()
    return take(model, row.pk, now=now) if row else None


def keep(row: Queued, *, now: datetime, **changes: Any) -> bool:
    """Renew the lease; False if another attempt has taken the row over."""
    held = type(row).objects.filter(pk=row.pk).held_by(row.attempts)
    return bool(held.update(lease_until=lease_from(now), **changes))


def finish(row: Queued, *, now: datetime, **changes: Any) -> bool:
    """Close the row; False if another attempt has taken it over."""
    held = type(row).objects.filter(pk=row.pk).held_by(row.attempts)
    return bool(
        held.update(state=State.READY, lease_until=None, finished_at=now, error="", **changes)
    )


def give_back(row: Queued, *, error: str, now: datetime, for_good: bool = False) -> State | None:
    """Let the row be tried again later, or never again; None if another attempt has taken it over.

    :param for_good: another attempt would end in the same way.
    """
    is_last = for_good or row.attempts >= row.most_attempts
    state = State.FAILED if is_last else State.QUEUED
    held = type(row).objects.filter(pk=row.pk).held_by(row.attempts)
    changed = held.update(
        state=state,
        lease_until=None,
        woken_at=None,
        error=error,
        next_attempt_at=now + row.delay_after_failure(),
        finished_at=now if is_last else None,
    )
    return state if changed else None


def start_again(row: Queued, *, now: datetime) -> bool:
    """Put a dead letter back in the queue with all its attempts; False if it is none."""
    failed = type(row).objects.filter(pk=row.pk, state=State.FAILED)
    return bool(
        failed.update(
            state=State.QUEUED,
            attempts=0,
            next_attempt_at=now,
            woken_at=None,
            finished_at=None,
            error="",
        )
    )
