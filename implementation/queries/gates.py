"""The four gates of a site: what each asks for, what stands in its way, and what was decided.

The register is the one place that says what a gate asks for. A probe looks at the live rows of the site and answers
with what it found; nobody ticks a condition.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from implementation.models import (
    STAGE_OF_GATE,
    FactCode,
    Gate,
    GateDecision,
    GateOutcome,
    Plan,
    ReviewOutcome,
    Stage,
)
from implementation.queries.sights import Sight, sight_of
from mst_sites.accounts.permissions import Permission
from mst_sites.look.parts import Text
from mst_sites.periods import day_label
from mst_sites.tenancy.models import Site, Team

# What a person must hold to open the page on which a condition is put right; the plan itself for all others.
REMEDIES = {
    "CONSULTANT": Permission.PEOPLE_MANAGE,
    "FUNDING": Permission.FUNDING_VIEW,
    "FUNDING_LASTS": Permission.FUNDING_VIEW,
    "STEERING_GROUP": Permission.MEETING_VIEW,
}
STAGES = [stage.value for stage in Stage]
# The activity that is the gate's own decision: passing the gate closes it.
DECISION_OF = {Gate.GO: "B6"}
# What a gate does not ask for: its own decision, and the conditions of a review, which may be closed after it.
NOT_ASKED_FOR = {Gate.GO: {DECISION_OF[Gate.GO]}, Gate.READINESS: {"D5"}}
# What is so once an activity of MST UK's plan is done: where the activity is told of, the fact need not be told again.
SHOWN_BY = {
    "B1": {FactCode.NEED_SUFFICIENT},
    "C3": {FactCode.CLINICAL_LEAD_ACCEPTED},
    "D1": {FactCode.LICENCE_SIGNED, FactCode.GOALS_SIGNED},
    "D2": {FactCode.REVIEW_HELD},
    "D4": {FactCode.REVIEW_OUTCOME},
    "D5": {FactCode.CONDITIONS_CLOSED},
    "E1": {FactCode.SUPERVISOR_IN_POST},
    "E2": {FactCode.THERAPISTS_IN_POST},
    "E3": {FactCode.ADMINISTRATOR_IN_POST, FactCode.BACK_UP_IN_POST},
    "E4": {FactCode.ORIENTATION_DONE},
    "E5": {FactCode.SUPERVISOR_ORIENTATION_DONE},
    "E6": {FactCode.ROTA_PUBLISHED},
    "E7": {FactCode.DATA_SET_UP},
}
# The stage that a site comes into by passing. After the last gate it is live.
STAGE_AFTER = {
    Gate.GO: Stage.DESIGN,
    Gate.GOALS: Stage.READINESS,
    Gate.READINESS: Stage.RECRUITMENT,
    Gate.OPENING: Stage.LIVE,
}
# Without these a review has no outcome that could have conditions.
NEVER_WAIT = frozenset({"REVIEW_HELD", "REVIEW_OUTCOME"})


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that a gate asks for, whether it is so, and where it is put right."""

    code: str
    label: Text
    is_met: bool
    is_mandatory: bool
    detail: Text = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What a probe saw."""

    is_met: bool
    detail: Text = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """One entry of the register: a probe with its name, and the page on which it is put right."""

    code: str
    label: Text
    probe: Callable[[Sight, date], Found]
    page: str
    args: tuple[str, ...] = ()
    is_mandatory: bool = True


@dataclass(frozen=True)
class GateState:
    """A gate with its conditions, as they are now or were on a day, and the decision that stands now."""

    gate: Gate
    conditions: Sequence[Condition]
    decision: GateDecision | None

    @property
    def open_conditions(self) -> list[Condition]:
        """Return what is not met, mandatory things first."""
        return sorted(
            (c for c in self.conditions if not c.is_met), key=lambda c: not c.is_mandatory
        )

    @property
    def obstacles(self) -> list[Condition]:
        """Return what stands in the way: what is mandatory and not met."""
        return [c for c in self.conditions if c.is_mandatory and not c.is_met]

    @property
    def met_count(self) -> int:
        return sum(condition.is_met for condition in self.conditions)

    @property
    def is_passed(self) -> bool:
        return self.decision is not None and self.decision.outcome != GateOutcome.REFUSED

    @property
    def is_passed_by_exception(self) -> bool:
        """Tell whether it was passed although something was open, and some of that is open still."""
        if not self.is_passed or self.decision is None or not self.decision.override_reason:
            return False
        return bool({c.code for c in self.obstacles} & set(self.decision.open_items))


def code_in_address(code: FactCode) -> str:
    """Write a fact's code for an address: licence-signed."""
    return code.lower().replace("_", "-")


def fact(code: FactCode, *, is_mandatory: bool = True) -> Asked:
    """Ask for a fact of a code that stands."""

    def probe(sight: Sight, today: date) -> Found:
        standing = sight.facts.get(code)
        if standing is None:
            return Found(is_met=False, detail=_("Not recorded yet."))
        return Found(is_met=True, detail=_("Since %(day)s") % {"day": day_label(standing.holds_on)})

    return Asked(
        code, code.label, probe, "fact-detail", (code_in_address(code),), is_mandatory=is_mandatory
    )


