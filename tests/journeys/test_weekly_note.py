"""A supervisor's week in a real browser: the note is written without a mouse, and kept while it is written."""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.urls import reverse
from playwright.sync_api import expect

from consultation import operations
from consultation.models import Note, NoteContent, Outcome, Recommendation
from consultation.operations import Sheet
from mst_sites.accounts.models import User
from mst_sites.accounts.permissions import Role
from mst_sites.periods import LONDON, WEEK, local_day, monday_of
from mst_sites.tenancy.scope import whole_scope
from tests.factories import TeamFactory, person
from tests.journeys.looking import faults_of

PICTURES = Path(settings.BASE_DIR) / "var" / "pictures"
TODAY = local_day(datetime.now(LONDON))
LAST_WEEK = monday_of(TODAY) - WEEK
THEMES = "T01-0004 and T01-0009: the fit circle points to the school. Two rehearsals this week."

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(120)]


class Desk:
    """A supervisor at a browser, and the team whose notes are written."""

    def __init__(self, server, chromium, sign_in):
        self.url, self.chromium, self.complaints, self.contexts = server.url, chromium, [], []
        with whole_scope():
            self.team = TeamFactory(name="Harbour team", opened_on=date(2024, 1, 1))
            self.supervisor = person(Role.SUPERVISOR, team=self.team)
            self.consultant = person(Role.CONSULTANT, team=self.team)
            self.therapists = [person(Role.THERAPIST, team=self.team) for _ in range(3)]
            for number, each in enumerate(self.therapists, 1):
                User.objects.filter(pk=each.pk).update(full_name=f"Demo Therapist {number}")
            for number in range(1, 40):
                self.file(LAST_WEEK - number * WEEK, number)
        client = sign_in(self.supervisor)
        self.session = client.cookies[settings.SESSION_COOKIE_NAME].value

    def file(self, monday, number):
        is_off = number % 11 == 5
        if number % 13 == 7:
            return
        operations.file_note(
            team=self.team,
            week_starts_on=monday,
            sheet=Sheet(id=uuid4(), tab=uuid4(), version=0),
            content=NoteContent(
                outcome=Outcome.CANCELLED if is_off else Outcome.HELD,
                cancelled_reason="LEAVE" if is_off else "",
                held_on=monday + timedelta(days=1),
                started_at=time(9, 30),
                minutes=60,
                mode="VIDEO",
                consultant=self.consultant,
                supervisor=self.supervisor,
                open_families=14,
                families_discussed=13,
                themes="What the team worked on.",
                recommendations=(
                    (Recommendation("Meet the school", self.supervisor, TODAY),)
                    if number == 1
                    else ()
                ),
            ),
            now=datetime.combine(monday + timedelta(days=2), time(12), tzinfo=LONDON),
            by=self.supervisor,
        )

    def address(self, name, *args):
        return reverse(f"note-{name}", args=[self.team.site.slug, self.team.slug, *args])

    def open(self, path, *, width=1280, theme="light"):
        with whole_scope():
            User.objects.filter(pk=self.supervisor.pk).update(theme=theme)
        context = self.chromium.new_context(
            viewport={"width": width, "height": 900}, reduced_motion="reduce", locale="en-GB"
        )
        self.contexts.append(context)
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": self.session, "url": self.url}
        context.add_cookies([cookie])
        page = context.new_page()
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(self.url + path, wait_until="networkidle")
        return page

    def notes(self):
        with whole_scope():
            return list(Note.objects.filter(week_starts_on=LAST_WEEK))


@pytest.fixture
def desk(live_server, chromium, sign_in):
    made = Desk(live_server, chromium, sign_in)
    yield made
    for context in made.contexts:
        context.close()
    connection.close()


def photograph(page, name):
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png", full_page=True)


