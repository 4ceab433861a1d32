"""Facts that gates ask for: recorded with a day and evidence, replaced, taken back."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from implementation.models import SiteFact
from implementation.operations import facts
from mst_sites.audit.models import AuditEntry
from mst_sites.records.models import Attachment
from mst_sites.tenancy.versions import ClashError

pytestmark = pytest.mark.django_db

DAY = date(2026, 5, 4)


@pytest.fixture
def record(site, lead, now):
    """Return a function that records that the licence is signed."""

    def recorded(**values):
        given = {"code": "LICENCE_SIGNED", "holds_on": DAY, "by": lead, **values}
        return facts.record_fact(site=site, now=now, **given)

    return recorded


def letter(name="letter.txt"):
    return SimpleUploadedFile(name, b"The agreement is signed.", content_type="text/plain")


def test_record_fact(record, lead, now):
    fact = record(note="Signed by both sides.")

    assert SiteFact.objects.standing().get() == fact
    assert (fact.holds_on, fact.recorded_by, fact.recorded_at) == (DAY, lead, now)
    entry = AuditEntry.objects.get(action="fact.recorded")
    assert (entry.actor, entry.details["code"], entry.details["holds_on"]) == (
        lead,
        "LICENCE_SIGNED",
        "2026-05-04",
    )
    assert "Signed by both sides" not in str(entry.details)


def test_record_fact_keeps_the_evidence(record, site, lead):
    fact = record(evidence=facts.Evidence(letter(), DAY))

    file = Attachment.objects.get()
    assert (file.subject_type, file.subject_id) == ("implementation.sitefact", str(fact.pk))
    assert (file.dated_on, file.uploaded_by) == (DAY, lead)


def test_record_fact_replaces_the_one_that_stood(record, lead, now):
    first = record()
    second = record(holds_on=DAY + timedelta(days=3), seen=first.pk)

    first.refresh_from_db()
    assert SiteFact.objects.standing().get() == second
    assert (first.withdrawn_at, first.withdrawn_by, first.withdrawn_reason) == (now, lead, "")
    entry = AuditEntry.objects.get(subject_id=str(second.pk))
    assert entry.details["replaces"] == str(first.pk)


def test_record_fact_sent_twice_is_one_row(record):
    number = uuid4()
    first = record(fact_id=number, seen=None)
    again = record(fact_id=number, seen=None)

    assert first == again
    assert SiteFact.objects.count() == 1


def test_record_fact_tells_of_somebody_else(record):
    record()

    with pytest.raises(ClashError):
        record(seen=None)
    assert SiteFact.objects.count() == 1


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"holds_on": date(2026, 6, 2)}, "holds_on"),
        ({"holds_on": date(1926, 5, 4)}, "holds_on"),
        ({"code": "NOTHING"}, "code"),
        ({"value": "READY"}, "__all__"),
        ({"code": "REVIEW_OUTCOME"}, "__all__"),
        ({"code": "REVIEW_OUTCOME", "value": "MAYBE"}, "__all__"),
        ({"note": "Call 07700 900123."}, "note"),
        ({"evidence": facts.Evidence(letter("letter.exe"))}, "upload"),
        ({"evidence": facts.Evidence(letter(), date(2026, 6, 2))}, "dated_on"),
    ],
)
def test_record_fact_refuses(values, field, record):
    with pytest.raises(ValidationError) as refusal:
        record(**values)

    assert field in refusal.value.message_dict
    assert not SiteFact.objects.exists()
    assert not Attachment.objects.exists()


def test_record_fact_today_is_no_day_to_come(record):
    assert record(holds_on=date(2026, 6, 1)).holds_on == date(2026, 6, 1)


def test_record_fact_keeps_what_a_person_gives_a_reason_for(record):
    record(note="Call 07700 900123.", confirmed_reason="The number of our own office")

    assert AuditEntry.objects.get(action="fact.recorded").details["kept_despite"]


def test_record_fact_by_a_source_says_the_same_once(record):
    first = record(source="staffing", by=None)
    again = record(source="staffing", by=None)
    later = record(source="staffing", by=None, holds_on=DAY + timedelta(days=1))

    assert again == first
    assert SiteFact.objects.standing().get() == later


def test_a_fact_of_a_source_is_changed_by_it_alone(record, lead, now):
    fact = record(source="staffing", by=None)

    with pytest.raises(ValidationError, match="Another part of MST Sites"):
        record()
    with pytest.raises(ValidationError, match="Another part of MST Sites"):
        facts.withdraw_fact(fact=fact, reason="Wrong", now=now, by=lead)

    facts.withdraw_fact(fact=fact, reason="The post is vacant", source="staffing", now=now, by=None)
    assert not SiteFact.objects.standing().exists()


def test_record_fact_leaves_nothing_behind(record, broken_audit):
    with pytest.raises(broken_audit):
        record(evidence=facts.Evidence(letter()))

    assert not SiteFact.objects.exists()
    assert not Attachment.objects.exists()


def test_attach_evidence(record, lead, now):
    fact = record()
    number = uuid4()
    for _twice in range(2):
        facts.attach_evidence(
            fact=fact, evidence=facts.Evidence(letter()), attachment_id=number, now=now, by=lead
        )

    assert Attachment.objects.get().pk == number
    assert AuditEntry.objects.filter(action="attachment.added").count() == 1


def test_attach_evidence_leaves_nothing_behind(record, lead, now, monkeypatch, request):
    fact = record()
    broken = request.getfixturevalue("broken_audit")

    with pytest.raises(broken):
        facts.attach_evidence(fact=fact, evidence=facts.Evidence(letter()), now=now, by=lead)
    assert not Attachment.objects.exists()


def test_withdraw_fact(record, lead, now):
    fact = record()
    facts.withdraw_fact(fact=fact, reason="Signed by one side only.", now=now, by=lead)

    fact.refresh_from_db()
    assert not SiteFact.objects.standing().exists()
    assert (fact.withdrawn_by, fact.withdrawn_reason) == (lead, "Signed by one side only.")
    entry = AuditEntry.objects.get(action="fact.withdrawn")
    assert (entry.actor, entry.subject_id) == (lead, str(fact.pk))


@pytest.mark.parametrize(
    ("reason", "message"),
    [("  ", "Say why"), ("Call 07700 900123.", "looks like")],
)
def test_withdraw_fact_refuses(reason, message, record, lead, now):
    fact = record()

    with pytest.raises(ValidationError, match=message):
        facts.withdraw_fact(fact=fact, reason=reason, now=now, by=lead)
    assert SiteFact.objects.standing().exists()


def test_withdraw_fact_twice_is_told(record, lead, now):
    fact = record()
    facts.withdraw_fact(fact=fact, reason="Wrong day", now=now, by=lead)

    with pytest.raises(ValidationError, match="taken back or replaced already"):
        facts.withdraw_fact(fact=fact, reason="Wrong day", now=now, by=lead)


def test_withdraw_fact_that_was_not_seen_is_told(record, lead, now):
    fact = record()

    with pytest.raises(ClashError):
        facts.withdraw_fact(fact=fact, reason="Wrong day", seen=uuid4(), now=now, by=lead)


def test_withdraw_fact_leaves_nothing_behind(record, lead, now, request):
    fact = record()
    broken = request.getfixturevalue("broken_audit")

    with pytest.raises(broken):
        facts.withdraw_fact(fact=fact, reason="Wrong day", now=now, by=lead)
    assert SiteFact.objects.standing().exists()
