"""What is decided at the gates of a site, and its opening."""

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from implementation.models import (
    Activity,
    Gate,
    GateDecision,
    GateOutcome,
    Plan,
    TransitionKind,
)
from implementation.operations.activities import complete_activity
from implementation.operations.moves import move_plan
from implementation.queries.gates import (
    DECISION_OF,
    STAGE_AFTER,
    GateState,
    decisions_of,
)
from implementation.queries.verdicts import Verdict, faults_of, state_on_its_day
from mst_sites.accounts.models import User
from mst_sites.audit import operations as audit
from mst_sites.directory.operations import change_team
from mst_sites.periods import local_day
from mst_sites.records.operations.texts import admit_at
from mst_sites.tenancy.models import Team
from mst_sites.tenancy.versions import lock_version


def decide_gate(
    *,
    plan: Plan,
    version: int,
    gate: str,
    verdict: Verdict,
    decision_id: UUID | None = None,
    confirmed_reason: str = "",
    now: datetime,
    by: User | None,
) -> GateDecision:
    """Record what was decided at a gate; passing it moves the site on, and passing the last one opens it.

    A decision never changes: a later one stands over it. It is judged by what was so on its own day, and not by what
    came later.

    :param version: of the plan that the person had seen; two who decide at once make one decision.
    :param decision_id: made by the form, so that a submit that is repeated is the same decision.
    :raises ValidationError: something mandatory is open and it is no exception by somebody who may make one, the day
        is none for it, or text could identify a person.
    :raises ClashError: the plan has changed or a gate was decided since.
    """
    texts = {"note": verdict.note.strip(), "override_reason": verdict.override_reason.strip()}
    today = local_day(now)
    cleaned, told = admit_at(plan.site, texts, today=today, confirmed_reason=confirmed_reason)
    verdict = replace(verdict, note=cleaned["note"], override_reason=cleaned["override_reason"])
    decision_id = decision_id or uuid4()
    with transaction.atomic():
        locked = Plan.objects.select_for_update(of=("self",)).select_related("site")
        current: Plan = locked.get(pk=plan.pk)
        if again := GateDecision.objects.filter(pk=decision_id, site=current.site_id).first():
            return again
        lock_version(current, version)
        state = state_on_its_day(verdict, current, Gate(gate), today=today)
        if faults := faults_of(verdict, current, state, today=today, by=by):
            raise ValidationError(faults)
        decision = decision_of(current, state, verdict, decision_id=decision_id, now=now, by=by)
        decision.full_clean(exclude=["site", "plan", "recorded_by"])
        decision.save(force_insert=True)
        details = {
            "gate": gate,
            "outcome": verdict.outcome,
            "decided_on": str(verdict.decided_on),
            "open_items": decision.open_items,
            "is_exception": bool(decision.override_reason),
            **told,
        }
        audit.record("gate.decided", site=current.site, subject=decision, details=details, by=by)
        go_on(current, Gate(gate), verdict, now=now, by=by)
    return decision


def decision_of(
    plan: Plan,
    state: GateState,
    verdict: Verdict,
    *,
    decision_id: UUID,
    now: datetime,
    by: User | None,
) -> GateDecision:
    """Write down a decision with everything that was open when it was taken."""
    return GateDecision(
        pk=decision_id,
        site=plan.site,
        plan=plan,
        gate=state.gate,
        outcome=verdict.outcome,
        decided_on=verdict.decided_on,
        decided_by=verdict.decided_by,
        note=verdict.note,
        open_items=[condition.code for condition in state.open_conditions],
        override_reason=verdict.override_reason if verdict.is_exception(state) else "",
        recorded_at=now,
        recorded_by=by,
    )


def go_on(plan: Plan, gate: Gate, verdict: Verdict, *, now: datetime, by: User | None) -> None:
    """Move a site to where a decision sends it; without a move the plan is a version on all the same."""
    version = plan.version
    if verdict.passes and gate == Gate.OPENING and verdict.opened_on:
        open_site(plan=plan, version=version, opened_on=verdict.opened_on, now=now, by=by)
    elif verdict.passes and plan.stage < STAGE_AFTER[gate]:
        try:
            move_plan(
                plan=plan,
                version=version,
                kind=TransitionKind.MOVE,
                to_stage=STAGE_AFTER[gate],
                happened_on=verdict.decided_on,
                now=now,
                by=by,
            )
        except ValidationError as error:
            raise told_at("decided_on", error) from error
    else:
        current = lock_version(plan, version)
        current.save(update_fields=["version"])
    if verdict.outcome == GateOutcome.PASSED and gate in DECISION_OF:
        complete_decision(plan, DECISION_OF[gate], verdict.decided_on, now=now, by=by)


def complete_decision(
    plan: Plan, code: str, decided_on: date, *, now: datetime, by: User | None
) -> None:
    """Close the activity that is the gate's own decision, where the plan has one that is open."""
    activity = Activity.objects.filter(site=plan.site_id, plan=plan, code=code).open().first()
    if activity is not None:
        complete_activity(
            activity=activity,
            version=activity.version,
            completed_on=decided_on,
            now=now,
            by=by,
        )


def open_site(*, plan: Plan, version: int, opened_on: date, now: datetime, by: User | None) -> Plan:
    """Open a site and those of its teams that were not open yet: it is live from this day.

    :raises ValidationError: its last gate is not passed, the day is none for it, or it is on hold or withdrawn.
    :raises ClashError: somebody else changed the plan.
    """
    with transaction.atomic():
        last = decisions_of(plan.site, Gate.OPENING).first()
        if last is None or last.outcome == GateOutcome.REFUSED:
            raise ValidationError(
                _("The gate “%(gate)s” comes first.") % {"gate": Gate.OPENING.label}
            )
        try:
            opened = move_plan(
                plan=plan,
                version=version,
                kind=TransitionKind.OPEN,
                happened_on=opened_on,
                now=now,
                by=by,
            )
        except ValidationError as error:
            raise told_at("opened_on", error) from error
        for team in Team.objects.filter(site=plan.site_id, opened_on=None).order_by("id"):
            change_team(team=team, version=team.version, opened_on=opened_on, by=by)
        details = {"opened_on": str(opened_on)}
        audit.record("site.opened", site=opened.site, subject=opened, details=details, by=by)
    return opened


def told_at(field: str, error: ValidationError) -> ValidationError:
    """Bring what a move refused to the field of the form that it comes from."""
    if not hasattr(error, "error_dict"):
        return error
    return ValidationError({field: [m for errors in error.message_dict.values() for m in errors]})
