"""The set-up of a site in a real browser: from the enquiry to the opening, and without a mouse.

The days of Afon Valley are a scenario made of published set-up stories: enquiry on 2 September 2019, go on
18 November, Goals and Guidelines signed on 28 February 2020, Site Readiness Review on 10 March with two conditions,
which are closed on 20 April, orientation from 27 April to 1 May, opening on 18 May, 259 days after the enquiry.
"""

import json
from collections import Counter
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import expect

from implementation.models import Activity, GateDecision, Plan
from mst_sites.accounts.permissions import Role
from mst_sites.audit.models import AuditEntry
from mst_sites.periods import local_day
from mst_sites.tenancy.models import Site, Team
from mst_sites.tenancy.scope import whole_scope
from tests.factories import EnquiryFactory, person
from tests.journeys.keys import Keys

AFON = "/sites/afon-valley/"
TEAM = {
    "Demo Supervisor": "SUPERVISOR",
    **{f"Demo Therapist {number}": "THERAPIST" for number in range(1, 5)},
    "Demo Consultant": "CONSULTANT",
}
# What was done on which day, by gate: the days of the scenario, and days between them for what it leaves open.
DAYS = {
    "go": {
        "A1": "2019-09-02",
        "A2": "2019-09-09",
        "B1": "2019-10-14",
        "B2": "2019-10-21",
        "B3": "2019-11-11",
        "B4": "2019-11-13",
        "B5": "2019-09-30",
    },
    "goals": {
        "C1": "2019-12-02",
        "C2": "2020-01-20",
        "C3": "2020-01-27",
        "C4": "2020-01-13",
        "C5": "2020-02-03",
        "C6": "2020-02-03",
        "C7": "2020-02-17",
        "C8": "2019-12-16",
    },
    "readiness": {"D1": "2020-02-28", "D2": "2020-03-10", "D3": "2020-03-10"},
    "opening": {
        "D4": "2020-03-17",
        "E1": "2020-03-02",
        "E2": "2020-04-06",
        "E3": "2020-04-20",
        "E4": "2020-05-01",
        "E5": "2020-05-06",
        "E6": "2020-05-11",
        "E7": "2020-05-11",
    },
    "closed": {"D5": "2020-04-20"},
    "live": {"F1": "2020-05-18", "F2": "2020-05-20"},
}
FACTS = {
    "go": {"need-sufficient": "2019-10-14"},
    "goals": {"clinical-lead-accepted": "2020-01-27"},
    "readiness": {
        "goals-signed": "2020-02-28",
        "licence-signed": "2020-03-02",
        "review-held": "2020-03-10",
        "review-outcome": "2020-03-10",
    },
    "opening": {
        "supervisor-in-post": "2020-03-02",
        "therapists-in-post": "2020-04-06",
        "administrator-in-post": "2020-04-06",
        "back-up-in-post": "2020-04-20",
        "orientation-done": "2020-05-01",
        "supervisor-orientation-done": "2020-05-06",
        "rota-published": "2020-05-11",
        "data-set-up": "2020-05-11",
    },
}
CONDITIONS = (
    "Recording consent form: provider, by 31 March. Back-up supervisor: provider, by 20 April."
)
# SIC-style stages by the days above: from the first to the last thing done, and how much of what applies.
MEASURED = {
    1: (7, 2, 2),
    2: (49, 6, 6),
    3: (140, 13, 13),
    4: (70, 6, 6),
    5: (0, 1, 1),
    6: (2, 2, 2),
    7: (None, 0, 2),
    8: (None, 0, 0),
}
STAYS = {
    "A Initial enquiry": 14,
    "B Needs assessment": 63,
    "C Critical issues and design": 102,
    "D Site Readiness Review": 11,
    "E Recruitment and orientation": 69,
}

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(400)]


@pytest.fixture
def staff():
    with whole_scope():
        return person(Role.MST_UK_STAFF)


