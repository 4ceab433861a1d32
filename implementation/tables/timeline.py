"""A site's journey as a picture, as a table and as rows of a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from implementation.models import Activity, Plan, StageTransition, TransitionKind
from implementation.queries.timeline import StageCourse, Timeline, ends_on, was_passed
from mst_sites.look.charts import Journey, Lane, Mark, Stretch
from mst_sites.look.parts import Text
from mst_sites.look.tables import Cell, Column, Row, Table
from mst_sites.periods import day_label, months_between, short_day
from mst_sites.spreadsheets import Value
from mst_sites.tenancy.models import Site


@dataclass(frozen=True)
class Moment:
    """A line of the table: something planned for a day, or that happened on one."""

    part: Text
    what: Text
    planned_on: date | None
    actual_on: date | None
    status: str
    label: Text = ""  # instead of the status' own word
    url: str = ""
    note: Text = ""

    @property
    def day(self) -> date:
        return self.actual_on or self.planned_on or date.max


def activity_status(activity: Activity, *, today: date) -> str:
    if activity.completed_on:
        return "done"
    if activity.forecast_on and activity.forecast_on < today:
        return "overdue"
    return "to_come"


def journey_chart(
    timeline: Timeline, meetings: Sequence[tuple[date, Text]], *, today: date
) -> Journey:
    plan = timeline.plan
    lanes = [stage_lane(course, today=today) for course in timeline.courses]
    gates = [
        Mark(decision.decided_on, "gate", decision.get_gate_display())
        for decision in timeline.decisions
        if was_passed(decision)
    ]
    lanes.append(Lane(_("Gates"), marks=gates))
    lanes.append(Lane(_("Meetings"), marks=[Mark(day, "meeting", what) for day, what in meetings]))
    until = ends_on(timeline, today=today)
    title = finding(plan, today=today)
    return Journey(
        f"{title} {end_of_picture(plan.site.opened_on, until, today=today)}".strip(),
        lanes,
        today,
        opening=plan.site.opened_on or plan.planned_opening_on,
        has_opened=plan.site.opened_on is not None,
        until=until,
    )


def end_of_picture(opened_on: date | None, until: date | None, *, today: date) -> str:
    """Say how long ago a site opened, and with which day its picture ends; nothing where it goes on to today."""
    if opened_on is None or until is None:
        return ""
    years, months = divmod(months_between(opened_on, today), 12)
    parts = [
        ngettext("%(count)d year", "%(count)d years", years) % {"count": years} if years else "",
        ngettext("%(count)d month", "%(count)d months", months) % {"count": months}
        if months
        else "",
    ]
    return _("That was %(long)s ago: the picture of the set-up ends on %(day)s.") % {
        "long": _(" and ").join(filter(None, parts)),
        "day": day_label(until),
    }


def stage_lane(course: StageCourse, *, today: date) -> Lane:
    spans = [Stretch(stretch.starts_on, stretch.last_on) for stretch in course.actual]
    if course.planned:
        planned = Stretch(course.planned.starts_on, course.planned.last_on, is_planned=True)
        spans.insert(0, planned)
    marks = [
        Mark(day, activity_status(activity, today=today), f"{activity.code} {activity.title}")
        for activity in course.activities
        if (day := activity.completed_on or activity.forecast_on)
    ]
    return Lane(f"{course.stage.value} {course.stage.label}", spans, marks)


def finding(plan: Plan, *, today: date) -> str:
    """Say in one sentence how the journey stands."""
    days = (today - plan.started_on).days
    since = ngettext("%(days)d day", "%(days)d days", days) % {"days": days}
    if plan.site.opened_on:
        took = (plan.site.opened_on - plan.started_on).days
        if took < 0:  # a plan that was begun for a site that had opened
            return _("Open since %(day)s.") % {"day": day_label(plan.site.opened_on)}
        return ngettext(
            "Open since %(day)s, %(days)d day after the first enquiry.",
            "Open since %(day)s, %(days)d days after the first enquiry.",
            took,
        ) % {"day": day_label(plan.site.opened_on), "days": took}
    if plan.planned_opening_on is None:
        return _("%(since)s since the first enquiry; no opening day is planned yet.") % {
            "since": since
        }
    return _("%(since)s since the first enquiry; planned to open on %(day)s.") % {
        "since": since,
        "day": day_label(plan.planned_opening_on),
    }


def moments(
    timeline: Timeline, meetings: Sequence[tuple[date, Text]], *, today: date
) -> list[Moment]:
    """Return everything of a journey in the order of its days, what is to come last."""
    slug = timeline.plan.site.slug
    found = [
        Moment(
            f"{course.stage.value} {course.stage.label}",
            f"{activity.code} {activity.title}",
            activity.forecast_on,
            activity.completed_on,
            activity_status(activity, today=today),
            url=reverse("activity-detail", args=[slug, activity.pk]),
        )
        for course in timeline.courses
        for activity in course.activities
    ]
    found += [
        Moment(_("Move"), move_words(move), None, move.happened_on, "done", note=move.note)
        for move in timeline.moves
    ]
    found += [
        Moment(
            _("Gate"),
            decision.get_gate_display(),
            None,
            decision.decided_on,
            "done" if was_passed(decision) else "blocked",
            label=decision.get_outcome_display(),
        )
        for decision in timeline.decisions
    ]
    found += [
        Moment(_("Meeting"), what, day if day > today else None, day if day <= today else None,
               "done" if day <= today else "to_come")
        for day, what in meetings
    ]  # fmt: skip
    if timeline.plan.planned_opening_on and not timeline.plan.site.opened_on:
        found.append(
            Moment(
                _("Opening"), _("Opening day"), timeline.plan.planned_opening_on, None, "to_come"
            )
        )
    return sorted(found, key=lambda moment: moment.day)


def move_words(move: StageTransition) -> str:
    """Say what a site did: moved to which stage, or was held, withdrawn, opened."""
    if move.kind != TransitionKind.MOVE:
        return str(move.get_kind_display())
    return _("Moved to %(stage)s") % {"stage": f"{move.to_stage} {move.get_to_stage_display()}"}


def slip(moment: Moment, *, today: date) -> str:
    """Say how many days later or earlier than planned it was, or is by now."""
    if moment.planned_on is None:
        return ""
    until = moment.actual_on or today
    days = (until - moment.planned_on).days
    if moment.actual_on is None and days <= 0:
        return ""
    if days > 0:
        return ngettext("%(days)d day late", "%(days)d days late", days) % {"days": days}
    if days < 0:
        return ngettext("%(days)d day early", "%(days)d days early", -days) % {"days": -days}
    return _("on the day")


def moment_table(found: Sequence[Moment], *, today: date) -> Table:
    columns = [
        Column(_("What")),
        Column(_("Part")),
        Column(_("Planned"), one_line=True),
        Column(_("Actual"), one_line=True),
        Column(_("Difference"), one_line=True),
        Column(_("State")),
    ]
    rows = [
        Row(
            [
                Cell(moment.what, url=moment.url, note=moment.note),
                moment.part,
                short_day(moment.planned_on),
                short_day(moment.actual_on),
                slip(moment, today=today),
                Cell(moment.label, status=moment.status),
            ]
        )
        for moment in found
    ]
    return Table(_("Everything, day by day"), columns, rows, caption_hidden=True)


EXPORT_HEADINGS = (
    gettext_lazy("Site"),
    gettext_lazy("What"),
    gettext_lazy("Part"),
    gettext_lazy("Planned"),
    gettext_lazy("Actual"),
    gettext_lazy("Days late"),
)


def export_rows(site: Site, found: Sequence[Moment]) -> list[list[Value]]:
    return [
        [
            site.name,
            str(moment.what),
            str(moment.part),
            moment.planned_on,
            moment.actual_on,
            (moment.actual_on - moment.planned_on).days
            if moment.planned_on and moment.actual_on
            else None,
        ]
        for moment in found
    ]
