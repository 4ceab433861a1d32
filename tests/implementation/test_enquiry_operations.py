"""An enquiry from the day it comes in: answered, noted, closed, taken up again, erased."""

import uuid
from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction

from implementation.models import Enquiry, EnquiryNote, EnquiryOutcome
from implementation.operations import enquiries as operations
from implementation.queries import enquiries as queries
from mst_sites.accounts.permissions import Role
from mst_sites.audit.models import AuditEntry
from mst_sites.delivery.models import OutgoingMail
from mst_sites.free_text import IDENTIFIER
from mst_sites.tenancy.scope import site_scope, whole_scope
from mst_sites.tenancy.versions import ClashError
from tests.factories import EnquiryFactory, EnquiryNoteFactory, SiteFactory, person

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
ASKED = {
    "contact_name": "Demo Contact",
    "organisation": "Demo Council",
    "role": "Head of Service",
    "email": "contact@example.org",
    "phone": "",
    "nation": "WALES",
    "area": "Demo Valley",
    "model": "standard",
    "need": "Forty young people a year at the edge of care.",
    "heard": "WEB",
    "language": "en-gb",
}


def receive(**changes):
    return operations.receive_enquiry(
        enquiry_id=changes.pop("enquiry_id", None) or uuid.uuid4(),
        **{**ASKED, **changes},
        now=NOW,
        by=None,
    )


@pytest.fixture
def staff():
    return person(Role.MST_UK_STAFF)


@pytest.fixture
def enquiry():
    return EnquiryFactory(received_at=NOW)


def last_entry():
    return AuditEntry.objects.order_by("-at", "-number").first()


def test_receive_enquiry_keeps_it_and_confirms_it():
    enquiry = receive(phone=" 0300  000 ")

    kept = Enquiry.objects.get()
    assert (kept.pk, kept.phone, kept.state, kept.received_on) == (
        enquiry.pk,
        "0300 000",
        "OPEN",
        TODAY,
    )
    entry = AuditEntry.objects.get(action="enquiry.received")
    assert (entry.site, entry.actor, entry.details) == (
        None,
        None,
        {"nation": "WALES", "language": "en-gb"},
    )
    mail = OutgoingMail.objects.get()
    assert (mail.to, mail.subject) == (
        ["contact@example.org"],
        f"Your enquiry to MST UK ({enquiry.reference})",
    )
    assert enquiry.reference in mail.text


def test_confirmation_repeats_nothing_that_was_typed():
    receive(contact_name="Buy at spam", organisation="spam.example", need="visit spam.example")

    mail = OutgoingMail.objects.get()
    assert "spam" not in mail.text + mail.subject + mail.html


def test_confirmation_answers_to_the_address_of_the_settings(settings):
    settings.ENQUIRY_REPLY_TO = "enquiries@example.org"

    receive()

    mail = OutgoingMail.objects.get()
    assert mail.headers == {"Reply-To": "enquiries@example.org"}
    assert "reply to this mail" in mail.text


@pytest.mark.parametrize("name", ["contact_name", "organisation", "role", "phone", "area"])
def test_receive_enquiry_makes_one_line_of_what_is_one(name):
    enquiry = receive(**{name: "One\r\nBcc: two"})

    assert getattr(enquiry, name) == "One Bcc: two"


def test_receive_enquiry_refuses_an_address_with_a_line_end():
    with pytest.raises(ValidationError):
        receive(email="a@example.org\nBcc: b@example.org")

    assert not OutgoingMail.objects.exists()


def test_receive_enquiry_asks_before_it_keeps_what_could_identify_a_family():
    said = "A boy, NHS number 943 476 5919, needs help."

    with pytest.raises(ValidationError) as refusal:
        receive(need=said)
    assert [error.code for error in refusal.value.error_dict["need"]] == [IDENTIFIER]

    kept = receive(need=said, confirmed_reason="A made-up number from a leaflet")
    assert kept.identifier_reason == "A made-up number from a leaflet"
    assert AuditEntry.objects.get(action="enquiry.received").details["kept_despite"] == [
        "NHS_NUMBER"
    ]


def test_receive_enquiry_lets_people_name_themselves():
    assert receive(contact_name="James Smith", need="Regards, James Smith").need


def test_receive_enquiry_twice_is_refused_by_its_key():
    key = uuid.uuid4()
    receive(enquiry_id=key)

    with pytest.raises(IntegrityError, match="implementation_enquiry_pkey"), transaction.atomic():
        receive(enquiry_id=key)

    assert (Enquiry.objects.count(), OutgoingMail.objects.count()) == (1, 1)


