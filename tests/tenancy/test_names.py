"""What the migration does that lets a name stand for one row: names that were alike are told apart, none is lost."""

from importlib import import_module

import pytest

from tests.database import owner_cursor

MIGRATION = import_module("mst_sites.tenancy.migrations.0006_names_once")
LONG = "x" * 120


@pytest.fixture
def cursor(django_db_setup):
    """Give tables of the names alone, of one's own, in place of those that hold alike names no more."""
    with owner_cursor() as cursor:
        cursor.execute(
            "create temp table tenancy_site (id int, name varchar(120), slug varchar(60),"
            " version int default 1, created_at timestamptz default now())"
        )
        cursor.execute(
            "create temp table tenancy_organisation (id int, name varchar(120), kind text)"
        )
        yield cursor


def test_sites_of_one_name_get_their_address_behind_it(cursor):
    names = ["Afon", "afon ", "AFON", "Other", LONG, LONG]
    cursor.executemany(
        "insert into tenancy_site (id, name, slug) values (%s, %s, %s)",
        [(number, name, f"slug-{number}") for number, name in enumerate(names)],
    )

    cursor.execute(MIGRATION.SITES)
    cursor.execute(MIGRATION.SITES)  # the second time there is nothing left to do

    cursor.execute("select name, version from tenancy_site order by id")
    assert cursor.fetchall() == [
        ("Afon", 1),
        ("afon (slug-1)", 2),
        ("AFON (slug-2)", 2),
        ("Other", 1),
        (LONG, 1),
        (f"{'x' * 111} (slug-5)", 2),
    ]


def test_organisations_of_one_name_and_kind_get_a_number(cursor):
    rows = [("Coast", "PROVIDER"), ("COAST", "PROVIDER"), ("coast", "COMMISSIONER")]
    cursor.executemany(
        "insert into tenancy_organisation (id, name, kind) values (%s, %s, %s)",
        [(number, *row) for number, row in enumerate(rows)],
    )

    cursor.execute(MIGRATION.ORGANISATIONS)

    cursor.execute("select name from tenancy_organisation order by id")
    assert cursor.fetchall() == [("Coast",), ("COAST (2)",), ("coast",)]
