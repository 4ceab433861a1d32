"""What a rule of the X-ray is, and what it answers: the register itself is in `xray`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from implementation.queries.looks import Look
from mst_sites.accounts.permissions import Permission
from mst_sites.look.parts import Text


class Severity(models.TextChoices):
    HIGH = "HIGH", _("High")
    MEDIUM = "MEDIUM", _("Medium")
    LOW = "LOW", _("Low")


@dataclass(frozen=True, slots=True)
class Seen:
    """What a rule saw on a site: in words, whose it is, where it is put right, and since when it is so."""

    detail: str
    owner: str  # a `Party`
    url: str
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that the X-ray looks for. A rule finds it once on a site, however often it is there."""

    code: str
    severity: Severity
    title: Text
    probe: Callable[[Look, date], Seen | None]
    permission: Permission = Permission.PLAN_VIEW  # without it a person is not told
    remedy: Permission = (
        Permission.PLAN_VIEW
    )  # without it a person cannot open the page to put it right


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that holds on a site."""

    code: str
    severity: Severity
    title: Text
    detail: str
    owner: str
    url: str
    since: date | None = None
