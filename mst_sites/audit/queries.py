"""Reads of the audit for its page."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import groupby
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Exists, F, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat

from mst_sites.accounts.models import User
from mst_sites.audit.models import SYSTEM, AuditEntry
from mst_sites.audit.words import TEAM, Ref, called_by, model_of, refs_in
from mst_sites.tenancy.models import Membership, Site


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


def names_in(entries: Iterable[AuditEntry], *, site: Site) -> dict[Ref, str]:
    """Return what the rows are called that some entries mention, in one query however many kinds there are.

    A row that is gone, or that is another site's, has no name here.
    """
    refs = sorted(refs_in(entries))
    rows = [
        part
        for model, group in groupby(refs, key=lambda ref: ref.model)
        for part in named_rows(model, [ref.key for ref in group], site)
    ]
    if not rows:
        return {}
    found = rows[0].union(*rows[1:], all=True)
    return {Ref(model, key): name for model, key, name in found}


def named_rows(label: str, keys: list[str], site: Site) -> Iterator[QuerySet[Any, Any]]:
    """Return the rows of one model as kind, key and name; teams are also known by the word in their address."""
    model: Any = model_of(label)
    rows = of_site(model, site)
    columns = {field.name for field in model._meta.concrete_fields}
    called: Any = F(called_by(label))
    if "number" in columns:  # editions of one name
        called = Concat(called, Value(", "), Cast("number", TextField()), output_field=TextField())
    yield as_names(rows.filter(pk__in=[*valid_keys(model, keys)]), label, "pk", called)
    if label == TEAM:
        yield as_names(rows.filter(slug__in=keys), label, "slug", called)


def of_site(model: Any, site: Site) -> Any:
    """Return the rows whose names may be said on a site's page: its own, its people's, and what is the country's."""
    if model is User:
        held = Membership.objects.filter(site=site, user=OuterRef("pk"))
        return User.objects.filter(~Q(country_role="") | Exists(held))
    columns = {field.name for field in model._meta.concrete_fields}
    return model.objects.filter(site=site) if "site" in columns else model.objects.all()


def as_names(rows: Any, label: str, key: str, called: Any) -> Any:
    return (
        rows.order_by()
        .annotate(
            said_kind=Value(label, output_field=TextField()),
            said_key=Cast(key, TextField()),
            said_name=Cast(called, TextField()),
        )
        .values_list("said_kind", "said_key", "said_name")
    )


def valid_keys(model: Any, keys: list[str]) -> Iterator[Any]:
    for key in keys:
        with suppress(ValidationError):
            yield model._meta.pk.to_python(key)
