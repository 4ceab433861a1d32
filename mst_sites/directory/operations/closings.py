"""How a site is closed, and taken up again after it.

A set-up that ends without opening is withdrawn, by its plan; what can be on a site that has ended is said in
`tenancy/endings.py`.
"""

from datetime import datetime
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mst_sites.accounts.models import User
from mst_sites.audit import operations as audit
from mst_sites.directory import queries
from mst_sites.free_text import admit
from mst_sites.periods import local_day
from mst_sites.tenancy.endings import why_not_closed
from mst_sites.tenancy.models import Phase, PhaseChange, Site
from mst_sites.tenancy.versions import lock_version


def close_site(
    *,
    site: Site,
    version: int,
    reason: str,
    confirmed_reason: str = "",
    change_id: UUID | None = None,
    now: datetime,
    by: User | None,
) -> Site:
    """End the service of a live site. Everything stays and can be read; nothing is begun there any more.

    :param change_id: made by the form, so that a submit that is repeated is the same change.
    :raises ValidationError: the site is not live, no reason is given, or it could identify a family.
    :raises ClashError: somebody else changed the site after it was read.
    """
    cleaned, told = admit(
        {"reason": reason.strip()}, confirmed_reason=confirmed_reason, today=local_day(now)
    )
    with transaction.atomic():
        change = PhaseChange(
            pk=change_id or uuid4(), phase=Phase.CLOSED, **cleaned, changed_at=now, changed_by=by
        )
        current = hold(site)
        if queries.is_recorded(change, current):
            return current
        if fault := why_not_closed(current):
            raise ValidationError(fault)
        enter(current, version, change)
        audit.record("site.closed", site=current, subject=current, details=told, by=by)
        return change.site


def reopen_site(
    *,
    site: Site,
    version: int,
    reason: str,
    confirmed_reason: str = "",
    change_id: UUID | None = None,
    now: datetime,
    by: User | None,
) -> Site:
    """Take a closed site up again: it is live, as it was before.

    :param change_id: made by the form, so that a submit that is repeated is the same change.
    :raises ValidationError: the site is not closed, no reason is given, or it could identify a family.
    :raises ClashError: somebody else changed the site after it was read.
    """
    cleaned, told = admit(
        {"reason": reason.strip()}, confirmed_reason=confirmed_reason, today=local_day(now)
    )
    with transaction.atomic():
        change = PhaseChange(
            pk=change_id or uuid4(), phase=Phase.LIVE, **cleaned, changed_at=now, changed_by=by
        )
        current = hold(site)
        if queries.is_recorded(change, current):
            return current
        if not current.is_closed:
            raise ValidationError(_("This site is not closed."))
        enter(current, version, change)
        audit.record("site.reopened", site=current, subject=current, details=told, by=by)
        return change.site


def hold(site: Site) -> Site:
    """Read a site anew, and let nobody else change it until the transaction ends; who refers to it need not wait."""
    held: Site = Site.objects.select_for_update(of=("self",), no_key=True).get(pk=site.pk)
    return held


def enter(site: Site, version: int, change: PhaseChange) -> None:
    """Write a change of phase, and what the site keeps of it.

    :raises ClashError: the site has moved on since `version`.
    """
    change.site = lock_version(site, version)
    change.full_clean(exclude=["site", "changed_by"])
    change.save(force_insert=True)
    change.site.phase = change.phase
    change.site.full_clean(exclude=["provider"])
    change.site.save()
