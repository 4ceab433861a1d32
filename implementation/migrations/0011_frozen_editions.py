"""An edition of a set-up plan template that was put to use stays as it was published, and so do its activities."""

from django.db import migrations

# An edition in use may go out of use; nothing else about it changes, and nothing at all once it is out of use. The
# share lock makes whoever writes an activity wait for whoever publishes its draft at the same moment.
FROZEN = """
create function mst_refuse_published() returns trigger
language plpgsql set search_path = pg_catalog as $$
begin
    if tg_op = 'UPDATE' and old.state = 'PUBLISHED' and new.state = 'RETIRED'
        and (to_jsonb(new) - array['state', 'version']) = (to_jsonb(old) - array['state', 'version'])
    then
        return new;
    end if;
    raise exception 'a published edition of a template cannot be changed' using errcode = '42501';
end $$;
create trigger edition_is_final before update or delete on implementation_plantemplate
    for each row when (old.state <> 'DRAFT') execute function mst_refuse_published();
create trigger edition_is_not_truncated before truncate on implementation_plantemplate
    for each statement execute function mst_refuse_change();

create function mst_refuse_step_of_published() returns trigger
language plpgsql set search_path = pg_catalog as $$
declare
    edition bigint;
    stands_at text;
begin
    foreach edition in array array[
        case when tg_op <> 'INSERT' then old.template_id end,
        case when tg_op <> 'DELETE' then new.template_id end
    ] loop
        select t.state into stands_at from public.implementation_plantemplate t where t.id = edition for share;
        if stands_at <> 'DRAFT' then
            raise exception 'an activity of a published edition cannot be changed' using errcode = '42501';
        end if;
    end loop;
    if tg_op = 'DELETE' then return old; end if;
    return new;
end $$;
create trigger step_of_edition_is_final before insert or update or delete on implementation_templateactivity
    for each row execute function mst_refuse_step_of_published();
create trigger step_of_edition_is_not_truncated before truncate on implementation_templateactivity
    for each statement execute function mst_refuse_change();
"""
NOT_FROZEN = """
drop trigger step_of_edition_is_not_truncated on implementation_templateactivity;
drop trigger step_of_edition_is_final on implementation_templateactivity;
drop function mst_refuse_step_of_published;
drop trigger edition_is_not_truncated on implementation_plantemplate;
drop trigger edition_is_final on implementation_plantemplate;
drop function mst_refuse_published;
"""


class Migration(migrations.Migration):
    dependencies = [("implementation", "0010_saved_views"), ("audit", "0002_chain")]
    operations = [migrations.RunSQL(FROZEN, NOT_FROZEN)]
