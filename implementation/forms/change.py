"""What people answer about organisational change, and what those who lead a round type."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from implementation.models import Agreement, ChangeStatement, ChangeSubject
from mst_sites.accounts.models import User
from mst_sites.look.fields import NearDateField
from mst_sites.look.forms import GuardedForm, HouseForm, NumberedForm
from mst_sites.look.layout import Section, form_helper

CANNOT_SAY = 0


class ChangeRoundForm(NumberedForm):
    submit_label = _("Open the round")

    closes_on = NearDateField(
        label=_("Open until"),
        help_text=_("Everybody can answer, and change the answer, until the end of this day."),
    )


class ChangeAnswerForm(HouseForm):
    """A field for each statement, under its subject."""

    submit_label = _("Keep my answer")

    def __init__(self, *args: Any, statements: Iterable[ChangeStatement], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.statements = list(statements)
        for statement in self.statements:
            self.fields[name_of(statement)] = forms.TypedChoiceField(
                label=statement.text,
                choices=[*Agreement.choices, (CANNOT_SAY, _("I cannot say"))],
                coerce=int,
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose an answer, or “I cannot say”.")},
            )

    @property
    def helper(self) -> Any:
        parts = [
            Section(ChangeSubject(subject).label, *map(name_of, group), css_class="scale")
            for subject, group in groupby(self.statements, key=lambda each: each.subject)
        ]
        return form_helper(self, *parts, submit=self.submit_label, cancel_url=self.cancel_url)

    @property
    def scores(self) -> dict[int, int]:
        """Return what was answered, by the statement's position."""
        given = {each.position: self.cleaned_data[name_of(each)] for each in self.statements}
        return {position: score for position, score in given.items() if score != CANNOT_SAY}


def name_of(statement: ChangeStatement) -> str:
    return f"statement_{statement.position}"


class ChangeActionForm(NumberedForm, GuardedForm):
    submit_label = _("Raise the action")
    field_order = ("text", "confirmed_reason", "owner", "due_on")

    text = forms.CharField(
        label=_("What is to be done"),
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Begin with a verb. Name no child and no family."),
    )
    owner = forms.ModelChoiceField(
        User.objects.none(), label=_("Who does it"), empty_label=_("Choose a person")
    )
    due_on = NearDateField(label=_("By when"), required=False)

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered: Any = self.fields
        offered["owner"].queryset = people
