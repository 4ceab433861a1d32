"""PostgreSQL's catalogue, as the migrations leave it, lets no row out of its site."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from mst_sites.tenancy.models import SiteForeignKey, SiteOwned
from tests import database
from tests.guards.catalogue import faults

POLICY = "(select mst_scope_is_whole()) or site_id in (select unnest((select mst_scope_sites())))"
NEW = "create table planted (id uuid primary key, site_id bigint not null)"
WALLED = f"""{NEW}; alter table planted enable row level security;
    alter table planted force row level security; alter table planted add unique (site_id, id);
    create policy in_scope on planted using ({POLICY}) with check ({POLICY})"""

# What somebody might do by mistake, and the sentence that must come of it.
PLANTED = {
    NEW: "planted has no policy",
    "create table planted (id uuid primary key)": (
        "planted has no site_id and is not listed with a reason"
    ),
    "alter table tenancy_team disable row level security": "tenancy_team has no row security",
    "alter table tenancy_team no force row level security": (
        "tenancy_team does not hold its owner to row security"
    ),
    f"{WALLED}; alter table planted alter site_id drop not null": "planted.site_id may be empty",
    f"{WALLED}; drop policy in_scope on planted; create policy p on planted using (true)": (
        "planted shows rows by true"
    ),
    f"{WALLED}; create policy p on planted using (true)": "planted has other policies",
    f"{WALLED}; drop policy in_scope on planted;"
    f" create policy p on planted for select using ({POLICY})": "planted has other policies",
    f"{WALLED}; drop policy in_scope on planted;"
    f" create policy p on planted using ({POLICY}) with check (true)": "planted takes rows by true",
    f"{WALLED}; drop policy in_scope on planted; create policy p on planted"
    " using (site_id = any(mst_scope_sites()))": "planted shows rows by site_id = any mst_scope_s",
    f"{WALLED}; alter table planted add team_id uuid references tenancy_team (id)": (
        "planted refers to tenancy_team without naming the site"
    ),
    f"{WALLED}; alter table planted add team_id uuid; alter table planted add foreign key"
    " (site_id, team_id) references tenancy_team (site_id, id) not valid": (
        "planted has a reference that was never checked"
    ),
    f"{WALLED}; alter table planted drop constraint planted_site_id_id_key": (
        "planted has no unique (site_id, id)"
    ),
    f"{WALLED}; alter table planted add title text unique": "is unique without the site",
    f"{WALLED}; create unique index on planted (lower(id::text))": "is unique without the site",
    "create view planted as select * from tenancy_team": "planted is a view that reads as its owner",
    "create materialized view planted as select 1 as one": "planted is a materialised view",
    "create schema planted; create table planted.planted (id int)": (
        "planted.planted is outside the schema that is guarded"
    ),
    "create function planted() returns int language sql security definer"
    " set search_path = pg_catalog as 'select 1'": "planted() differs from the list",
    "create function planted() returns int language sql as 'select 1'": (
        "planted() takes its search_path from whoever calls it"
    ),
    "alter table audit_auditentry disable trigger audit_is_append_only": (
        "the trigger audit_is_append_only of audit_auditentry is switched off"
    ),
    "grant truncate on tenancy_team to mst_app": "mst_app holds ",
    "grant update on audit_auditentry to mst_app": "mst_app holds ",
    "revoke select on tenancy_team from mst_backup": "mst_backup holds [] on tenancy_team",
    "grant select on accounts_user to public": "public holds ['SELECT'] on accounts_user",
    "grant create on schema public to mst_app": "mst_app may create in the schema public",
    "drop table django_session": "django_session is listed, but there is no such table",
}


@pytest.fixture(scope="module")
def cursor(
    worker_id: str, django_db_setup: None, django_db_blocker: Any, template: str
) -> Iterator[Any]:
    """Give the owner's cursor on a throw-away copy of what the migrations make."""
    name = f"mst_test_catalogue_{worker_id}"
    with django_db_blocker.unblock():
        database.copy_template(template, name)
    with database.owner_cursor(name) as owner:
        yield owner
    with django_db_blocker.unblock():
        database.drop(name)


def test_catalogue_has_no_fault(cursor):
    assert faults(cursor) == []


@pytest.mark.parametrize("statements", PLANTED)
def test_catalogue_guard_reports_a_planted_fault(cursor, statements):
    cursor.execute("begin")
    try:
        cursor.execute(statements)
        assert any(PLANTED[statements] in fault for fault in faults(cursor))
    finally:
        cursor.execute("rollback")


def test_every_reference_of_a_model_is_held_by_the_database(cursor):
    """A reference within a site has no constraint of Django's, so the wall must have laid one."""
    cursor.execute(
        "select c.conrelid::regclass::text, a.attname from pg_constraint c, unnest(c.conkey) k(num)"
        " join pg_attribute a on a.attnum = k.num where a.attrelid = c.conrelid and c.contype = 'f'"
        " and a.attname <> 'site_id'"
    )
    held = set(cursor.fetchall())
    wanted = {
        (model._meta.db_table, field.column)
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, models.ForeignKey) and field.column != "site_id"
    }

    assert wanted - held == set()


def test_every_site_foreign_key_names_the_site(cursor):
    cursor.execute("select conrelid::regclass::text, pg_get_constraintdef(oid) from pg_constraint")
    found = cursor.fetchall()
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if isinstance(field, SiteForeignKey):
                to = field.related_model._meta.db_table
                wanted = f"FOREIGN KEY (site_id, {field.column}) REFERENCES {to}(site_id, id)"
                assert any(
                    table == model._meta.db_table and text.startswith(wanted)
                    for table, text in found
                ), f"{model._meta.label}.{field.name} has no SiteReference"


def test_every_site_owned_model_has_its_wall(cursor):
    cursor.execute("select tablename from pg_policies")
    walled = {table for (table,) in cursor.fetchall()}
    owned = {m._meta.db_table for m in apps.get_models() if issubclass(m, SiteOwned)}

    assert owned - walled == set()
