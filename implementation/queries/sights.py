"""What gates look at on a site: its activities, facts, decisions, teams and consultants, read together."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery

from implementation.models import (
    Activity,
    FundingSource,
    Gate,
    GateDecision,
    GateOutcome,
    Meeting,
    MeetingKind,
    MeetingState,
    Plan,
    SiteFact,
    Stage,
    StageTransition,
    SteeringGroup,
    TransitionKind,
)
from implementation.queries.funding import terms_of
from mst_sites.accounts.permissions import Role
from mst_sites.periods import LONDON, local_day
from mst_sites.tenancy.models import Membership, Site, Team

STAGES = [stage.value for stage in Stage]


@dataclass(frozen=True)
class Sight:
    """The live rows of one site, as they are now or as they were at the end of a day."""

    site: Site
    plan: Plan
    day: date | None = None  # None: now
    opened_on: date | None = None  # as whoever decides says, or as the site does since it is open
    activities: Sequence[Activity] = ()
    facts: Mapping[str, SiteFact] = field(default_factory=dict)  # those that stand, by code
    decisions: Mapping[str, GateDecision] = field(default_factory=dict)  # that stood, by gate
    latest: Mapping[str, GateDecision] = field(default_factory=dict)  # that stand now, by gate
    teams: Sequence[Team] = ()
    teams_with_consultant: frozenset[Any] = frozenset()
    funding: Sequence[FundingSource] = ()  # that nobody has taken back
    # Since when the steering group has not met: its last closed meeting, or the day it was formed; None: no group.
    steering_since: date | None = None
    has_steering_met: bool = False

    @property
    def teams_without_consultant(self) -> list[Team]:
        return [team for team in self.teams if team.pk not in self.teams_with_consultant]

    @property
    def funding_ends_on(self) -> date | None:
        """Return the first day without confirmed money, whatever the gaps before; None if none was confirmed."""
        confirmed = [s for s in self.funding if s.confirmed_on and self.has_come(s.confirmed_on)]
        return max((term.ends_on for term in terms_of(confirmed)), default=None)

    def has_come(self, day: date) -> bool:
        """Tell whether a day had come when this was seen."""
        return self.day is None or day <= self.day

    def is_done(self, activity: Activity) -> bool:
        return activity.completed_on is not None and self.has_come(activity.completed_on)

    def has_reached(self, stage: Stage) -> bool:
        return STAGES.index(self.plan.stage) >= STAGES.index(stage)

    def has_passed(self, gate: Gate) -> bool:
        decision = self.decisions.get(gate)
        return decision is not None and decision.outcome != GateOutcome.REFUSED


def sight_of(
    site: Site, plan: Plan, *, day: date | None = None, opened_on: date | None = None
) -> Sight:
    """Return what there is of one site, or was at the end of a day.

    :param opened_on: the opening that is being decided about.
    """
    plan.site = site
    sight = sights_of([plan], day=day)[site.pk]
    return replace(sight, opened_on=opened_on) if opened_on else sight


def sights_of(plans: Iterable[Plan], *, day: date | None = None) -> dict[int, Sight]:
    """Return what there is of each of some sites, by the site's id, in seven queries whatever their number.

    A past day is seen with what is known now: what was taken back or replaced since counts for no day, for it may
    have been wrong. Teams have no first day before they open, so those of today are those of any day. A role begins
    when it is given here, so on days before the site's plan was here the roles of today count.

    :param day: what came later is left out. None: everything as it is now.
    """
    plans = list(plans)
    ids = [plan.site_id for plan in plans]
    rows = Activity.objects.filter(site__in=ids).select_related("excluded_by")
    activities = by_site(rows.in_order())
    held = SiteFact.objects.filter(until(day, "holds_on"), site__in=ids)
    facts = by_site(held.standing().select_related("recorded_by"))
    # A later decision stands over an earlier one, so the last one of a gate is what is kept.
    decisions = by_site(
        GateDecision.objects.filter(site__in=ids)
        .select_related("recorded_by")
        .order_by("decided_on", "recorded_at")
    )
    teams = by_site(Team.objects.filter(site__in=ids).order_by("name", "id"))
    consultants = Membership.objects.filter(held_role(day), site__in=ids, role=Role.CONSULTANT)
    assigned = frozenset(consultants.values_list("team_id", flat=True))
    standing = FundingSource.objects.filter(site__in=ids).standing().in_order()
    funding = by_site(standing.select_related("organisation"))
    steering = last_met(ids, day=day)
    return {
        plan.site_id: Sight(
            site=plan.site,
            plan=plan,
            day=day,
            opened_on=plan.site.opened_on,
            activities=activities[plan.site_id],
            facts={fact.code: fact for fact in facts[plan.site_id]},
            decisions={
                decision.gate: decision
                for decision in decisions[plan.site_id]
                if day is None or decision.decided_on <= day
            },
            latest={decision.gate: decision for decision in decisions[plan.site_id]},
            teams=teams[plan.site_id],
            teams_with_consultant=assigned,
            funding=funding[plan.site_id],
            steering_since=steering.get(plan.site_id, (None, False))[0],
            has_steering_met=steering.get(plan.site_id, (None, False))[1],
        )
        for plan in plans
    }


def until(day: date | None, name: str) -> Q:
    """Narrow rows to those whose day, or moment, had come at the end of a day."""
    if day is None:
        return Q()
    if name.endswith("_at"):
        return Q(**{f"{name}__lt": end_of(day)})
    return Q(**{f"{name}__lte": day})


def held_role(day: date | None) -> Q:
    """Narrow roles to those that were held at the end of a day: of roles that are not over, by active people."""
    held = Q(ended_at=None, user__is_active=True)
    if day is None:
        return held
    begun_here = StageTransition.objects.filter(
        until(day, "recorded_at"), site=OuterRef("site"), kind=TransitionKind.START
    )
    return (held | Q(ended_at__gte=end_of(day))) & (until(day, "began_at") | Q(~Exists(begun_here)))


def end_of(day: date) -> datetime:
    """Return the first moment after a day."""
    return datetime.combine(day + timedelta(days=1), time(0), tzinfo=LONDON)


def last_met(site_ids: Sequence[int], *, day: date | None) -> dict[int, tuple[date, bool]]:
    """Return for each site with a steering group since when it has not met, and whether it ever did."""
    held = Meeting.objects.filter(
        until(day, "starts_at"),
        site=OuterRef("site"),
        kind=MeetingKind.STEERING_GROUP,
        state=MeetingState.CLOSED,
    ).order_by("-starts_at")
    formed = SteeringGroup.objects.filter(until(day, "formed_on"), site__in=site_ids)
    groups = formed.annotate(last_at=Subquery(held.values("starts_at")[:1]))
    return {
        site_id: (local_day(last_at) if last_at else formed_on, last_at is not None)
        for site_id, formed_on, last_at in groups.values_list("site_id", "formed_on", "last_at")
    }


def by_site(rows: Iterable[Any]) -> dict[int, list[Any]]:
    """Put rows in order under the site that they are of."""
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.site_id].append(row)
    return found
