"""Every change to what a site is and who pays for it; how it ends is in `closings`."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mst_sites.accounts.models import User
from mst_sites.audit import operations as audit
from mst_sites.directory.operations.changes import changes
from mst_sites.tenancy.endings import refuse_closed
from mst_sites.tenancy.models import MstModel, Organisation, Site, SiteCommissioner
from mst_sites.tenancy.versions import lock_version


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
