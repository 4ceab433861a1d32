"""What an upgrade of a plan to another edition of its template would change; it changes nothing itself."""

from collections.abc import Sequence
from dataclasses import dataclass

from implementation.models import Activity, Plan, PlanTemplate, TemplateActivity
from implementation.queries.plans import activities_of, fitting_template
from mst_sites.records.models import Action, Attachment, Comment

# What an activity takes over from its template; the rest is the site's own.
FROZEN = (
    "code",
    "stage",
    "area",
    "title",
    "purpose",
    "evidence",
    "lead",
    "is_mandatory",
    "duration_days",
    "depends_on",
    "sic_stage",
    "position",
)


@dataclass(frozen=True)
class Upgrade:
    """What will be added, changed, left over because somebody answered it, and taken away."""

    added: tuple[TemplateActivity, ...]
    changed: tuple[tuple[Activity, TemplateActivity, tuple[str, ...]], ...]  # with the fields
    left_over: tuple[Activity, ...]
    removed: tuple[Activity, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.changed or self.left_over or self.removed)


def template_for_upgrade(plan: Plan) -> PlanTemplate | None:
    """Return the template in use that fits the site now, None if the plan is of it already."""
    template = fitting_template(plan.site)
    return None if template is None or template.pk == plan.template_id else template


def steps_of_template(template: PlanTemplate) -> list[TemplateActivity]:
    return list(
        TemplateActivity.objects.filter(template=template).order_by("stage", "position", "code")
    )


def frozen_words(step: TemplateActivity) -> dict[str, object]:
    """Return what an activity takes over from an activity of a template."""
    return {name: getattr(step, name) for name in FROZEN}


def upgrade_of(plan: Plan, template: PlanTemplate) -> Upgrade:
    """Compare a plan with a template, code by code; what the site has of its own is not the template's."""
    activities = {a.code: a for a in activities_of(plan) if not a.is_local}
    steps = {step.code: step for step in steps_of_template(template)}
    gone = [a for code, a in activities.items() if code not in steps]
    carrying = carrying_records(plan, gone)
    answered = [a for a in gone if is_answered(a) or str(a.pk) in carrying]
    return Upgrade(
        added=tuple(step for code, step in steps.items() if code not in activities),
        changed=tuple(
            (a, steps[code], differing)
            for code, a in activities.items()
            if code in steps and (differing := differences(a, steps[code]))
        ),
        left_over=tuple(answered),
        removed=tuple(a for a in gone if a not in answered),
    )


def differences(activity: Activity, step: TemplateActivity) -> tuple[str, ...]:
    """Return the fields in which an activity is not what the template says; "is_left_over" if it comes back."""
    found = [name for name in FROZEN if getattr(activity, name) != getattr(step, name)]
    return tuple(found + ["is_left_over"] * activity.is_left_over)


def is_answered(activity: Activity) -> bool:
    """Tell whether somebody said something to it. A forecast that is not fixed is only worked out."""
    return (
        activity.completed_on is not None
        or not activity.is_applicable
        or activity.owner_id is not None
        or activity.is_fixed
    )


def carrying_records(plan: Plan, activities: Sequence[Activity]) -> set[str]:
    """Return the ids of those on which files, comments or actions hang."""
    of_these = {
        "site": plan.site_id,
        "subject_type": Activity._meta.label_lower,
        "subject_id__in": [str(a.pk) for a in activities],
    }
    return {
        subject_id
        for row in (Attachment, Comment, Action)
        for subject_id in row.objects.filter(**of_these).values_list("subject_id", flat=True)
    }
