"""The figures that scenarios start from, in editions: a draft is written, published or thrown away."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.utils.translation import gettext as _

from implementation.models import CapacityDefaults, CapacityScenario
from implementation.operations.editions import begun_or_locked, locked_draft, put_to_use
from implementation.queries.capacity import Default, Defaults, Share
from implementation.queries.defaults import edition_in_use
from mst_sites.accounts.models import User
from mst_sites.audit import operations as audit

LONGEST_SOURCE = 500
AS_IN_A_SCENARIO = {
    "therapists": "therapists",
    "caseload": "caseload",
    "months": "treatment_months",
}
FIELDS: dict[str, Any] = {each.name: each for each in CapacityScenario._meta.local_fields}
web_address = URLValidator(schemes=["http", "https"])


def write_defaults(
    *, version: int, figures: Defaults, what_changed: str, by: User | None
) -> CapacityDefaults:
    """Write the draft of the next edition, which begins with the first time that it is saved.

    :param version: of the draft that the form was made from, 0 if there was none.
    :raises ClashError: somebody else began or changed the draft.
    :raises ValidationError: by field, a figure is impossible or says not where it is from; or the draft is gone.
    """
    if faults := _faults_of(figures):
        raise ValidationError(faults)
    with transaction.atomic():
        draft = begun_or_locked(CapacityDefaults, version)
        draft.what_changed, draft.figures = what_changed.strip(), figures.as_json()
        draft.full_clean()
        draft.save()
        details = {"number": draft.number}
        audit.record("capacity-defaults.written", site=None, subject=draft, details=details, by=by)
    return draft


def publish_defaults(
    *, edition: CapacityDefaults, version: int, now: datetime, by: User | None
) -> CapacityDefaults:
    """Put a draft to use: scenarios that begin from now on start from it, earlier ones keep their edition.

    :raises ClashError: somebody else changed the draft.
    :raises ValidationError: it was published already, does not say what changed, or nothing did.
    """
    with transaction.atomic():
        draft = locked_draft(edition, version)
        differs = edition_in_use().figures != draft.figures
        put_to_use(draft, differs=differs, now=now, by=by)
        details = {"number": draft.number}
        audit.record(
            "capacity-defaults.published", site=None, subject=draft, details=details, by=by
        )
    return draft


def discard_defaults(*, edition: CapacityDefaults, version: int, by: User | None) -> None:
    """Throw a draft away.

    :raises ClashError: somebody else changed the draft.
    :raises ValidationError: it was published already.
    """
    with transaction.atomic():
        draft = locked_draft(edition, version)
        details = {"number": draft.number}
        audit.record(
            "capacity-defaults.discarded", site=None, subject=draft, details=details, by=by
        )
        draft.delete()


def _faults_of(figures: Defaults) -> dict[str, list[str]]:
    """Hold each figure to what a scenario takes, and each source to a plain line."""
    faults: dict[str, list[str]] = {}
    for name in ("utilisation", "acceptance"):
        share: Share = getattr(figures, name)
        faults |= _faults_of_field(f"{name}_value", name, share.value)
        faults |= _faults_of_source(name, share)
    for model, default in figures.models.items():
        for name, field in AS_IN_A_SCENARIO.items():
            faults |= _faults_of_field(f"{model}_{name}", field, getattr(default, name))
        faults |= _faults_of_source(model, default)
    return faults


def _faults_of_field(name: str, field: str, value: object) -> dict[str, list[str]]:
    try:
        FIELDS[field].clean(value, None)
    except ValidationError as error:
        return {name: error.messages}
    return {}


def _faults_of_source(stem: str, said: Default | Share) -> dict[str, list[str]]:
    faults = {}
    if not 1 <= len(str(said.source).strip()) <= LONGEST_SOURCE:
        faults[f"{stem}_source"] = [_("Say where these figures come from.")]
    if said.address:
        try:
            web_address(said.address)
        except ValidationError as error:
            faults[f"{stem}_address"] = error.messages
    return faults
