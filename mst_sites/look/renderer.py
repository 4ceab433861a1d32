"""Draws the lists of choices in Python: Django takes two templates for every option, a tenth of a page with filters."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


class FormRenderer(DjangoTemplates):
    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        if template_name == "django/forms/widgets/select.html":
            return draw_select(context["widget"])
        return super().render(template_name, context, request)


def draw_select(widget: Mapping[str, Any]) -> SafeString:
    """Draw a select as django/forms/widgets/select.html does."""
    groups = [
        format_html('<optgroup label="{}">{}</optgroup>', name, draw_options(options))
        if name
        else draw_options(options)
        for name, options, _ in widget["optgroups"]
    ]
    return format_html(
        '<select name="{}"{}>{}</select>',
        widget["name"],
        draw_attributes(widget["attrs"]),
        format_html_join("", "{}", ((group,) for group in groups)),
    )


def draw_options(options: Iterable[Mapping[str, Any]]) -> SafeString:
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        (
            (str(option["value"]), draw_attributes(option["attrs"]), option["label"])
            for option in options
        ),
    )


def draw_attributes(attributes: Mapping[str, Any]) -> SafeString:
    """Write attributes; one that is True has a name alone, one that is False is left out."""
    return format_html_join(
        "",
        "{}{}",
        (
            (f" {name}", "" if value is True else format_html('="{}"', str(value)))
            for name, value in attributes.items()
            if value is not False
        ),
    )
