"""Templates and upgrades as the records of the look."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from implementation.models import Activity, PlanTemplate, TemplateActivity, TemplateState
from implementation.queries.templates import Difference
from implementation.queries.upgrades import Upgrade
from implementation.tables.plans import DASH, day
from mst_sites.look.parts import Fact
from mst_sites.look.tables import Cell, Column, Row, Table
from mst_sites.periods import local_day

STATUS_OF = {
    TemplateState.DRAFT: "draft",
    TemplateState.PUBLISHED: "active",
    TemplateState.RETIRED: "ended",
}
KINDS = {"added": "open", "changed": "amended", "removed": "ended", "left over": "superseded"}


def nation_of(template: PlanTemplate) -> str:
    return template.get_nation_display() if template.nation else _("every other nation")


def published(template: PlanTemplate) -> str:
    return day(local_day(template.published_at)) if template.published_at else DASH


def template_table(templates: Iterable[PlanTemplate]) -> Table:
    columns = [
        Column(_("Template")),
        Column(_("MST model")),
        Column(_("Nation")),
        Column(_("Edition"), numeric=True),
        Column(_("State")),
        Column(_("Activities"), numeric=True),
        Column(_("Published")),
    ]
    rows = [
        Row(
            [
                Cell(each.name, url=reverse("template-detail", args=[each.address])),
                each.get_model_display(),
                nation_of(each),
                str(each.number),
                Cell(each.get_state_display(), status=STATUS_OF[TemplateState(each.state)]),
                str(each.activity_count),  # type: ignore[attr-defined] # annotated by the query
                published(each),
            ]
        )
        for each in templates
    ]
    return Table(_("Templates"), columns, rows, caption_hidden=True)


def template_facts(template: PlanTemplate) -> list[Fact]:
    state = TemplateState(template.state)
    return [
        Fact(_("State"), template.get_state_display(), status=STATUS_OF[state]),
        Fact(_("MST model"), template.get_model_display()),
        Fact(_("Nation"), nation_of(template)),
        Fact(_("Edition"), str(template.number)),
        Fact(_("Published"), published(template)),
    ]


def step_table(template: PlanTemplate, steps: Sequence[TemplateActivity]) -> Table:
    """Show the activities of an edition that cannot be changed any more."""
    columns = [
        Column(_("Activity")),
        Column(_("Area")),
        Column(_("Lead")),
        Column(_("Days"), numeric=True),
        Column(_("Waits for")),
        Column(_("SIC stage"), numeric=True),
    ]
    rows = [
        Row(
            [
                Cell(str(step), note="" if step.is_mandatory else _("optional")),
                step.get_area_display(),
                step.get_lead_display(),
                str(step.duration_days),
                ", ".join(step.depends_on) or DASH,
                str(step.sic_stage or DASH),
            ]
        )
        for step in steps
    ]
    return Table(_("Activities"), columns, rows, caption_hidden=True)


def field_words(fields: Iterable[str]) -> str:
    """Name the fields that changed."""
    names = []
    for name in fields:
        if name == "is_left_over":
            names.append(_("comes back"))
        elif name == "title":
            names.append(_("its title"))
        elif name == "position":
            names.append(_("its place"))
        else:
            field: Any = Activity._meta.get_field(name)
            names.append(str(field.verbose_name))
    return ", ".join(names)


def kind_cell(kind: str) -> Cell:
    words = {
        "added": _("Added"),
        "changed": _("Changed"),
        "removed": _("Taken out"),
        "left over": _("Left over"),
    }
    return Cell(words[kind], status=KINDS[kind])


def difference_table(differences: Iterable[Difference]) -> Table:
    columns = [Column(_("Activity")), Column(_("What")), Column(_("In which"))]
    rows = [
        Row([str(each.after or each.before), kind_cell(each.kind), field_words(each.fields)])
        for each in differences
    ]
    empty = _("Nothing differs from the edition in use.")
    return Table(_("What changes against the edition in use"), columns, rows, empty=empty)


def upgrade_table(upgrade: Upgrade) -> Table:
    """Show what an upgrade will do to a plan."""
    columns = [Column(_("Activity")), Column(_("What")), Column(_("Remarks"))]
    keeps = _("answered: it stays, and counts nowhere")
    goes = _("nobody answered it")
    rows = [
        *(Row([str(step), kind_cell("added"), ""]) for step in upgrade.added),
        *(
            Row([str(step), kind_cell("changed"), field_words(fields)])
            for _activity, step, fields in upgrade.changed
        ),
        *(Row([str(a), kind_cell("left over"), keeps]) for a in upgrade.left_over),
        *(Row([str(a), kind_cell("removed"), goes]) for a in upgrade.removed),
    ]
    empty = _("No activity changes.")
    return Table(_("What will change"), columns, rows, empty=empty)
