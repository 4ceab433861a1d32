"""Everything that the X-ray looks at on many sites at once: a fixed number of queries, whatever their number."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import chain
from typing import Any
from uuid import UUID

from django.db.models import Max
from django.db.models.functions import Coalesce, TruncDate

from implementation.models import (
    Activity,
    Gate,
    OpeningChange,
    OpeningReason,
    Plan,
    PlanState,
    StageTransition,
    TransitionKind,
)
from implementation.queries.gates import GateState, state_in
from implementation.queries.sights import Sight, by_site, sights_of
from mst_sites.accounts.models import User
from mst_sites.periods import LONDON, local_day
from mst_sites.records.models import Attachment, Scan
from mst_sites.tenancy.models import Membership, Site

EVIDENCE = ("implementation.sitefact", "implementation.activity")


@dataclass(frozen=True)
class Look:
    """One site as the X-ray sees it."""

    sight: Sight
    moves: Sequence[StageTransition] = ()
    opening_changes: Sequence[OpeningChange] = ()  # without the first plan
    evidence: Mapping[str, date] = field(default_factory=dict)  # id of the row → its newest day
    received_on: date | None = None  # the newest file
    people: frozenset[UUID] = frozenset()  # who may work on the site now

    @property
    def site(self) -> Site:
        return self.sight.site

    @property
    def plan(self) -> Plan:
        return self.sight.plan

    @property
    def is_set_up(self) -> bool:
        """Tell whether the site is under way to its opening."""
        return bool(self.plan.state == PlanState.ACTIVE)

    @property
    def is_open(self) -> bool:
        return bool(self.plan.state == PlanState.OPEN)

    @property
    def open_activities(self) -> list[Activity]:
        return [a for a in self.sight.activities if a.is_open and not a.is_left_over]

    @property
    def held_since(self) -> date | None:
        """Return since when the site is on hold."""
        if self.plan.state != PlanState.ON_HOLD:
            return None
        holds = [m.happened_on for m in self.moves if m.kind == TransitionKind.HOLD]
        return max(holds, default=None)

    @property
    def last_moved_on(self) -> date:
        """Return the last day on which anything about the set-up changed."""
        days: Iterable[date | None] = chain(
            [self.plan.started_on, self.received_on],
            (move.happened_on for move in self.moves),
            (activity.completed_on for activity in self.sight.activities),
            (local_day(fact.recorded_at) for fact in self.sight.facts.values()),
            (decision.decided_on for decision in self.sight.decisions.values()),
            (local_day(change.changed_at) for change in self.opening_changes),
        )
        return max(day for day in days if day is not None)

    def opens_within(self, days: int, today: date) -> bool:
        """Tell whether the site is open, or is to open within some days."""
        planned = self.plan.planned_opening_on
        return self.is_open or (
            self.is_set_up and planned is not None and planned <= today + timedelta(days=days)
        )

    def gate(self, gate: Gate, today: date) -> GateState:
        return state_in(self.sight, gate, today=today)


def looks_of(plans: Iterable[Plan]) -> dict[int, Look]:
    """Return each site as the X-ray sees it, by the site's id; the plans come with their sites and templates."""
    plans = list(plans)
    ids = [plan.site_id for plan in plans]
    sights = sights_of(plans)
    moves = by_site(StageTransition.objects.filter(site__in=ids).order_by("happened_on"))
    changes = by_site(
        OpeningChange.objects.filter(site__in=ids)
        .exclude(reason=OpeningReason.FIRST_PLANNED)
        .order_by("changed_at")
    )
    evidence = newest_evidence(ids)
    here, everywhere = people_on(ids)
    return {
        plan.site_id: Look(
            sight=sights[plan.site_id],
            moves=moves[plan.site_id],
            opening_changes=changes[plan.site_id],
            evidence={row["subject_id"]: row["shown_on"] for row in evidence[plan.site_id]},
            received_on=max((row["received_on"] for row in evidence[plan.site_id]), default=None),
            people=frozenset(here.get(plan.site_id, set())) | everywhere,
        )
        for plan in plans
    }


def newest_evidence(site_ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """Return for each fact and activity with files the newest day that one of them shows, by site.

    One that waits for the virus check counts: it was brought, its fingerprint is kept, and a scanner that is away
    must not hold a site up. One with a virus is gone, as if it had been removed, and the fact is bare again.
    """
    received = TruncDate("received_at", tzinfo=LONDON)
    found: dict[int, list[dict[str, Any]]] = {site_id: [] for site_id in site_ids}
    files = Attachment.objects.filter(site__in=site_ids, subject_type__in=EVIDENCE, removed_at=None)
    files = files.exclude(scan=Scan.INFECTED)
    rows = files.values("site_id", "subject_id").annotate(
        shown_on=Max(Coalesce("dated_on", received)), received_on=Max(received)
    )
    for row in rows.order_by():
        found[row["site_id"]].append(dict(row))
    return found


def people_on(site_ids: Sequence[int]) -> tuple[dict[int, set[UUID]], frozenset[UUID]]:
    """Return who holds a role on each site now, and who works for the whole country."""
    here: dict[int, set[UUID]] = {}
    members = Membership.objects.filter(
        site__in=site_ids, ended_at=None, user__is_active=True
    ).values_list("site_id", "user_id")
    for site_id, user_id in members:
        here.setdefault(site_id, set()).add(user_id)
    country = User.objects.filter(is_active=True).exclude(country_role="")
    return here, frozenset(country.values_list("pk", flat=True))
