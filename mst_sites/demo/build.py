"""Builds the demo country through the operations that people use, so that nothing in it could not have been typed."""

import base64
import hashlib
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import partial

from django.conf import settings

from consultation.operations import import_episodes
from implementation.operations.forecasts import keep_past_forecasts
from implementation.operations.xray import read_xray
from implementation.queries.xray import sites_to_read
from mst_sites.accounts import operations as accounts
from mst_sites.accounts.models import User
from mst_sites.accounts.permissions import COUNTRY_ROLES, TEAM_ROLES, Role
from mst_sites.demo.consultations import file_notes
from mst_sites.demo.country import (
    PASSWORD,
    PEOPLE,
    SETTING_UP,
    SITES,
    DemoPerson,
    DemoSite,
    DemoTeam,
    months_before,
)
from mst_sites.demo.enquiries import build_enquiries
from mst_sites.demo.escalations import answer_questions
from mst_sites.demo.families import episodes_csv, families_of, tam_r_csv
from mst_sites.demo.histories import build_histories
from mst_sites.demo.pennyfield import build_northmoor, build_pennyfield
from mst_sites.demo.reviews import issue_reviews
from mst_sites.demo.set_ups import build_set_up
from mst_sites.directory import operations as directory
from mst_sites.directory import queries
from mst_sites.tenancy.models import Organisation, OrganisationKind, Site, Team
from mst_sites.tenancy.scope import site_scope, whole_scope

HISTORY = timedelta(days=730)
THERAPISTS = 4
LEAD, STAFF = "lead@example.org", "staff@example.org"
NORTHMOOR = "northmoor"


def is_built() -> bool:
    with whole_scope():
        return queries.site_by_slug(SITES[-1].slug) is not None


def build(*, today: date, say: Callable[[str], None]) -> None:
    """Make the country, site by site; what an interrupted build has made stays and is passed over."""
    with whole_scope():
        people = {person.email: demo_user(person) for person in PEOPLE}
        build_histories(today=today)
        build_enquiries(today=today, lead=people[LEAD])
    say("  Past set-ups, on which forecasts rest")
    for demo in SITES:
        with whole_scope():
            if queries.site_by_slug(demo.slug):
                continue
            site = build_site(demo, today=today)
            give_roles(site, demo, people, today=today)
            by_role = {person.role: people[person.email] for person in PEOPLE}
            build_set_up(
                site,
                opened_on=demo.opened_on(today),
                prepare=preparation(site, by_role, today=today),
                today=today,
                by=people[LEAD],
            )
            close_where_over(site, demo)
            teams = queries.teams_of(Team.objects.all(), site)
            for team, demo_team in zip(
                teams, sorted(demo.teams, key=lambda each: each.name), strict=True
            ):
                build_history(team, demo, demo_team, today=today, mst_uk=people[STAFF])
        say(f"  {demo.name}")
    with whole_scope():
        read_xray(site_ids=sites_to_read(today=today), today=today)
        keep_past_forecasts(now=at_nine(today), by=None)


def preparation(site: Site, people: dict[Role, User], *, today: date) -> Callable[[], None] | None:
    """Return what makes money and partners of a site ready for its gates; most sites were here after their gates."""
    prepared = {SETTING_UP: build_pennyfield, NORTHMOOR: build_northmoor}
    builder = prepared.get(site.slug)
    return partial(builder, site, people, today=today) if builder else None


def demo_user(demo: DemoPerson) -> User:
    """Make one of the people who sign in, with a password and an authenticator of their own."""
    user = queries.person_at(demo.email)
    if user is not None:
        return user
    user = User.objects.create(
        email=demo.email,
        full_name=demo.full_name,
        country_role=demo.role if demo.role in COUNTRY_ROLES else "",
    )
    user.set_password(PASSWORD)
    user.save()
    accounts.give_totp(user=user, secret=totp_secret(demo.email), by=None)
    return user


def totp_secret(email: str) -> str:
    """Return the authenticator's secret of a demo person, different in each installation."""
    digest = hashlib.sha256(f"{settings.SECRET_KEY} {email}".encode()).digest()
    return base64.b32encode(digest[:20]).decode()


