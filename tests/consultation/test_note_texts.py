"""What is typed is what is stored, whatever it is; and many hands at once lose nothing."""

import threading
import unicodedata
from datetime import date, datetime, time
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from consultation import operations
from consultation.models import Note, NoteContent, NoteVersion
from consultation.operations import Sheet
from mst_sites.accounts.permissions import Role
from mst_sites.audit.models import AuditEntry
from mst_sites.periods import LONDON
from mst_sites.tenancy.scope import person_scope, whole_scope
from mst_sites.tenancy.versions import ClashError
from tests.factories import TeamFactory, person

MONDAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 5, 16, tzinfo=LONDON)
HELD = {"held_on": date(2026, 3, 4), "started_at": time(9, 30), "minutes": 60, "mode": "VIDEO"}
REASON = {"identifier_reason": "Random text"}
STORED = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60
)


def save(team, content, *, form=None, by=None):
    form = form or Sheet(id=uuid4(), tab=uuid4(), version=0)
    return operations.save_draft(
        team=team, week_starts_on=MONDAY, sheet=form, content=content, now=NOW, by=by
    )


def as_stored(typed):
    """Say what is kept of a text: one form of each letter, line ends as they are, no controls."""
    lines = typed.replace("\r\n", "\n").replace("\r", "\n")
    kept = (c for c in lines if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"})
    return unicodedata.normalize("NFC", "".join(kept))


@pytest.mark.django_db
@given(typed=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cn", "Cs"])))
@example(typed="Dŵr, tŷ, Llŷn; ffrâm o'r we")
@example(typed="👩🏽‍👧 made a plan 🎉")
@example(typed="e\u0301 \u0005 \u0080 tab\there\r\nnew line\rold line")
@example(typed="  leading and trailing  \n\n")
@example(typed="<script>alert('x')</script> & \"quotes\" {{ braces }}")
@example(typed="w" * 100_000)
@STORED
def test_text_is_stored_as_it_was_typed(typed):
    team = TeamFactory()

    note = save(team, NoteContent(themes=typed, strengths=typed, **REASON))

    stored = Note.objects.get(pk=note.pk)
    assert (stored.themes, stored.strengths) == (as_stored(typed), as_stored(typed))


@pytest.mark.django_db
@pytest.mark.parametrize("field", ["themes", "strengths", "barriers", "stakeholder_issue"])
def test_text_with_a_nul_is_refused(field):
    with pytest.raises(ValidationError) as error:
        save(TeamFactory(), NoteContent(**{field: "before \0 after"}))

    assert list(error.value.error_dict) == [field]


def in_threads(work, count):
    """Do the same in several threads, each with a connection of its own."""
    failures = []

    def run(number):
        try:
            work(number)
        except BaseException as error:  # noqa: BLE001 - shown by the test
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[number]) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


@pytest.mark.django_db(transaction=True)
def test_eighty_saves_of_one_draft_by_eight_hands_lose_nothing_in_silence():
    with whole_scope():
        team = TeamFactory()
        people = [person(Role.BACK_UP_SUPERVISOR, team=team) for _ in range(8)]
        first = save(team, NoteContent(themes=""))
    saved, clashes, lock = [], [], threading.Lock()

    def write(number):
        """Add ten lines; after a clash look at what is there and add to it."""
        line = 0
        while line < 10:
            mine = f"hand {number} line {line}"
            with person_scope(people[number]):
                current = Note.objects.get()
            form = Sheet(id=current.pk, tab=uuid4(), version=current.version)
            try:
                with person_scope(people[number]):
                    save(team, NoteContent(themes=f"{current.themes}\n{mine}"), form=form)
            except ClashError:
                with lock:
                    clashes.append(mine)
            else:
                with lock:
                    saved.append(mine)
                line += 1

    in_threads(write, 8)

    with whole_scope():
        note = Note.objects.get()
    assert sorted(note.themes.strip().split("\n")) == sorted(saved)
    assert (len(saved), note.version) == (80, first.version + 80)


@pytest.mark.django_db(transaction=True)
def test_one_form_sent_eight_times_at_once_is_one_note():
    with whole_scope():
        team = TeamFactory()
        supervisor = person(Role.SUPERVISOR, team=team)
    form = Sheet(id=uuid4(), tab=uuid4(), version=0)
    answers = []

    def send(number):
        with person_scope(supervisor):
            note = operations.file_note(
                team=team,
                week_starts_on=MONDAY,
                sheet=form,
                content=NoteContent(**HELD, themes="Once"),
                now=NOW,
                by=supervisor,
            )
        answers.append(note.pk)

    in_threads(send, 8)

    with whole_scope():
        assert answers == [form.id] * 8
        assert (Note.objects.count(), NoteVersion.objects.count()) == (1, 1)
        assert list(AuditEntry.objects.values_list("action", flat=True)) == ["note.filed"]


class FourTabs(RuleBasedStateMachine):
    """Four tabs of one draft: a save is kept until a tab that has seen it writes over it."""

    def __init__(self):
        super().__init__()
        self.transaction = whole_scope()
        self.transaction.__enter__()
        self.team = TeamFactory()
        self.note_id = uuid4()
        self.expected = None
        self.count = 0
        self.tabs = []

    @initialize()
    def open_all(self):
        self.tabs = [
            {"tab": uuid4(), "version": 0, "has_seen": True, "is_writer": False} for _ in range(4)
        ]

    @rule(number=st.integers(0, 3))
    def reopen(self, number):
        note = Note.objects.filter(team=self.team).first()
        self.tabs[number] = {
            "tab": uuid4(),
            "version": note.version if note else 0,
            "has_seen": True,
            "is_writer": False,
        }

    @rule(number=st.integers(0, 3), is_answer_lost=st.booleans())
    def write(self, number, is_answer_lost):
        tab = self.tabs[number]
        self.count += 1
        text = f"text {self.count}"
        form = Sheet(id=self.note_id, tab=tab["tab"], version=tab["version"])
        if not tab["has_seen"]:
            with pytest.raises(ClashError) as clash:
                save(self.team, NoteContent(themes=text), form=form)
            assert clash.value.current.themes == self.expected
            return
        note = save(self.team, NoteContent(themes=text), form=form)
        self.expected = text
        for other in self.tabs:
            other["has_seen"] = other is tab
        if not is_answer_lost:
            tab["version"] = note.version

    @precondition(lambda self: self.expected is not None)
    @rule(number=st.integers(0, 3))
    def send_the_same_again(self, number):
        tab = self.tabs[number]
        if not tab["has_seen"]:
            return
        note = Note.objects.get(team=self.team)
        form = Sheet(id=self.note_id, tab=note.saved_from, version=0)
        assert save(self.team, NoteContent(themes=self.expected), form=form).version == note.version

    @invariant()
    def nothing_was_written_over(self):
        stored = Note.objects.filter(team=self.team).values_list("themes", flat=True).first()
        assert stored == self.expected

    def teardown(self):
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)


@pytest.mark.django_db
def test_four_tabs_of_one_draft():
    run_state_machine_as_test(
        FourTabs, settings=settings(max_examples=25, stateful_step_count=20, deadline=None)
    )
