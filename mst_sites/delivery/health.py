"""Whether the house can work: the database, what is to be done in the background, and room on the disk."""

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from mst_sites.delivery import pdf, waking
from mst_sites.delivery.models import Heartbeat
from mst_sites.records import clamav

LEAST_FREE = 0.10
OLDEST_SWEEP = 60.0
LONGEST_PING = 2.0
NEEDED = ("database", "migrations")


@dataclass(frozen=True)
class Health:
    """Each part with "ok" or what is amiss, and the worst of them in one word."""

    parts: dict[str, str]

    @property
    def status(self) -> str:
        amiss = [name for name, word in self.parts.items() if word != "ok"]
        if any(name in NEEDED for name in amiss):
            return "down"
        return "degraded" if amiss else "ok"


def examine(*, now: datetime) -> Health:
    parts = {"database": database()}
    if parts["database"] == "ok":
        parts |= {"migrations": migrations(), "sweep": sweep(now=now)}
    if settings.CLAMAV_ADDRESS is not None:
        parts["scanner"] = scanner()
    return Health(parts | {"redis": redis(), "disk": disk(), "pdf": pdf_engine()})


def database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
    except DatabaseError:
        return "does not answer"
    return "ok"


class _Known:
    """Remembers that nothing was left to apply: a process does not live to see migrations undone."""

    is_migrated = False


def migrations() -> str:
    _Known.is_migrated = _Known.is_migrated or not unapplied()
    return "ok" if _Known.is_migrated else "not all applied"


def unapplied() -> int:
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def sweep(*, now: datetime) -> str:
    age = sweep_age(now=now)
    if age is None:
        return "has never run"
    return "ok" if age <= OLDEST_SWEEP else f"last ran {age:.0f} s ago"


def sweep_age(*, now: datetime) -> float | None:
    """Return how many seconds ago the sweep ran, None if it never did."""
    with transaction.atomic():
        beaten_at = (
            Heartbeat.objects.values_list("beaten_at", flat=True).filter(name="sweep").first()
        )
    return (now - beaten_at).total_seconds() if beaten_at else None


def redis() -> str:
    return "ok" if waking.broker_answers() else "does not answer: work waits for the sweep"


def disk() -> str:
    """Look at the disk on which files are kept, which may be another than that of the program."""
    place = Path(default_storage.path(""))
    folder = next(each for each in (place, *place.parents) if each.exists())
    usage = shutil.disk_usage(folder)
    free = usage.free / usage.total
    return "ok" if free >= LEAST_FREE else f"{free:.0%} free"


def scanner() -> str:
    is_there = clamav.answers(seconds=LONGEST_PING)
    return "ok" if is_there else "does not answer: new files wait"


def pdf_engine() -> str:
    return "ok" if pdf.has_engine() else "PDF engine missing"
