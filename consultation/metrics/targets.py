"""The shape of a set of targets, and the reasons for closing a case that MST UK starts from."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from consultation.metrics.facts import ClosureGroup
from consultation.metrics.results import Target

Targets = Mapping[str, Target]


@dataclass(frozen=True)
class ClosureReason:
    code: str
    group: ClosureGroup
    text: str | Promise


# Only the groups follow from what is published; the list itself is for MST UK to confirm.
CLOSURE_REASONS = (
    ClosureReason(
        "COMP",
        ClosureGroup.COMPLETED,
        _("closed by mutual agreement, goals met sufficiently"),
    ),
    ClosureReason("NENG", ClosureGroup.NOT_ENGAGED, _("lack of engagement")),
    ClosureReason(
        "PLAC",
        ClosureGroup.PLACED,
        _("placed out of home during treatment (custody, care, hospital)"),
    ),
    ClosureReason("PLPR", ClosureGroup.ADMINISTRATIVE, _("placed for an event before MST began")),
    ClosureReason("MOVE", ClosureGroup.ADMINISTRATIVE, _("family moved away")),
    ClosureReason("WDRW", ClosureGroup.ADMINISTRATIVE, _("funding or referrer withdrew")),
    ClosureReason("INAP", ClosureGroup.ADMINISTRATIVE, _("not suitable, or referred in error")),
    ClosureReason("PROG", ClosureGroup.ADMINISTRATIVE, _("programme reasons (staffing, closure)")),
    ClosureReason("OTHR", ClosureGroup.ADMINISTRATIVE, _("other")),
)
CLOSURE_GROUPS: Mapping[str, ClosureGroup] = MappingProxyType(
    {reason.code: reason.group for reason in CLOSURE_REASONS}
)
