"""A site's set-up plan and its activities, its history, and the template that fits the site."""

from uuid import UUID

from django.db.models import Case, F, IntegerField, QuerySet, Value, When

from implementation.models import (
    Activity,
    OpeningChange,
    Plan,
    PlanState,
    PlanTemplate,
    StageTransition,
)
from mst_sites.accounts.models import User
from mst_sites.tenancy.models import MstModel, Phase, Site


def plan_of(site: Site) -> Plan | None:
    """Return the set-up plan of a site, None before it has one."""
    return Plan.objects.filter(site=site).select_related("template", "guided_by").first()


def activities_of(plan: Plan) -> QuerySet[Activity]:
    """Return the activities of a plan with their owners, in their order."""
    activities: QuerySet[Activity] = (
        Activity.objects.filter(site=plan.site_id, plan=plan).in_order().select_related("owner")
    )
    return activities


def open_activities_of(user: User) -> QuerySet[Activity]:
    """Return what somebody owns and has still to do, on sites that go on, the soonest first."""
    under_way = [PlanState.ACTIVE, PlanState.OPEN]
    mine = Activity.objects.open().filter(owner=user, plan__state__in=under_way)
    mine = mine.exclude(site__phase=Phase.CLOSED)
    soonest: QuerySet[Activity] = mine.select_related("site").order_by(
        F("forecast_on").asc(nulls_last=True), "site__name", "code", "id"
    )
    return soonest


def opening_changes_of(plan: Plan) -> QuerySet[OpeningChange]:
    """Return every change of the planned opening, the newest first."""
    changes = OpeningChange.objects.filter(site=plan.site_id, plan=plan)
    return changes.select_related("changed_by").order_by("-changed_at", "id")


def transitions_of(plan: Plan) -> QuerySet[StageTransition]:
    """Return every move of a site, the first one first."""
    moves = StageTransition.objects.filter(site=plan.site_id, plan=plan)
    return moves.select_related("recorded_by").order_by("happened_on", "recorded_at", "id")


def is_on_record(row: type[OpeningChange | StageTransition], number: str, site: Site) -> bool:
    """Tell whether a form that made this number was taken in before."""
    try:
        return QuerySet(row).filter(pk=UUID(number), site=site).exists()
    except ValueError:
        return False


def fitting_template(site: Site) -> PlanTemplate | None:
    """Return the template in use that fits a site best: its model and nation, its model, or standard MST."""
    fit = Case(
        When(model=site.model, nation=site.nation, then=Value(1)),
        When(model=site.model, nation="", then=Value(2)),
        When(model=MstModel.STANDARD, nation=site.nation, then=Value(3)),
        When(model=MstModel.STANDARD, nation="", then=Value(4)),
        output_field=IntegerField(),
    )
    fitting = PlanTemplate.objects.published().annotate(fit=fit).exclude(fit=None)
    best: PlanTemplate | None = fitting.order_by("fit").first()
    return best
