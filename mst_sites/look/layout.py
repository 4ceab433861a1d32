"""How a form is laid out: sections, the row of buttons, and the one helper that all forms share."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout, LayoutObject
from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from mst_sites.look.parts import Text


class Section(Fieldset):
    """Fields under a common heading."""

    template = "components/form_section.html"


class Actions(LayoutObject):
    """The button that does it, a second one if there is a choice, and the way out."""

    def __init__(
        self,
        label: Text,
        *,
        cancel_url: str = "",
        also: tuple[str, str, Text] | None = None,
        is_dangerous: bool = False,
        cancel_label: Text = "",
    ) -> None:
        """`also` is a second button: its name, its value and what it says. `cancel_label` says more than Cancel."""
        self.shown = {
            "label": label,
            "cancel_url": cancel_url,
            "also": also,
            "is_dangerous": is_dangerous,
            "cancel_label": cancel_label,
        }

    def render(
        self, form: forms.BaseForm, context: Any, template_pack: Any = None, **kwargs: Any
    ) -> SafeString:
        return render_to_string("components/form_actions.html", self.shown)


class AutosaveStatus(LayoutObject):
    """The line that says when the draft was saved; the form needs `data-autosave-url` among its attributes."""

    def __init__(self, *buttons: Text, saved_at: Any = None) -> None:
        """`buttons` are what the form's buttons say: after a clash, they show both texts."""
        self.shown = {"saved_at": saved_at, "buttons": buttons}

    def render(
        self, form: forms.BaseForm, context: Any, template_pack: Any = None, **kwargs: Any
    ) -> SafeString:
        return render_to_string("components/autosave_status.html", self.shown)


def form_helper(
    form: forms.BaseForm,
    *parts: Any,
    submit: Text,
    cancel_url: str = "",
    action: str = "",
    autosave_url: str = "",
    is_dangerous: bool = False,
    cancel_label: Text = "",
) -> FormHelper:
    """Make the helper of a form: `parts` are fields and sections in order, all fields when there are none."""
    helper = FormHelper(form)
    helper.form_method = "post"
    helper.form_action = action
    helper.attrs = {
        "novalidate": True,
        **({"data-autosave-url": autosave_url} if autosave_url else {}),
    }
    helper.layout = Layout(
        *(parts or tuple(form.fields)),
        Actions(
            submit, cancel_url=cancel_url, is_dangerous=is_dangerous, cancel_label=cancel_label
        ),
        # Below the buttons: what it says has one line or more, and they must not move under a finger.
        *((AutosaveStatus(submit),) if autosave_url else ()),
    )
    return helper
