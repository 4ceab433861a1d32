"""What MST UK starts from: the targets of each model and the reasons for closing a case."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from consultation.metrics.facts import ClosureGroup
from consultation.metrics.results import Operator, Target

Targets = Mapping[str, Target]

# Outcomes, completion, length of stay and adherence are published for standard MST
# (csi-online.org/youth_services/outcomes.html). M60, M61 and M71 are assumptions of ours.
STANDARD_TARGETS: Targets = MappingProxyType(
    {
        "M10": Target(Operator.AT_LEAST, Decimal(85)),
        "M11": Target(Operator.BELOW, Decimal(5)),
        "M12": Target(Operator.BELOW, Decimal(10)),
        "M20": Target(Operator.AT_LEAST, Decimal(90)),
        "M21": Target(Operator.AT_LEAST, Decimal(90)),
        "M22": Target(Operator.AT_LEAST, Decimal(90)),
        "M40": Target(Operator.BETWEEN, Decimal(100), Decimal(140)),
        "M60": Target(Operator.AT_LEAST, Decimal(70)),
        "M61": Target(Operator.AT_LEAST, Decimal(100)),
        "M62": Target(Operator.AT_LEAST, Decimal("0.61")),
        "M63": Target(Operator.AT_LEAST, Decimal(80)),
        "M71": Target(Operator.AT_LEAST, Decimal(90)),
    }
)

# No source gives targets for the adaptations, and those of standard MST must not be lent to them.
TARGETS_BY_MODEL: Mapping[str, Targets] = MappingProxyType({"standard": STANDARD_TARGETS})


def targets_of(model: str) -> Targets:
    return TARGETS_BY_MODEL.get(model, MappingProxyType({}))


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
