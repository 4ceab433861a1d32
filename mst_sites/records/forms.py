"""What people type about actions, comments and files."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mst_sites.accounts.models import User
from mst_sites.look.fields import NearDateField
from mst_sites.look.forms import GuardedForm, HouseForm, NumberedForm
from mst_sites.records.models import ActionState
from mst_sites.tenancy.models import Team


class ActionForm(NumberedForm, GuardedForm):
    submit_label = _("Raise the action")
    field_order = ("text", "confirmed_reason", "owner", "due_on", "team")

    text = forms.CharField(
        label=_("What is to be done"),
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Begin with a verb. Name no child and no family."),
    )
    owner = forms.ModelChoiceField(
        User.objects.none(), label=_("Who does it"), empty_label=_("Choose a person")
    )
    due_on = NearDateField(label=_("By when"), required=False)
    team = forms.ModelChoiceField(
        Team.objects.none(), label=_("Team"), required=False, empty_label=_("The whole site")
    )

    def __init__(self, *args: Any, people: Any, teams: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered: Any = self.fields
        offered["owner"].queryset = people
        offered["team"].queryset = teams


class ActionFilterForm(forms.Form):
    """Narrows the actions of a site."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("Open")), ("all", _("All")), *ActionState.choices[1:]],
    )
    owner = forms.ChoiceField(
        label=_("Whose"), required=False, choices=[("", _("Everybody's")), ("mine", _("Mine"))]
    )


class ActionCloseForm(GuardedForm):
    submit_label = _("Close the action")

    version = forms.IntegerField(widget=forms.HiddenInput)
    state = forms.ChoiceField(
        label=_("What happened"),
        choices=[
            (ActionState.DONE.value, _("It is done")),
            (ActionState.DROPPED.value, _("It will not be done")),
        ],
        widget=forms.RadioSelect,
    )
    outcome = forms.CharField(
        label=_("What came of it"),
        help_text=_("If it is dropped, say why."),
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )


class ActionReassignForm(HouseForm):
    submit_label = _("Save")

    version = forms.IntegerField(widget=forms.HiddenInput)
    owner = forms.ModelChoiceField(User.objects.none(), label=_("Who does it"))
    due_on = NearDateField(label=_("By when"), required=False)

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered: Any = self.fields
        offered["owner"].queryset = people


class CommentForm(NumberedForm, GuardedForm):
    """For any page that shows a thread: `templates/records/_comments.html` draws both."""

    submit_label = _("Add the comment")
    field_order = ("text", "confirmed_reason")

    text = forms.CharField(
        label=_("Your comment"), max_length=5_000, widget=forms.Textarea({"rows": 4})
    )

    def __init__(self, *args: Any, address: str, **kwargs: Any) -> None:
        """Take the address of the page that adds the comment."""
        super().__init__(*args, **kwargs)
        self.address = address

    @property
    def helper(self) -> Any:
        helper = super().helper
        helper.form_action = self.address
        return helper


class AttachmentForm(NumberedForm):
    submit_label = _("Keep the file")
    field_order = ("upload", "dated_on", "team")

    upload = forms.FileField(
        label=_("File"),
        help_text=_("PDF, Word, Excel, PowerPoint, picture, text or CSV, up to 20 MB."),
        max_length=300,
    )
    dated_on = NearDateField(label=_("Date on the document"), required=False)
    team = forms.ModelChoiceField(
        Team.objects.none(), label=_("Team"), required=False, empty_label=_("The whole site")
    )

    def __init__(self, *args: Any, teams: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered: Any = self.fields
        offered["team"].queryset = teams
