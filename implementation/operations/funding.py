"""Everything that people do with the money of a site: sources, their confirmation, costs and the exit plan."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from implementation.models import CostLine, FundingShare, FundingSource, Sustainability
from implementation.operations.needs import rising
from implementation.queries import funding as queries
from mst_sites.accounts.models import User
from mst_sites.audit import operations as audit
from mst_sites.free_text import admit
from mst_sites.periods import TOO_FAR, add_months, is_far, local_day
from mst_sites.records import operations as records
from mst_sites.tenancy.endings import refuse_closed
from mst_sites.tenancy.models import Site
from mst_sites.tenancy.versions import ClashError, lock_version

WHOLE = Decimal(100)
LONGEST_TERM = 20  # years
DAYS_SAVED = ("days_saved_low", "days_saved_central", "days_saved_high")
# What a confirmation was of: when one of these changes, the file shows something else.
CONFIRMED = ("organisation", "funder_name", "amount", "starts_on", "ends_on")


@dataclass(frozen=True)
class Share:
    """What a partner bears, and the fields of the form that said so."""

    partner: str
    percent: Decimal
    place: int = 1


@dataclass(frozen=True)
class Evidence:
    """The file that shows that money is confirmed; the id is the form's, so that it is kept once."""

    upload: Any
    dated_on: date | None = None
    attachment_id: UUID | None = None


def add_source(
    *,
    site: Site,
    source_id: UUID | None = None,
    shares: Sequence[Share] = (),
    now: datetime,
    by: User | None,
    **values: Any,
) -> FundingSource:
    """Keep a source of money, not yet confirmed.

    :raises ValidationError: by field, dates, amount or shares are impossible.
    """
    values, kept = _admitted(site, values, shares, now)
    source_id = source_id or uuid4()
    refuse_closed(site)
    with transaction.atomic():
        if known := FundingSource.objects.filter(pk=source_id, site=site).first():
            return known
        source = FundingSource(pk=source_id, site=site, **values)
        source.full_clean()
        source.save(force_insert=True)
        _keep_shares(source, shares)
        details = {**_facts(source), **kept}
        audit.record("funding.added", site=site, subject=source, details=details, by=by)
        return source


def change_source(
    *,
    source: FundingSource,
    version: int,
    shares: Sequence[Share] = (),
    now: datetime,
    by: User | None,
    **values: Any,
) -> FundingSource:
    """Change a source. What is no longer what was confirmed must be confirmed again.

    :raises ValidationError: by field, dates, amount or shares are impossible.
    :raises ClashError: somebody else changed it.
    """
    values, kept = _admitted(source.site, values, shares, now)
    with transaction.atomic():
        changed = _standing(source, version)
        before = [getattr(changed, name) for name in CONFIRMED]
        for name, value in values.items():
            setattr(changed, name, value)
        is_lapsed = changed.is_confirmed and before != [getattr(changed, n) for n in CONFIRMED]
        if is_lapsed:
            changed.confirmed_on = None
        changed.full_clean()
        changed.save()
        FundingShare.objects.filter(site=changed.site_id, source=changed).delete()
        _keep_shares(changed, shares)
        details = {**_facts(changed), "is_confirmation_lapsed": is_lapsed, **kept}
        audit.record("funding.changed", site=changed.site, subject=changed, details=details, by=by)
        return changed


def confirm_source(
    *,
    source: FundingSource,
    version: int,
    confirmed_on: date,
    evidence: Evidence,
    now: datetime,
    by: User | None,
) -> FundingSource:
    """Say since when the money is certain, with the file that shows it.

    :raises ValidationError: the day is to come, or the file is not what we keep.
    :raises ClashError: somebody else changed the source.
    """
    today = local_day(now)
    if confirmed_on > today:
        raise ValidationError({"confirmed_on": _("This day is still to come.")})
    with transaction.atomic():
        if _is_kept_already(source, confirmed_on, evidence):
            return source
        changed = _standing(source, version)
        changed.confirmed_on = confirmed_on
        changed.full_clean()
        changed.save()
        details = {"confirmed_on": confirmed_on.isoformat()}
        audit.record(
            "funding.confirmed", site=changed.site, subject=changed, details=details, by=by
        )
        # Last, so that nothing after it can leave a file behind that belongs to no row. One that waits for the virus
        # check confirms as well: what is certain does not depend on whether a scanner answers. Should a virus be found
        # later, the page says so beside the source, which stays confirmed as it does when somebody removes its file.
        records.attach_file(
            site=changed.site,
            subject=changed,
            upload=evidence.upload,
            dated_on=evidence.dated_on,
            attachment_id=evidence.attachment_id,
            by=by,
        )
        return changed


