"""What MST UK answers to notes that ask it: what that leaves behind, what is refused, and what amendments do to it."""

from dataclasses import replace
from datetime import date, datetime, time
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.utils import timezone

from consultation import operations, queries
from consultation.models import EscalationAnswer, Note, NoteContent, NoteVersion
from consultation.operations import Sheet
from mst_sites.accounts.permissions import Role
from mst_sites.audit.models import AuditEntry
from mst_sites.delivery.models import OutgoingMail
from mst_sites.periods import LONDON
from mst_sites.tenancy.models import Site
from mst_sites.tenancy.versions import ClashError
from tests.factories import EscalationAnswerFactory, NoteFactory, TeamFactory, person

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 3, 2)
FILED_AT = datetime(2026, 3, 5, 16, tzinfo=LONDON)
NOW = datetime(2026, 3, 9, 10, tzinfo=LONDON)
DID = "We rang the court's listing office; cases are heard within six weeks from May."
ASKING = NoteContent(
    held_on=date(2026, 3, 4),
    started_at=time(9, 30),
    minutes=60,
    mode="VIDEO",
    stakeholder_issue="The court is slow.",
    is_escalated=True,
)
CONTENT = replace(ASKING, stakeholder_issue="", is_escalated=False)


@pytest.fixture
def team():
    return TeamFactory()


@pytest.fixture
def supervisor(team):
    return person(Role.SUPERVISOR, team=team)


@pytest.fixture
def staff():
    return person(Role.MST_UK_STAFF)


@pytest.fixture
def file(team, supervisor):
    def save(content=ASKING):
        return operations.file_note(
            team=team,
            week_starts_on=MONDAY,
            sheet=Sheet(uuid4(), uuid4(), 0),
            content=content,
            now=FILED_AT,
            by=supervisor,
        )

    return save


@pytest.fixture
def amend(supervisor):
    def save(note, content):
        return operations.amend_note(
            note=note,
            sheet=Sheet(note.pk, uuid4(), note.version),
            content=content,
            reason="A figure was wrong",
            now=NOW,
            by=supervisor,
        )

    return save


@pytest.fixture
def answer(staff):
    def save(note, text=DID, *, by=staff, **given):
        values = {"edition": note.edition, "now": NOW, **given}
        return operations.answer_escalation(note=note, answer=text, by=by, **values)

    return save


def waiting():
    return list(queries.unanswered_notes(Site.objects.all()))


def refused(act, *args, **given):
    with pytest.raises(ValidationError) as error:
        act(*args, **given)
    return error.value


def test_answer_escalation_is_kept_beside_the_note_and_takes_it_off_the_list(file, answer, staff):
    note = file()
    before = Note.objects.values().get()
    assert waiting() == [note]

    made = answer(note, f"  {DID}\n")

    stored = EscalationAnswer.objects.get()
    assert stored == made
    assert (stored.site, stored.note, stored.raised_in) == (note.site, note, 1)
    assert (stored.text, stored.answered_by, stored.answered_at) == (DID, staff, NOW)
    assert waiting() == []
    assert Note.objects.values().get() == before  # no part of it, its version or its fingerprint
    assert NoteVersion.objects.count() == 1


def test_answer_escalation_is_recorded_without_what_it_says(file, answer, staff):
    note = file()

    answer(note)

    entry = AuditEntry.objects.get(action="escalation.answered")
    assert (entry.site, entry.subject_id, entry.actor) == (note.site, str(note.pk), staff)
    assert entry.details == {"edition": 1, "identifier_rules": []}


def test_answer_escalation_tells_who_files_for_the_team_where_and_not_what(
    file, answer, team, supervisor
):
    back_up = person(Role.BACK_UP_SUPERVISOR, team=team)
    person(Role.THERAPIST, team=team)
    person(Role.SUPERVISOR, team=TeamFactory(site=team.site))
    closed = person(Role.SUPERVISOR, team=team)
    closed.is_active = False
    closed.save()
    left = person(Role.SUPERVISOR, team=team)
    left.memberships.update(ended_at=timezone.now())
    note = file()

    answer(note)

    told = list(OutgoingMail.objects.values_list("to", "subject", "text"))
    assert sorted(to for to, _, _ in told) == sorted([[supervisor.email], [back_up.email]])
    assert all(
        str(note.pk) in text and "court" not in f"{subject}{text}" for _, subject, text in told
    )


def test_answer_escalation_of_a_team_without_supervisor_tells_nobody(answer):
    answer(NoteFactory(is_escalated=True, status="FILED", filed_at=FILED_AT, edition=1, **HOW))

    assert not OutgoingMail.objects.exists()


HOW = {"held_on": date(2026, 3, 4), "minutes": 60, "mode": "VIDEO"}


def test_answer_escalation_of_a_note_from_before_editions_were_named(answer):
    """Notes that asked before answers were kept name no edition that asked; one answer is enough."""
    note = NoteFactory(is_escalated=True, status="FILED", filed_at=FILED_AT, edition=1, **HOW)
    assert waiting() == [note]

    answer(note)

    assert waiting() == []


def test_answer_escalation_twice_is_one_answer(file, answer):
    note = file()

    assert answer(note) == answer(note)

    assert EscalationAnswer.objects.count() == 1
    assert AuditEntry.objects.filter(action="escalation.answered").count() == 1


