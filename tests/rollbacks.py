"""What an operation leaves behind when the last of its records cannot be kept: it must be nothing.

The last and not the first: by then all is written, and whatever a transaction of its own committed would stay.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from mst_sites.audit import operations as audit
from tests.world import rolled_back

# Makes what an operation acts upon; answers with `act`, the operation, and with what it is given.
Prepared = Callable[[], Any]


class BrokenRecordError(Exception):
    """What the last record of an operation raises."""


@pytest.fixture
def broken_at_last(
    monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path
) -> Callable[..., None]:
    """Return a check that does what was prepared, lets its last record fail, and compares all that there is."""
    storage = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": tmp_path},
    }
    settings.STORAGES = {**settings.STORAGES, "default": storage}
    settings.EMAIL_BACKEND = (
        "mst_sites.delivery.mail.OutboxBackend"  # as in production: mails are rows
    )

    def check(prepared: Prepared, **also: Any) -> None:
        with rolled_back():
            stage = prepared()
            with recorded(monkeypatch) as kept:
                do(stage, also)
        assert kept, "It records nothing, so nothing was broken."
        stage = prepared()
        before = everything(tmp_path)
        with recorded(monkeypatch, sound=len(kept) - 1), pytest.raises(BrokenRecordError):
            do(stage, also)
        assert everything(tmp_path) == before

    return check


def do(prepared: Any, also: dict[str, Any]) -> None:
    given = vars(prepared) | also
    given.pop("act")(**given)


@contextmanager
def recorded(monkeypatch: pytest.MonkeyPatch, sound: int | None = None) -> Iterator[list[str]]:
    """Give the list of what is recorded; after so many sound records the next one fails."""
    keep, kept = audit.record, []

    def record(action: str, **given: Any) -> Any:
        if len(kept) == sound:
            raise BrokenRecordError(action)
        kept.append(action)
        return keep(action, **given)

    with monkeypatch.context() as patch:
        patch.setattr(audit, "record", record)
        yield kept


def everything(folder: Path) -> dict[str, Any]:
    """Return the rows of every table, the files, and what waits for the commit; the rows in one query."""
    ours = [m._meta for m in apps.get_models(include_auto_created=True) if m._meta.managed]
    each = (
        f"select '{m.label}', array_agg(t::text order by t::text) from \"{m.db_table}\" t"
        for m in ours
        if not m.proxy
    )
    with connection.cursor() as cursor:
        cursor.execute(" union all ".join(each))
        rows = dict(cursor.fetchall())
    return rows | {
        "files": sorted(path for path in folder.rglob("*") if path.is_file()),
        "waiting": len(connection.run_on_commit),
    }
