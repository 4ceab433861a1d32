"""The components as template tags: each takes one record or a few words and draws one template."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django import forms, template
from django.forms import BaseForm, BoundField
from django.template.context import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import gettext as _

from mst_sites import periods
from mst_sites.look import charts, differences, icons, rows, statuses
from mst_sites.look.parts import (
    Crumb,
    Event,
    Fact,
    Grid,
    Progress,
    Remark,
    Tab,
    Task,
    Text,
    Tile,
    Version,
)
from mst_sites.look.tables import Page, Table, query

register = template.Library()

# How days are written, in pages as in Python: see `periods`.
register.filter(
    "day_label", lambda day: periods.day_label(day) if day else "", expects_localtime=True
)

NOTICE_TONES = {"success": "good", "error": "bad", "warning": "warn", "debug": "info", "": "info"}


@register.simple_tag
def icon(name: str, css: str = "", **attributes: str) -> SafeString:
    """Draw an icon; `class=` adds a class to it."""
    return icons.draw(name, css=attributes.get("class", css))


@register.simple_tag
def link(url: str, text: Text, css: str = "", current: str = "") -> SafeString:
    """Draw a link of a menu; `current` says as what it is where we are ("page", "true")."""
    attributes = {"class": css, "href": url, "aria-current": current}
    drawn = format_html_join("", ' {}="{}"', (pair for pair in attributes.items() if pair[1]))
    return format_html("<a{}>{}</a>", drawn, text)


@register.simple_tag
def choice_button(name: str, value: str, text: Text, chosen: str, lang: str = "") -> SafeString:
    """Draw one of a few choices that take effect at once."""
    return format_html(
        '<button class="menu-item" name="{}" value="{}"{} aria-pressed="{}">{}</button>',
        name,
        value,
        format_html(' lang="{}"', lang) if lang else "",
        "true" if chosen == value else "false",
        text,
    )


@register.simple_tag
def status(code: str, label: Text = "", tone: str = "") -> SafeString:
    return statuses.draw(code, label=label, tone=tone)


@register.inclusion_tag("components/notice.html")
def notice(
    text: Text, tone: str = "info", title: Text = "", url: str = "", action: Text = ""
) -> dict[str, Any]:
    """Say something in a box; the tone may also be one of Django's message levels."""
    level = (tone or "").split(" ")[-1]
    tone = NOTICE_TONES.get(level, level)
    return {
        "text": text,
        "tone": tone,
        "title": title,
        "url": url,
        "action": action,
        "icon_name": statuses.TONES[tone],
    }


@register.inclusion_tag("components/error_summary.html")
def error_summary(form: BaseForm) -> dict[str, Any]:
    """List every error of a form, each a link to its field."""
    errors = [{"text": error, "target": ""} for error in form.non_field_errors()]
    for name, messages in form.errors.items():
        if name == "__all__" or name not in form.fields:
            continue
        bound = form[name]
        target = first_input(bound)
        errors += [{"text": named(str(message), bound), "target": target} for message in messages]
    return {"errors": errors}


def named(message: str, bound: BoundField) -> str:
    """Say in a summary which field a message is about: under its field it need not, and here it stands alone.

    A field that is there once for each of several rows says its row in `told_as`.
    """
    label = str(getattr(bound.field, "told_as", "") or bound.label)
    if bound.is_hidden or not label or label.casefold() in message.casefold():
        return message
    return f"{label} {message}" if label.endswith(("?", ":", ".")) else f"{label}: {message}"


def first_input(bound: Any) -> str:
    """Find the id of the input that a link to this field should reach."""
    target: str = bound.id_for_label or bound.auto_id
    if bound.field.widget.use_fieldset:
        widgets = bound.subwidgets
        parts = widgets[0].data.get("subwidgets") or [] if widgets else []
        if parts:
            target = parts[0]["attrs"].get("id", target)
        elif widgets:
            target = widgets[0].id_for_label or target
    return target


@register.inclusion_tag("components/breadcrumbs.html")
def breadcrumbs(crumbs: Sequence[Crumb]) -> dict[str, Any]:
    return {"crumbs": crumbs}


@register.inclusion_tag("components/task_list.html")
def task_list(tasks: Sequence[Task], label: Text = "") -> dict[str, Any]:
    return {
        "tasks": tasks,
        "label": label,
        "done": sum(task.status in {"done", "met"} for task in tasks),
    }


@register.inclusion_tag("components/data_table.html")
def data_table(table: Table) -> dict[str, Any]:
    name = f"table-{slugify(str(table.caption))}"
    return {"table": table, "id": name, "body": rows.draw_rows(table)}


@register.inclusion_tag("components/pagination.html")
def pagination(page: Page, params: Any = None) -> dict[str, Any]:
    """Offer the pages of a list, keeping the other parameters of the address."""
    params = params or {}
    return {
        "page": page,
        "numbers": [
            (number, query(params, page=number) if number else "") for number in page.shown
        ],
        "previous_url": query(params, page=page.number - 1) if page.number > 1 else "",
        "next_url": query(params, page=page.number + 1) if page.number < page.last else "",
    }


@register.inclusion_tag("components/timeline.html")
def timeline(events: Sequence[Event], label: Text = "") -> dict[str, Any]:
    return {"events": events, "label": label}


@register.inclusion_tag("components/grid.html")
def grid(cells: Grid) -> dict[str, Any]:
    legend = list(dict.fromkeys(cell.status for row in cells.rows for cell in row.cells))
    shapes = dict.fromkeys(statuses.status_of(code).icon for code in legend)
    return {
        "grid": cells,
        "symbols": icons.symbols(shapes),
        "body": rows.draw_grid_rows(cells),
        "legend": legend,
        "lettered": list(zip(cells.letters or cells.columns, cells.columns, strict=True)),
    }


