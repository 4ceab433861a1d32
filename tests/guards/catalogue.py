"""Reads PostgreSQL's own catalogue and says in words whatever would let a row out of its site."""

from collections.abc import Callable, Iterator
from typing import Any

# Tables that belong to no site, each with the reason.
WITHOUT_SITE = {
    "account_emailaddress": "a person's own addresses",
    "account_emailconfirmation": "a person's own addresses",
    "accounts_attempts": "counts of attempts, before anybody is known",
    "accounts_invitation": "a person comes before any role",
    "accounts_user": "a person may work on several sites",
    "auth_group": "Django's, unused and empty",
    "auth_group_permissions": "Django's, unused and empty",
    "auth_permission": "Django's, names of models only",
    "consultation_closurereason": "MST UK's template for every site",
    "consultation_target": "MST UK's template for every site",
    "consultation_targetset": "MST UK's template for every site",
    "delivery_heartbeat": "when the sweep last ran",
    "implementation_capacitydefaults": "MST UK's template for every site",
    "implementation_changequestionnaire": "MST UK's template for every site",
    "implementation_changestatement": "MST UK's template for every site",
    "implementation_feedkey": "fingerprint of a person's own link, looked for before anybody is known",
    "implementation_plantemplate": "MST UK's template for every site",
    "implementation_templateactivity": "MST UK's template for every site",
    "implementation_savedview": "a person's own filters",
    "django_content_type": "Django's, names of models only",
    "django_migrations": "Django's, names of migrations only",
    "django_session": "a session is opened before its person is known",
    "mfa_authenticator": "a person's own second factors",
    "socialaccount_socialaccount": "a person's sign-in at an identity provider",
    "socialaccount_socialapp": "the identity provider",
    "socialaccount_socialtoken": "unused: tokens are not stored",
    "tenancy_organisation": "a body may provide or pay for several sites",
    "usersessions_usersession": "a person's own sessions",
}
# Tables whose policy is not the plain one: what may be read, what may be written.
WHOLE = "select mst_scope_is_whole as mst_scope_is_whole"
IN = "{} in select unnest select mst_scope_sites as mst_scope_sites as unnest"
PLAIN = (f"{WHOLE} or {IN.format('site_id')}", f"{WHOLE} or {IN.format('site_id')}")
POLICIES = {
    # The site itself.
    "tenancy_site": (f"{WHOLE} or {IN.format('id')}", f"{WHOLE} or {IN.format('id')}"),
    # A person reads their own roles before the scope is known, and writes none so.
    "tenancy_membership": (
        f"user_id = select mst_scope_person as mst_scope_person or {PLAIN[0]}",
        PLAIN[1],
    ),
    # What belongs to no site anybody may add and only the whole scope may read.
    "audit_auditentry": (PLAIN[0], f"{WHOLE} or site_id is null or {IN.format('site_id')}"),
    # The heads of the chains: 0 is the chain of what belongs to no site.
    "audit_chainhead": (
        f"{WHOLE} or chain = 0 or {IN.format('chain')}",
        f"{WHOLE} or chain = 0 or {IN.format('chain')}",
    ),
    # Anybody is written to; what was written is for the worker and MST UK.
    "delivery_outgoingmail": (WHOLE, f"{WHOLE} or site_id is null or {IN.format('site_id')}"),
    # Anybody may ask; who asked, and what MST UK wrote about it, is read in the whole scope alone.
    "implementation_enquiry": (WHOLE, f"{WHOLE} or site_id is null"),
    "implementation_enquirynote": (WHOLE, WHOLE),
}
# Tables with a site that may be empty, or with another key than (site_id, id).
SITE_MAY_BE_EMPTY = {"audit_auditentry", "delivery_outgoingmail", "implementation_enquiry"}
WITHOUT_SITE_ROW = {
    "tenancy_site",
    "audit_chainhead",
    "implementation_enquirynote",
    *SITE_MAY_BE_EMPTY,
}

DEFINER_FUNCTIONS = {"mst_audit_append"}
EVERY_PRIVILEGE = {"SELECT", "INSERT", "UPDATE", "DELETE"}
PRIVILEGES = {
    "audit_auditentry": {"SELECT", "INSERT"},
    "records_signoff": {"SELECT", "INSERT"},
    "audit_chainhead": {"SELECT"},
    "consultation_escalationanswer": {"SELECT", "INSERT"},
    "consultation_noteversion": {"SELECT", "INSERT"},
    "implementation_enquirynote": {"SELECT", "INSERT", "DELETE"},  # deleted with its enquiry
    "implementation_attendancecorrection": {"SELECT", "INSERT"},
    "implementation_boardpaper": {"SELECT", "INSERT"},
    "implementation_fundingreminder": {"SELECT", "INSERT"},
    "implementation_gatedecision": {"SELECT", "INSERT"},
    "implementation_needsanalysis": {"SELECT", "INSERT"},
    "implementation_openingchange": {"SELECT", "INSERT"},
    "implementation_stagetransition": {"SELECT", "INSERT"},
}


