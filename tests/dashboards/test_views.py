"""The first page in each role, and progress as those see it who pay for a site."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from consultation import operations
from consultation.models import NoteStatus
from consultation.models.snapshot import Narrative
from consultation.queries import content_of
from mst_sites.accounts.permissions import Role
from mst_sites.periods import WEEK, Period, local_day, monday_of, week_label
from mst_sites.records.operations import raise_action
from tests.consultation.half_year import cases, import_cases
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

TODAY = local_day(timezone.now())
THIS_WEEK = monday_of(TODAY)
LAST_WEEK = THIS_WEEK - WEEK
HALF = Period(date(2026, 1, 1), date(2026, 7, 1))
ISSUED_AT = datetime(2026, 8, 3, 10, 0, tzinfo=UTC)


@pytest.fixture
def team():
    return open_team(SiteFactory(name="Afon Valley", phase="LIVE", opened_on="2024-01-01"))


def open_team(site, **values):
    return TeamFactory(site=site, opened_on=date(2024, 1, 1), **values)


def filed(team, monday, status=NoteStatus.FILED, *, was_held=True, is_escalated=False):
    at = datetime.combine(monday + timedelta(4), datetime.min.time(), UTC)
    how = (
        {"held_on": monday, "minutes": 60, "mode": "VIDEO"}
        if was_held
        else {"outcome": "CANCELLED", "cancelled_reason": "SICKNESS"}
    )
    read_at = at if status == NoteStatus.ACKNOWLEDGED else None
    return NoteFactory(
        team=team,
        week_starts_on=monday,
        status=status,
        filed_at=at,
        acknowledged_at=read_at,
        is_escalated=is_escalated,
        **how,
    )


def issued_review(team, rows=None):
    """Issue the review of a half-year that was made up of some families."""
    import_cases(team, rows)
    consultant = person(Role.CONSULTANT, team=team)
    asked = {"now": ISSUED_AT, "by": consultant}
    review = operations.request_review(team=team, period=HALF, **asked)
    words = operations.Words(Narrative("Steady work.", ("Engagement",), ("Posts",)))
    review = operations.write_review(review=review, version=1, words=words, **asked)
    return operations.issue_review(review=review, version=2, **asked)


def home(sign_in, user):
    return sign_in(user).get("/")


# What each role finds first, and what it costs.

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


# Progress of many sites.


@pytest.mark.parametrize("count", [1, 3])
def test_progress_asks_the_same_for_every_number_of_sites(count, sign_in, queries):
    for site in SiteFactory.create_batch(count):
        filed(open_team(site), LAST_WEEK)
    client = sign_in(person(Role.MST_UK_STAFF))

    with queries(9):
        response = client.get(reverse("progress"))

    assert response.content.count(b'<th scope="row">') == count


def test_progress_of_fifty_sites_costs_no_more(sign_in, queries):
    user = UserFactory()
    for site in SiteFactory.create_batch(51):
        open_team(site)
        MembershipFactory(site=site, user=user, role=Role.COMMISSIONER)
    client = sign_in(user)

    with queries(7):
        response = client.get(reverse("progress"))

    assert response.content.count(b'<th scope="row">') == 50
    assert "1 to 50 of 51" in main_words(response)


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({"q": "vall"}, ["Afon Valley"]),
        ({"nation": "SCOTLAND"}, ["Glen Tarrow"]),
        ({"model": "fit"}, ["Glen Tarrow"]),
        ({"phase": "LIVE", "nation": "WALES"}, ["Afon Valley"]),
        ({"q": "nowhere"}, []),
        ({"nation": "ATLANTIS"}, ["Afon Valley", "Glen Tarrow"]),
    ],
)
def test_progress_is_narrowed_by_name_nation_model_and_phase(params, found, sign_in, queries):
    open_team(SiteFactory(name="Afon Valley", nation="WALES", phase="LIVE"))
    open_team(SiteFactory(name="Glen Tarrow", nation="SCOTLAND", model="fit", phase="SET_UP"))
    client = sign_in(person(Role.MST_UK_STAFF))

    with queries(9 if found else 5):
        response = client.get(reverse("progress"), params)

    names = re.findall(
        r'<th scope="row">.*?<a[^>]*>([^<]+)</a>', response.content.decode(), re.DOTALL
    )
    assert [name.strip() for name in names] == found
    assert "Clear" in main_words(response)


def test_progress_offers_to_find_a_site_only_among_many(sign_in):
    user = UserFactory()
    for site in SiteFactory.create_batch(6):
        MembershipFactory(site=site, user=user, role=Role.COMMISSIONER)

    assert "Find a site" in main_words(sign_in(user).get(reverse("progress")))
    of_one = person(Role.COMMISSIONER, site=site)
    assert "Find a site" not in main_words(sign_in(of_one).get(reverse("progress")))


def test_progress_shows_weeks_held_and_the_latest_review(team, sign_in):
    for back, was_held in ((1, True), (2, True), (3, False)):
        filed(team, THIS_WEEK - back * WEEK, was_held=was_held)
    issued_review(team)
    SiteFactory(name="Other site")

    page = main_words(sign_in(person(Role.COMMISSIONER, site=team.site)).get(reverse("progress")))

    row = page.split("Afon Valley", 1)[1]
    assert "Live 1 Jan 2024 1 2 of 26 1 January 2026 to 30 June 2026" in row
    assert "Other site" not in page


def test_progress_says_that_agreed_closures_are_left_out(team, sign_in):
    closed = {"outcome": "CANCELLED", "cancelled_reason": "AGREED_CLOSURE"}
    for back in (1, 2, 3):
        at = {"filed_at": timezone.now(), "status": NoteStatus.FILED}
        NoteFactory(team=team, week_starts_on=THIS_WEEK - back * WEEK, **closed, **at)
    client = sign_in(person(Role.COMMISSIONER, site=team.site))

    said = "3 weeks of agreed closure are left out"
    assert f"0 of 23 {said} none yet" in main_words(client.get(reverse("progress")))
    one = main_words(client.get(reverse("site-progress", args=[team.site.slug])))
    assert f"Weekly consultation held: 0 of 23 in the last 26 weeks; {said}" in one


def test_progress_of_a_site_without_a_team_is_no_data_and_not_nought(sign_in):
    site = SiteFactory()

    page = main_words(sign_in(person(Role.COMMISSIONER, site=site)).get(reverse("progress")))

    assert "Being set up not yet 0 no data none yet" in page


def test_progress_of_a_team_that_has_not_begun_is_no_data_and_not_nought(sign_in):
    site = TeamFactory().site
    client = sign_in(person(Role.COMMISSIONER, site=site))

    assert "Being set up not yet 1 no data none yet" in main_words(client.get(reverse("progress")))
    assert "0 of 26" not in main_words(client.get(reverse("site-progress", args=[site.slug])))


def test_progress_without_a_site_says_what_will_be_here(sign_in):
    page = main_words(sign_in(person(Role.MST_UK_LEAD)).get(reverse("progress")))

    assert "When MST UK gives you a role on a site, you see here how it stands." in page


# Progress of one site.


@pytest.mark.parametrize("count", [1, 3])
def test_site_progress_asks_the_same_for_every_number_of_teams(count, sign_in, queries):
    site = SiteFactory()
    for number in range(count):
        issued_review(open_team(site, slug=f"team-{number}"))
    client = sign_in(person(Role.COMMISSIONER, site=site))

    with queries(8):
        response = client.get(reverse("site-progress", args=[site.slug]))

    assert response.content.count(b"Open the review") == count
    assert [str(item.label) for item in response.context["nav"] if item.current] == ["Progress"]


FEW = {"completed": 6, "not_engaged": 2, "placed": 0, "moved": 0}
FEW_OUTCOMES = {"known": (8, 8, 8), "outcomes": (7, 3, 6)}


@pytest.mark.parametrize(
    ("role", "sees_small_numbers"),
    [
        (Role.PROVIDER_MANAGER, True),
        (Role.COMMISSIONER, False),
        (Role.STEERING_GROUP_MEMBER, False),
        (Role.MST_UK_LEAD, True),
    ],
)
def test_site_progress_hides_small_numbers_from_commissioners(
    role, sees_small_numbers, team, sign_in
):
    issued_review(team, cases(**FEW, **FEW_OUTCOMES))

    page = main_words(
        sign_in(person(role, site=team.site)).get(reverse("site-progress", args=[team.site.slug]))
    )

    assert ("3 of 8" in page) is sees_small_numbers
    assert ("left out to protect families" in page) is not sees_small_numbers


def test_site_progress_says_once_what_is_left_out_and_shows_what_can_be_seen(team, sign_in):
    beside = open_team(team.site, name="Team beside", slug="beside")
    issued_review(team, cases(**FEW, **FEW_OUTCOMES))
    issued_review(beside, cases(**FEW, **FEW_OUTCOMES))
    client = sign_in(person(Role.COMMISSIONER, site=team.site))

    response = client.get(reverse("site-progress", args=[team.site.slug]))

    page = main_words(response)
    assert (page.count("left out to protect families"), page.count("suppressed")) == (1, 0)
    for each in response.context["teams"]:
        shown = {tile.label: (tile.figure, tile.note) for tile in each.tiles}
        assert each.left_out == [
            "Completed treatment (target: at least 85 %)",
            "Living at home (target: at least 90 %)",
            "In school or work (target: at least 90 %)",
            "No new criminal charges (target: at least 90 %)",
        ]
        assert shown == {
            "Length of stay": ("122.0 days", "100 to 140 days"),
            "Families above the adherence threshold": ("100.0 %", "8 of 8; at least 80 %"),
            "Weekly consultation held": ("0.0 %", "0 of 26; at least 90 %"),
            "Cases closed with an opportunity for a full course": ("8", ""),
            "Families started": ("0", ""),
            "Referrals received": ("0", ""),
        }
        assert page.count("Left out: " + "; ".join(each.left_out)) == 2


def test_site_progress_names_the_same_figures_as_the_copy_of_the_review(team, sign_in):
    """What takes the place of a hidden figure is nothing that the review for commissioners hides."""
    review = issued_review(team, cases(**FEW, **FEW_OUTCOMES))
    copy = content_of(review).for_commissioners()
    client = sign_in(person(Role.COMMISSIONER, site=team.site))

    [each] = client.get(reverse("site-progress", args=[team.site.slug])).context["teams"]

    shown = {
        str(metric.name): metric.display for metric in copy.metrics if not metric.is_suppressed
    }
    assert {(tile.label, tile.figure) for tile in each.tiles} <= set(shown.items())


@pytest.mark.parametrize("was_held", [True, False])
def test_site_progress_says_how_weeks_were_held_before(was_held, team, sign_in):
    import_cases(team, cases(**FEW, **FEW_OUTCOMES))
    filed(team, date(2025, 10, 6), was_held=was_held)
    earlier = Period(date(2025, 7, 1), date(2026, 1, 1))
    consultant = person(Role.CONSULTANT, team=team)
    asked = {"now": ISSUED_AT, "by": consultant}
    for period in (earlier, HALF):
        review = operations.request_review(team=team, period=period, **asked)
        operations.issue_review(review=review, version=1, **asked)
    client = sign_in(person(Role.COMMISSIONER, site=team.site))

    page = main_words(client.get(reverse("site-progress", args=[team.site.slug])))

    before = "3.8 %" if was_held else "0.0 %"
    assert f"0 of 26; at least 90 %; {before} in the period before" in page


def test_site_progress_shows_a_team_in_full_only_to_those_who_may_see_that_team_so(team, sign_in):
    beside = open_team(team.site, name="Team beside", slug="beside")
    issued_review(team, cases(**FEW, **FEW_OUTCOMES))
    issued_review(beside, cases(**FEW, **FEW_OUTCOMES))
    user = person(Role.COMMISSIONER, site=team.site)
    MembershipFactory(site=team.site, user=user, role=Role.SUPERVISOR, team=team)

    response = sign_in(user).get(reverse("site-progress", args=[team.site.slug]))

    own, other = (
        part
        for part in response.content.decode().split("<section")[1:]
        if "Open the review" in part
    )
    assert (team.name in own, "3 of 8" in own) == (True, True)
    assert ("Team beside" in other, "3 of 8" in other) == (True, False)


def test_site_progress_shows_figures_with_their_targets(team, sign_in):
    issued_review(team)

    response = sign_in(person(Role.COMMISSIONER, site=team.site)).get(
        reverse("site-progress", args=[team.site.slug])
    )

    page = main_words(response)
    assert "Review of 1 January 2026 to 30 June 2026" in page
    assert "86.3 %" in page  # 120 of 139 completed: MST's published Standard asks for 85 %
    assert "120 of 139; at least 85 %" in page
    assert "Met" in page


def test_site_progress_before_the_first_review_and_the_first_team(team, sign_in):
    user = person(Role.COMMISSIONER, site=team.site)
    empty = SiteFactory()
    MembershipFactory(site=empty, user=user, role=Role.COMMISSIONER)
    client = sign_in(user)

    assert "No review has been issued yet." in main_words(
        client.get(reverse("site-progress", args=[team.site.slug]))
    )
    assert "No team yet" in main_words(client.get(reverse("site-progress", args=[empty.slug])))


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
