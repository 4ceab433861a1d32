"""Fields of forms: near days in the device's calendar, remembered days in three boxes, lists that are drawn quickly."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import flatatt
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from mst_sites.periods import refuse_far

# A year written with two figures is asked for again rather than guessed.
EARLIEST_YEAR = 1900


class NearDateField(forms.DateField):
    """A day close to today, picked in the device's own calendar."""

    default_validators: Any = (refuse_far,)

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class DateBoxes(forms.MultiWidget):
    """Day, month and year in three boxes, as one writes a date that one knows by heart."""

    template_name = "look/date_boxes.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        box = {"inputmode": "numeric", "autocomplete": "off"}
        widgets: dict[str, forms.Widget | type[forms.Widget]] = {
            "day": forms.TextInput({**box, "maxlength": 2, "class": "form-control"}),
            "month": forms.TextInput({**box, "maxlength": 2, "class": "form-control"}),
            "year": forms.TextInput({**box, "maxlength": 4, "class": "form-control year"}),
        }
        super().__init__(widgets, attrs)

    def decompress(self, value: date | None) -> list[int | None]:
        return [value.day, value.month, value.year] if value else [None, None, None]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        for part, label in zip(
            context["widget"]["subwidgets"], (_("Day"), _("Month"), _("Year")), strict=True
        ):
            part["label"] = label
        return context


class RememberedDateField(forms.MultiValueField):
    """A day that people know by heart, such as the one on a contract."""

    widget = DateBoxes
    default_error_messages = {
        "incomplete": _("Give the day, the month and the year."),
        "invalid": _("This is not a day of the calendar. Write it like 27 3 2024."),
    }

    def __init__(self, **kwargs: Any) -> None:
        fields = (forms.IntegerField(), forms.IntegerField(), forms.IntegerField())
        super().__init__(fields, require_all_fields=kwargs.get("required", True), **kwargs)

    def clean(self, value: Any) -> Any:
        """Turn the three boxes into a day.

        :raises ValidationError: a box is empty, or there is no such day.
        """
        boxes = [
            (box or "").strip() if isinstance(box, str) else box for box in (value or [None] * 3)
        ]
        filled = [box not in (None, "") for box in boxes]
        if not any(filled):
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        if not all(filled):
            raise ValidationError(self.error_messages["incomplete"], code="incomplete")
        try:
            day = date(int(boxes[2]), int(boxes[1]), int(boxes[0]))
        except (ValueError, OverflowError) as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error
        if day.year < EARLIEST_YEAR:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        self.run_validators(day)
        return day

    def compress(self, data_list: list[Any]) -> date | None:
        return date(data_list[2], data_list[1], data_list[0]) if data_list else None


class QuickSelect(forms.Select):
    """A list to choose one thing from, drawn in Python: Django takes a template for each of its options."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chosen = str(value or "")
        options = "".join(
            f'<option value="{escape(key)}"{" selected" if str(key) == chosen else ""}>{escape(label)}</option>'
            for key, label in self.choices
        )
        attributes = flatatt(self.build_attrs(self.attrs, attrs))
        return format_html('<select name="{}"{}>{}</select>', name, attributes, SafeString(options))


class QuickText(forms.TextInput):
    """A line to type in, drawn in Python as well."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        widget = self.get_context(name, value, attrs)["widget"]
        given = {"type": widget["type"], "name": widget["name"], **widget["attrs"]}
        if widget["value"] is not None:
            given["value"] = widget["value"]
        return format_html("<input{}>", flatatt(given))


class QuickSearch(QuickText):
    input_type = "search"


class QuickHidden(QuickText):
    input_type = "hidden"


class Suggesting(QuickText):
    """A text that may be picked from a list of names, NAME-names on the page, or typed in part."""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        return super().get_context(name, value, {**(attrs or {}), "list": f"{name}-names"})
