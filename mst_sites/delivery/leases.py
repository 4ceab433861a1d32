"""Keeps a claimed row ours for as long as its worker lives, and says how far it is."""

import logging
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

from django.conf import settings
from django.db import DatabaseError, connection, transaction

logger = logging.getLogger(__name__)


class LeaseLostError(RuntimeError):
    """Another attempt has taken the row over: this one stops and stores nothing."""


class Lease:
    """Renews a lease from a thread with a connection of its own, so that what it writes is committed at once.

    :param renew: writes the renewal, inside a scope of its own; False if the row is somebody else's now.
    """

    shortest_pause = 0.2  # seconds between two renewals, however often news comes

    def __init__(self, renew: Callable[[], bool]) -> None:
        self._renew = renew
        self._news = threading.Event()
        self._ended = threading.Event()
        self._lost = False
        self._thread = threading.Thread(target=self._run, name="lease", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._news.set()
        self._thread.join()

    def tell(self) -> None:
        """Have the news written soon.

        :raises LeaseLostError: the row is somebody else's now.
        """
        if self._lost:
            raise LeaseLostError
        self._news.set()

    def _run(self) -> None:
        try:
            while not self._ended.wait(self.shortest_pause) and not self._lost:
                self._news.wait(settings.DELIVERY_LEASE / 3)
                self._news.clear()
                if not self._ended.is_set():
                    self._write()
        finally:
            connection.close()

    def _write(self) -> None:
        try:
            with transaction.atomic():
                self._lost = not self._renew()
        except DatabaseError as failure:
            # The database may be back before the lease ends.
            logger.warning("A lease was not renewed: %s", type(failure).__name__)
            connection.close()
