"""What every kind of edition goes through: a draft is begun, locked by whoever writes it, and put to use."""

from datetime import datetime
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from implementation.models.editions import Edition
from mst_sites.accounts.models import User
from mst_sites.tenancy.versions import ClashError, lock_version

E = TypeVar("E", bound=Edition)


def begun_or_locked(kind: type[E], version: int) -> E:
    """Return the draft, locked, or a new one that is not saved yet.

    :param version: of the draft that the form was made from, 0 if there was none.
    :raises ClashError: somebody else began or changed the draft.
    :raises ValidationError: the draft is gone.
    """
    draft: Any = kind.objects.drafts().first()
    if draft is not None:
        locked: E = lock_version(draft, version)
        return locked
    if version:
        raise ValidationError(_("The draft was published or thrown away in the meantime."))
    last = kind.objects.published().first()
    return kind(number=last.number + 1 if last else 1)


def locked_draft(edition: E, version: int) -> E:
    """Return a draft, locked.

    :raises ClashError: somebody else changed the draft.
    :raises ValidationError: it was published already.
    """
    if not edition.is_draft:
        raise ValidationError(_("This edition was published and cannot change."))
    draft: E = lock_version(edition, version)
    if not draft.is_draft:
        raise ClashError(draft)
    return draft


def put_to_use(draft: Edition, *, differs: bool, now: datetime, by: User | None) -> None:
    """Publish a draft.

    :param differs: from the edition in use.
    :raises ValidationError: it does not say what changed, or nothing did.
    """
    if not draft.what_changed:
        raise ValidationError(_("Say what changed since the edition in use."))
    if not differs:
        raise ValidationError(_("Nothing differs from the edition in use."))
    draft.published_at, draft.published_by = now, by
    draft.full_clean()
    draft.save()
