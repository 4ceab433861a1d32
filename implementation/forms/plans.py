"""What people type about a plan as a whole: its beginning, its moves, its opening day, its dates."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from implementation.models import Area, OpeningReason, Stage, TransitionReason
from mst_sites.accounts.models import User
from mst_sites.look.fields import NearDateField
from mst_sites.look.forms import GuardedForm, HouseForm, NumberedForm
from mst_sites.look.layout import Actions


class PlanForm(HouseForm):
    started_on = NearDateField(
        label=_("First enquiry"),
        help_text=_("The day on which somebody from the locality first asked about MST."),
    )
    submit_label = _("Begin the plan")


class MoveForm(NumberedForm, GuardedForm):
    """What every move says: when, and in words what should be remembered of it."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    happened_on = NearDateField(
        label=_("On which day"), help_text=_("When it happened, not when you write it down.")
    )
    note = forms.CharField(
        label=_("In words"),
        help_text=_("Name no child and no family."),
        required=False,
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
    )
    field_order: Any = ("happened_on", "note", "confirmed_reason")


class StageMoveForm(MoveForm):
    to_stage = forms.ChoiceField(
        label=_("To which stage"),
        widget=forms.RadioSelect,
        help_text=_("Stages may be left out. A site goes live by being opened, at its last gate."),
    )
    field_order = ("to_stage", *MoveForm.field_order)
    submit_label = _("Move the site")

    def __init__(self, *args: Any, stage: str, **kwargs: Any) -> None:
        """Take the stage that the site is in: it is the one to which it cannot go."""
        super().__init__(*args, **kwargs)
        field: Any = self.fields["to_stage"]
        field.choices = [
            (each.value, f"{each.value} {each.label}")
            for each in Stage
            if each.value not in (stage, Stage.LIVE)
        ]


class StopForm(MoveForm):
    reason = forms.ChoiceField(
        label=_("Why"), choices=[("", _("Choose a reason")), *TransitionReason.choices]
    )
    field_order = ("reason", *MoveForm.field_order)


class HoldForm(StopForm):
    submit_label = _("Put the site on hold")


class WithdrawForm(StopForm):
    submit_label = _("Withdraw the site")


class ResumeForm(MoveForm):
    submit_label = _("Take the site up again")


class OpeningForm(NumberedForm, GuardedForm):
    """The day that is planned for the opening, and why it moves."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    new_on = NearDateField(label=_("New planned opening"))
    reason = forms.ChoiceField(
        label=_("Why"), choices=[("", _("Choose a reason")), *OpeningReason.choices]
    )
    note = forms.CharField(
        label=_("In words"),
        help_text=_("Name no child and no family."),
        required=False,
        max_length=500,
        widget=forms.Textarea({"rows": 2}),
    )
    roll = forms.BooleanField(
        label=_("Let the days of open activities follow"),
        help_text=_("Each as late as the opening lets it be. What is done or fixed keeps its day."),
        required=False,
    )
    field_order = ("new_on", "reason", "note", "confirmed_reason", "roll")

    def __init__(self, *args: Any, is_first: bool, **kwargs: Any) -> None:
        """Take whether a day is planned for the first time, for which there is one reason."""
        super().__init__(*args, **kwargs)
        field: Any = self.fields["reason"]
        if is_first:
            field.widget = forms.HiddenInput()
            field.initial = OpeningReason.FIRST_PLANNED
            self.fields["new_on"].label = _("Planned opening")
        else:
            field.choices = [
                choice for choice in field.choices if choice[0] != OpeningReason.FIRST_PLANNED
            ]

    @property
    def helper(self) -> FormHelper:
        helper = super().helper
        preview = ("preview", "1", _("Show what moves"))
        helper.layout = Layout(
            *self.fields, Actions(_("Save"), cancel_url=self.cancel_url, also=preview)
        )
        return helper


class RollForm(HouseForm):
    """Sent with the button under the days that it will give."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    roll = forms.ChoiceField(
        choices=[("FORWARD", _("Forward")), ("BACK", _("Back"))], widget=forms.HiddenInput
    )
    submit_label = _("Use these days")


class UpgradeForm(HouseForm):
    """Sent with the button under what will change, so that nothing else is done than what was shown."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    template = forms.IntegerField(widget=forms.HiddenInput)
    submit_label = _("Upgrade the plan")


class GuideForm(HouseForm):
    version = forms.IntegerField(widget=forms.HiddenInput)
    guided_by = forms.ModelChoiceField(
        User.objects.none(), label=_("Guided by"), required=False, empty_label=_("Nobody yet")
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered: Any = self.fields["guided_by"]
        offered.queryset = people


class PlanFilterForm(forms.Form):
    """Narrows the activities of a plan."""

    area = forms.ChoiceField(
        label=_("Area"), required=False, choices=[("", _("All areas")), *Area.choices]
    )
    show = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[
            ("", _("Everything")),
            ("open", _("What is open")),
            ("overdue", _("What is overdue")),
            ("mine", _("What I own")),
        ],
    )
