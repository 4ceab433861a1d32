"""One connection serves one person after another, through every kind of fault, and mixes nothing up."""

import random

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mst_sites.accounts.permissions import Role
from mst_sites.tenancy.models import Membership, Site, Team
from mst_sites.tenancy.scope import person_scope, whole_scope
from tests.attacks.faulty_urls import FAULTY
from tests.factories import MembershipFactory, SiteFactory, UserFactory
from tests.world import canaries_in

FAULTY_NAMES = [view.__name__ for view in FAULTY]


@pytest.fixture
def faulty(settings):
    settings.ROOT_URLCONF = "tests.attacks.faulty_urls"


def backend():
    connection.ensure_connection()
    return connection.connection.info.backend_pid


def open_scope():
    """Return what a statement outside any transaction would find as its scope."""
    with connection.cursor() as cursor:
        cursor.execute("select current_setting('mst.scope', true)")
        return cursor.fetchone()[0] or ""


def team_names():
    with whole_scope():
        return sorted(Team.objects.values_list("name", flat=True))


def test_interleaved_requests_over_one_connection_show_each_their_own(live_world, faulty):
    world, first = live_world, backend()
    clients = {
        place.canary: world.client(place.people[role])
        for place, role in ((world.north, Role.SUPERVISOR), (world.south, Role.COMMISSIONER))
    }
    strangers = {world.north.canary: world.south.canary, world.south.canary: world.north.canary}
    nobody, order = Client(raise_request_exception=False), random.Random(7)  # noqa: S311 - no secret

    for number in range(200):
        own = order.choice(sorted(clients))
        response = clients[own].get(reverse("site-list"))
        assert response.status_code == 200
        assert canaries_in(response, own)
        assert not canaries_in(response, strangers[own])
        if number % 5 == 0:
            clients[own].get(f"/faulty/{order.choice(FAULTY_NAMES)}/")
            assert nobody.get("/faulty/counts/").content == b"0"
        assert open_scope() == ""
    assert backend() == first


@pytest.mark.parametrize("name", FAULTY_NAMES)
def test_fault_leaves_nothing_written_and_nothing_said(live_world, faulty, name):
    client, before = live_world.client(live_world.north.people[Role.SUPERVISOR]), team_names()

    response = client.get(f"/faulty/{name}/")

    assert response.status_code == 500
    for told in (b"secret-of-the-fault", b"Traceback", b"no_such_table", b"FaultError"):
        assert told not in response.content
    assert team_names() == before
    assert client.get("/faulty/counts/").content == b"1"


@pytest.mark.parametrize("name", FAULTY_NAMES)
def test_connection_is_usable_after_a_fault(live_world, faulty, name):
    first = backend()
    live_world.client(live_world.country[Role.MST_UK_LEAD]).get(f"/faulty/{name}/")

    client = live_world.client(live_world.south.people[Role.SUPERVISOR])
    response = client.get("/faulty/lazy_template/")

    assert backend() == first
    assert response.content.decode() == f"[{live_world.south.site.name}]"
    assert Client().get("/faulty/counts/").content == b"0"


def test_template_is_drawn_inside_the_scope(live_world, faulty):
    client = live_world.client(live_world.north.people[Role.THERAPIST])

    assert (
        client.get("/faulty/lazy_template/").content.decode() == f"[{live_world.north.site.name}]"
    )


def test_rows_streamed_after_the_scope_has_ended_are_an_error_and_not_a_leak(live_world, faulty):
    client = live_world.client(live_world.north.people[Role.THERAPIST])
    response = client.get("/faulty/lazy_stream/")

    with pytest.raises(DatabaseError, match="no site scope is open"):
        b"".join(response.streaming_content)


def test_scope_of_the_person_returns_after_a_nested_one(live_world, faulty):
    client = live_world.client(live_world.north.people[Role.THERAPIST])

    assert client.get("/faulty/nests/").content == b"0 1"
    assert client.get("/faulty/swallows_inside_savepoint/").content == b"1"


def test_scope_ends_with_its_transaction(live_world):
    with person_scope(live_world.north.people[Role.SUPERVISOR]):
        assert open_scope() == f"{{{live_world.north.site.pk}}}"

    assert open_scope() == ""
    with pytest.raises(DatabaseError, match="no site scope is open"):
        Site.objects.count()


def test_ended_role_shows_nothing_from_the_next_request_on(live_world):
    person = live_world.north.people[Role.SUPERVISOR]
    client, address = live_world.client(person), reverse("site-detail", args=["north"])
    assert client.get(address).status_code == 200

    with whole_scope():
        Membership.objects.filter(user=person).update(ended_at=timezone.now())

    assert client.get(address).status_code == 404
    assert not canaries_in(client.get(reverse("site-list")), live_world.north.site.name)


def test_closed_account_is_signed_out_from_the_next_request_on(live_world):
    person = live_world.north.people[Role.SUPERVISOR]
    client, address = live_world.client(person), reverse("site-detail", args=["north"])
    assert client.get(address).status_code == 200

    person.is_active = False
    person.save()

    assert client.get(address).status_code == 302
    person.is_active = True


def test_lost_country_role_shows_nothing_from_the_next_request_on(live_world):
    person = live_world.country[Role.MST_UK_STAFF]
    client, address = live_world.client(person), reverse("site-detail", args=["north"])
    assert client.get(address).status_code == 200

    type(person).objects.filter(pk=person.pk).update(country_role="")

    assert client.get(address).status_code == 404


def test_person_of_600_sites_sees_them_and_no_other(world, sign_in, queries):
    person = UserFactory()
    with whole_scope():
        for number in range(600):
            MembershipFactory(
                user=person, site=SiteFactory(slug=f"own-{number}", name=f"Own {number:03}")
            )
        client = sign_in(person)

    with person_scope(person):
        assert Site.objects.count() == 600
    response = client.get(reverse("site-list"))
    assert response.status_code == 200
    assert b"Own 000" in response.content
    assert not any(canaries_in(response, place.canary) for place in (world.north, world.south))
    assert client.get(reverse("site-detail", args=["own-599"])).status_code == 200
    assert client.get(reverse("site-detail", args=["north"])).status_code == 404
