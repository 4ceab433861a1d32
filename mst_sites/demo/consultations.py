"""Made-up weekly notes of a demo team, filed through the operation that supervisors use."""

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from consultation.models import Absence, Barrier, CancelledReason, Mode, NoteContent, Outcome
from consultation.models.content import Recommendation
from consultation.operations import Sheet, acknowledge_note, file_note
from mst_sites.accounts.models import User
from mst_sites.demo.country import DemoTeam
from mst_sites.demo.families import Family
from mst_sites.tenancy.models import Team

WEEK = timedelta(days=7)
UNREAD_WEEKS = 2  # the latest, which wait for the consultant
THEMES = (
    "Sequences before arguments were mapped in two cases; the plans now begin earlier in the evening.",
    "Most of the hour went to engagement: who else in the network could open the door.",
    "School returns in September: each plan names who rings the school on the first morning.",
    "Fit circles were redrawn where progress had stopped, and two drivers changed places.",
    "Safety plans reviewed; the team practised handing over on-call at the weekend.",
)
STRENGTHS = (
    "Case summaries were clear about what changed and what did not.",
    "The team tested small steps and brought the results back.",
    "Carers were in the lead in three of the reviews.",
    "Role plays were short and to the point.",
)
BARRIERS = (
    "Two referrers expect weekly reports that nobody agreed to.",
    "The school has changed its behaviour policy and part-time tables end.",
    "One car is in the garage; visits in the south take half a day.",
    "A vacancy leaves five families between three therapists.",
)
RECOMMENDATIONS = (
    "Invite the head of year to the next family meeting.",
    "Practise the consequence plan with both carers in one session.",
    "Bring a recording of the engagement session next week.",
    "Agree with the social worker who leads on the contract at home.",
    "Redraw the fit circle with the family and compare.",
)


def note_of_week(
    demo: DemoTeam,
    *,
    monday: date,
    families: list[Family],
    consultant: User,
    supervisor: User,
    therapists: list[User],
) -> NoteContent:
    """Make the content of one week's note; the same week gives the same note."""
    chance = Random(f"{demo.slug} {monday}")  # noqa: S311 - believable, not secret
    open_families = sum(
        family.started_on is not None
        and family.started_on <= monday
        and (family.closed_on is None or family.closed_on > monday)
        for family in families
    )
    if monday.month == 12 and monday.day >= 22:  # noqa: PLR2004 - the week of Christmas
        return NoteContent(
            outcome=Outcome.CANCELLED,
            cancelled_reason=CancelledReason.AGREED_CLOSURE,
            consultant=consultant,
            supervisor=supervisor,
        )
    if chance.random() > demo.consultation:
        reason = chance.choice(
            (CancelledReason.LEAVE, CancelledReason.SICKNESS, CancelledReason.TECHNICAL)
        )
        return NoteContent(
            outcome=Outcome.CANCELLED,
            cancelled_reason=reason,
            consultant=consultant,
            supervisor=supervisor,
            open_families=open_families,
        )
    late = chance.choice((0, 0, 0, 0, 1))
    barrier = chance.random() < 0.3  # noqa: PLR2004 - some weeks
    return NoteContent(
        outcome=Outcome.HELD,
        held_on=monday + timedelta(days=2),
        started_at=time(10, 0),
        minutes=chance.choice((55, 60, 60, 65, 75)),
        mode=Mode.PHONE if chance.random() < 0.7 else Mode.VIDEO,  # noqa: PLR2004 - mostly by phone
        consultant=consultant,
        supervisor=supervisor,
        summaries_due=open_families,
        summaries_received=max(0, open_families - late),
        open_families=open_families,
        families_discussed=open_families,
        recordings_submitted=(submitted := chance.choice((0, 1, 1, 2))),
        recordings_reviewed=max(0, submitted - late),
        themes=chance.choice(THEMES),
        strengths=chance.choice(STRENGTHS),
        barriers=chance.choice(BARRIERS) if barrier else "",
        barrier_codes=(chance.choice(Barrier.values),) if barrier else (),
        presences=tuple(
            (person, Absence.PRESENT if chance.random() < 0.94 else Absence.LEAVE)  # noqa: PLR2004
            for person in therapists
        ),
    )


def file_notes(
    team: Team,
    demo: DemoTeam,
    *,
    first_day: date,
    today: date,
    families: list[Family],
    consultant: User,
    supervisor: User,
    therapists: list[User],
) -> int:
    """File the notes of the weeks that are over, and acknowledge all but the latest; return how many.

    A few were forgotten, and some ask MST UK for something.
    """
    questions = {each.monday(today): each for each in demo.questions}
    chance = Random(f"{demo.slug} filing")  # noqa: S311 - believable, not secret
    monday = first_day + timedelta(days=-first_day.weekday() % 7)
    filed = 0
    until = today - WEEK if demo.last_note_waits else today
    while monday + WEEK <= until:
        content = note_of_week(
            demo,
            monday=monday,
            families=families,
            consultant=consultant,
            supervisor=supervisor,
            therapists=therapists,
        )
        is_recent = monday + 4 * WEEK > today
        if is_recent and not content.is_cancelled:
            task = Recommendation(
                chance.choice(RECOMMENDATIONS), owner=supervisor, due_on=monday + 2 * WEEK
            )
            content = replace(content, recommendations=(task,))
        question = questions.get(monday)
        if question:
            content = replace(content, stakeholder_issue=question.issue, is_escalated=True)
        if chance.random() > 0.015 or question:  # noqa: PLR2004 - hardly ever forgotten
            filed_at = datetime.combine(monday + timedelta(days=3), time(16, 30), UTC)
            note = file_note(
                team=team,
                week_starts_on=monday,
                sheet=Sheet(uuid.uuid4(), uuid.uuid4(), 1),
                content=content,
                now=filed_at,
                by=supervisor,
            )
            if monday + (UNREAD_WEEKS + 1) * WEEK <= today:
                read_at = filed_at + timedelta(days=1)
                acknowledge_note(note=note, version=note.version, now=read_at, by=consultant)
            filed += 1
        monday += WEEK
    return filed
