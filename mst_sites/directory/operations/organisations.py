"""Every change to the bodies that provide, pay for or work beside MST services."""

from django.db import transaction

from mst_sites.accounts.models import User
from mst_sites.audit import operations as audit
from mst_sites.tenancy.models import Organisation, OrganisationKind


def create_organisation(*, name: str, kind: OrganisationKind, by: User | None) -> Organisation:
    with transaction.atomic():
        organisation = Organisation(name=name, kind=kind)
        organisation.full_clean()
        organisation.save()
        audit.record("organisation.created", site=None, subject=organisation, by=by)
        return organisation
