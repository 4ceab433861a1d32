"""What people do with weekly notes: what it leaves behind, and what is refused."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

from consultation import operations, queries
from consultation.models import (
    Absence,
    Attendance,
    Note,
    NoteContent,
    NoteStatus,
    NoteVersion,
    Recommendation,
)
from consultation.operations import Sheet
from mst_sites.accounts.permissions import Role
from mst_sites.audit.models import AuditEntry
from mst_sites.delivery.models import OutgoingMail
from mst_sites.periods import LONDON
from mst_sites.records.models import Action
from mst_sites.tenancy.versions import ClashError
from tests.accounts.people import with_password
from tests.factories import TeamFactory, person

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 5, 16, tzinfo=LONDON)
HELD = {
    "held_on": date(2026, 3, 4),
    "started_at": time(9, 30),
    "minutes": 60,
    "mode": "VIDEO",
    "open_families": 14,
    "families_discussed": 14,
}


@pytest.fixture
def team():
    return TeamFactory()


@pytest.fixture
def supervisor(team):
    return person(Role.SUPERVISOR, team=team)


@pytest.fixture
def content(team):
    therapist = person(Role.THERAPIST, team=team)
    return NoteContent(
        **HELD,
        themes="T01-0004: the fit circle needs the school.",
        presences=((therapist, Absence.PRESENT),),
        recommendations=(Recommendation("Rehearse the plan", therapist, date(2026, 3, 11)),),
    )


def sheet(**values):
    return Sheet(**{"id": uuid4(), "tab": uuid4(), "version": 0, **values})


def again(form, note):
    """The same note, opened in another tab."""
    return Sheet(id=form.id, tab=uuid4(), version=note.version)


@pytest.fixture
def draft(team, supervisor):
    def save(form, content, *, by=supervisor, now=NOW):
        return operations.save_draft(
            team=team, week_starts_on=MONDAY, sheet=form, content=content, now=now, by=by
        )

    return save


@pytest.fixture
def file(team, supervisor):
    def save(form, content, *, by=supervisor, now=NOW, monday=MONDAY):
        return operations.file_note(
            team=team, week_starts_on=monday, sheet=form, content=content, now=now, by=by
        )

    return save


def actions():
    return list(AuditEntry.objects.order_by("number").values_list("action", flat=True))


def test_save_draft_keeps_what_is_there_so_far(draft, supervisor):
    form = sheet()

    note = draft(form, NoteContent(themes="Half a thou"))

    stored = Note.objects.get()
    assert (stored.pk, stored.themes, stored.status, stored.version) == (
        form.id,
        "Half a thou",
        "DRAFT",
        1,
    )
    assert (stored.drafted_by, stored.drafted_at, stored.filed_at) == (supervisor, NOW, None)
    assert note == stored
    assert actions() == ["note.drafted"]


def test_save_draft_is_audited_once_a_sitting(draft):
    form = sheet()

    note = draft(form, NoteContent(themes="a"))
    note = draft(replace(form, version=note.version), NoteContent(themes="ab"))
    draft(again(form, note), NoteContent(themes="abc"))

    assert Note.objects.get().themes == "abc"
    assert actions() == ["note.drafted", "note.drafted"]


def test_save_draft_twice_the_same_is_once(draft):
    form = sheet()

    first = draft(form, NoteContent(themes="a"))
    second = draft(form, NoteContent(themes="a"))

    assert (first.version, second.version) == (1, 1)
    assert Note.objects.count() == 1


def test_save_draft_whose_answer_was_lost_goes_on(draft):
    form = sheet()
    draft(form, NoteContent(themes="a"))

    draft(form, NoteContent(themes="ab"))

    assert Note.objects.get().themes == "ab"


def test_save_draft_over_somebody_elses_change_is_a_clash(draft, team):
    form = sheet()
    note = draft(form, NoteContent(themes="first"))
    mine, theirs = again(form, note), again(form, note)
    draft(theirs, NoteContent(themes="theirs"), by=person(Role.BACK_UP_SUPERVISOR, team=team))

    with pytest.raises(ClashError) as clash:
        draft(mine, NoteContent(themes="mine"))

    assert clash.value.current.themes == "theirs"
    assert Note.objects.get().themes == "theirs"


def test_save_draft_of_a_week_that_somebody_else_began_is_a_clash(draft):
    draft(sheet(), NoteContent(themes="theirs"))

    with pytest.raises(ClashError):
        draft(sheet(), NoteContent(themes="mine"))

    assert Note.objects.get().themes == "theirs"


def test_save_draft_never_touches_a_filed_note(draft, file, content):
    form = sheet()
    file(form, content)

    with pytest.raises(ClashError):
        draft(form, NoteContent(themes="late autosave"))

    assert Note.objects.get().themes == content.themes
    assert Note.objects.get().status == NoteStatus.FILED


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"minutes": 14}, "minutes"),
        ({"open_families": 2, "families_discussed": 3}, "families_discussed"),
        ({"summaries_due": 2, "summaries_received": 3}, "summaries_received"),
        ({"recordings_submitted": 2, "recordings_reviewed": 3}, "recordings_reviewed"),
        ({"themes": "NHS number 943 476 5919"}, "themes"),
        ({"themes": "nul \0"}, "themes"),
    ],
)
def test_save_draft_refuses(draft, values, field):
    with pytest.raises(ValidationError) as error:
        draft(sheet(), NoteContent(**values))

    assert list(error.value.error_dict) == [field]
    assert Note.objects.count() == 0


def test_file_note_stores_the_note_its_version_and_who_was_there(file, content, supervisor, team):
    form = sheet()

    note = file(form, content)

    stored = Note.objects.get()
    assert (stored.pk, stored.status, stored.version, stored.edition) == (form.id, "FILED", 1, 1)
    assert (stored.filed_by, stored.filed_at, stored.is_late) == (supervisor, NOW, False)
    attendance = Attendance.objects.get()
    assert (attendance.person.full_name, attendance.presence) == ("Therapist", "PRESENT")
    version = NoteVersion.objects.get()
    assert (version.number, version.reason, version.written_by) == (1, "", supervisor)
    assert version.content == content.as_json()
    action = Action.objects.get()
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor, entry.subject_id) == ("note.filed", supervisor, str(note.pk))
    assert entry.details == {
        "week": "2026-03-02",
        "outcome": "HELD",
        "is_late": False,
        "is_escalated": False,
        "actions": [{"id": str(action.pk), "owner": str(action.owner_id), "due_on": "2026-03-11"}],
        "identifier_rules": [],
    }
    assert note.team == team


def test_file_note_raises_what_it_recommends_as_actions(file, content, supervisor, team):
    note = file(sheet(), content)

    action = Action.objects.get()
    assert (action.text, action.due_on, action.state) == (
        "Rehearse the plan",
        date(2026, 3, 11),
        "OPEN",
    )
    assert (action.owner.full_name, action.team, action.raised_in) == (
        "Therapist",
        team,
        "CONSULTATION",
    )
    assert (action.raised_by, action.raised_at) == (supervisor, NOW)
    assert list(queries.recommendations_of(note)) == [action]
    assert list(queries.open_recommendations(team)) == [action]


def test_save_draft_raises_no_action(draft, content):
    draft(sheet(), content)

    assert Action.objects.count() == 0
    assert Note.objects.get().recommendations[0]["text"] == "Rehearse the plan"


def test_amend_note_raises_only_what_it_adds(filed, content, supervisor):
    more = (Recommendation("Meet the school", supervisor),)

    note = amend(filed, replace(content, recommendations=more))

    assert [each["text"] for each in note.recommendations] == [
        "Rehearse the plan",
        "Meet the school",
    ]
    assert NoteVersion.objects.get(number=2).content["recommendations"] == note.recommendations
    assert sorted(Action.objects.values_list("text", flat=True)) == [
        "Meet the school",
        "Rehearse the plan",
    ]


def test_file_note_turns_the_draft_into_the_note(draft, file, content):
    form = sheet()
    note = draft(form, content)

    filed = file(again(form, note), replace(content, themes="more"))

    assert Note.objects.get() == filed
    assert (filed.themes, filed.edition) == ("more", 1)
    assert actions() == ["note.drafted", "note.filed"]


def test_file_note_twice_is_one_note(file, content):
    form = sheet()

    first, second = file(form, content), file(form, content)

    assert first == second
    assert (Note.objects.count(), NoteVersion.objects.count(), actions()) == (1, 1, ["note.filed"])


def test_file_note_twice_with_another_text_is_refused(file, content):
    form = sheet()
    file(form, content)

    with pytest.raises(ClashError):
        file(form, replace(content, themes="other"))

    assert Note.objects.get().themes == content.themes


def test_file_note_after_its_own_autosave_is_no_clash(draft, file, content):
    form = sheet()
    draft(form, NoteContent(themes="a"))

    file(form, content)

    assert Note.objects.get().status == NoteStatus.FILED


def test_file_note_over_somebody_elses_draft_is_a_clash(draft, file, content):
    draft(sheet(), NoteContent(themes="theirs"))

    with pytest.raises(ClashError):
        file(sheet(), content)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"held_on": None}, "held_on"),
        ({"held_on": date(2026, 3, 6)}, "held_on"),
        ({"held_on": date(2026, 2, 27)}, "held_on"),
        ({"minutes": None}, "minutes"),
        ({"minutes": 181}, "minutes"),
        ({"mode": ""}, "mode"),
        ({"outcome": "CANCELLED"}, "cancelled_reason"),
        ({"is_escalated": True}, "stakeholder_issue"),
        ({"recommendations": (Recommendation("By nobody"),)}, "recommendation_1_owner"),
        ({"themes": "Mail to a.person@example.org"}, "themes"),
        ({"identifier_reason": "it is 943 476 5919"}, "identifier_reason"),
    ],
)
def test_file_note_refuses(file, content, values, field):
    with pytest.raises(ValidationError) as error:
        file(sheet(), replace(content, **values))

    assert list(error.value.error_dict) == [field]
    assert Note.objects.count() == 0


def test_file_note_of_a_week_to_come_is_refused(file, content):
    with pytest.raises(ValidationError):
        file(sheet(), content, monday=date(2026, 3, 9))


@pytest.mark.parametrize(
    ("opened_on", "is_refused"), [(date(2026, 3, 9), True), (date(2026, 3, 8), False)]
)
def test_file_note_of_a_week_before_the_team_opened_is_refused(
    team, file, content, opened_on, is_refused
):
    team.opened_on = opened_on

    if is_refused:
        with pytest.raises(ValidationError, match="it had no consultation in this week"):
            file(sheet(), content)
    else:
        assert file(sheet(), content).week_starts_on == MONDAY
    assert Note.objects.exists() != is_refused


@pytest.mark.parametrize(
    ("held_on", "is_taken"),
    [
        (date(2026, 2, 1), False),
        (date(2026, 2, 2), True),
        (date(2026, 4, 5), True),
        (date(2026, 4, 6), False),
    ],
)
def test_file_note_replaced_is_held_within_four_weeks_of_its_week(held_on, is_taken, team, content):
    moved = replace(content, outcome="REPLACED", held_on=held_on)
    given = {"team": team, "week_starts_on": MONDAY, "sheet": sheet(), "content": moved, "by": None}
    now = datetime(2026, 4, 20, 10, tzinfo=LONDON)

    if is_taken:
        assert operations.file_note(**given, now=now).held_on == held_on
        return
    with pytest.raises(ValidationError) as refused:
        operations.file_note(**given, now=now)

    assert refused.value.message_dict == {
        "held_on": ["This day is more than four weeks before or after the week of the note."]
    }


def test_file_note_replaced_may_be_held_on_another_week(file, content):
    note = file(sheet(), replace(content, outcome="REPLACED", held_on=date(2026, 2, 27)))

    assert note.held_on == date(2026, 2, 27)


def test_file_note_cancelled_has_no_time_and_nobody_there(file, content):
    note = file(sheet(), replace(content, outcome="CANCELLED", cancelled_reason="LEAVE"))

    stored = Note.objects.get()
    assert (stored.held_on, stored.minutes, stored.mode, stored.cancelled_reason) == (
        None,
        None,
        "",
        "LEAVE",
    )
    assert Attendance.objects.count() == 0
    assert note.open_families == 14


def test_file_note_names_the_fields_of_recommendations_that_may_identify(file, content):
    owner = content.recommendations[0].owner
    slots = (
        Recommendation("Fine", owner, slot=1),
        Recommendation("Ring 020 7946 0018", owner, slot=3),
    )

    with pytest.raises(ValidationError) as error:
        file(sheet(), replace(content, recommendations=slots))

    assert list(error.value.error_dict) == ["recommendation_3_text"]


def test_file_note_keeps_an_identifier_only_with_a_reason_and_audits_the_rule_alone(file, content):
    text = "Call the duty line on 020 7946 0018."

    file(sheet(), replace(content, themes=text, identifier_reason="The council's own line"))

    assert Note.objects.get().themes == text
    details = AuditEntry.objects.get().details
    assert details["identifier_rules"] == ["PHONE"]
    assert "7946" not in str(details)
    assert "duty" not in str(details)


def mails():
    return list(OutgoingMail.objects.values_list("to", "text"))


def test_file_note_that_is_escalated_tells_mst_uk_where_and_not_what(file, content):
    leads = [with_password(person(Role.MST_UK_LEAD)) for _ in range(2)]
    with_password(person(Role.MST_UK_STAFF))
    person(Role.MST_UK_LEAD)  # who was invited and has not come in
    closed = with_password(person(Role.MST_UK_LEAD))
    closed.is_active = False
    closed.save()

    note = file(
        sheet(), replace(content, is_escalated=True, stakeholder_issue="The court is slow.")
    )

    told = mails()
    assert sorted(to for to, _ in told) == sorted([lead.email] for lead in leads)
    assert all(str(note.pk) in text and "court" not in text for _, text in told)


def test_file_note_without_escalation_or_lead_tells_nobody(file, content):
    file(sheet(), content)
    file(
        sheet(),
        replace(
            content, held_on=date(2026, 2, 25), is_escalated=True, stakeholder_issue="The court."
        ),
        monday=date(2026, 2, 23),
    )

    assert mails() == []


def test_amend_note_tells_mst_uk_once(filed, content):
    with_password(person(Role.MST_UK_LEAD))
    escalated = replace(
        content, is_escalated=True, stakeholder_issue="The court.", recommendations=()
    )

    note = amend(filed, escalated)
    amend(note, replace(escalated, themes="More"))

    assert len(mails()) == 1


def test_file_note_lets_the_teams_own_names_pass(file, content):
    consultant = person(Role.CONSULTANT, team=TeamFactory())
    consultant.full_name = "Sarah Demo"

    file(sheet(), replace(content, consultant=consultant, themes="Sarah Demo sums up."))

    assert Note.objects.count() == 1


@pytest.mark.parametrize(
    ("filed_at", "is_late"),
    [
        (datetime(2026, 3, 9, 23, 59, tzinfo=LONDON), False),
        (datetime(2026, 3, 10, 0, 0, tzinfo=LONDON), True),
    ],
)
def test_file_note_is_late_after_three_working_days(file, content, filed_at, is_late):
    assert file(sheet(), content, now=filed_at).is_late is is_late


@pytest.fixture
def filed(file, content):
    return file(sheet(), content)


def amend(note, content, *, reason="A figure was wrong", now=NOW, **values):
    form = Sheet(id=note.pk, tab=uuid4(), version=values.pop("version", note.version))
    return operations.amend_note(
        note=note, sheet=form, content=content, reason=reason, now=now, by=note.filed_by
    )


def test_amend_note_keeps_both_versions(filed, content):
    note = amend(filed, replace(content, families_discussed=13))

    assert (note.families_discussed, note.edition, note.status) == (13, 2, "FILED")
    versions = list(NoteVersion.objects.order_by("number").values_list("number", "reason"))
    assert versions == [(1, ""), (2, "A figure was wrong")]
    assert [v.content["families_discussed"] for v in NoteVersion.objects.order_by("number")] == [
        14,
        13,
    ]
    assert actions() == ["note.filed", "note.amended"]


def test_amend_note_asks_the_consultant_again(filed, content):
    operations.acknowledge_note(note=filed, version=filed.version, now=NOW, by=filed.filed_by)
    note = Note.objects.get()

    note = amend(note, replace(content, themes="new"))

    assert (note.status, note.acknowledged_by, note.acknowledged_at) == ("FILED", None, None)


def test_amend_note_twice_the_same_is_once(filed, content):
    form = Sheet(id=filed.pk, tab=uuid4(), version=filed.version)
    values = {"content": replace(content, themes="new"), "reason": "r", "now": NOW, "by": None}

    operations.amend_note(note=filed, sheet=form, **values)
    operations.amend_note(note=filed, sheet=form, **values)

    assert NoteVersion.objects.count() == 2


@pytest.mark.parametrize("reason", ["  ", "nul \0", "She rang from 020 7946 0018"])
def test_amend_note_without_a_good_reason_is_refused(filed, content, reason):
    with pytest.raises(ValidationError) as error:
        amend(filed, content, reason=reason)

    assert list(error.value.error_dict) == ["reason"]


def test_amend_note_is_refused_once_locked(filed, content):
    with pytest.raises(ValidationError):
        amend(filed, replace(content, themes="new"), now=NOW + timedelta(days=14))

    assert Note.objects.get().themes == content.themes


def test_amend_note_after_another_amendment_is_a_clash(filed, content):
    version = filed.version
    amend(filed, replace(content, themes="theirs"))

    with pytest.raises(ClashError):
        amend(filed, replace(content, themes="mine"), version=version)

    assert Note.objects.get().themes == "theirs"


def test_amend_note_of_a_draft_is_refused(draft, content):
    note = draft(sheet(), content)

    with pytest.raises(ValidationError):
        amend(note, replace(content, themes="new"))


def test_acknowledge_note_says_who_and_when_once(filed, team):
    consultant = person(Role.CONSULTANT, team=team)
    values = {"version": filed.version, "now": NOW, "by": consultant}

    note = operations.acknowledge_note(note=filed, **values)
    operations.acknowledge_note(note=note, **values)

    stored = Note.objects.get()
    assert (stored.status, stored.acknowledged_by, stored.acknowledged_at) == (
        "ACKNOWLEDGED",
        consultant,
        NOW,
    )
    assert actions() == ["note.filed", "note.acknowledged"]


def test_acknowledge_note_that_was_amended_meanwhile_is_a_clash(filed, content):
    version = filed.version
    note = amend(filed, replace(content, themes="new"))

    with pytest.raises(ClashError):
        operations.acknowledge_note(note=note, version=version, now=NOW, by=None)


def test_acknowledge_note_of_a_draft_is_refused(draft):
    note = draft(sheet(), NoteContent())

    with pytest.raises(ValidationError):
        operations.acknowledge_note(note=note, version=note.version, now=NOW, by=None)


def test_discard_draft_puts_it_away_and_restore_draft_takes_it_back(draft, supervisor):
    note = draft(sheet(), NoteContent(themes="a"))

    discarded = operations.discard_draft(note=note, version=note.version, now=NOW, by=supervisor)
    assert (Note.objects.kept().count(), discarded.discarded_by) == (0, supervisor)

    operations.restore_draft(note=discarded, by=supervisor)
    assert Note.objects.kept().get().themes == "a"
    assert actions() == ["note.drafted", "note.discarded", "note.restored"]


def test_discard_draft_refuses_a_filed_note(filed):
    with pytest.raises(ValidationError):
        operations.discard_draft(note=filed, version=filed.version, now=NOW, by=None)


def test_discard_draft_that_somebody_wrote_on_is_a_clash(draft):
    form = sheet()
    note = draft(form, NoteContent(themes="a"))
    draft(again(form, note), NoteContent(themes="b"))

    with pytest.raises(ClashError):
        operations.discard_draft(note=note, version=1, now=NOW, by=None)


def test_restore_draft_whose_week_has_another_note_is_refused(draft):
    note = draft(sheet(), NoteContent(themes="a"))
    discarded = operations.discard_draft(note=note, version=note.version, now=NOW, by=None)
    draft(sheet(), NoteContent(themes="b"))

    with pytest.raises(ValidationError):
        operations.restore_draft(note=discarded, by=None)


def test_save_draft_that_was_discarded_meanwhile_says_so(draft):
    form = sheet()
    note = draft(form, NoteContent(themes="a"))
    operations.discard_draft(note=note, version=note.version, now=NOW, by=None)

    with pytest.raises(ValidationError, match="discarded"):
        draft(replace(form, version=1), NoteContent(themes="b"))


def test_read_note_is_on_record(filed, supervisor):
    operations.read_note(note=filed, by=supervisor)

    assert actions() == ["note.filed", "note.read"]
