"""Fields for amounts, shares and counts: they read what people copy from a budget."""

import re
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

DECORATION = re.compile(r"[£€,\s]")
BOX = {"autocomplete": "off", "class": "figure-box"}


def within(least: int, most: int | None) -> list[Any]:
    """Return what refuses a number outside of two ends, in words that say the end."""
    lowest = (
        _("Write a number that is not negative.")
        if least == 0
        else _("Write at least %(limit_value)s.")
    )
    found: list[Any] = [MinValueValidator(least, lowest)]
    if most is not None:
        found.append(MaxValueValidator(most, _("Write at most %(limit_value)s.")))
    return found


class DecimalTextField(forms.DecimalField):
    """A number in a plain box: no wheel of the mouse changes it, and a comma or a currency sign does no harm."""

    widget = forms.TextInput({"inputmode": "decimal", **BOX})
    default_error_messages = {"invalid": _("Write a number, such as 1,250.")}

    def __init__(self, *, least: int = 0, most: int | None = None, **kwargs: Any) -> None:
        super().__init__(**{"max_digits": 11, "decimal_places": 2, **kwargs})
        self.validators += within(least, most)

    def to_python(self, value: Any) -> Any:
        return super().to_python(DECORATION.sub("", value) if isinstance(value, str) else value)


class CountField(forms.IntegerField):
    """A whole number in a plain box."""

    widget = forms.TextInput({"inputmode": "numeric", **BOX})
    default_error_messages = {"invalid": _("Write a whole number, such as 1,250.")}

    def __init__(self, *, least: int = 0, most: int = 10_000_000, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.validators += within(least, most)

    def to_python(self, value: Any) -> int | None:
        return super().to_python(DECORATION.sub("", value) if isinstance(value, str) else value)
