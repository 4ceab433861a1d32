"""The gates of a site as a board, a task list and a history."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from implementation.models import Gate, GateDecision, GateOutcome, Stage
from implementation.queries.gates import (
    REMEDIES,
    STAGE_AFTER,
    Condition,
    GateState,
    labels_of,
)
from implementation.queries.verdicts import Verdict
from mst_sites.accounts.permissions import Permission
from mst_sites.look.parts import Fact, Task, Text
from mst_sites.look.tables import Cell, Column, Row, Table
from mst_sites.periods import day_label, short_day
from mst_sites.tenancy.models import Site

FIRST_FEW = 3
May = Callable[[Permission], bool]


@dataclass(frozen=True)
class GateCard:
    """One gate on the board."""

    number: int
    label: Text
    url: str
    decide_url: str
    status: str
    tone: str
    met: int
    asked: int
    decision: str
    first_obstacles: Sequence[Task]
    further: int
    is_passed: bool
    leads_to: str


def gate_url(site: Site, gate: str, page: str = "gate-detail") -> str:
    return reverse(page, args=[site.slug, gate.lower()])


def board(site: Site, states: Iterable[GateState], may: May) -> list[GateCard]:
    return [card(site, number, state, may) for number, state in enumerate(states, 1)]


def card(site: Site, number: int, state: GateState, may: May) -> GateCard:
    status, tone = status_of(state)
    obstacles = state.obstacles
    return GateCard(
        number=number,
        label=state.gate.label,
        url=gate_url(site, state.gate),
        decide_url=gate_url(site, state.gate, "gate-decide"),
        status=status,
        tone=tone,
        met=state.met_count,
        asked=len(state.conditions),
        decision=decision_line(state.decision) if state.decision else "",
        first_obstacles=[task_of(condition, may) for condition in obstacles[:FIRST_FEW]],
        further=max(len(obstacles) - FIRST_FEW, 0),
        is_passed=state.is_passed,
        leads_to=leads_to(state.gate),
    )


def leads_to(gate: Gate) -> str:
    stage = STAGE_AFTER[gate]
    if stage == Stage.LIVE:
        return _("Passing it opens the site.")
    return _("Passing it leads to stage %(code)s, %(stage)s.") % {
        "code": stage.value,
        "stage": stage.label,
    }


def status_of(state: GateState) -> tuple[str, str]:
    """Say in two words where a gate stands, with the tone of it."""
    decision = state.decision
    if decision is not None and state.is_passed:
        if decision.override_reason:
            return _("Passed by exception"), "warn"
        label = GateOutcome(decision.outcome).label
        return str(label), "good" if decision.outcome == GateOutcome.PASSED else "warn"
    if decision is not None:
        return _("Not passed"), "bad"
    if not state.obstacles:
        return _("Ready to decide"), "info"
    return _("%(met)d of %(asked)d met") % {
        "met": state.met_count,
        "asked": len(state.conditions),
    }, "neutral"


def decision_line(decision: GateDecision) -> str:
    return _("%(day)s, by %(whom)s") % {
        "day": day_label(decision.decided_on),
        "whom": decision.decided_by,
    }


def way_to(condition: Condition, may: May) -> str:
    """Return the page on which a condition is put right, for those who may open it."""
    needed = REMEDIES.get(condition.code)
    return condition.url if needed is None or may(needed) else ""


def task_of(condition: Condition, may: May) -> Task:
    status = "met" if condition.is_met else "not_met" if condition.is_mandatory else "open"
    hint = condition.detail
    if not condition.is_mandatory:
        hint = " · ".join(filter(None, [_("wished for"), str(hint)]))
    return Task(condition.label, status, way_to(condition, may), hint)


def open_tasks(state: GateState, may: May) -> list[Task]:
    return [task_of(condition, may) for condition in state.open_conditions]


def met_tasks(state: GateState, may: May) -> list[Task]:
    return [task_of(condition, may) for condition in state.conditions if condition.is_met]


def decision_facts(state: GateState, decision: GateDecision) -> list[Fact]:
    """Show the decision that stands, with what was open when it was taken."""
    recorded = decision.recorded_by.full_name if decision.recorded_by else _("The system")
    facts = [
        Fact(_("Outcome"), str(decision.get_outcome_display())),
        Fact(_("Decided"), decision_line(decision)),
        Fact(_("In words"), decision.note or _("Nothing is written")),
        Fact(_("Recorded by"), recorded),
    ]
    if decision.open_items:
        open_then = labels_of(decision.open_items, state.conditions)
        facts.append(
            Fact(_("Open at the time"), "\n".join(f"\N{BULLET} {each}" for each in open_then))
        )
    if decision.override_reason:
        facts.append(Fact(_("Reason for the exception"), decision.override_reason))
    return facts


def history_table(decisions: Sequence[GateDecision]) -> Table:
    columns = [
        Column(_("Decided on")),
        Column(_("Outcome")),
        Column(_("By whom")),
        Column(_("In words")),
        Column(_("Open at the time"), numeric=True),
        Column(_("Recorded by")),
    ]
    rows = [
        Row(
            [
                short_day(decision.decided_on),
                Cell(
                    str(decision.get_outcome_display()),
                    note=_("Exception: %(reason)s") % {"reason": decision.override_reason}
                    if decision.override_reason
                    else "",
                ),
                decision.decided_by,
                decision.note,
                str(len(decision.open_items)),
                decision.recorded_by.full_name if decision.recorded_by else _("The system"),
            ]
        )
        for decision in decisions
    ]
    return Table(_("Every decision at this gate"), columns, rows, caption_hidden=True)


def answers(state: GateState, verdict: Verdict) -> list[Fact]:
    """List what will be recorded."""
    facts = [
        Fact(_("Gate"), str(state.gate.label)),
        Fact(_("Decision"), str(GateOutcome(verdict.outcome).label)),
        Fact(_("On"), day_label(verdict.decided_on)),
        Fact(_("By"), verdict.decided_by),
        Fact(_("In words"), verdict.note or _("Nothing is written")),
    ]
    if verdict.opened_on and verdict.passes:
        facts.insert(4, Fact(_("Opened on"), day_label(verdict.opened_on)))
    if verdict.is_exception(state):
        facts.append(Fact(_("Reason for the exception"), verdict.override_reason))
    return facts


def consequences(state: GateState, verdict: Verdict, *, stage: str, teams: int) -> list[str]:
    """Say what recording a decision does, before it is done."""
    told = [_("A decision cannot be changed or removed. A later one stands over it.")]
    target = STAGE_AFTER[state.gate]
    if not verdict.passes:
        told.append(_("The site stays in its stage."))
    elif state.gate == Gate.OPENING:
        words = ngettext(
            "The site goes live, and its team that is not open yet opens with it.",
            "The site goes live, and its %(count)d teams that are not open yet open with it.",
            teams,
        )
        told.append(words % {"count": teams} if teams else _("The site goes live."))
    elif stage < target:
        words = _("The site moves on to stage %(code)s, %(stage)s.")
        told.append(words % {"code": target.value, "stage": target.label})
    else:
        told.append(_("The site is past this gate already, so it stays in its stage."))
    if open_now := state.open_conditions:
        words = ngettext(
            "%(count)d thing that is open on this day is recorded with the decision.",
            "%(count)d things that are open on this day are recorded with the decision.",
            len(open_now),
        )
        told.append(words % {"count": len(open_now)})
    return told
