"""Refuses to start as a database role that could step over the second wall."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

# Asked of the role that is in force and of the one that signed in, which RESET ROLE would bring back.
ROLE_FAULTS = """
    select bool_or(rolsuper), bool_or(rolbypassrls), bool_or(rolcreaterole),
           bool_or(exists (select from pg_class where relowner = me.oid and relkind in ('r', 'p'))),
           bool_or(has_schema_privilege(oid, 'public', 'CREATE')),
           bool_or(exists (select from pg_class where relnamespace = 'public'::regnamespace
                              and relkind in ('r', 'p') and has_table_privilege(me.oid, pg_class.oid, 'TRUNCATE'))),
           bool_or(exists (select from pg_roles other where other.oid <> me.oid
                              and pg_has_role(me.oid, other.oid, 'MEMBER')
                              and (other.rolsuper or other.rolbypassrls
                                   or exists (select from pg_class where relowner = other.oid))))
      from pg_roles me where rolname in (current_user, session_user)
"""
FAULT_NAMES = (
    "is a superuser",
    "may bypass row security",
    "may create roles",
    "owns tables",
    "may create tables",
    "may empty tables",
    "may become another role that row security does not hold",
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
    """Stop a web process or a worker from starting as the wrong role.

    :raises ImproperlyConfigured: row security would not hold the role in DATABASE_URL.
    """
    faults = role_faults()
    connections.close_all()
    if faults:
        raise ImproperlyConfigured(
            "The role in DATABASE_URL " + ", ".join(faults) + ": put mst_app there."
        )
