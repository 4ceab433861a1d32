"""What the database tells of all sites to whoever asks: numbers without names, for forecasts and comparisons."""

from django.db import migrations

# Both read every site's rows, under a scope that ends with the function (without one that is open already they refuse), and answer with what no one can tell apart:
# docs/decisions, nameless histories.
FUNCTIONS = """
create function mst_set_up_courses() returns table (moves text, kinship text)
language plpgsql volatile set search_path = pg_catalog, public as $$
declare
    before text := public.mst_scope();
begin
    perform set_config('mst.scope', 'whole', true);
    return query
        with move as (
            select t.site_id, ascii(t.kind) kind, ascii(t.to_stage) stage,
                   t.happened_on - date '1970-01-01' happened,
                   (t.recorded_at at time zone 'Europe/London')::date - date '1970-01-01' recorded,
                   t.recorded_at
              from public.implementation_stagetransition t
        )
        select (select string_agg(concat_ws(' ', m.site_id, m.kind, m.stage, m.happened, m.recorded), ' '
                                  order by m.site_id, m.happened, m.recorded_at)
                  from move m),
               (select string_agg(concat_ws(' ', s.id, s.model, s.nation), E'\\n')
                  from public.tenancy_site s where s.id in (select m.site_id from move m));
    perform set_config('mst.scope', before, true);
end $$;

create function mst_stage_spreads(own bigint, reached integer)
returns table (stage integer, sites integer, lower_quartile double precision, median double precision,
               upper_quartile double precision, mean_proportion double precision)
language plpgsql volatile set search_path = pg_catalog, public as $$
declare
    before text := public.mst_scope();
begin
    perform set_config('mst.scope', 'whole', true);
    return query
        with counted as (
            select a.site_id, a.sic_stage, max(a.completed_on) - min(a.completed_on) duration,
                   count(a.completed_on) done, count(*) filter (where a.not_applicable_reason = '') applicable
              from public.implementation_activity a
             where a.sic_stage is not null and a.site_id <> own
             group by a.site_id, a.sic_stage
        ), as_far as (
            select c.site_id from counted c where c.done > 0 group by c.site_id having max(c.sic_stage) >= reached
        )
        select c.sic_stage::integer, count(*)::integer,
               percentile_cont(0.25) within group (order by c.duration::double precision),
               percentile_cont(0.5) within group (order by c.duration::double precision),
               percentile_cont(0.75) within group (order by c.duration::double precision),
               avg(c.done::double precision / nullif(c.applicable, 0))
          from counted c join as_far f on f.site_id = c.site_id
         where c.duration is not null
         group by c.sic_stage;
    perform set_config('mst.scope', before, true);
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [("implementation", "0003_templates")]
    operations = [
        migrations.RunSQL(FUNCTIONS, "drop function mst_set_up_courses, mst_stage_spreads"),
    ]
