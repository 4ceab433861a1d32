"""What the dashboards show, as the look's tables, tiles and facts."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from consultation.metrics import Metric
from consultation.models import Review
from consultation.queries import DuePeriod, NoteCounts, content_of
from consultation.reports.tables import left_out, with_closures
from consultation.tables.reviews import due_task
from implementation.models import Meeting
from mst_sites.accounts.permissions import Permission
from mst_sites.dashboards.queries import WEEKS_LOOKED_BACK, Standing
from mst_sites.look.parts import Fact, Task, Tile
from mst_sites.look.tables import Cell, Column, Page, Row, Table, words_of
from mst_sites.periods import short_day
from mst_sites.tenancy.models import Phase, Site, Team
from mst_sites.tenancy.scope import Access

# The figures of a review that people ask for first.
HEADLINES = ("M10", "M20", "M21", "M22", "M40", "M63")


@dataclass(frozen=True, slots=True)
class TeamDoors:
    """A team with the pages that somebody may open from here, as labels and addresses."""

    team: Team
    doors: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class TeamProgress:
    """A team as a commissioner sees it."""

    team: Team
    weeks_held: str
    looked_back: str
    tiles: list[Tile]
    review: Review | None
    is_suppressed: bool


def phase_tiles(counts: dict[str, int]) -> list[Tile]:
    return [
        Tile(phase.label, str(counts[phase]), url=f"{reverse('site-list')}?phase={phase.value}")
        for phase in Phase
    ]


def team_doors(teams: Iterable[Team], access: Access) -> list[TeamDoors]:
    ways = (
        (_("Weekly notes"), "note-list", Permission.NOTE_VIEW),
        (_("Families"), "episode-list", Permission.EPISODE_VIEW),
        (_("Import files"), "episode-import", Permission.EPISODE_IMPORT),
        (_("Performance reviews"), "review-list", Permission.REVIEW_VIEW),
    )
    return [
        TeamDoors(
            team,
            [
                (label, reverse(name, args=[team.site.slug, team.slug]))
                for label, name, permission in ways
                if access.may(permission, team.site_id, team.pk)
            ],
        )
        for team in teams
    ]


def meeting_doors(meetings: Iterable[Meeting], access: Access) -> list[tuple[Meeting, str]]:
    """Give a person's next meetings, each with its page where they may open it."""
    return [
        (
            meeting,
            reverse("meeting-detail", args=[meeting.site.slug, meeting.pk])
            if access.may(Permission.MEETING_VIEW, meeting.site_id)
            else "",
        )
        for meeting in meetings
    ]


def reviews_to_issue(waiting: Iterable[DuePeriod]) -> list[tuple[Team, Task]]:
    """Show the reviews that wait for a consultant as the list of each team's reviews does."""
    return [(due.team, due_task(due, may_write=True)) for due in waiting]


def weeks_held(counts: NoteCounts) -> str:
    if not counts.expected:
        return _("no data")
    return _("%(held)d of %(expected)d") % {"held": counts.held, "expected": counts.expected}


def looked_back(counts: NoteCounts) -> str:
    """Say of which weeks the consultations held are counted."""
    last = _("in the last %(count)d weeks") % {"count": WEEKS_LOOKED_BACK}
    return with_closures(last, counts.closed)


def standing_table(standings: Iterable[Standing], page: Any, params: Any) -> Table:
    columns = [
        Column(_("Site")),
        Column(_("Phase")),
        Column(_("Opened")),
        Column(_("Teams"), numeric=True),
        Column(_("Weekly consultation held, last %(count)d weeks") % {"count": WEEKS_LOOKED_BACK}),
        Column(_("Latest review")),
    ]
    phases = words_of(Phase)
    rows = [
        Row(
            [
                Cell(each.site.name, url=reverse("site-progress", args=[each.site.slug])),
                Cell(phases[each.site.phase], status=each.site.phase.lower()),
                short_day(each.site.opened_on) or _("not yet"),
                str(each.team_count),
                Cell(weeks_held(each.consultation), note=left_out(each.consultation.closed)),
                each.reviewed.label if each.reviewed else _("none yet"),
            ]
        )
        for each in standings
    ]
    return Table(
        _("Sites"),
        columns,
        rows,
        page=Page.of(page),
        params=params,
        caption_hidden=True,
        empty=_("No site matches these filters."),
    )


def site_facts(site: Site, teams: list[Team]) -> list[Fact]:
    return [
        Fact(_("Phase"), site.get_phase_display(), status=site.phase.lower()),
        Fact(_("Opened"), short_day(site.opened_on) or _("not yet")),
        Fact(_("MST model"), site.get_model_display()),
        Fact(_("Provider"), site.provider.name if site.provider else _("not chosen yet")),
        Fact(_("Teams"), str(len(teams))),
    ]


def team_progress(
    team: Team, counts: NoteCounts, review: Review | None, *, in_full: bool
) -> TeamProgress:
    """Bring together what a commissioner may know of a team; small numbers stay hidden unless `in_full`."""
    metrics = headlines(review, in_full=in_full) if review else []
    tiles = [metric_tile(metric) for metric in metrics]
    hides = any(metric.is_suppressed for metric in metrics)
    return TeamProgress(
        team, weeks_held(counts), looked_back(counts), tiles, review, is_suppressed=hides
    )


def headlines(review: Review, *, in_full: bool) -> list[Metric]:
    content = content_of(review)
    if not in_full:
        content = content.for_commissioners()
    return [content.metric(code) for code in HEADLINES]


def metric_tile(metric: Metric) -> Tile:
    """Show a figure with the k of n that it came from and its target; of a suppressed one the target alone."""
    if metric.is_suppressed:
        return Tile(metric.name, "\N{EN DASH}", note=joined(_("suppressed"), metric.target_display))
    of = ""
    if metric.k is not None and metric.n:
        of = _("%(k)d of %(n)d") % {"k": metric.k, "n": metric.n}
    status = metric.status.value.replace(" ", "_") if metric.status else ""
    return Tile(metric.name, metric.display, note=joined(of, metric.target_display), status=status)


def joined(*parts: str) -> str:
    return "; ".join(filter(None, parts))