def test_answer_escalation_after_somebody_else_is_told_who(file, answer, staff):
    note = file()
    answer(note)

    error = refused(answer, note, "We wrote to the court.", by=person(Role.MST_UK_LEAD))

    assert error.messages == [
        (
            f"{staff.full_name} answered this on 9 March 2026, so yours was not stored. "
            "It is still in the form, to be copied."
        )
    ]
    assert EscalationAnswer.objects.get().text == DID


def test_answer_escalation_of_a_note_that_was_amended_meanwhile_is_a_clash(file, answer, amend):
    note = file()
    amend(note, replace(ASKING, stakeholder_issue="The court and the school are slow."))

    with pytest.raises(ClashError) as clash:
        answer(note, edition=1)

    assert clash.value.current.stakeholder_issue == "The court and the school are slow."
    assert not EscalationAnswer.objects.exists()


def test_answer_escalation_is_no_clash_with_the_consultant_who_acknowledges(file, answer):
    note = file()
    operations.acknowledge_note(note=note, version=note.version, now=NOW, by=None)

    answer(note)

    assert waiting() == []


def test_answer_escalation_does_not_stand_in_the_way_of_an_amendment(file, answer, amend):
    note = file()
    answer(note)

    assert amend(note, replace(ASKING, themes="More")).edition == 2


def test_answer_escalation_needs_a_note_that_asks(file, answer):
    note = file(CONTENT)

    assert refused(answer, note).messages == ["This note does not ask MST UK to look at anything."]


def test_answer_escalation_needs_a_note_that_is_filed(answer):
    draft = NoteFactory(is_escalated=True)

    assert refused(answer, draft).messages == ["This note does not ask MST UK to look at anything."]


@pytest.mark.parametrize(
    ("text", "reason", "field"),
    [
        (" \n", "", "answer"),
        ("We \0 rang", "", "answer"),
        ("w" * 2_001, "", "answer"),
        ("The court: 0117 496 0123.", "w" * 501, "identifier_reason"),
        ("We rang the mother at 07700 900123.", "", "answer"),
        ("We rang the mother at 07700 900123.", "It is 07700 900123", "identifier_reason"),
        ("We rang \0", "A \0 reason", "answer"),
        (DID, "A \0 reason", "identifier_reason"),
    ],
)
def test_answer_escalation_refuses_what_says_nothing_or_too_much(text, reason, field, file, answer):
    error = refused(answer, file(), text, identifier_reason=reason)

    assert list(error.message_dict) == [field]
    assert not EscalationAnswer.objects.exists()
    assert not OutgoingMail.objects.exists()


def test_answer_escalation_keeps_what_was_marked_with_its_reason(file, answer):
    note = file()

    answer(note, "The court's number is 0117 496 0123.", identifier_reason="A public number")

    assert EscalationAnswer.objects.get().identifier_reason == "A public number"
    details = AuditEntry.objects.get(action="escalation.answered").details
    assert details["identifier_rules"] == ["PHONE"]


def test_answer_escalation_keeps_no_reason_that_nothing_needed(file, answer):
    answer(file(), identifier_reason="Just so")

    assert EscalationAnswer.objects.get().identifier_reason == ""


def test_answer_escalation_may_name_the_people_of_the_site(file, answer, team, supervisor):
    supervisor.full_name = "Sarah Sample"
    supervisor.save()

    answer(file(), "We agreed with Sarah Sample to write to the court.")

    assert waiting() == []


def test_amend_note_that_goes_on_asking_leaves_the_answer_as_it_stands(file, answer, amend):
    note = file()
    made = answer(note)

    amended = amend(note, replace(ASKING, themes="More"))

    assert waiting() == []
    assert queries.standing_answer(amended, queries.escalation_answers(amended)) == made


def test_amend_note_that_asks_no_more_waits_for_nothing(file, amend):
    amended = amend(file(), CONTENT)

    assert waiting() == []
    assert not queries.is_waiting(amended, [])


def test_amend_note_that_asks_for_the_first_time_waits(file, amend, answer):
    amended = amend(file(CONTENT), ASKING)
    assert waiting() == [amended]

    answer(amended)

    assert waiting() == []


def test_amend_note_that_asks_anew_waits_anew_and_loses_no_answer(file, answer, amend):
    note = file()
    first = answer(note)
    quiet = amend(note, CONTENT)
    asking = amend(quiet, replace(ASKING, stakeholder_issue="The court is slow again."))
    assert waiting() == [asking]
    assert queries.standing_answer(asking, [first]) is None

    second = answer(asking, "We met the court's manager.")

    assert waiting() == []
    assert queries.escalation_answers(asking) == [first, second]
    assert (first.raised_in, second.raised_in) == (1, 3)


def test_escalation_answer_is_never_changed_by_the_applications_role():
    made = EscalationAnswerFactory(note=NoteFactory(is_escalated=True))

    for change in (lambda: EscalationAnswer.objects.update(text="x"), made.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_escalation_answered_once_has_its_words():
    made = EscalationAnswerFactory(note=NoteFactory(is_escalated=True))
    again = EscalationAnswer(site=made.site, note=made.note, raised_in=0, text="x", answered_at=NOW)

    with pytest.raises(ValidationError, match="This has been answered already"):
        again.validate_constraints()
