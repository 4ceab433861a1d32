"""Reads of the audit for its page."""

from typing import Any

from django.db.models import QuerySet

from mst_sites.audit.models import SYSTEM, AuditEntry
from mst_sites.tenancy.models import Site


def entries_matching(
    *, site: Site, person: str = "", action: str = ""
) -> QuerySet[AuditEntry, Any]:
    """Return a site's chain, the newest first, by one person and of one kind if these are given.

    :param person: a key, as `people_and_actions` gives it: people choose their names, and change them.
    """
    entries: Any = AuditEntry.objects.filter(site=site).select_related("actor").order_by("-number")
    if person:
        entries = entries.filter(actor=None if person == SYSTEM else person)
    if action:
        entries = entries.filter(action=action)
    return entries  # type: ignore[no-any-return] # a custom manager


def people_and_actions(site: Site) -> tuple[dict[str, str], list[str]]:
    """Return who and what occurs in a site's chain, for the filters: people by their key, those of today's names."""
    found = (
        AuditEntry.objects.filter(site=site)
        .order_by()
        .values_list("actor_id", "actor__full_name", "actor__email", "action")
        .distinct()
    )
    people, actions = set(), set()
    for key, name, email, action in found:
        people.add((name or "", str(key or SYSTEM), email or ""))
        actions.add(action)
    return {key: f"{name}, {email}" for name, key, email in sorted(people)}, sorted(actions)
