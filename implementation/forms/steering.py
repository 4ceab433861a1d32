"""What people type about a steering group and its members."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from implementation.models import Seat
from implementation.models.steering import MOST_MEMBERS, WEEKS_A_YEAR
from implementation.operations.steering import GroupTerms, Membership
from mst_sites.accounts.models import User
from mst_sites.look.fields import NearDateField
from mst_sites.look.forms import GuardedForm, NumberedForm
from mst_sites.look.layout import Section, form_helper
from mst_sites.tenancy.models import Organisation


class SteeringForm(NumberedForm, GuardedForm):
    """Terms of reference, cycle and quorum."""

    field_order = ("terms", "confirmed_reason")

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    terms = forms.CharField(
        label=_("Terms of reference"),
        required=False,
        strip=False,
        max_length=10_000,
        help_text=_("What the group is for, what it decides and to whom it answers."),
        widget=forms.Textarea({"rows": 10}),
    )
    formed_on = NearDateField(label=_("Formed on"))
    cycle_weeks = forms.IntegerField(
        label=_("Weeks from one meeting to the next"), min_value=1, max_value=WEEKS_A_YEAR
    )
    quorum_members = forms.IntegerField(
        label=_("Members needed for a quorum"), min_value=1, max_value=MOST_MEMBERS
    )
    quorum_agencies = forms.IntegerField(
        label=_("Agencies that they must come from"), min_value=1, max_value=MOST_MEMBERS
    )

    def __init__(self, *args: Any, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cancel_url = cancel_url

    @staticmethod
    def terms_of(values: dict[str, Any]) -> GroupTerms:
        names = ("terms", "formed_on", "cycle_weeks", "quorum_members", "quorum_agencies")
        return GroupTerms(**{name: values[name] for name in names})


class SteeringMemberForm(NumberedForm):
    """Who sits on the group, and for whom."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    user = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Person in the application"),
        required=False,
        empty_label=_("Somebody else"),
    )
    name = forms.CharField(label=_("Name"), required=False, max_length=120)
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        help_text=_("Invitations and minutes go there. Without one, nothing is mailed."),
    )
    seat = forms.ChoiceField(label=_("Seat"), choices=[("", _("Choose")), *Seat.choices])
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=_("Agency in the application"),
        required=False,
        empty_label=_("Another agency"),
    )
    agency = forms.CharField(label=_("Name of the agency"), required=False, max_length=120)
    is_chair = forms.BooleanField(label=_("Chairs the group"), required=False)
    joined_on = NearDateField(label=_("Joined on"))
    left_on = NearDateField(
        label=_("Left on"),
        required=False,
        help_text=_("The first day on which the person is no member any more."),
    )

    def __init__(
        self,
        *args: Any,
        people: Any,
        organisations: Any,
        is_new: bool,
        cancel_url: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.cancel_url = cancel_url
        offered: Any = self.fields
        offered["user"].queryset = people
        offered["organisation"].queryset = organisations
        if is_new:
            del self.fields["left_on"]

    @property
    def helper(self) -> FormHelper:
        days = [name for name in ("is_chair", "joined_on", "left_on") if name in self.fields]
        return form_helper(
            self,
            "row_id",
            "version",
            Section(_("Who"), "user", "name", "email"),
            Section(_("For whom"), "seat", "organisation", "agency"),
            Section(_("Since when"), *days),
            submit=self.submit_label,
            cancel_url=self.cancel_url,
        )

    def clean(self) -> dict[str, Any]:
        """Ask for one of two: a person or a name, an organisation or an agency."""
        given = super().clean() or {}
        if given.get("user"):
            given["name"] = given["email"] = ""
        elif not given.get("name") and "name" not in self.errors:
            self.add_error("name", _("Choose a person above, or give a name here."))
        if given.get("organisation"):
            given["agency"] = ""
        elif not given.get("agency") and "agency" not in self.errors:
            self.add_error("agency", _("Choose an agency above, or write its name here."))
        return given

    @staticmethod
    def membership_of(values: dict[str, Any]) -> Membership:
        return Membership(
            seat=values["seat"],
            joined_on=values["joined_on"],
            user=values["user"],
            name=values["name"],
            email=values["email"],
            organisation=values["organisation"],
            agency=values["agency"],
            left_on=values.get("left_on"),
            is_chair=values["is_chair"],
        )


class SteeringFileForm(NumberedForm):
    """A file with the terms of reference, or what belongs to them."""

    submit_label = _("Keep the file")
    field_order = ("upload", "dated_on")

    upload = forms.FileField(
        label=_("File"),
        help_text=_("PDF, Word, Excel, PowerPoint, picture, text or CSV, up to 20 MB."),
        max_length=300,
    )
    dated_on = NearDateField(label=_("Date on the document"), required=False)

    def __init__(self, *args: Any, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cancel_url = cancel_url
