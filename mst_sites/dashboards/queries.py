"""Figures of several apps side by side, for the pages that show many sites at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from consultation.models import Note, NoteStatus
from consultation.queries import (
    NoteCounts,
    last_reviewed,
    note_counts,
    total_counts,
    week_due,
    week_status,
    working_since,
)
from mst_sites.periods import WEEK, Period, monday_of
from mst_sites.tenancy.models import ENDED, Phase, Site, Team

WEEKS_LOOKED_BACK = 26


@dataclass(frozen=True, slots=True)
class Standing:
    """How a site stands at a glance: its consultations of half a year and what its latest issued review is about."""

    site: Site
    team_count: int
    consultation: NoteCounts
    reviewed: Period | None


@dataclass(frozen=True, slots=True)
class TeamWeek:
    """A team with the week that its next note is about, and how that week stands."""

    team: Team
    monday: date
    status: str
    note: Note | None


def last_weeks(today: date) -> Period:
    """Return the whole weeks that the dashboards look back on; the one that runs says nothing yet."""
    end = monday_of(today)
    return Period(end - WEEKS_LOOKED_BACK * WEEK, end)


def standings(sites: Iterable[Site], *, today: date) -> list[Standing]:
    """Return how each of some sites stands, in as many queries for fifty of them as for one."""
    sites = list(sites)
    teams = list(Team.objects.filter(site__in=[site.pk for site in sites]).order_by("name", "id"))
    counts = note_counts(teams=teams, period=last_weeks(today), today=today)
    reviewed = last_reviewed(sites)
    of_site: dict[int, list[Team]] = {site.pk: [] for site in sites}
    for team in teams:
        of_site[team.site_id].append(team)
    return [
        Standing(
            site,
            len(of_site[site.pk]),
            total_counts(counts[team.pk] for team in of_site[site.pk]),
            reviewed.get(site.pk),
        )
        for site in sites
    ]


def weeks_to_note(teams: QuerySet[Team], *, today: date) -> list[TeamWeek]:
    """Return each team that works by now with its note of last week, or of this one when that is filed.

    Nothing is asked of the teams of a site that is closed or was withdrawn.
    """
    this_week = monday_of(today)
    going_on = teams.exclude(site__phase__in=ENDED)
    in_order = list(going_on.select_related("site").order_by("site__name", "name", "id"))
    since = working_since(in_order)
    working = [team for team in in_order if (day := since[team.pk]) and day <= today]
    notes = Note.objects.kept().filter(
        team__in=working, week_starts_on__in=[this_week, this_week - WEEK]
    )
    found = {(note.team_id, note.week_starts_on): note for note in notes}
    weeks = []
    for team in working:
        last = found.get((team.pk, this_week - WEEK))
        is_filed = last is not None and last.status != NoteStatus.DRAFT
        monday = week_due(since[team.pk], today=today, is_last_filed=is_filed)
        note = found.get((team.pk, monday))
        weeks.append(TeamWeek(team, monday, week_status(note, monday, today=today), note))
    return weeks


def notes_to_acknowledge(teams: QuerySet[Team]) -> QuerySet[Note]:
    """Return filed notes that no consultant has acknowledged, the oldest first."""
    return (
        Note.objects.filed()
        .filter(status=NoteStatus.FILED, team__in=teams)
        .select_related("team", "site")
        .order_by("week_starts_on", "id")
    )


def phase_counts(sites: QuerySet[Site]) -> dict[str, int]:
    """Count sites by phase, every phase named."""
    counted: dict[str, Any] = sites.aggregate(
        **{phase.value: Count("pk", filter=Q(phase=phase)) for phase in Phase}
    )
    return counted
