"""From which day a team works: the one rule by which weeks are expected of it."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import Min, OuterRef, QuerySet, Subquery
from django.db.models.functions import Least

from consultation.models import Episode, Note
from mst_sites.tenancy.models import Team


def working_since(teams: Iterable[Team]) -> dict[UUID, date | None]:
    """Return the day from which each team works, or None while nothing shows that it does.

    It is the day on which the team opened. Where nobody entered one, work began with the first evidence
    of it: a family that started, or the week of a filed note. It costs a query only for such teams.
    """
    teams = list(teams)
    known: dict[UUID, date | None] = {team.pk: team.opened_on for team in teams}
    undated = [team for team in teams if team.opened_on is None]
    if undated:
        evidence = Least(
            _first(Episode.objects.all(), "started_on"),
            _first(Note.objects.filed(), "week_starts_on"),
        )
        found = Team.objects.filter(
            site__in={team.site_id for team in undated}, pk__in=[team.pk for team in undated]
        )
        known |= dict(found.order_by().values_list("pk", evidence))
    return known


def team_working_since(team: Team) -> date | None:
    return working_since([team])[team.pk]


def _first(rows: QuerySet[Episode] | QuerySet[Note], day: str) -> Subquery:
    mine = rows.filter(site=OuterRef("site"), team=OuterRef("pk")).order_by()
    return Subquery(mine.values("team").values(first=Min(day)))
