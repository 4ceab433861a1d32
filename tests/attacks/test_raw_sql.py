"""Whatever SQL the application's role sends, a row of another site stays out of reach."""

import io
import json
import uuid

import psycopg2
import pytest
from django.db import DatabaseError, ProgrammingError, connection, transaction

from mst_sites.tenancy.models import SiteForeignKey
from mst_sites.tenancy.scope import site_scope, whole_scope
from tests.world import every_row, owned_models

TABLES = [model._meta.db_table for model in owned_models()]
REFERENCES = [
    (model._meta.db_table, field.column, field.related_model._meta.db_table)
    for model in owned_models()
    for field in model._meta.local_fields
    if isinstance(field, SiteForeignKey)
]
# What a second row must hold to be one of its own, where its table says so before it looks at references.
ANEW = {
    "consultation_episode": {"case_ref": "ANOTHER"},
    "consultation_review": {"edition": 99},
    "delivery_document": {"version": 99},
    "implementation_invitee": {"email": "another@example.org"},
    "records_signoff": {"signed_sha256": "1" * 64},
}
KEPT_FROM_CHANGE = "42501"  # insufficient privilege: policies, grants and triggers alike
NO_SUCH_ROW = "23503"  # foreign key violation


@pytest.fixture
def sql(world):
    """Return a function that runs one statement and gives rows or the number of rows touched."""

    def run(statement, *values):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values or None)
            return cursor.fetchall() if cursor.description else cursor.rowcount

    return run


def code_of(sql, statement, *values):
    """Return PostgreSQL's error code, or "" where the statement went through."""
    try:
        sql(statement, *values)
    except DatabaseError as error:
        return error.__cause__.pgcode
    return ""


def rows_of(table, site):
    return [row for row in every_row(table) if row["site_id"] == site.pk]


def label_table(label):
    return label.lower().replace(".", "_")


@pytest.mark.parametrize("table", TABLES)
def test_every_table_has_rows_on_both_sides(world, table):
    """Otherwise the tests below would prove nothing: such a model needs a factory in tests/factories.py."""
    assert table not in {label_table(label) for label in world.north.missing}, world.north.missing
    assert rows_of(table, world.north.site)
    assert rows_of(table, world.south.site)


@pytest.mark.parametrize("table", TABLES)
def test_reading_shows_own_rows_only(world, sql, table):
    own = len(rows_of(table, world.north.site))

    with site_scope([world.north.site.pk]):
        assert sql(f'select count(*) from "{table}"') == [(own,)]
        assert sql(f'select distinct site_id from "{table}"') == [(world.north.site.pk,)]
        assert sql(f'select 1 from "{table}" where site_id = %s', world.south.site.pk) == []
        assert sql(f'select 1 from "{table}" where site_id <> %s or true', -1) == [(1,)] * own


@pytest.mark.parametrize("table", TABLES)
def test_copying_out_shows_own_rows_only(world, table):
    south = world.south

    with site_scope([world.north.site.pk]), connection.cursor() as cursor:
        for source in (f'"{table}"', f'(select * from "{table}")'):
            out = io.StringIO()
            cursor.copy_expert(f"copy {source} to stdout", out)
            assert out.getvalue()
            assert south.canary not in out.getvalue()
            assert not any(row["id"] in out.getvalue() for row in rows_of(table, south.site))


@pytest.mark.parametrize("table", TABLES)
def test_copying_in_is_refused(world, table):
    with site_scope([world.north.site.pk]), connection.cursor() as cursor, transaction.atomic():
        with pytest.raises(psycopg2.Error, match="COPY FROM not supported with row-level security"):
            cursor.copy_expert(f'copy "{table}" from stdin', io.StringIO(""))
        transaction.set_rollback(True)


@pytest.mark.parametrize("table", TABLES)
def test_another_sites_rows_cannot_be_changed(world, sql, table):
    foreign = rows_of(table, world.south.site)

    with site_scope([world.north.site.pk]):
        for statement in (
            f'update "{table}" set site_id = site_id where id = %s',
            f'delete from "{table}" where id = %s',
            f'select 1 from "{table}" where id = %s for update nowait',
        ):
            for row in foreign:
                # 0 rows, or refused whatever the row: some tables are only ever added to.
                with transaction.atomic():
                    assert code_of(sql, statement, row["id"]) in ("", KEPT_FROM_CHANGE)
        assert rows_of(table, world.south.site) == foreign


@pytest.mark.parametrize("table", TABLES)
def test_a_row_cannot_be_added_to_another_site(world, sql, table):
    foreign = {**rows_of(table, world.south.site)[0], "id": str(uuid.uuid4())}
    insert = f'insert into "{table}" select * from jsonb_populate_record(null::"{table}", %s)'

    with site_scope([world.north.site.pk]):
        assert code_of(sql, insert, json.dumps(foreign)) == KEPT_FROM_CHANGE
    with site_scope([world.south.site.pk]):  # what is refused is the site, not the statement
        assert code_of(sql, insert, json.dumps(foreign)) in ("", "23505")


@pytest.mark.parametrize("table", TABLES)
def test_a_row_cannot_be_moved_to_another_site(world, sql, table):
    own = rows_of(table, world.north.site)[0]

    with site_scope([world.north.site.pk]):
        move = f'update "{table}" set site_id = %s where id = %s'
        assert code_of(sql, move, world.south.site.pk, own["id"]) == KEPT_FROM_CHANGE


