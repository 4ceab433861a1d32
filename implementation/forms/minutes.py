"""What people type during and after a meeting: who came, what was said, decided and taken on."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from implementation.models import Attendance, Decision, Invitee
from implementation.operations.minutes import Ruling
from mst_sites.accounts.models import User
from mst_sites.look.fields import NearDateField
from mst_sites.look.forms import GuardedForm, HouseForm, NumberedForm
from mst_sites.look.layout import AutosaveStatus
from mst_sites.periods import day_label

PREFIX = "came_"


class AttendanceForm(HouseForm):
    """One line for each person."""

    submit_label = _("Save attendance")
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, invitees: Sequence[Invitee], cancel_url: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.cancel_url = cancel_url
        for invitee in invitees:
            label = f"{invitee.name}, {invitee.agency}" if invitee.agency else invitee.name
            self.fields[f"{PREFIX}{invitee.pk}"] = forms.ChoiceField(
                label=label,
                required=False,
                choices=Attendance.choices,
                widget=forms.RadioSelect,
            )
        self.initial = {**self.initial_of(invitees), **self.initial}

    @property
    def helper(self) -> FormHelper:
        helper = super().helper
        helper.form_class = "one-line-choices"
        return helper

    @staticmethod
    def initial_of(invitees: Iterable[Invitee]) -> dict[str, Any]:
        return {f"{PREFIX}{invitee.pk}": invitee.attendance for invitee in invitees}

    @staticmethod
    def marks_of(values: dict[str, Any]) -> dict[UUID, str]:
        return {
            UUID(name.removeprefix(PREFIX)): mark
            for name, mark in values.items()
            if name.startswith(PREFIX)
        }


class AttendanceCorrectForm(AttendanceForm, GuardedForm):
    """Puts right who came to a closed meeting."""

    submit_label = _("Correct the attendance")

    reason = forms.CharField(
        label=_("Why is it corrected?"),
        max_length=300,
        help_text=_("It is read in the minutes, with your name and today's date."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        marks = [name for name in self.fields if name.startswith(PREFIX)]
        self.order_fields([*marks, "reason", "confirmed_reason"])


class MinutesForm(GuardedForm):
    """The minutes, saved while they are written."""

    submit_label = _("Save the minutes")

    tab = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    text = forms.CharField(
        label=_("Minutes"),
        required=False,
        strip=False,
        max_length=50_000,
        help_text=_("Name no child and no family. Those who may see the site read them."),
        widget=forms.Textarea({"rows": 18}),
    )
    field_order = ("text", "confirmed_reason")

    def __init__(
        self, *args: Any, cancel_url: str = "", autosave_url: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.cancel_url, self.autosave_url = cancel_url, autosave_url

    @property
    def helper(self) -> FormHelper:
        helper = super().helper
        if self.autosave_url:
            helper.attrs["data-autosave-url"] = self.autosave_url
            helper.layout.append(AutosaveStatus(self.submit_label))
        return helper


class DecisionForm(NumberedForm, GuardedForm):
    submit_label = _("Record the decision")
    field_order = ("text", "confirmed_reason", "decided_on", "corrects")

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    text = forms.CharField(
        label=_("What was decided"), max_length=1_000, widget=forms.Textarea({"rows": 3})
    )
    decided_on = NearDateField(label=_("Day"))
    corrects = forms.ModelChoiceField(
        Decision.objects.none(),
        label=_("Corrects an earlier decision"),
        required=False,
        empty_label=_("None"),
        help_text=_("The earlier one stays as it was taken, and says that it was corrected."),
    )

    def __init__(self, *args: Any, correctable: Any, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cancel_url = cancel_url
        field: Any = self.fields["corrects"]
        field.queryset = correctable
        field.label_from_instance = lambda decision: (
            f"{day_label(decision.decided_on)}: {decision.text[:90]}"
        )

    @staticmethod
    def ruling_of(values: dict[str, Any]) -> Ruling:
        return Ruling(values["text"], values["decided_on"], values["corrects"])


class MeetingActionForm(NumberedForm, GuardedForm):
    """Something that somebody takes on at a meeting."""

    submit_label = _("Raise the action")
    field_order = ("text", "confirmed_reason", "owner", "due_on")

    text = forms.CharField(
        label=_("What is to be done"),
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Begin with a verb. Name no child and no family."),
    )
    owner = forms.ModelChoiceField(
        User.objects.none(), label=_("Who does it"), empty_label=_("Choose a person")
    )
    due_on = NearDateField(label=_("By when"))

    def __init__(self, *args: Any, people: Any, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cancel_url = cancel_url
        owner: Any = self.fields["owner"]
        owner.queryset = people


class MinutesSendForm(HouseForm):
    """Who gets the minutes by mail."""

    submit_label = _("Mail the minutes")

    invitees = forms.MultipleChoiceField(
        label=_("To whom"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self, *args: Any, people: Sequence[Invitee], cancel_url: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.cancel_url = cancel_url
        field: Any = self.fields["invitees"]
        field.choices = [
            (str(each.pk), f"{each.name}, {each.agency}" if each.agency else each.name)
            for each in people
        ]
