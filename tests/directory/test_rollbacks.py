"""What the directory wrote is gone when it cannot be recorded: every row is as it was before, and no mail is sent."""

from datetime import timedelta
from types import SimpleNamespace as Of

import pytest
from django.utils import timezone

from mst_sites.accounts.permissions import Role
from mst_sites.directory import operations
from mst_sites.tenancy.models import OrganisationKind, SiteCommissioner
from tests import factories as f

pytestmark = pytest.mark.django_db

NEW = {"email": "demo@example.org", "full_name": "Demo Person"}


# Each makes what it acts upon, and returns the operation with its values.
ACTS = {
    "create_organisation": lambda: Of(
        act=operations.create_organisation, name="Council", kind=OrganisationKind.COMMISSIONER
    ),
    "change_organisation": lambda: Of(
        act=operations.change_organisation,
        organisation=f.SiteFactory(provider=f.OrganisationFactory()).provider,
        version=1,
        name="Other",
        kind=OrganisationKind.PROVIDER,
    ),
    "create_site": lambda: Of(act=operations.create_site, name="A", slug="a", nation="WALES"),
    "change_site": lambda: Of(
        act=operations.change_site, site=f.SiteFactory(), version=1, name="Other"
    ),
    "close_site": lambda: Of(
        act=operations.close_site,
        site=f.SiteFactory(phase="LIVE"),
        version=1,
        reason="It ended",
        now=timezone.now(),
    ),
    "reopen_site": lambda: Of(
        act=operations.reopen_site,
        site=f.SiteFactory(phase="CLOSED"),
        version=1,
        reason="It goes on",
        now=timezone.now(),
    ),
    "create_team": lambda: Of(act=operations.create_team, site=f.SiteFactory(), name="T", slug="t"),
    "change_team": lambda: Of(
        act=operations.change_team, team=f.TeamFactory(), version=1, name="Other"
    ),
    "add_commissioner": lambda: Of(
        act=operations.add_commissioner,
        site=f.SiteFactory(),
        organisation=f.OrganisationFactory(),
    ),
    "remove_commissioner": lambda: Of(
        act=operations.remove_commissioner,
        commissioner=SiteCommissioner.objects.create(
            site=f.SiteFactory(), organisation=f.OrganisationFactory()
        ),
    ),
    "invite_person": lambda: Of(act=operations.invite_person, **NEW, now=timezone.now()),
    # One that was invited before: the earlier link must go on working.
    "send_invitation": lambda: Of(
        act=operations.send_invitation, user=invited(), now=timezone.now()
    ),
    "change_person": lambda: Of(
        act=operations.change_person,
        user=f.UserFactory(),
        version=1,
        full_name="Other",
        country_role="",
    ),
    "close_account": lambda: Of(act=operations.close_account, user=f.UserFactory()),
    "reopen_account": lambda: Of(
        act=operations.reopen_account, user=f.UserFactory(is_active=False)
    ),
    "add_membership": lambda: Of(
        act=operations.add_membership,
        site=f.SiteFactory(),
        user=f.UserFactory(),
        role=Role.COMMISSIONER,
        now=timezone.now(),
    ),
    "invite_member": lambda: Of(
        act=operations.invite_member,
        site=f.SiteFactory(),
        **NEW,
        role=Role.COMMISSIONER,
        now=timezone.now(),
    ),
    "end_membership": lambda: Of(
        act=operations.end_membership,
        membership=f.MembershipFactory(),
        now=timezone.now() + timedelta(1),
    ),
}


def invited():
    user = f.UserFactory()
    operations.send_invitation(user=user, now=timezone.now(), by=None)
    return user


@pytest.mark.parametrize("act", ACTS)
def test_nothing_is_left_of_what_cannot_be_recorded(act, lead, broken_at_last):
    broken_at_last(ACTS[act], by=lead)
