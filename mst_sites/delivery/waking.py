"""Wakes a worker. Rows wait in PostgreSQL, so a message that gets lost costs time and nothing else."""

import logging
import time
from collections.abc import Iterable
from uuid import UUID

from celery.exceptions import OperationalError
from django.db import transaction
from redis.exceptions import RedisError

from mst_sites.celery import app

DRAW = "mst_sites.delivery.tasks.draw"
SEND_MAIL = "mst_sites.delivery.tasks.send_mail"
# With Redis 0 goes first: a mail takes no time, and somebody may wait for it to sign in.
PRIORITIES = {SEND_MAIL: 0, DRAW: 6}

logger = logging.getLogger(__name__)


class _Broker:
    """Remembers for a moment that the broker did not answer, so that no request waits for it twice."""

    rest = 5.0
    silent_until = 0.0


def wake_on_commit(task: str, row_ids: Iterable[UUID]) -> None:
    """Send a worker the rows' ids once this transaction has committed; the sweep sends what this could not."""
    ids = [str(row_id) for row_id in row_ids]
    transaction.on_commit(lambda: wake(task, ids), robust=True)


def wake(task: str, row_ids: Iterable[str]) -> None:
    for row_id in row_ids:
        if time.monotonic() < _Broker.silent_until:
            return
        try:
            app.send_task(
                task, args=[row_id], priority=PRIORITIES[task], retry=False, ignore_result=True
            )
        except (OperationalError, OSError, RedisError) as failure:
            _Broker.silent_until = time.monotonic() + _Broker.rest
            logger.warning(
                "The broker did not answer (%s); the sweep will send it.", type(failure).__name__
            )


def broker_answers() -> bool:
    """Tell whether a message would get through now."""
    try:
        with app.connection_for_write() as broker:
            channel = broker.default_channel
            if client := getattr(channel, "client", None):  # a broker in memory, in tests, has none
                client.ping()
    except (OperationalError, OSError, RedisError):
        return False
    return True
