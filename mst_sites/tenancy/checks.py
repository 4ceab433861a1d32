"""Refuses to start as a database role that could step over the second wall."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

ROLE_FAULTS = """
    select rolsuper, rolbypassrls, rolcreaterole,
           exists (select from pg_class where relowner = pg_roles.oid and relkind in ('r', 'p')),
           has_schema_privilege(oid, 'public', 'CREATE')
      from pg_roles where rolname = current_user
"""
FAULT_NAMES = (
    "is a superuser",
    "may bypass row security",
    "may create roles",
    "owns tables",
    "may create tables",
)


def role_faults(alias: str = "default") -> list[str]:
    """Say in words what makes the connected role unfit to serve people; an empty list if nothing does."""
    with connections[alias].cursor() as cursor:
        cursor.execute(ROLE_FAULTS)
        return [name for name, found in zip(FAULT_NAMES, cursor.fetchone(), strict=True) if found]


@register("row_security", deploy=True)
def check_role(*, databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Report a role that owns tables or steps over row security (run by `check --deploy --database default`)."""
    return [
        Error(
            f"The application's database role {fault}: row security would not hold it.",
            hint="Put the role mst_app in DATABASE_URL; see docs/deploying.md.",
            id="tenancy.E001",
        )
        for alias in databases or []
        for fault in role_faults(alias)
    ]


def refuse_unfit_role() -> None:
    """
    Stop a web process or a worker from starting as the wrong role.

    :raises ImproperlyConfigured: row security would not hold the role in DATABASE_URL.
    """
    faults = role_faults()
    connections.close_all()
    if faults:
        raise ImproperlyConfigured(
            "The role in DATABASE_URL " + ", ".join(faults) + ": put mst_app there."
        )
