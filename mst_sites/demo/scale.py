"""Fills a database with many sites for measurements: not believable as the demo country is, but consistent and quick.

The rows are made inside PostgreSQL by `insert … select … generate_series`. `COPY` is refused into a table whose row
security is forced, and by way of a temporary table without it every row would be made in Python, sent, written
twice and checked as often: the rows are random and need nothing that PostgreSQL cannot make where they are kept.

The figures of issued reviews are those of the first team, given to all: pages read reviews and do not count again.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

from django.db import connection

from consultation.models.snapshot import Issue, canonical
from consultation.queries import half_years, review_content
from mst_sites.accounts.models import User
from mst_sites.accounts.permissions import Role
from mst_sites.demo.scale_plans import PLAN_STEPS
from mst_sites.periods import add_months
from mst_sites.tenancy.models import Team
from mst_sites.tenancy.scope import whole_scope

FAMILIES_A_YEAR = 30  # of one team
SITES_OF_ONE_COMMISSIONER = 600
CONSULTANTS = 40
HALF_YEARS = 4  # whose reviews a team has, if it is open that long
LEAD, COMMISSIONER, SUPERVISOR = (
    "scale-lead@example.org",
    "scale-commissioner@example.org",
    "scale-supervisor@example.org",
)

STEPS = {
    "providers": """
        insert into tenancy_organisation (id, name, kind)
        select gen_random_uuid(), format('Scale provider %%s', n), 'PROVIDER'
          from generate_series(1, 200) n on conflict do nothing
    """,
    "sites": """
        insert into tenancy_site (name, slug, nation, region, model, provider_id, phase, opened_on,
                                  language, version, created_at)
        select format('Scale site %%s', to_char(n, 'FM00000')), format('scale-%%s', to_char(n, 'FM00000')),
               (array['ENGLAND', 'ENGLAND', 'ENGLAND', 'WALES', 'SCOTLAND', 'NORTHERN_IRELAND'])[1 + n %% 6],
               format('Region %%s', n %% 12),
               (array['standard', 'standard', 'standard', 'psb', 'standard', 'can', 'standard'])[1 + n %% 7],
               (select id from tenancy_organisation
                 where name = format('Scale provider %%s', 1 + n %% 200) and kind = 'PROVIDER'),
               'LIVE', %(first_day)s, 'en-gb', 1, now()
          from generate_series(1, %(sites)s) n
    """,
    "teams": """
        insert into tenancy_team (id, site_id, name, slug, model, opened_on, version)
        select gen_random_uuid(), id, replace(name, 'site', 'team'), 'team', 'standard', opened_on, 1
          from tenancy_site where slug like 'scale-%%'
    """,
    "roles": """
        insert into tenancy_membership (id, site_id, user_id, role, began_at)
        select gen_random_uuid(), s.id, %(commissioner)s, 'COMMISSIONER', now()
          from tenancy_site s where s.slug like 'scale-%%' order by s.slug limit %(commissioned)s
    """,
    "role of a supervisor": """
        insert into tenancy_membership (id, site_id, user_id, role, team_id, began_at)
        select gen_random_uuid(), t.site_id, %(supervisor)s, 'SUPERVISOR', t.id, now()
          from tenancy_team t join tenancy_site s on s.id = t.site_id where s.slug = 'scale-00001'
    """,
    "roles of consultants": """
        insert into tenancy_membership (id, site_id, user_id, role, team_id, began_at)
        select gen_random_uuid(), t.site_id,
               (%(consultants)s::uuid[])[1 + row_number() over (order by s.slug)
                                             %% cardinality(%(consultants)s::uuid[])],
               'CONSULTANT', t.id, now()
          from tenancy_team t join tenancy_site s on s.id = t.site_id where s.slug like 'scale-%%'
    """,
    "episodes": """
        with reason as (
            select max(id) filter (where code = 'COMP') comp, max(id) filter (where code = 'NENG') neng,
                   max(id) filter (where code = 'PLAC') plac, max(id) filter (where code = 'MOVE') move
              from consultation_closurereason where is_current
        ), family as (
            select t.site_id, t.id team_id, n,
                   %(first_day)s::date + floor(random() * %(days)s)::int started_on,
                   90 + floor(random() * 70)::int stay, random() fate, random() a, random() b, random() c
              from tenancy_team t join tenancy_site s on s.id = t.site_id and s.slug like 'scale-%%',
                   generate_series(1, %(families)s) n
        ), episode as (
            select f.*, case when started_on + stay < %(today)s then started_on + stay end closed_on from family f
        )
        insert into consultation_episode (id, site_id, team_id, case_ref, referred_on, accepted_on, started_on,
            closed_on, closure_reason_id, at_home, school_work, no_new_arrests, version)
        select gen_random_uuid(), site_id, team_id, format('S-%%s', to_char(n, 'FM0000')),
               started_on - 21, started_on - 14, started_on, closed_on,
               case when closed_on is null then null when fate < 0.86 then comp when fate < 0.9 then neng
                    when fate < 0.97 then plac else move end,
               case when closed_on is not null then a < 0.93 end,
               case when closed_on is not null then b < 0.82 end,
               case when closed_on is not null then c < 0.91 end, 1
          from episode, reason
    """,
    "TAM-R scores": """
        insert into consultation_tamr (id, site_id, episode_id, collected_on, score)
        select gen_random_uuid(), e.site_id, e.id, day::date, round((0.5 + random() * 0.5)::numeric, 2)
          from consultation_episode e join tenancy_site s on s.id = e.site_id and s.slug like 'scale-%%',
               generate_series(e.started_on + 14, least(e.closed_on, %(today)s::date) - 1, interval '28 days') day
         where random() < 0.76
    """,
    "weekly notes": """
        insert into consultation_note (id, site_id, team_id, week_starts_on, status, outcome, cancelled_reason,
            held_on, minutes, mode, themes, strengths, barriers, barrier_codes, stakeholder_issue, is_escalated,
            drafted_at, filed_at, is_late, version)
        select gen_random_uuid(), t.site_id, t.id, week::date, 'FILED',
               case when chance < 0.95 then 'HELD' else 'CANCELLED' end,
               case when chance < 0.95 then '' else 'LEAVE' end,
               case when chance < 0.95 then week::date + 1 end, case when chance < 0.95 then 60 end,
               case when chance < 0.95 then 'PHONE' else '' end,
               '', '', '', '{}', '', false, week + interval '2 days', week + interval '2 days', false, 1
          from tenancy_team t join tenancy_site s on s.id = t.site_id and s.slug like 'scale-%%',
               generate_series(date_trunc('week', %(first_day)s::date), %(today)s::date - 7, interval '7 days') week,
               lateral (select random() + 0 * extract(epoch from week) chance) r
    """,
}


ISSUED = """
    insert into consultation_review (id, site_id, team_id, starts_on, ends_on, edition, state, language, snapshot,
        snapshot_sha256, summary, strengths, barriers, recommendations, requested_at, issued_at, version)
    select gen_random_uuid(), site_id, team_id, %(starts_on)s, %(ends_on)s, 1, 'ISSUED', 'en-gb', content::jsonb,
           encode(sha256(convert_to(content, 'UTF8')), 'hex'), '', '', '', '', %(issued_at)s, %(issued_at)s, 2
      from (
        select t.site_id, t.id team_id,
               replace(replace(replace(%(pattern)s, '"@site"', to_json(s.name)::text),
                               '"@team"', to_json(t.name)::text), '"@provider"', to_json(p.name)::text) content
          from tenancy_team t join tenancy_site s on s.id = t.site_id
               join tenancy_organisation p on p.id = s.provider_id
         where s.slug like 'scale-%%'
      ) review
