"""What a review says: figures and judgement in one frozen record, with the canonical form that its hash is taken of."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Self

from consultation.metrics import ClosureGroup, Metric, Operator, Target, Unit, suppressed
from mst_sites.periods import Period

FORM = 2  # of the snapshot; a later form must go on reading those before
# What the first form did not keep, for it was the same for everybody.
FIRST_CLOSE_BY = "5"
FIRST_THRESHOLD = "61/100"


@dataclass(frozen=True)
class Closure:
    """How many cases were closed for one reason."""

    code: str
    text: str
    group: ClosureGroup
    count: int


@dataclass(frozen=True)
class WeekState:
    """A week by its Monday, and what became of its consultation: a state of the look's strip."""

    monday: date
    state: str


@dataclass(frozen=True)
class PeriodFigures:
    """The figures of an earlier period, as they were issued or as they are known now."""

    period: Period
    metrics: tuple[Metric, ...]


@dataclass(frozen=True)
class Narrative:
    """What people add to the figures."""

    summary: str = ""
    strengths: tuple[str, ...] = ()
    barriers: tuple[str, ...] = ()
    recommendations: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.summary or self.strengths or self.barriers or self.recommendations)


@dataclass(frozen=True)
class Issue:
    """Who made a review public, and when: part of what its hash covers."""

    edition: int
    prepared_by: str
    issued_by: str
    issued_at: datetime
    distribution: tuple[str, ...] = ()
    supersedes: str = ""  # the hash of the edition before


