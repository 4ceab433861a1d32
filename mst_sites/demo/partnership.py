"""The steering group of the site that is set up: its members, its meetings, and how its sides see the change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

from implementation.models import (
    Attendance,
    ChangeSubject,
    Meeting,
    MeetingKind,
    Seat,
    SteeringMember,
)
from implementation.operations.agendas import add_point, settle_point
from implementation.operations.change import (
    answer_round,
    close_round,
    open_round,
    raise_change_action,
)
from implementation.operations.invitees import Guest
from implementation.operations.meetings import Details, plan_meeting
from implementation.operations.minutes import (
    MinutesSheet,
    Ruling,
    close_meeting,
    mark_attendance,
    record_decision,
    save_minutes,
)
from implementation.operations.steering import GroupTerms, Membership, add_member, set_up_group
from implementation.queries.change import statements_of
from implementation.queries.meetings import invitees_of
from implementation.queries.plans import activities_of, plan_of
from mst_sites.accounts.models import User
from mst_sites.accounts.permissions import Role
from mst_sites.periods import monday_of
from mst_sites.records import operations as records
from mst_sites.records.models import RaisedIn
from mst_sites.tenancy.models import Site

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
CYCLE_WEEKS = 10
TERMS = (
    "The group governs the set-up and then the service. It decides on eligibility, on the shares of the money "
    "and on what stands in the way of referrals. Members can decide for their agency."
)
# How far each side agrees with the statements of each subject, in their order.
SAID = {
    Role.PROVIDER_MANAGER: {
        ChangeSubject.ROLES: (4, 4, 3),
        ChangeSubject.WAYS_OF_WORKING: (5, 4, 4),
        ChangeSubject.COSTS: (4, 3, 3),
        ChangeSubject.CULTURE: (4, 4, 4),
        ChangeSubject.GOVERNANCE: (4, 3, 4),
    },
    Role.COMMISSIONER: {
        ChangeSubject.ROLES: (3, 3, 3),
        ChangeSubject.WAYS_OF_WORKING: (3, 3, 4),
        ChangeSubject.COSTS: (5, 4, 4),
        ChangeSubject.CULTURE: (3, 4, 3),
        ChangeSubject.GOVERNANCE: (4, 4, 4),
    },
    Role.STEERING_GROUP_MEMBER: {
        ChangeSubject.ROLES: (2, 2, 1),
        ChangeSubject.WAYS_OF_WORKING: (3, 3, 3),
        ChangeSubject.COSTS: (3, 2, 2),
        ChangeSubject.CULTURE: (3, 3, 4),
        ChangeSubject.GOVERNANCE: (4, 3, 3),
    },
}


@dataclass(frozen=True, slots=True)
class Held:
    """A meeting that was held: what was talked about, decided and agreed, and who was not there."""

    point: str
    minutes: str
    decision: str
    action: str
    missing: str
    is_done: bool = False


FIRST = Held(
    "Terms of reference and quorum",
    "The group met for the first time. Every agency said what it hopes for.\n\n"
    "Education asked that schools hear early how to refer.",
    "The terms of reference are agreed as sent round.",
    "Send the referral criteria to all agencies",
    "Education",
    is_done=True,
)
SECOND = Held(
    "Opening: what recruitment means for the day",
    "The supervisor has begun. Two of four therapists accepted, the other posts are out again.\n\n"
    "Health needs two more weeks for the exclusions.",
    "The opening moves until the whole team can be at the orientation.",
    "Bring the signed exclusions of health",
    "Police",
)

YEARLY = Held(
    "How the teams stand, and the next half-year",
    "Both teams showed their last review. Adherence in Northmoor West is the first thing to work on.",
    "The group meets every ten weeks for another year.",
    "Ask the consultant what would help Northmoor West",
    "Police",
)


def build_standing_group(site: Site, people: Mapping[Role, User], *, today: date) -> None:
    """Seat a group that met lately."""
    formed_on = group_formed_on(site, today=today)
    form_group(site, people, formed_on, today=today)
    guests = guests_of(site, people, joined_on=formed_on, today=today)
    hold(site, YEARLY, monday_of(today) - 5 * WEEK + 2 * DAY, guests, people)


def build_partnership(site: Site, people: Mapping[Role, User], *, today: date) -> None:
    """Form the group, hold two meetings, and plan the next."""
    formed_on = group_formed_on(site, today=today)
    form_group(site, people, formed_on, today=today)
    guests = guests_of(site, people, joined_on=formed_on, today=today)
    hold(site, FIRST, monday_of(formed_on) + WEEK + 2 * DAY, guests, people)
    hold(site, SECOND, monday_of(today) - 5 * WEEK + 2 * DAY, guests, people)
    plan_next(site, guests, people, today=today)


def form_group(site: Site, people: Mapping[Role, User], formed_on: date, *, today: date) -> None:
    set_up_group(
        site=site,
        group_id=uuid4(),
        terms=GroupTerms(TERMS, formed_on, CYCLE_WEEKS, 4, 3),
        today=today,
        by=people[Role.MST_UK_LEAD],
    )


def guests_of(
    site: Site, people: Mapping[Role, User], *, joined_on: date, today: date
) -> list[Guest]:
    """Seat the members and return them as those whom each meeting asks."""
    return [
        Guest(member.full_name, member.address, member.agency_name, member.user, member)
        for member in seat_members(site, people, joined_on=joined_on, today=today)
    ]


def group_formed_on(site: Site, *, today: date) -> date:
    """Return the day on which the plan says that the group was set up."""
    plan = plan_of(site)
    days = {each.code: each.completed_on for each in activities_of(plan)} if plan else {}
    return days.get("C4") or today - 20 * WEEK


def seat_members(
    site: Site, people: Mapping[Role, User], *, joined_on: date, today: date
) -> list[SteeringMember]:
    """Seat the people who sign in and three names; nobody of children's services sits there yet."""
    council = Membership(
        seat=Seat.COMMISSIONER,
        joined_on=joined_on,
        user=people[Role.COMMISSIONER],
        agency=f"{site.name} Council",
        is_chair=True,
    )
    youth_justice = Membership(
        seat=Seat.YOUTH_JUSTICE,
        joined_on=joined_on,
        user=people[Role.STEERING_GROUP_MEMBER],
        agency="Demo Youth Justice Service",
    )
    provider = Membership(
        seat=Seat.PROVIDER,
        joined_on=joined_on,
        user=people[Role.PROVIDER_MANAGER],
        organisation=site.provider,
    )
    mst_uk = Membership(
        seat=Seat.MST_UK, joined_on=joined_on, user=people[Role.MST_UK_STAFF], agency="MST UK"
    )
    named = [
        Membership(
            seat=seat,
            joined_on=joined_on,
            name=f"Demo Member for {seat.label.lower()}",
            email=f"member.{seat.lower()}@example.org",
            agency=agency,
        )
        for seat, agency in (
            (Seat.HEALTH, "Demo Health Board"),
            (Seat.EDUCATION, "Demo Schools Trust"),
            (Seat.POLICE, "Demo Police"),
        )
    ]
    return [
        add_member(
            site=site,
            member_id=uuid4(),
            membership=membership,
            today=today,
            by=people[Role.MST_UK_LEAD],
        )
        for membership in (council, youth_justice, provider, mst_uk, *named)
    ]


