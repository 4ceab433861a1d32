"""Every change to teams."""

from typing import Any

from django.db import transaction

from mst_sites.accounts.models import User
from mst_sites.audit import operations as audit
from mst_sites.directory.operations.changes import changes
from mst_sites.tenancy.endings import refuse_ended
from mst_sites.tenancy.models import Site, Team
from mst_sites.tenancy.versions import lock_version


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
