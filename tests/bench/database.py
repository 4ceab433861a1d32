"""The benchmark's database: made once, kept for the next run, read by two roles."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connections

from mst_sites.demo import scale
from tests import database
from tests.database import owner_cursor

READS_ALL = "mst_backup"  # bypasses row security and changes nothing: the page as it would be without the second wall


def prepare(sites: int) -> None:
    """Point Django at a database with `sites` sites and a year of data, making it if it is not there."""
    made_by = hashlib.sha256(Path(scale.__file__).read_bytes()).hexdigest()[:6]
    name = f"mst_bench_{sites}_{database.schema_hash()}_{made_by}"
    with owner_cursor() as cursor:
        cursor.execute("select 1 from pg_database where datname = %s", [name])
        there = cursor.fetchone()
        if not there:
            cursor.execute(f'drop database if exists "{name}_half" with (force)')
            cursor.execute(f'create database "{name}_half"')
    default = connections["default"]
    if not there:
        database.migrate(f"{name}_half")
        default.settings_dict["NAME"] = f"{name}_half"
        call_command("load_scale", sites=sites, years=1, stdout=open("/dev/null", "w"))  # noqa: SIM115, PTH123
        default.close()
        with owner_cursor(f"{name}_half") as cursor:
            cursor.execute("vacuum analyze")
        with owner_cursor() as cursor:
            cursor.execute(f'alter database "{name}_half" rename to "{name}"')
    for connection in (default, connections["attempts"]):
        connection.settings_dict["NAME"] = name
        connection.settings_dict["CONN_MAX_AGE"] = 600


@contextmanager
def without_row_security() -> Iterator[None]:
    """Read as a role that row security does not hold, over a connection that stays open for the next time."""
    held = connections["default"]
    connections["default"] = free_connection()
    try:
        yield
    finally:
        connections["default"] = held


@cache
def free_connection() -> Any:
    held = connections["default"]
    return type(held)({**held.settings_dict, "USER": READS_ALL}, "default")