def hold(
    site: Site,
    held: Held,
    day: date,
    guests: Sequence[Guest],
    people: Mapping[Role, User],
) -> None:
    """Plan a meeting that is past, write down what it was, and close it."""
    manager = people[Role.PROVIDER_MANAGER]
    after = datetime.combine(day, time(15), UTC)
    meeting = plan_meeting(
        site=site,
        meeting_id=uuid4(),
        details=details_on(day),
        guests=guests,
        now=after - 3 * WEEK,
        by=manager,
    )
    marks = {
        guest.pk: Attendance.APOLOGIES if held.missing.lower() in guest.name else Attendance.PRESENT
        for guest in invitees_of(meeting)
    }
    meeting.refresh_from_db()
    meeting = mark_attendance(
        meeting=meeting, version=meeting.version, marks=marks, now=after, by=manager
    )
    write_down(meeting, held, day, after, people)
    close_meeting(meeting=meeting, version=meeting.version, now=after, today=day, by=manager)


def write_down(
    meeting: Meeting, held: Held, day: date, after: datetime, people: Mapping[Role, User]
) -> None:
    """Keep what was talked about, decided and agreed."""
    lead, manager = people[Role.MST_UK_LEAD], people[Role.PROVIDER_MANAGER]
    point = add_point(
        meeting=meeting, point_id=uuid4(), text=held.point, now=after, today=day, by=manager
    )
    settle_point(meeting=meeting, point=point, is_settled=True, by=manager)
    save_minutes(
        meeting=meeting,
        sheet=MinutesSheet(uuid4(), 0),
        text=held.minutes,
        now=after,
        today=day,
        by=manager,
    )
    record_decision(
        meeting=meeting,
        decision_id=uuid4(),
        ruling=Ruling(held.decision, day),
        now=after,
        today=day,
        by=manager,
    )
    action = records.raise_action(
        site=meeting.site,
        subject=meeting,
        text=held.action,
        owner=manager,
        due_on=day + 6 * WEEK,
        raised_in=RaisedIn.MEETING,
        by=lead,
    )
    if held.is_done:
        records.close_action(action=action, version=action.version, outcome="Sent.", by=manager)


