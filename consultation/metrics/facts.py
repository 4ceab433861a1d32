"""What the figures of a Performance Implementation Review are counted from."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from django.conf import settings
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from mst_sites.periods import Period


class ClosureGroup(TextChoices):
    """What a closure means: all but the last had an opportunity for a full course."""

    COMPLETED = "COMPLETED", _("completed")
    NOT_ENGAGED = "NOT_ENGAGED", _("not engaged")
    PLACED = "PLACED", _("placed out of home")
    ADMINISTRATIVE = "ADMINISTRATIVE", _("administrative")


OPPORTUNITY_GROUPS = frozenset(ClosureGroup) - {ClosureGroup.ADMINISTRATIVE}


@dataclass(frozen=True)
class EpisodeFacts:
    """One family's course of treatment; None is "not known"."""

    case_ref: str
    referred_on: date | None = None
    accepted_on: date | None = None
    started_on: date | None = None
    closed_on: date | None = None
    closure_group: ClosureGroup | None = None
    at_home: bool | None = None
    school_work: bool | None = None
    no_new_arrests: bool | None = None
    tam_r: tuple[tuple[date, Decimal], ...] = ()

    @property
    def is_taken_on(self) -> bool:
        """A start tells of the acceptance, too, where nobody noted its day."""
        return self.accepted_on is not None or self.started_on is not None

    @property
    def is_decided(self) -> bool:
        return self.is_taken_on or self.closed_on is not None

    @property
    def days_waited(self) -> int | None:
        if self.referred_on is None or self.started_on is None:
            return None
        return (self.started_on - self.referred_on).days

    @property
    def days_in_treatment(self) -> int | None:
        if self.started_on is None or self.closed_on is None:
            return None
        return (self.closed_on - self.started_on).days

    @property
    def all_three_outcomes(self) -> bool | None:
        """Not known unless all three are, even where one of them already fails."""
        outcomes = (self.at_home, self.school_work, self.no_new_arrests)
        return None if None in outcomes else all(outcomes)

    @property
    def adherence(self) -> Fraction | None:
        """The family's mean over all of its TAM-Rs."""
        scores = [score for _, score in self.tam_r]
        return sum(map(Fraction, scores), Fraction(0)) / len(scores) if scores else None

    def tam_r_due(self, period: Period, *, today: date) -> int:
        """Count the TAM-Rs that fell due in the period; one due after closure is lost.

        Monthly is known; the days are an assumption of ours, and so settings.
        """
        if self.started_on is None:
            return 0
        first = self.started_on + timedelta(days=settings.TAM_R_FIRST_AFTER_DAYS)
        end = min(period.ends_on, today + timedelta(days=1))
        if self.closed_on is not None:
            end = min(end, self.closed_on + timedelta(days=1))
        return _slots(first, end) - _slots(first, min(period.starts_on, end))


@dataclass(frozen=True)
class ConsultationWeek:
    """One week's consultation as its note tells it; a week without a note has none of these."""

    monday: date
    was_held: bool
    is_agreed_closure: bool = False


def opportunity(episodes: Iterable[EpisodeFacts], period: Period) -> tuple[EpisodeFacts, ...]:
    """Give the cases closed in the period that had an opportunity for a full course."""
    return tuple(
        episode
        for episode in episodes
        if episode.closed_on in period and episode.closure_group in OPPORTUNITY_GROUPS
    )


def _slots(first: date, end: date) -> int:
    """Count the days on which one falls due, `first` being one, that come before `end`."""
    return max(0, -((first - end) // timedelta(days=settings.TAM_R_EVERY_DAYS)))
