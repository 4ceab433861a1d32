"""The one way in which a site moves from stage to stage, stops, goes on, and opens."""

from datetime import date, datetime
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from implementation.models import Plan, PlanState, Stage, StageTransition, TransitionKind
from implementation.operations.standing import keep_standing, locked_plan
from implementation.queries.plans import transitions_of
from mst_sites.accounts.models import User
from mst_sites.audit import operations as audit
from mst_sites.directory.operations import change_site
from mst_sites.free_text import admit
from mst_sites.periods import day_label, local_day
from mst_sites.tenancy.endings import refuse_closed
from mst_sites.tenancy.models import Phase
from mst_sites.tenancy.versions import lock_version

# From which states a move is possible.
POSSIBLE = {
    TransitionKind.MOVE: {PlanState.ACTIVE},
    TransitionKind.HOLD: {PlanState.ACTIVE, PlanState.OPEN},
    TransitionKind.RESUME: {PlanState.ON_HOLD, PlanState.WITHDRAWN},
    TransitionKind.WITHDRAW: {PlanState.ACTIVE, PlanState.ON_HOLD},
    TransitionKind.OPEN: {PlanState.ACTIVE},
}
STOPS = {TransitionKind.HOLD, TransitionKind.WITHDRAW}
PHASES = {
    PlanState.ACTIVE: Phase.SET_UP,
    PlanState.ON_HOLD: Phase.ON_HOLD,
    PlanState.WITHDRAWN: Phase.WITHDRAWN,
    PlanState.OPEN: Phase.LIVE,
}


class ImpossibleMoveError(ValidationError):
    """A site in its present state cannot move so."""


def move_plan(  # noqa: PLR0913 - each is a field of the form
    *,
    plan: Plan,
    version: int,
    kind: str,
    to_stage: str = "",
    happened_on: date,
    reason: str = "",
    note: str = "",
    confirmed_reason: str = "",
    move_id: UUID | None = None,
    now: datetime,
    by: User | None,
) -> Plan:
    """Move a site to a stage, put it on hold, take it up again, withdraw it or open it.

    :param to_stage: for MOVE alone; the others stay where they are, and OPEN goes to the last stage.
    :param move_id: made by the form, so that a submit that is repeated is the same move.
    :raises ValidationError: the day, the stage or the reason is none for this move.
    :raises ImpossibleMoveError: not from the state that the site is in.
    :raises ClashError: somebody else changed the plan or the site.
    """
    chosen = TransitionKind(kind)
    move_id = move_id or uuid4()
    cleaned, told = admit(
        {"note": note.strip()}, confirmed_reason=confirmed_reason, today=local_day(now)
    )
    with transaction.atomic():
        locked = locked_plan(plan)
        if StageTransition.objects.filter(pk=move_id, site=plan.site_id).exists():
            return locked
        current: Plan = lock_version(plan, version)
        move = StageTransition(
            pk=move_id,
            site=current.site,
            plan=current,
            kind=chosen,
            from_stage=current.stage,
            to_stage=stage_after(current, chosen, to_stage),
            happened_on=happened_on,
            reason=reason,
            note=cleaned["note"],
            recorded_at=now,
            recorded_by=by,
        )
        _refuse(current, move, today=local_day(now))
        _go(current, move, by=by)
        details = {**_told(move), **told}
        audit.record("plan.moved", site=current.site, subject=plan, details=details, by=by)
    return current


def stage_after(plan: Plan, kind: TransitionKind, to_stage: str) -> str:
    if kind is TransitionKind.OPEN:
        return Stage.LIVE
    return to_stage if kind is TransitionKind.MOVE else plan.stage


def state_after(kind: TransitionKind, stage: str) -> PlanState:
    if kind is TransitionKind.HOLD:
        return PlanState.ON_HOLD
    if kind is TransitionKind.WITHDRAW:
        return PlanState.WITHDRAWN
    return PlanState.OPEN if stage == Stage.LIVE else PlanState.ACTIVE


def _told(move: StageTransition) -> dict[str, object]:
    return {
        "kind": move.kind,
        "from_stage": move.from_stage,
        "to_stage": move.to_stage,
        "happened_on": move.happened_on.isoformat(),
        "reason": move.reason,
    }


def _go(plan: Plan, move: StageTransition, *, by: User | None) -> None:
    """Write a move, and what the plan and the site keep of it."""
    move.full_clean(exclude=["site", "plan", "recorded_by"])
    move.save(force_insert=True)
    if move.to_stage != plan.stage:
        plan.stage, plan.stage_since = move.to_stage, move.happened_on
    plan.state = state_after(TransitionKind(move.kind), move.to_stage)
    plan.full_clean(exclude=["site", "template"])
    plan.save()
    keep_standing(plan)
    facts: dict[str, object] = {"phase": PHASES[PlanState(plan.state)]}
    if move.kind == TransitionKind.OPEN:
        facts["opened_on"] = move.happened_on
    if any(getattr(plan.site, name) != value for name, value in facts.items()):
        plan.site = change_site(site=plan.site, version=plan.site.version, by=by, **facts)


def _refuse(plan: Plan, move: StageTransition, *, today: date) -> None:
    refuse_closed(plan.site)
    kind = TransitionKind(move.kind)
    if plan.state not in POSSIBLE.get(kind, set()):
        words = _("This cannot be done to a site that is: %(state)s.")
        raise ImpossibleMoveError(words % {"state": plan.get_state_display()})
    if kind is TransitionKind.MOVE:
        _refuse_stage(plan, move.to_stage, move.note)
    if bool(move.reason) != (kind in STOPS):
        raise ValidationError(
            {
                "reason": _("Choose why the site stops.")
                if kind in STOPS
                else _("Only a site that stops has a reason from this list.")
            }
        )
    _refuse_day(plan, move.happened_on, today=today)


def _refuse_stage(plan: Plan, stage: str, note: str) -> None:
    if stage == plan.stage:
        raise ValidationError({"to_stage": _("The site is in this stage already.")})
    if stage == Stage.LIVE:
        raise ValidationError({"to_stage": _("A site goes live by being opened.")})
    if stage not in Stage.values:
        raise ValidationError({"to_stage": _("Choose a stage.")})
    if stage < plan.stage and not note:
        raise ValidationError({"note": _("Say why the site goes back to an earlier stage.")})


def _refuse_day(plan: Plan, day: date, *, today: date) -> None:
    """Refuse days to come, and days before the last move: the history is read in its order."""
    last = transitions_of(plan).last()
    earliest = last.happened_on if last else plan.started_on
    if day > today:
        raise ValidationError({"happened_on": _("This day is in the future.")})
    if day < earliest:
        words = _("The site moved last on %(day)s: this cannot have been before it.")
        raise ValidationError({"happened_on": words % {"day": day_label(earliest)}})