def plan_next(
    site: Site, guests: Sequence[Guest], people: Mapping[Role, User], *, today: date
) -> None:
    manager, now = people[Role.PROVIDER_MANAGER], datetime.combine(today, time(7), UTC)
    meeting = plan_meeting(
        site=site,
        meeting_id=uuid4(),
        details=details_on(monday_of(today) + 3 * WEEK + 2 * DAY),
        guests=guests,
        now=now,
        by=manager,
    )
    add_point(
        meeting=meeting,
        point_id=uuid4(),
        text="Money after the grant: who asks whom, and when",
        now=now,
        today=today,
        by=manager,
    )


def details_on(day: date) -> Details:
    return Details(
        kind=MeetingKind.STEERING_GROUP,
        title="Steering group",
        day=day,
        begins_at=time(10),
        minutes=90,
        place="Demo Hall",
        link="https://meet.example.org/steering",
    )


def build_change(site: Site, people: Mapping[Role, User], *, today: date) -> None:
    """Ask the three sides how far they are; what they say differs, and one thing is to be done about it."""
    lead, opened_on = people[Role.MST_UK_LEAD], today - 7 * WEEK
    begun = datetime.combine(opened_on, time(9), UTC)
    round_ = open_round(
        site=site, closes_on=opened_on + 3 * WEEK, round_id=uuid4(), now=begun, by=lead
    )
    places: dict[str, list[int]] = {}
    for statement in statements_of(round_.questionnaire_id):
        places.setdefault(statement.subject, []).append(statement.position)
    for number, (role, said) in enumerate(SAID.items(), 3):
        scores = {
            place: score
            for subject, given in said.items()
            for place, score in zip(places[subject], given, strict=True)
        }
        answer_round(within=round_, scores=scores, now=begun + number * DAY, by=people[role])
    close_round(within=round_, now=begun + 3 * WEEK, by=lead)
    raise_change_action(
        within=round_,
        text="Tell schools, health and youth justice on one page what MST takes over and what stays with them",
        owner=people[Role.PROVIDER_MANAGER],
        due_on=today + 3 * WEEK,
        by=lead,
    )
