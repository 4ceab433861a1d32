"""What an operation wrote is gone when it cannot be recorded: every row of every table is as it was before."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from types import SimpleNamespace as Of
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from implementation.models import (
    CapacityDefaults,
    ChangeQuestionnaire,
    ChangeStatement,
    ChangeSubject,
    Meeting,
    PastForecast,
    SavedView,
)
from implementation.operations import (
    activities,
    agendas,
    defaults,
    enquiries,
    facts,
    funding,
    gates,
    invitees,
    meetings,
    minutes,
    portfolio,
    questionnaires,
    series,
    steering,
)
from implementation.operations.forecasts import keep_past_forecasts
from implementation.operations.minutes import MinutesSheet, Ruling
from implementation.operations.series import Arrangement, Rhythm
from implementation.operations.steering import GroupTerms, Membership
from implementation.queries.capacity import BUILT_IN
from mst_sites.accounts.models import User
from mst_sites.accounts.permissions import Role
from mst_sites.tenancy.models import Site
from tests import factories as f
from tests.implementation.meetings import NOW, TODAY, details, guests

pytestmark = pytest.mark.django_db

ON_THE_DAY = NOW.replace(day=16, hour=11)
SOON = NOW + timedelta(days=14)
TERMS = GroupTerms("Meets monthly.", date(2026, 1, 5), 4, 3, 2)
SEAT = Membership(
    seat="HEALTH", joined_on=date(2026, 1, 5), name="Demo Member", agency="Demo Trust"
)


@dataclass
class Stage:
    """A site with people, and how to put rows on it as they were left by others."""

    site: Site
    by: User

    def meeting(self, **given: Any) -> Meeting:
        given = {"starts_at": SOON, "title": "Steering group"} | given
        return f.MeetingFactory(site=self.site, **given)

    def asked(self, **given: Any) -> Meeting:
        """Return a meeting to which somebody was asked by mail."""
        meeting = self.meeting(**given)
        f.InviteeFactory(meeting=meeting, told_sequence=0, attendance="PRESENT")
        return meeting

    def closed(self) -> Meeting:
        return self.asked(state="CLOSED", closed_at=NOW)

    def of_series(self) -> Meeting:
        row = f.MeetingSeriesFactory(site=self.site)
        return self.asked(series=row, series_on=SOON.date())


@pytest.fixture
def stage():
    site = f.SiteFactory()
    return Stage(site, f.person(Role.PROVIDER_MANAGER, site=site))


# Each makes what it acts upon, and returns the operation with its values.
ACTS = {
    "comment_activity": lambda s: Of(
        act=activities.comment_activity,
        activity=f.ActivityFactory(plan=f.PlanFactory(site=s.site)),
        text="Rang them.",
    ),
    "attach_evidence": lambda s: Of(
        act=activities.attach_evidence,
        activity=f.ActivityFactory(plan=f.PlanFactory(site=s.site)),
        upload=letter(),
        now=NOW,
    ),
    "attach_evidence_to_fact": lambda s: Of(
        act=facts.attach_evidence,
        fact=f.SiteFactFactory(site=s.site),
        evidence=facts.Evidence(letter()),
        now=NOW,
    ),
    "record_fact": lambda s: Of(
        act=facts.record_fact,
        site=s.site,
        code="LICENCE_SIGNED",
        holds_on=TODAY,
        evidence=facts.Evidence(letter()),
        now=NOW,
    ),
    "confirm_source": lambda s: Of(
        act=funding.confirm_source,
        source=f.FundingSourceFactory(site=s.site),
        version=1,
        confirmed_on=TODAY,
        evidence=funding.Evidence(letter()),
        now=NOW,
    ),
    "reopen_enquiry": lambda _s: Of(
        act=enquiries.reopen_enquiry,
        enquiry=f.EnquiryFactory(state="CLOSED", outcome="NO_REPLY", closed_at=NOW),
        version=1,
    ),
    "open_site": lambda s: Of(
        act=gates.open_site,
        plan=ready_plan(s.site),
        version=1,
        opened_on=TODAY,
        now=NOW,
    ),
    "set_up_group": lambda s: Of(
        act=steering.set_up_group, site=s.site, group_id=uuid4(), terms=TERMS, today=TODAY
    ),
    "change_group": lambda s: Of(
        act=steering.change_group,
        group=f.SteeringGroupFactory(site=s.site),
        version=1,
        terms=TERMS,
        today=TODAY,
    ),
    "add_member": lambda s: Of(
        act=steering.add_member, site=s.site, member_id=uuid4(), membership=SEAT, today=TODAY
    ),
    "change_member": lambda s: Of(
        act=steering.change_member,
        member=f.SteeringMemberFactory(site=s.site),
        version=1,
        membership=SEAT,
        today=TODAY,
    ),
    "plan_series": lambda s: Of(
        act=series.plan_series,
        site=s.site,
        series_id=uuid4(),
        details=details(),
        rhythm=Rhythm(4, 3),
        guests=guests(2),
        now=NOW,
    ),
    "extend_series": lambda s: Of(
        act=series.extend_series, series=s.of_series().series, version=1, count=2, now=NOW
    ),
    "change_series": lambda s: Of(
        act=series.change_series,
        meeting=s.of_series(),
        version=1,
        series_version=1,
        arrangement=Arrangement(TODAY + timedelta(days=15), time(14), 60),
        now=NOW,
    ),
    "cancel_series": lambda s: Of(
        act=series.cancel_series,
        meeting=s.of_series(),
        version=1,
        series_version=1,
        reason="Ill",
        now=NOW,
    ),
    "change_meeting": lambda s: Of(
        act=meetings.change_meeting,
        meeting=s.asked(),
        version=1,
        details=details(begins_at=time(14)),
        now=NOW,
    ),
    "reinstate_meeting": lambda s: Of(
        act=meetings.reinstate_meeting,
        meeting=s.asked(state="CANCELLED", cancel_reason="Ill"),
        version=1,
        now=NOW,
    ),
    "send_invitations": lambda s: Of(
        act=invitees.send_invitations,
        meeting=f.InviteeFactory(meeting=s.meeting()).meeting,
        now=NOW,
    ),
    "remove_invitee": lambda s: Of(
        act=invitees.remove_invitee, invitee=s.asked().invitees.get(), now=NOW
    ),
    "add_point": lambda s: Of(
        act=agendas.add_point,
        meeting=s.meeting(),
        point_id=uuid4(),
        text="On-call",
        now=NOW,
        today=TODAY,
    ),
    "move_point": lambda s: Of(act=agendas.move_point, point=two_points(s)[1], is_up=True),
    "settle_point": lambda s: Of(
        act=agendas.settle_point,
        point=(point := f.AgendaPointFactory(meeting=s.meeting())),
        meeting=point.meeting,
        is_settled=True,
    ),
    "remove_point": lambda s: Of(
        act=agendas.remove_point, point=f.AgendaPointFactory(meeting=s.meeting())
    ),
    "mark_attendance": lambda s: Of(
        act=minutes.mark_attendance,
        meeting=(meeting := s.asked()),
        version=1,
        marks={meeting.invitees.get().pk: "APOLOGIES"},
        now=NOW,
    ),
    "correct_attendance": lambda s: Of(
        act=minutes.correct_attendance,
        meeting=(meeting := with_two(s.closed())),
        version=1,
        marks={meeting.invitees.first().pk: "APOLOGIES"},
        reason="Heard wrongly",
        now=NOW,
    ),
    "save_minutes": lambda s: Of(
        act=minutes.save_minutes,
        meeting=s.meeting(),
        sheet=MinutesSheet(uuid4(), 0),
        text="Agreed.",
        now=NOW,
        today=TODAY,
    ),
    "record_decision": lambda s: Of(
        act=minutes.record_decision,
        meeting=s.meeting(),
        decision_id=uuid4(),
        ruling=Ruling("Agreed.", TODAY),
        now=NOW,
        today=TODAY,
    ),
    "change_decision": lambda s: Of(
        act=minutes.change_decision,
        decision=f.DecisionFactory(meeting=s.meeting()),
        version=1,
        ruling=Ruling("Agreed at last.", TODAY),
        today=TODAY,
    ),
    "close_meeting": lambda s: Of(
        act=minutes.close_meeting,
        meeting=s.asked(),
        version=1,
        now=ON_THE_DAY,
        today=ON_THE_DAY.date(),
    ),
    "send_minutes": lambda s: Of(
        act=minutes.send_minutes,
        meeting=(meeting := s.closed()),
        invitees=[meeting.invitees.get().pk],
        today=TODAY,
        now=NOW,
    ),
    "write_questionnaire": lambda _s: Of(
        act=questionnaires.write_questionnaire,
        version=draft_of_statements().version,
        statements={subject: ["It is so."] for subject in ChangeSubject},
        what_changed="Fewer",
    ),
    "publish_questionnaire": lambda _s: Of(
        act=questionnaires.publish_questionnaire,
        questionnaire=draft_of_statements(),
        version=1,
        now=NOW,
    ),
    "discard_questionnaire": lambda _s: Of(
        act=questionnaires.discard_questionnaire, questionnaire=draft_of_statements(), version=1
    ),
    "write_defaults": lambda _s: Of(
        act=defaults.write_defaults,
        version=draft_of_figures().version,
        figures=BUILT_IN,
        what_changed="Fewer",
    ),
    "publish_defaults": lambda _s: Of(
        act=defaults.publish_defaults, edition=draft_of_figures(), version=1, now=NOW
    ),
    "discard_defaults": lambda _s: Of(
        act=defaults.discard_defaults, edition=draft_of_figures(), version=1
    ),
    "save_view": lambda _s: Of(act=portfolio.save_view, name="Wales", query="nation=WALES"),
    "delete_view": lambda s: Of(
        act=portfolio.delete_view,
        view=SavedView.objects.create(owner=s.by, name="Wales", query="nation=WALES"),
    ),
    "export_portfolio": lambda _s: Of(act=portfolio.export_portfolio, rows=3, file_type="csv"),
    "export_timeline": lambda s: Of(
        act=portfolio.export_timeline, site=s.site, rows=3, file_type="csv"
    ),
}


def letter():
    return SimpleUploadedFile("letter.txt", b"We agree.")


def ready_plan(site):
    plan = f.PlanFactory(site=site, stage="E")
    f.GateDecisionFactory(plan=plan, gate="OPENING")
    f.TeamFactory(site=site, opened_on=None)
    return plan


def with_two(meeting):
    for _each in range(2):
        f.InviteeFactory(meeting=meeting, attendance="PRESENT")
    return meeting


def draft_of_statements():
    draft = ChangeQuestionnaire.objects.create(number=2, what_changed="More")
    ChangeStatement.objects.create(questionnaire=draft, subject="COSTS", position=1, text="So.")
    return draft


def draft_of_figures():
    return CapacityDefaults.objects.create(number=2, what_changed="More", figures={"models": {}})


def two_points(stage):
    meeting = stage.meeting()
    return [f.AgendaPointFactory(meeting=meeting, position=place) for place in (0, 1)]


@pytest.mark.parametrize("act", ACTS)
def test_nothing_is_left_of_what_cannot_be_recorded(act, stage, broken_at_last):
    broken_at_last(lambda: ACTS[act](stage), by=stage.by)


def test_past_forecasts_stay_when_new_ones_cannot_be_worked_out(monkeypatch):
    f.PastForecastFactory(method=0)

    def fail():
        raise ArithmeticError

    monkeypatch.setattr("implementation.operations.forecasts.opened_sites", fail)
    with pytest.raises(ArithmeticError):
        keep_past_forecasts(now=NOW, by=None)

    assert PastForecast.objects.get().method == 0
