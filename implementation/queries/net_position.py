"""What a service costs for each family and may save: a model, never a measurement. Pure arithmetic in Decimal."""

from dataclasses import dataclass
from decimal import Decimal

from implementation.queries.capacity import ceiling


@dataclass(frozen=True, slots=True)
class Inputs:
    """What the model is told; None where nobody has said it yet."""

    cost: Decimal  # of the whole service in a year
    families: Decimal | None = None  # in a year
    days_saved: tuple[Decimal, Decimal, Decimal] | None = (
        None  # for each family: low, central, high
    )
    cost_per_day: Decimal | None = None
    placement_cost: Decimal | None = None


@dataclass(frozen=True, slots=True)
class NetPosition:
    """Money that would be left over in a year, negative where the service costs more than it saves."""

    low: Decimal
    central: Decimal
    high: Decimal


def cost_per_family(inputs: Inputs) -> Decimal | None:
    if not inputs.cost or not inputs.families:
        return None
    return inputs.cost / inputs.families


def break_even_placements(inputs: Inputs) -> int | None:
    """Return how many placements must be avoided in a year before the service has paid for itself."""
    if not inputs.cost or not inputs.placement_cost:
        return None
    return ceiling(inputs.cost, inputs.placement_cost)


def net_position(inputs: Inputs) -> NetPosition | None:
    """Return families x (days saved x cost of a day) - families x cost of a family."""
    if not inputs.cost or not inputs.families or not inputs.days_saved or not inputs.cost_per_day:
        return None
    return NetPosition(
        *(inputs.families * days * inputs.cost_per_day - inputs.cost for days in inputs.days_saved)
    )
