"""Two do the same to a note at the same moment: it is done once, and the second is told no untruth."""

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connections

from consultation import operations
from consultation.models import Note, NoteContent
from mst_sites.audit.models import AuditEntry
from mst_sites.tenancy.models import Team
from mst_sites.tenancy.scope import site_scope, whole_scope
from tests.consultation.test_note_operations import HELD, MONDAY, NOW, sheet
from tests.directory.test_double_clicks import wait_until_somebody_waits
from tests.factories import NoteFactory, TeamFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def team():
    with whole_scope():
        return TeamFactory()


def draft_of(team, **values):
    values = {"week_starts_on": MONDAY, **values}
    with whole_scope():
        return NoteFactory(team=team, **values)


def behind(team, first, second):
    """Do `second` while `first` is done and not yet committed; return what came of it, or its refusal.

    Both hold the note as a page had found it before.
    """
    found = []

    def do():
        try:
            with site_scope([team.site_id]):
                found.append(second())
        except ValidationError as refusal:
            found.append(refusal)
        finally:
            connections.close_all()

    thread = threading.Thread(target=do)
    with site_scope([team.site_id]):
        first()
        thread.start()
        wait_until_somebody_waits()
    thread.join()
    return found[0]


def happened(action):
    with whole_scope():
        return AuditEntry.objects.filter(action=action).count()


def copy_of(note):
    with whole_scope():
        copy = Note.objects.get(pk=note.pk)
        copy.team = Team.objects.select_related("site").get(pk=note.team_id)
        copy.site = copy.team.site
    return copy


def test_acknowledge_note_clicked_twice_is_done_once_and_no_clash(team):
    filed = {"status": "FILED", "filed_at": NOW, **HELD}
    note = draft_of(team, **filed)
    one, other = copy_of(note), copy_of(note)

    answer = behind(
        team,
        lambda: operations.acknowledge_note(note=one, version=1, now=NOW, by=None),
        lambda: operations.acknowledge_note(
            note=other, version=1, now=NOW + timedelta(seconds=1), by=None
        ),
    )

    assert (answer.status, answer.acknowledged_at) == ("ACKNOWLEDGED", NOW)
    assert happened("note.acknowledged") == 1


def test_discard_draft_clicked_twice_is_done_once_and_no_clash(team):
    note = draft_of(team)
    one, other = copy_of(note), copy_of(note)

    answer = behind(
        team,
        lambda: operations.discard_draft(note=one, version=1, now=NOW, by=None),
        lambda: operations.discard_draft(
            note=other, version=1, now=NOW + timedelta(seconds=1), by=None
        ),
    )

    assert answer.discarded_at == NOW
    assert happened("note.discarded") == 1


def test_restore_draft_clicked_twice_takes_it_back_once(team):
    note = draft_of(team, discarded_at=NOW)
    one, other = copy_of(note), copy_of(note)

    answer = behind(
        team,
        lambda: operations.restore_draft(note=one, by=None),
        lambda: operations.restore_draft(note=other, by=None),
    )

    assert (answer.pk, answer.discarded_at, answer.version) == (note.pk, None, 2)
    assert happened("note.restored") == 1


def test_restore_draft_of_two_drafts_of_one_week_takes_one_back(team):
    one, other = (
        copy_of(draft_of(team, discarded_at=NOW)),
        copy_of(draft_of(team, discarded_at=NOW)),
    )

    answer = behind(
        team,
        lambda: operations.restore_draft(note=one, by=None),
        lambda: operations.restore_draft(note=other, by=None),
    )

    assert answer.messages == ["This week has a note already."]
    with whole_scope():
        assert Note.objects.kept().get().pk == one.pk
    assert happened("note.restored") == 1


def test_restore_draft_while_another_is_begun_leaves_the_new_one(team):
    old = copy_of(draft_of(team, discarded_at=NOW))
    form = sheet()

    answer = behind(
        team,
        lambda: operations.save_draft(
            team=old.team,
            week_starts_on=MONDAY,
            sheet=form,
            content=NoteContent(),
            now=NOW,
            by=None,
        ),
        lambda: operations.restore_draft(note=old, by=None),
    )

    assert answer.messages == ["This week has a note already."]
    with whole_scope():
        assert Note.objects.kept().get().pk == form.id
