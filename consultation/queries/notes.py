"""Lists of weekly notes, and the counts of weeks that the review and the dashboards share."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from consultation.metrics.facts import ConsultationWeek
from consultation.models import (
    Absence,
    Attendance,
    CancelledReason,
    Episode,
    Note,
    NoteContent,
    NoteQuerySet,
    NoteVersion,
    Outcome,
)
from consultation.queries.working import team_working_since, working_since
from mst_sites.accounts.models import User
from mst_sites.accounts.permissions import Permission, Role, roles_that_may
from mst_sites.directory.queries import leads_who_can_sign_in
from mst_sites.periods import LONDON, WEEK, Period, monday_of
from mst_sites.records.models import Action, ActionState, RaisedIn
from mst_sites.tenancy.models import Membership, Team

USUAL_MINUTES = 60
FRIDAY = timedelta(days=4)
TOOK_PLACE = (Outcome.HELD, Outcome.REPLACED)


@dataclass(frozen=True)
class NoteCounts:
    """How many weeks of a period asked for a consultation, what became of them, and how many were closed instead."""

    expected: int = 0
    held: int = 0
    cancelled: int = 0
    missing: int = 0
    closed: int = 0

    def __add__(self, other: "NoteCounts") -> "NoteCounts":
        return NoteCounts(
            self.expected + other.expected,
            self.held + other.held,
            self.cancelled + other.cancelled,
            self.missing + other.missing,
            self.closed + other.closed,
        )


@dataclass(frozen=True)
class WeekOfYear:
    """A week of a year: its state in the words of the strip, its status in those of lists, its note if there is one."""

    monday: date
    state: str
    status: str
    note: Note | None = None


IS_CLOSURE = Q(cancelled_reason=CancelledReason.AGREED_CLOSURE)
WAS_HELD = Q(outcome__in=TOOK_PLACE)
WAS_CLOSED = Q(outcome=Outcome.CANCELLED) & IS_CLOSURE
WAS_CANCELLED = Q(outcome=Outcome.CANCELLED) & ~IS_CLOSURE


def consultation_weeks(*, team: Team, period: Period) -> list[ConsultationWeek]:
    """Return a team's weeks that have a filed note, in order."""
    filed = Note.objects.filed().of_team(team).within(period).order_by("week_starts_on")
    rows = filed.values_list("week_starts_on", "outcome", "cancelled_reason")
    return [
        ConsultationWeek(
            monday,
            was_held=outcome in TOOK_PLACE,
            is_agreed_closure=outcome == Outcome.CANCELLED
            and reason == CancelledReason.AGREED_CLOSURE,
        )
        for monday, outcome, reason in rows
    ]


def note_counts(*, teams: Iterable[Team], period: Period, today: date) -> dict[UUID, NoteCounts]:
    """Return each team's counts by the rule of M71: weeks that are over, and this week once its note says held.

    PostgreSQL counts the notes, so that fifty teams take hardly longer than one; a week without one is worked out.
    """
    teams = list(teams)
    since = working_since(teams)
    is_over = Q(week_starts_on__lte=today - WEEK)
    rows = (
        Note.objects.filed()
        .filter(~_before_work(since, period), site__in={team.site_id for team in teams})
        .within(period)
        .order_by()
        .values_list("team_id")
        .annotate(
            held=Count("pk", filter=WAS_HELD),
            closed=Count("pk", filter=WAS_CLOSED),
            cancelled=Count("pk", filter=WAS_CANCELLED & is_over),
            noted=Count("pk", filter=is_over),
        )
    )
    found = {team_id: counted for team_id, *counted in rows}
    over = [monday for monday in period.mondays() if _is_over(monday, today)]
    counts = {}
    for team in teams:
        held, closed, cancelled, noted = found.get(team.pk, (0, 0, 0, 0))
        began = since[team.pk]
        missing = len(over) - bisect_left(over, began) - noted if began else 0
        counts[team.pk] = NoteCounts(held + cancelled + missing, held, cancelled, missing, closed)
    return counts


def _before_work(since: dict[UUID, date | None], period: Period) -> Q:
    """Return the condition of the weeks that nobody asks for: a team's opening day may have been put right later."""
    weeks = Q()
    for team_id, began in since.items():
        if began and began > period.starts_on:
            weeks |= Q(team=team_id, week_starts_on__lt=began)
    return weeks


def total_counts(counts: Iterable[NoteCounts]) -> NoteCounts:
    return sum(counts, NoteCounts())


