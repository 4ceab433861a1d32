"""Attendance of a closed meeting put right for a reason, and what its minutes say of it."""

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.urls import reverse

from implementation.models import AttendanceCorrection, Meeting
from implementation.operations import minutes as operations
from implementation.operations.minutes_letters import attendance_lines
from implementation.reports.minutes import html_of
from mst_sites.audit.models import AuditEntry
from mst_sites.delivery.models import Document
from mst_sites.tenancy.versions import ClashError
from tests.factories import (
    InviteeFactory,
    MeetingFactory,
    SteeringGroupFactory,
    SteeringMemberFactory,
)
from tests.implementation.meetings import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting(site):
    """Return a closed meeting at which one member of two was: not quorate."""
    SteeringGroupFactory(site=site, quorum_members=2, quorum_agencies=2)
    closed = MeetingFactory(site=site, state="CLOSED", closed_at=NOW, is_quorate=False)
    for name, mark in (("Demo One", "PRESENT"), ("Demo Two", "ABSENT")):
        member = SteeringMemberFactory(site=site)
        InviteeFactory(
            meeting=closed, name=name, member=member, agency=member.agency, attendance=mark
        )
    return closed


def correct(meeting, marks, *, by, version=1, reason="Joined by telephone"):
    rows = {each.name: each.pk for each in meeting.invitees.all()}
    return operations.correct_attendance(
        meeting=meeting,
        version=version,
        marks={rows[name]: mark for name, mark in marks.items()},
        reason=reason,
        now=NOW,
        by=by,
    )


def test_correct_attendance_changes_it_and_says_so(meeting, manager):
    correct(meeting, {"Demo Two": "PRESENT"}, by=manager)

    meeting.refresh_from_db()
    assert (meeting.is_quorate, meeting.version) == (True, 2)
    words = (
        f"Attendance corrected on 2 March 2026 by {manager.full_name}. "
        "Demo Two: Present (before: Absent). Why: Joined by telephone"
    )
    assert AttendanceCorrection.objects.get().words == words
    assert attendance_lines(meeting)[-1] == words
    assert "Joined by telephone" in html_of(meeting)
    [entry] = AuditEntry.objects.filter(action="meeting.attendance-corrected")
    assert entry.details == {"corrected": 1, "present": 2, "is_quorate": True}
    assert Document.objects.get().version == 2


def test_correct_attendance_again_is_another_line_and_another_pdf(meeting, manager):
    correct(meeting, {"Demo Two": "PRESENT"}, by=manager)
    correct(meeting, {"Demo Two": "APOLOGIES"}, by=manager, version=2, reason="It was another")

    assert AttendanceCorrection.objects.count() == 2
    assert {each.version for each in Document.objects.all()} == {2, 3}
    with pytest.raises(ClashError):
        correct(meeting, {"Demo Two": "PRESENT"}, by=manager, version=2)


@pytest.mark.parametrize(
    ("marks", "reason", "words"),
    [
        ({"Demo Two": "PRESENT"}, " ", "Say why"),
        ({"Demo Two": "PRESENT"}, "Told by a@example.org", "e-mail"),
        ({"Demo Two": "ABSENT"}, "Again", "Nothing is different"),
        ({"Demo Two": ""}, "Unknown", "Choose present"),
        ({"Demo One": "ABSENT"}, "Nobody came", "Somebody must"),
    ],
)
def test_correct_attendance_refuses(meeting, manager, marks, reason, words):
    with pytest.raises(ValidationError, match=words):
        correct(meeting, marks, by=manager, reason=reason)

    assert sorted(meeting.invitees.values_list("attendance", flat=True)) == ["ABSENT", "PRESENT"]
    assert not AttendanceCorrection.objects.exists()


def test_correct_attendance_waits_until_the_meeting_is_closed(meeting, manager):
    Meeting.objects.update(state="PLANNED", closed_at=None)

    with pytest.raises(ValidationError, match="not closed"):
        correct(meeting, {"Demo Two": "PRESENT"}, by=manager)


def test_attendance_correction_stays_as_it_was_made(meeting, manager):
    correct(meeting, {"Demo Two": "PRESENT"}, by=manager)

    with pytest.raises(DatabaseError), transaction.atomic():
        AttendanceCorrection.objects.update(reason="Another")


def test_attendance_correct_is_offered_in_the_minutes_and_told_there(
    meeting, manager, commissioner, sign_in
):
    minutes, form = (
        reverse(name, args=[meeting.site.slug, meeting.pk])
        for name in ("minutes-detail", "attendance-correct")
    )
    client = sign_in(manager)
    marks = {f"came_{each.pk}": "PRESENT" for each in meeting.invitees.all()}

    assert form in client.get(minutes).content.decode()
    assert form not in sign_in(commissioner).get(minutes).content.decode()
    assert client.get(form).status_code == 200
    refused = client.post(form, {"version": 1, **marks, "reason": ""})
    done = client.post(form, {"version": 1, **marks, "reason": "Came late"}, follow=True)

    assert refused.status_code == 422
    assert done.redirect_chain[-1][0] == minutes
    assert "Demo Two: Present (before: Absent). Why: Came late" in done.content.decode()


def test_attendance_correct_too_often_waits_and_loses_nothing(meeting, manager, sign_in, settings):
    settings.PERSON_LIMITS = {**settings.PERSON_LIMITS, "document": "2/h/user"}
    form = reverse("attendance-correct", args=[meeting.site.slug, meeting.pk])
    client = sign_in(manager)
    rows = {each.name: f"came_{each.pk}" for each in meeting.invitees.all()}

    def send(two):
        version = Meeting.objects.get().version
        marks = {rows["Demo One"]: "PRESENT", rows["Demo Two"]: two}
        return client.post(form, {"version": version, **marks, "reason": f"It was {two}"})

    assert [send("PRESENT").status_code, send("ABSENT").status_code] == [302, 302]
    refused = send("PRESENT")

    assert refused.status_code == 422
    assert refused.context["form"]["reason"].value() == "It was PRESENT"
    assert refused.context["form"][rows["Demo Two"]].value() == "PRESENT"
    assert "try again in 60 minutes" in refused.content.decode()
    assert AttendanceCorrection.objects.count() == 2
    assert sorted(Document.objects.values_list("version", flat=True)) == [2, 3]