def faults(cursor: Any) -> list[str]:
    """Return every fault of the database that the cursor is connected to, as sentences."""
    return sorted({fault for guard in GUARDS for fault in guard(lambda sql: rows(cursor, sql))})


def rows(cursor: Any, sql: str) -> list[Any]:
    cursor.execute(sql)
    return list(cursor.fetchall())


Ask = Callable[[str], list[Any]]


def tables(ask: Ask) -> dict[str, Any]:
    """Return name → (owner, row security on, forced)."""
    found = ask(
        "select relname, pg_get_userbyid(relowner), relrowsecurity, relforcerowsecurity"
        " from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'f')"
    )
    return {name: tuple(rest) for name, *rest in found}


def site_tables(ask: Ask) -> set[str]:
    return set(tables(ask)) - set(WITHOUT_SITE)


def unlisted_tables(ask: Ask) -> Iterator[str]:
    with_site = {
        name
        for (name,) in ask(
            "select attrelid::regclass::text from pg_attribute join pg_class on pg_class.oid = attrelid"
            " where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'f')"
            " and attname = 'site_id' and not attisdropped"
        )
    }
    for table in set(tables(ask)) - with_site - set(WITHOUT_SITE) - set(POLICIES):
        yield f"{table} has no site_id and is not listed with a reason"
    for table in with_site & set(WITHOUT_SITE):
        yield f"{table} has a site_id, but is listed as belonging to no site"
    for table in (set(WITHOUT_SITE) | set(POLICIES) | set(PRIVILEGES)) - set(tables(ask)):
        yield f"{table} is listed, but there is no such table"


def empty_sites(ask: Ask) -> Iterator[str]:
    for (table,) in ask(
        "select attrelid::regclass::text from pg_attribute join pg_class on pg_class.oid = attrelid"
        " where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')"
        " and attname = 'site_id' and not attnotnull"
    ):
        if table not in SITE_MAY_BE_EMPTY:
            yield f"{table}.site_id may be empty"


def open_tables(ask: Ask) -> Iterator[str]:
    for table, (owner, enabled, forced) in tables(ask).items():
        if owner != "mst_owner":
            yield f"{table} belongs to {owner}"
        if table not in WITHOUT_SITE and not enabled:
            yield f"{table} has no row security"
        if table not in WITHOUT_SITE and not forced:
            yield f"{table} does not hold its owner to row security"


def wrong_policies(ask: Ask) -> Iterator[str]:
    found: dict[str, list[Any]] = {}
    for table, *policy in ask(
        "select tablename, permissive, roles::text, cmd, qual, with_check from pg_policies"
        " where schemaname = 'public'"
    ):
        found.setdefault(table, []).append(policy)
    for table in site_tables(ask):
        expected = POLICIES.get(table, PLAIN)
        match found.get(table, []):
            case []:
                yield f"{table} has no policy"
            case [["PERMISSIVE", "{public}", "ALL", using, check]]:
                if plain(using) != expected[0]:
                    yield f"{table} shows rows by {plain(using)}"
                if plain(check) != expected[1]:
                    yield f"{table} takes rows by {plain(check)}"
            case several:
                yield f"{table} has other policies than one for everything: {several}"


def plain(expression: str | None) -> str:
    """Return an expression without parentheses, in single spaces: they are all that versions differ in."""
    return " ".join((expression or "").lower().replace("(", " ").replace(")", " ").split()).replace(
        " ::", "::"
    )


def loose_references(ask: Ask) -> Iterator[str]:
    """Find references to a row of a site that do not name the site too, and tables that cannot be so referred to."""
    owned = site_tables(ask) - WITHOUT_SITE_ROW
    keys = ask(
        "select c.conrelid::regclass::text, c.confrelid::regclass::text, c.conname, c.contype::text,"
        " (select array_agg(a.attname::text order by k.n) from unnest(c.conkey) with ordinality k(num, n)"
        "   join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.num),"
        " (select array_agg(a.attname::text order by k.n) from unnest(c.confkey) with ordinality k(num, n)"
        "   join pg_attribute a on a.attrelid = c.confrelid and a.attnum = k.num),"
        " c.convalidated"
        " from pg_constraint c where c.connamespace = 'public'::regnamespace and c.contype in ('f', 'u', 'p')"
    )
    for table, to, name, kind, columns, to_columns, validated in keys:
        if kind != "f":
            continue
        if to in owned and (columns[0] != "site_id" or to_columns[0] != "site_id"):
            yield f"{table} refers to {to} without naming the site ({name})"
        if not validated:
            yield f"{table} has a reference that was never checked ({name})"
    unique = {(table, tuple(columns)) for table, _, _, kind, columns, *_ in keys if kind == "u"}
    for table in owned:
        if (table, ("site_id", "id")) not in unique:
            yield f"{table} has no unique (site_id, id)"