@dataclass(frozen=True)
class ReviewContent:
    """Everything that a review shows; page, PDF and command read the same record."""

    site: str
    team: str
    provider: str
    model: str
    language: str
    period: Period
    as_of: date
    metrics: tuple[Metric, ...]
    definitions: Mapping[str, str]
    previous: tuple[PeriodFigures, ...] = ()
    closures: tuple[Closure, ...] = ()
    adherence: tuple[Fraction, ...] = ()
    threshold: Fraction = Fraction(FIRST_THRESHOLD)  # from which a family is adherent
    weeks: tuple[WeekState, ...] = ()
    narrative: Narrative = field(default_factory=Narrative)
    issue: Issue | None = None
    is_suppressed: bool = False

    def metric(self, code: str) -> Metric:
        return next(metric for metric in self.metrics if metric.code == code)

    def for_commissioners(self) -> Self:
        """Give the copy that shows no count of 1 to 4, and nothing about single families."""
        return replace(
            self,
            metrics=suppressed(self.metrics),
            previous=tuple(
                replace(earlier, metrics=suppressed(earlier.metrics)) for earlier in self.previous
            ),
            closures=(),
            adherence=(),
            is_suppressed=True,
        )

    def with_narrative(self, narrative: Narrative) -> Self:
        return replace(self, narrative=narrative)

    def issued(self, issue: Issue) -> Self:
        return replace(self, issue=issue)

    def as_json(self) -> dict[str, Any]:
        """Give the content in texts, whole numbers, lists and objects alone, which have one canonical form."""
        return {
            "form": FORM,
            "site": self.site,
            "team": self.team,
            "provider": self.provider,
            "model": self.model,
            "language": self.language,
            "period": _period_json(self.period),
            "as_of": self.as_of.isoformat(),
            "metrics": [_metric_json(metric) for metric in self.metrics],
            "definitions": dict(self.definitions),
            "previous": [
                {
                    "period": _period_json(earlier.period),
                    "metrics": [_metric_json(metric) for metric in earlier.metrics],
                }
                for earlier in self.previous
            ],
            "closures": [
                {**asdict(closure), "group": closure.group.value} for closure in self.closures
            ],
            "adherence": [str(mean) for mean in self.adherence],
            "threshold": str(self.threshold),
            "weeks": [[week.monday.isoformat(), week.state] for week in self.weeks],
            "narrative": {
                "summary": self.narrative.summary,
                "strengths": list(self.narrative.strengths),
                "barriers": list(self.narrative.barriers),
                "recommendations": list(self.narrative.recommendations),
            },
            "issue": self.issue and _issue_json(self.issue),
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        return cls(
            site=kept["site"],
            team=kept["team"],
            provider=kept["provider"],
            model=kept["model"],
            language=kept["language"],
            period=_period(kept["period"]),
            as_of=date.fromisoformat(kept["as_of"]),
            metrics=_metrics(kept["metrics"]),
            definitions=kept["definitions"],
            previous=tuple(
                PeriodFigures(_period(earlier["period"]), _metrics(earlier["metrics"]))
                for earlier in kept["previous"]
            ),
            closures=tuple(
                Closure(**{**closure, "group": ClosureGroup(closure["group"])})
                for closure in kept["closures"]
            ),
            adherence=tuple(Fraction(mean) for mean in kept["adherence"]),
            threshold=Fraction(kept.get("threshold", FIRST_THRESHOLD)),
            weeks=tuple(
                WeekState(date.fromisoformat(monday), state) for monday, state in kept["weeks"]
            ),
            narrative=Narrative(
                kept["narrative"]["summary"],
                tuple(kept["narrative"]["strengths"]),
                tuple(kept["narrative"]["barriers"]),
                tuple(kept["narrative"]["recommendations"]),
            ),
            issue=kept["issue"] and _issue(kept["issue"]),
        )


def fingerprint(snapshot: Mapping[str, Any]) -> str:
    """Take the SHA-256 of a snapshot's canonical form in UTF-8."""
    return hashlib.sha256(canonical(snapshot).encode()).hexdigest()


def canonical(snapshot: Mapping[str, Any]) -> str:
    """Write a snapshot in its canonical form: sorted keys, no spaces."""
    return json.dumps(snapshot, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _issue_json(issue: Issue) -> dict[str, Any]:
    return {
        **asdict(issue),
        "issued_at": issue.issued_at.isoformat(),
        "distribution": list(issue.distribution),
    }


def _issue(kept: Mapping[str, Any]) -> Issue:
    at = datetime.fromisoformat(kept["issued_at"])
    return Issue(**{**kept, "issued_at": at, "distribution": tuple(kept["distribution"])})


def _period_json(period: Period) -> list[str]:
    return [period.starts_on.isoformat(), period.ends_on.isoformat()]


def _period(kept: Iterable[str]) -> Period:
    return Period(*map(date.fromisoformat, kept))


def _metric_json(metric: Metric) -> dict[str, Any]:
    target = metric.target
    return {
        "code": metric.code,
        "name": str(metric.name),
        "unit": metric.unit.value,
        "k": metric.k,
        "n": metric.n,
        "missing": metric.missing,
        "value": None if metric.value is None else str(metric.value),
        "target": target and _target_json(target),
        "remarks": list(metric.remarks),
        "private_remarks": list(metric.private_remarks),
    }


def _metrics(kept: Iterable[Mapping[str, Any]]) -> tuple[Metric, ...]:
    return tuple(
        Metric(
            code=each["code"],
            name=each["name"],
            unit=Unit(each["unit"]),
            k=each["k"],
            n=each["n"],
            missing=each["missing"],
            value=each["value"] and Fraction(each["value"]),
            target=each["target"] and _target(*each["target"]),
            remarks=tuple(each["remarks"]),
            private_remarks=tuple(each["private_remarks"]),
        )
        for each in kept
    )


def _target_json(target: Target) -> list[str | None]:
    upper = None if target.upper is None else str(target.upper)
    return [target.operator.value, str(target.value), upper, str(target.close_by)]


def _target(operator: str, value: str, upper: str | None, close_by: str = FIRST_CLOSE_BY) -> Target:
    ends = Decimal(value), Decimal(upper) if upper else None
    return Target(Operator(operator), *ends, close_by=Decimal(close_by))
