"""The pages on which MST UK sees what notes ask of it, and answers."""

import re
from dataclasses import replace
from datetime import date, time, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from consultation import operations
from consultation.models import EscalationAnswer, NoteContent
from consultation.operations import Sheet
from mst_sites.accounts.permissions import Role
from mst_sites.audit.models import AuditEntry
from mst_sites.periods import WEEK, local_day, monday_of
from tests.factories import EscalationAnswerFactory, NoteFactory, TeamFactory, person
from tests.reading import main_words

pytestmark = pytest.mark.django_db

LAST_WEEK = monday_of(local_day(timezone.now())) - WEEK
ASKING = NoteContent(
    held_on=LAST_WEEK,
    started_at=time(9, 30),
    minutes=60,
    mode="VIDEO",
    stakeholder_issue="The court is slow.",
    is_escalated=True,
)
HOW = {"held_on": LAST_WEEK, "minutes": 60, "mode": "VIDEO"}
DID = "We rang the listing office."


@pytest.fixture
def team():
    return TeamFactory(opened_on=date(2024, 1, 1))


@pytest.fixture
def supervisor(team):
    return person(Role.SUPERVISOR, team=team)


@pytest.fixture
def note(team, supervisor):
    return operations.file_note(
        team=team,
        week_starts_on=LAST_WEEK,
        sheet=Sheet(uuid4(), uuid4(), 0),
        content=ASKING,
        now=timezone.now(),
        by=supervisor,
    )


@pytest.fixture
def staff():
    return person(Role.MST_UK_STAFF)


@pytest.fixture
def client(sign_in, staff):
    return sign_in(staff)


def address(note, page="escalation-answer"):
    return reverse(page, args=[note.site.slug, note.team.slug, note.pk])


def asking_note(team, weeks=0, **given):
    monday = LAST_WEEK - weeks * WEEK
    return NoteFactory(
        team=team,
        week_starts_on=monday,
        status="FILED",
        filed_at=timezone.now() - weeks * timedelta(weeks=1),
        edition=1,
        **{**HOW, "held_on": monday, "is_escalated": True, **given},
    )


def test_escalation_answer_shows_what_is_asked_and_is_on_record(client, note, queries):
    with queries(9):
        page = client.get(address(note))

    assert "The court is slow." in main_words(page)
    assert AuditEntry.objects.filter(action="note.read", subject_id=str(note.pk)).count() == 1


def test_escalation_answer_leads_back_to_the_note_that_shows_it(client, note, staff, sign_in):
    answer = client.post(address(note), {"edition": 1, "answer": DID}, follow=True)

    assert answer.redirect_chain == [(address(note, "note-detail"), 302)]
    assert "Those who file the notes of the team are told by mail." in main_words(answer)
    for role in (Role.SUPERVISOR, Role.CONSULTANT):
        page = main_words(sign_in(person(role, team=note.team)).get(address(note, "note-detail")))
        assert "MST UK has answered what it was asked to look at" in page
        assert f"What MST UK answered {DID} {staff.full_name}," in page
        assert f"MST UK answered {staff.full_name}" in page.split("History")[1]
        assert "is asked to look" not in page


@pytest.mark.parametrize(
    ("role", "has_door"),
    [(Role.MST_UK_LEAD, True), (Role.MST_UK_STAFF, True), (Role.SUPERVISOR, False)],
)
def test_note_detail_leads_mst_uk_to_its_answer_while_it_waits(role, has_door, note, sign_in):
    page = sign_in(person(role, team=note.team)).get(address(note, "note-detail"))

    assert "MST UK is asked to look at" in main_words(page)
    assert (f'href="{address(note)}"' in page.content.decode()) == has_door


@pytest.mark.parametrize("answers", [0, 1, 3])
def test_note_detail_asks_as_much_for_one_answer_as_for_three(answers, client, note, queries):
    for edition in range(answers):
        EscalationAnswerFactory(note=note, raised_in=edition)
    client.get(address(note, "note-detail"))

    with queries(12):
        client.get(address(note, "note-detail"))


def test_escalation_answer_twice_is_one_answer(client, note):
    sent = [client.post(address(note), {"edition": 1, "answer": DID}) for _ in range(2)]

    assert [each.status_code for each in sent] == [302, 302]
    assert EscalationAnswer.objects.count() == 1


def test_escalation_answer_after_somebody_else_keeps_both_texts(client, note, sign_in):
    sign_in(person(Role.MST_UK_LEAD)).post(address(note), {"edition": 1, "answer": DID})

    page = client.post(address(note), {"edition": 1, "answer": "We wrote to the court."})

    assert page.status_code == 422
    said = main_words(page)
    assert "so yours was not stored" in said
    assert DID in said
    assert "We wrote to the court." in page.content.decode()
    assert EscalationAnswer.objects.get().text == DID