def _is_kept_already(source: FundingSource, confirmed_on: date, evidence: Evidence) -> bool:
    """Tell whether this form was answered already: the button was pressed twice."""
    if evidence.attachment_id is None or source.confirmed_on != confirmed_on:
        return False
    return bool(queries.evidence_of(source.site).filter(pk=evidence.attachment_id).exists())


def withdraw_source(
    *,
    source: FundingSource,
    version: int,
    reason: str,
    confirmed_reason: str = "",
    now: datetime,
    by: User | None,
) -> FundingSource:
    """Take a source back, with the reason; it stays on record and counts no more.

    :raises ValidationError: no reason is given.
    :raises ClashError: somebody else changed it.
    """
    texts, kept = admit({"reason": reason}, confirmed_reason=confirmed_reason, today=local_day(now))
    if not texts["reason"].strip():
        raise ValidationError({"reason": _("Say why it is taken back.")})
    with transaction.atomic():
        changed = _standing(source, version)
        changed.withdrawn_at, changed.withdrawn_reason = now, texts["reason"]
        changed.full_clean()
        changed.save()
        audit.record("funding.withdrawn", site=changed.site, subject=changed, details=kept, by=by)
        return changed


def save_cost(
    *,
    site: Site,
    cost_id: UUID,
    version: int = 0,
    now: datetime,
    by: User | None,
    **values: Any,
) -> CostLine:
    """Keep what one thing costs in a year: a new line, or the version that a line has now.

    :param version: of the line as the form read it, 0 for a new one.
    :raises ValidationError: the amount is impossible.
    :raises ClashError: somebody else changed the line.
    """
    reason = values.pop("confirmed_reason", "")
    texts = {name: values.get(name, "") for name in ("title", "grounds")}
    texts, kept = admit(texts, confirmed_reason=reason, today=local_day(now))
    refuse_closed(site)
    with transaction.atomic():
        line = CostLine.objects.filter(pk=cost_id, site=site).first()
        if line is not None and not version:
            return line
        line = lock_version(line, version) if line else CostLine(pk=cost_id, site=site)
        before = str(line.amount) if line.amount is not None else ""
        for name, value in {**values, **texts}.items():
            setattr(line, name, value)
        line.full_clean()
        line.save()
        details = {"kind": line.kind, "amount": [before, str(line.amount)], **kept}
        audit.record("cost.saved", site=site, subject=line, details=details, by=by)
        return line


def remove_cost(*, line: CostLine, version: int, now: datetime, by: User | None) -> CostLine:
    """Take a line out of the costs; it stays on record.

    :raises ClashError: somebody else changed it.
    """
    refuse_closed(line.site)
    with transaction.atomic():
        changed = lock_version(line, version)
        changed.removed_at = now
        changed.full_clean()
        changed.save()
        details = {"kind": changed.kind, "amount": str(changed.amount)}
        audit.record("cost.removed", site=changed.site, subject=changed, details=details, by=by)
        return changed


def save_sustainability(
    *, site: Site, version: int, now: datetime, by: User | None, **values: Any
) -> Sustainability:
    """Keep the exit plan and what the model of the net position assumes.

    :param version: of what the form read, 0 where there was nothing yet.
    :raises ValidationError: by field, an assumption is impossible.
    :raises ClashError: somebody else wrote it.
    """
    reason = values.pop("confirmed_reason", "")
    given = [values.get(name) is not None for name in DAYS_SAVED]
    if any(given) and not all(given):
        message = _("Give the low, the central and the high figure, or none of them.")
        missing = [name for name, is_there in zip(DAYS_SAVED, given, strict=True) if not is_there]
        raise ValidationError(dict.fromkeys(missing, message))
    if faults := rising(DAYS_SAVED, values):
        raise ValidationError(faults)
    texts = {name: values.get(name, "") for name in ("exit_plan", "grounds")}
    texts, kept = admit(texts, confirmed_reason=reason, today=local_day(now))
    refuse_closed(site)
    with transaction.atomic():
        found = queries.sustainability_of(site)
        if found is None:
            row = Sustainability(site=site)
        elif not version:
            raise ClashError(found)
        else:
            row = lock_version(found, version)
        for name, value in {**values, **texts}.items():
            setattr(row, name, value)
        row.full_clean()
        row.save()
        numbers = {n: str(v) for n, v in values.items() if isinstance(v, Decimal)}
        details = {**numbers, **kept}
        audit.record("sustainability.saved", site=site, subject=row, details=details, by=by)
        return row


