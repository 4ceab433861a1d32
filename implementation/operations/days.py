"""Many days of a plan entered in one go, as from a spreadsheet that is given up."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from implementation.models import Activity, Plan
from implementation.operations.standing import keep_standing, locked_plan, refuse_ended_plan
from implementation.queries.plans import activities_of
from mst_sites.accounts.models import User
from mst_sites.audit import operations as audit
from mst_sites.periods import TOO_FAR, day_label, is_far, local_day
from mst_sites.tenancy.versions import ClashError


@dataclass(frozen=True)
class Days:
    """The days of one activity, and the version of the activity that they were read from."""

    forecast_on: date | None
    completed_on: date | None
    version: int = 1


def enter_days(*, plan: Plan, days: Mapping[str, Days], now: datetime, by: User | None) -> Plan:
    """Set forecast and actual days of several activities at once, or of none if one of them is impossible.

    :param days: by the code of the activity; what is left out stays as it is.
    :raises ValidationError: with a message for each faulty day, under `<code>-completed_on` or `<code>-forecast_on`.
    :raises ClashError: somebody else changed one of these activities.
    """
    with transaction.atomic():
        current = locked_plan(plan)
        refuse_ended_plan(current)
        found = {activity.code: activity for activity in activities_of(current)}
        changed = [
            found[code]
            for code, entered in days.items()
            if code in found and _differs(found[code], entered)
        ]
        if not changed:
            return current
        _refuse_impossible(current, changed, days, today=local_day(now))
        _refuse_clash(changed, days)
        for activity in changed:
            entered = days[activity.code]
            activity.forecast_on = entered.forecast_on
            activity.completed_on = entered.completed_on
            activity.version += 1
        Activity.objects.bulk_update(changed, ["forecast_on", "completed_on", "version"])
        keep_standing(current)
        audit.record(
            "plan.days-entered",
            site=current.site,
            subject=plan,
            details={activity.code: _told(activity) for activity in changed},
            by=by,
        )
    return current


def _differs(activity: Activity, entered: Days) -> bool:
    before = (activity.forecast_on, activity.completed_on)
    return before != (entered.forecast_on, entered.completed_on)


def _refuse_impossible(
    plan: Plan, changed: list[Activity], days: Mapping[str, Days], *, today: date
) -> None:
    faults: dict[str, Any] = {}
    for activity in changed:
        entered = days[activity.code]
        faults[f"{activity.code}-completed_on"] = _fault_of_done(plan, activity, entered, today)
        faults[f"{activity.code}-forecast_on"] = _fault_of_due(plan, activity, entered)
    if found := {name: fault for name, fault in faults.items() if fault}:
        raise ValidationError(found)


def _fault_of_done(plan: Plan, activity: Activity, entered: Days, today: date) -> Any:
    if entered.completed_on is None:
        return None
    if entered.completed_on > today:
        return _("This day is in the future.")
    if entered.completed_on < plan.started_on:
        return _before_start(plan)
    if not activity.is_applicable:
        return _("This activity does not apply: say first that it does.")
    return None


def _fault_of_due(plan: Plan, activity: Activity, entered: Days) -> Any:
    if entered.forecast_on is None:
        return _("Give the day that is fixed.") if activity.is_fixed else None
    if entered.forecast_on < plan.started_on:
        return _before_start(plan)
    return TOO_FAR if is_far(entered.forecast_on) else None


def _before_start(plan: Plan) -> str:
    return _("The first enquiry was on %(day)s: this cannot be before it.") % {
        "day": day_label(plan.started_on)
    }


def _refuse_clash(changed: list[Activity], days: Mapping[str, Days]) -> None:
    for activity in changed:
        if activity.version != days[activity.code].version:
            raise ClashError(activity)


def _told(activity: Activity) -> dict[str, str | None]:
    return {
        "forecast_on": activity.forecast_on.isoformat() if activity.forecast_on else None,
        "completed_on": activity.completed_on.isoformat() if activity.completed_on else None,
    }
