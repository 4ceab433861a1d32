"""Every change to organisations, sites, teams, people and memberships."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mst_sites.accounts import operations as accounts
from mst_sites.accounts.models import User
from mst_sites.accounts.permissions import COUNTRY_ROLES, Role
from mst_sites.audit import operations as audit
from mst_sites.directory import queries
from mst_sites.languages import speaking
from mst_sites.tenancy.endings import refuse_closed, refuse_ended
from mst_sites.tenancy.models import (
    Membership,
    MstModel,
    Organisation,
    OrganisationKind,
    Site,
    SiteCommissioner,
    Team,
)
from mst_sites.tenancy.versions import ClashError, lock_version

LAST_LEAD = gettext_lazy(
    "This is the last MST UK lead who can sign in: make somebody else a lead first."
)


def create_organisation(*, name: str, kind: OrganisationKind, by: User | None) -> Organisation:
    with transaction.atomic():
        organisation = Organisation(name=name, kind=kind)
        organisation.full_clean()
        organisation.save()
        audit.record("organisation.created", site=None, subject=organisation, by=by)
        return organisation


def create_site(
    *,
    name: str,
    slug: str,
    nation: str,
    model: str = MstModel.STANDARD,
    region: str = "",
    provider: Organisation | None = None,
    language: str = "en-gb",
    by: User | None,
) -> Site:
    """Add a site. Whoever calls must see every site: until it is there, nobody else does."""
    with transaction.atomic():
        site = Site(
            name=name,
            slug=slug,
            nation=nation,
            model=model,
            region=region,
            provider=provider,
            language=language,
        )
        site.full_clean()
        site.save()
        audit.record("site.created", site=site, subject=site, details={"slug": slug}, by=by)
        return site


def change_site(*, site: Site, version: int, by: User | None, **values: Any) -> Site:
    """Change facts of a site.

    :raises ClashError: somebody else changed the site after it was read.
    """
    with transaction.atomic():
        changed = lock_version(site, version)
        before = {name: str(getattr(changed, name) or "") for name in values}
        for name, value in values.items():
            setattr(changed, name, value)
        changed.full_clean()
        changed.save()
        audit.record(
            "site.changed", site=changed, subject=changed, details=changes(before, changed), by=by
        )
        return changed


def add_commissioner(
    *, site: Site, organisation: Organisation, by: User | None
) -> SiteCommissioner:
    """Add a body to those who pay for a site.

    :raises ValidationError: it is there already, or the site is closed.
    """
    refuse_closed(site)
    with transaction.atomic():
        commissioner = SiteCommissioner(site=site, organisation=organisation)
        commissioner.full_clean()
        commissioner.save()
        audit.record("commissioner.added", site=site, subject=organisation, by=by)
        return commissioner


def remove_commissioner(*, commissioner: SiteCommissioner, by: User | None) -> None:
    """Take a body off the list of those who pay for a site.

    :raises ValidationError: it is not on the list any more, or the site is closed.
    """
    refuse_closed(commissioner.site)
    with transaction.atomic():
        held = SiteCommissioner.objects.select_for_update(of=("self",)).select_related(
            "site", "organisation"
        )
        current = held.filter(pk=commissioner.pk).first()
        if current is None:
            raise ValidationError(_("This commissioner was removed already."))
        audit.record("commissioner.removed", site=current.site, subject=current.organisation, by=by)
        current.delete()


def create_team(
    *, site: Site, name: str, slug: str, model: str = "", opened_on: Any = None, by: User | None
) -> Team:
    """Add a team to a site; without a model of its own it works by the site's.

    :raises ValidationError: the site is closed or was withdrawn, or has a team of this address.
    """
    refuse_ended(site)
    with transaction.atomic():
        team = Team(site=site, name=name, slug=slug, model=model or site.model, opened_on=opened_on)
        team.full_clean()
        team.save()
        audit.record("team.created", site=site, subject=team, details={"slug": slug}, by=by)
        return team


def change_team(*, team: Team, version: int, by: User | None, **values: Any) -> Team:
    """Change facts of a team.

    :raises ClashError: somebody else changed the team after it was read.
    """
    with transaction.atomic():
        changed = lock_version(team, version)
        before = {name: str(getattr(changed, name) or "") for name in values}
        for name, value in values.items():
            setattr(changed, name, value)
        changed.full_clean()
        changed.save()
        audit.record(
            "team.changed",
            site=changed.site,
            subject=changed,
            details=changes(before, changed),
            by=by,
        )
        return changed


def invite_person(
    *, email: str, full_name: str, country_role: str = "", now: datetime, by: User | None
) -> User:
    """Make the person known and send a link with which to sign in for the first time.

    :raises ValidationError: somebody with this address is here already.
    """
    with transaction.atomic():
        user = User(email=email.lower(), full_name=full_name, country_role=country_role)
        user.set_unusable_password()
        user.full_clean()
        user.save()
        audit.record(
            "person.invited", site=None, subject=user, details={"country_role": country_role}, by=by
        )
        send_invitation(user=user, now=now, by=by)
        return user


def send_invitation(*, user: User, now: datetime, by: User | None) -> None:
    """Send a fresh link; one sent earlier stops working.

    :raises ValidationError: the person has been here already, or the account is closed.
    """
    with transaction.atomic():
        accounts.hold(user=user)
        if not user.is_active:
            raise ValidationError(_("This account is closed: open it again first."))
        if user.has_usable_password():
            raise ValidationError(_("This person has an account already and can sign in."))
        invitation, token = accounts.invite(user=user, now=now, by=by)
        context = {"user": user, "invitation": invitation, "address": queries.accept_address(token)}
        with speaking(user.language):
            send_mail(
                _("You are invited to MST Sites"),
                render_to_string("directory/mail/invitation.txt", context),
                None,
                [user.email],
            )
        audit.record("invitation.sent", site=None, subject=user, by=by)


def change_person(
    *, user: User, version: int, full_name: str, country_role: str, by: User | None
) -> User:
    """Change a person's name and role for the country.

    :raises ClashError: somebody else changed them after they were read.
    :raises ValidationError: nobody would be left to lead.
    """
    with transaction.atomic():
        person = hold_with_leads(user)
        if person.version != version:
            raise ClashError(person)
        before = {"full_name": person.full_name, "country_role": person.country_role}
        refuse_without_lead(person, stays=country_role == Role.MST_UK_LEAD)
        person.full_name = full_name
        person.country_role = country_role
        person.version += 1
        person.full_clean()
        person.save(update_fields=["full_name", "country_role", "version"])
        audit.record(
            "person.changed", site=None, subject=person, details=changes(before, person), by=by
        )
        return person


def close_account(*, user: User, by: User | None) -> None:
    """Let a person sign in no more, from the next request on. What they wrote keeps their name.

    :raises ValidationError: it is closed already, or nobody would be left to lead.
    """
    with transaction.atomic():
        person = hold_with_leads(user)
        if not person.is_active:
            raise ValidationError(_("This account is closed already."))
        refuse_without_lead(person, stays=False)
        person.is_active = False
        person.save(update_fields=["is_active"])
        accounts.end_sessions(user=person)
        audit.record("person.closed", site=None, subject=person, by=by)


def reopen_account(*, user: User, by: User | None) -> None:
    """Let a person sign in again.

    :raises ValidationError: the account is open.
    """
    with transaction.atomic():
        person = hold_with_leads(user)
        if person.is_active:
            raise ValidationError(_("This account is open: the person can sign in."))
        person.is_active = True
        person.save(update_fields=["is_active"])
        audit.record("person.reopened", site=None, subject=person, by=by)


def add_membership(
    *,
    site: Site,
    user: User,
    role: str,
    team: Team | None = None,
    now: datetime,
    by: User | None,
) -> Membership:
    """Give a person a role on a site or on one of its teams."""
    with transaction.atomic():
        if role in COUNTRY_ROLES:
            raise ValidationError({"role": _("This role is held for the whole country.")})
        membership = Membership(site=site, user=user, role=role, team=team, began_at=now)
        membership.full_clean()
        membership.save()
        audit.record(
            "membership.added",
            site=site,
            subject=membership,
            details={"person": str(user.pk), "role": role, "team": team.slug if team else ""},
            by=by,
        )
        return membership


def invite_member(
    *,
    site: Site,
    email: str,
    full_name: str,
    role: str,
    team: Team | None = None,
    now: datetime,
    by: User | None,
) -> Membership:
    """Give a role to whoever has this address, and invite them if they are new."""
    with transaction.atomic():
        user = queries.person_at(email)
        if user is None:
            if not full_name:
                raise ValidationError(
                    {"full_name": _("This person is new here: enter their name.")}
                )
            user = invite_person(email=email, full_name=full_name, now=now, by=by)
        return add_membership(site=site, user=user, role=role, team=team, now=now, by=by)


def end_membership(*, membership: Membership, now: datetime, by: User | None) -> None:
    """End a role at once; it stays in the history.

    :raises ValidationError: it has ended already.
    """
    with transaction.atomic():
        held = Membership.objects.select_for_update(of=("self",), no_key=True)
        current = held.select_related("site").get(pk=membership.pk)
        if current.ended_at:
            raise ValidationError(_("This role has ended already."))
        current.ended_at = now
        current.save(update_fields=["ended_at"])
        audit.record(
            "membership.ended",
            site=current.site,
            subject=current,
            details={"person": str(current.user_id), "role": current.role},
            by=by,
        )


def hold_with_leads(user: User) -> User:
    """Read a person anew, and let nobody else change this row or a lead's until the transaction ends.

    All in one order: two who close each other's account at once do not wait for each other in a circle.
    """
    rows = User.objects.filter(Q(pk=user.pk) | Q(country_role=Role.MST_UK_LEAD))
    held = rows.order_by("pk").select_for_update(no_key=True)
    return {row.pk: row for row in held}[user.pk]


def refuse_without_lead(user: User, *, stays: bool) -> None:
    """Keep one lead at least: an installation without one could never be put right in the browser."""
    if not stays and list(queries.leads_who_can_sign_in()) == [user]:
        raise ValidationError(LAST_LEAD)


def changes(before: dict[str, str], row: Any) -> dict[str, list[str]]:
    """Return what differs: name → [before, after]. For facts, never for typed text."""
    after = {name: str(getattr(row, name) or "") for name in before}
    return {name: [before[name], after[name]] for name in before if before[name] != after[name]}
