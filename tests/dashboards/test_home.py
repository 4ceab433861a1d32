"""The first page in each role: what it shows first, and what it costs."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from consultation import operations
from consultation.models import NoteStatus
from mst_sites.accounts.permissions import Role
from mst_sites.periods import WEEK, Period, week_label
from mst_sites.records.operations import raise_action
from tests.dashboards.sites import (
    HALF,
    ISSUED_AT,
    LAST_WEEK,
    THIS_WEEK,
    TODAY,
    filed,
    open_team,
)
from tests.factories import (
    EnquiryFactory,
    EpisodeFactory,
    EscalationAnswerFactory,
    MembershipFactory,
    NoteFactory,
    SiteFactory,
    TeamFactory,
    UserFactory,
    person,
)
from tests.reading import main_words

pytestmark = pytest.mark.django_db


def home(sign_in, user):
    return sign_in(user).get("/")


COST_OF_HOME = {
    Role.MST_UK_LEAD: 10,
    Role.MST_UK_STAFF: 10,
    Role.CONSULTANT: 11,
    Role.PROVIDER_MANAGER: 8,
    Role.SUPERVISOR: 10,
    Role.BACK_UP_SUPERVISOR: 10,
    Role.THERAPIST: 7,
    Role.ADMINISTRATOR: 7,
    Role.COMMISSIONER: 8,
    Role.STEERING_GROUP_MEMBER: 8,
}


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("count", [1, 3])
def test_home_asks_the_same_for_every_number_of_rows(role, count, sign_in, queries):
    site = SiteFactory()
    teams = [open_team(site) for _ in range(count)]
    user = person(role, site=site, team=teams[0])
    for team in teams:
        filed(team, LAST_WEEK, is_escalated=True)
        raise_action(site=site, subject=team, text="Ring the school", owner=user, by=user)
        if team != teams[0] and (held := user.memberships.first()) and held.team:
            MembershipFactory(site=site, user=user, role=role, team=team)
    client = sign_in(user)

    with queries(COST_OF_HOME[role]):
        response = client.get("/")

    assert response.content.count(b"Ring the school") == count


@pytest.mark.parametrize(("count", "said"), [(1, "1 enquiry waits"), (2, "2 enquiries wait")])
def test_home_of_mst_uk_says_how_many_enquiries_are_unanswered(count, said, sign_in):
    EnquiryFactory(first_answered_on=date(2026, 3, 3), received_at=datetime(2026, 3, 2, tzinfo=UTC))
    for day in range(count):
        EnquiryFactory(received_at=datetime(2026, 3, 9 + day, 12, tzinfo=UTC))

    page = main_words(home(sign_in, person(Role.MST_UK_STAFF)))

    assert f"{said} for a first answer" in page
    assert "came on 9 March 2026" in page


def test_home_says_nothing_of_enquiries_that_are_answered_or_to_those_who_do_not_answer(sign_in):
    EnquiryFactory(first_answered_on=date(2026, 3, 3), received_at=datetime(2026, 3, 2, tzinfo=UTC))
    assert "first answer" not in main_words(home(sign_in, person(Role.MST_UK_STAFF)))

    EnquiryFactory()
    commissioner = person(Role.COMMISSIONER, site=SiteFactory())
    assert "first answer" not in main_words(home(sign_in, commissioner))


@pytest.mark.parametrize("role", [Role.MST_UK_LEAD, Role.MST_UK_STAFF])
def test_home_of_mst_uk_lists_the_notes_that_wait_for_its_answer_the_oldest_first(
    role, team, sign_in
):
    other = open_team(SiteFactory(name="Brook"))
    oldest = filed(team, LAST_WEEK - 60 * WEEK, is_escalated=True)
    older = filed(team, LAST_WEEK - WEEK, NoteStatus.ACKNOWLEDGED, is_escalated=True)
    newer = filed(other, LAST_WEEK, is_escalated=True)
    filed(team, LAST_WEEK)  # asks for nothing
    EscalationAnswerFactory(note=filed(team, LAST_WEEK - 9 * WEEK, is_escalated=True))
    NoteFactory(team=team, week_starts_on=THIS_WEEK, is_escalated=True)  # is a draft

    response = home(sign_in, person(role))

    links = re.findall(r'href="([^"]*/notes/[^"]+)"', response.content.decode())
    assert links == [
        reverse("note-detail", args=[note.site.slug, note.team.slug, note.pk])
        for note in (oldest, older, newer)
    ]
    assert "Brook, filed on" in main_words(response)


@pytest.mark.parametrize("role", [Role.CONSULTANT, Role.SUPERVISOR, Role.COMMISSIONER])
def test_home_of_others_does_not_list_what_mst_uk_was_asked(role, team, sign_in):
    filed(team, LAST_WEEK, is_escalated=True)

    response = home(sign_in, person(role, site=team.site, team=team))

    assert "MST UK was asked" not in main_words(response)


def test_home_of_a_supervisor_asks_for_the_note_of_last_week(team, sign_in):
    response = home(sign_in, person(Role.SUPERVISOR, team=team))

    page = response.content.decode()
    assert f"Week of {LAST_WEEK.day} {LAST_WEEK:%B} Missing Write the note" in main_words(response)
    assert f"{reverse('note-create', args=[team.site.slug, team.slug])}?week={LAST_WEEK}" in page


@pytest.mark.parametrize(
    ("of_last_week", "of_this_week", "expected"),
    [
        ("DRAFT", None, (LAST_WEEK, "Draft Go on with the draft")),
        ("FILED", None, (THIS_WEEK, "Due Write the note")),
        ("ACKNOWLEDGED", "DRAFT", (THIS_WEEK, "Draft Go on with the draft")),
        ("FILED", "FILED", (THIS_WEEK, "Held All notes")),
    ],
)
def test_home_of_a_supervisor_goes_on_when_a_note_is_filed(
    of_last_week, of_this_week, expected, team, sign_in
):
    for monday, status in ((LAST_WEEK, of_last_week), (THIS_WEEK, of_this_week)):
        if status == "DRAFT":
            NoteFactory(team=team, week_starts_on=monday)
        elif status:
            filed(team, monday, status)

    monday, said = expected
    page = main_words(home(sign_in, person(Role.SUPERVISOR, team=team)))

    assert f"Week of {monday.day} {monday:%B} {said}" in page


@pytest.mark.parametrize(
    ("of_last_week", "of_this_week", "word"),
    [
        (None, None, "Missing"),
        ("DRAFT", None, "Draft"),
        ("FILED", None, "Due"),
        ("FILED", "DRAFT", "Draft"),
        ("FILED", "HELD", "Held"),
        ("FILED", "CANCELLED", "Cancelled"),
    ],
)
def test_home_and_the_list_of_notes_have_one_word_for_a_week(
    of_last_week, of_this_week, word, team, sign_in
):
    for monday, how in ((LAST_WEEK, of_last_week), (THIS_WEEK, of_this_week)):
        if how == "DRAFT":
            NoteFactory(team=team, week_starts_on=monday)
        elif how:
            filed(team, monday, was_held=how != "CANCELLED")
    client = sign_in(person(Role.SUPERVISOR, team=team))

    [week] = client.get("/").context["weeks"]
    address = reverse("note-list", args=[team.site.slug, team.slug])
    page = client.get(f"{address}?year={week.monday.year}")

    of_list = {row.cells[0].text: row.cells[1].status for row in page.context["table"].rows}
    assert of_list[week_label(week.monday)] == week.status
    day = f"{week.monday.day} {week.monday:%B}"
    assert f"Week of {day} {word} " in main_words(client.get("/"))
    assert word in main_words(page).split(week_label(week.monday))[1].split()[:1]


def test_home_of_a_supervisor_begins_with_the_week_in_which_the_team_opens(sign_in):
    team = TeamFactory(opened_on=TODAY)

    page = main_words(home(sign_in, person(Role.SUPERVISOR, team=team)))

    assert f"Week of {THIS_WEEK.day} {THIS_WEEK:%B}" in page


@pytest.mark.parametrize("opened_on", [None, TODAY + timedelta(1)])
def test_home_of_a_supervisor_asks_for_no_note_before_the_team_works(opened_on, sign_in):
    team = TeamFactory(opened_on=opened_on)

    response = home(sign_in, person(Role.SUPERVISOR, team=team))

    assert response.context["weeks"] == []
    assert "No action waits for you." in main_words(response)


@pytest.mark.parametrize("began", [LAST_WEEK, THIS_WEEK])
def test_home_of_a_supervisor_asks_for_the_week_that_the_form_proposes(began, sign_in):
    team = TeamFactory()
    EpisodeFactory(team=team, started_on=began)
    client = sign_in(person(Role.SUPERVISOR, team=team))

    asked = [week.monday for week in client.get("/").context["weeks"]]
    form = client.get(reverse("note-create", args=[team.site.slug, team.slug])).context["form"]

    assert asked == [began]
    assert form.autosave_url.endswith(f"?week={began}")


def test_home_of_a_consultant_lists_what_nobody_has_acknowledged(team, sign_in):
    filed(team, LAST_WEEK - WEEK, NoteStatus.ACKNOWLEDGED)
    unread = filed(team, LAST_WEEK)
    NoteFactory(team=team, week_starts_on=THIS_WEEK)
    filed(open_team(team.site, name="Team beside"), LAST_WEEK)

    response = home(sign_in, person(Role.CONSULTANT, team=team))

    links = re.findall(r'href="([^"]*/notes/[^"]+)"', response.content.decode())
    assert links == [reverse("note-detail", args=[team.site.slug, team.slug, unread.pk])]
    assert "Team beside" not in main_words(response)


def waiting_reviews(response):
    """Return what the first page says of the reviews that wait, line by line, each with its address."""
    part = response.content.decode().partition('aria-labelledby="waiting-reviews"')[2]
    lines = re.findall(r"<li>(.*?)</li>", part.partition("</section>")[0], re.DOTALL)
    said = [" ".join(re.sub(r"<[^>]+>", " ", line).split()) for line in lines]
    return list(zip(said, re.findall(r'<a\s+href="([^"]+)"', "".join(lines)), strict=True))


def test_home_of_a_consultant_lists_the_reviews_that_wait_the_longest_due_first(
    sign_in, time_machine
):
    time_machine.move_to("2026-08-03 10:00:00+00:00")
    site = SiteFactory(name="Brook")
    team = TeamFactory(site=site, name="Afon", opened_on=date(2025, 1, 1))
    beside = TeamFactory(site=site, name="Beside", opened_on=date(2025, 1, 10))
    other = TeamFactory(site=site, name="Other", opened_on=date(2025, 1, 1))
    consultant = person(Role.CONSULTANT, team=team)
    MembershipFactory(site=site, user=consultant, role=Role.CONSULTANT, team=beside)
    asked = {"now": ISSUED_AT, "by": consultant}

    def begun(of, starts_on, ends_on, **values):
        period = Period(starts_on, ends_on)
        return operations.request_review(team=of, period=period, **asked, **values)

    early = date(2025, 1, 1), date(2025, 7, 1)
    operations.issue_review(review=begun(team, *early), version=1, **asked)
    second = begun(team, *early, edition=2)
    draft = begun(team, HALF.starts_on, HALF.ends_on)
    begun(team, date(2026, 7, 1), date(2027, 1, 1))  # still runs
    begun(other, *early)
    begun(beside, date(2025, 1, 10), date(2025, 7, 10))

    found = waiting_reviews(home(sign_in, consultant))

    new = f"{reverse('review-create', args=[site.slug, beside.slug])}?period="
    of_team = f"/sites/{site.slug}/teams/{team.slug}/reviews"
    assert [line for line, _ in found] == [
        "Beside, 10 January 2025 to 9 July 2025 Brook · Draft; was due by 9 August 2025 Late",
        "Afon, 1 July 2025 to 31 December 2025 Brook · Not begun; was due by 31 January 2026 Late",
        "Beside, 10 July 2025 to 9 January 2026 Brook · Not begun; was due by 9 February 2026 Late",
        "Afon, 1 January 2026 to 30 June 2026 Brook · Draft; was due by 31 July 2026 Late",
        "Beside, 10 January 2026 to 9 July 2026 Brook · Due by 9 August 2026 Due",
        "Afon, 1 January 2025 to 30 June 2025 Brook · A new edition is begun Draft",
    ]
    assert found[2][1] == f"{new}2025-07-10_2026-01-10"
    assert [found[3][1], found[5][1]] == [f"{of_team}/{draft.pk}/", f"{of_team}/{second.pk}/"]


@pytest.mark.parametrize(
    "role", [Role.MST_UK_LEAD, Role.SUPERVISOR, Role.PROVIDER_MANAGER, Role.COMMISSIONER]
)
def test_home_asks_nobody_but_the_consultant_for_reviews(role, team, sign_in):
    assert waiting_reviews(home(sign_in, person(role, site=team.site, team=team))) == []
    assert waiting_reviews(home(sign_in, person(Role.CONSULTANT, team=team))) != []


@pytest.mark.parametrize("opened_on", [None, TODAY + timedelta(1)])
def test_home_of_a_consultant_asks_for_no_review_before_the_team_works(opened_on, sign_in):
    team = TeamFactory(opened_on=opened_on)

    assert waiting_reviews(home(sign_in, person(Role.CONSULTANT, team=team))) == []


def test_home_of_mst_uk_counts_sites_by_phase(sign_in):
    SiteFactory.create_batch(2, phase="LIVE")
    SiteFactory(phase="ON_HOLD")

    response = home(sign_in, person(Role.MST_UK_LEAD))

    assert "Being set up 0 Live 2 On hold 1 Withdrawn 0 Closed 0" in main_words(response)
    assert 'href="/sites/?phase=ON_HOLD"' in response.content.decode()


@pytest.mark.parametrize(
    ("role", "doors"),
    [
        (Role.ADMINISTRATOR, ["Families", "Import files"]),
        (Role.COMMISSIONER, ["Performance reviews"]),
        (Role.PROVIDER_MANAGER, ["Families", "Performance reviews"]),
        (
            Role.SUPERVISOR,
            ["Weekly notes", "Families", "Import files", "Performance reviews"],
        ),
    ],
)
def test_home_leads_to_what_one_may_open_of_each_team(role, doors, team, sign_in):
    client = sign_in(person(role, team=team))

    html = client.get("/").content.decode().split('class="doors"')[1].split("</li>")[0]

    links = re.findall(r'<a\s+href="([^"]+)"\s*>\s*([^<]+?)\s*<', html)
    assert [label for _, label in links] == doors
    assert [client.get(url).status_code for url, _ in links] == [200] * len(doors)


def test_home_speaks_of_actions_only_to_those_who_can_have_some(team, sign_in):
    assert "Your actions" not in main_words(
        home(sign_in, person(Role.COMMISSIONER, site=team.site))
    )
    assert "Your actions" in main_words(
        home(sign_in, person(Role.PROVIDER_MANAGER, site=team.site))
    )


def test_home_of_somebody_without_a_role_says_whom_to_ask(sign_in):
    page = main_words(home(sign_in, UserFactory()))

    assert "You have no role on any site yet" in page
    assert "No action waits for you." in page


def test_home_of_a_commissioner_before_the_first_team(sign_in):
    page = main_words(home(sign_in, person(Role.COMMISSIONER, site=SiteFactory())))

    assert "Your sites have no teams yet." in page
    assert "How the sites stand" in page


def test_home_shows_own_actions_and_which_are_late(team, sign_in):
    user = person(Role.SUPERVISOR, team=team)
    other = person(Role.THERAPIST, team=team)
    agree = {"site": team.site, "subject": team, "by": user}
    raise_action(text="Ring the school", owner=user, due_on=TODAY - timedelta(1), **agree)
    raise_action(text="Write to court", owner=user, due_on=TODAY, **agree)
    raise_action(text="Not mine", owner=other, **agree)

    page = main_words(home(sign_in, user))

    assert page.index("Ring the school") < page.index("Write to court")
    assert page.count("Late") == 1
    assert "Not mine" not in page


@pytest.mark.parametrize("phase", ["CLOSED", "WITHDRAWN"])
def test_home_asks_nobody_for_notes_and_reviews_of_a_site_that_has_ended(phase, sign_in):
    team = open_team(SiteFactory(phase=phase))
    consultant = person(Role.CONSULTANT, team=team)
    period = Period(date(2025, 1, 1), date(2025, 7, 1))
    operations.request_review(team=team, period=period, now=ISSUED_AT, by=consultant)

    supervisors = home(sign_in, person(Role.SUPERVISOR, team=team))
    waiting = waiting_reviews(home(sign_in, consultant))

    assert supervisors.context["weeks"] == []
    assert ["1 January 2025" in line for line, _ in waiting] == [True]
