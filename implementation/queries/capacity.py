"""What a service could do: families a year, places, referrals and teams. Pure arithmetic in Decimal."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from implementation.models import CapacityScenario
from mst_sites.tenancy.models import MstModel

MONTHS = 12
HUNDRED = Decimal(100)
BLUEPRINTS = "https://www.blueprintsprograms.org/program-costs/multisystemic-therapy-mst"
ESSEX = (
    "http://www.mstuk.org/evaluation-multisystemic-therapy-service-essex-report-findings-july-2019"
)
MANCHESTER = "https://slideplayer.com./slide/14117032"
CAN_LENGTH = (
    "https://slam.nhs.uk/service-detail/service/multisystemic-therapy-national-service-mstuk-221"
)
ADAPTATIONS = "http://www.mstuk.org/what-mst/mst-adaptations"
BUILDING_STRONGER_FAMILIES = (
    "https://www.cebc4cw.org/program/multisystemic-therapy-building-stronger-families/"
)


@dataclass(frozen=True, slots=True)
class Range:
    """A figure under a low, a central and a high estimate."""

    low: int
    central: int
    high: int


@dataclass(frozen=True, slots=True)
class Capacity:
    """A service of equal teams; utilisation and acceptance are shares from 0 to 1."""

    therapists: Decimal
    caseload: Decimal
    months: Decimal
    utilisation: Decimal
    acceptance: Decimal
    teams: int = 1

    @property
    def places(self) -> Decimal:
        """Return how many families a team can treat at a time."""
        return self.therapists * self.caseload

    @property
    def families_per_team(self) -> Decimal:
        """Return how many families one team treats in a year."""
        return self._yearly / self.months

    @property
    def families(self) -> Decimal:
        return self._yearly * self.teams / self.months

    @property
    def referrals(self) -> int:
        """Return how many eligible young people must be referred in a year to fill the service."""
        return ceiling(self._yearly * self.teams, self.months * self.acceptance)

    def accepted(self, eligible: int) -> Decimal:
        """Return for how many of those eligible the family takes part."""
        return eligible * self.acceptance

    def teams_supported(self, eligible: int) -> int:
        """Return how many full teams the need can keep busy."""
        # Whole parts of one division: a rounded number of families a year could lose a team.
        return int(eligible * self.acceptance * self.months // self._yearly)

    def share_of_a_team(self, eligible: int) -> Decimal:
        """Return the need in teams, not rounded."""
        return eligible * self.acceptance * self.months / self._yearly

    @property
    def _yearly(self) -> Decimal:
        return self.places * MONTHS * self.utilisation


def ceiling(whole: Decimal, part: Decimal) -> int:
    quotient, rest = divmod(whole, part)
    return int(quotient) + (rest > 0)


def capacity_of(scenario: CapacityScenario) -> Capacity:
    """Read a scenario as the arithmetic takes it."""
    return Capacity(
        therapists=Decimal(scenario.therapists),
        caseload=Decimal(scenario.caseload),
        months=Decimal(scenario.treatment_months),
        utilisation=Decimal(scenario.utilisation) / HUNDRED,
        acceptance=Decimal(scenario.acceptance) / HUNDRED,
        teams=scenario.teams,
    )


def eligible_of(scenario: CapacityScenario) -> Range:
    return Range(scenario.eligible_low, scenario.eligible_central, scenario.eligible_high)


def teams_of(capacity: Capacity, eligible: Range) -> Range:
    return Range(
        *(
            capacity.teams_supported(each)
            for each in (eligible.low, eligible.central, eligible.high)
        )
    )


@dataclass(frozen=True, slots=True)
class Default:
    """What a new scenario of a model starts from, and where that is from; each figure can be typed over."""

    therapists: Decimal
    caseload: Decimal
    months: Decimal
    source: str | Promise
    address: str = ""

    def as_json(self) -> dict[str, str]:
        return {
            "therapists": digits(self.therapists),
            "caseload": digits(self.caseload),
            "months": digits(self.months),
            "source": str(self.source),
            "address": self.address,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, str]) -> "Default":
        return cls(
            Decimal(stored["therapists"]),
            Decimal(stored["caseload"]),
            Decimal(stored["months"]),
            stored["source"],
            stored["address"],
        )


@dataclass(frozen=True, slots=True)
class Share:
    """A share in per cent that scenarios of every model start from."""

    value: Decimal
    source: str | Promise
    address: str = ""

    def as_json(self) -> dict[str, str]:
        return {
            "value": digits(self.value),
            "source": str(self.source),
            "address": self.address,
        }


@dataclass(frozen=True, slots=True)
class Defaults:
    """An edition of the starting figures."""

    utilisation: Share
    acceptance: Share
    models: Mapping[str, Default]

    def as_json(self) -> dict[str, Any]:
        return {
            "utilisation": self.utilisation.as_json(),
            "acceptance": self.acceptance.as_json(),
            "models": {str(model): each.as_json() for model, each in self.models.items()},
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Defaults":
        shares = {
            name: Share(**{**stored[name], "value": Decimal(stored[name]["value"])})
            for name in ("utilisation", "acceptance")
        }
        # In the order of the choices: the database keeps none.
        models = {model: Default.from_json(stored["models"][model]) for model in MstModel.values}
        return cls(**shares, models=models)

    def sources(self, model: str) -> list[tuple[str, str]]:
        """Return where the figures of a model were published, in the reader's language."""
        found = (self.models[model], self.utilisation, self.acceptance)
        return [(str(each.source), each.address) for each in found]


