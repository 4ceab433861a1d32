"""What was written of consultations and reviews is gone when it cannot be recorded: every row is as it was before."""

from dataclasses import dataclass
from datetime import date, datetime, time
from types import SimpleNamespace as Of
from uuid import uuid4

import pytest

from consultation import operations
from consultation.imports.episodes import EPISODE_COLUMNS, TAM_R_COLUMNS
from consultation.models import Absence, Attendance, Note, NoteContent, Recommendation, Review
from consultation.models.snapshot import Narrative
from consultation.operations import Sheet
from mst_sites.accounts.models import User
from mst_sites.accounts.permissions import Role
from mst_sites.periods import LONDON
from mst_sites.records.operations import add_comment
from mst_sites.tenancy.models import Team
from tests import factories as f
from tests.consultation.half_year import as_csv

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 5, 16, tzinfo=LONDON)
AFTER_HALF_YEAR = datetime(2026, 8, 3, 10, tzinfo=LONDON)
HELD = {
    "held_on": date(2026, 3, 4),
    "started_at": time(9, 30),
    "minutes": 60,
    "mode": "VIDEO",
    "open_families": 14,
    "families_discussed": 14,
}
EPISODE = ["T01-1", "2026-01-05", "2026-01-09", "2026-01-20", "", "", "", "", ""]
WORDS = operations.Words(Narrative("Steady work.", ("Engagement",), (), ()))


@dataclass
class Stage:
    """A team with people, in a country with a lead who is told of what is escalated."""

    team: Team
    by: User
    therapist: User

    @property
    def week(self):
        return {"team": self.team, "week_starts_on": MONDAY, "now": NOW}

    def content(self):
        """Return a note that does all that a note can: names who was there, recommends, and is escalated."""
        return NoteContent(
            **HELD,
            themes="The fit circle needs the school.",
            stakeholder_issue="The court is slow.",
            is_escalated=True,
            presences=((self.therapist, Absence.PRESENT),),
            recommendations=(
                Recommendation("Rehearse the plan", self.therapist, date(2026, 3, 11)),
            ),
        )

    def draft(self, **given) -> Note:
        note = f.NoteFactory(team=self.team, **given)
        Attendance.objects.create(
            site=self.team.site, note=note, person=self.therapist, presence=Absence.PRESENT
        )
        return note

    def filed(self, **given) -> Note:
        return self.draft(**HELD, status="FILED", filed_at=NOW, edition=1, **given)

    def review(self, **given) -> Review:
        return f.ReviewFactory(team=self.team, **given)

    def commented_review(self) -> Review:
        review = self.review()
        add_comment(site=review.site, subject=review, text="Which school?", by=self.by)
        return review


@pytest.fixture
def stage():
    team = f.TeamFactory()
    f.person(Role.MST_UK_LEAD)
    return Stage(team, f.person(Role.SUPERVISOR, team=team), f.person(Role.THERAPIST, team=team))


def sheet_of(note):
    return Sheet(note.pk, uuid4(), note.version)


# Each makes what it acts upon, and returns the operation with its values.
ACTS = {
    "save_draft": lambda s: Of(
        act=operations.save_draft,
        **s.week,
        sheet=Sheet(uuid4(), uuid4(), 0),
        content=s.content(),
    ),
    "save_draft_again": lambda s: Of(
        act=operations.save_draft, **s.week, sheet=sheet_of(s.draft()), content=s.content()
    ),
    "file_note": lambda s: Of(
        act=operations.file_note,
        **s.week,
        sheet=Sheet(uuid4(), uuid4(), 0),
        content=s.content(),
    ),
    "file_note_of_a_draft": lambda s: Of(
        act=operations.file_note, **s.week, sheet=sheet_of(s.draft()), content=s.content()
    ),
    "amend_note": lambda s: Of(
        act=operations.amend_note,
        note=(note := s.filed()),
        sheet=sheet_of(note),
        content=s.content(),
        reason="A figure was wrong",
        now=NOW,
    ),
    "acknowledge_note": lambda s: Of(
        act=operations.acknowledge_note, note=(note := s.filed()), version=note.version, now=NOW
    ),
    "answer_escalation": lambda s: Of(
        act=operations.answer_escalation,
        note=s.filed(is_escalated=True, escalated_in=1),
        edition=1,
        answer="We rang the court.",
        now=NOW,
    ),
    "discard_draft": lambda s: Of(
        act=operations.discard_draft, note=(note := s.draft()), version=note.version, now=NOW
    ),
    "restore_draft": lambda s: Of(
        act=operations.restore_draft, note=s.draft(discarded_at=NOW, discarded_by=s.by)
    ),
    "read_note": lambda s: Of(act=operations.read_note, note=s.filed()),
    "import_episodes": lambda s: Of(
        act=operations.import_episodes,
        team=s.team,
        episodes_file=("e.csv", as_csv(EPISODE_COLUMNS, [EPISODE])),
        tam_r_file=("t.csv", as_csv(TAM_R_COLUMNS, [["T01-1", "2026-02-03", "0.71"]])),
        today=NOW.date(),
    ),
    "request_review": lambda s: Of(
        act=operations.request_review, team=s.team, period=f.HALF_YEAR, now=AFTER_HALF_YEAR
    ),
    "refresh_review": lambda s: Of(
        act=operations.refresh_review, review=s.review(), version=1, now=AFTER_HALF_YEAR
    ),
    "write_review": lambda s: Of(
        act=operations.write_review,
        review=s.review(),
        version=1,
        words=WORDS,
        now=AFTER_HALF_YEAR,
    ),
    "discard_review": lambda s: Of(
        act=operations.discard_review, review=s.commented_review(), version=1
    ),
    "issue_review": lambda s: Of(
        act=operations.issue_review, review=s.review(), version=1, now=AFTER_HALF_YEAR
    ),
    "read_review": lambda s: Of(
        act=operations.read_review,
        review=s.review(state="ISSUED", issued_at=AFTER_HALF_YEAR),
        in_full=True,
    ),
}


@pytest.mark.parametrize("act", ACTS)
def test_nothing_is_left_of_what_cannot_be_recorded(act, stage, broken_at_last):
    broken_at_last(lambda: ACTS[act](stage), by=stage.by)
