"""What people type about the money of a site: sources, confirmation, costs, and what the model assumes."""

from datetime import timedelta
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from implementation.forms.money import DecimalTextField
from implementation.models import (
    CostKind,
    CostLine,
    FundingKind,
    FundingSource,
    Renewal,
    RestartRisk,
    Sustainability,
)
from implementation.operations.funding import Share
from mst_sites.accounts.models import User
from mst_sites.look.fields import NearDateField
from mst_sites.look.forms import GuardedForm, NumberedForm
from mst_sites.look.layout import Actions, Section
from mst_sites.tenancy.models import Organisation

PLACES = range(1, 7)
ONE_DAY = timedelta(days=1)


class FundingForm(NumberedForm, GuardedForm):
    """A source of money. The form asks for the last day that is paid for; the row ends on the day after."""

    submit_label = _("Save the source")

    version = forms.IntegerField(widget=forms.HiddenInput)
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=_("Funder"),
        required=False,
        empty_label=_("Another one"),
    )
    funder_name = forms.CharField(
        label=_("Name of another funder"),
        required=False,
        max_length=160,
        help_text=_("Only if the funder is not in the list above."),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("Choose")), *FundingKind.choices])
    amount = DecimalTextField(
        label=_("Amount"), help_text=_("For the whole term, without what is only hoped for.")
    )
    starts_on = NearDateField(label=_("First day"))
    ends_on = NearDateField(
        label=_("Last day"), help_text=_("The last day that this money pays for.")
    )
    renewal_decision_on = NearDateField(
        label=_("Decision on renewal"),
        required=False,
        help_text=_("By when the funder says whether the money goes on."),
    )
    renewal = forms.ChoiceField(
        label=_("What was decided"),
        required=False,
        choices=[("", _("Not decided yet")), *Renewal.choices],
        help_text=_("If it goes on, add the new term as a source of its own."),
    )
    lead = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Lead"),
        required=False,
        empty_label=_("Nobody yet"),
        help_text=_("Who looks after it. The lead is reminded before the money ends."),
    )
    restart_risk = forms.ChoiceField(
        label=_("Restart risk"),
        required=False,
        choices=[("", _("Not known")), *RestartRisk.choices],
        help_text=_("How likely the service stops, and has to begin anew, when this money ends."),
    )
    conditions = forms.CharField(
        label=_("Conditions"),
        required=False,
        max_length=2_000,
        help_text=_("What the funder asks for in return."),
        widget=forms.Textarea({"rows": 4}),
    )

    def __init__(
        self, *args: Any, funders: Any, people: Any, cancel_url: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.cancel_url = cancel_url
        offered: Any = self.fields
        offered["organisation"].queryset = funders
        offered["lead"].queryset = people
        for place in PLACES:
            self.fields[f"partner_{place}"] = forms.CharField(
                label=format_lazy(_("Partner {place}"), place=place), max_length=120, required=False
            )
            self.fields[f"share_{place}"] = DecimalTextField(
                label=format_lazy(_("Share {place}, per cent"), place=place),
                max_digits=5,
                required=False,
            )

    @property
    def helper(self) -> FormHelper:
        helper = super().helper
        shares = [name for place in PLACES for name in (f"partner_{place}", f"share_{place}")]
        helper.layout = Layout(
            "row_id",
            "version",
            Section(_("Who pays, and how much"), "organisation", "funder_name", "kind", "amount"),
            Section(_("For how long"), "starts_on", "ends_on", css_class="beside-each-other"),
            Section(
                _("What comes after"), "renewal_decision_on", "renewal", "restart_risk", "lead"
            ),
            Section(_("Shares by partner"), *shares, css_class="share-rows"),
            "conditions",
            "confirmed_reason",
            Actions(self.submit_label, cancel_url=self.cancel_url),
        )
        return helper

    def clean(self) -> dict[str, Any]:
        """Put partner and per cent together, as the operation takes them."""
        given = super().clean() or {}
        shares = []
        for place in PLACES:
            partner = (given.pop(f"partner_{place}", "") or "").strip()
            percent = given.pop(f"share_{place}", None)
            if partner and percent is not None:
                shares.append(Share(partner, percent, place))
            elif partner and f"share_{place}" not in self.errors:
                self.add_error(f"share_{place}", _("Say how many per cent this partner bears."))
            elif percent is not None:
                self.add_error(f"partner_{place}", _("Say who bears this share."))
        return {**given, "shares": shares}

    @staticmethod
    def source_of(values: dict[str, Any]) -> dict[str, Any]:
        """Return what was typed in the terms of the row, which ends on the day after the last one."""
        return {**values, "ends_on": values["ends_on"] + ONE_DAY}

    @staticmethod
    def initial_of(source: FundingSource) -> dict[str, Any]:
        names = (
            "version",
            "organisation",
            "funder_name",
            "kind",
            "amount",
            "starts_on",
            "renewal_decision_on",
            "renewal",
            "lead",
            "restart_risk",
            "conditions",
        )
        fields = {name: getattr(source, name) for name in names}
        fields["ends_on"] = source.ends_on - ONE_DAY
        for place, share in zip(PLACES, source.shares.all(), strict=False):
            fields |= {f"partner_{place}": share.partner, f"share_{place}": share.percent}
        return fields


class FundingConfirmForm(NumberedForm):
    """The day since when money is certain, with the letter that shows it."""

    submit_label = _("Confirm the money")

    version = forms.IntegerField(widget=forms.HiddenInput)
    confirmed_on = NearDateField(label=_("Confirmed on"))
    upload = forms.FileField(
        label=_("What shows it"),
        help_text=_(
            "The letter, the contract or the minutes: PDF, Word, Excel or a picture, up to 20 MB."
        ),
        max_length=300,
    )
    dated_on = NearDateField(label=_("Date on the document"), required=False)

    def __init__(self, *args: Any, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cancel_url = cancel_url


class FundingWithdrawForm(GuardedForm):
    """Why money that was counted on does not come."""

    submit_label = _("Take the source back")

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Why"),
        max_length=500,
        help_text=_("It stays on record and counts no more."),
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, *args: Any, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cancel_url = cancel_url


class CostForm(NumberedForm, GuardedForm):
    """What one thing costs in a year."""

    submit_label = _("Save the cost")
    field_order = ("kind", "title", "amount", "grounds", "confirmed_reason")

    version = forms.IntegerField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("Choose")), *CostKind.choices])
    title = forms.CharField(
        label=_("What for"),
        max_length=160,
        help_text=_("Such as “Supervisor and four therapists”."),
    )
    amount = DecimalTextField(label=_("Cost in a year"), help_text=_("Of the whole service."))
    grounds = forms.CharField(
        label=_("Where the figure comes from"), max_length=300, required=False
    )

    def __init__(self, *args: Any, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cancel_url = cancel_url

    @staticmethod
    def initial_of(line: CostLine) -> dict[str, Any]:
        names = ("version", "kind", "title", "amount", "grounds")
        return {"row_id": line.pk, **{name: getattr(line, name) for name in names}}


DAYS_SAVED = ("days_saved_low", "days_saved_central", "days_saved_high")
DAYS_SAVED_LABEL = _("Placement days saved for each family")


class SustainabilityForm(GuardedForm):
    """How it goes on when the money ends, and what the model of the net position assumes."""

    submit_label = _("Save")

    version = forms.IntegerField(widget=forms.HiddenInput)
    exit_plan = forms.CharField(
        label=_("Exit plan"),
        required=False,
        max_length=3_000,
        help_text=_(
            "What happens to families, staff and premises if the money ends: who decides, and how long before."
        ),
        widget=forms.Textarea({"rows": 7}),
    )
    days_saved_low = DecimalTextField(label=_("Low"), required=False, most=3_650)
    days_saved_central = DecimalTextField(label=_("Central"), required=False, most=3_650)
    days_saved_high = DecimalTextField(label=_("High"), required=False, most=3_650)
    cost_per_day = DecimalTextField(label=_("Cost of one day in a placement"), required=False)
    placement_cost = DecimalTextField(label=_("Cost of one placement"), required=False)
    grounds = forms.CharField(
        label=_("Where these come from"),
        required=False,
        max_length=1_000,
        help_text=_("A board asks for this first."),
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, *args: Any, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cancel_url = cancel_url
        for name in DAYS_SAVED:
            field: Any = self.fields[name]
            field.told_as = format_lazy("{row}, {label}", row=DAYS_SAVED_LABEL, label=field.label)

    @property
    def helper(self) -> FormHelper:
        helper = super().helper
        helper.layout = Layout(
            "version",
            "exit_plan",
            Section(
                DAYS_SAVED_LABEL,
                *DAYS_SAVED,
                css_class="beside-each-other",
            ),
            Section(
                _("What placements cost"),
                "cost_per_day",
                "placement_cost",
                css_class="beside-each-other",
            ),
            "grounds",
            "confirmed_reason",
            Actions(self.submit_label, cancel_url=self.cancel_url),
        )
        return helper

    @staticmethod
    def initial_of(row: Sustainability | None) -> dict[str, Any]:
        if row is None:
            return {"version": 0}
        names = [name for name in SustainabilityForm.base_fields if name != "confirmed_reason"]
        return {name: getattr(row, name) for name in names}
