"""Sites, teams, people and roles: what each operation does and refuses."""

import copy
from functools import partial

import pytest
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.utils import timezone

from mst_sites.accounts.models import Invitation, User
from mst_sites.accounts.permissions import Role
from mst_sites.audit.models import AuditEntry
from mst_sites.directory import account_operations, operations
from mst_sites.directory.sign_in import AccountAdapter
from mst_sites.tenancy.models import (
    Membership,
    Organisation,
    OrganisationKind,
    Site,
    SiteCommissioner,
    Team,
)
from mst_sites.tenancy.versions import ClashError
from tests.accounts.people import PASSWORD, invited, with_password
from tests.factories import (
    MembershipFactory,
    OrganisationFactory,
    SiteFactory,
    TeamFactory,
    UserFactory,
    person,
)

pytestmark = pytest.mark.django_db


def recorded() -> list[tuple[str, str]]:
    """Return what was done and by whom, oldest first."""
    return list(AuditEntry.objects.order_by("at", "number").values_list("action", "actor_name"))


def test_create_site(lead):
    provider = OrganisationFactory()

    site = operations.create_site(
        name="Dyffryn Ŵyr", slug="dyffryn-wyr", nation="WALES", provider=provider, by=lead
    )

    assert Site.objects.get() == site
    assert (site.model, site.phase, site.provider) == ("standard", "SET_UP", provider)
    assert recorded() == [("site.created", "MST UK lead")]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"slug": "Afon Valley"}, "slug"),
        ({"slug": "new"}, "slug"),
        ({"slug": "taken"}, "slug"),
        ({"nation": "FRANCE"}, "nation"),
        ({"name": ""}, "name"),
    ],
)
def test_create_site_refuses(lead, values, field):
    SiteFactory(slug="taken")

    with pytest.raises(ValidationError) as refusal:
        operations.create_site(
            **{"name": "Afon Valley", "slug": "afon", "nation": "WALES", **values}, by=lead
        )

    assert list(refusal.value.message_dict) == [field]
    assert Site.objects.count() == 1


def test_change_site(lead):
    site = SiteFactory(name="Old name")

    changed = operations.change_site(site=site, version=1, name="New name", by=lead)

    assert (changed.name, changed.version) == ("New name", 2)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.details) == ("site.changed", {"name": ["Old name", "New name"]})


def test_change_site_tells_of_a_clash(lead):
    site = SiteFactory()
    operations.change_site(site=site, version=1, name="Theirs", by=lead)

    with pytest.raises(ClashError) as clash:
        operations.change_site(site=site, version=1, name="Mine", by=lead)

    assert clash.value.current.name == "Theirs"
    assert Site.objects.get().name == "Theirs"


def test_create_team_takes_the_model_of_the_site(lead):
    site = SiteFactory(model="can")

    team = operations.create_team(site=site, name="Team one", slug="one", by=lead)

    assert Team.objects.get() == team
    assert team.model == "can"
    assert recorded() == [("team.created", "MST UK lead")]


def test_create_team_refuses_an_address_that_is_taken(lead):
    team = TeamFactory()

    with pytest.raises(ValidationError, match="this address already"):
        operations.create_team(site=team.site, name="Another", slug=team.slug, by=lead)

    assert operations.create_team(site=SiteFactory(), name="Another", slug=team.slug, by=lead)


def test_change_team(lead):
    team = TeamFactory()

    changed = operations.change_team(team=team, version=1, name="Renamed", by=lead)

    assert (changed.name, changed.version) == ("Renamed", 2)
    with pytest.raises(ClashError):
        operations.change_team(team=team, version=1, name="Again", by=lead)


def test_add_and_remove_commissioner(lead):
    site = SiteFactory()
    council = OrganisationFactory(kind=OrganisationKind.COMMISSIONER)

    commissioner = operations.add_commissioner(site=site, organisation=council, by=lead)
    with pytest.raises(ValidationError, match="on the site already"):
        operations.add_commissioner(site=site, organisation=council, by=lead)
    operations.remove_commissioner(commissioner=commissioner, by=lead)

    assert not SiteCommissioner.objects.exists()
    assert recorded() == [
        ("commissioner.added", "MST UK lead"),
        ("commissioner.removed", "MST UK lead"),
    ]


