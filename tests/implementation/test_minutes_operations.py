"""Agendas, attendance, minutes and decisions, and the moment at which a meeting stands."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from pypdfium2 import PdfDocument

from implementation.models import AgendaPoint, Decision, Meeting, Minutes
from implementation.operations import agendas as agenda_operations
from implementation.operations import minutes as operations
from implementation.operations.invitees import Guest
from implementation.operations.meetings import cancel_meeting
from implementation.operations.minutes import MinutesSheet, Ruling
from implementation.queries.agendas import agenda_of
from implementation.queries.meetings import last_steering_meeting_on
from implementation.reports import draw_minutes
from mst_sites.accounts.permissions import Role
from mst_sites.audit.models import AuditEntry
from mst_sites.delivery.models import Document
from mst_sites.periods import local_day
from mst_sites.records import operations as records
from mst_sites.tenancy.versions import ClashError
from tests.factories import (
    ActivityFactory,
    PlanFactory,
    SiteFactory,
    SteeringGroupFactory,
    SteeringMemberFactory,
    person,
)
from tests.implementation.meetings import NOW, guests, mails, planned

pytestmark = pytest.mark.django_db

DURING = NOW.replace(day=16, hour=11)
LATER = NOW.replace(month=6)


@pytest.fixture
def site():
    return SiteFactory(name="Afon Valley")


@pytest.fixture
def manager(site):
    return person(Role.PROVIDER_MANAGER, site=site)


@pytest.fixture
def meeting(site, manager):
    return planned(site, by=manager, guests=guests(3))


def add_point(meeting, text, by, point_id=None):
    return agenda_operations.add_point(
        meeting=meeting,
        point_id=point_id or uuid4(),
        text=text,
        now=NOW,
        today=NOW.date(),
        by=by,
    )


def mark(meeting, *marks, by, now=DURING):
    rows = meeting.invitees.order_by("name")
    given = dict(zip([row.pk for row in rows], marks, strict=True))
    meeting.refresh_from_db()
    return operations.mark_attendance(
        meeting=meeting, version=meeting.version, marks=given, now=now, by=by
    )


def close(meeting, by, now=DURING):
    meeting.refresh_from_db()
    return operations.close_meeting(
        meeting=meeting, version=meeting.version, now=now, today=local_day(now), by=by
    )


def held(site, by, *, now=DURING, **changes):
    meeting = planned(site, by=by, guests=guests(1), **changes)
    mark(meeting, "PRESENT", by=by, now=now)
    return close(meeting, by, now)


def decide(meeting, text, by, *, corrects=None, decision_id=None, day=date(2026, 3, 16)):
    return operations.record_decision(
        meeting=meeting,
        decision_id=decision_id or uuid4(),
        ruling=Ruling(text, day, corrects),
        now=DURING,
        today=day,
        by=by,
    )


def save(meeting, text, by, *, tab=None, version=0):
    return operations.save_minutes(
        meeting=meeting,
        sheet=MinutesSheet(tab or uuid4(), version),
        text=text,
        now=DURING,
        today=DURING.date(),
        by=by,
    )


def texts(meeting):
    return [item.text for item in agenda_of(meeting, today=NOW.date())]


def test_agenda_begins_with_what_the_last_meeting_left_open(site, manager, meeting):
    add_point(meeting, "Referral pathway", manager)
    settled = add_point(meeting, "Welcome", manager)
    records.raise_action(
        site=site,
        subject=meeting,
        text="Ask the schools",
        owner=manager,
        raised_in="MEETING",
        by=manager,
    )
    agenda_operations.settle_point(meeting=meeting, point=settled, is_settled=True, by=manager)
    mark(meeting, "PRESENT", "PRESENT", "ABSENT", by=manager)
    close(meeting, manager)
    plan = PlanFactory(site=site)
    ActivityFactory(plan=plan, code="C4", title="Terms agreed", forecast_on=date(2026, 2, 1))

    coming = planned(site, by=manager, day=date(2026, 6, 15))
    add_point(coming, "Funding", manager)

    found = agenda_of(coming, today=date(2026, 6, 1))
    sources = [item.source for item in found]
    assert [item.text for item in found][:2] == ["Ask the schools", "Referral pathway"]
    assert [item.text for item in found][-2:] == ["C4 Terms agreed", "Funding"]
    assert sources == sorted(sources, key=["ACTION", "POINT", "CONDITION", "ACTIVITY", "OWN"].index)
    assert "CONDITION" in sources
    assert found[0].who == manager.full_name


def test_agenda_names_each_thing_that_the_next_gate_waits_for_once(site, meeting):
    plan = PlanFactory(site=site)
    for code, title, day in (
        ("B1", "Need counted", date(2026, 2, 1)),
        ("B2", "Services mapped", date(2026, 2, 2)),
        ("B4", "Disincentives checked", date(2027, 2, 1)),
    ):
        ActivityFactory(
            plan=plan, code=code, stage="B", title=title, is_mandatory=True, forecast_on=day
        )

    found = agenda_of(meeting, today=date(2026, 3, 1))

    assert [(item.source, item.text) for item in found] == [
        ("CONDITION", "Go or no-go: Funding is confirmed"),
        ("ACTIVITY", "B1 Need counted"),
        ("ACTIVITY", "B2 Services mapped"),
    ]


def test_agenda_takes_nothing_from_meetings_of_another_kind(site, manager, meeting):
    add_point(meeting, "Referral pathway", manager)
    mark(meeting, "PRESENT", "ABSENT", "ABSENT", by=manager)
    close(meeting, manager)

    call = planned(site, by=manager, day=date(2026, 6, 15), kind="CALL")

    assert texts(call) == []


def test_agenda_carries_a_point_on_until_it_is_settled(site, manager, meeting):
    point = add_point(meeting, "Referral pathway", manager)
    cancel_meeting(meeting=meeting, version=1, reason="Ill", now=NOW, by=manager)
    second = planned(site, by=manager, day=date(2026, 4, 13), guests=guests(1))
    third = planned(site, by=manager, day=date(2026, 5, 11))
    assert texts(second) == ["Referral pathway"]

    agenda_operations.settle_point(meeting=second, point=point, is_settled=True, by=manager)

    [item] = agenda_of(second, today=NOW.date())
    assert item.is_settled
    assert texts(third) == []


def test_agenda_is_frozen_when_the_meeting_is_closed(site, manager, meeting):
    add_point(meeting, "Referral pathway", manager)
    mark(meeting, "PRESENT", "ABSENT", "ABSENT", by=manager)
    closed = close(meeting, manager)
    coming = planned(site, by=manager, day=date(2026, 6, 15))
    point = AgendaPoint.objects.get()

    agenda_operations.settle_point(meeting=coming, point=point, is_settled=True, by=manager)

    closed.refresh_from_db()
    assert [item.is_settled for item in agenda_of(closed, today=LATER.date())] == [False]
    with pytest.raises(ValidationError, match="closed"):
        add_point(closed, "Too late", manager)


def test_agenda_points_change_places(manager, meeting):
    for text in ("A", "B", "C"):
        add_point(meeting, text, manager)
    last = AgendaPoint.objects.get(text="C")

    agenda_operations.move_point(point=last, is_up=True, by=manager)
    assert texts(meeting) == ["A", "C", "B"]
    agenda_operations.move_point(point=last, is_up=False, by=manager)
    agenda_operations.move_point(point=last, is_up=False, by=manager)

    assert texts(meeting) == ["A", "B", "C"]


def test_agenda_point_sent_twice_is_one_point(manager, meeting):
    point_id = uuid4()
    for _ in range(2):
        add_point(meeting, "Funding", manager, point_id)

    assert texts(meeting) == ["Funding"]
    assert AuditEntry.objects.filter(action="agenda-point.added").count() == 1


def test_agenda_point_that_names_a_family_is_refused(manager, meeting):
    with pytest.raises(ValidationError) as refusal:
        add_point(meeting, "Case of NHS number 943 476 5919", manager)

    assert "text" in refusal.value.error_dict


def test_agenda_point_is_taken_off(manager, meeting):
    point = add_point(meeting, "Funding", manager)

    agenda_operations.remove_point(point=point, by=manager)

    assert texts(meeting) == []
    with pytest.raises(ValidationError, match="not on the agenda"):
        agenda_operations.remove_point(point=point, by=manager)


@pytest.mark.parametrize("act", ["add", "settle", "remove", "move"])
def test_agenda_changes_are_undone_if_they_cannot_be_recorded(manager, meeting, monkeypatch, act):
    point, _other = add_point(meeting, "A", manager), add_point(meeting, "B", manager)

    def fail(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr("mst_sites.audit.operations.record", fail)
    acts = {
        "add": lambda: add_point(meeting, "C", manager),
        "settle": lambda: agenda_operations.settle_point(
            meeting=meeting, point=point, is_settled=True, by=manager
        ),
        "remove": lambda: agenda_operations.remove_point(point=point, by=manager),
        "move": lambda: agenda_operations.move_point(point=point, is_up=False, by=manager),
    }
    with pytest.raises(RuntimeError):
        acts[act]()

    found = agenda_of(meeting, today=NOW.date())
    assert [(item.text, item.is_settled) for item in found] == [("A", False), ("B", False)]


def test_attendance_before_the_meeting_is_apologies_alone(manager, meeting):
    mark(meeting, "APOLOGIES", "", "", by=manager, now=NOW)

    with pytest.raises(ValidationError, match="has not begun"):
        mark(meeting, "PRESENT", "", "", by=manager, now=NOW)

    assert sorted(row.attendance for row in meeting.invitees.all()) == ["", "", "APOLOGIES"]


def test_attendance_marked_by_two_at_once_clashes(manager, meeting):
    mark(meeting, "PRESENT", "", "", by=manager)

    with pytest.raises(ClashError):
        operations.mark_attendance(meeting=meeting, version=1, marks={}, now=DURING, by=manager)


def test_meeting_is_closed_only_once_everybody_is_marked(manager, meeting):
    mark(meeting, "PRESENT", "ABSENT", "", by=manager)
    with pytest.raises(ValidationError, match="attendance"):
        close(meeting, manager)
    mark(meeting, "ABSENT", "ABSENT", "ABSENT", by=manager)
    with pytest.raises(ValidationError, match="attendance"):
        close(meeting, manager)
    mark(meeting, "PRESENT", "ABSENT", "APOLOGIES", by=manager)

    closed = close(meeting, manager)

    assert (closed.state, closed.closed_by) == ("CLOSED", manager)
    assert AuditEntry.objects.filter(action="meeting.closed").count() == 1
    with pytest.raises(ValidationError, match="closed"):
        close(closed, manager)


def test_meeting_is_not_closed_before_it_begins(manager, meeting):
    with pytest.raises(ValidationError, match="not begun"):
        close(meeting, manager, NOW)


def test_meeting_closed_is_undone_if_it_cannot_be_recorded(manager, meeting, monkeypatch):
    mark(meeting, "PRESENT", "ABSENT", "ABSENT", by=manager)

    def fail(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr("mst_sites.audit.operations.record", fail)
    with pytest.raises(RuntimeError):
        close(meeting, manager)

    meeting.refresh_from_db()
    assert meeting.state == "PLANNED"


@pytest.mark.parametrize(
    ("agencies", "is_quorate"),
    [(["Council", "Health"], True), (["Council", "council "], False), (["Council"], False)],
)
def test_meeting_counts_members_and_agencies_for_its_quorum(site, manager, agencies, is_quorate):
    SteeringGroupFactory(site=site, quorum_members=2, quorum_agencies=2)
    members = [SteeringMemberFactory(site=site, agency=agency) for agency in agencies]
    asked = [Guest(m.full_name, "", m.agency_name, member=m) for m in members]
    meeting = planned(site, by=manager, guests=[*asked, Guest("Demo Visitor", "", "Police")])
    mark(meeting, *["PRESENT"] * (len(asked) + 1), by=manager)

    assert close(meeting, manager).is_quorate is is_quorate


def test_steering_meetings_count_once_they_are_closed(site, manager):
    planned(site, by=manager, day=date(2026, 4, 13))
    assert last_steering_meeting_on(site, today=LATER.date()) is None

    held(site, manager)
    held(site, manager, kind="CALL", day=date(2026, 3, 17), now=DURING + timedelta(days=1))

    assert last_steering_meeting_on(site, today=LATER.date()) == date(2026, 3, 16)


def test_minutes_are_saved_once_for_each_sitting(manager, meeting):
    tab = uuid4()
    first = save(meeting, "Begun", manager, tab=tab)
    save(meeting, "Begun and", manager, tab=tab, version=first.version)
    again = save(meeting, "Begun and", manager, tab=tab, version=1)

    assert (again.text, again.version) == ("Begun and", 2)
    assert AuditEntry.objects.filter(action="minutes.saved").count() == 1


def test_minutes_do_not_clash_with_a_save_whose_answer_was_lost(manager, meeting):
    tab = uuid4()
    save(meeting, "First", manager, tab=tab)
    last = save(meeting, "First and last", manager, tab=tab)
    assert (last.text, last.version) == ("First and last", 2)

    save(meeting, "Theirs", manager, version=2)
    with pytest.raises(ClashError):
        save(meeting, "First, last and late", manager, tab=tab)


def test_minutes_of_two_minute_takers_clash_and_lose_nothing(manager, meeting):
    save(meeting, "Mine", manager)

    with pytest.raises(ClashError) as clash:
        save(meeting, "Theirs", manager)

    assert clash.value.current.text == "Mine"
    assert Minutes.objects.get().text == "Mine"


def test_minutes_may_name_who_was_invited_and_no_family(site, manager):
    meeting = planned(site, by=manager, guests=[Guest("Sarah Demo")])

    save(meeting, "Sarah Demo welcomed everybody.", manager)
    with pytest.raises(ValidationError) as refusal:
        save(meeting, "Emily Jones was placed, NHS 943 476 5919.", manager, version=1)

    assert "text" in refusal.value.error_dict


def test_minutes_of_a_closed_meeting_stay(site, manager):
    closed = held(site, manager)

    with pytest.raises(ValidationError, match="closed"):
        save(closed, "Afterwards", manager)


def test_decision_is_reworded_until_the_meeting_is_closed(manager, meeting):
    decision = decide(meeting, "Go on", manager)
    ruling = Ruling("Go on with one team", date(2026, 3, 16))
    changed = operations.change_decision(
        decision=decision, version=1, ruling=ruling, today=DURING.date(), by=manager
    )
    assert (changed.text, changed.version) == ("Go on with one team", 2)
    mark(meeting, "PRESENT", "ABSENT", "ABSENT", by=manager)
    close(meeting, manager)

    with pytest.raises(ValidationError, match="closed"):
        operations.change_decision(
            decision=changed, version=2, ruling=ruling, today=DURING.date(), by=manager
        )
    with pytest.raises(DatabaseError, match="cannot be changed"), transaction.atomic():
        Decision.objects.update(text="Something else")
    with pytest.raises(DatabaseError, match="cannot be changed"), transaction.atomic():
        Decision.objects.all().delete()


def test_decision_is_corrected_by_a_later_one_once(site, manager, meeting):
    old = decide(meeting, "Go on", manager)
    mark(meeting, "PRESENT", "ABSENT", "ABSENT", by=manager)
    close(meeting, manager)
    coming = planned(site, by=manager, day=date(2026, 4, 13))

    new = decide(coming, "Wait", manager, corrects=old)

    assert list(old.corrections.all()) == [new]
    with pytest.raises(ValidationError) as refusal:
        decide(coming, "Wait more", manager, corrects=old)
    assert "corrects" in refusal.value.error_dict


def test_decision_of_a_day_to_come_is_refused(manager, meeting):
    with pytest.raises(ValidationError) as refusal:
        operations.record_decision(
            meeting=meeting,
            decision_id=uuid4(),
            ruling=Ruling("Go", date(2026, 3, 17)),
            now=DURING,
            today=DURING.date(),
            by=manager,
        )

    assert "decided_on" in refusal.value.error_dict


def test_decision_sent_twice_is_one_decision(manager, meeting):
    decision_id = uuid4()
    for _ in range(2):
        decide(meeting, "Go on", manager, decision_id=decision_id)

    assert Decision.objects.count() == 1


def test_minutes_are_mailed_to_the_chosen_once(site, manager):
    meeting = planned(site, by=manager, guests=[*guests(2), Guest("Demo Quiet")])
    add_point(meeting, "Funding", manager)
    save(meeting, "Much was said.", manager)
    decide(meeting, "Go on", manager)
    mark(meeting, "PRESENT", "APOLOGIES", "ABSENT", by=manager)
    close(meeting, manager)
    chosen = [row.pk for row in meeting.invitees.exclude(email="guest-1@example.org")]

    for wanted in (chosen, [row.pk for row in meeting.invitees.all()]):
        operations.send_minutes(
            meeting=meeting, invitees=wanted, today=DURING.date(), now=DURING, by=manager
        )

    assert [mail.to for mail in mails()] == [["guest-0@example.org"], ["guest-1@example.org"]]
    for words in ("Much was said.", "Go on", "Funding", "Demo Guest 0 (Agency)", "Afon Valley"):
        assert words in mails()[0].text
    with pytest.raises(ValidationError, match="not sent them yet"):
        operations.send_minutes(
            meeting=meeting, invitees=chosen, today=DURING.date(), now=DURING, by=manager
        )


def test_minutes_of_a_meeting_that_is_not_closed_are_not_mailed(manager, meeting):
    with pytest.raises(ValidationError, match="closed"):
        operations.send_minutes(
            meeting=meeting, invitees=[], today=DURING.date(), now=DURING, by=manager
        )


def test_meeting_row_stays_whole_while_it_is_closed(site, manager):
    closed = held(site, manager)

    assert Meeting.objects.get(pk=closed.pk).agenda == []
    assert closed.is_quorate is None


def test_minutes_are_drawn_as_a_pdf_when_the_meeting_is_closed(site, manager):
    meeting = planned(site, by=manager, guests=guests(1))
    add_point(meeting, "Funding", manager)
    save(meeting, "Cyfarfod yn Nhŷ Gŵyr.", manager)
    decide(meeting, "Go on with one team.", manager)
    mark(meeting, "PRESENT", by=manager)
    close(meeting, manager)

    [document] = Document.objects.filter(kind="minutes")
    content = draw_minutes(document, lambda done, total: None)()

    text = "".join(page.get_textpage().get_text_range() for page in PdfDocument(content))
    assert content.startswith(b"%PDF-")
    for words in ("Afon Valley", "Nhŷ Gŵyr", "Go on with one team.", "Funding", "Demo Guest 0"):
        assert words in text
