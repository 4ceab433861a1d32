"""A steering group formed and met in a real browser, by keyboard alone, on the smallest telephone."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone
from playwright.sync_api import expect

from implementation.models import Meeting
from mst_sites.accounts.permissions import Role
from mst_sites.periods import local_day
from mst_sites.tenancy.scope import whole_scope
from tests.factories import ActivityFactory, PlanFactory, SiteFactory, person
from tests.journeys.keys import Keys
from tests.journeys.looking import faults_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(120)]

SMALLEST = {"width": 320, "height": 640}
GROUP = "/sites/demo-afon/steering-group/"
MEMBERS = {
    "Demo Chair": ("Commissioner", "Demo County Council"),
    "Demo Member": ("Police", "Demo Police"),
    "Demo Teacher": ("Education", "Demo Schools"),
}


@pytest.fixture
def keys(live_server, chromium, sign_in):
    """Sit a provider manager, whose site has one activity overdue, down before a small page."""
    with whole_scope():
        site = SiteFactory(name="Demo Afon", slug="demo-afon")
        late = local_day(timezone.now()) - timedelta(days=9)
        ActivityFactory(
            plan=PlanFactory(site=site), code="B1", title="Count who needs it", forecast_on=late
        )
        session = sign_in(person(Role.PROVIDER_MANAGER, site=site)).cookies
    context = chromium.new_context(
        viewport=SMALLEST, reduced_motion="reduce", locale="en-GB", base_url=live_server.url
    )
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": session[name].value, "url": live_server.url}])
    page = context.new_page()
    page.set_default_timeout(10_000)
    yield Keys(page)
    context.close()
    connection.close()


def look(keys, name):
    assert (name, faults_of(keys.page, name)) == (name, [])
    keys.page.set_viewport_size(SMALLEST)


def choose(keys, name, words):
    """Type the beginning of a choice in a list that drops down."""
    keys.to(name)
    keys.page.keyboard.type(words)


def points_of(page):
    """Return the agenda as it stands, by the heading that its points come under."""
    parts = page.locator("section[aria-labelledby=agenda]")
    headings, lists = parts.locator("h3").all(), parts.locator("ol").all()
    return {
        heading.inner_text(): each.locator(".agenda-text").all_inner_texts()
        for heading, each in zip(headings, lists, strict=True)
    }


def test_steering_group_is_formed_and_meets_by_keyboard_on_a_phone(keys):
    form_the_group(keys)
    plan_its_meetings(keys)
    hold_the_first(keys)
    close_it(keys)
    look_at_the_next(keys)


def form_the_group(keys):
    keys.page.goto(GROUP)
    keys.turn("Set up the steering group")
    keys.type("terms", "Governs the service.")
    keys.type("quorum_members", "2")
    keys.type("quorum_agencies", "2")
    keys.turn("Save")
    for name, (seat, agency) in MEMBERS.items():
        keys.turn("Add a member")
        keys.type("name", name)
        choose(keys, "seat", seat)
        keys.type("agency", agency)
        keys.turn("Save")
    look(keys, "steering")


def plan_its_meetings(keys):
    """Plan two meetings, of which the first was yesterday."""
    keys.turn("Plan its meetings")
    keys.type("title", "Demo board")
    keys.type_day("day", local_day(timezone.now()) - timedelta(days=1))
    keys.type("count", "2")
    keys.turn("Plan the series")
    expect(keys.page.get_by_text("The series is planned.")).to_be_visible()
    look(keys, "meetings")


def hold_the_first(keys):
    """Find the agenda filled, add to it, and write down who came, what was said, decided and taken on."""
    with whole_scope():
        first = Meeting.objects.earliest("starts_at")
    keys.page.goto(f"/sites/demo-afon/meetings/{first.pk}/")
    filled = points_of(keys.page)
    assert filled["Overdue activities"] == ["B1 Count who needs it"]
    # That the need is sufficient is told of with B1, which shows it.
    assert filled["What the next gate still needs"] == ["Go or no-go: Funding is confirmed"]
    keys.turn("Add a point")
    keys.type("text", "Referral pathway")
    keys.turn("Put it on the agenda")
    keys.turn("Record a decision")
    keys.type("text", "The group meets in the town hall.")
    keys.turn("Record the decision")
    keys.turn("Raise an action")
    keys.type("text", "Ask the schools")
    choose(keys, "owner", "Demo")
    keys.page.keyboard.press("ArrowDown")
    keys.type_day("due_on", local_day(timezone.now()) + timedelta(days=14))
    keys.turn("Raise the action")
    keys.turn("Write the minutes")
    keys.type("text", "Everybody was welcome.")
    keys.turn("Save the minutes")
    keys.turn("Mark attendance")
    for turns in (0, 0, 1):  # two were present, the third had sent apologies
        keys.to("came_")
        keys.page.keyboard.press("Space")
        for _turn in range(turns):
            keys.page.keyboard.press("ArrowDown")
    look(keys, "attendance")
    keys.turn("Save attendance")
    look(keys, "meeting")


def close_it(keys):
    keys.turn("Check and close")
    look(keys, "close")
    keys.turn("Close the meeting")
    main = keys.page.locator("main")
    for words in ("The group meets in the town hall.", "Ask the schools", "Everybody was welcome."):
        expect(main).to_contain_text(words)
    expect(main).to_contain_text("2 members of 2 agencies; needed: 2 of 2")
    look(keys, "minutes")


def look_at_the_next(keys):
    """Find at the top of the next agenda what the last meeting left open."""
    keys.page.goto(GROUP)
    keys.turn("Demo board")
    left = points_of(keys.page)
    assert next(iter(left)) == "Left open by the last meetings"
    assert left["Left open by the last meetings"] == ["Ask the schools", "Referral pathway"]