def organisation(name: str, kind: OrganisationKind) -> Organisation:
    found = queries.organisations(kind).filter(name=name).first()
    return found or directory.create_organisation(name=name, kind=kind, by=None)


def build_site(demo: DemoSite, *, today: date) -> Site:
    site = directory.create_site(
        name=demo.name,
        slug=demo.slug,
        nation=demo.nation,
        region=demo.region,
        model=demo.model,
        provider=organisation(demo.provider, OrganisationKind.PROVIDER),
        language=demo.language,
        by=None,
    )
    for name in demo.commissioners:
        directory.add_commissioner(
            site=site, organisation=organisation(name, OrganisationKind.COMMISSIONER), by=None
        )
    for team in demo.teams:
        directory.create_team(
            site=site,
            name=team.name,
            slug=team.slug,
            model=team.model or demo.model,
            opened_on=demo.opened_on(today),
            by=None,
        )
    return site


def close_where_over(site: Site, demo: DemoSite) -> None:
    """Close a site that has ended, which the application does not do by itself yet."""
    site.refresh_from_db()
    if site.phase != demo.phase:
        directory.change_site(site=site, version=site.version, phase=demo.phase, by=None)


def give_roles(site: Site, demo: DemoSite, people: dict[str, User], *, today: date) -> None:
    """Give the people of the sign-ins their roles, and fill up the teams with people who do not sign in."""
    now = at_nine(months_before(today, demo.months_open or 1))
    teams = {team.slug: team for team in queries.teams_of(Team.objects.all(), site)}
    for person in PEOPLE:
        for slug in person.teams_on(demo.slug):
            team = teams[slug] if person.role in TEAM_ROLES else None
            directory.add_membership(
                site=site, user=people[person.email], role=person.role, team=team, now=now, by=None
            )
    for team in teams.values():
        fill_up(team, now=now)


def fill_up(team: Team, *, now: datetime) -> None:
    """Bring a team to its full strength."""
    there = [member.role for member in queries.members_of(team.site).filter(team=team)]
    wanted = [Role.CONSULTANT, Role.SUPERVISOR, Role.ADMINISTRATOR, *[Role.THERAPIST] * THERAPISTS]
    for role in there:
        if role in wanted:
            wanted.remove(Role(role))
    for number, role in enumerate(wanted, 1):
        user = User.objects.create(
            email=f"{team.site.slug}.{team.slug}.{role.lower()}.{number}@example.org",
            full_name=f"{team.name} {role.label.lower()} {number}",
        )
        user.set_unusable_password()
        user.save()
        directory.add_membership(site=team.site, user=user, role=role, team=team, now=now, by=None)


def build_history(team: Team, site: DemoSite, demo: DemoTeam, *, today: date, mst_uk: User) -> None:
    """Give a team up to two years of families, notes and reviews."""
    opened_on = months_before(today, site.months_open)
    first_day = max(opened_on, today - HISTORY)
    families = families_of(demo, opened_on=first_day, today=today)
    people: dict[Role, list[User]] = {role: [] for role in Role}
    for member in queries.members_of(team.site).filter(team=team):
        people[Role(member.role)].append(member.user)
    supervisor, consultant = people[Role.SUPERVISOR][0], people[Role.CONSULTANT][0]
    with site_scope([team.site_id]):
        import_episodes(
            team=team,
            episodes_file=("families.csv", episodes_csv(families)),
            tam_r_file=("tam-r.csv", tam_r_csv(demo, families, today=today)),
            today=today,
            by=supervisor,
        )
        file_notes(
            team,
            demo,
            first_day=first_day,
            today=today,
            families=families,
            consultant=consultant,
            supervisor=supervisor,
            therapists=people[Role.THERAPIST],
        )
        answer_questions(team, demo, today=today, by=mst_uk)
        issue_reviews(team, demo, today=today, consultant=consultant)


def at_nine(day: date) -> datetime:
    return datetime.combine(day, time(9), UTC)
