"""Weekly notes as tables, strips and lists of facts."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format, time_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from consultation.models import (
    Absence,
    Barrier,
    CancelledReason,
    EscalationAnswer,
    Mode,
    Note,
    NoteContent,
    NoteStatus,
    NoteVersion,
    Outcome,
)
from consultation.queries import NoteCounts, WeekOfYear
from consultation.tables.figures import with_closures
from mst_sites.look import charts
from mst_sites.look.parts import Event, Fact, Text, Tile
from mst_sites.look.tables import Cell, Column, Row, Table
from mst_sites.periods import day_label, local_day, week_label
from mst_sites.records.models import Action, ActionState
from mst_sites.records.tables import state_cell
from mst_sites.tenancy.models import Team

# Every field of a note with its label, in the order of the form.
LABELS: dict[str, Text] = {
    "outcome": gettext_lazy("Outcome"),
    "cancelled_reason": gettext_lazy("Reason for cancelling"),
    "held_on": gettext_lazy("Day"),
    "started_at": gettext_lazy("Start"),
    "minutes": gettext_lazy("Minutes"),
    "mode": gettext_lazy("How"),
    "consultant": gettext_lazy("Consultant"),
    "supervisor": gettext_lazy("Supervisor"),
    "presences": gettext_lazy("Therapists"),
    "open_families": gettext_lazy("Open families"),
    "families_discussed": gettext_lazy("Families discussed"),
    "summaries_due": gettext_lazy("Case summaries due"),
    "summaries_received": gettext_lazy("Case summaries received on time"),
    "recordings_submitted": gettext_lazy("Recordings submitted"),
    "recordings_reviewed": gettext_lazy("Recordings reviewed"),
    "themes": gettext_lazy("Themes"),
    "strengths": gettext_lazy("Strengths"),
    "barrier_codes": gettext_lazy("Kinds of barrier"),
    "barriers": gettext_lazy("Barriers to progress"),
    "recommendations": gettext_lazy("Recommendations"),
    "stakeholder_issue": gettext_lazy("Stakeholder or system issue"),
    "is_escalated": gettext_lazy("MST UK should look at this"),
    "identifier_reason": gettext_lazy("Why what was marked was kept"),
}
CHOICES: dict[str, Any] = {
    "outcome": Outcome,
    "cancelled_reason": CancelledReason,
    "mode": Mode,
}
FIGURES = (
    ("families_discussed", "open_families", gettext_lazy("Families discussed")),
    ("summaries_received", "summaries_due", gettext_lazy("Case summaries on time")),
    ("recordings_reviewed", "recordings_submitted", gettext_lazy("Recordings reviewed")),
)
STATUS: dict[str, str] = {
    NoteStatus.DRAFT: "draft",
    NoteStatus.FILED: "filed",
    NoteStatus.ACKNOWLEDGED: "done",
}


@dataclass(frozen=True)
class YearStrip:
    """A year drawn for a wide and for a narrow page; the table of the page says the same in words."""

    title: str
    wide: SafeString
    narrow: SafeString


def strip(weeks: Sequence[WeekOfYear], counts: NoteCounts, *, year: int) -> YearStrip:
    title = _("Held in %(held)d of %(expected)d weeks of %(year)d") % {
        "held": counts.held,
        "expected": counts.expected,
        "year": year,
    }
    title = with_closures(title, counts.closed)
    spec = charts.Strip(title, [charts.Week(week.monday, week.state) for week in weeks])
    return YearStrip(
        title,
        charts.draw(spec, name="year"),
        charts.draw(spec, name="year-narrow", width=charts.PHONE),
    )


def tiles(counts: NoteCounts) -> list[Tile]:
    """Show the counts of the weeks that are over."""
    of = _("of %(expected)d weeks") % {"expected": counts.expected}
    return [
        Tile(_("Held"), str(counts.held), of),
        Tile(_("Cancelled"), str(counts.cancelled), of),
        Tile(_("Without a note"), str(counts.missing), of),
    ]


def week_table(
    weeks: Iterable[WeekOfYear], *, team: Team, today: date, may_file: bool, year: int
) -> Table:
    """List the weeks that have come, the latest first; a week without a note leads to the form."""
    shown = [week for week in weeks if week.monday <= today or week.note]
    return Table(
        caption=_("Weeks of %(year)s") % {"year": year},
        columns=[
            Column(_("Week")),
            Column(_("State")),
            Column(_("Held on")),
            Column(_("Minutes"), numeric=True),
            Column(_("Families discussed"), numeric=True),
            Column(_("Filed by")),
        ],
        rows=[_week_row(week, team, may_file=may_file) for week in reversed(shown)],
        empty=_("No note is expected of this year yet."),
    )


def earlier_weeks(mondays: Iterable[date]) -> list[tuple[str, str]]:
    """Offer weeks to choose from, each as what the address says and as people read it."""
    return [(monday.isoformat(), week_label(monday)) for monday in mondays]


def _week_row(week: WeekOfYear, team: Team, *, may_file: bool) -> Row:
    note = week.note
    label = week_label(week.monday)
    if note is None:
        url = write_url(team, week.monday) if may_file else ""
        return Row([Cell(label, url=url), Cell(status=week.status), "", "", "", ""])
    if note.is_draft:
        state = Cell(status=week.status)
        by = _("%(name)s, not filed") % {"name": note.drafted_by} if note.drafted_by else ""
        return Row([Cell(label, url=write_url(team, week.monday)), state, "", "", "", by])
    late = _("late") if note.is_late else ""
    acknowledged = _("acknowledged") if note.status == NoteStatus.ACKNOWLEDGED else ""
    remark = ", ".join(word for word in (late, acknowledged) if word)
    return Row(
        [
            Cell(label, url=note_url(team, note)),
            Cell(status=week.status, note=remark),
            day_label(note.held_on) if note.held_on else "",
            str(note.minutes or ""),
            share(note.families_discussed, note.open_families) if note.held_on else "",
            str(note.filed_by or ""),
        ]
    )


def write_url(team: Team, monday: date) -> str:
    url = reverse("note-create", args=[team.site.slug, team.slug])
    return f"{url}?week={monday.isoformat()}"


def note_url(team: Team, note: Note) -> str:
    return reverse("note-detail", args=[team.site.slug, team.slug, note.pk])


def share(few: int | None, many: int | None) -> str:
    """Say k of n as far as either is known."""
    if few is None and not many:
        return ""
    unknown = _("not known")
    values = {"few": unknown if few is None else few, "many": unknown if many is None else many}
    return _("%(few)s of %(many)s") % values


def note_facts(note: Note, content: NoteContent) -> list[Fact]:
    """Show when, how and by whom: what fits in a line."""
    facts = [Fact(_("Outcome"), note.get_outcome_display(), status=note.outcome)]
    if content.is_cancelled:
        facts.append(Fact(_("Reason"), note.get_cancelled_reason_display()))
    if note.held_on:
        started = f", {time_format(note.started_at, 'H:i')}" if note.started_at else ""
        facts.append(Fact(_("Held"), day_label(note.held_on) + started))
        minutes = ngettext("%(count)d minute", "%(count)d minutes", note.minutes or 0)
        facts.append(Fact(note.get_mode_display(), minutes % {"count": note.minutes or 0}))
    facts += [Fact(LABELS["consultant"], note.consultant.full_name)] if note.consultant else []
    facts += [Fact(LABELS["supervisor"], note.supervisor.full_name)] if note.supervisor else []
    return facts


def figure_facts(content: NoteContent) -> list[Fact]:
    """Show the counts and who took part."""
    facts = [
        Fact(label, said)
        for few, many, label in FIGURES
        if (said := share(getattr(content, few), getattr(content, many)))
    ]
    if content.presences:
        lines = [
            f"{who.full_name}: {Absence(presence).label}" for who, presence in content.presences
        ]
        facts.append(Fact(LABELS["presences"], "\n".join(lines)))
    if content.barrier_codes:
        facts.append(Fact(LABELS["barrier_codes"], shown("barrier_codes", content.barrier_codes)))
    return facts


def text_blocks(content: NoteContent) -> list[tuple[Text, str]]:
    """Return each typed text that is not empty under its heading."""
    names = ("themes", "strengths", "barriers", "stakeholder_issue")
    return [(LABELS[name], getattr(content, name)) for name in names if getattr(content, name)]


def action_table(actions: Iterable[Action], *, caption: str, may_close: bool, today: date) -> Table:
    """List what was recommended, with how it stands; what is open leads to the page that closes it."""
    return Table(
        caption=caption,
        columns=[Column(_("What")), Column(_("Who")), Column(_("Until")), Column(_("State"))],
        rows=[
            Row(
                [
                    Cell(each.text, url=close_url(each) if may_close and is_open(each) else ""),
                    each.owner.full_name,
                    day_label(each.due_on) if each.due_on else "",
                    state_cell(each, today=today),
                ]
            )
            for each in actions
        ],
    )


def is_open(action: Action) -> bool:
    return bool(action.state == ActionState.OPEN)


def close_url(action: Action) -> str:
    return reverse("action-close", args=[action.site.slug, action.pk])


def history(
    note: Note, versions: Iterable[NoteVersion], answers: Iterable[EscalationAnswer]
) -> list[Event]:
    """Tell what happened to a note after it was written, in order."""
    events = [
        Event(
            _("Filed") if version.number == 1 else _("Amended"),
            on=version.written_at,
            text=version.reason,
            by=str(version.written_by or ""),
        )
        for version in versions
    ]
    if note.acknowledged_at:
        by = str(note.acknowledged_by or "")
        events.append(Event(_("Acknowledged"), on=note.acknowledged_at, by=by))
    events += [
        Event(_("MST UK answered"), on=each.answered_at, by=str(each.answered_by or ""))
        for each in answers
    ]
    return sorted(events, key=attrgetter("on"))


def shown(name: str, value: Any) -> str:
    """Return a plain value of a note's content as people read it."""
    if value in (None, "", [], ()):
        return ""
    if name in READERS:
        return READERS[name](value)
    return str(CHOICES[name](value).label) if name in CHOICES else str(value)


