"""Actions: raised, passed on, done or dropped."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mst_sites.accounts.models import User
from mst_sites.audit import operations as audit
from mst_sites.records import queries
from mst_sites.records.models import Action, ActionState, RaisedIn
from mst_sites.records.operations.subjects import hanging_on
from mst_sites.records.operations.texts import admit_at
from mst_sites.tenancy.models import Site
from mst_sites.tenancy.versions import lock_version


def raise_action(  # noqa: PLR0913 - each is a field of the form
    *,
    site: Site,
    subject: models.Model,
    text: str,
    owner: User,
    due_on: date | None = None,
    raised_in: str = RaisedIn.SITE,
    action_id: UUID | None = None,
    confirmed_reason: str = "",
    by: User | None,
) -> Action:
    """Agree that somebody does something by a day.

    :param action_id: made by the form, so that a submit that is repeated is the same action.
    :raises ValidationError: no text, an owner from elsewhere, or text that could identify a person.
    """
    cleaned, told = admit_at(
        site, {"text": text}, today=timezone.localdate(), confirmed_reason=confirmed_reason
    )
    refuse_stranger(owner, site)
    action = Action(
        **hanging_on(subject, site),
        **cleaned,
        pk=action_id or uuid4(),
        owner=owner,
        due_on=due_on,
        raised_in=raised_in,
        raised_at=timezone.now(),
        raised_by=by,
    )
    with transaction.atomic():
        if again := Action.objects.filter(pk=action.pk, site=site, raised_by=by).first():
            return again
        action.full_clean()
        action.save(force_insert=True)
        details = {
            "owner": str(owner.pk),
            "due_on": str(due_on or ""),
            "raised_in": raised_in,
            **told,
        }
        audit.record("action.raised", site=site, subject=action, details=details, by=by)
    return action


@dataclass(frozen=True)
class Proposal:
    """What somebody is to do, out of a form that has admitted the text and chosen the owner among its people."""

    action_id: UUID
    text: str
    owner: User
    due_on: date | None = None


def raise_actions(
    *,
    site: Site,
    subject: models.Model,
    proposals: Sequence[Proposal],
    raised_in: str,
    now: datetime,
    by: User | None,
) -> list[Action]:
    """Agree on several things at once, in one statement: the audit entry of what they came out of names them."""
    actions = [
        Action(
            **hanging_on(subject, site),
            pk=each.action_id,
            text=each.text,
            owner=each.owner,
            due_on=each.due_on,
            raised_in=raised_in,
            raised_at=now,
            raised_by=by,
        )
        for each in proposals
    ]
    for action in actions:
        action.clean_fields(exclude=["site", "team", "owner", "raised_by"])
    with transaction.atomic():
        return list(Action.objects.bulk_create(actions))


def close_action(
    *, action: Action, version: int, outcome: str = "", confirmed_reason: str = "", by: User | None
) -> Action:
    """Say that an action is done.

    :raises ClashError: somebody changed it in the meantime.
    :raises ValidationError: it is closed already, or the text could identify a person.
    """
    cleaned, told = admit_outcome(action, outcome, confirmed_reason)
    return end(action, version, ActionState.DONE, cleaned, told, by=by)


def drop_action(
    *, action: Action, version: int, outcome: str, confirmed_reason: str = "", by: User | None
) -> Action:
    """Say that an action will not be done, and why.

    :raises ClashError: somebody changed it in the meantime.
    :raises ValidationError: no reason is given, it is closed already, or the text could identify a person.
    """
    cleaned, told = admit_outcome(action, outcome, confirmed_reason)
    if not cleaned["outcome"].strip():
        raise ValidationError({"outcome": _("Say why it is dropped.")})
    return end(action, version, ActionState.DROPPED, cleaned, told, by=by)


def admit_outcome(
    action: Action, outcome: str, confirmed_reason: str
) -> tuple[dict[str, str], dict[str, Any]]:
    today = timezone.localdate()
    texts = {"outcome": outcome}
    return admit_at(action.site, texts, today=today, confirmed_reason=confirmed_reason)


def end(
    action: Action,
    version: int,
    state: ActionState,
    values: dict[str, str],
    told: dict[str, Any],
    *,
    by: User | None,
) -> Action:
    with transaction.atomic():
        current = lock_version(action, version)
        refuse_closed(current)
        current.state, current.outcome = state, values["outcome"]
        current.closed_at, current.closed_by = timezone.now(), by
        current.full_clean()
        current.save()
        audit.record(
            f"action.{state.lower()}", site=current.site, subject=current, details=told, by=by
        )
    return current


def reassign_action(
    *, action: Action, version: int, owner: User, due_on: date | None, by: User | None
) -> Action:
    """Give an action to somebody, or another day.

    :raises ClashError: somebody changed it in the meantime.
    :raises ValidationError: it is closed already, or the owner is from elsewhere.
    """
    refuse_stranger(owner, action.site)
    with transaction.atomic():
        current = lock_version(action, version)
        refuse_closed(current)
        details = {
            "owner": [str(current.owner_id), str(owner.pk)],
            "due_on": [str(current.due_on or ""), str(due_on or "")],
        }
        current.owner, current.due_on = owner, due_on
        current.full_clean()
        current.save()
        audit.record(
            "action.reassigned", site=current.site, subject=current, details=details, by=by
        )
    return current


def refuse_closed(action: Action) -> None:
    if action.state != ActionState.OPEN:
        raise ValidationError(_("This action is closed already."))


def refuse_stranger(owner: User, site: Site) -> None:
    if not queries.people_of(site).filter(pk=owner.pk).exists():
        raise ValidationError({"owner": _("This person has no role on this site.")})
