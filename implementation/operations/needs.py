"""Everything that people do with a site's needs analysis, its scenarios and its papers for boards."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from implementation.models import BoardPaper, CapacityScenario, NeedsAnalysis
from implementation.models.needs import LARGEST_COUNT
from implementation.queries import board
from implementation.queries import needs as queries
from implementation.queries.needs import Figure
from mst_sites.accounts.models import User
from mst_sites.audit import operations as audit
from mst_sites.delivery import operations as delivery
from mst_sites.delivery.models import Document
from mst_sites.free_text import admit
from mst_sites.languages import speaking
from mst_sites.periods import local_day
from mst_sites.tenancy.endings import refuse_closed
from mst_sites.tenancy.models import Site
from mst_sites.tenancy.versions import ClashError, GoneError, lock_version

EARLIEST_YEAR = 1990
ESTIMATE = ("eligible_low", "eligible_central", "eligible_high")
ABOUT_ESTIMATE = ("eligible_source", "eligible_year", "eligible_confidence")


def save_needs(
    *,
    site: Site,
    analysis_id: UUID,
    version: int,
    figures: Sequence[Figure],
    confirmed_reason: str = "",
    now: datetime,
    by: User | None,
    **values: Any,
) -> NeedsAnalysis:
    """Keep a needs analysis as the next edition. The same form sent again answers with what it made.

    :param version: the edition that the form was made from, 0 for none.
    :raises ValidationError: by field, a figure is impossible or says not where it is from.
    :raises ClashError: somebody else saved an edition in the meantime.
    :raises GoneError: there is no edition, and the form says that it was made from one.
    """
    today = local_day(now)
    faults = _faults_of_figures(figures, today) | _faults_of_estimate(values, today)
    if faults:
        raise ValidationError(faults)
    texts = {name: values[name] for name in ("areas", "existing_services", "gap")}
    sources = {f"{each.code.lower()}_source": each.source for each in figures}
    texts |= {"eligible_source": values.get("eligible_source", ""), **sources}
    texts, kept = admit(texts, confirmed_reason=confirmed_reason, today=today)
    values |= {name: text for name, text in texts.items() if name not in sources}
    refuse_closed(site)
    with transaction.atomic():
        if known := NeedsAnalysis.objects.filter(pk=analysis_id, site=site).first():
            return known
        _refuse_overtaken(site, version)
        analysis = NeedsAnalysis(
            pk=analysis_id,
            site=site,
            number=version + 1,
            figures={
                each.code: {**each.as_json(), "source": texts[f"{each.code.lower()}_source"]}
                for each in figures
            },
            written_at=now,
            written_by=by,
            **values,
        )
        analysis.full_clean()
        analysis.save(force_insert=True)
        details = {"edition": analysis.number, **kept}
        audit.record("needs.saved", site=site, subject=analysis, details=details, by=by)
        return analysis


def _refuse_overtaken(site: Site, version: int) -> None:
    latest = queries.latest_needs(site)
    if latest is None and version:
        raise GoneError
    if latest is not None and latest.number != version:
        raise ClashError(latest)


def _faults_of_figures(figures: Sequence[Figure], today: date) -> dict[str, str]:
    faults: dict[str, str] = {}
    for each in figures:
        stem = each.code.lower()
        if not 0 <= each.value <= LARGEST_COUNT * 100:
            faults[f"{stem}_value"] = _("Write a number that is not negative and can be true.")
        if not each.source.strip():
            faults[f"{stem}_source"] = _("Say where this figure comes from.")
        if not EARLIEST_YEAR <= each.year <= today.year:
            faults[f"{stem}_year"] = _(
                "Write the year that this figure counts, %(year)d or before."
            ) % {"year": today.year}
        if not each.confidence:
            faults[f"{stem}_confidence"] = _("Say how sure this figure is.")
    return faults


def _faults_of_estimate(values: dict[str, Any], today: date) -> dict[str, str]:
    numbers = [values.get(name) for name in ESTIMATE]
    if not any(number is not None for number in numbers):
        return {}
    faults = {
        name: _("Give the low, the central and the high estimate, or none of them.")
        for name, number in zip(ESTIMATE, numbers, strict=True)
        if number is None
    }
    faults |= {
        name: _("Write a number that is not negative and can be true.")
        for name, number in zip(ESTIMATE, numbers, strict=True)
        if number is not None and not 0 <= number <= LARGEST_COUNT
    }
    faults |= {
        name: _("Say where the estimate comes from, of which year it is, and how sure.")
        for name in ABOUT_ESTIMATE
        if not values.get(name)
    }
    year = values.get("eligible_year")
    if year and not EARLIEST_YEAR <= year <= today.year:
        faults["eligible_year"] = _(
            "Write the year that this figure counts, %(year)d or before."
        ) % {"year": today.year}
    return faults or rising(ESTIMATE, values)


def rising(names: Sequence[str], values: dict[str, Any]) -> dict[str, str]:
    """Return a fault at each figure that is lower than the one before it."""
    return {
        after: _("The figures rise from low to central to high.")
        for before, after in pairwise(names)
        if (low := values.get(before)) is not None
        and (high := values.get(after)) is not None
        and high < low
    }


def add_scenario(
    *, site: Site, scenario_id: UUID | None = None, now: datetime, by: User | None, **values: Any
) -> CapacityScenario:
    """Keep a scenario; the first one of a site is the one that it plans with.

    :raises ValidationError: an assumption is impossible.
    """
    values, kept = _admitted(values, now)
    scenario_id = scenario_id or uuid4()
    refuse_closed(site)
    with transaction.atomic():
        if known := CapacityScenario.objects.filter(pk=scenario_id, site=site).first():
            return known
        is_first = not CapacityScenario.objects.filter(site=site, is_planned=True).exists()
        scenario = CapacityScenario(
            pk=scenario_id, site=site, is_planned=is_first, saved_at=now, saved_by=by, **values
        )
        scenario.full_clean()
        scenario.save(force_insert=True)
        details = {"is_planned": is_first, **kept}
        audit.record("scenario.added", site=site, subject=scenario, details=details, by=by)
        return scenario


def change_scenario(
    *,
    scenario: CapacityScenario,
    version: int,
    now: datetime,
    by: User | None,
    **values: Any,
) -> CapacityScenario:
    """Change the assumptions of a scenario; the audit keeps what they were.

    :raises ValidationError: an assumption is impossible.
    :raises ClashError: somebody else changed it.
    """
    values, kept = _admitted(values, now)
    refuse_closed(scenario.site)
    with transaction.atomic():
        changed = lock_version(scenario, version)
        before = {name: getattr(changed, name) for name in values}
        for name, value in values.items():
            setattr(changed, name, value)
        changed.saved_at, changed.saved_by = now, by
        changed.full_clean()
        changed.save()
        figures = {
            name: [str(old), str(getattr(changed, name))]
            for name, old in before.items()
            if isinstance(old, (int, Decimal)) and old != getattr(changed, name)
        }
        details = {"changed": figures, **kept}
        audit.record("scenario.changed", site=changed.site, subject=changed, details=details, by=by)
        return changed


def _admitted(values: dict[str, Any], now: datetime) -> tuple[dict[str, Any], dict[str, object]]:
    reason = values.pop("confirmed_reason", "")
    faults = rising(ESTIMATE, values)
    if faults:
        raise ValidationError(faults)
    texts = {"name": values["name"], "grounds": values.get("grounds", "")}
    texts, kept = admit(texts, confirmed_reason=reason, today=local_day(now))
    return {**values, **texts}, kept


def plan_with(*, scenario: CapacityScenario, by: User | None) -> CapacityScenario:
    """Make a scenario the one that the site plans with; said again, nothing changes.

    :raises ValidationError: the scenario was put away.
    """
    refuse_closed(scenario.site)
    with transaction.atomic():
        locked = CapacityScenario.objects.select_for_update(of=("self",)).order_by("pk")
        rows = {row.pk: row for row in locked.filter(site=scenario.site_id)}
        chosen = rows[scenario.pk]
        if chosen.put_away_at is not None:
            raise ValidationError(_("This scenario was put away."))
        if chosen.is_planned:
            return chosen
        for row in rows.values():
            if row.is_planned:
                row.is_planned = False
                row.version += 1
                row.save()
        chosen.is_planned = True
        chosen.version += 1
        chosen.full_clean()
        chosen.save()
        audit.record("scenario.chosen", site=scenario.site, subject=chosen, by=by)
        return chosen


def put_away_scenario(
    *, scenario: CapacityScenario, version: int, now: datetime, by: User | None
) -> CapacityScenario:
    """Take a scenario out of sight; it stays on record.

    :raises ValidationError: it is the one that the site plans with.
    :raises ClashError: somebody else changed it.
    """
    refuse_closed(scenario.site)
    with transaction.atomic():
        changed = lock_version(scenario, version)
        if changed.is_planned:
            raise ValidationError(_("Plan with another scenario before this one goes."))
        changed.put_away_at = now
        changed.full_clean()
        changed.save()
        audit.record("scenario.put-away", site=changed.site, subject=changed, by=by)
        return changed


def request_paper(*, site: Site, now: datetime, by: User | None) -> Document:
    """Have need and capacity drawn on one page for a board; asked again with nothing changed, answer with the same.

    :raises ValidationError: there is no estimate of the need, or no scenario to plan with.
    """
    content = board.board_content(site, today=local_day(now))
    if content is None:
        raise ValidationError(
            _("A paper needs an estimate of the need and a scenario that you plan with.")
        )
    digest = board.fingerprint(content)
    with transaction.atomic():
        paper = BoardPaper.objects.filter(site=site, sha256=digest).first()
        if paper is None:
            paper = BoardPaper(site=site, content=content, sha256=digest, asked_at=now, asked_by=by)
            paper.full_clean()
            paper.save(force_insert=True)
            details = {"sha256": digest}
            audit.record("paper.requested", site=site, subject=paper, details=details, by=by)
        with speaking(site.language):
            title = _("Need and capacity, %(site)s") % {"site": site.name}
        return delivery.request_document(
            site=site, kind=queries.BOARD_PAPER, subject=paper, title=title[:200], by=by
        )
