"""What MST UK types about an edition of any kind."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mst_sites.look.forms import HouseForm


class EditionForm(HouseForm):
    """The draft that it writes, and what changed, which stands below what the kind adds."""

    submit_label = _("Save the draft")

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    what_changed = forms.CharField(
        label=_("What changed"),
        help_text=_("Needed before it is published. It stays with the edition."),
        required=False,
        max_length=2_000,
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, *args: Any, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cancel_url = cancel_url
