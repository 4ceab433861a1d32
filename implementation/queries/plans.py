"""A site's set-up plan and its activities."""

from django.db.models import QuerySet

from implementation.models import Activity, Plan
from mst_sites.tenancy.models import Site


def plan_of(site: Site) -> Plan | None:
    """Return the set-up plan of a site, None before it has one."""
    return Plan.objects.filter(site=site).select_related("template", "guided_by").first()


def activities_of(plan: Plan) -> QuerySet[Activity]:
    """Return the activities of a plan with their owners, in their order."""
    activities: QuerySet[Activity] = (
        Activity.objects.filter(site=plan.site_id, plan=plan).in_order().select_related("owner")
    )
    return activities
