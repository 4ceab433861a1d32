"""How the demo sites came to where they are: set-up plans with their days, gates and changed opening days."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from implementation.models import (
    Activity,
    FactCode,
    Gate,
    GateOutcome,
    OpeningReason,
    Plan,
    ReviewOutcome,
    Stage,
    TransitionKind,
)
from implementation.operations.days import Days, enter_days
from implementation.operations.facts import record_fact
from implementation.operations.gates import decide_gate
from implementation.operations.moves import move_plan
from implementation.operations.plans import change_opening, start_plan
from implementation.queries.gates import DECISION_OF, STAGE_AFTER
from implementation.queries.plans import activities_of
from implementation.queries.verdicts import Verdict
from mst_sites.accounts.models import User
from mst_sites.directory.queries import teams_of
from mst_sites.tenancy.models import Site, Team

DAY = timedelta(days=1)
# Days that a site spends in each stage, the shortest and the longest.
LENGTHS = {
    Stage.ENQUIRY: (20, 55),
    Stage.NEEDS: (55, 120),
    Stage.DESIGN: (55, 95),
    Stage.READINESS: (25, 45),
    Stage.RECRUITMENT: (85, 160),
}
BEFORE_OPENING = tuple(LENGTHS)
# Days after opening on which what comes then is done.
AFTER_OPENING = {"F1": 5, "F2": 9, "F3": 96, "F4": 188}
DECISIONS = frozenset(DECISION_OF.values())  # their gates close them
DECIDED_BY = {
    Gate.GO: "Demo strategic board",
    Gate.GOALS: "Demo steering group",
    Gate.READINESS: "Demo Lead, for MST UK",
    Gate.OPENING: "Demo Lead, for MST UK",
}
# What is so once an activity is done.
SHOWN_BY = {
    "B1": [FactCode.NEED_SUFFICIENT],
    "C3": [FactCode.CLINICAL_LEAD_ACCEPTED],
    "D1": [FactCode.LICENCE_SIGNED, FactCode.GOALS_SIGNED],
    "D2": [FactCode.REVIEW_HELD],
    "D4": [FactCode.REVIEW_OUTCOME],
    "E1": [FactCode.SUPERVISOR_IN_POST],
    "E2": [FactCode.THERAPISTS_IN_POST],
    "E3": [FactCode.ADMINISTRATOR_IN_POST, FactCode.BACK_UP_IN_POST],
    "E4": [FactCode.ORIENTATION_DONE],
    "E5": [FactCode.SUPERVISOR_ORIENTATION_DONE],
    "E6": [FactCode.ROTA_PUBLISHED],
    "E7": [FactCode.DATA_SET_UP],
    "F1": [FactCode.FIRST_FAMILY],
}


@dataclass(frozen=True, slots=True)
class DemoSetUp:
    """Where a site stands that is not open yet."""

    stage: Stage
    days_in_stage: int
    opens_in: int = 0  # days from today, as planned now; 0 for not planned
    planned_before: tuple[
        tuple[int, OpeningReason], ...
    ] = ()  # days from today, and why it moved on
    share_done: float = 0.5  # of the activities of the present stage
    on_hold_for: int = 0
    conditions: str = ""  # of the readiness review, in words


SET_UPS = {
    "bryn-celyn": DemoSetUp(Stage.DESIGN, 41, 190, share_done=0.6),
    "pennyfield": DemoSetUp(
        Stage.RECRUITMENT,
        58,
        62,
        ((20, OpeningReason.RECRUITMENT), (41, OpeningReason.TRAINING)),
        share_done=0.2,
        conditions="The exclusions need a signature of health: Demo Manager, in two weeks. "
        "The on-call agreement names no deputy yet: Demo Manager, before opening.",
    ),
    "westmere": DemoSetUp(Stage.NEEDS, 96, share_done=0.3),
    "castle-reach": DemoSetUp(Stage.NEEDS, 170, share_done=0.4, on_hold_for=112),
    "inish-cove": DemoSetUp(Stage.READINESS, 12, 138, ((110, OpeningReason.PARTNERS),)),
}


def at_nine(day: date) -> datetime:
    return datetime.combine(day, time(9), tzinfo=UTC)


def build_set_up(
    site: Site,
    *,
    opened_on: date | None,
    prepare: Callable[[], None] | None,
    today: date,
    by: User,
) -> None:
    """Give a site the history that led it to where it stands: open, or as SET_UPS says.

    :param prepare: brings about what its gates ask for of money and partners, None where no gate was decided here.
    :param by: who records facts and decisions.
    """
    rng = random.Random(site.slug)  # noqa: S311 - a made-up history, the same each time
    lengths = {stage: rng.randint(*ends) for stage, ends in LENGTHS.items()}
    if opened_on is not None:
        build_opened(site, lengths, rng, opened_on=opened_on, prepare=prepare, today=today, by=by)
    elif (demo := SET_UPS.get(site.slug)) is not None:
        build_under_way(site, demo, lengths, rng, prepare=prepare, today=today, by=by)


def build_opened(
    site: Site,
    lengths: dict[Stage, int],
    rng: random.Random,
    *,
    opened_on: date,
    prepare: Callable[[], None] | None,
    today: date,
    by: User,
) -> None:
    started_on = opened_on - sum(lengths.values()) * DAY
    plan = start_plan(site=site, started_on=started_on, now=at_nine(started_on), by=None)
    entered = entered_on(started_on, lengths)
    days = done_days(plan, entered, rng, until=opened_on) | first_days(plan, opened_on, today)
    plan = enter(plan, without_decisions(days) if prepare else days)
    if teams_of(Team.objects.all(), site).exists():  # else it has ended, and nothing is left of it
        record_facts(plan, by=by)
    if prepare:
        prepare()
        pass_gates(plan, entered | {Stage.LIVE: opened_on}, by=by)
        return
    plan = walk(plan, entered)
    move(plan, TransitionKind.OPEN, opened_on)


def build_under_way(
    site: Site,
    demo: DemoSetUp,
    lengths: dict[Stage, int],
    rng: random.Random,
    *,
    prepare: Callable[[], None] | None,
    today: date,
    by: User,
) -> None:
    past = {stage: length for stage, length in lengths.items() if stage < demo.stage}
    reached_on = today - demo.days_in_stage * DAY
    started_on = reached_on - sum(past.values()) * DAY
    plan = start_plan(site=site, started_on=started_on, now=at_nine(started_on), by=None)
    entered = {**entered_on(started_on, past), demo.stage: reached_on}
    for opens_in, reason in first_planned(demo):
        plan = change_opening(
            plan=plan,
            version=plan.version,
            new_on=today + opens_in * DAY,
            reason=reason,
            now=at_nine(today),
            by=None,
        )
    days = done_days(plan, entered, rng, until=today, share_of_last=demo.share_done)
    if demo.conditions and "D5" in days:
        days["D5"] = Days(today + 12 * DAY, None, days["D5"].version)
    plan = enter(plan, without_decisions(days) if prepare else days)
    record_facts(plan, conditions=demo.conditions, by=by)
    if prepare:
        prepare()
        plan = pass_gates(plan, entered, conditions=demo.conditions, by=by)
    else:
        plan = walk(plan, entered)
    if demo.on_hold_for:
        held_on = today - demo.on_hold_for * DAY
        move(plan, TransitionKind.HOLD, held_on, reason="REORGANISATION")


def without_decisions(days: dict[str, Days]) -> dict[str, Days]:
    """Leave out what gates close when they are decided."""
    return {code: day for code, day in days.items() if code not in DECISIONS}


def walk(plan: Plan, entered: dict[Stage, date]) -> Plan:
    """Move a site through the stages that it has entered."""
    for stage in BEFORE_OPENING[1:]:
        if stage in entered:
            plan = move(plan, TransitionKind.MOVE, entered[stage], to_stage=stage)
    return plan


def record_facts(plan: Plan, *, conditions: str = "", by: User) -> None:
    """Say of everything that is done what it means for the gates."""
    for activity in activities_of(plan):
        if activity.completed_on is None:
            continue
        for code in SHOWN_BY.get(activity.code, ()):
            value = ""
            if code == FactCode.REVIEW_OUTCOME:
                value = ReviewOutcome.CONDITIONS if conditions else ReviewOutcome.READY
            record_fact(
                site=plan.site,
                code=code,
                holds_on=activity.completed_on,
                value=value,
                now=at_nine(activity.completed_on),
                by=by,
            )


def pass_gates(plan: Plan, entered: dict[Stage, date], *, conditions: str = "", by: User) -> Plan:
    """Walk through the stages that a site has entered: each gate is decided on the day that it led on."""
    plan.refresh_from_db()
    if Stage.NEEDS in entered:
        plan = move(plan, TransitionKind.MOVE, entered[Stage.NEEDS], to_stage=Stage.NEEDS)
    for gate, stage in STAGE_AFTER.items():
        if stage not in entered:
            break
        day = entered[stage]
        has_conditions = bool(conditions) and gate == Gate.READINESS
        decide_gate(
            plan=plan,
            version=plan.version,
            gate=gate,
            verdict=Verdict(
                outcome=GateOutcome.CONDITIONS if has_conditions else GateOutcome.PASSED,
                decided_on=day,
                decided_by=DECIDED_BY[gate],
                note=conditions if has_conditions else "",
                opened_on=day if gate == Gate.OPENING else None,
            ),
            now=at_nine(day),
            by=by,
        )
        plan.refresh_from_db()
    return plan


def first_planned(demo: DemoSetUp) -> list[tuple[int, OpeningReason]]:
    """Return each day that was planned for the opening with the reason for which it was set."""
    if not demo.opens_in:
        return []
    days = [opens_in for opens_in, _ in demo.planned_before] + [demo.opens_in]
    reasons = [OpeningReason.FIRST_PLANNED, *(reason for _, reason in demo.planned_before)]
    return list(zip(days, reasons, strict=True))


def entered_on(started_on: date, lengths: dict[Stage, int]) -> dict[Stage, date]:
    """Return the day on which a site entered each stage."""
    entered, day = {}, started_on
    for stage, length in lengths.items():
        entered[stage] = day
        day += length * DAY
    return entered


def done_days(
    plan: Plan,
    entered: dict[Stage, date],
    rng: random.Random,
    *,
    until: date,
    share_of_last: float = 1,
) -> dict[str, Days]:
    """Return the days of what is done: spread over each stage that was entered, in the order of the plan."""
    activities = list(activities_of(plan))
    last = max(entered)
    days = {}
    for stage, begins in entered.items():
        ends = min([day for day in entered.values() if day > begins] or [until])
        of_stage = [activity for activity in activities if activity.stage == stage]
        count = round(len(of_stage) * share_of_last) if stage == last else len(of_stage)
        for place, activity in enumerate(of_stage[:count], 1):
            length = (ends - begins).days
            day = begins + round(length * place / (len(of_stage) + 1)) * DAY
            days[activity.code] = kept(activity, day, rng)
    return days


def first_days(plan: Plan, opened_on: date, today: date) -> dict[str, Days]:
    """Return the days of what comes after opening, as far as they have come."""
    days = {code: opened_on + after * DAY for code, after in AFTER_OPENING.items()}
    return {
        activity.code: Days(days[activity.code], days[activity.code], activity.version)
        for activity in activities_of(plan)
        if activity.code in days and days[activity.code] <= today
    }


def kept(activity: Activity, day: date, rng: random.Random) -> Days:
    """Return the day of an activity, with the day that was planned for it a little before or after."""
    planned = max(day - rng.randint(-6, 16) * DAY, activity.plan.started_on)
    return Days(planned, day, activity.version)


def enter(plan: Plan, days: dict[str, Days]) -> Plan:
    last = max(day.completed_on or plan.started_on for day in days.values())
    return enter_days(plan=plan, days=days, now=at_nine(last), by=None)


def move(
    plan: Plan, kind: TransitionKind, day: date, *, to_stage: str = "", reason: str = ""
) -> Plan:
    return move_plan(
        plan=plan,
        version=plan.version,
        kind=kind,
        happened_on=day,
        now=at_nine(day),
        to_stage=to_stage,
        reason=reason,
        by=None,
    )