def test_create_organisation(lead):
    operations.create_organisation(name="Afon Council", kind=OrganisationKind.COMMISSIONER, by=lead)

    with pytest.raises(ValidationError, match="here already"):
        operations.create_organisation(
            name="Afon Council", kind=OrganisationKind.COMMISSIONER, by=lead
        )
    assert Organisation.objects.get().name == "Afon Council"


def test_invite_member_makes_a_new_person_known_and_writes_to_them(lead, mailoutbox):
    team = TeamFactory()

    membership = operations.invite_member(
        site=team.site,
        email="New.Person@example.org",
        full_name="New Person",
        role=Role.SUPERVISOR,
        team=team,
        now=timezone.now(),
        by=lead,
    )

    assert membership.user.email == "new.person@example.org"
    assert not membership.user.has_usable_password()
    assert [mail.to for mail in mailoutbox] == [["new.person@example.org"]]
    assert Invitation.objects.get().user == membership.user


def test_invite_member_gives_a_known_person_the_role_without_a_mail(lead, mailoutbox):
    known, site = UserFactory(email="known@example.org"), SiteFactory()

    membership = operations.invite_member(
        site=site,
        email="KNOWN@example.org",
        full_name="",
        role=Role.COMMISSIONER,
        now=timezone.now(),
        by=lead,
    )

    assert membership.user == known
    assert mailoutbox == []


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"full_name": ""}, "full_name"),
        ({"role": Role.MST_UK_LEAD}, "role"),
        ({"role": Role.SUPERVISOR}, "__all__"),
        ({"email": "not an address"}, "email"),
    ],
)
def test_invite_member_refuses(lead, values, field, mailoutbox):
    values = {"email": "x@example.org", "full_name": "X", "role": Role.COMMISSIONER, **values}

    with pytest.raises(ValidationError) as refusal:
        operations.invite_member(site=SiteFactory(), **values, now=timezone.now(), by=lead)

    assert list(refusal.value.message_dict) == [field]
    assert not Membership.objects.exists()
    assert not User.objects.exclude(pk=lead.pk).exists()


def test_add_membership_once_at_a_time(lead):
    membership = MembershipFactory()
    again = {"site": membership.site, "user": membership.user, "role": membership.role}

    with pytest.raises(ValidationError, match="this role here already"):
        operations.add_membership(**again, now=timezone.now(), by=lead)
    operations.end_membership(membership=membership, now=timezone.now(), by=lead)

    assert operations.add_membership(**again, now=timezone.now(), by=lead)
    assert Membership.objects.count() == 2


TWICE = {
    "ended already": lambda: partial(
        operations.end_membership, membership=MembershipFactory(), now=timezone.now()
    ),
    "removed already": lambda: partial(
        operations.remove_commissioner,
        commissioner=SiteCommissioner.objects.create(
            site=SiteFactory(), organisation=OrganisationFactory()
        ),
    ),
    "closed already": lambda: partial(operations.close_account, user=UserFactory()),
    "account is open": lambda: partial(
        operations.reopen_account, user=UserFactory(is_active=False)
    ),
}


@pytest.mark.parametrize("words", TWICE)
def test_what_was_done_since_the_row_was_read_is_not_done_again(lead, words):
    act = TWICE[words]()
    again = copy.deepcopy(act)
    act(by=lead)

    with pytest.raises(ValidationError, match=words):
        again(by=lead)

    assert len(recorded()) == 1


def test_send_invitation_refuses_somebody_who_has_an_account(lead):
    user = UserFactory()
    user.set_password("a long enough password")
    user.save()

    with pytest.raises(ValidationError, match="account already"):
        operations.send_invitation(user=user, now=timezone.now(), by=lead)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"password": make_password("a long enough password")}, "account already"),
        ({"is_active": False}, "account is closed"),
    ],
)
def test_send_invitation_sees_what_became_of_the_account_since_the_page_was_opened(
    lead, values, words, mailoutbox
):
    user, _link = invited()
    User.objects.filter(pk=user.pk).update(**values)

    with pytest.raises(ValidationError, match=words):
        operations.send_invitation(user=user, now=timezone.now(), by=lead)

    assert mailoutbox == []
    assert user.invitations.count() == 1


