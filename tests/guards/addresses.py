"""The address of each route on the site North: its team one, and its rows where the route names a row."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse

from mst_sites.accounts.permissions import Role
from tests.guards.routes import Route
from tests.world import World

Values = dict[str, Any]

# Routes whose address holds more than a site and a team.
ROWS: dict[str, Callable[[World], Values]] = {
    "commissioner-remove": lambda world: {"pk": world.north.rows["tenancy.SiteCommissioner"].pk},
    "membership-end": lambda world: {"pk": world.north.rows["tenancy.Membership"].pk},
    **dict.fromkeys(
        (
            "person-detail",
            "person-change",
            "person-reinvite",
            "person-close",
            "person-reopen",
        ),
        lambda world: {"pk": world.north.people[Role.THERAPIST].pk},
    ),
}


def values(route: Route, world: World) -> Values:
    known = {"site_slug": world.north.site.slug, "team_slug": world.north.one.slug}
    found = {name: known[name] for name in route.parameters if name in known}
    return found | (ROWS[route.name](world) if route.name in ROWS else {})


def address(route: Route, world: World) -> str:
    return reverse(route.name, kwargs=values(route, world))