def _recommendation_line(each: dict[str, Any]) -> str:
    who = each["owner"]["name"] if each["owner"] else ""
    until = day_label(date.fromisoformat(each["due_on"])) if each["due_on"] else ""
    return " | ".join(part for part in (each["text"], who, until) if part)


READERS: dict[str, Callable[[Any], str]] = {
    "presences": lambda value: "\n".join(
        f"{each['name']}: {Absence(each['presence']).label}" for each in value
    ),
    "recommendations": lambda value: "\n".join(map(_recommendation_line, value)),
    "barrier_codes": lambda value: ", ".join(str(Barrier(code).label) for code in value),
    "consultant": lambda value: str(value["name"]),
    "supervisor": lambda value: str(value["name"]),
    "held_on": lambda value: day_label(date.fromisoformat(value)),
    "started_at": lambda value: str(value)[:5],
    "is_escalated": lambda value: _("Yes") if value else _("No"),
}


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[Text, str, str]]:
    """Return label, before and after of every field that differs, from two contents as JSON."""
    return [
        (label, shown(name, before.get(name)), shown(name, after.get(name)))
        for name, label in LABELS.items()
        if before.get(name) != after.get(name)
    ]


def discarded_lines(notes: Iterable[Note], *, now: datetime) -> list[tuple[Note, str]]:
    """Say of each discarded draft which week it was for, and when and by whom it was put away."""
    return [
        (
            note,
            _("%(week)s: discarded on %(day)s by %(name)s")
            % {
                "week": week_label(note.week_starts_on),
                "day": date_format(local_day(note.discarded_at or now), "j F"),
                "name": note.discarded_by or _("nobody known"),
            },
        )
        for note in notes
    ]
