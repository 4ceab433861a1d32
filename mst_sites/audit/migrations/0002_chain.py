"""The trigger that numbers and chains the audit, and the ones that keep it as it is."""

from django.db import migrations

CHAIN = """
create function mst_audit_append() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
    head public.audit_chainhead%rowtype;
begin
    insert into public.audit_chainhead (chain, number, hash)
         values (coalesce(new.site_id, 0), 0, '') on conflict do nothing;
    -- One writer at a time on each chain, until its transaction ends.
    select * into head from public.audit_chainhead
     where chain = coalesce(new.site_id, 0) for update;
    new.number := head.number + 1;
    new.previous_hash := head.hash;
    new.hash := encode(sha256(convert_to(jsonb_build_array(
        new.previous_hash, new.number::text, coalesce(new.site_id::text, ''), new.id::text,
        to_char(new.at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), coalesce(new.actor_id::text, ''),
        new.actor_name, new.action, new.subject_type, new.subject_id, new.details::text, new.source,
        new.request_id, coalesce(host(new.ip_address), ''))::text, 'UTF8')), 'hex');
    update public.audit_chainhead set number = new.number, hash = new.hash where chain = head.chain;
    return new;
end $$;
create trigger audit_append before insert on audit_auditentry
    for each row execute function mst_audit_append();

create function mst_refuse_change() returns trigger
language plpgsql set search_path = pg_catalog as $$
begin
    raise exception '% cannot be changed', tg_table_name using errcode = '42501';
end $$;
create trigger audit_is_append_only before update or delete or truncate on audit_auditentry
    for each statement execute function mst_refuse_change();

alter table audit_auditentry enable row level security;
alter table audit_auditentry force row level security;
-- What belongs to no site (a sign-in, an invitation) anybody may add, and only MST UK may read.
create policy in_scope on audit_auditentry
    using ((select mst_scope_is_whole()) or site_id in (select unnest((select mst_scope_sites()))))
    with check ((select mst_scope_is_whole()) or site_id is null
                or site_id in (select unnest((select mst_scope_sites()))));

-- How long another site's chain is would tell how much is done there.
alter table audit_chainhead enable row level security;
alter table audit_chainhead force row level security;
create policy in_scope on audit_chainhead
    using ((select mst_scope_is_whole()) or chain = 0 or chain in (select unnest((select mst_scope_sites()))))
    with check ((select mst_scope_is_whole()) or chain = 0 or chain in (select unnest((select mst_scope_sites()))));

revoke update, delete on audit_auditentry from mst_app;
revoke insert, update, delete on audit_chainhead from mst_app;
"""
NO_CHAIN = """
drop trigger audit_append on audit_auditentry;
drop trigger audit_is_append_only on audit_auditentry;
drop function mst_audit_append, mst_refuse_change;
drop policy in_scope on audit_auditentry;
alter table audit_auditentry disable row level security;
drop policy in_scope on audit_chainhead;
alter table audit_chainhead disable row level security;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial"), ("tenancy", "0002_walls")]
    operations = [migrations.RunSQL(CHAIN, NO_CHAIN)]
