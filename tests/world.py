"""Two sites of two teams, with a row of every table and a person of every role; each text names its site.

It is made once by each test process, in a database of its own; every test leaves it as it was.
"""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, connections, models, transaction
from django.test import Client
from factory.django import DjangoModelFactory
from psycopg2.extensions import STATUS_READY

from implementation.models import Enquiry
from mst_sites.accounts.middleware import SEEN
from mst_sites.accounts.models import User
from mst_sites.accounts.permissions import TEAM_ROLES, Role
from mst_sites.audit.operations import record
from mst_sites.delivery.models import OutgoingMail
from mst_sites.tenancy.models import Membership, Site, SiteForeignKey, SiteOwned, Team
from mst_sites.tenancy.scope import whole_scope
from tests import database, factories

# A word that stands in every text of a site and in nothing else, addresses included.
CANARIES = {"north": "kingfisher", "south": "nightjar"}
# Stands in every text, too: a page that shows it as it is would run what somebody typed.
MARKUP = "\"'><img src=x>"
# What a row must hold so that the pages about it have something to show.
AS_PEOPLE_LEAVE_IT: dict[str, dict[str, Any]] = {
    "consultation.Note": {
        "status": "FILED",
        "filed_at": datetime(2026, 3, 9, 12, tzinfo=UTC),
        "held_on": date(2026, 3, 3),
        "minutes": 60,
        "mode": "PHONE",
        "is_escalated": True,
        "escalated_in": 2,  # asked anew after it had been answered
    },
    "consultation.EscalationAnswer": {"raised_in": 1},
    "delivery.Document": {"kind": "review", "audience": "full"},
    "implementation.Activity": {"is_local": True, "is_left_over": False},
    "implementation.Enquiry": {"site": None, "outcome_reason": ""},
    "implementation.FundingSource": {"withdrawn_reason": ""},
    "implementation.Meeting": {"cancel_reason": ""},
    "records.SignOff": {"signed_sha256": "0" * 64},
}
# Texts of these names have a form of their own, or are no text.
NOT_FREE = {"slug", "email", "sha256", "hash", "language", "state", "file", "error", "version"}


@dataclass
class Place:
    """One site with its teams and its people."""

    site: Site
    canary: str
    one: Team
    two: Team
    people: dict[Role, User] = field(default_factory=dict)
    of_team_two: dict[Role, User] = field(default_factory=dict)
    rows: dict[str, Any] = field(default_factory=dict)  # by the model's label; of team one
    missing: dict[str, str] = field(default_factory=dict)


@dataclass
class World:
    north: Place
    south: Place
    country: dict[Role, User]
    clients: dict[str, Client] = field(default_factory=dict)

    def client(self, user: User) -> Client:
        """Return a client of somebody who has signed in; it forgets what it is given later."""
        client = Client(raise_request_exception=False)
        client.cookies.update(self.clients[str(user.pk)].cookies)
        return client

    def person(self, role: Role) -> User:
        return self.country.get(role) or self.north.people[role]


def build() -> World:
    """Make the world in the open scope, which must be the whole one."""
    country = {role: named(factories.person(role), "country") for role in COUNTRY}
    return World(place("north"), place("south"), country)


COUNTRY = (Role.MST_UK_LEAD, Role.MST_UK_STAFF)


def place(slug: str) -> Place:
    canary = CANARIES[slug]
    site = factories.SiteFactory(
        slug=slug,
        name=f"{canary} site",
        region=f"{canary} region",
        phase="LIVE",
        opened_on="2024-01-01",
        provider=factories.OrganisationFactory(name=f"Provider of the {slug}"),
    )
    one, two = (
        factories.TeamFactory(site=site, slug=name, name=f"{canary} {name}", opened_on="2024-01-01")
        for name in ("one", "two")
    )
    found = Place(site, canary, one, two)
    for role in (role for role in Role if role not in COUNTRY):
        found.people[role] = named(factories.person(role, site=site, team=one), canary)
        if role in TEAM_ROLES:
            found.of_team_two[role] = named(factories.person(role, team=two), canary)
    for model in [*owned_models(), OutgoingMail, Enquiry]:
        try:
            with transaction.atomic():
                found.rows[model._meta.label] = make(model, found)
        except Exception as error:  # noqa: BLE001 - told by the test that asks for a row of every table
            found.missing[model._meta.label] = repr(error)
    record("site.seen", site=site, subject=site, by=found.people[Role.COMMISSIONER])
    return found