def passed(gate: Gate) -> Asked:
    """Ask for an earlier gate to be passed."""

    def probe(sight: Sight, today: date) -> Found:
        decision = sight.decisions.get(gate)
        if decision is None:
            return Found(is_met=False, detail=_("Nothing is decided yet."))
        told = {"outcome": decision.get_outcome_display(), "day": day_label(decision.decided_on)}
        return Found(sight.has_passed(gate), _("%(outcome)s, %(day)s") % told)

    label = gettext_lazy("Gate before: %(gate)s") % {"gate": gate.label}
    return Asked(f"GATE_{gate}", label, probe, "gate-detail", (gate.lower(),))


def outcome_of_review(sight: Sight, today: date) -> Found:
    standing = sight.facts.get(FactCode.REVIEW_OUTCOME)
    if standing is None:
        return Found(is_met=False, detail=_("Not recorded yet."))
    told = {
        "outcome": ReviewOutcome(standing.value).label,
        "day": day_label(standing.holds_on),
    }
    is_met = standing.value != ReviewOutcome.NOT_READY
    return Found(is_met, _("%(outcome)s, %(day)s") % told)


def closed_conditions(sight: Sight, today: date) -> Found:
    """Look whether nothing is left of the review: closed after it, not after one before."""
    outcome = sight.facts.get(FactCode.REVIEW_OUTCOME)
    closed = sight.facts.get(FactCode.CONDITIONS_CLOSED)
    if outcome is None:
        return Found(is_met=False, detail=_("The review has no outcome yet."))
    if outcome.value == ReviewOutcome.READY:
        return Found(is_met=True, detail=_("The review had no conditions."))
    if outcome.value == ReviewOutcome.NOT_READY:
        return Found(is_met=False, detail=_("The review found the site not ready."))
    if closed is None:
        return Found(is_met=False, detail=_("Not recorded yet."))
    if closed.holds_on < outcome.holds_on:
        return Found(is_met=False, detail=_("Those that were closed are of an earlier review."))
    return Found(is_met=True, detail=_("Since %(day)s") % {"day": day_label(closed.holds_on)})


def has_team(sight: Sight, today: date) -> Found:
    if not sight.teams:
        return Found(is_met=False, detail=_("The site has no team yet."))
    return Found(is_met=True, detail=", ".join(team.name for team in sight.teams))


def has_consultant(sight: Sight, today: date) -> Found:
    if not sight.teams:
        return Found(is_met=False, detail=_("The site has no team yet."))
    without = sight.teams_without_consultant
    if without:
        names = ", ".join(team.name for team in without)
        return Found(is_met=False, detail=_("Nobody is assigned to %(teams)s.") % {"teams": names})
    return Found(is_met=True, detail=_("Every team has one."))


def has_money(sight: Sight, today: date) -> Found:
    if sight.funding_ends_on is None:
        return Found(is_met=False, detail=_("No money is confirmed yet."))
    return Found(is_met=True, detail=_("Until %(day)s") % {"day": last_day(sight.funding_ends_on)})


def has_lasting_money(sight: Sight, today: date) -> Found:
    """Look whether confirmed money is left once the site has opened: if it has not, today at the earliest."""
    ends_on = sight.funding_ends_on
    if ends_on is None:
        return Found(is_met=False, detail=_("No money is confirmed yet."))
    opening = sight.opened_on or max(sight.plan.planned_opening_on or today, today)
    told = {"day": last_day(ends_on), "opening": day_label(opening)}
    if ends_on <= opening:
        return Found(
            is_met=False,
            detail=_("Confirmed until %(day)s, which is not after the opening.") % told,
        )
    return Found(is_met=True, detail=_("Confirmed until %(day)s") % told)


def last_day(ends_on: date) -> str:
    return day_label(ends_on - timedelta(days=1))


def has_met_group(sight: Sight, today: date) -> Found:
    if sight.steering_since is None:
        return Found(is_met=False, detail=_("There is no steering group yet."))
    if not sight.has_steering_met:
        return Found(is_met=False, detail=_("It has not met, or no meeting is closed yet."))
    return Found(
        is_met=True, detail=_("Last on %(day)s") % {"day": day_label(sight.steering_since)}
    )


MONEY = Asked("FUNDING", gettext_lazy("Funding is confirmed"), has_money, "funding-detail")
LASTING_MONEY = Asked(
    "FUNDING_LASTS",
    gettext_lazy("Funding is confirmed beyond the opening"),
    has_lasting_money,
    "funding-detail",
)
STEERING = Asked(
    "STEERING_GROUP",
    gettext_lazy("A steering group of several agencies has met"),
    has_met_group,
    "steering-detail",
)
TEAM = Asked("TEAM", gettext_lazy("Team is here"), has_team, "site-detail")
CONSULTANT = Asked(
    "CONSULTANT", gettext_lazy("MST consultant assigned"), has_consultant, "membership-list"
)
OUTCOME = Asked(
    "REVIEW_OUTCOME",
    gettext_lazy("Outcome of the Site Readiness Review is ready, or ready with conditions"),
    outcome_of_review,
    "fact-detail",
    ("review-outcome",),
)
CLOSED = Asked(
    "CONDITIONS_CLOSED",
    FactCode.CONDITIONS_CLOSED.label,
    closed_conditions,
    "fact-detail",
    ("conditions-closed",),
)

