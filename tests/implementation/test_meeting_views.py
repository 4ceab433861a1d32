"""The pages of the steering group and of meetings, in the roles that use them."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from implementation.models import (
    Decision,
    Invitee,
    Meeting,
    MeetingSeries,
    Minutes,
    SteeringGroup,
    SteeringMember,
)
from mst_sites.accounts.permissions import Role
from mst_sites.periods import LONDON
from mst_sites.records.models import Action, Attachment
from tests.factories import (
    DecisionFactory,
    InviteeFactory,
    MeetingFactory,
    MinutesFactory,
    SiteFactory,
    SteeringGroupFactory,
    SteeringMemberFactory,
    person,
)
from tests.implementation.meetings import mails

pytestmark = pytest.mark.django_db


@pytest.fixture
def site():
    return SiteFactory(slug="afon")


@pytest.fixture
def manager(site):
    return person(Role.PROVIDER_MANAGER, site=site)


@pytest.fixture
def client(manager, sign_in):
    return sign_in(manager)


@pytest.fixture
def commissioner(site, sign_in):
    return sign_in(person(Role.COMMISSIONER, site=site))


@pytest.fixture
def begun(site):
    meeting = MeetingFactory(site=site, starts_at=timezone.now() - timedelta(hours=1))
    InviteeFactory(meeting=meeting, name="Demo Present", agency="Council")
    return meeting


def url(rest=""):
    return f"/sites/afon/{rest}"


def text_of(page):
    return page.content.decode()


def form_values(**changes):
    day = timezone.now().astimezone(LONDON).date() + timedelta(days=14)
    return {
        "row_id": str(uuid4()),
        "kind": "STEERING_GROUP",
        "title": "Steering group",
        "day": day.isoformat(),
        "begins_at": "10:00",
        "minutes": "90",
        "place": "",
        "link": "",
        "others": "",
        **changes,
    }


def closed(site, **changes):
    return MeetingFactory(
        site=site, state="CLOSED", closed_at=timezone.now(), is_quorate=True, **changes
    )


def test_steering_detail_says_what_to_do_first(client, commissioner):
    assert "Set up the steering group" in text_of(client.get(url("steering-group/")))
    assert "Set up the steering group" not in text_of(commissioner.get(url("steering-group/")))


def test_steering_change_sets_up_once_however_often_it_is_sent(client):
    values = {
        "row_id": str(uuid4()),
        "version": 0,
        "terms": "Governs the service.",
        "formed_on": "2026-01-05",
        "cycle_weeks": 12,
        "quorum_members": 4,
        "quorum_agencies": 3,
    }
    first = client.post(url("steering-group/change/"), values)
    client.post(url("steering-group/change/"), values)

    assert first.url == url("steering-group/")
    assert SteeringGroup.objects.count() == 1
    page = client.post(url("steering-group/change/"), {**values, "version": 1, "cycle_weeks": 90})
    assert page.status_code == 422


def test_steering_change_by_two_shows_both(client, site):
    group = SteeringGroupFactory(site=site, version=2, terms="Theirs")
    values = {
        "row_id": str(group.pk),
        "version": 1,
        "terms": "Mine",
        "formed_on": "2026-01-05",
        "cycle_weeks": 12,
        "quorum_members": 4,
        "quorum_agencies": 3,
    }
    page = client.post(url("steering-group/change/"), values)

    assert page.status_code == 409
    assert "Theirs" in text_of(page)
    assert "Mine" in text_of(page)


def test_steering_member_create_asks_for_one_of_two(client, site, manager):
    SteeringGroupFactory(site=site)
    values = {"row_id": str(uuid4()), "version": 0, "seat": "HEALTH", "joined_on": "2026-01-05"}
    refused = client.post(url("steering-group/members/new/"), values)
    client.post(
        url("steering-group/members/new/"), {**values, "user": str(manager.pk), "agency": "Health"}
    )

    assert refused.status_code == 422
    assert "Choose a person above" in text_of(refused)
    member = SteeringMember.objects.get()
    assert (member.full_name, member.address) == (manager.full_name, manager.email)


def test_steering_member_change_of_a_second_chair_is_told(client, site):
    SteeringMemberFactory(site=site, is_chair=True)
    member = SteeringMemberFactory(site=site)
    values = {
        "row_id": str(member.pk),
        "version": 1,
        "name": member.name,
        "agency": member.agency,
        "seat": "HEALTH",
        "joined_on": "2026-01-05",
        "is_chair": "on",
    }
    page = client.post(url(f"steering-group/members/{member.pk}/change/"), values)

    assert page.status_code == 422
    assert "take the chair from them first" in text_of(page)


def test_steering_detail_shows_who_is_missing_and_who_comes(client, site, commissioner):
    SteeringGroupFactory(site=site)
    member = SteeringMemberFactory(site=site, seat="HEALTH", email="member@example.org")
    meeting = closed(site)
    InviteeFactory(meeting=meeting, member=member, attendance="APOLOGIES")

    page = text_of(commissioner.get(url("steering-group/")))
    assert "Youth justice" in page
    assert "Apologies" in page
    assert "Quorate" in page
    assert "member@example.org" not in page


def test_steering_attach_keeps_a_file_that_commissioners_may_read(client, commissioner, site):

    SteeringGroupFactory(site=site)
    upload = SimpleUploadedFile("terms.txt", b"Terms of reference")
    client.post(url("steering-group/files/new/"), {"row_id": str(uuid4()), "upload": upload})

    file = Attachment.objects.get()
    assert commissioner.get(url(f"files/{file.pk}/")).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_meeting_list_asks_few_queries(client, site, queries, count):
    for n in range(count):
        MeetingFactory(site=site, starts_at=timezone.now() + timedelta(days=n + 1))
        closed(site)

    with queries(9):
        page = client.get(url("meetings/"))

    assert page.status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_meeting_detail_asks_few_queries(client, begun, queries, count):
    for _ in range(count):
        InviteeFactory(meeting=begun)
        DecisionFactory(meeting=begun)

    with queries(18):
        page = client.get(url(f"meetings/{begun.pk}/"))

    assert page.status_code == 200


def test_meeting_create_invites_members_people_and_others(client, site, manager):
    member = SteeringMemberFactory(site=site, email="member@example.org")
    values = form_values(
        members=[str(member.pk)],
        people=[str(manager.pk)],
        others="Demo Other, other@example.org, Police\nDemo Quiet",
        sends="on",
    )
    client.post(url("meetings/new/"), values)
    client.post(url("meetings/new/"), values)

    meeting = Meeting.objects.get()
    names = {each.name for each in meeting.invitees.all()}
    assert names == {member.name, manager.full_name, "Demo Other", "Demo Quiet"}
    assert len(mails()) == 3


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"others": "other@example.org"}, "Begin each line with a name"),
        ({"others": "Demo, not an address"}, "must be an e-mail address"),
        ({"begins_at": "25:00"}, "Enter a valid time"),
        ({"day": "2026-02-30"}, "Enter a valid date"),
        ({"minutes": "0"}, "Enter a number of at least 5."),
    ],
)
def test_meeting_create_with_bad_input_says_so_at_the_field(client, changes, words):
    page = client.post(url("meetings/new/"), form_values(**changes))

    assert page.status_code == 422
    assert words in text_of(page)
    assert not Meeting.objects.exists()


def test_series_create_plans_and_extends(client):
    client.post(url("meetings/series/new/"), form_values(every_weeks=4, count=3))
    series = MeetingSeries.objects.get()
    client.post(url(f"meetings/series/{series.pk}/extend/"), {"version": 1, "count": 2})

    assert Meeting.objects.count() == 5
    assert "every 4 weeks" in text_of(client.get(url("meetings/")))


def test_meeting_cancel_and_reinstate(client, site):
    meeting = MeetingFactory(site=site, starts_at=timezone.now() + timedelta(days=3))
    client.post(url(f"meetings/{meeting.pk}/cancel/"), {"version": 1, "reason": "The chair is ill"})
    page = text_of(client.get(url(f"meetings/{meeting.pk}/")))
    assert "The chair is ill" in page

    client.post(url(f"meetings/{meeting.pk}/reinstate/"), {"version": 2})

    meeting.refresh_from_db()
    assert (meeting.state, meeting.sequence) == ("PLANNED", 2)


def test_meeting_is_held_from_agenda_to_minutes(client, commissioner, begun, manager):
    place = f"meetings/{begun.pk}/"
    invitee = begun.invitees.get()
    client.post(url(f"{place}agenda/new/"), {"row_id": str(uuid4()), "text": "Referral pathway"})
    point = begun.points.get()
    client.post(url(f"{place}agenda/{point.pk}/settle/"), {"settled": "yes"})
    tab = str(uuid4())
    saved = client.post(
        url(f"{place}minutes/autosave/"), {"tab": tab, "version": 0, "text": "All was said."}
    )
    assert saved.json()["version"] == 1
    assert "All was said." not in text_of(commissioner.get(url(place)))
    client.post(
        url(f"{place}decisions/new/"),
        {
            "row_id": str(uuid4()),
            "version": 0,
            "text": "Go on.",
            "decided_on": begun.on.isoformat(),
        },
    )
    client.post(
        url(f"{place}actions/new/"),
        {
            "row_id": str(uuid4()),
            "text": "Ask the schools",
            "owner": str(manager.pk),
            "due_on": "2030-01-07",
        },
    )
    client.post(url(f"{place}attendance/"), {"version": 1, f"came_{invitee.pk}": "PRESENT"})
    answer = client.post(url(f"{place}close/"), {"version": 2}, follow=True)

    assert answer.redirect_chain[-1][0] == url(f"{place}minutes/")
    page = text_of(commissioner.get(url(f"{place}minutes/")))
    for words in ("Referral pathway", "All was said.", "Go on.", "Ask the schools", "Demo Present"):
        assert words in page
    assert Action.objects.get().raised_in == "MEETING"


def test_minutes_autosave_tells_of_a_clash_and_of_what_the_guard_stops(client, begun):
    MinutesFactory(meeting=begun, version=4, text="Theirs")
    place = url(f"meetings/{begun.pk}/minutes/autosave/")

    clash = client.post(place, {"tab": str(uuid4()), "version": 3, "text": "Mine"})
    stopped = client.post(
        place, {"tab": str(uuid4()), "version": 4, "text": "NHS number 943 476 5919"}
    )

    assert (clash.status_code, stopped.status_code) == (409, 422)
    assert Minutes.objects.get().text == "Theirs"


def test_minutes_change_shows_both_texts_on_a_clash(client, begun):
    MinutesFactory(meeting=begun, version=4, text="Theirs")
    page = client.post(
        url(f"meetings/{begun.pk}/minutes/write/"),
        {"tab": str(uuid4()), "version": 3, "text": "Mine"},
    )

    assert page.status_code == 409
    assert "Theirs" in text_of(page)
    assert "Mine" in text_of(page)
    assert "data-autosave-url" not in page.content.decode()
    fresh = client.get(url(f"meetings/{begun.pk}/minutes/write/")).content.decode()
    assert "data-autosave-url" in fresh


def test_minutes_change_asks_why_where_the_guard_stops(client, begun):
    values = {"tab": str(uuid4()), "version": 0, "text": "Ring 020 7946 0000"}
    page = client.post(url(f"meetings/{begun.pk}/minutes/write/"), values)
    assert page.status_code == 422
    assert "Why it is right to keep it" in text_of(page)

    client.post(
        url(f"meetings/{begun.pk}/minutes/write/"),
        {**values, "confirmed_reason": "The number of the clinic"},
    )

    assert Minutes.objects.get().text == "Ring 020 7946 0000"


def test_minutes_send_mails_the_chosen(client, site):
    meeting = closed(site)
    chosen, _other = InviteeFactory(meeting=meeting), InviteeFactory(meeting=meeting)
    client.post(url(f"meetings/{meeting.pk}/minutes/send/"), {"invitees": [str(chosen.pk)]})

    assert [mail.to for mail in mails()] == [[chosen.email]]


def test_invitation_send_says_how_many_waited_for_one(client, site):
    meeting = MeetingFactory(site=site, starts_at=timezone.now() + timedelta(days=3))
    InviteeFactory(meeting=meeting)

    pages = [client.post(url(f"meetings/{meeting.pk}/invitations/"), follow=True) for _ in range(2)]

    said = [[str(message) for message in page.context["messages"]] for page in pages]
    assert said == [["1 invitation is on its way."], ["Nobody waited for an invitation."]]


def test_closed_meeting_has_no_forms(client, site):
    meeting = closed(site)
    decision = DecisionFactory(meeting=meeting)
    for rest in ("change/", "cancel/", "minutes/write/", f"decisions/{decision.pk}/change/"):
        answer = client.get(url(f"meetings/{meeting.pk}/{rest}"))
        assert answer.status_code == 302
    page = client.post(
        url(f"meetings/{meeting.pk}/decisions/{decision.pk}/change/"),
        {"row_id": str(decision.pk), "version": 1, "text": "New", "decided_on": "2026-03-02"},
    )

    assert page.status_code == 422
    assert Decision.objects.get().text == decision.text


def test_invitee_remove_takes_off(client, begun):
    invitee = begun.invitees.get()
    client.post(url(f"meetings/{begun.pk}/invitees/{invitee.pk}/remove/"))

    assert not Invitee.objects.exists()


def test_home_shows_a_person_their_next_meetings(site, sign_in):
    member = person(Role.STEERING_GROUP_MEMBER, site=site)
    meeting = MeetingFactory(
        site=site, title="Spring meeting", starts_at=timezone.now() + timedelta(days=3)
    )
    other = MeetingFactory(
        site=site, title="Not mine", starts_at=timezone.now() + timedelta(days=3)
    )
    InviteeFactory(meeting=meeting, user=member)
    InviteeFactory(meeting=other)

    page = text_of(sign_in(member).get("/"))
    assert "Spring meeting" in page
    assert "Not mine" not in page
