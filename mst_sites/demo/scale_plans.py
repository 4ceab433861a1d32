"""Set-up plans for the benchmark: every site somewhere on its way, with its 32 activities and its moves.

A site of the benchmark that has teams already is one that develops a further team.
"""

PLAN_STEPS = {
    "set-up plans": """
        insert into implementation_plan (id, site_id, template_id, started_on, planned_opening_on, stage, stage_since,
            state, turn, turn_since, next_due_on, applicable_count, completed_count, version)
        select gen_random_uuid(), s.id, t.id, %(today)s::date - 70 * stage - n %% 60 - 10,
               %(today)s::date + 75 * (5 - stage) - 20 + n %% 90,
               substr('ABCDEF', stage + 1, 1), %(today)s::date - n %% 60,
               case when stage = 5 then 'OPEN' when n %% 29 = 0 then 'WITHDRAWN'
                    when n %% 17 = 0 then 'ON_HOLD' else 'ACTIVE' end,
               (array['MST_UK', 'PROVIDER', 'COMMISSIONER', 'PARTNERS'])[1 + n %% 4],
               %(today)s::date - n %% 45, null, 32, 0, 1
          from tenancy_site s, implementation_plantemplate t,
               lateral (select s.id::int n, s.id::int / 3 %% 6 stage) numbered
         where s.slug like 'scale-%%' and t.model = 'standard' and t.nation = '' and t.state = 'PUBLISHED'
    """,
    "activities": """
        insert into implementation_activity (id, site_id, plan_id, code, stage, area, title, purpose, evidence, lead,
            is_mandatory, duration_days, depends_on, sic_stage, position, forecast_on, is_fixed, completed_on,
            not_applicable_reason, is_left_over, version)
        select gen_random_uuid(), p.site_id, p.id, a.code, a.stage, a.area, a.title, a.purpose, a.evidence, a.lead,
               a.is_mandatory, a.duration_days, a.depends_on, a.sic_stage, a.position, due, false,
               case when a.stage < p.stage or (a.stage = p.stage and (a.position + p.site_id) %% 3 = 0)
                    then least(due + (p.site_id %% 9)::int, %(today)s::date) end, '', false, 1
          from implementation_plan p
          join tenancy_site s on s.id = p.site_id and s.slug like 'scale-%%'
          join implementation_templateactivity a on a.template_id = p.template_id,
               lateral (select p.started_on + (a.position * 13 + p.site_id %% 7)::int due) d
    """,
    "plans with what their activities say": """
        update implementation_plan p
           set completed_count = counted.done, next_due_on = counted.due
          from (select plan_id, count(completed_on) done, min(forecast_on) filter (where completed_on is null) due
                  from implementation_activity group by plan_id) counted,
               tenancy_site s
         where counted.plan_id = p.id and s.id = p.site_id and s.slug like 'scale-%%'
    """,
    "moves": """
        insert into implementation_stagetransition (id, site_id, plan_id, kind, from_stage, to_stage, happened_on,
            reason, note, recorded_at)
        select gen_random_uuid(), p.site_id, p.id,
               case when n = 0 then 'START' when n = 5 then 'OPEN' else 'MOVE' end,
               case when n = 0 then '' else substr('ABCDEF', n, 1) end, substr('ABCDEF', n + 1, 1),
               least(p.started_on + (n * (55 + p.site_id %% 31))::int, p.stage_since), '', '',
               least(p.started_on + (n * (55 + p.site_id %% 31))::int, p.stage_since)::timestamptz
          from implementation_plan p
          join tenancy_site s on s.id = p.site_id and s.slug like 'scale-%%',
               generate_series(0, position(p.stage in 'ABCDEF') - 1) n
    """,
}
