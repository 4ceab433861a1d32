"""What people type to record a fact, to show it, and to take it back."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from implementation.models import FactCode, ReviewOutcome
from mst_sites.look.fields import NearDateField
from mst_sites.look.forms import GuardedForm, NumberedForm

FILES = _("PDF, Word, Excel, PowerPoint, picture, text or CSV, up to 20 MB.")


class SeenForm(GuardedForm):
    """A form about a fact that knows which one stood when it was shown: a fact has no other number."""

    version = forms.UUIDField(widget=forms.HiddenInput, required=False)


class FactForm(NumberedForm, SeenForm):
    submit_label = _("Record the fact")
    field_order = ("value", "holds_on", "note", "confirmed_reason", "upload", "dated_on")

    value = forms.ChoiceField(
        label=_("Outcome"), choices=ReviewOutcome.choices, widget=forms.RadioSelect
    )
    holds_on = NearDateField(
        label=_("Since"), help_text=_("The day from which it is so: today, or a day before.")
    )
    note = forms.CharField(
        label=_("In words"),
        required=False,
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("What a reader should know. Name no child and no family."),
    )
    upload = forms.FileField(label=_("Evidence"), required=False, help_text=FILES, max_length=300)
    dated_on = NearDateField(label=_("Date on the document"), required=False)

    def __init__(self, *args: Any, code: FactCode, cancel_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cancel_url = cancel_url
        if code != FactCode.REVIEW_OUTCOME:
            del self.fields["value"]


class EvidenceForm(NumberedForm):
    """A further file that shows a fact."""

    submit_label = _("Keep the file")

    upload = forms.FileField(label=_("File"), help_text=FILES, max_length=300)
    dated_on = NearDateField(label=_("Date on the document"), required=False)

    def __init__(self, *args: Any, cancel_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cancel_url = cancel_url


class FactWithdrawForm(SeenForm):
    submit_label = _("Take it back")
    field_order = ("reason", "confirmed_reason")

    reason = forms.CharField(
        label=_("Why it is taken back"), max_length=500, widget=forms.Textarea({"rows": 3})
    )

    def __init__(self, *args: Any, cancel_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cancel_url = cancel_url