def oracles(ask: Ask) -> Iterator[str]:
    """Find unique rules by which a value of another site could be guessed."""
    indexes = ask(
        "select i.indrelid::regclass::text, i.indexrelid::regclass::text,"
        " (select array_agg(a.attname::text) from pg_attribute a"
        "   where a.attrelid = i.indrelid and a.attnum = any(i.indkey)),"
        " pg_get_indexdef(i.indexrelid)"
        " from pg_index i join pg_class c on c.oid = i.indrelid"
        " where c.relnamespace = 'public'::regnamespace and i.indisunique and not i.indisprimary"
    )
    for table, index, columns, definition in indexes:
        if table not in site_tables(ask) or index in UNIQUE_FOR_THE_COUNTRY:
            continue
        if "site_id" not in (columns or []):
            yield f"{index} is unique without the site: {definition}"


UNIQUE_FOR_THE_COUNTRY = {
    # Only MST UK adds sites, and sees them all.
    "tenancy_site_slug_key",
    # Random, made by the system.
    "delivery_outgoingmail_message_id_key",
}


def by_passes(ask: Ask) -> Iterator[str]:
    """Find objects that policies do not reach."""
    for name, kind, options in ask(
        "select relname, relkind::text, coalesce(reloptions::text, '') from pg_class"
        " where relnamespace = 'public'::regnamespace and relkind in ('v', 'm', 'f')"
    ):
        if kind == "m":
            yield f"{name} is a materialised view: policies never apply to it"
        if kind == "f":
            yield f"{name} is a foreign table"
        if kind == "v" and "security_invoker=true" not in options:
            yield f"{name} is a view that reads as its owner"
    for schema, name in ask(
        "select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
        " where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname <> 'public'"
        " and n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema'"
    ):
        yield f"{schema}.{name} is outside the schema that is guarded"
    for (name,) in ask("select extname from pg_extension where extname <> 'plpgsql'"):
        yield f"the extension {name} is installed"
    for (name,) in ask("select evtname from pg_event_trigger"):
        yield f"the event trigger {name} is not listed"


def functions(ask: Ask) -> Iterator[str]:
    definers = set()
    for name, is_definer, config, owner in ask(
        "select proname, prosecdef, coalesce(proconfig::text, ''), pg_get_userbyid(proowner)"
        " from pg_proc where pronamespace = 'public'::regnamespace"
    ):
        if is_definer:
            definers.add(name)
        if "search_path=" not in config:
            yield f"{name}() takes its search_path from whoever calls it"
        if owner != "mst_owner":
            yield f"{name}() belongs to {owner}"
    for name in definers ^ DEFINER_FUNCTIONS:
        yield f"{name}() differs from the list of functions that run as their owner"


def sleeping_triggers(ask: Ask) -> Iterator[str]:
    for table, name in ask(
        "select tgrelid::regclass::text, tgname from pg_trigger"
        " where not tgisinternal and tgenabled <> 'O'"
    ):
        yield f"the trigger {name} of {table} is switched off"


def privileges(ask: Ask) -> Iterator[str]:
    """Compare what each role may do to each table with what it should."""
    held: dict[tuple[str, str], set[str]] = {}
    for table, grantee, privilege in ask(
        "select c.relname, case a.grantee when 0 then 'public' else pg_get_userbyid(a.grantee) end,"
        " a.privilege_type from pg_class c, aclexplode(c.relacl) a"
        " where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f')"
    ):
        held.setdefault((table, grantee), set()).add(privilege)
    for table in tables(ask):
        expected = {
            "mst_app": PRIVILEGES.get(table, EVERY_PRIVILEGE),
            "mst_backup": {"SELECT"},
            "public": set(),
        }
        for role, rights in expected.items():
            if (found := held.get((table, role), set())) != rights:
                yield f"{role} holds {sorted(found)} on {table}"
    for table, role in held:
        if role not in {"mst_owner", "mst_app", "mst_backup", "public"}:
            yield f"{role} holds something on {table}"


def roles(ask: Ask) -> Iterator[str]:
    for role, is_super, bypasses, creates_roles, replicates in ask(
        "select rolname, rolsuper, rolbypassrls, rolcreaterole, rolreplication"
        " from pg_roles where rolname in ('mst_app', 'mst_owner', 'mst_backup')"
    ):
        if is_super or creates_roles or replicates or (bypasses and role != "mst_backup"):
            yield f"{role} may do more than it should"
    for role, member in ask(
        "select pg_get_userbyid(roleid), pg_get_userbyid(member) from pg_auth_members"
        " where pg_get_userbyid(member) like 'mst\\_%'"
    ):
        yield f"{member} may become {role}"
    for role in ("mst_app", "mst_backup"):
        [(creates,)] = ask(f"select has_schema_privilege('{role}', 'public', 'CREATE')")
        if creates:
            yield f"{role} may create in the schema public"


GUARDS: tuple[Callable[[Ask], Iterator[str]], ...] = (
    unlisted_tables,
    empty_sites,
    open_tables,
    wrong_policies,
    loose_references,
    oracles,
    by_passes,
    functions,
    sleeping_triggers,
    privileges,
    roles,
)
