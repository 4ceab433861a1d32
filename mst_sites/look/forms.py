"""The base of every form: one shape of labels, hints, errors and buttons."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.utils.translation import gettext_lazy as _


class HouseForm(forms.Form):
    """A form in the house's shape; `submit_label` is what its button says."""

    submit_label: Any = _("Save")
    required_css_class = "required"

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper(self)
        helper.form_show_errors = True
        helper.attrs = {"novalidate": True}
        helper.add_input(Submit("submit", self.submit_label))
        return helper
