"""Activities that one site has beside those of its template: added by MST UK, kept by every upgrade."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from implementation.models import Activity, Plan
from implementation.operations.standing import keep_standing, locked_plan, refuse_ended_plan
from implementation.queries.plans import activities_of
from implementation.queries.schedule import CircleError, in_order
from implementation.queries.standing import days_beside, steps_of
from mst_sites.accounts.models import User
from mst_sites.audit import operations as audit
from mst_sites.free_text import admit
from mst_sites.periods import local_day
from mst_sites.tenancy.versions import lock_version

MOST = 9  # in one stage: more of its own, and the site needs a template of its own
AFTER_THE_TEMPLATE = 1_000  # the place in the stage
TEXTS = ("title", "purpose", "evidence")


def add_activity(
    *,
    plan: Plan,
    stage: str,
    activity_id: UUID | None = None,
    confirmed_reason: str = "",
    now: datetime,
    by: User | None,
    **words: Any,
) -> Activity:
    """Add an activity to the plan of one site; its first forecast is the earliest day that the others leave it.

    :param activity_id: made by the form, so that a submit that is repeated is the same activity.
    :raises ValidationError: the site was withdrawn, the stage has enough, it waits for what is not there, or text could
        identify a person.
    """
    words, told = _admitted(words, confirmed_reason, now)
    activity_id = activity_id or uuid4()
    with transaction.atomic():
        current = _locked(plan)
        if again := Activity.objects.filter(pk=activity_id, site=current.site_id).first():
            return again
        there = list(activities_of(current))
        activity = Activity(
            pk=activity_id,
            site=current.site,
            plan=current,
            stage=stage,
            code=_free_code(stage, there),
            position=AFTER_THE_TEMPLATE,
            is_local=True,
            **words,
        )
        _refuse_disorder(there, activity)
        days = days_beside(current, there, [activity], today=local_day(now))
        activity.forecast_on = days.get(activity.code)
        activity.full_clean(exclude=["site", "plan"])
        activity.save(force_insert=True)
        keep_standing(current)
        _record("activity.added", activity, told, by=by)
    return activity


def describe_activity(
    *,
    activity: Activity,
    version: int,
    confirmed_reason: str = "",
    now: datetime,
    by: User | None,
    **words: Any,
) -> Activity:
    """Say in other words what an activity of the site's own is; its code and its days stay.

    :raises ValidationError: it is the template's, the site was withdrawn, activities would wait for each other or for
        one that is not there, or text could identify a person.
    :raises ClashError: somebody else changed it.
    """
    words, told = _admitted(words, confirmed_reason, now)
    with transaction.atomic():
        plan = _locked(activity.plan)
        current: Activity = lock_version(activity, version)
        current.plan, current.site = plan, plan.site
        if not current.is_local:
            raise ValidationError(_("This activity is the template's: it changes there."))
        changed = [name for name, value in words.items() if getattr(current, name) != value]
        for name in changed:
            setattr(current, name, words[name])
        _refuse_disorder([a for a in activities_of(plan) if a.pk != current.pk], current)
        current.full_clean(exclude=["site", "plan"])
        current.save()
        keep_standing(plan)
        _record("activity.described", current, {"changed": changed, **told}, by=by)
    return current


def _admitted(
    words: dict[str, Any], confirmed_reason: str, now: datetime
) -> tuple[dict[str, Any], dict[str, object]]:
    """Look through what was typed.

    :raises ValidationError: text could identify a person.
    """
    typed = {name: words.get(name, "").strip() for name in TEXTS}
    cleaned, told = admit(typed, confirmed_reason=confirmed_reason, today=local_day(now))
    return {**words, **cleaned}, told


def _locked(plan: Plan) -> Plan:
    current = locked_plan(plan)
    refuse_ended_plan(current)
    return current


def _free_code(stage: str, there: Iterable[Activity]) -> str:
    taken = {activity.code for activity in there}
    codes = (f"{stage}L{number}" for number in range(1, MOST + 1))
    free = next((code for code in codes if code not in taken), None)
    if free is None:
        words = _("This stage has %(count)d activities of the site's own already.")
        raise ValidationError({"stage": words % {"count": MOST}})
    return free


def _refuse_disorder(others: Iterable[Activity], activity: Activity) -> None:
    counting = [other for other in others if not other.is_left_over]
    if unknown := set(activity.depends_on) - {other.code for other in counting}:
        words = _("It cannot wait for %(codes)s.")
        raise ValidationError({"depends_on": words % {"codes": ", ".join(sorted(unknown))}})
    try:
        in_order(steps_of([*counting, activity]))
    except CircleError as error:
        words = _("These would wait for each other in a circle: %(circle)s.")
        circle = " → ".join(error.circle)
        raise ValidationError({"depends_on": words % {"circle": circle}}) from error


def _record(action: str, activity: Activity, told: dict[str, Any], *, by: User | None) -> None:
    details = {
        "code": activity.code,
        "is_mandatory": activity.is_mandatory,
        "depends_on": activity.depends_on,
        **told,
    }
    audit.record(action, site=activity.site, subject=activity, details=details, by=by)
