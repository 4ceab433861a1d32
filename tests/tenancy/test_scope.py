"""The scope of a transaction decides which rows PostgreSQL shows in it."""

import pytest
from django.db import DatabaseError, ProgrammingError, connection, transaction

from mst_sites.accounts.permissions import Permission, Role
from mst_sites.tenancy.models import Membership, Site, Team
from mst_sites.tenancy.scope import person_scope, site_scope, whole_scope
from tests.factories import MembershipFactory, SiteFactory, TeamFactory, UserFactory, person

pytestmark = pytest.mark.django_db


@pytest.mark.no_scope
def test_reading_without_a_scope_is_an_error(db):
    with whole_scope():
        SiteFactory()

    with pytest.raises(ProgrammingError, match="no site scope is open"), transaction.atomic():
        Site.objects.count()


def test_person_sees_own_sites_only():
    team, other = TeamFactory(), TeamFactory()
    supervisor = person(Role.SUPERVISOR, team=team)

    with person_scope(supervisor) as access:
        assert list(Site.objects.all()) == [team.site]
        assert list(Team.objects.all()) == [team]
        assert access.roles_on(team.site_id, team.pk) == {Role.SUPERVISOR}
        assert access.roles_on(other.site_id) == frozenset()


@pytest.mark.parametrize("permission", [None, Permission.PROGRESS_VIEW, Permission.NOTE_FILE])
def test_site_count_is_the_length_of_the_list_of_sites(permission):
    user, both = UserFactory(), SiteFactory()
    for _ in range(2):
        team = TeamFactory(site=both)
        MembershipFactory(user=user, site=both, team=team, role=Role.SUPERVISOR)
    MembershipFactory(user=user, site=both, role=Role.COMMISSIONER)
    MembershipFactory(user=user, role=Role.COMMISSIONER)
    ended = MembershipFactory(user=user, role=Role.COMMISSIONER)
    ended.ended_at = ended.began_at
    ended.save()
    SiteFactory()

    with person_scope(user) as access:
        assert access.site_count(permission) == Site.objects.visible_to(user, permission).count()
        assert access.site_count(permission) == (1 if permission == Permission.NOTE_FILE else 2)


def test_site_count_of_the_country_is_not_known():
    with person_scope(person(Role.MST_UK_STAFF)) as access:
        assert access.site_count() is None
        assert access.site_count(Permission.NOTE_FILE) == 0


def test_scope_of_before_returns_after_a_nested_one():
    first, second = SiteFactory(), SiteFactory()

    with site_scope([first.pk]):
        with site_scope([second.pk]):
            assert list(Site.objects.all()) == [second]
        assert list(Site.objects.all()) == [first]
        with pytest.raises(ZeroDivisionError), whole_scope():
            1 / 0  # noqa: B018
        assert list(Site.objects.all()) == [first]


def test_ended_membership_shows_nothing():
    membership = MembershipFactory()
    membership.ended_at = membership.began_at
    membership.save()

    with person_scope(membership.user) as access:
        assert access.held == ()
        assert not Site.objects.exists()


def test_reference_to_a_row_of_another_site_is_refused():
    site, foreign_team = SiteFactory(), TeamFactory()

    with pytest.raises(DatabaseError, match="same_site"), transaction.atomic():
        MembershipFactory(site=site, role=Role.SUPERVISOR, team=foreign_team)


def test_writing_outside_the_scope_is_refused():
    site, other = SiteFactory(), SiteFactory()

    with site_scope([site.pk]):
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            TeamFactory(site=other)
        assert Team.objects.filter(site=other).update(name="taken") == 0


def test_people_see_their_own_roles_before_the_scope_is_known():
    membership = MembershipFactory()

    with site_scope([]), connection.cursor() as cursor:
        cursor.execute("select set_config('mst.user', %s, true)", [str(membership.user_id)])
        assert list(Membership.objects.all()) == [membership]
