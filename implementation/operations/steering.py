"""The steering group: set up, changed, joined and left."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from implementation.models import SteeringGroup, SteeringMember
from implementation.queries.steering import agencies_around
from mst_sites.accounts.models import User
from mst_sites.audit import operations as audit
from mst_sites.free_text import admit, known_names, one_line
from mst_sites.records.queries import people_of
from mst_sites.tenancy.endings import refuse_closed
from mst_sites.tenancy.models import Organisation, Site
from mst_sites.tenancy.versions import lock_version


@dataclass(frozen=True)
class GroupTerms:
    """What a group agrees for itself."""

    terms: str
    formed_on: date
    cycle_weeks: int
    quorum_members: int
    quorum_agencies: int


def set_up_group(
    *,
    site: Site,
    group_id: UUID,
    terms: GroupTerms,
    confirmed_reason: str = "",
    today: date,
    by: User | None,
) -> SteeringGroup:
    """Begin the steering group of a site. The same form sent again answers with the group that it made.

    :raises ValidationError: there is one already, the day is to come, or the terms could identify a family.
    """
    refuse_closed(site)
    with transaction.atomic():
        if again := SteeringGroup.objects.filter(pk=group_id, site=site).first():
            return again
        group = SteeringGroup(pk=group_id, site=site)
        told = write_terms(group, terms, reason=confirmed_reason, today=today)
        group.full_clean()
        group.save(force_insert=True)
        details = {"cycle_weeks": group.cycle_weeks, **told}
        audit.record("steering-group.formed", site=site, subject=group, details=details, by=by)
    return group


def change_group(
    *,
    group: SteeringGroup,
    version: int,
    terms: GroupTerms,
    confirmed_reason: str = "",
    today: date,
    by: User | None,
) -> SteeringGroup:
    """Change what the group has agreed.

    :raises ClashError: somebody else changed it.
    :raises ValidationError: the day is to come, or the terms could identify a family.
    """
    with transaction.atomic():
        current = lock_version(group, version)
        told = write_terms(current, terms, reason=confirmed_reason, today=today)
        current.full_clean()
        current.save()
        details = {
            "cycle_weeks": current.cycle_weeks,
            "quorum": [current.quorum_members, current.quorum_agencies],
            **told,
        }
        audit.record(
            "steering-group.changed", site=current.site, subject=current, details=details, by=by
        )
    return current


def write_terms(
    group: SteeringGroup, terms: GroupTerms, *, reason: str, today: date
) -> dict[str, Any]:
    if terms.formed_on > today:
        raise ValidationError({"formed_on": _("This day is still to come.")})
    names = known_names(people_of(group.site).values_list("full_name", flat=True))
    cleaned, told = admit(
        {"terms": terms.terms}, confirmed_reason=reason, allowed_names=names, today=today
    )
    group.terms = cleaned["terms"]
    group.formed_on, group.cycle_weeks = terms.formed_on, terms.cycle_weeks
    group.quorum_members, group.quorum_agencies = terms.quorum_members, terms.quorum_agencies
    return told


@dataclass(frozen=True)
class Membership:
    """Who sits on the group, for whom and since when."""

    seat: str
    joined_on: date
    user: User | None = None
    name: str = ""
    email: str = ""
    organisation: Organisation | None = None
    agency: str = ""
    left_on: date | None = None
    is_chair: bool = False


def add_member(
    *, site: Site, member_id: UUID, membership: Membership, today: date, by: User | None
) -> SteeringMember:
    """Put somebody on the group. The same form sent again answers with the member that it made.

    :raises ValidationError: a stranger, no name, no agency, a member already, or a second chair.
    """
    refuse_closed(site)
    with transaction.atomic():
        if again := SteeringMember.objects.filter(pk=member_id, site=site).first():
            return again
        member = SteeringMember(pk=member_id, site=site)
        seat_member(member, membership, today=today)
        member.save(force_insert=True)
        audit.record(
            "steering-member.joined", site=site, subject=member, details=seat_of(member), by=by
        )
    return member


def change_member(
    *,
    member: SteeringMember,
    version: int,
    membership: Membership,
    today: date,
    by: User | None,
) -> SteeringMember:
    """Change a member's seat or days; whoever leaves stays on record.

    :raises ClashError: somebody else changed it.
    :raises ValidationError: as for a new member, or a day that is still to come.
    """
    with transaction.atomic():
        current = lock_version(member, version)
        before = seat_of(current)
        seat_member(current, membership, today=today)
        current.save()
        details = {"before": before, "after": seat_of(current)}
        audit.record(
            "steering-member.changed", site=current.site, subject=current, details=details, by=by
        )
    return current


def seat_member(member: SteeringMember, membership: Membership, *, today: date) -> None:
    """Write the membership on the row, checked."""
    for name in ("joined_on", "left_on"):
        day = getattr(membership, name)
        if day and day > today:
            raise ValidationError({name: _("This day is still to come.")})
    is_new_person = membership.user and membership.user.pk != member.user_id
    if is_new_person and not people_of(member.site).filter(pk=membership.user.pk).exists():  # type: ignore[union-attr] # checked above
        raise ValidationError({"user": _("This person has no role on this site.")})
    if membership.is_chair and membership.left_on:
        raise ValidationError({"is_chair": _("Who has left does not chair the group.")})
    is_new_agency = membership.organisation and membership.organisation.pk != member.organisation_id
    if is_new_agency and membership.organisation not in agencies_around(member.site):
        raise ValidationError({"organisation": _("This organisation is not one of the site's.")})
    member.user, member.organisation = membership.user, membership.organisation
    member.name = one_line("name", membership.name)
    member.agency = one_line("agency", membership.agency)
    member.email, member.seat = membership.email.strip(), membership.seat
    member.joined_on, member.left_on = membership.joined_on, membership.left_on
    member.is_chair = membership.is_chair
    member.full_clean()


def seat_of(member: SteeringMember) -> dict[str, Any]:
    return {
        "seat": member.seat,
        "is_chair": member.is_chair,
        "joined_on": str(member.joined_on),
        "left_on": str(member.left_on or ""),
    }
