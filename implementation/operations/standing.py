"""What a plan keeps of its activities for lists of sites; every change of an activity ends here."""

from dataclasses import asdict

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from implementation.models import Plan, PlanState
from implementation.queries.plans import activities_of
from implementation.queries.standing import standing_of
from mst_sites.tenancy.endings import refuse_closed


def locked_plan(plan: Plan) -> Plan:
    """Lock a plan before its activities, so that two changes of one plan wait for each other and cannot entwine."""
    locked = Plan.objects.select_for_update(of=("self",), no_key=True)
    current: Plan = locked.select_related("site", "template").get(pk=plan.pk)
    return current


def keep_standing(plan: Plan) -> None:
    """Work out whose turn it is, what is due next and what is done. It is no change that anybody made: no version."""
    standing = asdict(standing_of(plan, list(activities_of(plan))))
    Plan.objects.filter(site=plan.site_id, pk=plan.pk).update(**standing)
    for name, value in standing.items():
        setattr(plan, name, value)


def refuse_ended_plan(plan: Plan) -> None:
    """Stop what cannot be while a site's way has ended.

    :raises ValidationError: the site is closed, or was withdrawn.
    """
    refuse_closed(plan.site)
    if plan.state == PlanState.WITHDRAWN:
        raise ValidationError(_("This site was withdrawn. Take it up again first."))
