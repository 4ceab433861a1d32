"""A plan brought to the edition of its template that is in use, without losing what anybody answered."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from implementation.models import Activity, Plan, PlanTemplate, TemplateState
from implementation.operations.standing import keep_standing, refuse_ended_plan
from implementation.queries.plans import activities_of
from implementation.queries.standing import days_beside
from implementation.queries.upgrades import Upgrade, frozen_words, upgrade_of
from mst_sites.accounts.models import User
from mst_sites.audit import operations as audit
from mst_sites.periods import local_day
from mst_sites.tenancy.versions import lock_version


def upgrade_plan(
    *, plan: Plan, version: int, template: PlanTemplate, now: datetime, by: User | None
) -> Plan:
    """Give a plan the activities of another template; done twice, it is done.

    Owners, dates, reasons, files and comments stay. What the template no longer has stays too if somebody
    answered it, as left over, and goes if nobody did.

    :raises ValidationError: the template is not in use, or the site is closed or was withdrawn.
    :raises ClashError: somebody else changed the plan.
    """
    with transaction.atomic():
        current: Plan = lock_version(plan, version)
        _refuse(current, template)
        before = current.template_id
        upgrade = upgrade_of(current, template)
        _take_over(upgrade)
        _let_go(current, [*upgrade.left_over, *upgrade.removed])
        _add(current, upgrade, now=now)
        current.template = template
        current.full_clean(exclude=["site"])
        current.save()
        keep_standing(current)
        details = {
            "from": before,
            "to": template.pk,
            "added": [step.code for step in upgrade.added],
            "changed": [activity.code for activity, _step, _fields in upgrade.changed],
            "left_over": [activity.code for activity in upgrade.left_over],
            "removed": [activity.code for activity in upgrade.removed],
        }
        audit.record("plan.upgraded", site=current.site, subject=plan, details=details, by=by)
    return current


def _refuse(plan: Plan, template: PlanTemplate) -> None:
    if template.state != TemplateState.PUBLISHED:
        raise ValidationError(_("This edition is not in use."))
    if plan.template_id == template.pk:
        raise ValidationError(_("The plan is of this edition already."))
    refuse_ended_plan(plan)


def _take_over(upgrade: Upgrade) -> None:
    """Give the activities that stay their new words, and part from those that go."""
    for activity, step, _fields in upgrade.changed:
        for name, value in frozen_words(step).items():
            setattr(activity, name, value)
        activity.is_left_over = False
        activity.full_clean(exclude=["site", "plan"])
        activity.save()
    for activity in upgrade.left_over:
        activity.is_left_over = True
        activity.save()
    Activity.objects.filter(pk__in=[activity.pk for activity in upgrade.removed]).delete()


def _let_go(plan: Plan, gone: Sequence[Activity]) -> None:
    """Let the site's own activities wait no longer for those that the template has no more."""
    codes = {activity.code for activity in gone}
    for activity in Activity.objects.filter(site=plan.site_id, plan=plan, is_local=True):
        kept = [code for code in activity.depends_on if code not in codes]
        if kept != activity.depends_on:
            activity.depends_on = kept
            activity.full_clean(exclude=["site", "plan"])
            activity.save()


def _add(plan: Plan, upgrade: Upgrade, *, now: datetime) -> None:
    """Add what is new, each with the earliest day that the others leave it; their days stay."""
    added = [Activity(site=plan.site, plan=plan, **frozen_words(step)) for step in upgrade.added]
    days = days_beside(plan, activities_of(plan), added, today=local_day(now))
    for activity in added:
        activity.forecast_on = days.get(activity.code)
        activity.full_clean(exclude=["site", "plan"])
    Activity.objects.bulk_create(added)
