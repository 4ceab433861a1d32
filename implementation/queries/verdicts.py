"""What speaks against a decision at a gate, told before it is taken and held to when it is."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from implementation.models import Gate, GateOutcome, Plan, PlanState
from implementation.queries.gates import NEVER_WAIT, Condition, GateState, state_in
from implementation.queries.sights import sight_of
from mst_sites.accounts.models import User
from mst_sites.accounts.permissions import Permission, roles_that_may
from mst_sites.periods import day_label

FIRST_FEW = 5


@dataclass(frozen=True)
class Verdict:
    """What was decided at a gate, by whom and on which day."""

    outcome: str
    decided_on: date
    decided_by: str
    note: str = ""
    override_reason: str = ""
    opened_on: date | None = None  # for the last gate, when it is passed

    @property
    def passes(self) -> bool:
        return self.outcome != GateOutcome.REFUSED

    def is_exception(self, state: GateState) -> bool:
        """Tell whether it passes although something mandatory is open, which only an exception can."""
        return self.outcome == GateOutcome.PASSED and bool(state.obstacles)


def outcomes_of(gate: Gate) -> list[GateOutcome]:
    """Return how a gate can end: only a readiness review has conditions that may be closed later."""
    return [
        outcome
        for outcome in GateOutcome
        if outcome != GateOutcome.CONDITIONS or gate == Gate.READINESS
    ]


def may_override(user: User | None) -> bool:
    """Tell whether somebody may pass a gate while something is open."""
    return user is not None and user.country_role in roles_that_may(Permission.GATE_OVERRIDE)


def state_on_its_day(verdict: Verdict, plan: Plan, gate: Gate, *, today: date) -> GateState:
    """Return a gate as it was at the end of the day of a decision, with the decision that stands now.

    What lasts beyond the opening is measured by the day of the opening that the decision brings about.
    """
    past = verdict.decided_on if verdict.decided_on < today else None
    opened_on = verdict.opened_on if verdict.passes else None
    sight = sight_of(plan.site, plan, day=past, opened_on=opened_on)
    return state_in(sight, gate, today=past or today)


def faults_of(
    verdict: Verdict, plan: Plan, state: GateState, *, today: date, by: User | None
) -> dict[str, str]:
    """Return what speaks against a decision, by field; empty when nothing does.

    :param state: of the gate on the day of the decision.
    """
    if plan.site.is_closed:
        return {"__all__": _("This site is closed: nothing is decided any more.")}
    if plan.state != PlanState.ACTIVE:
        words = _("Nothing can be decided for a site that is: %(state)s.")
        return {"__all__": words % {"state": plan.get_state_display()}}
    wrong_day = fault_of_day(verdict, plan, state, today=today)
    faults = {
        "decided_on": wrong_day,
        # What was open on a day that cannot be right says nothing.
        "outcome": "" if wrong_day else fault_of_outcome(verdict, state, today=today, by=by),
        "opened_on": fault_of_opening(verdict, state, today=today),
    }
    if verdict.outcome == GateOutcome.CONDITIONS and not verdict.note.strip():
        faults["note"] = _("Say what the conditions are, who closes each of them, and until when.")
    return {field: words for field, words in faults.items() if words}


def fault_of_day(verdict: Verdict, plan: Plan, state: GateState, *, today: date) -> str:
    if verdict.decided_on > today:
        return _("This day is still to come.")
    if verdict.decided_on < plan.started_on:
        words = _("The first enquiry was on %(day)s: nothing was decided before it.")
        return words % {"day": day_label(plan.started_on)}
    if state.decision is not None and verdict.decided_on < state.decision.decided_on:
        words = _("A decision of %(day)s stands: this one cannot be earlier.")
        return words % {"day": day_label(state.decision.decided_on)}
    return ""


def fault_of_outcome(verdict: Verdict, state: GateState, *, today: date, by: User | None) -> str:
    if verdict.outcome not in outcomes_of(state.gate):
        return _("This gate is passed or not passed.")
    if verdict.outcome == GateOutcome.CONDITIONS:
        missing = [c for c in state.obstacles if c.code in NEVER_WAIT]
        if missing:
            return _("There are no conditions without a review: %(items)s.") % {
                "items": named(missing)
            }
    if not verdict.is_exception(state):
        return ""
    if verdict.override_reason.strip() and may_override(by):
        return ""
    return what_was_open(verdict, state, today=today)


def what_was_open(verdict: Verdict, state: GateState, *, today: date) -> str:
    """Say what stands in the way, or stood there on a day that is over."""
    count = len(state.obstacles)
    if verdict.decided_on < today:
        words = ngettext(
            "On %(day)s %(count)d mandatory thing was open: %(items)s.",
            "On %(day)s %(count)d mandatory things were open: %(items)s.",
            count,
        )
    else:
        words = ngettext(
            "%(count)d mandatory thing is still open: %(items)s.",
            "%(count)d mandatory things are still open: %(items)s.",
            count,
        )
    day = day_label(verdict.decided_on)
    return words % {"count": count, "items": named(state.obstacles), "day": day}


def fault_of_opening(verdict: Verdict, state: GateState, *, today: date) -> str:
    if state.gate != Gate.OPENING or not verdict.passes:
        return ""
    if verdict.opened_on is None:
        return _("Give the day on which the service opened.")
    if verdict.opened_on > today:
        return _("This day is still to come. Record the decision on the day, or after it.")
    if verdict.opened_on < verdict.decided_on:
        return _("The service cannot have opened before it was decided.")
    return ""


def named(conditions: list[Condition]) -> str:
    """Name the first few of what is open."""
    names = [str(condition.label) for condition in conditions[:FIRST_FEW]]
    if len(conditions) > FIRST_FEW:
        names.append(_("and others"))
    return "; ".join(names)