def test_receive_enquiry_leaves_nothing_when_it_cannot_be_recorded(broken_audit):
    with pytest.raises(broken_audit), transaction.atomic():
        receive()

    assert not Enquiry.objects.exists()


@pytest.mark.no_scope
def test_enquiry_is_added_in_nobodys_scope_and_read_in_the_whole_scope_alone():
    with site_scope([]):
        enquiry = receive()
        assert Enquiry.objects.count() == 0
    with whole_scope():
        site = SiteFactory()
        EnquiryNoteFactory(enquiry=enquiry)
    with site_scope([site.pk]), connection.cursor() as cursor:
        for table in ("implementation_enquiry", "implementation_enquirynote"):
            cursor.execute(f"select count(*) from {table}")
            assert cursor.fetchone() == (0,)
            cursor.execute(f"delete from {table}")
            assert cursor.rowcount == 0
        cursor.execute("update implementation_enquiry set need = ''")
        assert cursor.rowcount == 0
    with whole_scope():
        assert (Enquiry.objects.count(), EnquiryNote.objects.count()) == (1, 1)


@pytest.mark.no_scope
def test_enquiry_of_a_site_and_notes_are_added_in_the_whole_scope_alone():
    with whole_scope():
        site, author, enquiry = SiteFactory(), person(Role.MST_UK_STAFF), EnquiryFactory()
    for add in (
        lambda: EnquiryFactory(site=site, state="CLOSED", outcome="PROCEED", closed_at=NOW),
        lambda: EnquiryNoteFactory(enquiry=enquiry, author=author),
    ):
        with (
            site_scope([site.pk]),
            pytest.raises(DatabaseError, match="row-level security"),
            transaction.atomic(),
        ):
            add()


def test_assign_enquiry(enquiry, staff):
    changed = operations.assign_enquiry(enquiry=enquiry, version=1, owner=staff, by=staff)

    assert (changed.owner, changed.version) == (staff, 2)
    assert last_entry().details == {"owner": str(staff.pk)}


def test_assign_enquiry_refuses_others_than_mst_uk(enquiry, staff):
    manager = person(Role.PROVIDER_MANAGER, site=SiteFactory())

    with pytest.raises(ValidationError, match="MST UK"):
        operations.assign_enquiry(enquiry=enquiry, version=1, owner=manager, by=staff)


def test_assign_enquiry_tells_of_a_clash(enquiry, staff):
    operations.assign_enquiry(enquiry=enquiry, version=1, owner=staff, by=staff)

    with pytest.raises(ClashError):
        operations.assign_enquiry(enquiry=enquiry, version=1, owner=None, by=staff)


def test_note_answer(enquiry, staff):
    operations.note_answer(
        enquiry=enquiry, version=1, first_answered_on=TODAY, today=TODAY, by=staff
    )

    assert Enquiry.objects.get().first_answered_on == TODAY
    assert last_entry().action == "enquiry.answered"


@pytest.mark.parametrize("day", [date(2026, 3, 1), date(2026, 3, 3)])
def test_note_answer_refuses_days_before_the_enquiry_and_ahead(day, enquiry, staff):
    with pytest.raises(ValidationError) as refusal:
        operations.note_answer(
            enquiry=enquiry, version=1, first_answered_on=day, today=TODAY, by=staff
        )

    assert list(refusal.value.error_dict) == ["first_answered_on"]


def test_add_note_twice_is_one_note(enquiry, staff):
    key = uuid.uuid4()
    for _ in range(2):
        operations.add_note(enquiry=enquiry, text="Rang back.", note_id=key, now=NOW, by=staff)

    assert [note.text for note in queries.notes_of(enquiry)] == ["Rang back."]
    assert AuditEntry.objects.filter(action="enquiry.noted").count() == 1


def test_note_cannot_be_changed(enquiry):
    EnquiryNoteFactory(enquiry=enquiry)

    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        EnquiryNote.objects.update(text="Never rang.")


def test_add_note_refuses_what_could_identify_a_family(enquiry, staff):
    with pytest.raises(ValidationError):
        operations.add_note(enquiry=enquiry, text="943 476 5919", now=NOW, by=staff)


def close(enquiry, by, **values):
    return operations.close_enquiry(
        enquiry=enquiry,
        version=enquiry.version,
        **{"outcome": "NOT_A_FIT", "outcome_reason": "Too few families.", **values},
        now=NOW,
        by=by,
    )


def test_close_enquiry(enquiry, staff):
    closed = close(enquiry, staff)

    assert (closed.state, closed.outcome, closed.closed_by) == ("CLOSED", "NOT_A_FIT", staff)
    assert last_entry().details == {"outcome": "NOT_A_FIT"}


