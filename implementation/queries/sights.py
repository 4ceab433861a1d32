"""What gates look at on a site: its activities, facts, decisions, teams and consultants, read together."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import OuterRef, Subquery

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
    SteeringGroup,
)
from implementation.queries.funding import terms_of
from mst_sites.accounts.permissions import Role
from mst_sites.periods import local_day
from mst_sites.tenancy.models import Membership, Site, Team

STAGES = [stage.value for stage in Stage]


@dataclass(frozen=True)
class Sight:
    """The live rows of one site, as they are now."""

    site: Site
    plan: Plan
    activities: Sequence[Activity] = ()
    facts: Mapping[str, SiteFact] = field(default_factory=dict)  # those that stand, by code
    decisions: Mapping[str, GateDecision] = field(default_factory=dict)  # that stand, by gate
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
        """Return the first day without confirmed money, whatever the gaps before; None if none is confirmed."""
        return max((term.ends_on for term in terms_of(self.funding)), default=None)

    def has_reached(self, stage: Stage) -> bool:
        return STAGES.index(self.plan.stage) >= STAGES.index(stage)

    def has_passed(self, gate: Gate) -> bool:
        decision = self.decisions.get(gate)
        return decision is not None and decision.outcome != GateOutcome.REFUSED


def sight_of(site: Site, plan: Plan) -> Sight:
    """Return what there is of one site."""
    plan.site = site
    return sights_of([plan])[site.pk]


def sights_of(plans: Iterable[Plan]) -> dict[int, Sight]:
    """Return what there is of each of some sites, by the site's id, in seven queries whatever their number."""
    plans = list(plans)
    ids = [plan.site_id for plan in plans]
    activities = by_site(Activity.objects.filter(site__in=ids).in_order())
    facts = by_site(SiteFact.objects.filter(site__in=ids).standing().select_related("recorded_by"))
    # A later decision stands over an earlier one, so the last one of a gate is what is kept.
    decisions = by_site(
        GateDecision.objects.filter(site__in=ids)
        .select_related("recorded_by")
        .order_by("decided_on", "recorded_at")
    )
    teams = by_site(Team.objects.filter(site__in=ids).order_by("name", "id"))
    consultants = Membership.objects.filter(
        site__in=ids, role=Role.CONSULTANT, ended_at=None, user__is_active=True
    )
    assigned = frozenset(consultants.values_list("team_id", flat=True))
    standing = FundingSource.objects.filter(site__in=ids).standing().in_order()
    funding = by_site(standing.select_related("organisation"))
    steering = last_met(ids)
    return {
        plan.site_id: Sight(
            site=plan.site,
            plan=plan,
            activities=activities[plan.site_id],
            facts={fact.code: fact for fact in facts[plan.site_id]},
            decisions={decision.gate: decision for decision in decisions[plan.site_id]},
            teams=teams[plan.site_id],
            teams_with_consultant=assigned,
            funding=funding[plan.site_id],
            steering_since=steering.get(plan.site_id, (None, False))[0],
            has_steering_met=steering.get(plan.site_id, (None, False))[1],
        )
        for plan in plans
    }


def last_met(site_ids: Sequence[int]) -> dict[int, tuple[date, bool]]:
    """Return for each site with a steering group since when it has not met, and whether it ever did."""
    held = Meeting.objects.filter(
        site=OuterRef("site"), kind=MeetingKind.STEERING_GROUP, state=MeetingState.CLOSED
    ).order_by("-starts_at")
    groups = SteeringGroup.objects.filter(site__in=site_ids).annotate(
        last_at=Subquery(held.values("starts_at")[:1])
    )
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
