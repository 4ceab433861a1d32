"""What people outside type to ask about MST, and what MST UK types about it."""

import uuid
from datetime import timedelta
from typing import Any

from crispy_forms.layout import Field, Layout
from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from implementation.models import Enquiry, EnquiryOutcome, EnquiryState, Heard
from implementation.operations.conversions import ROLES_OF_CONTACTS
from mst_sites import languages
from mst_sites.accounts.models import User
from mst_sites.directory.forms import SLUG_HINT, SlugField
from mst_sites.look.fields import NearDateField
from mst_sites.look.forms import GuardedForm, HouseForm, NumberedForm
from mst_sites.look.layout import Actions, Section
from mst_sites.periods import day_label
from mst_sites.tenancy.models import MstModel, Nation

SIGNER = signing.TimestampSigner(salt="implementation.enquiry")
QUICKEST = timedelta(seconds=3)  # nobody reads and fills the form in less
LONGEST = timedelta(hours=24)


def new_ticket() -> str:
    """Return the key of the enquiry-to-be and the moment at which the form was shown, signed."""
    return SIGNER.sign(str(uuid.uuid4()))


class EnquiryForm(GuardedForm):
    """Asks for what a first conversation needs. A program that fills everything in at once is stopped."""

    submit_label = _("Send the enquiry")

    contact_name = forms.CharField(
        label=_("Your name"), max_length=120, widget=forms.TextInput({"autocomplete": "name"})
    )
    organisation = forms.CharField(
        label=_("Your organisation"),
        max_length=120,
        widget=forms.TextInput({"autocomplete": "organization"}),
    )
    role = forms.CharField(
        label=_("Your role there"),
        max_length=120,
        required=False,
        widget=forms.TextInput({"autocomplete": "organization-title"}),
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        help_text=_("We send a confirmation to it, and our answer."),
        widget=forms.EmailInput({"autocomplete": "email"}),
    )
    phone = forms.CharField(
        label=_("Phone"),
        max_length=40,
        required=False,
        widget=forms.TextInput({"type": "tel", "autocomplete": "tel"}),
    )
    nation = forms.ChoiceField(
        label=_("Nation"), choices=[("", _("Choose a nation")), *Nation.choices]
    )
    area = forms.CharField(
        label=_("Area that the team would serve"),
        max_length=120,
        help_text=_("A council, several councils, or a health board."),
    )
    model = forms.ChoiceField(
        label=_("MST model that interests you"),
        required=False,
        choices=[("", _("Not sure yet")), *MstModel.choices],
    )
    need = forms.CharField(
        label=_("What do you need, in your own words?"),
        help_text=_(
            "Which families, which services are there already, what you hope for, and by when. "
            "Name no child and no family."
        ),
        max_length=3_000,
        widget=forms.Textarea({"rows": 7}),
    )
    heard = forms.ChoiceField(
        label=_("How did you hear about MST?"),
        required=False,
        choices=[("", _("Choose, if you like")), *Heard.choices],
    )
    website = forms.CharField(
        label=_("Leave this field empty"),
        required=False,
        widget=forms.TextInput({"tabindex": "-1", "autocomplete": "off"}),
    )
    ticket = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"ticket": new_ticket(), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)

    @property
    def helper(self) -> Any:
        helper = super().helper
        helper.layout = Layout(
            Section(_("You"), "contact_name", "organisation", "role", "email", "phone"),
            Section(_("Where"), "nation", "area", "model"),
            Section(_("What you need"), "need", "confirmed_reason", "heard"),
            Field("website", wrapper_class="visually-hidden"),
            "ticket",
            Actions(self.submit_label),
        )
        return helper

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise ValidationError(_("Leave this field empty, then send again."))
        return ""

    def clean(self) -> dict[str, Any]:
        """Read the key out of the ticket, once everything else is as it should be."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            cleaned["ticket"] = self.key_in(cleaned["ticket"])
        return cleaned

    def key_in(self, ticket: str) -> uuid.UUID:
        """Return the key of the enquiry.

        :raises ValidationError: the ticket is not ours, or from another day, or hardly a moment old.
        """
        try:
            key = uuid.UUID(SIGNER.unsign(ticket, max_age=LONGEST))
        except (signing.BadSignature, ValueError) as error:
            fresh: Any = self.data
            self.data = fresh = fresh.copy()
            fresh["ticket"] = new_ticket()
            raise ValidationError(
                _("The form had been open for long. Please send it once more.")
            ) from error
        try:
            SIGNER.unsign(ticket, max_age=QUICKEST)
        except signing.SignatureExpired:
            return key
        raise ValidationError(
            _("That was very quick. Please look through it and send it once more.")
        )


class EnquiryConvertForm(HouseForm):
    """What the new site is called; everything is proposed from the enquiry."""

    submit_label = _("Make it a site")

    name = forms.CharField(label=_("Name"), max_length=120)
    slug = SlugField(label=_("Address"), max_length=60, help_text=SLUG_HINT)
    nation = forms.ChoiceField(label=_("Nation"), choices=Nation.choices)
    region = forms.CharField(label=_("Region"), max_length=80, required=False)
    model = forms.ChoiceField(label=_("MST model"), choices=MstModel.choices)
    language = forms.ChoiceField(label=_("Language of its documents"), choices=languages.offered)


class EnquiryInviteForm(HouseForm):
    submit_label = _("Send the invitation")

    role = forms.ChoiceField(
        label=_("Role on the site"),
        choices=[(role.value, role.label) for role in ROLES_OF_CONTACTS],
        widget=forms.RadioSelect,
    )


class EnquiryFilterForm(forms.Form):
    """Narrows the inbox."""

    q = forms.CharField(label=_("Find"), required=False, widget=forms.SearchInput, max_length=100)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All")), ("unanswered", _("Not answered")), *EnquiryState.choices],
    )
    nation = forms.ChoiceField(
        label=_("Nation"), required=False, choices=[("", _("All")), *Nation.choices]
    )
    owner = forms.ChoiceField(
        label=_("Whose"),
        required=False,
        choices=[("", _("Everybody's")), ("mine", _("Mine")), ("nobody", _("Nobody's"))],
    )


class EnquiryAssignForm(HouseForm):
    submit_label = _("Save")

    version = forms.IntegerField(widget=forms.HiddenInput)
    owner = forms.ModelChoiceField(
        User.objects.none(), label=_("Who looks after it"), required=False, empty_label=_("Nobody")
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered: Any = self.fields
        offered["owner"].queryset = people


class EnquiryAnswerForm(HouseForm):
    submit_label = _("Save")

    version = forms.IntegerField(widget=forms.HiddenInput)
    first_answered_on = NearDateField(
        label=_("First answered on"), help_text=_("By mail, by phone or in person.")
    )


class EnquiryNoteForm(NumberedForm, GuardedForm):
    submit_label = _("Add the note")
    field_order = ("text", "confirmed_reason")

    text = forms.CharField(
        label=_("New note"), max_length=5_000, widget=forms.Textarea({"rows": 4})
    )

    def __init__(self, *args: Any, address: str, **kwargs: Any) -> None:
        """Take the address of the page that adds the note."""
        super().__init__(*args, **kwargs)
        self.address = address

    @property
    def helper(self) -> Any:
        helper = super().helper
        helper.form_action = self.address
        return helper


class EnquiryChoice(forms.ModelChoiceField):
    """A choice among enquiries, each with what tells it from the others."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.reference} · {obj.organisation} · {obj.area} · {day_label(obj.received_on)}"


class EnquiryCloseForm(GuardedForm):
    submit_label = _("Close the enquiry")
    field_order = ("outcome", "duplicate_of", "outcome_reason", "confirmed_reason")

    version = forms.IntegerField(widget=forms.HiddenInput)
    outcome = forms.ChoiceField(
        label=_("What became of it"),
        choices=[each for each in EnquiryOutcome.choices if each[0] != EnquiryOutcome.PROCEED],
        widget=forms.RadioSelect,
    )
    duplicate_of = EnquiryChoice(
        Enquiry.objects.none(),
        label=_("Of which other enquiry"),
        help_text=_("Only for a duplicate."),
        required=False,
        empty_label=_("Of none"),
    )
    outcome_reason = forms.CharField(
        label=_("Why"), max_length=500, widget=forms.Textarea({"rows": 3})
    )

    def __init__(self, *args: Any, others: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered: Any = self.fields
        offered["duplicate_of"].queryset = others