def notes_of(team: Team, *, with_drafts: bool) -> NoteQuerySet:
    """Return a team's notes, the latest week first; drafts are for those who file."""
    notes: NoteQuerySet = Note.objects.kept() if with_drafts else Note.objects.filed()
    return (
        notes.filter(site=team.site_id, team=team)
        .select_related("consultant", "supervisor", "filed_by", "drafted_by", "acknowledged_by")
        .order_by("-week_starts_on")
    )


def weeks_of_year(
    notes: Iterable[Note], *, year: int, today: date, since: date | None
) -> list[WeekOfYear]:
    """Return every week whose Monday is in the year and of which a note is expected, or there.

    Of a team that began in mid-week no note of that week is expected, so it is listed only while it runs.
    """
    by_week = {note.week_starts_on: note for note in notes}
    weeks = []
    for monday in Period(date(year, 1, 1), date(year + 1, 1, 1)).mondays():
        note = by_week.get(monday)
        if note is None and not _is_listed(monday, today=today, since=since):
            continue
        status = week_status(note, monday, today=today)
        weeks.append(WeekOfYear(monday, _state(note, monday, today), status, note))
    return weeks


def _is_listed(monday: date, *, today: date, since: date | None) -> bool:
    if since is None:
        return False
    return monday >= since or (monday == monday_of(since) and not _is_over(monday, today))


def week_status(note: Note | None, monday: date, *, today: date) -> str:
    """Say how a week stands, in the same word on every page: by its note, or else whether one is due or missing."""
    if note is None:
        return "missing" if _is_over(monday, today) else "due"
    return "draft" if note.is_draft else Outcome(note.outcome).value.lower()


def _state(note: Note | None, monday: date, today: date) -> str:
    if note and not note.is_draft:
        return {Outcome.HELD: "held", Outcome.REPLACED: "replaced"}.get(
            Outcome(note.outcome), "cancelled"
        )
    return "missing" if _is_over(monday, today) else "to_come"


def _is_over(monday: date, today: date) -> bool:
    return monday + WEEK <= today


def weeks_before_work(team: Team, *, year: int, today: date, since: date | None) -> list[date]:
    """Return the weeks of a year of which no note is expected, though one may be filed, the latest first.

    There are some while nobody has entered the day on which the team opened: then its first note says so.
    """
    if team.opened_on:
        return []
    mondays = Period(date(year, 1, 1), date(year + 1, 1, 1)).mondays()
    return [monday for monday in mondays if monday < monday_of(since or today)][::-1]


def default_week(team: Team, *, today: date) -> date:
    """Return the week that a new note is most likely about."""
    last_week = monday_of(today) - WEEK
    is_filed = Note.objects.filed().of_team(team).filter(week_starts_on=last_week).exists()
    return week_due(team_working_since(team), today=today, is_last_filed=is_filed)


def week_due(since: date | None, *, today: date, is_last_filed: bool) -> date:
    """Say which week is due: the last one until its note is filed, if the team worked then, and then this one."""
    this_week = monday_of(today)
    is_new = since is None or monday_of(since) >= this_week
    return this_week if is_new or is_last_filed else this_week - WEEK


def note_of_week(team: Team, monday: date) -> Note | None:
    """Return the note of a week, filed or not."""
    found: Note | None = Note.objects.kept().of_team(team).filter(week_starts_on=monday).first()
    return found


def discarded_drafts(team: Team, *, since: datetime) -> QuerySet[Note]:
    """Return the drafts that can be taken back."""
    discarded: QuerySet[Note] = Note.objects.of_team(team).filter(discarded_at__gte=since)
    return discarded.select_related("discarded_by").order_by("-discarded_at")


def attendances_of(note: Note) -> QuerySet[Attendance]:
    """Return who was there, by name."""
    rows = Attendance.objects.filter(site=note.site_id, note=note)
    return rows.select_related("person").order_by("person__full_name", "person_id")


def note_versions(note: Note) -> QuerySet[NoteVersion]:
    """Return what was filed and each amendment of it, in order."""
    rows = NoteVersion.objects.filter(site=note.site_id, note=note)
    return rows.select_related("written_by").order_by("number")


def owners_of(note: Note) -> dict[str, User]:
    """Return whom the recommendations of a note name, by id."""
    ids = [each["owner"]["id"] for each in note.recommendations if each["owner"]]
    return {str(user.pk): user for user in User.objects.filter(pk__in=ids)} if ids else {}


