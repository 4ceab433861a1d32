"""MST UK's templates: which there are, and how a draft differs from the edition in use."""

from dataclasses import dataclass

from django.db.models import Count, QuerySet

from implementation.models import Plan, PlanTemplate, TemplateActivity
from implementation.models.templates import EVERY_NATION
from implementation.queries.schedule import Step, in_order
from implementation.queries.upgrades import FROZEN, steps_of_template


@dataclass(frozen=True)
class Difference:
    """What happened to one activity between two editions; `fields` are those that changed."""

    code: str
    kind: str  # added, changed or removed
    before: TemplateActivity | None
    after: TemplateActivity | None
    fields: tuple[str, ...] = ()


def templates() -> QuerySet[PlanTemplate]:
    """Return every edition with the number of its activities, by model and nation, the newest first."""
    editions: QuerySet[PlanTemplate] = (
        PlanTemplate.objects.annotate(activity_count=Count("activities"))
        .select_related("published_by")
        .order_by("model", "nation", "-number")
    )
    return editions


def at_address(address: str) -> QuerySet[PlanTemplate]:
    """Return the edition of an address, or none."""
    model, _dash, rest = address.partition("-")
    nation, _dash, number = rest.rpartition("-")
    if not number.isdecimal():
        return templates().none()
    nation = "" if nation == EVERY_NATION else nation.upper()
    return templates().filter(model=model, nation=nation, number=number)


def in_use(template: PlanTemplate) -> PlanTemplate | None:
    """Return the edition in use for the same model and nation."""
    found: PlanTemplate | None = (
        PlanTemplate.objects.published()
        .filter(model=template.model, nation=template.nation)
        .first()
    )
    return found


def plan_count(template: PlanTemplate) -> int:
    """Count the plans, among the sites that this transaction sees, that are of an edition."""
    return Plan.objects.filter(template=template).count()


def check_order(steps: list[TemplateActivity]) -> None:
    """See that no activities wait for each other.

    :raises CircleError: they do.
    """
    in_order(Step(s.code, s.duration_days, tuple(s.depends_on)) for s in steps)


def unknown_codes(steps: list[TemplateActivity]) -> list[tuple[str, str]]:
    """Return (activity, what it waits for) wherever the latter is not in the list."""
    codes = {step.code for step in steps}
    return [(step.code, code) for step in steps for code in step.depends_on if code not in codes]


def differences_between(before: PlanTemplate | None, after: PlanTemplate) -> list[Difference]:
    """Compare two editions activity by activity, in the order of codes."""
    old = {s.code: s for s in steps_of_template(before)} if before else {}
    new = {s.code: s for s in steps_of_template(after)}
    found = []
    for code in sorted(old.keys() | new.keys(), key=lambda code: (code[0], int(code[1:]))):
        was, now = old.get(code), new.get(code)
        if was is None or now is None:
            kind = "added" if was is None else "removed"
            found.append(Difference(code, kind, was, now))
            continue
        fields = tuple(name for name in FROZEN if getattr(was, name) != getattr(now, name))
        if fields:
            found.append(Difference(code, "changed", was, now, fields))
    return found
