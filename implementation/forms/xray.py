"""What narrows the list of sites that the X-ray has looked through."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from implementation.queries.findings import Rule


class XrayFilterForm(forms.Form):
    rule = forms.ChoiceField(label=_("Finding"), required=False)

    def __init__(self, *args: Any, rules: Iterable[Rule], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered: Any = self.fields
        offered["rule"].choices = [
            ("", _("Any")),
            *((rule.code, rule.title) for rule in rules),
        ]
