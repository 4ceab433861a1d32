"""The base of every form: one shape of labels, hints, errors and buttons."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from mst_sites.look.layout import form_helper


class HouseForm(forms.Form):
    """A form in the house's shape; `submit_label` is what its button says."""

    submit_label: Any = _("Save")
    cancel_url: str = ""

    @property
    def helper(self) -> FormHelper:
        return form_helper(self, submit=self.submit_label, cancel_url=self.cancel_url)
