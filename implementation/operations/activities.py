"""What people answer to the activities of a plan: owner, dates, done, does not apply, evidence and comments."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from implementation.models import Activity
from implementation.operations.standing import keep_standing, locked_plan, refuse_ended_plan
from mst_sites.accounts.models import User
from mst_sites.accounts.permissions import COUNTRY_ROLES
from mst_sites.audit import operations as audit
from mst_sites.free_text import admit
from mst_sites.periods import day_label, local_day
from mst_sites.records import operations as records
from mst_sites.records.models import Attachment, Comment
from mst_sites.records.queries import people_of
from mst_sites.tenancy.versions import lock_version


def change_activity(
    *,
    activity: Activity,
    version: int,
    owner: User | None,
    forecast_on: date | None,
    is_fixed: bool = False,
    by: User | None,
) -> Activity:
    """Say who does it and by when.

    :param is_fixed: the day stays when the dates of the plan are rolled.
    :raises ValidationError: the person has no role on the site, or the day is before the plan began.
    :raises ClashError: somebody else changed the activity.
    """
    with _changing(activity, version) as current:
        faults = {}
        is_other = owner is not None and owner.pk != current.owner_id
        if is_other and owner not in people_of(current.site):
            faults["owner"] = _("This person has no role on the site.")
        if forecast_on is None and is_fixed:
            faults["forecast_on"] = _("Give the day that is fixed.")
        elif forecast_on is not None and forecast_on < current.plan.started_on:
            faults["forecast_on"] = _before_start(current)
        if faults:
            raise ValidationError(faults)
        current.owner, current.forecast_on, current.is_fixed = owner, forecast_on, is_fixed
        details = {
            "owner": str(owner.pk) if owner else None,
            "forecast_on": forecast_on.isoformat() if forecast_on else None,
            "is_fixed": is_fixed,
        }
        _save(current, "activity.changed", details, by=by)
    return current


def complete_activity(
    *, activity: Activity, version: int, completed_on: date, now: datetime, by: User | None
) -> Activity:
    """Say on which day it was done; said again, it corrects the day.

    :raises ValidationError: the day is to come or before the plan began, or the activity does not apply.
    :raises ClashError: somebody else changed the activity.
    """
    with _changing(activity, version) as current:
        if completed_on > local_day(now):
            raise ValidationError({"completed_on": _("This day is in the future.")})
        if completed_on < current.plan.started_on:
            raise ValidationError({"completed_on": _before_start(current)})
        if not current.is_applicable:
            raise ValidationError(_("This activity does not apply: say first that it does."))
        before = current.completed_on.isoformat() if current.completed_on else None
        current.completed_on = completed_on
        details = {"completed_on": completed_on.isoformat(), "before": before}
        _save(current, "activity.completed", details, by=by)
    return current


def reopen_activity(*, activity: Activity, version: int, by: User | None) -> Activity:
    """Say that it is not done after all.

    :raises ValidationError: it is open.
    :raises ClashError: somebody else changed the activity.
    """
    with _changing(activity, version) as current:
        if current.completed_on is None:
            raise ValidationError(_("This activity is open already."))
        details = {"before": current.completed_on.isoformat()}
        current.completed_on = None
        _save(current, "activity.reopened", details, by=by)
    return current


def exclude_activity(
    *,
    activity: Activity,
    version: int,
    not_applicable_reason: str,
    confirmed_reason: str = "",
    now: datetime,
    by: User | None,
) -> Activity:
    """Say why it does not apply to this site; it then counts nowhere. MST UK agrees by saying so as well.

    :raises ValidationError: no reason is given, or it is done.
    :raises ClashError: somebody else changed the activity.
    """
    typed = {"not_applicable_reason": not_applicable_reason.strip()}
    cleaned, told = admit(typed, confirmed_reason=confirmed_reason, today=local_day(now))
    if not cleaned["not_applicable_reason"]:
        raise ValidationError({"not_applicable_reason": _("Say why it does not apply.")})
    with _changing(activity, version) as current:
        if current.completed_on is not None:
            raise ValidationError(_("What is done applies: open it again first."))
        current.not_applicable_reason = cleaned["not_applicable_reason"]
        current.excluded_by = by
        current.is_exclusion_agreed = by is None or by.country_role in COUNTRY_ROLES
        _save(current, "activity.excluded", told, by=by)
    return current


def include_activity(*, activity: Activity, version: int, by: User | None) -> Activity:
    """Say that it applies after all.

    :raises ValidationError: it does already.
    :raises ClashError: somebody else changed the activity.
    """
    with _changing(activity, version) as current:
        if current.is_applicable:
            raise ValidationError(_("This activity applies already."))
        current.not_applicable_reason = ""
        current.excluded_by, current.is_exclusion_agreed = None, False
        _save(current, "activity.included", {}, by=by)
    return current


def attach_evidence(
    *,
    activity: Activity,
    upload: Any,
    dated_on: date | None = None,
    attachment_id: UUID | None = None,
    now: datetime,
    by: User,
) -> Attachment:
    """Keep a file that shows that it was done.

    :raises ValidationError: the file is none that we keep, or shows a day to come.
    """
    if dated_on is not None and dated_on > local_day(now):
        raise ValidationError({"dated_on": _("This day is in the future.")})
    with transaction.atomic():
        locked_plan(activity.plan)  # an upgrade takes no activity away that has evidence
        return records.attach_file(
            site=activity.site,
            subject=activity,
            upload=upload,
            dated_on=dated_on,
            attachment_id=attachment_id,
            by=by,
        )


def comment_activity(
    *,
    activity: Activity,
    text: str,
    comment_id: UUID | None = None,
    confirmed_reason: str = "",
    by: User,
) -> Comment:
    """Say something about an activity.

    :raises ValidationError: no text, or text that could identify a family.
    """
    with transaction.atomic():
        locked_plan(activity.plan)
        return records.add_comment(
            site=activity.site,
            subject=activity,
            text=text,
            comment_id=comment_id,
            confirmed_reason=confirmed_reason,
            by=by,
        )


@contextmanager
def _changing(activity: Activity, version: int) -> Iterator[Activity]:
    """Give the activity as it is, locked after its plan, one version on.

    :raises ValidationError: the site is closed or was withdrawn.
    :raises ClashError: somebody else changed it.
    """
    with transaction.atomic():
        plan = locked_plan(activity.plan)
        current: Activity = lock_version(activity, version)
        current.plan, current.site = plan, plan.site
        refuse_ended_plan(plan)
        yield current


def _save(
    activity: Activity, action: str, details: Mapping[str, object], *, by: User | None
) -> None:
    activity.full_clean(exclude=["site", "plan"])
    activity.save()
    keep_standing(activity.plan)
    told = {"code": activity.code, **details}
    audit.record(action, site=activity.site, subject=activity, details=told, by=by)


def _before_start(activity: Activity) -> str:
    words = _("The first enquiry was on %(day)s: this cannot be before it.")
    return words % {"day": day_label(activity.plan.started_on)}