def digits(value: Decimal) -> str:
    """Write a number one way alone, so that 4 and 4.0 are the same figure."""
    return f"{value.normalize():f}"


# What follows is the first edition, which the migration 0016 wrote down as it stands here.
# Of standard MST in the UK; nothing was published for the adaptations, which start from the same.
UTILISATION = Decimal(60)
UTILISATION_SOURCE = _(
    "Places in use: in Essex each therapist works with about ten families a year, two thirds of what the American "
    "planning figures give, and the years since the start come to 34 families a team (56 per cent)."
)
ACCEPTANCE = Decimal("49.4")
ACCEPTANCE_SOURCE = _("Families that take part: 49 per cent of those referred in Manchester.")

PLAIN = Default(
    Decimal(4),
    Decimal(5),
    Decimal(4),
    _("Four therapists, five families each, about four months: the American planning figures."),
    BLUEPRINTS,
)
AS_STANDARD = Default(
    PLAIN.therapists,
    PLAIN.caseload,
    PLAIN.months,
    _("An assumption: as standard MST, because nothing was published for this model."),
)
DEFAULTS: Mapping[str, Default] = {
    MstModel.STANDARD: PLAIN,
    MstModel.CAN: Default(
        Decimal(3),
        Decimal(4),
        Decimal("7.5"),
        _(
            "Six to nine months of treatment, taken in the middle. Three therapists with four families each are "
            "an assumption, borrowed from MST-BSF."
        ),
        CAN_LENGTH,
    ),
    MstModel.PSB: Default(
        Decimal(4),
        Decimal(4),
        Decimal(6),
        _(
            "Five to seven months of treatment, taken in the middle. Four therapists with four families each are "
            "an assumption: published is only that the families are few."
        ),
        ADAPTATIONS,
    ),
    MstModel.FIT: Default(
        Decimal(4),
        Decimal(4),
        Decimal("7.5"),
        _(
            "Three to four months before the return home and four after it. Four therapists with four families "
            "each are an assumption."
        ),
        ADAPTATIONS,
    ),
    MstModel.BSF: Default(
        Decimal(3),
        Decimal(4),
        Decimal("7.5"),
        _(
            "Three therapists with at most four families each. The length is an assumption, borrowed from MST-CAN: "
            "none was published."
        ),
        BUILDING_STRONGER_FAMILIES,
    ),
    MstModel.E: AS_STANDARD,
    MstModel.SA: AS_STANDARD,
    MstModel.EA: AS_STANDARD,
}
BUILT_IN = Defaults(
    Share(UTILISATION, UTILISATION_SOURCE, ESSEX),
    Share(ACCEPTANCE, ACCEPTANCE_SOURCE, MANCHESTER),
    DEFAULTS,
)