@pytest.mark.parametrize(("table", "column", "to"), REFERENCES)
def test_a_reference_cannot_point_across(world, sql, table, column, to):
    """Nor does the refusal tell whether the other site's row exists."""
    own = {**rows_of(table, world.north.site)[0], "id": str(uuid.uuid4()), **ANEW.get(table, {})}
    insert = f'insert into "{table}" select * from jsonb_populate_record(null::"{table}", %s)'
    foreign = rows_of(to, world.south.site)[0]["id"]

    for scope in (site_scope([world.north.site.pk]), whole_scope()):
        with scope:
            codes = {
                code_of(sql, insert, json.dumps({**own, column: target}))
                for target in (foreign, str(uuid.uuid4()))
            }
            assert codes == {NO_SUCH_ROW}


@pytest.mark.parametrize(
    "table",
    [*TABLES, "tenancy_site", "audit_auditentry", "audit_chainhead", "delivery_outgoingmail"],
)
def test_without_a_scope_reading_and_writing_are_errors(world, sql, table):
    for statement in (
        f'select count(*) from "{table}"',
        f'update "{table}" set {column_of(table)} = {column_of(table)}',
        f'delete from "{table}"',
    ):
        assert code_of(sql, statement) == KEPT_FROM_CHANGE
    with transaction.atomic(), connection.cursor() as cursor:
        with pytest.raises(psycopg2.errors.InsufficientPrivilege, match="no site scope is open"):
            cursor.copy_expert(f'copy "{table}" to stdout', io.StringIO())
        transaction.set_rollback(True)


def column_of(table):
    return "chain" if table == "audit_chainhead" else "id"


def test_no_site_is_seen_in_the_scope_of_none(world, sql):
    with site_scope([]):
        assert [sql(f'select count(*) from "{table}"') for table in TABLES] == [[(0,)]] * len(
            TABLES
        )
        assert sql("select count(*) from tenancy_site") == [(0,)]


@pytest.mark.parametrize(
    "statement",
    [
        "set role mst_owner",
        "set role mst_backup",
        "set role postgres",
        "set session authorization mst_owner",
        "alter table tenancy_team disable row level security",
        "alter table tenancy_team no force row level security",
        "drop policy in_scope on tenancy_team",
        "create policy mine on tenancy_team using (true)",
        "alter role mst_app bypassrls",
        "truncate tenancy_team cascade",
        "truncate audit_auditentry",
        "create table mine (id int)",
        "create view mine as select * from tenancy_team",
        "create function mine() returns int language sql as 'select 1'",
        "create extension dblink",
        "create or replace function mst_scope() returns text language sql as $$select 'whole'$$",
        "alter function mst_scope() owner to mst_app",
        "drop table tenancy_team",
        "alter table audit_auditentry disable trigger audit_is_append_only",
        "set session_replication_role = replica",
        "update audit_auditentry set action = action",
        "delete from audit_auditentry",
        "update audit_chainhead set number = 0",
        "delete from audit_chainhead",
        "insert into audit_chainhead (chain, number, hash) values (0, 0, '')",
        "copy tenancy_team to '/tmp/mst-stolen'",
        "copy tenancy_team to program 'cat'",
        "select pg_read_file('/etc/passwd')",
        "select lo_import('/etc/passwd')",
        "select * from pg_authid",
        "select mst_audit_append()",
    ],
)
def test_privilege_is_refused_even_in_the_whole_scope(world, sql, statement):
    with whole_scope():
        # 42501 privilege; 0A000 and 2F: what only a trigger may call.
        assert code_of(sql, statement) in (KEPT_FROM_CHANGE, "0A000", "39P01")


def test_switching_row_security_off_shows_nothing(world, sql):
    with site_scope([world.north.site.pk]):
        sql("set local row_security = off")
        with pytest.raises(ProgrammingError, match="would be affected by row-level security"):
            sql("select * from tenancy_team")


def test_statistics_hold_no_values_of_guarded_tables(world, sql):
    assert sql("select 1 from pg_stats where tablename = any(%s)", TABLES) == []


def test_audit_of_another_site_can_be_neither_read_nor_written(world, sql):
    south = world.south.site.pk
    with site_scope([world.north.site.pk]):
        assert sql("select 1 from audit_auditentry where site_id = %s", south) == []
        assert sql("select 1 from audit_chainhead where chain = %s", south) == []
        entry = every_row("audit_auditentry")[0]
        foreign = json.dumps({**entry, "id": str(uuid.uuid4()), "site_id": south})
        assert (
            code_of(
                sql,
                "insert into audit_auditentry"
                " select * from jsonb_populate_record(null::audit_auditentry, %s)",
                foreign,
            )
            == KEPT_FROM_CHANGE
        )


def test_slow_function_in_the_condition_sees_own_rows_only(world, sql):
    """A condition that tells what it reads (an injected one, say) is asked after the policy."""
    with site_scope([world.north.site.pk]):
        sql(
            "select count(*) from tenancy_team"
            " where set_config('mst.seen', coalesce(current_setting('mst.seen', true), '') || name,"
            " true) is not null"
        )
        [(seen,)] = sql("select current_setting('mst.seen', true)")
    assert world.north.canary in seen
    assert world.south.canary not in seen
