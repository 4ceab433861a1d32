"""Invented content for the kit page: places, people and figures that do not exist."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms

from mst_sites.look.chart_examples import charts
from mst_sites.look.charts import (
    Sparkline,
)
from mst_sites.look.fields import NearDateField, RememberedDateField
from mst_sites.look.layout import Section, form_helper
from mst_sites.look.parts import (
    Crumb,
    Event,
    Fact,
    Grid,
    GridCell,
    GridRow,
    Remark,
    Tab,
    Task,
    Tile,
    Version,
)
from mst_sites.look.tables import Cell, Column, Page, Row, Table

BEFORE = """Therapist B has met the school twice. The fit circle names truancy and late nights.
Next week: agree with mother who wakes the young person.
Consultant asks for a tape of the next family session."""
AFTER = """Therapist B has met the school twice and the head of year once. The fit circle names truancy and late nights.
Next week: agree with both parents who wakes the young person, and write it down.
Consultant asks for a tape of the next family session.
Booster on safety planning is booked for 14 May."""


class ExampleForm(forms.Form):
    held_on = NearDateField(
        label="Consultation was held on",
        help_text="The day of the meeting, not of writing it down.",
    )
    licence_from = RememberedDateField(
        label="Licence began on", help_text="For example, 27 3 2024", required=False
    )
    team = forms.ChoiceField(
        label="Team",
        choices=[("", "Choose a team"), ("a", "Afon Valley"), ("b", "Harbour and Moor")],
    )
    kind = forms.ChoiceField(
        label="Was it held?",
        widget=forms.RadioSelect,
        choices=[("held", "Held"), ("replaced", "Held on another day"), ("cancelled", "Cancelled")],
    )
    summary = forms.CharField(
        label="What was agreed",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Case references only. No names, dates of birth or addresses.",
    )
    cases = forms.IntegerField(label="Families discussed", min_value=0, max_value=60)
    recording = forms.FileField(label="Recording", help_text="Audio, up to 25 MB.", required=False)
    shared = forms.BooleanField(label="The team has seen this note", required=False)

    @property
    def helper(self) -> FormHelper:
        return form_helper(
            self,
            Section("The week", "held_on", "team", "kind", "cases"),
            Section("The note", "summary", "recording", "licence_from", "shared"),
            submit="File the note",
            cancel_url="#top",
        )


class ExampleFilter(forms.Form):
    name = forms.CharField(label="Site", required=False)
    stage = forms.ChoiceField(
        label="Stage",
        required=False,
        choices=[("", "Every stage"), ("setup", "Being set up"), ("live", "Running")],
    )


def components(params: Mapping[str, Any]) -> dict[str, Any]:
    """Give the kit page one record for each component."""
    return {
        "crumbs": [Crumb("Sites", "#sites"), Crumb("Afon Valley", "#site"), Crumb("Component kit")],
        "key_facts": [
            Fact("Site", "Afon Valley"),
            Fact("Model", "MST standard"),
            Fact("Team", "4 therapists, 1 supervisor"),
            Fact("Opened", "6 April 2025"),
            Fact("Target population", "Met", status="met"),
        ],
        "withdrawing": [
            "The team no longer sees it.",
            "It stays in the record, marked as withdrawn.",
        ],
        "tiles": tiles(),
        "tabs": [
            Tab("Overview", "#overview", current=True),
            Tab("Weekly notes", "#notes", count=26),
            Tab("Reviews", "#reviews", count=2),
            Tab("People", "#people"),
        ],
        "tasks": tasks(),
        "events": events(),
        "table": table(params),
        "empty_table": Table(
            "Recordings", [Column("Recorded on")], [], empty="No recording matches these filters."
        ),
        "grid": grid(),
        "summary": summary(),
        "remarks": remarks(),
        "before": BEFORE,
        "after": AFTER,
        "mine": Version("Yours, not yet saved", AFTER, "mine"),
        "theirs": Version("Saved by Demo Consultant at 14:02", BEFORE, "theirs"),
        "charts": charts(),
        "sparkline": Sparkline(
            "TAM-R collection rose from 58 to 76 per cent in six months.",
            [58, 61, None, 66, 71, 76],
        ),
        "statuses": [
            "met",
            "not_met",
            "no_data",
            "watch",
            "draft",
            "filed",
            "missing",
            "due",
            "late",
            "not_started",
            "in_progress",
            "blocked",
            "done",
            "held",
            "cancelled",
            "replaced",
            "signed",
            "issued",
            "queued",
            "running",
            "failed",
            "locked",
        ],
    }


def tiles() -> list[Tile]:
    return [
        Tile("Completed treatment", "81.6 %", "31 of 38 families", "not_met"),
        Tile("At home at the end", "92.1 %", "35 of 38 families", "met"),
        Tile("Adherence above threshold", "0.71", "24 of 31 scores over 0.61", "met"),
        Tile("School or work", "no data", "0 of 0 answered", "no_data"),
    ]


def tasks() -> list[Task]:
    return [
        Task("Needs assessment", "done", "#needs", "Agreed on 12 January 2026"),
        Task("Goals and Guidelines", "in_progress", "#goals", "7 of 12 sections written"),
        Task(
            "Recruit the supervisor", "late", "#supervisor", "Interviews were due by 2 March 2026"
        ),
        Task(
            "Site Readiness Review",
            "not_started",
            "",
            "Opens when the Goals and Guidelines are signed",
        ),
        Task("Orientation training", "blocked", "#training", "No place before the planned opening"),
    ]


def events() -> list[Event]:
    return [
        Event(
            "First enquiry", date(2025, 9, 1), "done", by="Demo Commissioner, Afon Valley Council"
        ),
        Event(
            "Needs assessment: go",
            date(2025, 11, 17),
            "done",
            "46 young people a year would be eligible.",
        ),
        Event(
            "Goals and Guidelines signed",
            date(2026, 2, 27),
            "late",
            "Two of four signatures are in.",
            url="#goals",
        ),
        Event("Site Readiness Review", date(2026, 4, 20), "not_started"),
        Event("Opening"),
    ]


def table(params: Mapping[str, Any]) -> Table:
    sort = str(params.get("sort", "-week"))
    weeks = [
        ("2 March 2026", "filed", 14, "Demo Supervisor"),
        ("23 February 2026", "filed", 13, "Demo Supervisor"),
        ("16 February 2026", "cancelled", 0, "Demo Back-up Supervisor"),
        ("9 February 2026", "late", 0, ""),
        ("2 February 2026", "draft", 12, "Demo Supervisor"),
    ]
    rows = [
        Row([Cell(week, "#note"), Cell(status=state), by or Cell("nobody yet"), str(cases)])
        for week, state, cases, by in weeks
    ]
    return Table(
        "Weekly notes",
        [
            Column("Week from", sort_by="week"),
            Column("Status", sort_by="status"),
            Column("Filed by"),
            Column("Families", numeric=True, sort_by="cases"),
        ],
        rows if sort.startswith("-") else rows[::-1],
        sort=sort,
        page=Page(2, 11, 6, 10, 53),
        params=params,
    )


def grid() -> Grid:
    columns = ["Needs", "Goals and Guidelines", "Funding", "Staffing", "Training", "Readiness"]
    states = {
        "Afon Valley": "done done done late in_progress not_started",
        "Harbour and Moor": "done in_progress done in_progress not_started not_started",
        "Northwold": "done done done done done due",
        "Three Rivers": "in_progress not_started blocked not_started not_started not_started",
        "Ynys Demo": "done done done done done done",
    }
    rows = [
        GridRow(
            name,
            [GridCell(state, url="#cell") for state in line.split()],
            url="#site",
            note="Opens 1 June 2026" if name == "Northwold" else "",
        )
        for name, line in states.items()
    ]
    return Grid("Sites being set up", columns, rows, corner="Site")


def summary() -> list[Fact]:
    return [
        Fact("Week", "Monday 2 March 2026", "#change"),
        Fact("Held", "Thursday 5 March, 90 minutes", "#change"),
        Fact("Target", "at least 85 %", status="not_met"),
        Fact(
            "Summary",
            "Three families moved to the last phase.\nOne recording to be heard before Thursday.",
            "#change",
        ),
    ]


def remarks() -> list[Remark]:
    asked = datetime(2026, 3, 5, 14, 5, tzinfo=UTC)
    answer = Remark(
        "Demo Supervisor",
        asked + timedelta(hours=3),
        "Yes, from the referral form on. I have added the code.",
    )
    return [
        Remark(
            "Demo Consultant",
            asked,
            "Is the school in this from the start? It decides the first intervention.",
            "Therapist B has met the school twice.",
            replies=[answer],
            url="#reply",
            id="remark-1",
        ),
        Remark("Demo Manager", asked + timedelta(days=1), "Thank you both.", resolved=True),
    ]
