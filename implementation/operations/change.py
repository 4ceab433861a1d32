"""Rounds of the organisational change self-assessment: opened, answered, closed, and turned into actions."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from implementation.models import Agreement, ChangeAnswer, ChangeRound
from implementation.queries import change as queries
from mst_sites.accounts.models import User
from mst_sites.accounts.permissions import Role
from mst_sites.audit import operations as audit
from mst_sites.periods import local_day
from mst_sites.records import operations as records
from mst_sites.records.models import Action
from mst_sites.tenancy.endings import refuse_closed
from mst_sites.tenancy.models import Membership, Site

LONGEST_ROUND = timedelta(days=92)


def open_round(
    *, site: Site, closes_on: date, round_id: UUID, now: datetime, by: User | None
) -> ChangeRound:
    """Let everybody on a site answer until a day, by the newest statements.

    :param round_id: made by the form, so that a submit that is repeated is the same round.
    :raises ValidationError: a round is open already, or the day is past or far away.
    """
    today = local_day(now)
    refuse_closed(site)
    with transaction.atomic():
        if again := ChangeRound.objects.filter(pk=round_id, site=site).first():
            return again
        if closes_on < today:
            raise ValidationError({"closes_on": _("This day is past.")})
        if closes_on > today + LONGEST_ROUND:
            raise ValidationError({"closes_on": _("Choose a day within three months.")})
        left = ChangeRound.objects.select_for_update().filter(site=site, closed_at=None)
        for each in left:
            if each.is_open_on(today):
                raise ValidationError(_("A round is open already: close it first."))
            end(each, now=now, by=None)
        opened = ChangeRound(
            pk=round_id,
            site=site,
            questionnaire=queries.newest_questionnaire(),
            opened_on=today,
            closes_on=closes_on,
            opened_by=by,
        )
        opened.full_clean()
        opened.save(force_insert=True)
        details = {"closes_on": closes_on.isoformat()}
        audit.record("change-round.opened", site=site, subject=opened, details=details, by=by)
    return opened


def close_round(*, within: ChangeRound, now: datetime, by: User | None) -> ChangeRound:
    """Take no more answers; from now on everybody sees how the sides differ.

    :raises ValidationError: it is closed already.
    """
    with transaction.atomic():
        current = ChangeRound.objects.select_for_update().get(pk=within.pk)
        if current.closed_at is not None:
            raise ValidationError(_("This round is closed already."))
        return end(current, now=now, by=by)


def end(current: ChangeRound, *, now: datetime, by: User | None) -> ChangeRound:
    current.closed_at, current.closed_by = now, by
    current.full_clean()
    current.save()
    audit.record("change-round.closed", site=current.site, subject=current, by=by)
    return current


def answer_round(
    *, within: ChangeRound, scores: Mapping[int, int], now: datetime, by: User
) -> ChangeAnswer:
    """Keep what a person thinks, in place of what they thought before. The audit says that, not what.

    :param scores: by the statement's position, 1 to 5; a statement that is left out could not be said.
    :raises ValidationError: the round is over, the person has no side, or nothing or something else was said.
    """
    with transaction.atomic():
        # The row of the round stands in line for all its answers, so that none comes after its end.
        current = ChangeRound.objects.select_for_update(no_key=True).get(pk=within.pk)
        if not current.is_open_on(local_day(now)):
            raise ValidationError(_("This round is over: it takes no more answers."))
        held = Membership.objects.filter(site=current.site_id, user=by, ended_at=None)
        side = queries.side_of(Role(role) for role in held.values_list("role", flat=True))
        if side is None:
            raise ValidationError(_("You answer for none of the sides."))
        refuse_scores(scores, current)
        answer = queries.answer_of(by, current) or ChangeAnswer(
            site=current.site, round=current, person=by
        )
        answer.side, answer.answered_at = side, now
        answer.scores = {str(position): score for position, score in sorted(scores.items())}
        answer.full_clean()
        answer.save()
        details = {"side": side.value}
        audit.record("change.answered", site=current.site, subject=current, details=details, by=by)
    return answer


def refuse_scores(scores: Mapping[int, int], within: ChangeRound) -> None:
    statements = queries.statements_of(within.questionnaire_id)
    known = set(statements.values_list("position", flat=True))
    if not scores:
        raise ValidationError(_("Answer at least one of the statements."))
    if not known >= set(scores) or not set(scores.values()) <= set(Agreement.values):
        raise ValidationError(_("This is no answer to these statements."))


def raise_change_action(
    *,
    within: ChangeRound,
    text: str,
    owner: User,
    due_on: date | None = None,
    action_id: UUID | None = None,
    confirmed_reason: str = "",
    by: User | None,
) -> Action:
    """Agree on what is done about a difference that a round has shown.

    :raises ValidationError: no text, an owner from elsewhere, or text that could identify a person.
    """
    return records.raise_action(
        site=within.site,
        subject=within,
        text=text,
        owner=owner,
        due_on=due_on,
        action_id=action_id,
        confirmed_reason=confirmed_reason,
        by=by,
    )
