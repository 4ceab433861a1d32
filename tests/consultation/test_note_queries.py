"""The figures and first values that pages, reviews and dashboards take from weekly notes."""

from datetime import date, datetime, time, timedelta

import pytest
from django.utils import timezone

from consultation import queries
from consultation.metrics.figures import review_metrics
from consultation.models import Absence, Note
from consultation.queries import NoteCounts
from mst_sites.accounts.permissions import Role
from mst_sites.periods import LONDON, Period
from tests.factories import EpisodeFactory, MembershipFactory, NoteFactory, TeamFactory, person

pytestmark = pytest.mark.django_db

MARCH = Period(date(2026, 3, 1), date(2026, 4, 1))
MONDAYS = [date(2026, 3, day) for day in (2, 9, 16, 23, 30)]
AFTER = date(2026, 4, 10)


@pytest.fixture
def team():
    return TeamFactory(opened_on=date(2024, 1, 1))


def filed(team, monday, **values):
    held = {"held_on": monday, "minutes": 60, "mode": "VIDEO"}
    off = {"outcome": "CANCELLED"} if "cancelled_reason" in values else held
    return NoteFactory(
        team=team,
        week_starts_on=monday,
        status="FILED",
        filed_at=timezone.now(),
        edition=1,
        **(off | values),
    )


@pytest.fixture
def month(team):
    """Held, moved, cancelled, closed by agreement; the last week has only a draft."""
    filed(team, MONDAYS[0])
    filed(team, MONDAYS[1], outcome="REPLACED")
    filed(team, MONDAYS[2], cancelled_reason="LEAVE")
    filed(team, MONDAYS[3], cancelled_reason="AGREED_CLOSURE")
    NoteFactory(team=team, week_starts_on=MONDAYS[4])
    return team


def counts(team, *, today=AFTER, period=MARCH):
    return queries.note_counts(teams=[team], period=period, today=today)[team.pk]


def test_note_counts_say_what_became_of_each_week(month):
    assert counts(month) == NoteCounts(expected=4, held=2, cancelled=1, missing=1, closed=1)


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 3, 2), NoteCounts(2, 2, 0, 0, 1)),
        (date(2026, 3, 22), NoteCounts(2, 2, 0, 0, 1)),
        (date(2026, 3, 23), NoteCounts(3, 2, 1, 0, 1)),
        (date(2026, 4, 5), NoteCounts(3, 2, 1, 0, 1)),
        (date(2026, 4, 6), NoteCounts(4, 2, 1, 1, 1)),
    ],
)
def test_note_counts_expect_a_week_once_it_is_over(month, today, expected):
    assert counts(month, today=today) == expected


def test_note_counts_expect_nothing_before_the_team_opened(month):
    month.opened_on = date(2026, 3, 10)

    assert counts(month) == NoteCounts(expected=2, held=0, cancelled=1, missing=1, closed=1)


@pytest.mark.parametrize("today", [date(2026, 3, 2), date(2026, 3, 18), AFTER])
@pytest.mark.parametrize(
    "opened_on", [date(2024, 1, 1), *MONDAYS, date(2026, 3, 10), date(2026, 4, 1), None]
)
def test_note_counts_agree_with_the_review(month, today, opened_on):
    month.opened_on = opened_on
    month.save()
    weeks = queries.consultation_weeks(team=month, period=MARCH)
    metrics = review_metrics(
        episodes=[],
        weeks=weeks,
        period=MARCH,
        today=today,
        targets={},
        since=queries.team_working_since(month),
    )
    [m71] = [each for each in metrics if each.code == "M71"]

    mine = counts(month, today=today)
    assert (m71.k, m71.n) == (mine.held, mine.expected)