def named(user: User, word: str) -> User:
    user.full_name = f"{word} {user.full_name}"
    user.save()
    return user


def owned_models() -> list[type[SiteOwned]]:
    """Return the models that belong to a site, those that others refer to first."""
    left = [m for m in apps.get_models(include_auto_created=True) if issubclass(m, SiteOwned)]
    ordered: list[type[SiteOwned]] = []
    while left:
        ready = [m for m in left if not referred(m) - {m} - set(ordered)]
        assert ready, f"{left} refer to each other in a circle"
        ordered += ready
        left = [m for m in left if m not in ready]
    return ordered


def referred(model: Any) -> set[Any]:
    return {
        f.related_model
        for f in model._meta.local_fields
        if isinstance(f, SiteForeignKey) and not f.null
    }


def make(model: Any, at: Place) -> SiteOwned:
    """Make one row of a model, with the site's word in each free text."""
    if model is Team:
        return at.one
    given: dict[str, Any] = {"site": at.site}
    for f in model._meta.local_fields:
        if isinstance(f, SiteForeignKey):
            if f.related_model is Team and model is not Membership:
                given[f.name] = at.one
            elif not f.null:
                given[f.name] = at.rows[f.related_model._meta.label]
        elif is_free_text(f):
            given[f.name] = f"{at.canary} {f.name} {MARKUP}"[: f.max_length]
    given |= AS_PEOPLE_LEAVE_IT.get(model._meta.label, {})
    if hasattr(model, "subject_type"):
        given |= {"subject_type": "tenancy.team", "subject_id": str(at.one.pk)}
    factory = factory_of(model)
    return factory(**given) if factory else model.objects.create(**{**guess(model, at), **given})


def guess(model: Any, at: Place) -> dict[str, Any]:
    """Return a value for each field that needs one and has no default."""
    return {
        f.name: guessed(f, at)
        for f in model._meta.local_fields
        if not (f.has_default() or f.null or f.blank or f.primary_key or is_free_text(f))
        and not isinstance(f, SiteForeignKey)
        and f.name != "site"
    }


def guessed(f: Any, at: Place) -> Any:
    if isinstance(f, models.ForeignKey):
        return (
            at.people[Role.SUPERVISOR]
            if f.related_model is User
            else f.related_model.objects.first()
        )
    if f.choices:
        return f.choices[0][0]
    if f.name.startswith("end"):
        return date(2026, 12, 1)
    for kind, value in GUESSES.items():
        if isinstance(f, kind):
            return value
    return f"{at.canary}"[: f.max_length]


GUESSES: dict[type[Any], Any] = {
    models.DateTimeField: datetime(2026, 6, 1, tzinfo=UTC),
    models.DateField: date(2026, 6, 1),  # a Monday
    models.TimeField: time(9),
    models.IntegerField: 1,
    models.DecimalField: Decimal("0.5"),
    models.BooleanField: False,
}


def is_free_text(f: Any) -> bool:
    return (
        type(f) in (models.CharField, models.TextField)
        and not f.choices
        and f.editable
        and f.name not in NOT_FREE
        and not f.name.endswith(("_type", "_id", "_code", "_ref", "_hash", "kind"))
        and (f.max_length or 1000) >= 80
    )


def factory_of(model: Any) -> Any:
    """Return the factory of a model, None if it has none."""
    for found in vars(factories).values():
        is_factory = isinstance(found, type) and issubclass(found, DjangoModelFactory)
        if is_factory and found._meta.model is model:
            return found
    return None


