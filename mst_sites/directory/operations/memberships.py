"""Every change to who holds which role."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mst_sites.accounts.models import User
from mst_sites.accounts.permissions import COUNTRY_ROLES
from mst_sites.audit import operations as audit
from mst_sites.directory import queries
from mst_sites.directory.operations.people import invite_person
from mst_sites.tenancy.models import Membership, Site, Team


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
