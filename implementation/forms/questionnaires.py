"""What MST UK types about the statements of the self-assessment."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from implementation.models import ChangeSubject
from mst_sites.look.forms import HouseForm


class QuestionnaireForm(HouseForm):
    """A field for each subject with one statement on each line, and what changed."""

    submit_label = _("Save the draft")

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cancel_url = cancel_url
        for subject in ChangeSubject:
            self.fields[subject.lower()] = forms.CharField(
                label=subject.label,
                max_length=4_000,
                help_text=_("One statement on each line, so that agreeing with it is good."),
                widget=forms.Textarea({"rows": 5}),
            )
        self.fields["what_changed"] = forms.CharField(
            label=_("What changed"),
            help_text=_("Needed before it is published. It stays with the edition."),
            required=False,
            max_length=2_000,
            widget=forms.Textarea({"rows": 3}),
        )

    @staticmethod
    def statements_of(values: dict[str, Any]) -> dict[str, list[str]]:
        """Return the statements by subject, without empty lines and needless spaces."""
        lines = {subject: values[subject.lower()].splitlines() for subject in ChangeSubject}
        return {
            subject.value: [" ".join(text.split()) for text in texts if text.strip()]
            for subject, texts in lines.items()
        }