def tab_to(page, name):
    """Press the tabulator until the field is reached, as a person without a mouse does."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if (
            page.evaluate(
                "document.activeElement.name || document.activeElement.textContent.trim()"
            )
            == name
        ):
            return
    pytest.fail(f"{name} cannot be reached by keyboard")


def test_note_is_filed_without_a_mouse(desk):
    page = desk.open(f"{desk.address('create')}?week={LAST_WEEK}")

    tab_to(page, "families_discussed")
    page.keyboard.type("12")
    tab_to(page, "themes")
    page.keyboard.type(THEMES)
    tab_to(page, "recommendation_1_text")
    page.keyboard.type("Rehearse the plan for the morning")
    tab_to(page, "recommendation_1_owner")
    page.keyboard.type("Demo Therapist 2")
    tab_to(page, "File the note")
    page.keyboard.press("Enter")

    expect(page.get_by_text("The note is filed.")).to_be_visible()
    [note] = desk.notes()
    assert (note.status, note.themes, note.families_discussed) == ("FILED", THEMES, 12)
    assert note.recommendations[0]["owner"]["name"] == "Demo Therapist 2"
    assert desk.complaints == []
    photograph(page, "note-filed")


def test_note_is_kept_while_it_is_written(desk):
    page = desk.open(f"{desk.address('create')}?week={LAST_WEEK}")
    page.get_by_label("Themes").fill(THEMES)  # at once: one save, not one in each pause
    expect(page.locator("[data-autosave-status]")).to_contain_text("Saved at", timeout=5_000)
    page.close()

    [note] = desk.notes()
    assert (note.status, note.themes) == ("DRAFT", THEMES)

    page = desk.open(f"{desk.address('create')}?week={LAST_WEEK}")
    assert page.get_by_label("Themes").input_value() == THEMES
    page.get_by_label("Minutes").fill("50")
    page.get_by_role("button", name="File the note").click()
    expect(page.get_by_text("The note is filed.")).to_be_visible()
    assert desk.complaints == []


def test_pages_of_notes_are_whole_in_every_way_of_looking(desk):
    with whole_scope():
        first = Note.objects.filed().order_by("-week_starts_on").first()
    pages = {
        "list": desk.address("list"),
        "form": f"{desk.address('create')}?week={LAST_WEEK}",
        "detail": desk.address("detail", first.pk),
        "amend": desk.address("amend", first.pk),
    }

    faults = {name: faults_of(desk.open(path), name) for name, path in pages.items()}

    assert faults == {name: [] for name in pages}
    assert desk.complaints == []


def test_note_that_clashes_shows_both_texts(desk):
    path = f"{desk.address('create')}?week={LAST_WEEK}"
    mine, theirs = desk.open(path), desk.open(path, width=390)
    theirs.get_by_label("Themes").fill("Theirs: the school met us twice.")
    theirs.get_by_role("button", name="Save as draft").click()
    expect(theirs.get_by_text("It is not filed yet.")).to_be_visible()

    mine.get_by_label("Themes").fill("Mine: the school met the family once.")
    mine.get_by_role("button", name="File the note").click()

    expect(
        mine.get_by_role("heading", name="You wrote in this note in another window")
    ).to_be_visible()
    photograph(mine, "note-clash")
    expect(mine.locator("[data-autosave-url]")).to_have_count(0)
    mine.get_by_role("button", name="File the note").click()
    expect(mine.get_by_text("The note is filed.")).to_be_visible()
    assert desk.notes()[0].themes == "Mine: the school met the family once."


def test_note_that_may_identify_a_family_is_stopped_and_kept_on_the_page(desk):
    page = desk.open(f"{desk.address('create')}?week={LAST_WEEK}", width=390)
    page.get_by_label("Themes").fill("The mother rang from 020 7946 0018.")
    page.get_by_label("Minutes").fill("9")
    page.get_by_role("button", name="File the note").click()

    summary = page.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    photograph(page, "note-refused")
    summary.get_by_role("link", name="phone number").click()
    expect(page.get_by_label("Themes")).to_be_focused()
    assert page.get_by_label("Themes").input_value() == "The mother rang from 020 7946 0018."
    assert [each for each in desk.notes() if "7946" in each.themes] == []
