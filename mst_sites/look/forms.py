"""The base of every form: one shape of labels, hints, errors and buttons."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from mst_sites.look.layout import form_helper


class HouseForm(forms.Form):
    """A form in the house's shape; `submit_label` is what its button says."""

    submit_label: Any = _("Save")
    cancel_url: str = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(settings.LANGUAGES) == 1:  # nothing to choose
            self.fields.pop("language", None)
        for field in self.fields.values():
            name_what_is_missing(field)

    @property
    def helper(self) -> FormHelper:
        return form_helper(self, submit=self.submit_label, cancel_url=self.cancel_url)


def name_what_is_missing(field: forms.Field) -> None:
    """Let a field that was left empty say which one it is: in a summary, “this field” is no help."""
    silent = forms.Field.default_error_messages["required"]
    if field.label and field.error_messages.get("required") == silent:
        missing = format_lazy(_("“{field}” is still empty."), field=field.label)
        field.error_messages["required"] = missing
