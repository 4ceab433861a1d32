"""Rounds of the self-assessment: who answers for whom, what each side thinks, and where the sides differ."""

import uuid
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from django.core.exceptions import ValidationError

from implementation.models import ChangeAnswer, ChangeRound, ChangeSide, ChangeSubject
from implementation.operations import change as operations
from implementation.queries import change as queries
from implementation.tables.change import finding, proposal
from mst_sites.accounts.permissions import Role
from mst_sites.audit.models import AuditEntry
from mst_sites.records.models import Action
from tests.factories import (
    ChangeAnswerFactory,
    ChangeRoundFactory,
    MembershipFactory,
    SiteFactory,
    TeamFactory,
    person,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
LAST_DAY = TODAY + timedelta(days=21)


@pytest.fixture
def site():
    return SiteFactory()


@pytest.fixture
def running(site):
    return ChangeRoundFactory(site=site, opened_on=TODAY, closes_on=LAST_DAY)


@pytest.fixture
def manager(site):
    return person(Role.PROVIDER_MANAGER, site=site)


def open_round(site, by, **values):
    values = {"closes_on": LAST_DAY, "round_id": uuid.uuid4(), "now": NOW, **values}
    return operations.open_round(site=site, **values, by=by)


def answer(within, by, scores=None, now=NOW):
    return operations.answer_round(
        within=within, scores=scores or dict.fromkeys(range(1, 16), 4), now=now, by=by
    )


def test_statements_of_the_first_version_cover_the_five_subjects():
    statements = queries.statements_of(queries.newest_questionnaire().pk)

    assert [each.subject for each in statements] == [s for s in ChangeSubject for _ in range(3)]


def test_open_round_keeps_the_newest_statements(site, manager):
    opened = open_round(site, manager)

    assert (opened.questionnaire.number, opened.opened_on, opened.opened_by) == (1, TODAY, manager)
    entry = AuditEntry.objects.get(action="change-round.opened")
    assert (entry.site, entry.details) == (site, {"closes_on": "2026-03-23"})


def test_open_round_sent_twice_is_one_round(site, manager):
    key = uuid.uuid4()

    assert open_round(site, manager, round_id=key) == open_round(site, manager, round_id=key)


@pytest.mark.parametrize("day", [TODAY - timedelta(days=1), TODAY + timedelta(days=93)])
def test_open_round_refuses_days_past_and_far_away(day, site, manager):
    with pytest.raises(ValidationError) as refusal:
        open_round(site, manager, closes_on=day)

    assert list(refusal.value.error_dict) == ["closes_on"]


def test_open_round_refuses_a_second_one(running, site, manager):
    with pytest.raises(ValidationError, match="open already"):
        open_round(site, manager)


def test_open_round_ends_the_one_whose_time_is_over(running, site, manager):
    later = NOW + timedelta(days=30)

    open_round(site, manager, closes_on=later.date() + timedelta(days=7), now=later)

    running.refresh_from_db()
    assert (running.closed_at, running.closed_by) == (later, None)


def test_close_round(running, manager):
    closed = operations.close_round(within=running, now=NOW, by=manager)

    assert (closed.closed_at, closed.is_open_on(TODAY)) == (NOW, False)
    assert AuditEntry.objects.get(action="change-round.closed").actor == manager
    with pytest.raises(ValidationError, match="closed already"):
        operations.close_round(within=running, now=NOW, by=manager)


@pytest.mark.parametrize(
    ("role", "side"),
    [
        (Role.PROVIDER_MANAGER, "PROVIDER"),
        (Role.COMMISSIONER, "COMMISSIONER"),
        (Role.STEERING_GROUP_MEMBER, "PARTNERS"),
    ],
)
def test_answer_round_is_for_the_side_of_the_role(role, side, running, site):
    kept = answer(running, person(role, site=site))

    assert kept.side == side
    assert AuditEntry.objects.get(action="change.answered").details == {"side": side}


def test_answer_round_of_somebody_with_two_roles_is_for_the_first(running, site, manager):
    MembershipFactory(site=site, user=manager, role=Role.STEERING_GROUP_MEMBER)

    assert answer(running, manager).side == "PROVIDER"


def test_answer_round_again_replaces_the_answer(running, manager):
    answer(running, manager)

    again = answer(running, manager, {1: 2})

    assert ChangeAnswer.objects.get().scores == again.scores == {"1": 2}


@pytest.mark.parametrize("scores", [{0: 3}, {16: 3}, {1: 0}, {1: 6}, {}])
def test_answer_round_refuses_what_is_no_answer(scores, running, manager):
    with pytest.raises(ValidationError):
        operations.answer_round(within=running, scores=scores, now=NOW, by=manager)


def test_answer_round_is_taken_on_the_last_day_and_not_after(running, manager):
    assert answer(running, manager, now=NOW + timedelta(days=21))
    with pytest.raises(ValidationError, match="over"):
        answer(running, manager, now=NOW + timedelta(days=22))


def test_answer_round_refuses_who_is_on_no_side_and_whose_role_has_ended(running, site):
    supervisor = person(Role.SUPERVISOR, team=TeamFactory(site=site))
    gone = person(Role.COMMISSIONER, site=site)
    gone.memberships.update(ended_at=gone.memberships.get().began_at)

    for stranger in (supervisor, gone, person(Role.COMMISSIONER, site=SiteFactory())):
        with pytest.raises(ValidationError, match="none of the sides"):
            answer(running, stranger)


@pytest.mark.parametrize("operation", ["open", "close", "answer", "act"])
def test_operations_leave_nothing_when_they_cannot_be_recorded(
    operation, running, manager, broken_audit
):
    elsewhere = SiteFactory()
    acts = {
        "open": lambda: open_round(elsewhere, manager),
        "close": lambda: operations.close_round(within=running, now=NOW, by=manager),
        "answer": lambda: answer(running, manager),
        "act": lambda: operations.raise_change_action(
            within=running, text="Meet.", owner=manager, by=manager
        ),
    }

    with pytest.raises(broken_audit):
        acts[operation]()

    assert ChangeRound.objects.get().closed_at is None
    assert (ChangeAnswer.objects.count(), Action.objects.count()) == (0, 0)


def test_raise_change_action_hangs_on_the_round(running, site, manager):
    action = operations.raise_change_action(
        within=running, text="Agree on on-call pay.", owner=manager, by=manager
    )

    assert list(queries.actions_from(site)) == [action]


def scored(side, within, roles, others=4):
    """Let somebody answer: one score for the first subject, another for the rest."""
    scores = {str(place): roles if place <= 3 else others for place in range(1, 16)}
    return ChangeAnswerFactory(round=within, side=side, scores=scores)


def test_results_are_the_means_of_each_side(running, site):
    scored("PROVIDER", running, 5)
    scored("PROVIDER", running, 4)
    scored("COMMISSIONER", running, 3)
    after = LAST_DAY + timedelta(days=1)

    [result] = queries.results_of(site, today=after)

    roles = result.of("ROLES")
    assert dict(roles.means) == {
        ChangeSide.PROVIDER: Fraction(9, 2),
        ChangeSide.COMMISSIONER: Fraction(3),
        ChangeSide.PARTNERS: None,
    }
    assert (roles.difference, roles.is_gap) == (Fraction(3, 2), True)
    assert (result.widest, [gap.subject for gap in result.gaps]) == (roles, ["ROLES"])
    assert result.of("COSTS").difference == 0
    assert finding(result) == (
        "Furthest apart on “Roles and responsibilities”: Provider 4.5, Commissioner 3.0."
    )
    assert proposal(roles) == (
        "Bring Provider and Commissioner to one view of “Roles and responsibilities”."
    )


def test_results_leave_out_what_could_not_be_said(running, site):
    ChangeAnswerFactory(round=running, side="PROVIDER", scores={"1": 2, "2": 5})

    [result] = queries.results_of(site, today=LAST_DAY + timedelta(days=1))

    assert result.of("ROLES").means[ChangeSide.PROVIDER] == Fraction(7, 2)
    assert result.of("COSTS").means[ChangeSide.PROVIDER] is None
    assert "nothing can be compared" in finding(result)


def test_results_of_an_open_round_say_how_many_and_nothing_else(running, site):
    scored("PARTNERS", running, 1)

    [result] = queries.results_of(site, today=TODAY)

    assert (result.is_open, list(result.subjects)) == (True, [])
    assert dict(result.answered) == {"PROVIDER": 0, "COMMISSIONER": 0, "PARTNERS": 1}


def test_results_are_read_in_three_queries(site, queries):
    from implementation.queries.change import results_of

    for number in range(3):
        within = ChangeRoundFactory(site=site, opened_on=date(2025, 1 + number, 1), closed_at=NOW)
        scored("PROVIDER", within, 3)

    with queries(3):
        assert len(results_of(site, today=TODAY)) == 3


def test_results_hold_the_rounds_of_one_site(running):
    assert queries.results_of(SiteFactory(), today=TODAY) == []
