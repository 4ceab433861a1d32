"""What MST UK types about what a note asks it to look at."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from consultation.models.escalation import LONGEST_ANSWER
from mst_sites.look.forms import HouseForm


class EscalationAnswerForm(HouseForm):
    """What MST UK did, in a few sentences."""

    edition = forms.IntegerField(widget=forms.HiddenInput)
    answer = forms.CharField(
        label=_("What did MST UK do?"),
        max_length=LONGEST_ANSWER,
        strip=False,
        help_text=_(
            "A few sentences, without names of families. Everybody who may read the note reads "
            "this on it, and nobody can change it afterwards."
        ),
        widget=forms.Textarea({"rows": 5}),
    )
    identifier_reason = forms.CharField(
        label=_("Why it is right to keep what looks like an identifier"),
        required=False,
        max_length=500,
        help_text=_("Needed only if the answer was marked."),
    )
    submit_label = _("Answer")

    def __init__(self, *args: Any, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cancel_url = cancel_url
