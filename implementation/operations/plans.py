"""A set-up plan: begun from a template, its opening day, its dates, and who guides it."""

from datetime import date, datetime
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from implementation.models import (
    Activity,
    OpeningChange,
    OpeningReason,
    Plan,
    PlanState,
    PlanTemplate,
    Stage,
    StageTransition,
    TransitionKind,
)
from implementation.operations.standing import keep_standing, locked_plan, refuse_ended_plan
from implementation.queries.plans import activities_of, fitting_template
from implementation.queries.standing import Roll, earliest_days, latest_days, rolled_days
from implementation.queries.upgrades import frozen_words, steps_of_template
from mst_sites.accounts.models import User
from mst_sites.audit import operations as audit
from mst_sites.free_text import admit
from mst_sites.periods import local_day
from mst_sites.records.queries import people_of
from mst_sites.tenancy.endings import refuse_closed
from mst_sites.tenancy.models import Site
from mst_sites.tenancy.versions import lock_version


class NoTemplateError(RuntimeError):
    """Nobody has published a template of standard MST."""


def start_plan(*, site: Site, started_on: date, now: datetime, by: User | None) -> Plan:
    """Begin the set-up of a site: its activities are frozen from the template that fits it, with their first dates.

    :raises ValidationError: the day is to come, the site has its plan already, or it is closed.
    :raises NoTemplateError: there is none to begin from.
    """
    refuse_closed(site)
    if started_on > local_day(now):
        raise ValidationError({"started_on": _("The first enquiry cannot be in the future.")})
    template = fitting_template(site)
    if template is None:
        raise NoTemplateError(site.model)
    plan = Plan(site=site, template=template, started_on=started_on, stage_since=started_on)
    with transaction.atomic():
        plan.full_clean(exclude=["template"])
        plan.save(force_insert=True)
        _freeze(plan, template)
        begun = StageTransition(
            site=site,
            plan=plan,
            kind=TransitionKind.START,
            to_stage=Stage.ENQUIRY,
            happened_on=started_on,
            recorded_at=now,
            recorded_by=by,
        )
        begun.full_clean(exclude=["site", "plan", "recorded_by"])
        begun.save(force_insert=True)
        keep_standing(plan)
        details = {"started_on": started_on.isoformat(), "template": str(template.pk)}
        audit.record("plan.started", site=site, subject=plan, details=details, by=by)
    return plan


def change_opening(  # noqa: PLR0913 - each is a field of the form
    *,
    plan: Plan,
    version: int,
    new_on: date,
    reason: str,
    note: str = "",
    confirmed_reason: str = "",
    roll: bool = False,
    change_id: UUID | None = None,
    now: datetime,
    by: User | None,
) -> Plan:
    """Plan another opening day; the old one stays on record with the reason.

    :param roll: let the days of open activities follow, each as late as the new day lets it be.
    :param change_id: made by the form, so that a submit that is repeated is the same change.
    :raises ValidationError: the day is no day to plan for, or the reason does not say why it moved.
    :raises ClashError: somebody else changed the plan.
    """
    change_id = change_id or uuid4()
    cleaned, told = admit(
        {"note": note.strip()}, confirmed_reason=confirmed_reason, today=local_day(now)
    )
    with transaction.atomic():
        locked = locked_plan(plan)
        if OpeningChange.objects.filter(pk=change_id, site=plan.site_id).exists():
            return locked
        current: Plan = lock_version(plan, version)
        _refuse_opening(current, new_on, reason, cleaned["note"], today=local_day(now))
        change = OpeningChange(
            pk=change_id,
            site=current.site,
            plan=current,
            old_on=current.planned_opening_on,
            new_on=new_on,
            reason=reason,
            note=cleaned["note"],
            changed_at=now,
            changed_by=by,
        )
        change.full_clean(exclude=["site", "plan", "changed_by"])
        change.save(force_insert=True)
        _plan_opening(current, new_on, roll=roll)
        details = {**_told(change), "rolled": roll, **told}
        audit.record(
            "plan.opening-changed", site=current.site, subject=plan, details=details, by=by
        )
    return current