@register.inclusion_tag("components/chart.html")
def chart(spec: charts.Chart, name: str = "") -> dict[str, Any]:
    """Draw a chart for a wide and for a narrow page, and its figures in a table that opens."""
    name = name or charts.name_of(spec)
    return {
        "spec": spec,
        "wide": charts.draw(spec, name=name),
        "narrow": charts.draw(spec, name=f"{name}-narrow", width=charts.PHONE),
        "table": charts.chart_table(spec),
    }


@register.simple_tag
def filter_field(field: BoundField) -> SafeString:
    """Draw a field of a filter: its label, its errors and its input, without a template for each."""
    is_list = isinstance(field.field.widget, forms.Select)
    attributes: dict[str, Any] = {"class": "form-select" if is_list else "form-control"}
    told = SafeString("")
    if field.errors:
        attributes |= {"aria-invalid": "true", "aria-describedby": f"{field.id_for_label}_error"}
        told = format_html(
            '<p class="field-error" id="{}_error">{}</p>',
            field.id_for_label,
            " ".join(str(error) for error in field.errors),
        )
    return format_html(
        '<div class="field{}"><label for="{}" class="form-label">{}</label>{}{}</div>',
        " has-error" if field.errors else "",
        field.id_for_label,
        field.label,
        told,
        field.as_widget(attrs=attributes),
    )


@register.simple_tag
def sparkline(spec: charts.Sparkline, name: str = "") -> SafeString:
    return charts.draw(spec, name=name)


@register.inclusion_tag("components/progress.html")
def progress(job: Progress) -> dict[str, Any]:
    return {"job": job}


@register.inclusion_tag("components/empty_state.html")
def empty_state(title: Text, text: Text = "", url: str = "", action: Text = "") -> dict[str, Any]:
    """Say what is not here yet and what to do first."""
    return {"title": title, "text": text, "url": url, "action": action}


@register.inclusion_tag("components/diff.html")
def diff(
    before: str, after: str, before_label: Text = "", after_label: Text = ""
) -> dict[str, Any]:
    lines = differences.compare(before, after)
    return {
        "lines": lines,
        "is_same": not any(line.is_changed for line in lines),
        "before_label": before_label,
        "after_label": after_label,
    }


@register.filter
def pieces(line: tuple[differences.Piece, ...] | None) -> SafeString:
    """Write one line of a diff; white space counts there, so no template does it."""
    shapes = {"old": "<del>{}</del>", "new": "<ins>{}</ins>", "same": "{}"}
    parts = ((format_html(shapes[piece.kind], piece.text),) for piece in line or ())
    return format_html_join("", "{}", parts)


@register.inclusion_tag("components/comment_thread.html")
def comment_thread(remarks: Sequence[Remark], empty: Text = "") -> dict[str, Any]:
    return {"remarks": remarks, "empty": empty}


@register.inclusion_tag("components/stat_tiles.html")
def stat_tiles(tiles: Sequence[Tile]) -> dict[str, Any]:
    return {"tiles": tiles}


@register.inclusion_tag("components/summary_list.html")
def summary_list(facts: Sequence[Fact]) -> dict[str, Any]:
    return {"facts": facts}


@register.inclusion_tag("components/key_facts.html")
def key_facts(facts: Sequence[Fact]) -> dict[str, Any]:
    return {"facts": facts}


@register.inclusion_tag("components/tabs.html")
def tabs(items: Sequence[Tab], label: Text) -> dict[str, Any]:
    return {"tabs": items, "label": label}


@register.inclusion_tag("components/clash.html", takes_context=True)
def clash(
    context: Context,
    mine: Version,
    theirs: Version,
    name: str = "keep",
    action: str = "",
    takes_focus: str = "yes",
) -> dict[str, Any]:
    """Show two versions of a text and let the person choose; nothing is thrown away before that."""
    return {
        "mine": mine,
        "theirs": theirs,
        "name": name,
        "action": action,
        "takes_focus": takes_focus == "yes",
        "lines": differences.compare(theirs.text, mine.text),
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("components/autosave_status.html")
def autosave_status(saved_at: Any = None) -> dict[str, Any]:
    return {"saved_at": saved_at, "buttons": [_("Save")]}


@register.simple_tag
def pdf_status(code: str, label: Text = "", tone: str = "") -> SafeString:
    """Write a status in a PDF: its shape is drawn by the style sheet, a picture would need a text."""
    state = statuses.status_of(code, label=label, tone=tone)
    return format_html('<span class="status status-{}">{}</span>', state.tone, state.label)


@register.inclusion_tag("pdf/table.html")
def pdf_table(table: Table, widths: str = "") -> dict[str, Any]:
    """Write a table in a PDF; `widths` are the columns' shares in per cent, in steps of five: "40,30,30"."""
    body = rows.draw_rows(table, status=pdf_status)
    return {"table": table, "widths": widths.split(",") if widths else [], "body": body}


@register.inclusion_tag("pdf/chart.html")
def pdf_chart(spec: charts.Chart, name: str = "", table: str = "yes") -> dict[str, Any]:
    """Draw a chart in a PDF, with its figures under it."""
    figures = replace(charts.chart_table(spec), caption=_("Figures")) if table == "yes" else None
    return {"spec": spec, "drawing": charts.draw(spec, name=name), "table": figures}


@register.inclusion_tag("pdf/facts.html")
def pdf_facts(facts: Sequence[Fact]) -> dict[str, Any]:
    return {"facts": facts}


@register.inclusion_tag("pdf/tiles.html")
def pdf_tiles(tiles: Sequence[Tile]) -> dict[str, Any]:
    return {"tiles": tiles}
