"""Reads of the audit for its page."""

from typing import Any

from django.db.models import QuerySet

from mst_sites.audit.models import AuditEntry
from mst_sites.tenancy.models import Site


def entries_matching(
    *, site: Site, person: str = "", action: str = ""
) -> QuerySet[AuditEntry, Any]:
    """Return a site's chain, the newest first, by one person and of one kind if these are given."""
    entries: Any = AuditEntry.objects.filter(site=site).order_by("-number")
    if person:
        entries = entries.filter(actor_name=person)
    if action:
        entries = entries.filter(action=action)
    return entries  # type: ignore[no-any-return] # a custom manager


def people_and_actions(site: Site) -> tuple[list[str], list[str]]:
    """Return who and what occurs in a site's chain, for the filters."""
    pairs = (
        AuditEntry.objects.filter(site=site)
        .order_by()
        .values_list("actor_name", "action")
        .distinct()
    )
    people, actions = set(), set()
    for person, action in pairs:
        people.add(person)
        actions.add(action)
    return sorted(people), sorted(actions)
