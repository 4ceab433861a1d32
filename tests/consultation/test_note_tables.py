"""What the tables of notes show."""

from datetime import date, timedelta

import pytest

from consultation.tables.notes import action_table
from mst_sites.accounts.models import User
from mst_sites.records.models import Action

TODAY = date(2026, 3, 5)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


@pytest.mark.parametrize(
    ("state", "due_on", "status", "text"),
    [
        ("OPEN", TOMORROW, "open", "Open"),
        ("OPEN", YESTERDAY, "late", ""),
        ("DONE", YESTERDAY, "done", "Done"),
        ("DROPPED", YESTERDAY, "cancelled", "Dropped"),
    ],
)
def test_action_table_says_how_each_stands(state, due_on, status, text):
    action = Action(text="Meet the school", owner=User(full_name="A"), state=state, due_on=due_on)

    table = action_table([action], caption="Recommendations", may_close=False, today=TODAY)

    cell = table.rows[0].cells[-1]
    assert (cell.status, cell.text) == (status, text)