class SetUp:
    """MST UK at a browser, entering a site's set-up page by page."""

    def __init__(self, page):
        self.page = page

    def send(self, path, button, **fields):
        """Fill in a form by the names of its fields and send it; return what the page then says."""
        if path:
            self.page.goto(path)
        for name, value in fields.items():
            field = self.page.locator(f"[name='{name.replace('__', '-')}']").first
            if field.evaluate("field => field.tagName") == "SELECT":
                field.select_option(value)
            elif field.get_attribute("type") == "file":
                field.set_input_files(
                    {"name": "letter.pdf", "mimeType": "application/pdf", "buffer": value}
                )
            elif field.get_attribute("type") == "radio":
                self.page.locator(f"[name={name}][value={value}]").check()
            else:
                field.fill(value)
        self.page.get_by_role("button", name=button, exact=True).click()
        return self.page.locator("main").inner_text()

    def enter_days(self, gate):
        fields = {f"{code}__completed_on": day for code, day in DAYS[gate].items()}
        self.send(f"{AFON}plan/days/", "Save", **fields)
        expect(self.page.get_by_text("The days are saved.")).to_be_visible()

    def record(self, code, day):
        fields = {"value": "CONDITIONS"} if code == "review-outcome" else {}
        self.send(f"{AFON}facts/{code}/record/", "Record the fact", holds_on=day, **fields)
        expect(self.page.get_by_text("Recorded.", exact=True)).to_be_visible()

    def open_at(self, gate):
        """Return what the page of a gate says stands in the way."""
        self.page.goto(f"{AFON}gates/{gate}/")
        return self.page.locator(
            "section[aria-labelledby=in-the-way] .task-name > a"
        ).all_inner_texts()

    def decide(self, gate, day, outcome="PASSED", **fields):
        """Decide at a gate, which takes a second look; return what the page says instead if it is refused."""
        given = {"outcome": outcome, "decided_on": day, "decided_by": "Programme board", **fields}
        said = self.send(f"{AFON}gates/{gate}/decide/", "Check the decision", **given)
        confirm = self.page.get_by_role("button", name="Record the decision")
        if not confirm.count():
            return said
        confirm.click()
        expect(self.page.get_by_text("The decision is recorded.")).to_be_visible()
        return ""


def begin(at):
    """Add the site and begin its plan on the day of the enquiry; count who needs it."""
    at.send(
        "/sites/new/",
        "Add the site",
        name="Afon Valley",
        slug="afon-valley",
        nation="WALES",
        region="Two councils, one health board",
    )
    at.page.goto(f"{AFON}plan/")
    at.page.get_by_role("link", name="Begin the plan").click()
    at.send("", "Begin the plan", started_on="2019-09-02")
    at.send(
        f"{AFON}needs/change/",
        "Save the needs analysis",
        areas="Demo Afon Council, Demo Valley Council",
        eligible_low="32",
        eligible_central="40",
        eligible_high="48",
        eligible_source="Count by both councils",
        eligible_year="2019",
        eligible_confidence="HIGH",
    )
    expect(at.page.locator("main")).to_contain_text("40")
    at.send(f"{AFON}plan/move/", "Move the site", to_stage="B", happened_on="2019-09-16")


def pay(at):
    """Enter the money of the first three years and what followed it, each with its letter."""
    now = timezone.localdate()
    for starts_on, ends_on, confirmed_on in (
        ("2020-04-01", "2023-03-31", "2019-11-11"),
        ("2023-04-01", (now + timedelta(days=400)).isoformat(), "2022-11-14"),
    ):
        at.send(
            f"{AFON}funding/sources/new/",
            "Save the source",
            funder_name="Demo Afon Council",
            kind="POOLED",
            amount="1 065 000",
            starts_on=starts_on,
            ends_on=ends_on,
        )
        at.page.goto(f"{AFON}funding/")
        at.page.get_by_role("link", name="Confirm").last.click()
        at.send("", "Confirm the money", confirmed_on=confirmed_on, upload=b"%PDF-1.4\n%%EOF\n")


def bring_together(at):
    """Set up the steering group and write down its first meeting."""
    at.send(
        f"{AFON}steering-group/change/",
        "Save",
        terms="Governs the service.",
        formed_on="2020-01-06",
    )
    at.send(
        f"{AFON}meetings/new/",
        "Plan the meeting",
        kind="STEERING_GROUP",
        title="First meeting of the steering group",
        day="2020-01-13",
        begins_at="10:00",
        minutes="90",
        others="Demo Member 1, , Demo Afon Council\nDemo Member 2, , Demo Health Board",
    )
    at.page.get_by_role("link", name="Mark attendance").first.click()
    for came in at.page.get_by_label("Present").all():
        came.check()
    at.send("", "Save attendance")
    at.page.get_by_role("link", name="Check and close").click()
    at.send("", "Close the meeting")


