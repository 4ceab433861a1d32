"""What a weekly note must be before it is stored: complete, possible, and naming no family."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consultation.models import Note, NoteContent, Outcome
from consultation.models.note import LONGEST_MINUTES, SHORTEST_MINUTES
from mst_sites.free_text import Faults, clean, identifying, known_names
from mst_sites.periods import WEEK, Nation, Period, add_working_days, day_label, local_day, week_of
from mst_sites.tenancy.models import Team

FRIDAY = timedelta(days=4)
MOVED_AT_MOST = 4 * WEEK
AT_MOST = (
    (
        "summaries_received",
        "summaries_due",
        gettext_lazy("No more case summaries can be received than were due."),
    ),
    (
        "families_discussed",
        "open_families",
        gettext_lazy("No more families can be discussed than are open."),
    ),
    (
        "recordings_reviewed",
        "recordings_submitted",
        gettext_lazy("No more recordings can be reviewed than were submitted."),
    ),
)


def admit_draft(content: NoteContent, *, today: date) -> list[str]:
    """Let a draft be stored, unless it is impossible or may identify a family; answer with the rules of the guard.

    :raises ValidationError: by field, every fault at once.
    """
    identifying, rules = _identifying(content, today=today)
    _refuse(_impossible(content), identifying)
    return rules


def admit_filing(content: NoteContent, *, week_starts_on: date, today: date) -> list[str]:
    """Let a note be filed, if nothing is missing, impossible or identifying; answer with the rules of the guard.

    :raises ValidationError: by field, every fault at once.
    """
    identifying, rules = _identifying(content, today=today)
    missing = _missing(content, week_starts_on=week_starts_on, today=today)
    _refuse(_impossible(content), missing, identifying)
    return rules


def admit_week(team: Team, week_starts_on: date) -> None:
    """Let a note be of this week.

    :raises ValidationError: the team was not open yet.
    """
    if team.opened_on and week_starts_on + WEEK <= team.opened_on:
        opened = {"team": team.name, "day": day_label(team.opened_on)}
        raise ValidationError(
            _("%(team)s opened on %(day)s: it had no consultation in this week.") % opened
        )


def _refuse(*several: Faults) -> None:
    faults: Faults = {}
    for each in several:
        for field, errors in each.items():
            if errors:
                faults.setdefault(field, []).extend(errors)
    if faults:
        raise ValidationError(faults)


def _impossible(content: NoteContent) -> Faults:
    """Return figures that cannot be."""
    faults = {
        smaller: [ValidationError(sentence)]
        for smaller, larger, sentence in AT_MOST
        if _is_more(getattr(content, smaller), getattr(content, larger))
    }
    if content.minutes is not None and not SHORTEST_MINUTES <= content.minutes <= LONGEST_MINUTES:
        faults["minutes"] = [ValidationError(_("A consultation takes between 15 and 180 minutes."))]
    return faults


def _is_more(few: int | None, many: int | None) -> bool:
    return few is not None and many is not None and few > many


def _missing(content: NoteContent, *, week_starts_on: date, today: date) -> Faults:
    """Return what a note lacks before it can be filed."""
    faults = {}
    if week_starts_on > today:
        faults["held_on"] = _("This week is still to come.")
    elif content.is_cancelled and not content.cancelled_reason:
        faults["cancelled_reason"] = _("Say why the consultation was cancelled.")
    elif not content.is_cancelled:
        faults = _faults_of_held(content, week_starts_on=week_starts_on, today=today)
    if content.is_escalated and not content.stakeholder_issue.strip():
        faults["stakeholder_issue"] = _("Say what MST UK is asked to look at.")
    faults |= {
        f"recommendation_{each.slot}_owner": _("Say who does it.")
        for each in content.recommendations
        if each.owner is None
    }
    return {field: [ValidationError(sentence)] for field, sentence in faults.items()}


def _faults_of_held(content: NoteContent, *, week_starts_on: date, today: date) -> dict[str, str]:
    faults = {}
    if content.held_on is None:
        faults["held_on"] = _("Say on which day the consultation was held.")
    elif content.held_on > today:
        faults["held_on"] = _("This day is still to come.")
    elif content.outcome == Outcome.HELD and content.held_on not in week_of(week_starts_on):
        faults["held_on"] = _(
            "This day is not in the week of the note: choose “Replaced” if it was moved."
        )
    elif content.held_on not in replaceable(week_starts_on):
        faults["held_on"] = _(
            "This day is more than four weeks before or after the week of the note."
        )
    if content.minutes is None:
        faults["minutes"] = _("Say how many minutes it took.")
    if not content.mode:
        faults["mode"] = _("Say how it was held.")
    return faults


def replaceable(week_starts_on: date) -> Period:
    """Return the days on which the consultation of a week can have been held instead."""
    week = week_of(week_starts_on)
    return Period(week.starts_on - MOVED_AT_MOST, week.ends_on + MOVED_AT_MOST)


def _identifying(content: NoteContent, *, today: date) -> tuple[Faults, list[str]]:
    """Return what could identify a family; the people whom the note names by choice are none."""
    return identifying(
        content.typed_texts,
        reason=content.identifier_reason,
        reason_field="identifier_reason",
        allowed_names=known_names(person.full_name for person in content.people),
        today=today,
    )


def admit_reason(reason: str, *, today: date) -> str:
    """Return why a note is amended, cleaned.

    :raises ValidationError: it is empty, or may identify a family: no reason overrules that.
    """
    cleaned = clean("reason", reason).strip()
    if not cleaned:
        raise ValidationError({"reason": _("Say why the note is amended.")})
    faults, _rules = identifying({}, reason=cleaned, reason_field="reason", today=today)
    _refuse(faults)
    return cleaned


def is_late(note: Note, *, now: datetime) -> bool:
    """Tell whether a note is filed later than some working days after the consultation, or after its week."""
    day = note.held_on or note.week_starts_on + FRIDAY
    nation = Nation[note.site.nation]
    return local_day(now) > add_working_days(day, settings.NOTE_DUE_WORKING_DAYS, nation)
