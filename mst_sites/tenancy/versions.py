"""Optimistic locking: a change names the version that its author read, and a clash is told instead of lost."""

from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

Row = TypeVar("Row", bound=models.Model)


class ClashError(Exception):
    """Somebody else changed the row after it was read.

    :ivar current: the row as it is now, for the page that shows both.
    """

    def __init__(self, current: Any) -> None:
        super().__init__(f"{current._meta.label} has changed in the meantime")
        self.current = current


class GoneError(ValidationError):
    """Somebody removed the row after the page had found it; as any refusal, it keeps what was typed in the form."""

    def __init__(self) -> None:
        super().__init__(_("Somebody has removed this in the meantime, so nothing was saved."))


def lock_version(row: Row, version: int) -> Row:
    """Lock a row until the transaction ends and return it fresh, one version on (not yet saved).

    :param row: the row as the page found it.
    :param version: the version that the form was made from.
    :raises ClashError: the row has moved on since.
    :raises GoneError: the row is not there any more.
    """
    # Its key stays: whoever refers to the row meanwhile, as every entry of the audit does to its site, need not wait.
    rows: Any = models.QuerySet(type(row)).select_for_update(of=("self",), no_key=True)
    current: Any = rows.filter(pk=row.pk).first()
    if current is None:
        raise GoneError
    if current.version != version:
        raise ClashError(current)
    current.version += 1
    return current  # type: ignore[no-any-return] # the manager of any model