def bring_team(at):
    """Add the team of a supervisor and four therapists, with its consultant."""
    at.send(f"{AFON}teams/new/", "Add the team", name="Afon team", slug="afon")
    for name, role in TEAM.items():
        at.page.goto(f"{AFON}people/new/")
        team = at.page.locator("[name=team] option", has_text="Afon team").get_attribute("value")
        at.send(
            "",
            "Give this role",
            email=f"{name.lower().replace(' ', '.')}@example.org",
            full_name=name,
            role=role,
            team=team,
        )


def test_set_up_of_afon_valley_from_enquiry_to_opening(sit_down, staff):
    at = SetUp(sit_down(staff))
    begin(at)

    assert {"Need is sufficient for a team", "Funding is confirmed"} < set(at.open_at("go"))
    assert "mandatory things were open" in at.decide("go", "2019-11-18")
    pay(at)
    bring_together(at)
    for gate, day in (("go", "2019-11-18"), ("goals", "2020-02-28")):
        at.enter_days(gate)
        for code, since in FACTS[gate].items():
            at.record(code, since)
        assert at.open_at(gate) == []
        assert at.decide(gate, day) == ""

    at.enter_days("readiness")
    for code, since in FACTS["readiness"].items():
        at.record(code, since)
    assert at.open_at("readiness") == ["Readiness report issued"]
    assert at.decide("readiness", "2020-03-10", "CONDITIONS", note=CONDITIONS) == ""

    bring_team(at)
    at.enter_days("opening")
    for code, since in FACTS["opening"].items():
        at.record(code, since)
    open_to_the_end(at)
    at.enter_days("live")
    assert_told_as_it_was(at)


def open_to_the_end(at):
    """Find the last gate shut while the conditions are open, close them, and open the site."""
    left = ["Conditions of the review closed", "Actions of the readiness review closed"]
    assert at.open_at("opening") == left
    refused = at.decide("opening", "2020-05-18", opened_on="2020-05-18")
    assert all(words in refused for words in ("2 mandatory things were open", *left))
    with whole_scope():
        assert Site.objects.get().opened_on is None
        assert not GateDecision.objects.filter(gate="OPENING").exists()

    at.enter_days("closed")
    assert at.open_at("opening") == left[:1]
    at.record("conditions-closed", "2020-04-20")
    assert at.open_at("opening") == []
    assert at.decide("opening", "2020-05-18", opened_on="2020-05-18") == ""


def assert_told_as_it_was(at):
    """Compare what the pages, the command and the rows say with the scenario."""
    page = at.page
    page.goto(f"{AFON}gates/")
    cards = [text.split("\n") for text in page.locator(".gate").all_inner_texts()]
    assert [[line for line in card if line.startswith("Passed")] for card in cards] == [
        ["Passed"],
        ["Passed"],
        ["Passed with conditions"],
        ["Passed"],
    ]
    page.goto(f"{AFON}timeline/")
    expect(page.locator("main")).to_contain_text(
        "Open since 18 May 2020, 259 days after the first enquiry."
    )
    page.goto(f"{AFON}forecast/measures/")
    expect(page.locator(".tile", has_text="First enquiry to opening")).to_contain_text("259 days")
    stays = page.get_by_role("table", name="Days in the stages A to F").locator("tbody tr")
    told = [row.locator("th, td").all_inner_texts() for row in stays.all()]
    assert {row[0]: int(row[3]) for row in told[:-1]} == STAYS
    assert told[-1][:3] == ["F Live: implementation support", "18 May 2020", "today"]
    page.goto(AFON)
    expect(page.locator("main")).to_contain_text("18 May 2020")

    printed = StringIO()
    call_command("stage_measures", site="afon-valley", json=True, stdout=printed)
    found = json.loads(printed.getvalue())
    assert found["final_stage"] == 6
    assert {
        each["stage"]: (each["duration_days"], each["completed"], each["applicable"])
        for each in found["stages"]
    } == MEASURED
    with whole_scope():
        site, team = Site.objects.get(), Team.objects.get()
        assert (site.phase, site.opened_on, team.opened_on) == (
            "LIVE",
            date(2020, 5, 18),
            date(2020, 5, 18),
        )
        people = Counter(team.memberships.values_list("role", flat=True))
        assert people == {"SUPERVISOR": 1, "THERAPIST": 4, "CONSULTANT": 1}
        assert (site.opened_on - Plan.objects.get().started_on).days == 259
        assert AuditEntry.objects.filter(action="gate.decided").count() == 4


