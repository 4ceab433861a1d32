"""What MST UK types about the statements of the self-assessment."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from implementation.forms.editions import EditionForm
from implementation.models import ChangeSubject


class QuestionnaireForm(EditionForm):
    """A field for each subject with one statement on each line, and what changed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for subject in ChangeSubject:
            self.fields[subject.lower()] = forms.CharField(
                label=subject.label,
                max_length=4_000,
                help_text=_("One statement on each line, so that agreeing with it is good."),
                widget=forms.Textarea({"rows": 5}),
            )
        self.order_fields([name for name in self.fields if name != "what_changed"])

    @staticmethod
    def statements_of(values: dict[str, Any]) -> dict[str, list[str]]:
        """Return the statements by subject, without empty lines and needless spaces."""
        lines = {subject: values[subject.lower()].splitlines() for subject in ChangeSubject}
        return {
            subject.value: [" ".join(text.split()) for text in texts if text.strip()]
            for subject, texts in lines.items()
        }
