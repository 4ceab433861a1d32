"""Episodes as lists for the page and as facts for the figures."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet

from consultation.metrics import ClosureGroup, EpisodeFacts
from consultation.models import ClosureReason, Episode, EpisodeImport, TamR
from mst_sites.periods import Period
from mst_sites.tenancy.models import Team

FACTS = (
    "id",
    "case_ref",
    "referred_on",
    "accepted_on",
    "started_on",
    "closed_on",
    "closure_reason__group",
    "at_home",
    "school_work",
    "no_new_arrests",
)


@dataclass(frozen=True)
class EpisodeCounts:
    """How many episodes a team has, and how far its data reach."""

    total: int
    open: int
    closed: int
    latest: date | None


def episode_facts(*, team: Team, period: Period) -> tuple[list[EpisodeFacts], dict[str, str]]:
    """Return the facts of every episode that a figure of the period counts, with their closure codes.

    Those are the episodes that touch the period, and those that do not but have a TAM-R in it.
    """
    rows = {row[0]: row for row in _facts(Episode.objects.of_team(team).touching(period))}
    in_period = TamR.objects.filter(
        site=team.site_id,
        episode__team=team,
        collected_on__gte=period.starts_on,
        collected_on__lt=period.ends_on,
    )
    outside = set(in_period.values_list("episode_id", flat=True).order_by()) - rows.keys()
    if outside:
        rows |= {
            row[0]: row for row in _facts(Episode.objects.of_team(team).filter(pk__in=outside))
        }
    scores = _scores(team, rows)
    facts = [_as_facts(row, scores.get(row[0], ())) for row in rows.values()]
    return facts, {row[1]: row[-1] for row in rows.values() if row[-1]}


def _facts(episodes: QuerySet[Episode]) -> Iterable[tuple[Any, ...]]:
    return episodes.order_by("case_ref").values_list(*FACTS, "closure_reason__code")


def _scores(team: Team, ids: Iterable[UUID]) -> Mapping[UUID, tuple[tuple[date, Decimal], ...]]:
    found: dict[UUID, tuple[tuple[date, Decimal], ...]] = {}
    rows = (
        TamR.objects.filter(site=team.site_id, episode__in=list(ids))
        .order_by("episode_id", "collected_on")
        .values_list("episode_id", "collected_on", "score")
    )
    for episode_id, day, score in rows:
        found[episode_id] = (*found.get(episode_id, ()), (day, score))
    return found


def _as_facts(row: tuple[Any, ...], tam_r: tuple[tuple[date, Decimal], ...]) -> EpisodeFacts:
    _id, case_ref, referred, accepted, started, closed, group, home, school, arrests, _code = row
    return EpisodeFacts(
        case_ref=case_ref,
        referred_on=referred,
        accepted_on=accepted,
        started_on=started,
        closed_on=closed,
        closure_group=ClosureGroup(group) if group else None,
        at_home=home,
        school_work=school,
        no_new_arrests=arrests,
        tam_r=tam_r,
    )


def closure_reasons(*, with_former: bool = False) -> list[ClosureReason]:
    """Return each reason in its newest version, in MST UK's order; only those in use unless told."""
    reasons = ClosureReason.objects.order_by("code", "-version").distinct("code")
    known = [reason for reason in reasons if with_former or reason.is_current]
    return sorted(known, key=lambda reason: (reason.position, reason.code))


def episodes_of(team: Team, *, state: str = "", period: Period | None = None) -> QuerySet[Episode]:
    """Return a team's episodes: all, the open, the closed, or those that touch a period."""
    episodes = Episode.objects.of_team(team)
    if period is not None:
        episodes = episodes.touching(period)
    if state:
        episodes = episodes.filter(closed_on__isnull=state == "open")
    found: QuerySet[Episode] = episodes.select_related("closure_reason")
    return found


def episode_counts(team: Team) -> EpisodeCounts:
    counted = Episode.objects.of_team(team).aggregate(
        total=Count("pk"),
        closed=Count("pk", filter=Q(closed_on__isnull=False)),
        referred=Max("referred_on"),
        started=Max("started_on"),
        ended=Max("closed_on"),
    )
    latest = max(
        filter(None, (counted["referred"], counted["started"], counted["ended"])), default=None
    )
    total, closed = counted["total"], counted["closed"]
    return EpisodeCounts(total, total - closed, closed, latest)


def imports_of(team: Team) -> QuerySet[EpisodeImport]:
    """Return a team's imports, the last one first."""
    return (
        EpisodeImport.objects.filter(site=team.site_id, team=team)
        .select_related("imported_by")
        .order_by("-imported_at")
    )
