"""The tests' databases: one template that the migrations built as the owner, and quick copies of it.

The application's role may neither create nor empty tables, so the usual ways of Django's test runner are closed to it.
"""

import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dj_database_url
import psycopg2
from django.conf import settings
from django.core.management import call_command
from django.db import connections

BUILDING = 7_203_114  # any number: the lock under which the template is built


def owner(name: str | None = None) -> dict[str, Any]:
    """Return the owner's settings, for the database that `OWNER_DATABASE_URL` names or another one."""
    found = dict(dj_database_url.parse(os.environ["OWNER_DATABASE_URL"]))
    return {**found, "NAME": name or found["NAME"]}


@contextmanager
def owner_cursor(name: str | None = None) -> Iterator[Any]:
    """Open an autocommitting cursor as the owner."""
    found = owner(name)
    connection = psycopg2.connect(
        host=found["HOST"],
        port=found["PORT"] or None,
        user=found["USER"],
        password=found["PASSWORD"] or None,
        dbname=found["NAME"],
    )
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()


def schema_hash() -> str:
    """Return a short hash of all migrations and of what they call."""
    files = sorted(Path(settings.BASE_DIR).glob("[!.]*/**/migrations/*.py"))
    files += [
        settings.BASE_DIR / "mst_sites/tenancy/walls.py",
        *settings.BASE_DIR.glob("requirements/*.lock"),
    ]
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()[:12]


def build_template() -> str:
    """Return the name of the template, migrated; the first of several test processes builds it."""
    name = f"mst_test_template_{schema_hash()}"
    with owner_cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s)", [BUILDING])
        cursor.execute("select 1 from pg_database where datname = %s", [name])
        if not cursor.fetchone():
            half_made = f"{name}_half"
            cursor.execute(f'drop database if exists "{half_made}" with (force)')
            cursor.execute(f'create database "{half_made}"')
            migrate(half_made)
            cursor.execute(f'alter database "{half_made}" rename to "{name}"')
        cursor.execute("select pg_advisory_unlock(%s)", [BUILDING])
    return name


def migrate(name: str) -> None:
    default = connections["default"]
    application = dict(default.settings_dict)
    found = owner(name)
    default.settings_dict.update(
        {key: found[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
    )
    try:
        call_command("migrate", verbosity=0)
    finally:
        default.close()
        default.settings_dict.update(application)


def copy_template(template: str, name: str) -> None:
    """Put a fresh copy of the template in the place of the database `name`."""
    connections.close_all()
    drop(name)
    with owner_cursor() as cursor:
        # By files and not through the log: half the time where nothing waits for the disk.
        cursor.execute(f'create database "{name}" template "{template}" strategy file_copy')


def drop(name: str) -> None:
    """Drop a database, once PostgreSQL has noticed that the application's connection is closed."""
    connections.close_all()
    with owner_cursor() as cursor:
        for _ in range(200):
            try:
                cursor.execute(f'drop database if exists "{name}" with (force)')
            except (
                psycopg2.errors.InsufficientPrivilege
            ):  # the owner may not end what mst_app still runs
                time.sleep(0.05)
            else:
                return
    raise TimeoutError(name)
