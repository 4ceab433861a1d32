"""One factory for each model, in the order of the apps."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import factory
from django.contrib.auth.hashers import make_password
from django.utils import timezone
from factory.django import DjangoModelFactory

from consultation.metrics import review_metrics
from consultation.models import Episode, EscalationAnswer, Note, Review, TamR
from consultation.models.snapshot import ReviewContent, fingerprint
from implementation.models import (
    Activity,
    AgendaPoint,
    AttendanceCorrection,
    BoardPaper,
    CapacityScenario,
    ChangeAnswer,
    ChangeQuestionnaire,
    ChangeRound,
    CostLine,
    Decision,
    Enquiry,
    EnquiryNote,
    FeedKey,
    FundingReminder,
    FundingShare,
    FundingSource,
    GateDecision,
    Invitee,
    Meeting,
    MeetingSeries,
    Minutes,
    NeedsAnalysis,
    OpeningChange,
    PastForecast,
    Plan,
    PlanTemplate,
    SiteFact,
    StageTransition,
    SteeringGroup,
    SteeringMember,
    Sustainability,
    TemplateActivity,
    XrayReading,
)
from mst_sites.accounts.models import User
from mst_sites.accounts.permissions import COUNTRY_ROLES, TEAM_ROLES, Role
from mst_sites.periods import Period
from mst_sites.tenancy.models import Membership, Organisation, OrganisationKind, Site, Team
from tests.consultation.standard import STANDARD


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person-{n}@example.org")
    full_name = factory.Sequence(lambda n: f"Person {n}")
    password = factory.LazyFunction(lambda: make_password(None))


class OrganisationFactory(DjangoModelFactory):
    class Meta:
        model = Organisation

    name = factory.Sequence(lambda n: f"Provider {n}")
    kind = OrganisationKind.PROVIDER


class SiteFactory(DjangoModelFactory):
    class Meta:
        model = Site

    name = factory.Sequence(lambda n: f"Site {n}")
    slug = factory.Sequence(lambda n: f"site-{n}")
    nation = "ENGLAND"


class TeamFactory(DjangoModelFactory):
    class Meta:
        model = Team

    site = factory.SubFactory(SiteFactory)
    name = factory.Sequence(lambda n: f"Team {n}")
    slug = factory.Sequence(lambda n: f"team-{n}")


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    site = factory.SubFactory(SiteFactory)
    user = factory.SubFactory(UserFactory)
    role = Role.COMMISSIONER
    began_at = factory.LazyFunction(timezone.now)


class PlanTemplateFactory(DjangoModelFactory):
    class Meta:
        model = PlanTemplate

    name = factory.Sequence(lambda n: f"Template {n}")
    model = "standard"
    number = factory.Sequence(lambda n: n + 2)
    state = "RETIRED"
    published_at = factory.LazyFunction(timezone.now)


class TemplateActivityFactory(DjangoModelFactory):
    class Meta:
        model = TemplateActivity

    template = factory.SubFactory(PlanTemplateFactory, state="DRAFT", published_at=None)
    code = "A1"
    stage = "A"
    area = "STAKEHOLDERS"
    title = "An activity"


class PlanFactory(DjangoModelFactory):
    """A plan as it begins; it is not the one that `start_plan` makes: it has no activities."""

    class Meta:
        model = Plan

    site = factory.SubFactory(SiteFactory)
    template = factory.LazyFunction(lambda: PlanTemplate.objects.published().get(model="standard"))
    started_on = date(2026, 1, 5)
    stage_since = factory.SelfAttribute("started_on")
    turn = "MST_UK"
    turn_since = factory.SelfAttribute("started_on")


class ActivityFactory(DjangoModelFactory):
    class Meta:
        model = Activity

    plan = factory.SubFactory(PlanFactory)
    site = factory.SelfAttribute("plan.site")
    code = factory.Sequence(lambda n: f"C{n % 99 + 1}")
    stage = factory.LazyAttribute(lambda activity: activity.code[0])
    area = "STAKEHOLDERS"
    title = "An activity"
    not_applicable_reason = ""


class OpeningChangeFactory(DjangoModelFactory):
    class Meta:
        model = OpeningChange

    plan = factory.SubFactory(PlanFactory)
    site = factory.SelfAttribute("plan.site")
    new_on = date(2026, 12, 1)
    reason = "FIRST_PLANNED"
    changed_at = factory.LazyFunction(timezone.now)


class StageTransitionFactory(DjangoModelFactory):
    class Meta:
        model = StageTransition

    plan = factory.SubFactory(PlanFactory)
    site = factory.SelfAttribute("plan.site")
    kind = "START"
    to_stage = "A"
    happened_on = date(2026, 1, 5)
    recorded_at = factory.LazyFunction(timezone.now)


class SiteFactFactory(DjangoModelFactory):
    class Meta:
        model = SiteFact

    site = factory.SubFactory(SiteFactory)
    code = "LICENCE_SIGNED"
    holds_on = date(2026, 1, 5)
    recorded_at = factory.LazyFunction(timezone.now)


class GateDecisionFactory(DjangoModelFactory):
    class Meta:
        model = GateDecision

    plan = factory.SubFactory(PlanFactory)
    site = factory.SelfAttribute("plan.site")
    gate = "GO"
    outcome = "PASSED"
    decided_on = date(2026, 2, 2)
    decided_by = "Programme board"
    recorded_at = factory.LazyFunction(timezone.now)


class EnquiryFactory(DjangoModelFactory):
    class Meta:
        model = Enquiry

    contact_name = "Demo Contact"
    organisation = factory.Sequence(lambda n: f"Council {n}")
    role = "Head of Service"
    email = factory.Sequence(lambda n: f"enquiry-{n}@example.org")
    nation = "WALES"
    area = factory.Sequence(lambda n: f"Valley {n}")
    need = "A service for young people at the edge of care."
    received_at = factory.LazyFunction(timezone.now)


class EnquiryNoteFactory(DjangoModelFactory):
    class Meta:
        model = EnquiryNote

    enquiry = factory.SubFactory(EnquiryFactory)
    author = factory.SubFactory(UserFactory)
    text = "Rang back."
    written_at = factory.LazyFunction(timezone.now)


class ChangeRoundFactory(DjangoModelFactory):
    """A round that is open today."""

    class Meta:
        model = ChangeRound

    site = factory.SubFactory(SiteFactory)
    questionnaire = factory.LazyFunction(lambda: ChangeQuestionnaire.objects.get(number=1))
    opened_on = factory.LazyFunction(timezone.localdate)
    closes_on = factory.LazyAttribute(lambda each: each.opened_on + timedelta(days=28))


class ChangeAnswerFactory(DjangoModelFactory):
    class Meta:
        model = ChangeAnswer

    round = factory.SubFactory(ChangeRoundFactory)
    site = factory.SelfAttribute("round.site")
    person = factory.SubFactory(UserFactory)
    side = "PROVIDER"
    scores = factory.LazyFunction(lambda: {str(place): 3 for place in range(1, 16)})
    answered_at = factory.LazyFunction(timezone.now)


class FeedKeyFactory(DjangoModelFactory):
    class Meta:
        model = FeedKey

    user = factory.SubFactory(UserFactory)
    token_hash = factory.Sequence(lambda n: f"{n:064x}")
    made_at = factory.LazyFunction(timezone.now)


class NeedsAnalysisFactory(DjangoModelFactory):
    class Meta:
        model = NeedsAnalysis

    site = factory.SubFactory(SiteFactory)
    number = 1
    areas = "One council"
    eligible_low, eligible_central, eligible_high = 60, 80, 120
    eligible_source = "Count of the partnership"
    eligible_year = 2025
    eligible_confidence = "MEDIUM"
    written_at = factory.LazyFunction(timezone.now)


class CapacityScenarioFactory(DjangoModelFactory):
    """Forty families a year, who come out of eighty eligible young people."""

    class Meta:
        model = CapacityScenario

    site = factory.SubFactory(SiteFactory)
    name = factory.Sequence(lambda n: f"Scenario {n}")
    therapists, caseload, treatment_months = Decimal(4), Decimal(5), Decimal(4)
    utilisation, acceptance = Decimal("66.7"), Decimal(50)
    eligible_low, eligible_central, eligible_high = 60, 80, 120
    saved_at = factory.LazyFunction(timezone.now)


class BoardPaperFactory(DjangoModelFactory):
    class Meta:
        model = BoardPaper

    site = factory.SubFactory(SiteFactory)
    sha256 = factory.Sequence(lambda n: f"{n:064x}")
    asked_at = factory.LazyFunction(timezone.now)


class FundingSourceFactory(DjangoModelFactory):
    class Meta:
        model = FundingSource

    site = factory.SubFactory(SiteFactory)
    funder_name = "Example Council"
    kind = "MAINSTREAM"
    amount = Decimal(900_000)
    starts_on = date(2026, 4, 1)
    ends_on = date(2028, 4, 1)


class FundingShareFactory(DjangoModelFactory):
    class Meta:
        model = FundingShare

    source = factory.SubFactory(FundingSourceFactory)
    site = factory.SelfAttribute("source.site")
    partner = "Example Health Board"
    percent = Decimal(40)


class CostLineFactory(DjangoModelFactory):
    class Meta:
        model = CostLine

    site = factory.SubFactory(SiteFactory)
    kind = "POSTS"
    title = "Supervisor and four therapists"
    amount = Decimal(400_000)


class SustainabilityFactory(DjangoModelFactory):
    class Meta:
        model = Sustainability

    site = factory.SubFactory(SiteFactory)
    days_saved_low, days_saved_central, days_saved_high = Decimal(10), Decimal(40), Decimal(70)
    cost_per_day, placement_cost = Decimal(400), Decimal(120_000)


class FundingReminderFactory(DjangoModelFactory):
    class Meta:
        model = FundingReminder

    source = factory.SubFactory(FundingSourceFactory)
    site = factory.SelfAttribute("source.site")
    about = "MONEY_ENDS"
    about_on = factory.SelfAttribute("source.ends_on")
    months = 12
    person = factory.SubFactory(UserFactory)
    sent_at = factory.LazyFunction(timezone.now)


class SteeringGroupFactory(DjangoModelFactory):
    class Meta:
        model = SteeringGroup

    site = factory.SubFactory(SiteFactory)
    formed_on = date(2026, 1, 5)


class SteeringMemberFactory(DjangoModelFactory):
    class Meta:
        model = SteeringMember

    site = factory.SubFactory(SiteFactory)
    name = factory.Sequence(lambda n: f"Demo Member {n}")
    agency = factory.Sequence(lambda n: f"Agency {n}")
    seat = "HEALTH"
    joined_on = date(2026, 1, 5)


class MeetingSeriesFactory(DjangoModelFactory):
    class Meta:
        model = MeetingSeries

    site = factory.SubFactory(SiteFactory)
    kind = "CALL"
    title = "Conference call"
    every_weeks = 2
    first_on = date(2026, 3, 2)
    begins_at = time(10)
    minutes = 60


class MeetingFactory(DjangoModelFactory):
    class Meta:
        model = Meeting

    site = factory.SubFactory(SiteFactory)
    kind = "STEERING_GROUP"
    title = "Steering group"
    starts_at = datetime(2026, 3, 2, 10, tzinfo=UTC)
    ends_at = factory.LazyAttribute(lambda meeting: meeting.starts_at + timedelta(minutes=90))
    cancel_reason = ""
    agenda = factory.LazyFunction(list)


class InviteeFactory(DjangoModelFactory):
    class Meta:
        model = Invitee

    meeting = factory.SubFactory(MeetingFactory)
    site = factory.SelfAttribute("meeting.site")
    name = factory.Sequence(lambda n: f"Demo Guest {n}")
    email = factory.Sequence(lambda n: f"guest-{n}@example.org")


class AttendanceCorrectionFactory(DjangoModelFactory):
    class Meta:
        model = AttendanceCorrection

    meeting = factory.SubFactory(MeetingFactory)
    site = factory.SelfAttribute("meeting.site")
    changes = factory.LazyFunction(
        lambda: [{"name": "Demo Guest", "before": "ABSENT", "after": "PRESENT"}]
    )
    reason = "Came late"
    corrected_at = factory.LazyFunction(timezone.now)


class AgendaPointFactory(DjangoModelFactory):
    class Meta:
        model = AgendaPoint

    meeting = factory.SubFactory(MeetingFactory)
    site = factory.SelfAttribute("meeting.site")
    text = "A point"
    added_at = factory.LazyFunction(timezone.now)


class MinutesFactory(DjangoModelFactory):
    class Meta:
        model = Minutes

    meeting = factory.SubFactory(MeetingFactory)
    site = factory.SelfAttribute("meeting.site")
    saved_at = factory.LazyFunction(timezone.now)


class DecisionFactory(DjangoModelFactory):
    class Meta:
        model = Decision

    meeting = factory.SubFactory(MeetingFactory)
    site = factory.SelfAttribute("meeting.site")
    text = "A decision"
    decided_on = date(2026, 3, 2)
    recorded_at = factory.LazyFunction(timezone.now)


class XrayReadingFactory(DjangoModelFactory):
    class Meta:
        model = XrayReading

    site = factory.SubFactory(SiteFactory)
    week_on = date(2026, 3, 2)
    read_on = factory.SelfAttribute("week_on")


class PastForecastFactory(DjangoModelFactory):
    class Meta:
        model = PastForecast

    site = factory.SubFactory(SiteFactory)
    made_on = date(2025, 6, 30)
    method = 1
    opened_on = date(2025, 12, 1)
    stage = "C"
    refusal = ""
    ended_sites = 20
    earliest_on = date(2025, 10, 1)
    median_on = date(2025, 12, 11)
    latest_on = date(2026, 3, 1)
    worked_out_at = factory.LazyFunction(timezone.now)


class EpisodeFactory(DjangoModelFactory):
    class Meta:
        model = Episode

    team = factory.SubFactory(TeamFactory)
    site = factory.SelfAttribute("team.site")
    case_ref = factory.Sequence(lambda n: f"T01-{n:04}")


class TamRFactory(DjangoModelFactory):
    class Meta:
        model = TamR

    episode = factory.SubFactory(EpisodeFactory)
    site = factory.SelfAttribute("episode.site")
    collected_on = date(2026, 3, 2)
    score = Decimal("0.75")


class NoteFactory(DjangoModelFactory):
    class Meta:
        model = Note

    team = factory.SubFactory(TeamFactory)
    site = factory.SelfAttribute("team.site")
    week_starts_on = date(2026, 3, 2)
    drafted_at = factory.LazyFunction(timezone.now)


class EscalationAnswerFactory(DjangoModelFactory):
    class Meta:
        model = EscalationAnswer

    note = factory.SubFactory(NoteFactory)
    site = factory.SelfAttribute("note.site")
    raised_in = factory.SelfAttribute("note.escalated_in")
    text = "MST UK rang the court."
    answered_at = factory.LazyFunction(timezone.now)


HALF_YEAR = Period(date(2026, 1, 1), date(2026, 7, 1))


def empty_content(review):
    """Return what a review says of a team that has no families yet."""
    figures = review_metrics(
        episodes=[],
        weeks=[],
        period=HALF_YEAR,
        today=HALF_YEAR.ends_on,
        targets=STANDARD,
        since=HALF_YEAR.starts_on,
    )
    return ReviewContent(
        site=review.site.name,
        team=review.team.name,
        provider="",
        model="Standard MST",
        language="en-gb",
        period=HALF_YEAR,
        as_of=HALF_YEAR.ends_on,
        metrics=figures,
        definitions={},
    )


class ReviewFactory(DjangoModelFactory):
    class Meta:
        model = Review

    team = factory.SubFactory(TeamFactory)
    site = factory.SelfAttribute("team.site")
    starts_on = HALF_YEAR.starts_on
    ends_on = HALF_YEAR.ends_on
    requested_at = factory.LazyFunction(timezone.now)
    snapshot = factory.LazyAttribute(lambda review: empty_content(review).as_json())
    snapshot_sha256 = factory.LazyAttribute(lambda review: fingerprint(review.snapshot))


def person(role: Role, *, site: Site | None = None, team: Team | None = None) -> User:
    """Return somebody who holds `role`: for the country, on a site or on a team, as the role demands."""
    if role in COUNTRY_ROLES:
        return UserFactory(country_role=role, full_name=str(role.label))
    on = team.site if team else site
    user = UserFactory(full_name=str(role.label))
    MembershipFactory(user=user, site=on, role=role, team=team if role in TEAM_ROLES else None)
    return user