def _standing(source: FundingSource, version: int) -> FundingSource:
    refuse_closed(source.site)
    changed = lock_version(source, version)
    if changed.withdrawn_at is not None:
        raise ValidationError(_("This source was taken back."))
    return changed


def _facts(source: FundingSource) -> dict[str, str]:
    return {
        "kind": source.kind,
        "amount": str(source.amount),
        "starts_on": source.starts_on.isoformat(),
        "ends_on": source.ends_on.isoformat(),
    }


def _admitted(
    site: Site, values: dict[str, Any], shares: Sequence[Share], now: datetime
) -> tuple[dict[str, Any], dict[str, object]]:
    """Look through what was typed.

    :raises ValidationError: by field.
    """
    reason = values.pop("confirmed_reason", "")
    faults = _faults_of_term(values) | _faults_of_shares(shares)
    lead = values.get("lead")
    if lead is not None and not queries.readers_of(site).filter(pk=lead.pk).exists():
        faults["lead"] = _("This person may not see the money of the site.")
    if values["amount"] <= 0:
        faults["amount"] = _("The amount is more than nothing.")
    if faults:
        raise ValidationError(faults)
    texts = {
        "funder_name": values.get("funder_name", ""),
        "conditions": values.get("conditions", ""),
        **{f"partner_{share.place}": share.partner for share in shares},
    }
    texts, kept = admit(texts, confirmed_reason=reason, today=local_day(now))
    texts = {name: text for name, text in texts.items() if not name.startswith("partner_")}
    return {**values, **texts}, kept


def _faults_of_term(values: dict[str, Any]) -> dict[str, Any]:
    starts_on, ends_on = values["starts_on"], values["ends_on"]
    faults: dict[str, Any] = {
        name: TOO_FAR for name in ("starts_on", "ends_on") if is_far(values[name])
    }
    if faults:
        return faults  # nothing can be reckoned from them
    if ends_on <= starts_on:
        faults["ends_on"] = _("The money must end after it starts.")
    elif ends_on > add_months(starts_on, LONGEST_TERM * 12):
        faults["ends_on"] = _("This term is longer than any budget: look at the year.")
    decision_on = values.get("renewal_decision_on")
    if decision_on is not None and not starts_on <= decision_on <= ends_on:
        faults["renewal_decision_on"] = _("The decision comes while the money runs.")
    if (values.get("organisation") is None) == (not values.get("funder_name", "").strip()):
        faults["funder_name"] = _("Choose the funder, or write the name of another one.")
    return faults


def _faults_of_shares(shares: Sequence[Share]) -> dict[str, str]:
    faults: dict[str, str] = {}
    total, known = Decimal(0), set()
    for share in shares:
        name = share.partner.strip().casefold()
        if name in known:
            faults[f"partner_{share.place}"] = _("This partner has a share already.")
        known.add(name)
        total += share.percent
        if not 0 < share.percent <= WHOLE:
            faults[f"share_{share.place}"] = _("A share is more than 0 and at most 100 per cent.")
        elif total > WHOLE:
            faults[f"share_{share.place}"] = _("The shares come to more than 100 per cent.")
    return faults


def _keep_shares(source: FundingSource, shares: Sequence[Share]) -> None:
    rows = [
        FundingShare(
            site=source.site, source=source, partner=share.partner.strip(), percent=share.percent
        )
        for share in shares
    ]
    for row in rows:
        row.full_clean(validate_unique=False)
    FundingShare.objects.bulk_create(rows)