"""


def load_scale(
    *, sites: int, years: int, today: date, say: Callable[[str], None]
) -> dict[str, int]:
    """Fill an empty database; return how many rows of each kind were made.

    :raises ValueError: the database holds such rows already.
    """
    counts = {}
    with whole_scope(), connection.cursor() as cursor:
        cursor.execute("select exists (select from tenancy_site where slug like 'scale-%%')")
        if cursor.fetchone()[0]:
            raise ValueError("This database holds scale data already: make a new one.")
        User.objects.create(email=LEAD, full_name="Scale Lead", country_role=Role.MST_UK_LEAD)
        people = {
            name: str(User.objects.create(email=email, full_name=f"Scale {name.title()}").pk)
            for name, email in (("commissioner", COMMISSIONER), ("supervisor", SUPERVISOR))
        }
        values: dict[str, Any] = {
            **people,
            "consultants": [
                str(User.objects.create(email=email, full_name=f"Scale Consultant {number}").pk)
                for number in range(CONSULTANTS)
                for email in [f"scale-consultant-{number}@example.org"]
            ],
            "sites": sites,
            "today": today,
            "first_day": add_months(today, -12 * years),
            "days": 365 * years,
            "families": FAMILIES_A_YEAR * years,
            "commissioned": min(SITES_OF_ONE_COMMISSIONER, sites),
        }
        cursor.execute("select setseed(0.42)")
        for name, statement in (STEPS | PLAN_STEPS).items():
            cursor.execute(statement, values)
            counts[name] = cursor.rowcount
            say(f"{cursor.rowcount:>9,} {name}")
        counts["reviews"] = issue_reviews(cursor, values["first_day"], today)
        say(f"{counts['reviews']:>9,} reviews")
    return counts


def issue_reviews(cursor: Any, first_day: date, today: date) -> int:
    """Give every team an issued review of the last half-years that are over."""
    team = (
        Team.objects.filter(site__slug__startswith="scale-")
        .select_related("site__provider")
        .order_by("site__slug")
        .first()
    )
    if team is None:
        return 0
    count = 0
    periods = half_years(team, today=today, most=HALF_YEARS + 1)
    for period in [
        each for each in periods if first_day <= each.starts_on and each.ends_on <= today
    ]:
        issued_at = datetime.combine(period.ends_on, time(11), UTC)
        content = review_content(team=team, period=period, today=period.ends_on).issued(
            Issue(edition=1, prepared_by="", issued_by="", issued_at=issued_at)
        )
        pattern = replace(content, site="@site", team="@team", provider="@provider").as_json()
        cursor.execute(
            ISSUED,
            {
                "starts_on": period.starts_on,
                "ends_on": period.ends_on,
                "issued_at": issued_at,
                "pattern": canonical(pattern),
            },
        )
        count += cursor.rowcount
    return count
