"""The drill: dump as the role made for it, restore as the owner, and find everything as it was.

What docs/deploying.md tells people to type is what runs here.
"""

import re
from contextlib import contextmanager

import psycopg2
import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from mst_sites.accounts.permissions import Role
from tests import database, dumps
from tests.world import connected_to

TABLES = "select oid::regclass::text from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'"
# What must be there beside the rows: each a query whose lines are compared.
CATALOGUE = {
    "row security": "select relname, relrowsecurity, relforcerowsecurity, pg_get_userbyid(relowner), relacl::text"
    " from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'S')",
    "policies": "select tablename, policyname, permissive, roles, cmd, qual, with_check from pg_policies",
    "constraints": "select conrelid::regclass::text, conname, convalidated, pg_get_constraintdef(oid)"
    " from pg_constraint where connamespace = 'public'::regnamespace",
    "triggers": "select tgrelid::regclass::text, tgname, tgenabled, pg_get_triggerdef(oid) from pg_trigger"
    " where not tgisinternal",
    "functions": "select proname, pg_get_functiondef(oid), prosecdef, pg_get_userbyid(proowner), proacl::text"
    " from pg_proc where pronamespace = 'public'::regnamespace",
    "indexes": "select indexname, indexdef from pg_indexes where schemaname = 'public'",
    "default privileges": "select pg_get_userbyid(defaclrole), defaclobjtype, defaclacl::text from pg_default_acl",
    "sequences": "select sequencename, last_value from pg_sequences where schemaname = 'public'",
}


@contextmanager
def reading(name):
    """Open a database as the role that sees every row."""
    connection = psycopg2.connect(**dumps.url_of("BACKUP", name))
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()
        dumps.wait_until_gone(name)


def rows_of(name):
    """Return table → (number of rows, md5 of them all)."""
    found = {}
    with reading(name) as cursor:
        cursor.execute(TABLES)
        for (table,) in cursor.fetchall():
            cursor.execute(
                f"select count(*), md5(coalesce(string_agg(t::text, E'\\n' order by t::text), '')) from {table} t"
            )
            found[table] = cursor.fetchone()
    return found


# PostgreSQL writes a list of texts in one of two ways that mean the same, before and after it has read it again.
SPELLINGS = (
    (re.compile(r"\(('[^']*'::character varying)\)::text"), r"\1"),
    (re.compile(r"\((ARRAY\[[^]]*\])\)::text\[\]"), r"\1"),
)


def in_one_spelling(line):
    for spelling, plain in SPELLINGS:
        line = spelling.sub(plain, line)
    return line


def catalogue_of(cursor):
    """Return what a database is beside its rows: walls, rights, constraints, triggers, functions."""
    found = {}
    for what, question in CATALOGUE.items():
        cursor.execute(question)
        found[what] = sorted(in_one_spelling(" ".join(map(str, row))) for row in cursor.fetchall())
    return found


def verified(name, capsys):
    """Return the ends of the audit's chains in a database."""
    with connected_to(name):
        call_command("verify_audit")
    return capsys.readouterr().out


@pytest.fixture
def original(live_world):
    return connections["default"].settings_dict["NAME"]


@pytest.fixture
def dumped(original, tmp_path):
    """Dump the world as mst_backup."""
    file = tmp_path / "mst.dump"
    ended = dumps.dump("BACKUP", original, file)
    assert (ended.returncode, ended.stderr) == (0, "")
    return file


@contextmanager
def restored_from(file, name, *, template):
    """Restore a dump as the owner into a new database."""
    with database.owner_cursor() as cursor:
        cursor.execute(f'drop database if exists "{name}" with (force)')
        cursor.execute(f'create database "{name}" template {template}')
    ended = dumps.postgres(
        "pg_restore", "OWNER", name, "--exit-on-error", f"--dbname={name}", str(file)
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    try:
        yield name
    finally:
        with database.owner_cursor() as cursor:
            cursor.execute(f'drop database "{name}" with (force)')


@pytest.fixture
def restored(original, dumped):
    with restored_from(dumped, f"{original}_restored", template="template0") as name:
        yield name


def differing(original, restored):
    """Return in which parts of the catalogue two databases differ."""
    with reading(original) as first, reading(restored) as second:
        before, after = catalogue_of(first), catalogue_of(second)
    return [what for what in before if before[what] != after[what]]


def test_restored_database_is_the_same(original, restored, capsys):
    rows = rows_of(original)

    assert rows_of(restored) == rows
    assert differing(original, restored) == []
    assert verified(restored, capsys) == verified(original, capsys)
    assert rows["tenancy_site"][0] == 2  # it was not the emptiness that was equal
    assert all(
        rows[table][0] for table in ("audit_auditentry", "consultation_note", "tenancy_team")
    )


def test_restored_database_serves_people_and_keeps_sites_apart(live_world, restored):
    """With the same SECRET_KEY whoever was signed in stays so; the second wall stands."""
    commissioner = live_world.client(live_world.north.people[Role.COMMISSIONER])

    with connected_to(restored):
        own = commissioner.get("/sites/north/")
        other = commissioner.get("/sites/south/")
        with connections["default"].cursor() as cursor:
            cursor.execute("select current_user")
            role = cursor.fetchone()
            with pytest.raises(Exception, match="scope"):
                cursor.execute("select * from tenancy_team")

    assert (own.status_code, other.status_code, role) == (200, 404, ("mst_app",))


@pytest.mark.parametrize("role", ["APP", "OWNER"])
def test_dump_as_any_other_role_is_refused(role, original, tmp_path):
    """Better no dump than one without the rows that row security hides."""
    ended = dumps.dump(role, original, tmp_path / "mst.dump")

    assert ended.returncode == 1
    assert (
        "row-level security" in ended.stderr
        or "permission denied" in ended.stderr
        or "lack" in ended.stderr
    )


def test_backup_role_changes_nothing(original):
    with reading(original) as cursor:
        cursor.execute("set default_transaction_read_only = off")
        cursor.connection.commit()
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute("delete from tenancy_team")


# Planted faults: the drill notices what is missing.


FAULTS = {
    "alter table tenancy_team no force row level security": "row security",
    "alter table tenancy_team disable row level security": "row security",
    "grant truncate on tenancy_team to mst_app": "row security",
    "create policy hole on tenancy_team using (true)": "policies",
    "alter table audit_auditentry disable trigger user": "triggers",
    "drop index site_by_name": "indexes",
}


def test_drill_notices_each_wall_that_is_down(restored):
    with database.owner_cursor(restored) as cursor:
        whole = catalogue_of(cursor)
        for fault, what in FAULTS.items():
            cursor.execute("begin")
            cursor.execute(fault)
            broken = catalogue_of(cursor)
            cursor.execute("rollback")

            assert what in [part for part in whole if whole[part] != broken[part]], fault


def test_drill_notices_rights_that_a_used_database_adds(original, dumped):
    """Why the empty database is made from template0: template1 grants what the migrations had taken back."""
    with restored_from(dumped, f"{original}_template1", template="template1") as name:
        assert differing(original, name) == ["row security"]


def test_drill_notices_a_row_that_differs(original, restored, capsys):
    with database.owner_cursor(restored) as cursor:
        cursor.execute("alter table audit_auditentry disable trigger user")
        cursor.execute("alter table audit_auditentry disable row level security")
        cursor.execute("update audit_auditentry set actor_name = 'Somebody else' where number = 1")

    before, after = rows_of(original), rows_of(restored)

    assert [name for name in before if before[name] != after[name]] == ["audit_auditentry"]
    with pytest.raises(CommandError, match="The audit is broken"):
        verified(restored, capsys)
