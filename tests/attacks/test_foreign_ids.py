"""Ids in bodies are held to the site like those in addresses: each that a form sends is replaced by a foreign one."""

import re
import uuid
from html.parser import HTMLParser

import pytest
from django.db import connection

from mst_sites.accounts.permissions import Role
from mst_sites.tenancy.scope import whole_scope
from tests.guards.addresses import address
from tests.guards.routes import routes
from tests.guards.test_role_matrix import MATRIX
from tests.world import owned_models, rolled_back

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")
ROUTES = {
    route.name: route
    for route in routes()
    if "site_slug" in route.parameters and route.methods >= {"GET", "POST"}
}
COLUMNS = {"sup": Role.SUPERVISOR, "cons": Role.CONSULTANT, "lead": Role.MST_UK_LEAD}
TABLES = [model._meta.db_table for model in owned_models()]

# Names for rows that are not there yet: any will do, but for one that is taken.
MADE_BY_CLIENT = {"id", "row_id", "tab"}


class Fields(HTMLParser):
    """Collects what the forms of a page send: name → its present value and all values that it offers."""

    def __init__(self):
        super().__init__()
        self.values, self.offered, self.select, self.text = {}, {}, None, None

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        name, value = given.get("name"), given.get("value") or ""
        if tag == "input" and name and name != "csrfmiddlewaretoken":
            self.offered.setdefault(name, set()).add(value)
            if given.get("type") not in ("checkbox", "radio") or "checked" in given:
                self.values[name] = value
        elif tag == "select":
            self.select = name
            self.offered.setdefault(name, set())
        elif tag == "option" and self.select:
            self.offered[self.select].add(value)
            if "selected" in given or self.select not in self.values:
                self.values[self.select] = value
        elif tag == "textarea":
            self.values[name], self.text = "", name

    def handle_endtag(self, tag):
        if tag == "select":
            self.select = None
        elif tag == "textarea":
            self.text = None

    def handle_data(self, data):
        if self.text:
            self.values[self.text] += data.strip()


def fields_of(response):
    parser = Fields()
    parser.feed(response.content.decode())
    return parser


def ids_in(fields):
    """Return the fields that take the id of a row: their value, or one that they offer, is one."""
    return sorted(
        name
        for name, offered in fields.offered.items()
        if any(UUID.match(value) for value in {*offered, fields.values.get(name, "")})
    )


def foreign_ids(place):
    """Return ids of every kind that belong to a site and to its people alone."""
    rows = {str(row.pk) for row in place.rows.values()}
    return sorted({*rows, str(place.one.pk), str(place.people[Role.SUPERVISOR].pk)})


def client_for(world, name):
    column = next(c for c in COLUMNS if MATRIX[name, "GET"][c] == "200")
    return world.client(world.person(COLUMNS[column]))


def rows_by_site(world):
    """Return what each of the two sites has, every table in one text, as PostgreSQL writes it: one query."""
    each = " union all ".join(
        f"select site_id, '{table}', string_agg(t::text, ' ' order by t::text)"
        f' from "{table}" t group by site_id'
        for table in TABLES
    )
    kept = {world.north.site.pk: [], world.south.site.pk: []}
    with whole_scope(), connection.cursor() as cursor:
        cursor.execute(each)
        for site, *rows in cursor.fetchall():
            kept[site].append(rows)
    return {site: str(sorted(tables)) for site, tables in kept.items()}


OPENED = sorted(n for n in ROUTES if any(MATRIX[n, "GET"][c] == "200" for c in COLUMNS))


@pytest.mark.parametrize("name", OPENED)
def test_form_offers_no_row_of_another_site(world, name):
    fields = fields_of(client_for(world, name).get(address(ROUTES[name], world.north)))
    offered = {value for values in fields.offered.values() for value in values}

    assert offered & set(foreign_ids(world.south)) == set()


@pytest.mark.parametrize("name", OPENED)
def test_form_takes_no_id_of_another_site(world, name):
    client, page = client_for(world, name), address(ROUTES[name], world.north)
    fields = fields_of(client.get(page))
    before = rows_by_site(world)
    foreign = foreign_ids(world.south)

    # A team, a person and a row that a page shows: each costs a look at every table.
    sent = (
        world.south.one,
        world.south.people[Role.SUPERVISOR],
        world.south.rows["consultation.Note"],
    )

    for field in ids_in(fields):
        for value in (str(row.pk) for row in sent):
            with rolled_back():
                response = client.post(page, {**fields.values, field: value})
                assert response.status_code < 500, f"{field}={value}"
                after = rows_by_site(world)
            assert after[world.south.site.pk] == before[world.south.site.pk]
            refers = any(other in after[world.north.site.pk] for other in foreign)
            assert field in MADE_BY_CLIENT or not refers, f"{field}={value} was kept"


def test_some_forms_send_ids(world):
    """Otherwise the tests above would prove nothing."""
    found = {
        name: ids_in(fields_of(client_for(world, name).get(address(ROUTES[name], world.north))))
        for name in ("action-create", "membership-create", "note-create")
    }

    assert all(found.values()), found


def test_id_that_is_taken_elsewhere_is_refused_like_any_other_fault(world):
    """A note whose client-made id is another site's note tells nothing of that note, and changes neither."""
    client = world.client(world.north.people[Role.SUPERVISOR])
    page = address(next(r for r in routes() if r.name == "note-autosave"), world.north)
    fields = fields_of(client.get(page.replace("autosave", "new")))
    before, statuses = rows_by_site(world), []

    for taken in (world.south.rows["consultation.Note"].pk, uuid.uuid4()):
        with rolled_back():
            response = client.post(page, {**fields.values, "id": str(taken), "version": 0})
            statuses.append(response.status_code)
            assert rows_by_site(world)[world.south.site.pk] == before[world.south.site.pk]

    assert statuses[0] < 500
    assert statuses[1] == 200