def test_set_up_begins_without_a_mouse(sit_down, staff):
    today = local_day(timezone.now())
    with whole_scope():
        enquiry = EnquiryFactory(
            organisation="Demo Youth Trust",
            area="Demo Vale",
            nation="WALES",
            received_at=timezone.now() - timedelta(days=10),
        )
    keys = Keys(sit_down(staff, width=320))

    make_a_site(keys, enquiry, today=today)
    do_something(keys, today=today)
    look_at_the_gate(keys)
    plan_the_opening(keys, today=today)
    keys.press("Forecast")
    expect(keys.page.get_by_role("heading", name="Forecast", level=1)).to_be_visible()


def make_a_site(keys, enquiry, *, today):
    """Answer an enquiry and make it a site."""
    keys.page.goto("/enquiries/")
    keys.press("Demo Youth Trust")
    keys.press("I look after it")
    keys.press("Say when it was first answered")
    keys.type_day("first_answered_on", today - timedelta(days=1))
    keys.press("Save")
    keys.press("Make it a site")
    keys.press("Make it a site")
    expect(keys.page.get_by_text("its plan has begun on the day of the enquiry")).to_be_visible()
    with whole_scope():
        enquiry.refresh_from_db()
        assert (enquiry.state, enquiry.outcome) == ("CLOSED", "PROCEED")
        assert enquiry.first_answered_on == today - timedelta(days=1)
        assert enquiry.site.slug == "demo-vale"
        assert Plan.objects.get().started_on == today - timedelta(days=10)


def do_something(keys, *, today):
    keys.page.goto("/sites/demo-vale/plan/")
    keys.press("A2 Overview information sent")
    keys.type_day("completed_on", today)
    keys.press("Mark as done")
    with whole_scope():
        assert Activity.objects.get(code="A2").completed_on == today


def look_at_the_gate(keys):
    """Read what is missing, and follow the first of it to where it is put right."""
    keys.page.goto("/sites/demo-vale/gates/")
    keys.press("Go or no-go")
    missing = keys.page.locator("section[aria-labelledby=in-the-way] .task-name > a")
    assert missing.all_inner_texts() == [
        "Need is sufficient for a team",
        "Funding is confirmed",
        "Number of eligible young people counted",
        "Existing services mapped; gap stated",
        "Funding source and period confirmed",
        "Disincentives checked",
        "Programme requirements shared with the provider",
    ]
    keys.press("Need is sufficient for a team")
    expect(keys.page.locator("main")).to_contain_text("Not recorded yet")


def plan_the_opening(keys, *, today):
    """Plan the opening day, then move it with the reason; open activities follow."""
    page, days = keys.page, [today + timedelta(days=300), today + timedelta(days=321)]
    page.goto("/sites/demo-vale/plan/")
    for number, day in enumerate(days):
        keys.press("Plan the opening")
        keys.type_day("new_on", day)
        if number:
            keys.to("reason")
            page.keyboard.type("Recruitment")
        keys.to("roll")
        if not page.evaluate("document.activeElement.checked"):
            page.keyboard.press("Space")
        keys.press("Save")
        expect(page.get_by_text("The opening is planned.")).to_be_visible()
    with whole_scope():
        plan = Plan.objects.get()
        changes = plan.opening_changes.order_by("changed_at")
        assert plan.planned_opening_on == days[1]
        assert list(changes.values_list("old_on", "new_on", "reason")) == [
            (None, days[0], "FIRST_PLANNED"),
            (days[0], days[1], "RECRUITMENT"),
        ]
        assert Activity.objects.get(code="E6").forecast_on == days[1]
