"""A plan brought to the edition of its template that is in use, without losing what anybody answered."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from implementation.models import Activity, Plan, PlanTemplate
from implementation.operations.standing import keep_standing, locked_plan, refuse_ended_plan
from implementation.queries.plans import activities_of
from implementation.queries.standing import days_beside
from implementation.queries.upgrades import Upgrade, frozen_words, template_for_upgrade, upgrade_of
from mst_sites.accounts.models import User
from mst_sites.audit import operations as audit
from mst_sites.periods import local_day
from mst_sites.tenancy.versions import lock_version


def upgrade_plan(
    *, plan: Plan, version: int, template: int, now: datetime, by: User | None
) -> Plan:
    """Give a plan the activities of another template; done twice, it is done.

    Owners, dates, reasons, files and comments stay. What the template no longer has stays too if somebody
    answered it, as left over, and goes if nobody did.

    :param template: the key of the edition whose changes the person had before them.
    :raises ValidationError: it is not the one that the plan would get now, or the site is closed or was withdrawn.
    :raises ClashError: somebody else changed the plan.
    """
    with transaction.atomic():
        locked = locked_plan(plan)
        if locked.template_id == template:
            return locked
        current: Plan = lock_version(plan, version)
        refuse_ended_plan(current)
        offered = _offered(current, template)
        before = current.template_id
        upgrade = upgrade_of(current, offered)
        _take_over(upgrade)
        _let_go(current, [*upgrade.left_over, *upgrade.removed])
        _add(current, upgrade, now=now)
        current.template = offered
        current.full_clean(exclude=["site"])
        current.save()
        keep_standing(current)
        details = {
            "from": before,
            "to": offered.pk,
            "added": [step.code for step in upgrade.added],
            "changed": [activity.code for activity, _step, _fields in upgrade.changed],
            "left_over": [activity.code for activity in upgrade.left_over],
            "removed": [activity.code for activity in upgrade.removed],
        }
        audit.record("plan.upgraded", site=current.site, subject=plan, details=details, by=by)
    return current


def _offered(plan: Plan, template: int) -> PlanTemplate:
    offered = template_for_upgrade(plan)
    if offered is None or offered.pk != template:
        raise ValidationError(
            _("Another edition has come into use since. Look at what will change again.")
        )
    return offered


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