UNDATED = {
    "nothing at all": ({}, NoteCounts()),
    "a draft": ({"draft": MONDAYS[0]}, NoteCounts()),
    "a referral": ({"referred_on": MONDAYS[0]}, NoteCounts()),
    "families, no note": ({"started_on": date(2026, 3, 10)}, NoteCounts(3, missing=3)),
    "a note": ({"filed": MONDAYS[1]}, NoteCounts(4, held=1, missing=3)),
    "a note, then families": (
        {"filed": MONDAYS[1], "started_on": date(2026, 3, 17)},
        NoteCounts(4, held=1, missing=3),
    ),
    "families, then a note": (
        {"filed": MONDAYS[2], "started_on": date(2026, 3, 3)},
        NoteCounts(4, held=1, missing=3),
    ),
    "families long before": ({"started_on": date(2025, 3, 3)}, NoteCounts(5, missing=5)),
}


@pytest.mark.parametrize("case", UNDATED)
def test_team_without_an_opening_day_works_from_its_first_evidence(case):
    evidence, expected = UNDATED[case]
    team = TeamFactory()
    if "filed" in evidence:
        filed(team, evidence.pop("filed"))
    if "draft" in evidence:
        NoteFactory(team=team, week_starts_on=evidence.pop("draft"))
    if evidence:
        EpisodeFactory(team=team, **evidence)
    of_team_beside = TeamFactory(site=team.site)
    filed(of_team_beside, MONDAYS[0])

    content = queries.review_content(team=team, period=MARCH, today=AFTER)

    assert counts(team) == expected
    held = content.metric("M71")
    assert (held.k, held.n) == (expected.held, expected.expected)
    assert (held.display == "no data") is not bool(expected.expected)
    states = [week.state for week in content.weeks]
    assert (len(states), states.count("missing")) == (expected.expected, expected.missing)
    since = queries.team_working_since(team)
    of_year = queries.weeks_of_year(
        Note.objects.filed().of_team(team), year=2026, today=AFTER, since=since
    )
    in_march = [week.state for week in of_year if week.monday in MARCH]
    assert in_march.count("held") == expected.held


@pytest.mark.parametrize("number", [1, 3])
def test_note_counts_of_teams_without_an_opening_day_ask_once_more(
    number, django_assert_num_queries
):
    teams = [TeamFactory() for _ in range(number)]

    with django_assert_num_queries(2):
        queries.note_counts(teams=teams, period=MARCH, today=AFTER)


def test_note_counts_keep_teams_apart_in_one_query(month):
    other = TeamFactory(site=month.site, opened_on=date(2026, 3, 30))
    filed(other, MONDAYS[4])

    both = queries.note_counts(teams=[month, other], period=MARCH, today=AFTER)

    assert both[other.pk] == NoteCounts(expected=1, held=1)
    assert queries.total_counts(both.values()) == NoteCounts(5, 3, 1, 1, 1)


@pytest.mark.parametrize("number", [1, 3])
def test_note_counts_ask_once(number, team, django_assert_num_queries):
    teams = [team, *(TeamFactory(opened_on=team.opened_on) for _ in range(number - 1))]

    with django_assert_num_queries(1):
        queries.note_counts(teams=teams, period=MARCH, today=AFTER)


def test_note_counts_leave_discarded_drafts_out(team):
    NoteFactory(team=team, week_starts_on=MONDAYS[0], discarded_at=timezone.now())

    assert counts(team).missing == 5


def test_weeks_of_year_give_every_week_its_state(month):
    weeks = queries.weeks_of_year(
        Note.objects.kept(), year=2026, today=date(2026, 4, 1), since=date(2026, 2, 26)
    )

    states = {week.monday: week.state for week in weeks}
    assert next(iter(states)) == date(2026, 3, 2)
    assert list(states)[-1] == date(2026, 12, 28)
    assert [states[monday] for monday in MONDAYS] == [
        "held",
        "replaced",
        "cancelled",
        "cancelled",
        "to_come",
    ]