def test_close_enquiry_as_duplicate_names_the_other(enquiry, staff):
    other = EnquiryFactory()

    assert close(enquiry, staff, outcome="DUPLICATE", duplicate_of=other).duplicate_of == other


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"outcome": "PROCEED"}, "outcome"),
        ({"outcome": "SOMETHING"}, "outcome"),
        ({"outcome_reason": "  "}, "outcome_reason"),
        ({"outcome": "DUPLICATE"}, "duplicate_of"),
        ({"outcome_reason": "943 476 5919"}, "outcome_reason"),
    ],
)
def test_close_enquiry_refuses(values, field, enquiry, staff):
    with pytest.raises(ValidationError) as refusal, transaction.atomic():
        close(enquiry, staff, **values)

    assert list(refusal.value.error_dict) == [field]
    assert Enquiry.objects.get().is_open


def test_closed_enquiry_takes_no_more_changes(enquiry, staff):
    closed = close(enquiry, staff)

    with pytest.raises(ValidationError, match="closed"):
        close(closed, staff)


def test_reopen_enquiry(enquiry, staff):
    closed = close(enquiry, staff)

    opened = operations.reopen_enquiry(enquiry=closed, version=closed.version, by=staff)

    assert (opened.is_open, opened.outcome, opened.outcome_reason) == (True, "", "")
    assert last_entry().details == {"outcome": "NOT_A_FIT"}


def test_reopen_enquiry_refuses_what_is_open_or_a_site(enquiry, staff):
    become = EnquiryFactory(state="CLOSED", outcome="PROCEED", closed_at=NOW, site=SiteFactory())

    for refused, words in ((enquiry, "is open"), (become, "become a site")):
        with pytest.raises(ValidationError, match=words):
            operations.reopen_enquiry(enquiry=refused, version=1, by=staff)


@pytest.mark.parametrize("operation", ["assign", "answer", "close", "note"])
def test_operations_leave_nothing_when_they_cannot_be_recorded(
    operation, enquiry, staff, broken_audit
):
    acts = {
        "assign": lambda: operations.assign_enquiry(
            enquiry=enquiry, version=1, owner=staff, by=staff
        ),
        "answer": lambda: operations.note_answer(
            enquiry=enquiry, version=1, first_answered_on=TODAY, today=TODAY, by=staff
        ),
        "close": lambda: close(enquiry, staff),
        "note": lambda: operations.add_note(enquiry=enquiry, text="Rang.", now=NOW, by=staff),
    }

    with pytest.raises(broken_audit):
        acts[operation]()

    kept = Enquiry.objects.get()
    assert (kept.version, kept.state, EnquiryNote.objects.count()) == (1, "OPEN", 0)


def test_erase_enquiries_takes_what_was_closed_long_ago_and_is_no_site():
    long_ago, lately = datetime(2024, 3, 1, 23, 59, tzinfo=UTC), datetime(2024, 3, 2, tzinfo=UTC)
    closed = {"state": "CLOSED", "outcome": EnquiryOutcome.NO_REPLY}
    due = EnquiryFactory(**closed, closed_at=long_ago, need="Secret words")
    EnquiryNoteFactory(enquiry=due)
    pointing = EnquiryFactory(
        state="CLOSED", outcome="DUPLICATE", closed_at=lately, duplicate_of=due
    )
    kept = {
        pointing.pk,
        EnquiryFactory(**closed, closed_at=lately).pk,
        EnquiryFactory(received_at=long_ago).pk,
        EnquiryFactory(
            state="CLOSED", outcome="PROCEED", closed_at=long_ago, site=SiteFactory()
        ).pk,
    }

    assert operations.erase_enquiries(now=NOW, by=None) == 1

    assert set(Enquiry.objects.values_list("pk", flat=True)) == kept
    assert not EnquiryNote.objects.exists()
    entry = AuditEntry.objects.get(action="enquiry.erased")
    assert (entry.subject_id, entry.details) == (str(due.pk), {"outcome": "NO_REPLY"})
    assert operations.erase_enquiries(now=NOW, by=None) == 0


def test_erase_enquiries_leaves_all_when_it_cannot_be_recorded(broken_audit):
    EnquiryFactory(state="CLOSED", outcome="NO_REPLY", closed_at=datetime(2020, 1, 1, tzinfo=UTC))

    with pytest.raises(broken_audit):
        operations.erase_enquiries(now=NOW, by=None)

    assert Enquiry.objects.count() == 1


def test_free_slug_is_one_that_no_site_has():
    SiteFactory(slug="demo-valley")
    SiteFactory(slug="demo-valley-2")

    assert queries.free_slug("Démo  Valley!") == "demo-valley-3"
    assert queries.free_slug("New") == "new-2"
    assert queries.free_slug("???") == "site"