def test_change_person_does_not_overwrite_the_name_that_somebody_came_in_with(lead):
    user, link = invited(full_name="As Invited")
    token = link.rstrip("/").rsplit("/", 1)[-1]
    seen = user.version
    account_operations.accept_invitation(
        token=token, full_name="As Chosen", password=PASSWORD, now=timezone.now()
    )

    with pytest.raises(ClashError):
        operations.change_person(
            user=user, version=seen, full_name="As Invited", country_role="", by=lead
        )

    assert User.objects.get(pk=user.pk).full_name == "As Chosen"


def test_last_lead_stays(lead):
    with pytest.raises(ValidationError, match="last MST UK lead"):
        operations.change_person(user=lead, version=1, full_name="Lead", country_role="", by=lead)
    with pytest.raises(ValidationError, match="last MST UK lead"):
        operations.close_account(user=lead, by=lead)

    second = person(Role.MST_UK_LEAD)
    operations.close_account(user=second, by=lead)
    second.refresh_from_db()
    assert not second.is_active
    operations.reopen_account(user=second, by=lead)
    second.refresh_from_db()
    assert second.is_active


@pytest.mark.parametrize(
    ("comes_in", "may_go"),
    [("never", False), ("by password", True), ("by organisation", True), ("closed", False)],
)
def test_lead_who_cannot_sign_in_is_none(lead, settings, comes_in, may_go):
    settings.OIDC_IS_ON = True
    second = person(Role.MST_UK_LEAD)
    if comes_in == "by organisation":
        SocialAccount.objects.create(user=second, provider="organisation", uid="one")
    elif comes_in != "never":
        with_password(second)
    User.objects.filter(pk=second.pk).update(is_active=comes_in != "closed")

    if may_go:
        operations.close_account(user=lead, by=second)
    else:
        with pytest.raises(ValidationError, match="last MST UK lead"):
            operations.close_account(user=lead, by=second)

    assert User.objects.get(pk=lead.pk).is_active != may_go


MEANWHILE = {
    "changed": (
        {"is_active": False},
        lambda user: operations.change_person(
            user=user, version=1, full_name="Siân", country_role="", by=None
        ),
    ),
    "closed": (
        {"country_role": "", "full_name": "Siân"},
        lambda user: operations.close_account(user=user, by=None),
    ),
    "reopened": (
        {"country_role": "", "full_name": "Siân"},
        lambda user: operations.reopen_account(user=user, by=None),
    ),
    "named by themselves": (
        {"is_active": False, "country_role": ""},
        lambda user: account_operations.change_account(
            full_name="Siân", language="cy", theme="dark", by=user
        ),
    ),
    "given a password": (
        {"is_active": False, "country_role": ""},
        lambda user: AccountAdapter().set_password(user, "a long enough password"),
    ),
}


@pytest.mark.parametrize("act", MEANWHILE)
def test_what_was_written_after_a_person_was_read_stays(act):
    values, do = MEANWHILE[act]
    user = person(Role.MST_UK_STAFF)
    if act == "reopened":
        user = UserFactory(country_role=Role.MST_UK_STAFF, is_active=False)
    User.objects.filter(pk=user.pk).update(**values)

    do(user)

    assert User.objects.filter(pk=user.pk, **values).exists()


def test_change_person(lead):
    user = UserFactory()
    before = user.full_name

    operations.change_person(
        user=user, version=1, full_name="Siân", country_role=Role.MST_UK_STAFF, by=lead
    )

    user.refresh_from_db()
    assert (user.full_name, user.country_role, user.version) == ("Siân", Role.MST_UK_STAFF, 2)
    assert recorded() == [("person.changed", "MST UK lead")]
    assert AuditEntry.objects.get().details == {
        "full_name": [before, "Siân"],
        "country_role": ["", Role.MST_UK_STAFF],
    }


def test_change_account_keeps_the_name_of_before():
    user = UserFactory(full_name="Old Name")

    account_operations.change_account(full_name="New Name", language="cy", theme="auto", by=user)

    entry = AuditEntry.objects.get()
    assert entry.actor_name == "New Name"
    assert entry.details == {"full_name": ["Old Name", "New Name"], "language": ["en-gb", "cy"]}
