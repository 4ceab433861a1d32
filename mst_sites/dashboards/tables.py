"""What the dashboards show, as the look's tables, tiles and facts."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from consultation.metrics import Metric
from consultation.models import Review
from consultation.models.snapshot import ReviewContent
from consultation.queries import DuePeriod, NoteCounts, content_of
from consultation.reports.charts import closed_weeks
from consultation.tables.figures import left_out, with_closures
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
# What takes the place of those that are hidden: weeks, totals, and a share of forms. The review shows all of them.
WEEKS_HELD = "M71"
INSTEAD = (WEEKS_HELD, "M07", "M05", "M01", "M60")


@dataclass(frozen=True, slots=True)
class TeamDoors:
    """A team with the pages that somebody may open from here, as labels and addresses."""

    team: Team
    doors: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class TeamProgress:
    """A team as a commissioner sees it; `left_out` names what could point at a family, with its target."""

    team: Team
    weeks_held: str
    looked_back: str
    review: Review | None
    tiles: list[Tile]
    left_out: list[str]


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


def weeks_cell(counts: NoteCounts) -> Cell | str:
    """Show the weeks held in a list: plain where nothing was left out, for a cell with a note takes longer to draw."""
    held = weeks_held(counts)
    return Cell(held, note=left_out(counts.closed)) if counts.closed else held


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
                weeks_cell(each.consultation),
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
    content = read_content(review, in_full=in_full) if review else None
    tiles, hidden = headlines(content) if content else ([], [])
    return TeamProgress(team, weeks_held(counts), looked_back(counts), review, tiles, hidden)


def read_content(review: Review, *, in_full: bool) -> ReviewContent:
    content = content_of(review)
    return content if in_full else content.for_commissioners()


def headlines(content: ReviewContent) -> tuple[list[Tile], list[str]]:
    """Show the first figures, others in the place of those that are hidden, and which are."""
    metrics = [content.metric(code) for code in HEADLINES]
    hidden = [metric for metric in metrics if metric.is_suppressed]
    if hidden:
        metrics += [content.metric(code) for code in INSTEAD]
    shown = [metric for metric in metrics if not metric.is_suppressed][: len(HEADLINES)]
    tiles = [metric_tile(metric, content) for metric in shown]
    return tiles, [name_left_out(metric) for metric in hidden]


def metric_tile(metric: Metric, content: ReviewContent) -> Tile:
    """Show a figure with its k of n and its target; of weeks also what is left out, and how it was before."""
    of = ""
    if metric.k is not None and metric.n:
        of = _("%(k)d of %(n)d") % {"k": metric.k, "n": metric.n}
    closed = before = ""
    if metric.code == WEEKS_HELD:
        closed, before = left_out(closed_weeks(content)), weeks_held_before(content)
    status = metric.status.value.replace(" ", "_") if metric.status else ""
    note = joined(of, closed, metric.target_display, before)
    return Tile(metric.name, metric.display, note=note, status=status)


def weeks_held_before(content: ReviewContent) -> str:
    """Say how many weeks were held in the period right before, which tells nothing of families."""
    for earlier in content.previous:
        if earlier.period.ends_on == content.period.starts_on:
            [held] = [metric for metric in earlier.metrics if metric.code == WEEKS_HELD]
            return _("%(figure)s in the period before") % {"figure": held.display}
    return ""


def name_left_out(metric: Metric) -> str:
    if not metric.target_display:
        return str(metric.name)
    values = {"figure": metric.name, "target": metric.target_display}
    return _("%(figure)s (target: %(target)s)") % values


def joined(*parts: str) -> str:
    return "; ".join(filter(None, parts))
