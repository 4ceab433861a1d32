"""Progress as those see it who pay for sites."""

import re
from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from consultation import operations
from consultation.models import NoteStatus
from consultation.queries import content_of
from mst_sites.accounts.permissions import Role
from mst_sites.periods import WEEK, Period
from tests.consultation.half_year import cases, import_cases
from tests.dashboards.sites import (
    HALF,
    ISSUED_AT,
    LAST_WEEK,
    THIS_WEEK,
    filed,
    issued_review,
    open_team,
)
from tests.factories import (
    MembershipFactory,
    NoteFactory,
    SiteFactory,
    TeamFactory,
    UserFactory,
    person,
)
from tests.reading import main_words

pytestmark = pytest.mark.django_db


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
