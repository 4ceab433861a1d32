"""What MST UK answers to the made-up notes that ask it; some still wait for a visitor."""

from datetime import UTC, date, datetime, time, timedelta

from consultation.operations import answer_escalation
from consultation.queries import note_of_week
from mst_sites.accounts.models import User
from mst_sites.demo.country import DemoTeam
from mst_sites.tenancy.models import Team

ANSWERED_AFTER = timedelta(days=8)  # counted from the Monday of the week


def answer_questions(team: Team, demo: DemoTeam, *, today: date, by: User) -> None:
    """Answer the notes of a team that the demonstration has an answer to."""
    for question in demo.questions:
        monday = question.monday(today)
        note = note_of_week(team, monday)
        if note and question.answer:
            answer_escalation(
                note=note,
                edition=note.edition,
                answer=question.answer,
                now=datetime.combine(monday + ANSWERED_AFTER, time(11, 20), UTC),
                by=by,
            )
