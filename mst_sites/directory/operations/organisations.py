"""Every change to the bodies that provide, pay for or work beside MST services."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import ngettext

from mst_sites.accounts.models import User
from mst_sites.audit import operations as audit
from mst_sites.directory import queries
from mst_sites.directory.operations.changes import changes
from mst_sites.directory.operations.names import clean_name
from mst_sites.tenancy.models import Organisation, OrganisationKind
from mst_sites.tenancy.versions import lock_version


def create_organisation(*, name: str, kind: OrganisationKind, by: User | None) -> Organisation:
    """Add a body.

    :raises ValidationError: another of its kind has this name, in whatever letter case.
    """
    with transaction.atomic():
        organisation = Organisation(name=name, kind=kind)
        clean_name(organisation)
        organisation.save()
        audit.record("organisation.created", site=None, subject=organisation, by=by)
        return organisation


def change_organisation(
    *, organisation: Organisation, version: int, name: str, kind: str, by: User | None
) -> Organisation:
    """Change what a body is called, or which kind it is, on all sites at once: each has it in its history.

    Whoever calls must see every site.

    :raises ClashError: somebody else changed it after it was read.
    :raises ValidationError: another of its kind has this name, or a site needs it as the kind that it is.
    """
    with transaction.atomic():
        changed = lock_version(organisation, version)
        if kind != changed.kind:
            refuse_other_kind(changed)
        before = {"name": changed.name, "kind": changed.kind}
        changed.name, changed.kind = name, kind
        clean_name(changed)
        changed.save()
        told = changes(before, changed)
        # The country's chain, and in one order those of the sites: two who change two bodies of the same sites wait
        # for each other, and not in a circle.
        sites = queries.sites_with(changed) if told else []
        for site in [None, *sites]:
            audit.record("organisation.changed", site=site, subject=changed, details=told, by=by)
        return changed


def refuse_other_kind(organisation: Organisation) -> None:
    """Keep the kind of a body that a site has its provider or its commissioner in.

    :raises ValidationError: at the kind.
    """
    words = {
        OrganisationKind.PROVIDER: lambda count: ngettext(
            "This is the provider of %(count)d site, so it stays a provider.",
            "This is the provider of %(count)d sites, so it stays a provider.",
            count,
        ),
        OrganisationKind.COMMISSIONER: lambda count: ngettext(
            "This is a commissioner of %(count)d site, so it stays a commissioner.",
            "This is a commissioner of %(count)d sites, so it stays a commissioner.",
            count,
        ),
    }
    count = queries.site_count_as(organisation)
    if count:
        told = words[OrganisationKind(organisation.kind)](count) % {"count": count}
        raise ValidationError({"kind": told})