@pytest.mark.parametrize(
    ("today", "first", "status"),
    [
        (date(2026, 3, 1), date(2026, 2, 23), "due"),
        (date(2026, 3, 2), date(2026, 3, 2), "due"),
        (date(2026, 3, 9), date(2026, 3, 2), "missing"),
    ],
    ids=["its week runs", "the next week runs", "both are over"],
)
def test_week_in_which_a_team_opens_in_mid_week_is_never_missing(team, today, first, status):
    weeks = queries.weeks_of_year([], year=2026, today=today, since=date(2026, 2, 26))

    assert (weeks[0].monday, weeks[0].status) == (first, status)


@pytest.mark.parametrize(
    ("is_filed", "opened_on", "week"),
    [
        (False, date(2024, 1, 1), MONDAYS[1]),
        (True, date(2024, 1, 1), MONDAYS[2]),
        (False, MONDAYS[2], MONDAYS[2]),
        (False, None, MONDAYS[2]),
    ],
)
def test_default_week_is_the_one_that_is_due(team, is_filed, opened_on, week):
    team.opened_on = opened_on
    if is_filed:
        filed(team, MONDAYS[1])

    assert queries.default_week(team, today=date(2026, 3, 18)) == week


def begun(team, *, today=date(2026, 3, 18)):
    people = queries.people_of_week(team, monday=MONDAYS[2])
    return queries.first_content(team, monday=MONDAYS[2], today=today, people=people)


def test_first_content_takes_over_what_was_so_last_time(team):
    people = {
        role: person(role, team=team) for role in (Role.CONSULTANT, Role.SUPERVISOR, Role.THERAPIST)
    }
    back_up = person(Role.BACK_UP_SUPERVISOR, team=team)
    filed(
        team,
        MONDAYS[0],
        held_on=date(2026, 3, 3),
        started_at=time(9, 30),
        minutes=50,
        mode="PHONE",
        open_families=12,
        supervisor=back_up,
    )
    filed(team, MONDAYS[1], cancelled_reason="LEAVE")

    content = begun(team)

    assert (content.held_on, content.started_at) == (date(2026, 3, 17), time(9, 30))
    assert (content.minutes, content.mode) == (50, "PHONE")
    assert (content.open_families, content.summaries_due) == (12, 12)
    assert (content.consultant, content.supervisor) == (people[Role.CONSULTANT], back_up)
    assert content.presences == ((people[Role.THERAPIST], Absence.PRESENT),)


def test_first_content_of_the_first_note_counts_the_families_in_treatment(team):
    EpisodeFactory(team=team, started_on=date(2026, 3, 1))
    EpisodeFactory(team=team, started_on=date(2026, 3, 19))
    EpisodeFactory(team=team, referred_on=date(2026, 3, 1))

    content = begun(team)

    assert (content.open_families, content.held_on, content.minutes) == (1, date(2026, 3, 18), 60)
    assert (content.consultant, content.supervisor) == (None, None)


def test_first_content_guesses_no_day_that_is_still_to_come(team):
    filed(team, MONDAYS[0], held_on=date(2026, 3, 6))

    assert begun(team).held_on is None


@pytest.mark.parametrize(
    ("ended_on", "is_there"),
    [(None, True), (date(2026, 3, 20), True), (date(2026, 3, 15), False)],
)
def test_people_of_week_are_those_who_had_not_left(team, ended_on, is_there):
    began_at = datetime(2026, 1, 1, tzinfo=LONDON)
    ended_at = ended_on and datetime.combine(ended_on, time(12), tzinfo=LONDON)
    membership = MembershipFactory(
        site=team.site, team=team, role=Role.THERAPIST, began_at=began_at, ended_at=ended_at
    )

    found = queries.people_of_week(team, monday=MONDAYS[2])

    assert found == ([membership] if is_there else [])


def test_discarded_drafts_can_be_taken_back_for_a_time(team):
    now = timezone.now()
    kept = NoteFactory(team=team, discarded_at=now - timedelta(days=3))
    NoteFactory(team=team, discarded_at=now - timedelta(days=31))

    assert list(queries.discarded_drafts(team, since=now - timedelta(days=30))) == [kept]
