"""The bases of every form: one shape of labels, hints, errors and buttons; what makes rows, what takes free text."""

import uuid
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.conf import settings
from django.core.validators import DecimalValidator
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from mst_sites.free_text import IDENTIFIER
from mst_sites.look.layout import form_helper


class HouseForm(forms.Form):
    """A form in the house's shape; `submit_label` is what its button says."""

    submit_label: Any = _("Save")
    cancel_url: str = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(settings.LANGUAGES) == 1:  # nothing to choose
            self.fields.pop("language", None)

    def full_clean(self) -> None:
        """Clean what was typed; what is refused is said in the house's words, in fields that were added late too."""
        for field in self.fields.values():
            name_what_is_missing(field)
            say_limits(field)
        super().full_clean()

    @property
    def helper(self) -> FormHelper:
        return form_helper(self, submit=self.submit_label, cancel_url=self.cancel_url)


class NumberedForm(HouseForm):
    """A form that makes its row's id when it is shown: sent twice, it is one row."""

    row_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"row_id": uuid.uuid4(), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)


class GuardedForm(HouseForm):
    """A form of free text: where that could identify a family, it asks for a reason to keep it."""

    confirmed_reason = forms.CharField(
        label=_("Why it is right to keep it"),
        help_text=_("Only if nobody in a family can be found by it. The reason is kept."),
        max_length=200,
        required=False,
        widget=forms.HiddenInput,
    )

    @property
    def helper(self) -> Any:
        if self.is_bound and any(self.has_error(name, IDENTIFIER) for name in self.errors):
            self.fields["confirmed_reason"].widget = forms.TextInput()
        return super().helper


# By the code that Django's validators give.
LIMITS = {
    "max_value": _("Enter a number up to %(limit_value)s."),
    "min_value": _("Enter a number of at least %(limit_value)s."),
    "max_length": _("Use at most %(limit_value)d characters: this has %(show_value)d."),
    "min_length": _("Use at least %(limit_value)d characters."),
    "max_digits": _("This number is too long: use at most %(max)s digits."),
    "max_whole_digits": _("This number is too large: use at most %(max)s digits before the point."),
    "max_decimal_places": _("Use at most %(max)s digits after the point."),
}
OF_FILES = {
    "invalid": _("The file did not arrive. Choose it again."),
    "empty": _("This file is empty. Choose another one."),
    "max_length": _("The file's name is too long: use at most %(max)d characters."),
}


def say_limits(field: forms.Field) -> None:
    """Give a field the house's words for what Django refuses, unless it has words of its own."""
    for validator in field.validators:
        for code in codes_of(validator):
            field.error_messages.setdefault(code, LIMITS[code])
    if isinstance(field, forms.FileField):
        for code, words in OF_FILES.items():
            if field.error_messages[code] is forms.FileField.default_error_messages[code]:
                field.error_messages[code] = words


def codes_of(validator: Any) -> set[str]:
    """Return the codes under which a validator refuses in Django's own words."""
    if isinstance(validator, DecimalValidator):
        return set(validator.messages) & set(LIMITS)
    is_own = getattr(validator, "message", None) is getattr(type(validator), "message", None)
    return {validator.code} if is_own and getattr(validator, "code", "") in LIMITS else set()


def name_what_is_missing(field: forms.Field) -> None:
    """Let a field that was left empty say which one it is: in a summary, “this field” is no help."""
    silent = forms.Field.default_error_messages["required"]
    if field.label and field.error_messages.get("required") == silent:
        missing = format_lazy(_("“{field}” is still empty."), field=field.label)
        field.error_messages["required"] = missing