# What each gate asks for, beside the mandatory activities up to its stage (domain: the gates and the mandatory lines
# of the readiness checklist that are public; docs/glossary.md names the sources). Other parts add their entries here.
REGISTER: dict[Gate, list[Asked]] = {
    Gate.GO: [fact(FactCode.NEED_SUFFICIENT), MONEY],
    Gate.GOALS: [passed(Gate.GO), STEERING, fact(FactCode.CLINICAL_LEAD_ACCEPTED)],
    Gate.READINESS: [
        passed(Gate.GOALS),
        fact(FactCode.LICENCE_SIGNED),
        fact(FactCode.GOALS_SIGNED),
        fact(FactCode.REVIEW_HELD),
        OUTCOME,
    ],
    Gate.OPENING: [
        passed(Gate.READINESS),
        fact(FactCode.LICENCE_SIGNED),
        fact(FactCode.GOALS_SIGNED),
        OUTCOME,
        CLOSED,
        LASTING_MONEY,
        STEERING,
        TEAM,
        fact(FactCode.SUPERVISOR_IN_POST),
        fact(FactCode.THERAPISTS_IN_POST),
        fact(FactCode.ADMINISTRATOR_IN_POST),
        fact(FactCode.BACK_UP_IN_POST),
        fact(FactCode.ORIENTATION_DONE),
        fact(FactCode.SUPERVISOR_ORIENTATION_DONE),
        fact(FactCode.ROTA_PUBLISHED),
        CONSULTANT,
        fact(FactCode.DATA_SET_UP),
    ],
}


def conditions_in(sight: Sight, gate: Gate, *, today: date) -> list[Condition]:
    """Return everything that a gate asks for, out of rows that are read already."""
    asked = [condition_of(entry, sight, today=today) for entry in REGISTER[gate]]
    return [*asked, *activities_asked_for(sight, gate)]


def condition_of(entry: Asked, sight: Sight, *, today: date) -> Condition:
    found = entry.probe(sight, today)
    return Condition(
        entry.code,
        entry.label,
        found.is_met,
        entry.is_mandatory,
        found.detail,
        reverse(entry.page, args=[sight.site.slug, *entry.args]),
    )


def activities_asked_for(sight: Sight, gate: Gate) -> Iterator[Condition]:
    """Give the mandatory activities up to the gate's stage, each done or not."""
    last = STAGES.index(STAGE_OF_GATE[gate])
    without = NOT_ASKED_FOR.get(gate, set())
    for activity in sight.activities:
        is_asked_for = (
            activity.is_mandatory
            and activity.is_applicable
            and not activity.is_left_over
            and STAGES.index(activity.stage) <= last
            and activity.code not in without
        )
        if is_asked_for:
            yield Condition(
                activity.code,
                activity.title,
                sight.is_done(activity),
                is_mandatory=True,
                detail=progress_of(activity),
                url=reverse("activity-detail", args=[sight.site.slug, activity.pk]),
            )


def progress_of(activity: Any) -> str:
    if activity.completed_on:
        return _("Done on %(day)s") % {"day": day_label(activity.completed_on)}
    if activity.forecast_on:
        return _("Forecast for %(day)s") % {"day": day_label(activity.forecast_on)}
    return _("No day is forecast.")


def gate_states(site: Site, plan: Plan, *, today: date) -> list[GateState]:
    """Return the four gates of a site in their order."""
    sight = sight_of(site, plan)
    return [state_in(sight, gate, today=today) for gate in Gate]


def gate_state(site: Site, plan: Plan, gate: Gate, *, today: date) -> GateState:
    return state_in(sight_of(site, plan), gate, today=today)


def state_in(sight: Sight, gate: Gate, *, today: date) -> GateState:
    return GateState(gate, conditions_in(sight, gate, today=today), sight.latest.get(gate))


def decisions_of(site: Site, gate: Gate) -> QuerySet[GateDecision]:
    """Return every decision at a gate, the one that stands first."""
    decisions: QuerySet[GateDecision] = GateDecision.objects.filter(site=site, gate=gate)
    return decisions.select_related("recorded_by").order_by("-decided_on", "-recorded_at")


def unopened_team_count(site: Site) -> int:
    """Count the teams that open when the site does."""
    return Team.objects.filter(site=site, opened_on=None).count()


def labels_of(codes: Iterable[str], conditions: Iterable[Condition]) -> list[str]:
    """Say codes of a decision in words, as far as they are known now."""
    words = {condition.code: str(condition.label) for condition in conditions}
    return [words.get(code, code) for code in codes]