def canaries_in(response: Any, word: str) -> bool:
    """Tell whether a response's body or one of its headers holds a site's word."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    headers = " ".join(f"{name}: {value}" for name, value in response.headers.items())
    return word.encode() in body.lower() or word in headers.lower()


def is_live(response: Any) -> bool:
    """Tell whether a page shows what somebody typed as markup of its own."""
    is_page = response.headers.get("Content-Type", "").startswith("text/html")
    return is_page and b"<img src=x>" in response.content


@contextmanager
def connected_to(name: str) -> Iterator[None]:
    """Let Django's connection lead to another database."""
    default = connections["default"]
    before = default.settings_dict["NAME"]
    default.close()
    default.settings_dict["NAME"] = name
    try:
        yield
    finally:
        default.close()
        default.settings_dict["NAME"] = before


class Kept:
    """A connection to one database that stays open from test to test: a new one takes longer than many a page."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.wrapper: Any = None

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Let Django's connection be this one; one that a test broke is not used again."""
        if self.wrapper is None:
            self.wrapper = connections.create_connection("default")
            self.wrapper.settings_dict = {**self.wrapper.settings_dict, "NAME": self.name}
        before = connections["default"]
        connections["default"] = self.wrapper
        try:
            yield
        finally:
            connections["default"] = before
            raw = self.wrapper.connection
            if raw is None or raw.closed or raw.status != STATUS_READY:
                self.close()

    def close(self) -> None:
        if self.wrapper is not None:
            self.wrapper.close()
            self.wrapper = None


@contextmanager
def rolled_back() -> Iterator[None]:
    """Undo whatever is written inside."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def every_row(table: str) -> list[dict[str, Any]]:
    """Return the rows of a table, whatever their site, as PostgreSQL writes them in JSON."""
    with whole_scope(), connection.cursor() as cursor:
        cursor.execute(f'select to_jsonb(t)::text from "{table}" t')
        return [json.loads(text) for (text,) in cursor.fetchall()]


@pytest.fixture(scope="session")
def world_database(
    django_db_setup: None,
    django_db_blocker: Any,
    template: str,
    worker_id: str,
    sign_in: Callable[[User], Client],
) -> Iterator[tuple[Kept, World]]:
    """Make the database of the world, with everybody signed in."""
    name = f"mst_test_world_{worker_id}_{os.getpid()}"
    with django_db_blocker.unblock():
        database.copy_template(template, name)
        with connected_to(name), whole_scope():
            made = build()
            for user in {*made.country.values(), *people_of(made.north), *people_of(made.south)}:
                made.clients[str(user.pk)] = seen_long_after(sign_in(user))
        kept = Kept(name)
        yield kept, made
        kept.close()
        database.drop(name)


def seen_long_after(client: Client) -> Client:
    """Let a session be as one that was used a moment ago, however long the tests take: it is not written each time."""
    session = client.session
    session[SEEN] += 60 * 60
    session.save()
    return client


@pytest.fixture
def world(world_database: tuple[Kept, World], django_db_blocker: Any) -> Iterator[World]:
    """Give the world, in a transaction that is rolled back and has no scope of its own."""
    kept, made = world_database
    with django_db_blocker.unblock(), kept.entered(), rolled_back():
        yield made


@pytest.fixture
def live_world(world_database: tuple[Kept, World], django_db_blocker: Any) -> Iterator[World]:
    """Give the world in a database of its own, where every request commits as in production."""
    kept, made = world_database
    kept.close()  # a database that somebody is connected to is not copied
    name = kept.name
    with django_db_blocker.unblock():
        database.copy_template(name, f"{name}_live")
        with connected_to(f"{name}_live"):
            yield made
        database.drop(f"{name}_live")


def people_of(at: Place) -> list[User]:
    return [*at.people.values(), *at.of_team_two.values()]