def roll_plan(*, plan: Plan, version: int, roll: Roll, now: datetime, by: User | None) -> Plan:
    """Work out the days of open activities anew; what is done or fixed keeps its day.

    :raises ValidationError: there is no planned opening to count back from, or the site is closed or was withdrawn.
    :raises ClashError: somebody else changed the plan.
    """
    with transaction.atomic():
        current: Plan = lock_version(plan, version)
        refuse_ended_plan(current)
        moved = _apply(current, rolled_days(current, roll, today=local_day(now)))
        current.save()
        keep_standing(current)
        details = {"roll": roll.value, "activities": moved}
        audit.record("plan.rolled", site=current.site, subject=plan, details=details, by=by)
    return current


def assign_guide(*, plan: Plan, version: int, guided_by: User | None, by: User | None) -> Plan:
    """Say who guides a site on its way.

    :raises ValidationError: the person has no role on the site, or it is closed or was withdrawn.
    :raises ClashError: somebody else changed the plan.
    """
    with transaction.atomic():
        current: Plan = lock_version(plan, version)
        refuse_ended_plan(current)
        if guided_by is not None and not people_of(current.site).filter(pk=guided_by.pk).exists():
            raise ValidationError({"guided_by": _("This person has no role on the site.")})
        current.guided_by = guided_by
        current.full_clean(exclude=["site", "template"])
        current.save()
        details = {"guided_by": str(guided_by.pk) if guided_by else None}
        audit.record("plan.guide-assigned", site=current.site, subject=plan, details=details, by=by)
    return current


def _told(change: OpeningChange) -> dict[str, object]:
    return {
        "old_on": change.old_on.isoformat() if change.old_on else None,
        "new_on": change.new_on.isoformat() if change.new_on else None,
        "reason": change.reason,
    }


def _freeze(plan: Plan, template: PlanTemplate) -> None:
    steps = steps_of_template(template)
    activities = [Activity(site=plan.site, plan=plan, **frozen_words(step)) for step in steps]
    days = earliest_days(plan, activities, today=plan.started_on)
    for activity in activities:
        activity.forecast_on = days[activity.code]
    Activity.objects.bulk_create(activities)


def _refuse_opening(plan: Plan, new_on: date, reason: str, note: str, *, today: date) -> None:
    faults = {}
    refuse_closed(plan.site)
    if plan.state in {PlanState.OPEN, PlanState.WITHDRAWN}:
        raise ValidationError(_("This site is open or was withdrawn: it has no opening to plan."))
    if new_on == plan.planned_opening_on:
        faults["new_on"] = _("This is the planned day already.")
    elif new_on < today:
        faults["new_on"] = _("Plan for today or a day to come.")
    is_first = plan.planned_opening_on is None
    if is_first != (reason == OpeningReason.FIRST_PLANNED):
        faults["reason"] = (
            _("There was no planned day before: choose “First planned”.")
            if is_first
            else _("A day was planned before: say why it moves.")
        )
    if reason == OpeningReason.OTHER and not note:
        faults["note"] = _("Say in words why it moves.")
    if faults:
        raise ValidationError(faults)


def _plan_opening(plan: Plan, day: date, *, roll: bool) -> None:
    plan.planned_opening_on = day
    plan.full_clean(exclude=["site", "template"])
    plan.save()
    if roll:
        _apply(plan, latest_days(activities_of(plan), opening_on=day))
    keep_standing(plan)


def _apply(plan: Plan, days: dict[str, date]) -> int:
    """Give open activities their days; answer with how many got another one."""
    moved = []
    for activity in activities_of(plan):
        day = days.get(activity.code)
        is_free = activity.is_open and not activity.is_fixed and not activity.is_left_over
        if is_free and day is not None and day != activity.forecast_on:
            activity.forecast_on = day
            activity.version += 1
            moved.append(activity)
    Activity.objects.bulk_update(moved, ["forecast_on", "version"])
    return len(moved)
