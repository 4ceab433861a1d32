"""What people type about one activity: who and when, done, does not apply, evidence."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from implementation.forms.templates import PlannedStepForm
from implementation.models import Area, Party, Stage
from mst_sites.accounts.models import User
from mst_sites.look.fields import NearDateField
from mst_sites.look.forms import GuardedForm, HouseForm, NumberedForm


class ActivityForm(HouseForm):
    """Who does it and by when."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    owner = forms.ModelChoiceField(
        User.objects.none(), label=_("Owner"), required=False, empty_label=_("Nobody yet")
    )
    forecast_on = NearDateField(label=_("Forecast"), required=False)
    is_fixed = forms.BooleanField(
        label=_("This day is fixed"),
        help_text=_("It stays when the dates of the plan are worked out anew."),
        required=False,
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered: Any = self.fields["owner"]
        offered.queryset = people


class ActivityDoneForm(HouseForm):
    version = forms.IntegerField(widget=forms.HiddenInput)
    completed_on = NearDateField(label=_("Done on"))
    submit_label = _("Mark as done")
    address = ""

    @property
    def helper(self) -> FormHelper:
        helper = super().helper
        helper.form_action = self.address
        return helper


class ActivityExcludeForm(GuardedForm):
    version = forms.IntegerField(widget=forms.HiddenInput)
    not_applicable_reason = forms.CharField(
        label=_("Why it does not apply"),
        help_text=_("It then counts nowhere. Name no child and no family."),
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
    )
    field_order = ("not_applicable_reason", "confirmed_reason")
    submit_label = _("It does not apply")


class LocalActivityChangeForm(GuardedForm, PlannedStepForm):
    """What MST UK says of an activity that one site has beside those of its template."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    field_order: tuple[str, ...] = ("title", "purpose", "confirmed_reason", "area", "lead")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["title"].help_text = _("Begin with a verb. Name no child and no family.")
        fields["is_mandatory"].help_text = _(
            "The gate of its stage, and every later one, asks for it."
        )
        # Nobody's answer is the first one of a list.
        fields["area"].choices = [("", _("Choose the area")), *Area.choices]
        fields["lead"].choices = [("", _("Choose who leads it")), *Party.choices]


class LocalActivityForm(NumberedForm, LocalActivityChangeForm):
    """The same of a new one, with its stage."""

    version: Any = None
    stage = forms.ChoiceField(
        label=_("Stage"), choices=[(each.value, f"{each.value} {each.label}") for each in Stage]
    )
    field_order = ("stage", *LocalActivityChangeForm.field_order)
    submit_label = _("Add the activity")


class EvidenceForm(NumberedForm):
    upload = forms.FileField(
        label=_("File"),
        help_text=_("PDF, Word, Excel, PowerPoint, picture, text or CSV, up to 20 MB."),
        max_length=300,
    )
    dated_on = NearDateField(
        label=_("Date on the document"),
        help_text=_("The day that it shows. The day on which it came is kept by itself."),
        required=False,
    )
    field_order = ("upload", "dated_on")
    submit_label = _("Keep the file")
