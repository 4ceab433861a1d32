"""MST UK's templates: drafted from the edition in use, edited, published, retired. What was published never changes."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from implementation.models import PlanTemplate, TemplateActivity, TemplateState
from implementation.queries.schedule import CircleError
from implementation.queries.templates import check_order, in_use, unknown_codes
from implementation.queries.upgrades import frozen_words, steps_of_template
from mst_sites.accounts.models import User
from mst_sites.audit import operations as audit
from mst_sites.tenancy.versions import lock_version


class PublishedTemplateError(RuntimeError):
    """What was published never changes; a change is the next edition."""


def draft_template(
    *,
    name: str,
    model: str,
    nation: str = "",
    copied_from: PlanTemplate | None = None,
    by: User | None,
) -> PlanTemplate:
    """Begin the next edition for a model and a nation, with the activities of another one.

    :raises ValidationError: there is a draft already.
    """
    with transaction.atomic():
        editions = PlanTemplate.objects.filter(model=model, nation=nation)
        last = editions.order_by("-number").values_list("number", flat=True).first() or 0
        draft = PlanTemplate(name=name, model=model, nation=nation, number=last + 1)
        draft.full_clean()
        draft.save(force_insert=True)
        for step in steps_of_template(copied_from) if copied_from else []:
            TemplateActivity.objects.create(template=draft, **frozen_words(step))
        details = {"copied_from": copied_from.pk if copied_from else None}
        _record("plan-template.drafted", draft, details, by=by)
    return draft


def describe_template(
    *, template: PlanTemplate, version: int, name: str, what_changed: str, by: User | None
) -> PlanTemplate:
    """Name a draft, and say what changed for those whose plans will be upgraded.

    :raises PublishedTemplateError: it is no draft.
    :raises ClashError: somebody else changed it.
    """
    with transaction.atomic():
        draft = _draft(template, version)
        draft.name, draft.what_changed = name, what_changed
        draft.full_clean()
        draft.save()
        _record("plan-template.described", draft, {}, by=by)
    return draft


def save_step(
    *,
    template: PlanTemplate,
    version: int,
    step: TemplateActivity | None = None,
    by: User | None,
    **values: Any,
) -> TemplateActivity:
    """Add an activity to a draft, or change one.

    :raises ValidationError: activities would wait for each other, or for one that is not there.
    :raises PublishedTemplateError: it is no draft.
    :raises ClashError: somebody else changed the draft.
    """
    with transaction.atomic():
        draft = _draft(template, version)
        steps = steps_of_template(draft)
        if step is None:
            saved = TemplateActivity(template=draft, position=len(steps))
        else:
            saved = TemplateActivity.objects.get(template=draft, pk=step.pk)
        before = saved.code
        for name, value in values.items():
            setattr(saved, name, value)
        saved.stage = saved.code[:1]
        saved.full_clean()
        others = [other for other in steps if other.pk != saved.pk]
        if before and before != saved.code:
            _rename(others, before, saved.code)
        _refuse_disorder([*others, saved])
        saved.save()
        draft.save()
        details = {"code": saved.code, "before": before}
        _record("plan-template.activity-saved", draft, details, by=by)
    return saved


def remove_step(
    *, template: PlanTemplate, version: int, step: TemplateActivity, by: User | None
) -> PlanTemplate:
    """Take an activity out of a draft; whatever waited for it waits for it no longer.

    :raises PublishedTemplateError: it is no draft.
    :raises ClashError: somebody else changed the draft.
    """
    with transaction.atomic():
        draft = _draft(template, version)
        for other in steps_of_template(draft):
            if step.code in other.depends_on:
                other.depends_on = [code for code in other.depends_on if code != step.code]
                other.save()
        TemplateActivity.objects.filter(template=draft, pk=step.pk).delete()
        draft.save()
        _record("plan-template.activity-removed", draft, {"code": step.code}, by=by)
    return draft


def move_step(
    *, template: PlanTemplate, version: int, step: TemplateActivity, up: bool, by: User | None
) -> PlanTemplate:
    """Change places with the activity above or below, within the stage; at its end nothing moves.

    :raises PublishedTemplateError: it is no draft.
    :raises ClashError: somebody else changed the draft.
    """
    with transaction.atomic():
        draft = _draft(template, version)
        steps = steps_of_template(draft)
        place = next(i for i, other in enumerate(steps) if other.pk == step.pk)
        to = place - 1 if up else place + 1
        if 0 <= to < len(steps) and steps[to].stage == steps[place].stage:
            steps[place], steps[to] = steps[to], steps[place]
        for position, each in enumerate(steps):
            each.position = position
        TemplateActivity.objects.bulk_update(steps, ["position"])
        draft.save()
        _record("plan-template.activity-moved", draft, {"code": step.code, "up": up}, by=by)
    return draft


def publish_template(
    *, template: PlanTemplate, version: int, now: datetime, by: User | None
) -> PlanTemplate:
    """Put a draft to use in place of the edition before; plans that have begun stay as they are until upgraded.

    :raises ValidationError: it has no activities, does not say what changed, or its activities wait in a circle.
    :raises PublishedTemplateError: it is no draft.
    :raises ClashError: somebody else changed the draft.
    """
    with transaction.atomic():
        draft = _draft(template, version)
        steps = steps_of_template(draft)
        if not steps:
            raise ValidationError(_("A template without activities is no plan: add the first one."))
        _refuse_disorder(steps)
        before = in_use(draft)
        if before is not None:
            if not draft.what_changed.strip():
                raise ValidationError(_("Say what changed since the edition in use."))
            before.state = TemplateState.RETIRED
            before.version += 1
            before.save()
        draft.state = TemplateState.PUBLISHED
        draft.published_at, draft.published_by = now, by
        draft.full_clean()
        draft.save()
        details = {"number": draft.number, "replaces": before.pk if before else None}
        _record("plan-template.published", draft, details, by=by)
    return draft


def retire_template(*, template: PlanTemplate, version: int, by: User | None) -> PlanTemplate:
    """Take an edition out of use; new sites begin with the next template that fits them.

    :raises ValidationError: it is not in use, or it is the one that every other site falls back on.
    :raises ClashError: somebody else changed it.
    """
    with transaction.atomic():
        current: PlanTemplate = lock_version(template, version)
        if current.state != TemplateState.PUBLISHED:
            raise ValidationError(_("Only an edition in use can be retired."))
        if current.model == "standard" and not current.nation:
            raise ValidationError(
                _("Every site without a template of its own begins with this one: publish another.")
            )
        current.state = TemplateState.RETIRED
        current.save()
        _record("plan-template.retired", current, {"number": current.number}, by=by)
    return current


def discard_template(*, template: PlanTemplate, version: int, by: User | None) -> None:
    """Throw a draft away.

    :raises PublishedTemplateError: it is no draft.
    :raises ClashError: somebody else changed it.
    """
    with transaction.atomic():
        draft = _draft(template, version)
        _record("plan-template.discarded", draft, {"number": draft.number}, by=by)
        draft.delete()


def _draft(template: PlanTemplate, version: int) -> PlanTemplate:
    draft: PlanTemplate = lock_version(template, version)
    if draft.state != TemplateState.DRAFT:
        raise PublishedTemplateError(str(draft.pk))
    return draft


def _rename(others: list[TemplateActivity], before: str, after: str) -> None:
    """Let whatever waits for an activity follow its new code."""
    for other in others:
        if before in other.depends_on:
            other.depends_on = [after if code == before else code for code in other.depends_on]
            other.save()


def _refuse_disorder(steps: list[TemplateActivity]) -> None:
    if missing := unknown_codes(steps):
        code, wanted = missing[0]
        words = _("%(code)s waits for %(wanted)s, which is not in the template.")
        raise ValidationError({"depends_on": words % {"code": code, "wanted": wanted}})
    try:
        check_order(steps)
    except CircleError as error:
        words = _("These would wait for each other in a circle: %(circle)s.")
        circle = " → ".join(error.circle)
        raise ValidationError({"depends_on": words % {"circle": circle}}) from error


def _record(
    action: str, template: PlanTemplate, details: dict[str, Any], *, by: User | None
) -> None:
    told = {"model": template.model, "nation": template.nation, **details}
    audit.record(action, site=None, subject=template, details=told, by=by)
