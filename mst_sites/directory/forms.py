"""What people type to manage sites, teams and people."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mst_sites import languages
from mst_sites.accounts.permissions import COUNTRY_ROLES, Role
from mst_sites.directory import queries
from mst_sites.look.fields import NearDateField
from mst_sites.look.forms import GuardedForm, HouseForm, NumberedForm
from mst_sites.tenancy.models import (
    MstModel,
    Nation,
    OrganisationKind,
    Phase,
    Site,
    slug_validators,
)

SLUG_HINT = _(
    "Part of the web address: small letters, digits and hyphens. It cannot be changed later."
)


class SlugField(forms.CharField):
    """A piece of a web address; capitals and spaces are put right rather than refused."""

    default_validators = slug_validators

    def to_python(self, value: Any) -> str:
        return "-".join(str(super().to_python(value)).lower().split())


class OrganisationChoice(forms.ModelChoiceField):
    """A choice of organisations of some kinds."""

    def __init__(self, *kinds: OrganisationKind, **kwargs: Any) -> None:
        super().__init__(queryset=queries.organisations(*kinds), **kwargs)


class SiteFilterForm(forms.Form):
    """Narrows the list of sites."""

    q = forms.CharField(label=_("Find a site"), required=False, widget=forms.SearchInput)
    nation = forms.ChoiceField(
        label=_("Nation"), required=False, choices=[("", _("All")), *Nation.choices]
    )
    model = forms.ChoiceField(
        label=_("MST model"), required=False, choices=[("", _("All")), *MstModel.choices]
    )
    phase = forms.ChoiceField(
        label=_("Phase"), required=False, choices=[("", _("All")), *Phase.choices]
    )


class PersonFilterForm(forms.Form):
    """Finds people."""

    q = forms.CharField(label=_("Name or e-mail address"), required=False, widget=forms.SearchInput)


class SiteChangeForm(HouseForm):
    name = forms.CharField(
        label=_("Name"), max_length=120, help_text=_("The locality, such as Afon Valley.")
    )
    nation = forms.ChoiceField(
        label=_("Nation"), choices=[("", _("Choose a nation")), *Nation.choices]
    )
    region = forms.CharField(label=_("Region"), max_length=80, required=False)
    model = forms.ChoiceField(label=_("MST model"), choices=MstModel.choices)
    provider = OrganisationChoice(
        OrganisationKind.PROVIDER,
        label=_("Provider"),
        required=False,
        empty_label=_("Not chosen yet"),
        help_text=_("The employer and licence holder. It can be chosen later."),
    )
    language = forms.ChoiceField(
        label=_("Language of its documents"), choices=languages.offered, initial="en-gb"
    )
    version: Any = forms.IntegerField(widget=forms.HiddenInput)
    submit_label = _("Save")


class SiteForm(SiteChangeForm):
    """A new site: it has no version yet, and its address is chosen for good."""

    slug = SlugField(label=_("Address"), max_length=60, help_text=SLUG_HINT)
    version: Any = None
    submit_label = _("Add the site")
    field_order = ("name", "slug")


class PhaseChangeForm(NumberedForm, GuardedForm):
    """Why a site is closed, or taken up again."""

    reason: Any = forms.CharField(
        help_text=_("Everybody who sees the site reads it. Name no child and no family."),
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
    field_order = ("reason", "confirmed_reason")


class SiteCloseForm(PhaseChangeForm):
    submit_label = _("Close the site")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("Why the site is closed")


class SiteReopenForm(PhaseChangeForm):
    submit_label = _("Take the site up again")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("Why the site is taken up again")


class TeamChangeForm(HouseForm):
    name = forms.CharField(label=_("Name"), max_length=120)
    model = forms.ChoiceField(label=_("MST model"), choices=MstModel.choices)
    opened_on = NearDateField(
        label=_("Opened on"),
        required=False,
        help_text=_("Leave empty until the first family starts."),
    )
    version: Any = forms.IntegerField(widget=forms.HiddenInput)
    submit_label = _("Save")


class TeamForm(TeamChangeForm):
    """A new team: it has no version yet, and its address is chosen for good."""

    slug = SlugField(label=_("Address"), max_length=60, help_text=SLUG_HINT)
    version: Any = None
    submit_label = _("Add the team")
    field_order = ("name", "slug")


class CommissionerForm(HouseForm):
    organisation = OrganisationChoice(
        OrganisationKind.COMMISSIONER,
        label=_("Commissioner"),
        empty_label=_("Choose a commissioner"),
    )
    submit_label = _("Add the commissioner")


class OrganisationChangeForm(HouseForm):
    name = forms.CharField(label=_("Name"), max_length=120)
    kind = forms.ChoiceField(label=_("Kind"), choices=OrganisationKind.choices)
    version: Any = forms.IntegerField(widget=forms.HiddenInput)
    submit_label = _("Save")


class OrganisationForm(OrganisationChangeForm):
    """A new organisation: it has no version yet."""

    version: Any = None
    submit_label = _("Add the organisation")


class MembershipForm(HouseForm):
    """A role for somebody, known or new; which teams there are depends on the site."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    full_name = forms.CharField(
        label=_("Full name"),
        max_length=120,
        required=False,
        help_text=_("Needed only if the person is new to MST Sites."),
    )
    role = forms.ChoiceField(
        label=_("Role"),
        choices=[
            ("", _("Choose a role")),
            *((role.value, role.label) for role in Role if role not in COUNTRY_ROLES),
        ],
    )
    team: Any = forms.ModelChoiceField(
        label=_("Team"),
        queryset=None,
        required=False,
        empty_label=_("None: the whole site"),
        help_text=_("Needed for consultants, supervisors, therapists and administrators."),
    )
    submit_label = _("Give this role")

    def __init__(self, *args: Any, site: Site, teams: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["team"]
        field.queryset = queries.teams_of(teams, site)


class PersonForm(HouseForm):
    full_name = forms.CharField(label=_("Full name"), max_length=120)
    country_role = forms.ChoiceField(
        label=_("Role for the whole country"),
        required=False,
        choices=[
            ("", _("None: roles on sites only")),
            *((role.value, role.label) for role in sorted(COUNTRY_ROLES)),
        ],
    )
    version: Any = forms.IntegerField(widget=forms.HiddenInput)
    submit_label = _("Save")


class PersonInviteForm(PersonForm):
    """Somebody new, who has no version yet."""

    version: Any = None
    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    submit_label = _("Send the invitation")
    field_order = ("email", "full_name", "country_role")
