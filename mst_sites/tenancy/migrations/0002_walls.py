"""The functions that say whose rows a transaction sees, and the walls of this app's tables."""

from django.db import migrations

from mst_sites.tenancy.walls import SiteWall, policy_statements

# One setting, `mst.scope`, says it all: 'whole' is every site, '{3,7}' these sites, '{}' none.
# It is set for one transaction only. Unset it is an error, so that a forgotten scope cannot look like an empty table.
FUNCTIONS = """
create function mst_scope() returns text
language plpgsql stable parallel safe set search_path = pg_catalog as $$
declare
    scope text := current_setting('mst.scope', true);
begin
    if scope is null or scope = '' then
        raise exception 'no site scope is open in this transaction' using errcode = '42501';
    end if;
    return scope;
end $$;

create function mst_scope_is_whole() returns boolean
language plpgsql stable parallel safe set search_path = pg_catalog, public as $$
begin
    return public.mst_scope() = 'whole';
end $$;

create function mst_scope_sites() returns bigint[]
language plpgsql stable parallel safe set search_path = pg_catalog, public as $$
declare
    scope text := public.mst_scope();
begin
    return case when scope = 'whole' then '{}' else scope::bigint[] end;
end $$;

create function mst_scope_person() returns uuid
language plpgsql stable parallel safe set search_path = pg_catalog as $$
begin
    return nullif(current_setting('mst.user', true), '')::uuid;
end $$;

create function mst_enter_sites(scope text) returns void
language plpgsql volatile set search_path = pg_catalog as $$
begin
    perform set_config('mst.scope', scope, true), set_config('mst.user', '', true);
end $$;

-- Opens the scope of one person and answers with the roles that the person holds now.
create function mst_enter_person(person uuid, whole boolean)
returns table (site_id bigint, team_id uuid, role text)
language plpgsql volatile set search_path = pg_catalog, public as $$
begin
    perform set_config('mst.user', person::text, true), set_config('mst.scope', '{}', true);
    return query
        select m.site_id, m.team_id, m.role::text
          from public.tenancy_membership m
         where m.user_id = person and m.ended_at is null;
    perform set_config(
        'mst.scope',
        case when whole then 'whole' else coalesce(
            (select array_agg(distinct m.site_id)::text
               from public.tenancy_membership m
              where m.user_id = person and m.ended_at is null),
            '{}')
        end,
        true);
end $$;
"""
NO_FUNCTIONS = """
drop function mst_enter_person, mst_enter_sites, mst_scope_person, mst_scope_sites, mst_scope_is_whole, mst_scope;
"""


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0001_initial")]
    operations = [
        migrations.RunSQL(FUNCTIONS, NO_FUNCTIONS),
        migrations.RunSQL(
            policy_statements("tenancy_site", column="id"),
            ["drop policy in_scope on tenancy_site", "alter table tenancy_site disable row level security"],
        ),
        SiteWall("Team"),
        SiteWall("SiteCommissioner"),
        # A person's own roles are read before the scope is known: they are what it is made of.
        SiteWall("Membership", also_read="user_id = (select mst_scope_person())"),
    ]
