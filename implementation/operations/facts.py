"""Facts that gates ask for: recorded with a day, replaced, taken back."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from implementation.models import SiteFact
from mst_sites.accounts.models import User
from mst_sites.audit import operations as audit
from mst_sites.periods import local_day
from mst_sites.records import operations as records
from mst_sites.records.operations.texts import admit_at
from mst_sites.tenancy.endings import refuse_closed
from mst_sites.tenancy.models import Site
from mst_sites.tenancy.versions import ClashError

EARLIEST = date(2000, 1, 1)  # before there was MST in the United Kingdom: a slip of the finger
UNSEEN = UUID(int=0)  # whoever records did not look at what stands


@dataclass(frozen=True)
class Evidence:
    """The file that shows that something is so."""

    upload: Any  # Django's uploaded file
    dated_on: date | None = None


def record_fact(  # noqa: PLR0913 - each is a field of the form, or says who tells it
    *,
    site: Site,
    code: str,
    holds_on: date,
    value: str = "",
    note: str = "",
    source: str = "",
    fact_id: UUID | None = None,
    seen: UUID | None = UNSEEN,
    evidence: Evidence | None = None,
    confirmed_reason: str = "",
    now: datetime,
    by: User | None,
) -> SiteFact:
    """Say that something is so since a day. Recorded again it replaces what stood, which stays on record.

    People say it by a form. Whatever knows it better (Goals and Guidelines, readiness reviews, staffing) says it by
    this same call with its name as `source`: told again unchanged, it stays the same fact, and nobody else changes it.

    :param code: a `FactCode`.
    :param value: the `ReviewOutcome`, for the fact REVIEW_OUTCOME alone.
    :param source: the app that tells it, empty for a person.
    :param fact_id: made by the form, so that a submit that is repeated is the same fact.
    :param seen: the fact that stood when the person began to type, None for none.
    :raises ValidationError: an impossible day, no such outcome, a fact of a source, text that could identify a
        person, or a file that is not kept.
    :raises ClashError: another fact stands than the one that the person had seen.
    """
    today = local_day(now)
    cleaned, told = admit_at(site, {"note": note}, today=today, confirmed_reason=confirmed_reason)
    refuse_day(holds_on, today=today)
    given = {"code": code, "holds_on": holds_on, "value": value, "source": source, **cleaned}
    fact = SiteFact(pk=fact_id or uuid4(), site=site, **given, recorded_at=now, recorded_by=by)
    refuse_closed(site)
    with transaction.atomic():
        standing = locked_fact(site, code)
        if again := said_already(fact, standing):
            return again
        if standing is not None:
            replace(standing, fact, seen=seen)
        fact.full_clean()
        fact.save(force_insert=True)
        details = {**details_of(fact), "replaces": str(standing.pk if standing else ""), **told}
        audit.record("fact.recorded", site=site, subject=fact, details=details, by=by)
        if evidence is not None:
            attach_evidence(fact=fact, evidence=evidence, now=now, by=by)
    return fact


def locked_fact(site: Site, code: str) -> SiteFact | None:
    """Return the fact that stands, and let nobody else record one or take it back until the transaction ends."""
    Site.objects.select_for_update(of=("self",), no_key=True).get(pk=site.pk)
    # Whoever takes it back at this moment comes first: then it stands no more, and their reason stays.
    locked = SiteFact.objects.select_for_update(of=("self",), no_key=True)
    found: SiteFact | None = locked.filter(site=site, code=code).standing().first()
    return found


def attach_evidence(
    *,
    fact: SiteFact,
    evidence: Evidence,
    attachment_id: UUID | None = None,
    now: datetime,
    by: User | None,
) -> SiteFact:
    """Keep the file that shows it with a fact.

    :raises ValidationError: the file is not what we keep, or shows a day to come.
    """
    if evidence.dated_on is not None and evidence.dated_on > local_day(now):
        raise ValidationError({"dated_on": _("This day is still to come.")})
    with transaction.atomic():
        records.attach_file(
            site=fact.site,
            subject=fact,
            upload=evidence.upload,
            dated_on=evidence.dated_on,
            attachment_id=attachment_id or uuid5(fact.pk, "evidence"),
            by=by,
        )
    return fact


def withdraw_fact(
    *,
    fact: SiteFact,
    reason: str,
    source: str = "",
    seen: UUID | None = UNSEEN,
    confirmed_reason: str = "",
    now: datetime,
    by: User | None,
) -> SiteFact:
    """Take a fact back: it stays on record with the reason, and stands no more.

    :param seen: the fact that the person had before them, where that could be another one.
    :raises ValidationError: no reason, a fact that a source told, one that stands no more, or text that could
        identify a person.
    :raises ClashError: it is not the fact that the person had seen.
    """
    texts, today = {"reason": reason}, local_day(now)
    cleaned, told = admit_at(fact.site, texts, today=today, confirmed_reason=confirmed_reason)
    if not cleaned["reason"].strip():
        raise ValidationError({"reason": _("Say why it is taken back.")})
    with transaction.atomic():
        locked = SiteFact.objects.select_for_update(of=("self",), no_key=True)
        current: SiteFact = locked.select_related("site").get(pk=fact.pk)
        if current.withdrawn_at is not None:
            raise ValidationError(_("This fact was taken back or replaced already."))
        refuse_unseen(current, seen)
        refuse_other_source(current, source)
        take_back(current, reason=cleaned["reason"], now=now, by=by)
        details = {**details_of(current), **told}
        audit.record("fact.withdrawn", site=current.site, subject=current, details=details, by=by)
    return current


def said_already(fact: SiteFact, standing: SiteFact | None) -> SiteFact | None:
    """Return the row of a form that was sent twice, or what a source has told before in the same words."""
    if standing is not None and fact.source and says_the_same(standing, fact):
        return standing
    again: SiteFact | None = SiteFact.objects.filter(pk=fact.pk, site=fact.site).first()
    return again


def replace(standing: SiteFact, fact: SiteFact, *, seen: UUID | None) -> None:
    refuse_other_source(standing, fact.source)
    refuse_unseen(standing, seen)
    take_back(standing, reason="", now=fact.recorded_at, by=fact.recorded_by)


def take_back(fact: SiteFact, *, reason: str, now: datetime, by: User | None) -> None:
    """Let a fact stand no more; without a reason it was replaced."""
    fact.withdrawn_at, fact.withdrawn_by, fact.withdrawn_reason = now, by, reason
    fact.full_clean()
    fact.save()


def details_of(fact: SiteFact) -> dict[str, str]:
    return {
        "code": fact.code,
        "holds_on": str(fact.holds_on),
        "value": fact.value,
        "source": fact.source,
    }


def says_the_same(one: SiteFact, other: SiteFact) -> bool:
    names = ("source", "holds_on", "value", "note")
    return all(getattr(one, name) == getattr(other, name) for name in names)


def refuse_day(holds_on: date, *, today: date) -> None:
    if holds_on > today:
        raise ValidationError({"holds_on": _("This day is still to come.")})
    if holds_on < EARLIEST:
        raise ValidationError({"holds_on": _("This day is too long ago. Look at the year.")})


def refuse_unseen(standing: SiteFact, seen: UUID | None) -> None:
    if seen not in (UNSEEN, standing.pk):
        raise ClashError(standing)


def refuse_other_source(standing: SiteFact, source: str) -> None:
    if standing.source and standing.source != source:
        raise ValidationError(
            _("Another part of MST Sites says this. Put it right there, and it changes here.")
        )
