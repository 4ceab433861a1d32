"""What MST UK types about its templates and the activities in them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from implementation.models import Area, Party, PlanTemplate
from implementation.models.templates import LONGEST_STEP, SIC_STAGES
from mst_sites.look.forms import HouseForm
from mst_sites.tenancy.models import MstModel, Nation


class TemplateForm(HouseForm):
    """The next edition for a model and a nation, from the activities of another one."""

    name = forms.CharField(label=_("Name"), max_length=120)
    model = forms.ChoiceField(label=_("MST model"), choices=MstModel)
    nation = forms.ChoiceField(
        label=_("Nation"),
        required=False,
        choices=[("", _("Every nation without a template of its own")), *Nation.choices],
    )
    copied_from = forms.ModelChoiceField(
        PlanTemplate.objects.none(),
        label=_("Begin with the activities of"),
        required=False,
        empty_label=_("No template: an empty list"),
    )
    submit_label = _("Begin the draft")

    def __init__(self, *args: Any, templates: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered: Any = self.fields["copied_from"]
        offered.queryset = templates


class TemplateChangeForm(HouseForm):
    version = forms.IntegerField(widget=forms.HiddenInput)
    name = forms.CharField(label=_("Name"), max_length=120)
    what_changed = forms.CharField(
        label=_("What changed"),
        help_text=_("Read by those whose plans can be upgraded to this edition."),
        required=False,
        max_length=2_000,
        widget=forms.Textarea({"rows": 4}),
    )


class PlannedStepForm(HouseForm):
    """What an activity is, wherever it stands."""

    title = forms.CharField(label=_("Activity"), max_length=160)
    purpose = forms.CharField(
        label=_("What it is and why"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea({"rows": 4}),
    )
    area = forms.ChoiceField(label=_("Area"), choices=Area)
    lead = forms.ChoiceField(label=_("Lead"), choices=Party)
    evidence = forms.CharField(label=_("Evidence wanted"), required=False, max_length=120)
    is_mandatory = forms.BooleanField(label=_("Mandatory"), required=False)
    duration_days = forms.IntegerField(
        label=_("Days it takes"),
        help_text=_("Calendar days from the day on which everything that it waits for is done."),
        min_value=0,
        max_value=LONGEST_STEP,
    )
    depends_on = forms.MultipleChoiceField(
        label=_("Waits for"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, steps: Any, **kwargs: Any) -> None:
        """Take the activities that it can wait for."""
        super().__init__(*args, **kwargs)
        field: Any = self.fields["depends_on"]
        field.choices = [(step.code, str(step)) for step in steps]


class StepForm(PlannedStepForm):
    """One activity of a template."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    code = forms.CharField(
        label=_("Code"),
        max_length=3,
        help_text=_("The letter of the stage and a number, such as C4."),
    )
    sic_stage = forms.TypedChoiceField(
        label=_("SIC stage"),
        help_text=_("Where it counts in the SIC-style measures."),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", _("Nowhere")), *((n, str(n)) for n in range(1, SIC_STAGES + 1))],
    )
    field_order = ("version", "code")
