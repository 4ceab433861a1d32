"""What people type about meetings: when, where, with whom."""

from collections.abc import Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from implementation.models import MeetingKind, SteeringMember
from implementation.models.meetings import LONGEST, SHORTEST
from implementation.models.steering import WEEKS_A_YEAR
from implementation.operations.invitees import Guest
from implementation.operations.meetings import Details
from implementation.operations.series import MOST_AHEAD
from mst_sites.accounts.models import User
from mst_sites.look.fields import NearDateField
from mst_sites.look.forms import GuardedForm, HouseForm, NumberedForm
from mst_sites.look.layout import Actions, Section

WHAT = ("kind", "title", "confirmed_reason")
WHEN = ("day", "begins_at", "minutes")
WHERE = ("place", "link")


class ArrangementForm(HouseForm):
    """When and where a meeting is."""

    day = NearDateField(label=_("Day"))
    begins_at = forms.TimeField(
        label=_("Begins at"),
        help_text=_("On the clock in the United Kingdom, summer or winter."),
        widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
    )
    minutes = forms.IntegerField(label=_("Minutes"), min_value=SHORTEST, max_value=LONGEST)
    place = forms.CharField(label=_("Place"), required=False, max_length=200)
    link = forms.CharField(label=_("Link or telephone"), required=False, max_length=300)

    def __init__(self, *args: Any, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cancel_url = cancel_url


class DetailsForm(ArrangementForm, GuardedForm):
    """What a meeting is called, when and where it is."""

    kind = forms.ChoiceField(label=_("Kind of meeting"), choices=MeetingKind.choices)
    title = forms.CharField(label=_("Title"), max_length=120)
    field_order = (*WHAT, *WHEN, *WHERE)

    @staticmethod
    def details_of(values: dict[str, Any]) -> Details:
        names = (*WHAT, *WHEN, *WHERE)
        return Details(**{name: values[name] for name in names})


class GuestsForm(HouseForm):
    """Whom to ask."""

    members = forms.MultipleChoiceField(
        label=_("Steering group"), required=False, widget=forms.CheckboxSelectMultiple
    )
    people = forms.MultipleChoiceField(
        label=_("People of the site and MST UK"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    others = forms.CharField(
        label=_("Others"),
        required=False,
        max_length=20_000,
        help_text=_(
            "One on each line: name, e-mail, agency. Without an e-mail nothing is mailed to them."
        ),
        widget=forms.Textarea({"rows": 3}),
    )
    sends = forms.BooleanField(
        label=_("Send the invitations now"),
        required=False,
        help_text=_("By e-mail, with an entry for the calendar. You can also do it later."),
    )

    def __init__(
        self,
        *args: Any,
        sitting: Sequence[SteeringMember] = (),
        here: Sequence[User] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.sitting = {str(member.pk): member for member in sitting}
        members = {member.user_id for member in sitting}
        self.here = {str(user.pk): user for user in here if user.pk not in members}
        offered: Any = self.fields
        offered["members"].choices = [
            (key, f"{member.full_name}, {member.agency_name}")
            for key, member in self.sitting.items()
        ]
        offered["people"].choices = [(key, user.full_name) for key, user in self.here.items()]

    def clean_others(self) -> list[Guest]:
        return [guest_in(line) for line in self.cleaned_data["others"].splitlines() if line.strip()]

    def guests_of(self, values: dict[str, Any]) -> list[Guest]:
        members = [self.sitting[key] for key in values["members"]]
        people = [self.here[key] for key in values["people"]]
        return [
            *(
                Guest(each.full_name, each.address, each.agency_name, each.user, each)
                for each in members
            ),
            *(Guest(each.full_name, each.email, "", each) for each in people),
            *values["others"],
        ]


def guest_in(line: str) -> Guest:
    """Read “name, e-mail, agency”.

    :raises ValidationError: it begins with no name, or the second part is no e-mail.
    """
    name, _comma, rest = line.partition(",")
    email, _comma, agency = rest.partition(",")
    name, email, agency = name.strip(), email.strip(), agency.strip()
    if not name or "@" in name:
        raise ValidationError(_("Begin each line with a name: “%(line)s”."), params={"line": line})
    if email:
        try:
            validate_email(email)
        except ValidationError as error:
            message = _("“%(line)s”: the second part must be an e-mail address.")
            raise ValidationError(message, params={"line": line}) from error
    return Guest(name, email, agency)


class MeetingForm(NumberedForm, DetailsForm, GuestsForm):
    """A new meeting with its people."""

    submit_label = _("Plan the meeting")

    @property
    def helper(self) -> FormHelper:
        helper = super().helper
        helper.layout = Layout(
            "row_id",
            Section(_("What"), *WHAT),
            Section(_("When"), *WHEN),
            Section(_("Where"), *WHERE),
            Section(_("With whom"), "members", "people", "others", "sends"),
            Actions(self.submit_label, cancel_url=self.cancel_url),
        )
        return helper


class SeriesForm(MeetingForm):
    """Meetings on the same weekday at the same time, every so many weeks."""

    submit_label = _("Plan the series")
    every_weeks = forms.IntegerField(
        label=_("Every how many weeks"), min_value=1, max_value=WEEKS_A_YEAR
    )
    count = forms.IntegerField(
        label=_("How many meetings now"),
        min_value=1,
        max_value=MOST_AHEAD,
        help_text=_("More can be added later. Each can be moved or cancelled by itself."),
    )

    @property
    def helper(self) -> FormHelper:
        helper = super().helper
        helper.layout = Layout(
            "row_id",
            Section(_("What"), *WHAT),
            Section(_("When"), *WHEN, "every_weeks", "count"),
            Section(_("Where"), *WHERE),
            Section(_("With whom"), "members", "people", "others", "sends"),
            Actions(self.submit_label, cancel_url=self.cancel_url),
        )
        return helper


class SeriesExtendForm(HouseForm):
    submit_label = _("Add the meetings")

    version = forms.IntegerField(widget=forms.HiddenInput)
    count = forms.IntegerField(label=_("How many more"), min_value=1, max_value=MOST_AHEAD)

    def __init__(self, *args: Any, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cancel_url = cancel_url


class MeetingChangeForm(DetailsForm):
    """Moves a meeting, or says where it is."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    submit_label = _("Save, and tell those who were invited")
    field_order = (*WHAT, *WHEN, *WHERE)


class SeriesChangeForm(ArrangementForm):
    """Moves a meeting and those of its series that follow it."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    series_version = forms.IntegerField(widget=forms.HiddenInput)
    submit_label = _("Save, and tell those who were invited")


class MeetingCancelForm(GuardedForm):
    submit_label = _("Cancel the meeting")
    cancel_label = _("Keep it")

    version = forms.IntegerField(widget=forms.HiddenInput)
    field_order = ("reason", "confirmed_reason")
    reason = forms.CharField(
        label=_("Why is it cancelled?"),
        max_length=300,
        help_text=_("Those who were invited read it."),
    )

    def __init__(self, *args: Any, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cancel_url = cancel_url

    @property
    def helper(self) -> FormHelper:
        helper = super().helper
        helper.layout = Layout(
            *self.fields,
            Actions(
                self.submit_label,
                cancel_url=self.cancel_url,
                is_dangerous=True,
                cancel_label=self.cancel_label,
            ),
        )
        return helper


class SeriesCancelForm(MeetingCancelForm):
    submit_label = _("Cancel these meetings")
    cancel_label = _("Keep them")

    series_version = forms.IntegerField(widget=forms.HiddenInput)


class InviteesForm(GuestsForm):
    """More people for a meeting."""

    submit_label = _("Add them")

    def __init__(self, *args: Any, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cancel_url = cancel_url


class AgendaPointForm(NumberedForm, GuardedForm):
    submit_label = _("Put it on the agenda")
    field_order = ("text", "confirmed_reason")

    text = forms.CharField(label=_("Point"), max_length=300)

    def __init__(self, *args: Any, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cancel_url = cancel_url
