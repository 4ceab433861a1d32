"""The scope of a transaction: which sites' rows PostgreSQL shows in it."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

from django.db import connection, transaction

from mst_sites.accounts.models import User
from mst_sites.accounts.permissions import (
    ROLES_WITHOUT_SECOND_FACTOR,
    Permission,
    Role,
    may,
    roles_that_may,
)

ROLES = {role.value: role for role in Role}


class Held(NamedTuple):
    """A role held now on a site or on one team of it; people with hundreds have them made for every request."""

    site_id: int
    team_id: UUID | None
    role: Role


@dataclass(frozen=True)
class Access:
    """What a signed-in person may do, read once at the start of a request."""

    country_role: Role | None = None
    held: tuple[Held, ...] = ()

    def roles_on(self, site_id: int, team_id: UUID | None = None) -> frozenset[Role]:
        """Return the roles held on a site, or on one team of it and on the site as a whole."""
        roles = {
            held.role
            for held in self.held
            if held.site_id == site_id
            and (team_id is None or held.team_id is None or held.team_id == team_id)
        }
        return frozenset(roles | ({self.country_role} if self.country_role else set()))

    def may(self, permission: Permission, site_id: int, team_id: UUID | None = None) -> bool:
        """Tell whether a permission is held on a site, or on one team of it."""
        return may(self.roles_on(site_id, team_id), permission)

    def may_anywhere(self, permission: Permission) -> bool:
        """Tell whether a permission is held on any site."""
        return may(self.roles, permission)

    def may_everywhere(self, permission: Permission) -> bool:
        """Tell whether a permission is held for the whole country."""
        return self.country_role is not None and may(frozenset({self.country_role}), permission)

    def site_count(self, permission: Permission | None = None) -> int | None:
        """Return on how many sites a permission, or any role, is held; None if it is held for the whole country."""
        roles = frozenset(Role) if permission is None else roles_that_may(permission)
        if self.country_role in roles:
            return None
        return len({held.site_id for held in self.held if held.role in roles})

    @cached_property
    def roles(self) -> frozenset[Role]:
        roles = {held.role for held in self.held}
        return frozenset(roles | ({self.country_role} if self.country_role else set()))

    @property
    def needs_second_factor(self) -> bool:
        """Tell whether one of the roles asks for a second factor."""
        return bool(self.roles - ROLES_WITHOUT_SECOND_FACTOR)


NOBODY = Access()


@contextmanager
def person_scope(user: User | None) -> Iterator[Access]:
    """Open a transaction that sees the sites of one person, or none, and yield what the person may do."""
    with _transaction(), connection.cursor() as cursor:
        if user is None:
            cursor.execute("select mst_enter_sites('{}')")
            yield NOBODY
            return
        cursor.execute(
            "select team_id, role, array_agg(site_id) from mst_enter_person(%s, %s) group by team_id, role",
            [str(user.pk), bool(user.country_role)],
        )
        held = tuple(
            Held(site, team, ROLES[role])
            for team, role, sites in cursor.fetchall()
            for site in sites
        )
        yield Access(Role(user.country_role) if user.country_role else None, held)


@contextmanager
def site_scope(site_ids: Iterable[int]) -> Iterator[None]:
    """Open a transaction that sees only the given sites: for tasks and commands on behalf of a site."""
    with _transaction(), connection.cursor() as cursor:
        cursor.execute("select mst_enter_sites(%s::bigint[]::text)", [sorted(site_ids)])
        yield


@contextmanager
def whole_scope() -> Iterator[None]:
    """Open a transaction that sees every site: for the sweep, for operators' commands and for tests."""
    with _transaction(), connection.cursor() as cursor:
        cursor.execute("select mst_enter_sites('whole')")
        yield


@contextmanager
def _transaction() -> Iterator[None]:
    """Open a transaction whose scope ends with it, or with the block where one is open already."""
    nested = connection.in_atomic_block
    with transaction.atomic():
        before = _current() if nested else None
        yield
        # After an error PostgreSQL itself goes back to the scope of before, with the savepoint.
        if before is not None and not connection.needs_rollback:
            _restore(before)


def _current() -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select coalesce(current_setting('mst.scope', true), ''),"
            " coalesce(current_setting('mst.user', true), '')"
        )
        scope, user = cursor.fetchone()
    return scope, user


def _restore(before: tuple[str, str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select set_config('mst.scope', %s, true), set_config('mst.user', %s, true)", before
        )
