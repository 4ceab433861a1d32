"""One figure with its denominator, its target and the words that say how it stands."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

SMALL_NUMBER = 10


class Unit(TextChoices):
    COUNT = "COUNT", _("number")
    PERCENT = "PERCENT", _("per cent")
    DAYS = "DAYS", _("days")
    SCORE = "SCORE", _("score from 0 to 1")


class Status(TextChoices):
    MET = "met", _("met")
    NOT_MET = "not met", _("not met")
    NO_DATA = "no data", _("no data")


class Operator(StrEnum):
    AT_LEAST = ">="
    BELOW = "<"
    BETWEEN = "between"


@dataclass(frozen=True)
class Target:
    """What a figure should reach, in the unit of the figure; a band includes both of its ends.

    A share that misses it by `close_by` percentage points or less is called close.
    """

    operator: Operator
    value: Decimal
    upper: Decimal | None = None
    close_by: Decimal = Decimal(5)

    def __post_init__(self) -> None:
        if (self.operator == Operator.BETWEEN) != (self.upper is not None):
            raise ValueError(gettext("A band, and only a band, has an upper end."))

    def is_met_by(self, value: Fraction) -> bool:
        return self.distance(value) == 0 and (self.operator != Operator.BELOW or value < self.value)

    def distance(self, value: Fraction) -> Fraction:
        """Say how far the value lies outside; a value on the edge is at 0, met or not."""
        lower = Fraction(self.value)
        if self.operator == Operator.AT_LEAST:
            return max(Fraction(0), lower - value)
        if self.operator == Operator.BELOW:
            return max(Fraction(0), value - lower)
        return max(Fraction(0), lower - value, value - Fraction(self.upper or 0))

    def as_json(self) -> float | int | list[float | int]:
        if self.upper is None:
            return _number(Fraction(self.value))
        return [_number(Fraction(self.value)), _number(Fraction(self.upper))]


@dataclass(frozen=True)
class Metric:
    """One figure of a review, never rounded.

    `k` of `n` where the figure is a share; `n` cases behind a mean; `k` alone where it is a count.
    `missing` are those left out of `n` because something about them is not known. Private remarks
    tell of single families.
    """

    code: str
    name: str | Promise
    unit: Unit
    k: int | None = None
    n: int | None = None
    missing: int = 0
    value: Fraction | None = None
    target: Target | None = None
    remarks: tuple[str, ...] = ()
    private_remarks: tuple[str, ...] = ()
    is_suppressed: bool = False

    @property
    def status(self) -> Status | None:
        if self.is_suppressed:
            return None
        if self.value is None:
            return Status.NO_DATA
        if self.target is None:
            return None
        return Status.MET if self.target.is_met_by(self.value) else Status.NOT_MET

    @property
    def display(self) -> str:
        if self.is_suppressed:
            return gettext("suppressed")
        if self.value is None:
            return gettext("no data")
        return displayed(self.value, self.unit)

    @property
    def target_display(self) -> str:
        if self.target is None:
            return ""
        limit = _with_unit(_plain(self.target.value), self.unit)
        if self.target.upper is not None:
            upper = _with_unit(_plain(self.target.upper), self.unit)
            return gettext("%(lower)s to %(upper)s") % {
                "lower": _plain(self.target.value),
                "upper": upper,
            }
        if self.target.operator == Operator.BELOW:
            return gettext("below %(limit)s") % {"limit": limit}
        return gettext("at least %(limit)s") % {"limit": limit}

    @property
    def note(self) -> str:
        return "; ".join(self._notes())

    def as_json(self) -> dict[str, Any]:
        """Give the figure for machines: the same keys in the same order in every release."""
        return {
            "code": self.code,
            "name": str(self.name),
            "k": self.k,
            "n": self.n,
            "missing": None if self.is_suppressed else self.missing,
            "value": None if self.value is None else _number(self.value),
            "display": self.display,
            "target": None if self.target is None else self.target.as_json(),
            "operator": None if self.target is None else self.target.operator.value,
            "status": None if self.status is None else self.status.value,
            "note": self.note,
        }

    def _notes(self) -> list[str]:
        if self.is_suppressed:
            return [gettext("hidden to protect families: small numbers")]
        notes = [*self._target_notes(), *self.remarks, *self.private_remarks]
        if self.unit != Unit.COUNT and self.n is not None and 0 < self.n < SMALL_NUMBER:
            notes.append(gettext("small numbers"))
        return notes

    def _target_notes(self) -> list[str]:
        if self.value is None or self.target is None:
            return []
        is_met_as_printed = self.target.is_met_by(rounded(self.value, self.unit))
        if self.status == Status.MET:
            return [] if is_met_as_printed else [gettext("meets the target only before rounding")]
        notes = []
        if self.unit == Unit.PERCENT and self.target.distance(self.value) <= self.target.close_by:
            points = {"points": _plain(self.target.close_by)}
            notes.append(gettext("close: within %(points)s percentage points") % points)
        if is_met_as_printed:
            notes.append(gettext("meets the target only when rounded"))
        return notes


def rounded(value: Fraction, unit: Unit) -> Fraction:
    """Round half up, as people do on paper, to the digits that a unit is shown with."""
    scale = {Unit.COUNT: 1, Unit.PERCENT: 10, Unit.DAYS: 10, Unit.SCORE: 100}[unit]
    return Fraction((2 * value * scale + 1) // 2, scale)


def displayed(value: Fraction, unit: Unit) -> str:
    digits = {Unit.COUNT: 0, Unit.PERCENT: 1, Unit.DAYS: 1, Unit.SCORE: 2}[unit]
    near = rounded(value, unit)
    return _with_unit(f"{Decimal(near.numerator) / near.denominator:.{digits}f}", unit)


def _with_unit(number: str, unit: Unit) -> str:
    if unit == Unit.PERCENT:
        return f"{number} %"
    return gettext("%(days)s days") % {"days": number} if unit == Unit.DAYS else number


def _plain(number: Decimal) -> str:
    """Write a target without the noughts that a column of the database adds."""
    return f"{number.normalize():f}"


def _number(value: Fraction) -> float | int:
    return value.numerator if value.denominator == 1 else float(value)