def open_recommendations(team: Team) -> QuerySet[Action]:
    """Return what consultations recommended to a team and nobody has closed, the soonest first."""
    actions = Action.objects.filter(
        site=team.site_id, team=team, raised_in=RaisedIn.CONSULTATION, state=ActionState.OPEN
    )
    return _soonest_first(actions)


def recommendations_of(note: Note) -> QuerySet[Action]:
    """Return what one note recommended, as it stands now."""
    return _soonest_first(Action.objects.filter(site=note.site_id).about(note))


def _soonest_first(actions: QuerySet[Action]) -> QuerySet[Action]:
    order = (F("due_on").asc(nulls_last=True), "raised_at", "id")
    return actions.select_related("owner", "site").order_by(*order)


def last_filed_note(team: Team, *, before: date) -> Note | None:
    """Return the latest note on a consultation that took place, to begin the next one from."""
    notes = Note.objects.filed().of_team(team).filter(week_starts_on__lt=before)
    found: Note | None = notes.filter(outcome__in=TOOK_PLACE).order_by("-week_starts_on").first()
    return found


def people_of_week(team: Team, *, monday: date) -> list[Membership]:
    """Return who works in a team in a week or has joined it since, by name.

    Somebody whose role is entered here only after the work began must still be there to be chosen.
    """
    begins = datetime.combine(monday, datetime.min.time(), tzinfo=LONDON)
    return list(
        Membership.objects.filter(
            Q(ended_at=None) | Q(ended_at__gt=begins),
            site=team.site_id,
            team=team,
            role__in=[Role.CONSULTANT, Role.SUPERVISOR, Role.BACK_UP_SUPERVISOR, Role.THERAPIST],
        )
        .select_related("user")
        .order_by("user__full_name", "user_id")
    )


def first_content(
    team: Team, *, monday: date, today: date, people: Iterable[Membership]
) -> NoteContent:
    """Return what a new note begins with: what is known by now, so that nobody types it again."""
    by_role: dict[str, list[User]] = {}
    for each in people:
        by_role.setdefault(each.role, []).append(each.user)
    last = last_filed_note(team, before=monday)
    families = last.open_families if last else open_families(team, on=min(today, monday + FRIDAY))
    return NoteContent(
        held_on=_same_weekday(last, monday, today),
        started_at=last.started_at if last else None,
        minutes=last.minutes if last else USUAL_MINUTES,
        mode=last.mode if last else "",
        consultant=_again(last.consultant_id if last else None, by_role.get(Role.CONSULTANT, [])),
        supervisor=_again(
            last.supervisor_id if last else None,
            by_role.get(Role.SUPERVISOR, []) + by_role.get(Role.BACK_UP_SUPERVISOR, []),
        ),
        open_families=families,
        summaries_due=families,
        presences=tuple((user, Absence.PRESENT) for user in by_role.get(Role.THERAPIST, [])),
    )


def _same_weekday(last: Note | None, monday: date, today: date) -> date | None:
    """Guess the day by the note before; a day that is still to come is no guess."""
    if last is None or last.held_on is None:
        return today if monday <= today < monday + WEEK else None
    day = monday + timedelta(days=last.held_on.weekday())
    return day if day <= today else None


def _again(user_id: UUID | None, candidates: list[User]) -> User | None:
    """Choose who it was last time if they are still there, or else the first."""
    same = [user for user in candidates if user.pk == user_id]
    return next(iter(same or candidates), None)


def open_families(team: Team, *, on: date) -> int:
    """Count the families in treatment on a day."""
    episodes = Episode.objects.of_team(team).filter(started_on__lte=on)
    count: int = episodes.filter(Q(closed_on=None) | Q(closed_on__gte=on)).count()
    return count


def addresses_of_supervisors(team: Team) -> list[str]:
    """Return where those are written to who file a team's notes now."""
    members = Membership.objects.filter(
        site=team.site_id, team=team, role__in=roles_that_may(Permission.NOTE_FILE), ended_at=None
    )
    users = User.objects.filter(pk__in=members.values("user"), is_active=True)
    return list(users.order_by("email").values_list("email", flat=True))


def addresses_of_leads() -> list[str]:
    """Return where those of MST UK's leads are written to who can sign in, and so answer."""
    return list(leads_who_can_sign_in().order_by("email").values_list("email", flat=True))