def test_escalation_answer_of_a_note_amended_meanwhile_shows_it_and_can_be_sent(
    client, note, supervisor
):
    operations.amend_note(
        note=note,
        sheet=Sheet(note.pk, uuid4(), note.version),
        content=replace(ASKING, stakeholder_issue="The school is slow, too."),
        reason="The school",
        now=timezone.now(),
        by=supervisor,
    )

    page = client.post(address(note), {"edition": 1, "answer": DID})

    assert page.status_code == 409
    assert "The note was amended while you were typing" in main_words(page)
    assert "The school is slow, too." in main_words(page)
    assert DID in page.content.decode()
    edition = re.search(r'name="edition" value="(\d+)"', page.content.decode()).group(1)
    assert client.post(address(note), {"edition": edition, "answer": DID}).status_code == 302


def test_escalation_answer_asks_for_a_reason_where_something_is_marked(client, note):
    values = {"edition": 1, "answer": "The court's number is 0117 496 0123."}

    page = client.post(address(note), values)
    assert page.status_code == 422
    assert "looks like: phone number" in main_words(page)

    client.post(address(note), {**values, "identifier_reason": "A public number"})
    shown = main_words(client.get(address(note, "note-detail")))
    assert "It was kept for this reason: A public number" in shown


def test_escalation_answer_of_a_note_that_is_answered_shows_the_answer_and_no_form(client, note):
    client.post(address(note), {"edition": 1, "answer": DID})

    page = client.get(address(note))

    assert "MST UK has answered this note." in main_words(page)
    assert DID in main_words(page)
    assert "<textarea" not in page.content.decode()


def test_escalation_answer_of_a_note_that_asks_nothing_says_so(client, team):
    page = client.get(address(asking_note(team, is_escalated=False)))

    assert "This note does not ask MST UK to look at anything." in main_words(page)
    assert "<textarea" not in page.content.decode()


def test_escalation_answer_after_the_session_ended_comes_back_though_somebody_was_quicker(
    client, note, staff, sign_in
):
    page = client.get(address(note)).content.decode()
    typed_by = re.search(r'name="typed_by" value="([^"]*)"', page).group(1)
    client.cookies.clear()
    client.post(address(note), {"edition": 1, "answer": "We wrote to them.", "typed_by": typed_by})
    EscalationAnswerFactory(note=note, text=DID)

    sign_in(staff, client)
    page = client.get(address(note))

    assert DID in main_words(page)
    assert "We wrote to them." in page.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_escalation_list_asks_the_same_for_any_number(rows, client, team, queries):
    for weeks in range(rows):
        asking_note(team, weeks)
        EscalationAnswerFactory(note=asking_note(team, weeks + 10))
    url = reverse("escalation-list")
    client.get(url)

    for state in ("", "answered"):
        with queries(6):
            page = client.get(url, {"state": state})
        assert len(page.context["table"].rows) == rows


def test_escalation_list_has_the_oldest_first_and_what_was_answered_last_first(client, team):
    notes = [asking_note(team, weeks) for weeks in (2, 9, 5)]
    for hours, weeks in enumerate((20, 21)):
        EscalationAnswerFactory(
            note=asking_note(team, weeks), answered_at=timezone.now() - timedelta(hours=hours)
        )

    def listed(**params):
        page = client.get(reverse("escalation-list"), params).content.decode()
        return re.findall(r'href="[^"]*/notes/([^"/]+)/"', page)

    assert listed() == [str(notes[place].pk) for place in (1, 2, 0)]
    answers = EscalationAnswer.objects.order_by("-answered_at")
    assert listed(state="answered") == [str(each.note_id) for each in answers]


@pytest.mark.parametrize(
    ("state", "said"), [("", "Everything is answered"), ("answered", "Nothing was answered yet")]
)
def test_escalation_list_without_rows_says_what_comes_here(state, said, client):
    assert said in main_words(client.get(reverse("escalation-list"), {"state": state}))


def test_escalation_answer_of_another_sites_note_is_not_there(client, note):
    other = asking_note(TeamFactory())
    url = reverse("escalation-answer", args=[note.site.slug, note.team.slug, other.pk])

    assert client.get(url).status_code == 404
    assert client.post(url, {"edition": 1, "answer": DID}).status_code == 404
    assert not EscalationAnswer.objects.exists()


@pytest.mark.parametrize(
    ("count", "door", "state"),
    [(10, "What was answered before", "?state=answered"), (11, "All that waits for an answer", "")],
)
def test_home_of_mst_uk_shows_the_first_few_and_leads_to_all(count, door, state, client, team):
    for weeks in range(count):
        asking_note(team, weeks)

    page = client.get("/")

    assert len(re.findall(r'href="[^"]*/notes/[^"]+"', page.content.decode())) == 10
    assert door in main_words(page)
    assert f'href="{reverse("escalation-list")}{state}"' in page.content.decode()


def test_home_of_mst_uk_says_when_nothing_waits_for_it(client, note):
    EscalationAnswerFactory(note=note)

    assert "No weekly note waits for an answer of MST UK." in main_words(client.get("/"))
