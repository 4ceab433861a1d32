"""What MST UK starts with for standard MST, written out a second time so that a slip in the first is found."""

from decimal import Decimal

from consultation.metrics import Operator, Target

STANDARD = {
    "M10": Target(Operator.AT_LEAST, Decimal(85)),
    "M11": Target(Operator.BELOW, Decimal(5)),
    "M12": Target(Operator.BELOW, Decimal(10)),
    "M20": Target(Operator.AT_LEAST, Decimal(90)),
    "M21": Target(Operator.AT_LEAST, Decimal(90)),
    "M22": Target(Operator.AT_LEAST, Decimal(90)),
    "M40": Target(Operator.BETWEEN, Decimal(100), Decimal(140)),
    "M50": Target(Operator.BETWEEN, Decimal(4), Decimal(6)),
    "M60": Target(Operator.AT_LEAST, Decimal(70)),
    "M61": Target(Operator.AT_LEAST, Decimal(100)),
    "M62": Target(Operator.AT_LEAST, Decimal("0.61")),
    "M63": Target(Operator.AT_LEAST, Decimal(80)),
    "M71": Target(Operator.AT_LEAST, Decimal(90)),
    "M75": Target(Operator.AT_LEAST, Decimal(2)),
}
