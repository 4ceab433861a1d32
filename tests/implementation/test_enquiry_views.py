"""The public form and the inbox, as people meet them."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache

from implementation.forms.enquiries import new_ticket
from implementation.models import Enquiry, EnquiryNote
from mst_sites.accounts.permissions import Role
from mst_sites.delivery.models import OutgoingMail
from tests.factories import EnquiryFactory, EnquiryNoteFactory, person

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 10, 10, 0, tzinfo=UTC)
TYPED = {
    "contact_name": "Demo Contact",
    "organisation": "Demo Council",
    "email": "Contact@example.org",
    "nation": "WALES",
    "area": "Demo Valley",
    "need": "Forty young people a year at the edge of care.",
}


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def ticket():
    """Return the ticket of a form that was opened a minute ago."""
    with time_machine.travel(datetime.now(UTC) - timedelta(minutes=1)):
        return new_ticket()


@pytest.fixture
def staff():
    return person(Role.MST_UK_STAFF)


def send(client, **typed):
    return client.post("/enquire/", {**TYPED, **typed})


def test_enquiry_create_needs_no_account_and_sets_no_session(client):
    page = client.get("/enquire/")

    assert page.status_code == 200
    assert "Name no child and no family" in page.text
    assert settings.SESSION_COOKIE_NAME not in page.cookies


def test_enquiry_create_keeps_the_enquiry_and_thanks(client, ticket):
    answer = send(client, ticket=ticket)

    assert answer.url == "/enquire/sent/"
    assert "is on its way" in client.get(answer.url).text
    enquiry = Enquiry.objects.get()
    assert (enquiry.organisation, enquiry.language) == ("Demo Council", "en-gb")


def test_enquiry_create_sent_twice_is_one_enquiry(client, ticket):
    answers = [send(client, ticket=ticket) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert (Enquiry.objects.count(), OutgoingMail.objects.count()) == (1, 1)


@pytest.mark.usefixtures("welsh")
def test_enquiry_create_in_welsh_is_answered_in_welsh(client, ticket):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "cy"

    page = client.get("/enquire/")
    send(client, ticket=ticket)

    assert '<html lang="cy"' in page.text
    assert "Cymraeg" not in page.text.split("entrance-switches")[1]  # offers English
    assert Enquiry.objects.get().language == "cy"


def test_enquiry_create_keeps_what_was_typed_when_it_refuses(client, ticket):
    page = send(client, ticket=ticket, email="nobody")

    assert page.status_code == 422
    assert "Forty young people" in page.text
    assert not Enquiry.objects.exists()


def test_enquiry_create_warns_of_identifiers_and_asks_for_a_reason(client, ticket):
    said = "NHS number 943 476 5919"

    page = send(client, ticket=ticket, need=said)
    assert page.status_code == 422
    assert "Why it is right to keep it" in page.text

    assert send(client, ticket=ticket, need=said, confirmed_reason="Made up").status_code == 302


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("website", "https://spam.example", "Leave this field empty, then send again."),
        ("ticket", "", "had been open for long"),
        ("ticket", "forged", "had been open for long"),
    ],
)
def test_enquiry_create_stops_programs(field, value, words, client, ticket):
    page = send(client, **{"ticket": ticket, field: value})

    assert (page.status_code, words in page.text) == (422, True)
    assert not Enquiry.objects.exists()


def test_enquiry_create_stops_what_fills_it_in_at_once(client):
    ticket = new_ticket()

    page = send(client, ticket=ticket)

    assert "That was very quick" in page.text
    assert ticket in page.text  # the same enquiry when it is sent again


def test_enquiry_create_gives_an_old_form_a_new_ticket(client):
    with time_machine.travel(datetime.now(UTC) - timedelta(hours=25)):
        old = new_ticket()

    page = send(client, ticket=old)

    assert "had been open for long" in page.text
    assert old not in page.text
    assert 'name="ticket" value=""' not in page.text


def test_enquiry_create_is_limited_for_an_address_of_mail(client):
    for _ in range(3):
        with time_machine.travel(datetime.now(UTC) - timedelta(minutes=1)):
            ticket = new_ticket()
        assert send(client, ticket=ticket).status_code == 302
    with time_machine.travel(datetime.now(UTC) - timedelta(minutes=1)):
        ticket = new_ticket()

    page = send(client, ticket=ticket)

    assert page.status_code == 429
    assert "Forty young people" in page.text
    assert Enquiry.objects.count() == 3
    assert send(client, ticket=ticket, email="other@example.org").status_code == 302


def test_enquiry_create_counts_what_it_keeps_and_nothing_that_it_refuses(client, ticket):
    for _ in range(5):
        refused = send(client, ticket=ticket, need="NHS number 943 476 5919")
        assert refused.status_code == 422

    assert send(client, ticket=ticket).status_code == 302
    assert Enquiry.objects.count() == 1


def test_enquiry_create_is_limited_for_a_computer_that_tries_all_the_time(client, ticket):
    for _ in range(100):
        assert send(client, ticket="forged").status_code == 422

    page = send(client, ticket=ticket)

    assert page.status_code == 429
    assert "Please wait an hour" in page.text
    assert "Forty young people" in page.text
    assert not Enquiry.objects.exists()


def test_sign_in_page_leads_to_the_form(client):
    assert 'href="/enquire/"' in client.get("/account/sign-in/").text


def test_enquiry_list_says_what_to_do_first(staff, sign_in):
    assert "No enquiry has come in yet" in sign_in(staff).get("/enquiries/").text


def names(page):
    return [row.cells[0].text for row in page.context["table"].rows]


@pytest.fixture
def inbox(staff):
    """Four enquiries: late, new, answered, closed."""
    with time_machine.travel(NOW):
        old, today = NOW - timedelta(days=8), NOW
        EnquiryFactory(organisation="Closed", state="CLOSED", outcome="NO_REPLY", closed_at=NOW)
        EnquiryFactory(organisation="New", received_at=today, nation="ENGLAND")
        EnquiryFactory(organisation="Late", received_at=old)
        EnquiryFactory(
            organisation="Answered",
            received_at=old + timedelta(days=1),
            first_answered_on=date(2026, 3, 4),
            owner=staff,
        )


def test_enquiry_list_shows_open_ones_first_and_colours_the_late(inbox, staff, sign_in):
    with time_machine.travel(NOW):
        page = sign_in(staff).get("/enquiries/")

    assert names(page) == ["Late", "New", "Answered", "Closed"]
    states = [row.cells[-1].status for row in page.context["table"].rows]
    assert states == ["late", "open", "in_progress", "closed"]
    assert "8 days ago" in page.text


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("state=unanswered", ["Late", "New"]),
        ("state=OPEN", ["Late", "New", "Answered"]),
        ("state=CLOSED", ["Closed"]),
        ("nation=ENGLAND", ["New"]),
        ("owner=mine", ["Answered"]),
        ("owner=nobody", ["Late", "New", "Closed"]),
        ("q=answer", ["Answered"]),
        ("q=100%25", []),
        ("owner=theirs", ["Late", "New", "Answered", "Closed"]),
    ],
)
def test_enquiry_list_is_narrowed(query, expected, inbox, staff, sign_in):
    with time_machine.travel(NOW):
        assert names(sign_in(staff).get(f"/enquiries/?{query}")) == expected


def test_enquiry_list_finds_a_reference(staff, sign_in):
    enquiry = EnquiryFactory()
    EnquiryFactory()

    page = sign_in(staff).get("/enquiries/", {"q": enquiry.reference})

    assert names(page) == [enquiry.organisation]


@pytest.mark.parametrize("number", [1, 3])
def test_enquiry_list_asks_the_same_number_of_queries(number, staff, sign_in, queries):
    EnquiryFactory.create_batch(number, owner=staff)
    client = sign_in(staff)
    client.get("/enquiries/")

    with queries(6):
        client.get("/enquiries/")


def url(enquiry, page=""):
    return f"/enquiries/{enquiry.pk}/" + (f"{page}/" if page else "")


def test_enquiry_detail_shows_what_was_asked_and_what_is_next(staff, sign_in):
    enquiry = EnquiryFactory(received_at=NOW - timedelta(days=30))
    EnquiryNoteFactory(enquiry=enquiry, text="Rang back.")

    page = sign_in(staff).get(url(enquiry))

    for words in (enquiry.need, enquiry.email, "Rang back.", "Nobody has answered this yet"):
        assert words in page.text


def test_enquiry_take_gives_it_to_oneself(staff, sign_in):
    enquiry = EnquiryFactory()

    sign_in(staff).post(url(enquiry, "take"), {"version": 1})

    enquiry.refresh_from_db()
    assert enquiry.owner == staff


def test_enquiry_take_after_somebody_else_changes_nothing(staff, sign_in):
    enquiry = EnquiryFactory(version=2)

    page = sign_in(staff).post(url(enquiry, "take"), {"version": 1}, follow=True)

    assert "Somebody changed this enquiry" in page.text
    assert Enquiry.objects.get().owner is None


def test_enquiry_assign_offers_mst_uk_alone(staff, sign_in):
    lead, enquiry = person(Role.MST_UK_LEAD), EnquiryFactory()
    client = sign_in(staff)

    page = client.get(url(enquiry, "owner"))
    offered = {option.value for option, _ in page.context["form"].fields["owner"].choices if option}
    assert offered == {staff.pk, lead.pk}

    client.post(url(enquiry, "owner"), {"version": 1, "owner": lead.pk})
    assert Enquiry.objects.get().owner == lead


def test_enquiry_answer_refuses_tomorrow_at_its_field(staff, sign_in):
    enquiry, client = EnquiryFactory(), sign_in(staff)
    tomorrow = datetime.now(UTC).date() + timedelta(days=2)

    page = client.post(
        url(enquiry, "answer"), {"version": 1, "first_answered_on": tomorrow.isoformat()}
    )

    assert (page.status_code, "has not come yet" in page.text) == (422, True)


def test_enquiry_note_create_adds_to_the_log(staff, sign_in):
    enquiry, client = EnquiryFactory(), sign_in(staff)
    row = client.get(url(enquiry)).context["note_form"].initial["row_id"]

    for _ in range(2):
        client.post(url(enquiry, "notes/new"), {"row_id": row, "text": "Rang back."})

    assert [note.text for note in EnquiryNote.objects.all()] == ["Rang back."]


def test_enquiry_note_create_asks_for_a_reason(staff, sign_in):
    enquiry, client = EnquiryFactory(), sign_in(staff)
    row = client.get(url(enquiry)).context["note_form"].initial["row_id"]

    page = client.post(url(enquiry, "notes/new"), {"row_id": row, "text": "943 476 5919"})

    assert (page.status_code, "Why it is right to keep it" in page.text) == (422, True)


def test_enquiry_close_and_reopen(staff, sign_in):
    enquiry, other, client = EnquiryFactory(), EnquiryFactory(), sign_in(staff)
    sent = {
        "version": 1,
        "outcome": "DUPLICATE",
        "duplicate_of": other.pk,
        "outcome_reason": "The same council asked last week.",
    }

    assert client.post(url(enquiry, "close"), {**sent, "outcome": "PROCEED"}).status_code == 422
    client.post(url(enquiry, "close"), sent)
    assert "Duplicate of another enquiry" in client.get(url(enquiry)).text

    client.post(url(enquiry, "reopen"), {"version": 2})
    enquiry.refresh_from_db()
    assert enquiry.is_open


def test_enquiry_close_tells_other_enquiries_apart_by_their_day(staff, sign_in):
    enquiry = EnquiryFactory()
    other = EnquiryFactory(organisation="Coast", area="Bay", received_at=NOW)

    page = sign_in(staff).get(url(enquiry, "close"))

    assert f"{other.reference} · Coast · Bay · 10 March 2026" in page.text


def test_enquiry_close_tells_of_a_clash_and_keeps_the_text(staff, sign_in):
    enquiry = EnquiryFactory(version=2)

    page = sign_in(staff).post(
        url(enquiry, "close"),
        {"version": 1, "outcome": "NO_REPLY", "outcome_reason": "Three mails, no word."},
    )

    assert (page.status_code, "Three mails, no word." in page.text) == (409, True)
