"""The statistics of the forecast: from the waits of comparable sites to a chance, a middle and an interval.

Aalen and Johansen's estimate of opening with withdrawal as a competing outcome, over sites resampled with random
weights (Rubin's Bayesian bootstrap); what is still under way counts as long as it was seen. Reasons and alternatives:
docs/decisions/2026-11-23-opening-forecast.md.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from implementation.queries.courses import OPENED, UNDER_WAY, WITHDRAWN, Waits

Floats = NDArray[np.float64]

RESAMPLES = 300
LOW, MIDDLE, HIGH = 0.1, 0.5, 0.9


@dataclass(frozen=True)
class Futures:
    """The days that sites like this one took, with the share of futures that opened or were withdrawn at each."""

    days: Floats
    opened: Floats
    withdrawn: Floats
    opened_sites: int
    chances: Floats  # of opening at all, one for each resample

    @property
    def chance(self) -> float:
        """Return the chance of opening at all; what was not seen to its end is shared out as the rest went."""
        return share_of(self.opened.sum(), self.withdrawn.sum())

    @property
    def unseen(self) -> float:
        """Return the share of openings that come later than anything seen so far."""
        left = max(0.0, 1.0 - float(self.opened.sum() + self.withdrawn.sum()))
        openings = float(self.opened.sum()) + left * self.chance
        return left * self.chance / openings if openings else 0.0

    @property
    def places(self) -> Floats:
        """Return where each opening stands among all, seen or not, with room at both ends.

        The k-th of n openings stands at k of n + 1, so that the interval is wider the fewer sites it rests on: it holds
        the next opening in 80 of 100 cases whatever the distribution.
        """
        total = self.opened.sum()
        if not total:
            return np.zeros_like(self.opened)
        room = self.opened_sites / (self.opened_sites + 1)
        places: Floats = np.cumsum(self.opened) / total * (1 - self.unseen) * room
        return places

    def day_at(self, place: float) -> float | None:
        """Return the days within which a share of the openings falls; None if that is later than anything seen."""
        places = self.places
        chosen = self.opened > 0
        if not chosen.any() or (self.unseen and place > places[-1]):
            return None
        return float(np.interp(place, places[chosen], self.days[chosen]))

    def opened_within(self, days: int) -> float:
        """Return the chance of being open within some days."""
        return float(self.opened[self.days <= days].sum())

    @property
    def longest(self) -> float:
        return float(self.days[-1])


def futures_of(waits: Waits, *, seed: int) -> Futures:
    """Resample sites and estimate how those like them go on."""
    is_open_end = waits.outcome == UNDER_WAY
    order = np.lexsort((is_open_end, waits.days))  # on the same day, what ended comes first
    days, outcome = waits.days[order].astype(float), waits.outcome[order]
    weights = np.random.default_rng(seed).standard_exponential((RESAMPLES, len(days)))
    at_risk = np.cumsum(weights[:, ::-1], axis=1)[:, ::-1]
    hazard = np.where(outcome == UNDER_WAY, 0.0, weights / at_risk)
    hazard = np.minimum(hazard, 1.0)
    left = np.cumprod(1.0 - hazard, axis=1)
    before = np.concatenate((np.ones((RESAMPLES, 1)), left[:, :-1]), axis=1)
    ended = before * hazard
    opened = np.where(outcome == OPENED, ended, 0.0)
    withdrawn = np.where(outcome == WITHDRAWN, ended, 0.0)
    sums = opened.sum(axis=1), withdrawn.sum(axis=1)
    return Futures(
        days=days,
        opened=opened.mean(axis=0),
        withdrawn=withdrawn.mean(axis=0),
        opened_sites=int(np.count_nonzero(outcome == OPENED)),
        chances=sums[0] / np.maximum(sums[0] + sums[1], 1e-12),
    )


def share_of(part: float, rest: float) -> float:
    return float(part / (part + rest)) if part + rest else 0.0
