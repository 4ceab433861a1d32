"""What people type when a gate is decided."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from implementation.models import Gate
from implementation.queries.verdicts import Verdict, outcomes_of
from mst_sites.look.fields import NearDateField
from mst_sites.look.forms import GuardedForm, NumberedForm


def day_typed(data: Mapping[str, Any], name: str) -> date | None:
    """Read a day from what was sent, before the form is made; None if there is none."""
    try:
        typed: date | None = NearDateField(required=False).clean(data.get(name))
    except ValidationError:
        return None
    return typed


class GateForm(NumberedForm, GuardedForm):
    """A decision; the exception is a field for those alone who may make one, where something is open."""

    submit_label = _("Check the decision")
    field_order = (
        "outcome",
        "decided_on",
        "decided_by",
        "opened_on",
        "note",
        "override_reason",
        "confirmed_reason",
    )

    version = forms.IntegerField(widget=forms.HiddenInput)
    outcome = forms.ChoiceField(label=_("What was decided"), widget=forms.RadioSelect)
    decided_on = NearDateField(
        label=_("On which day"),
        help_text=_("What the gate asks for must have been so on this day."),
    )
    decided_by = forms.CharField(
        label=_("By whom"),
        max_length=200,
        help_text=_("The board, the group or the person that decided, such as “Programme board”."),
    )
    opened_on = NearDateField(
        label=_("Day on which the service opened"),
        required=False,
        help_text=_("If the gate is passed. The site and its teams are live from this day."),
    )
    note = forms.CharField(
        label=_("In words"),
        required=False,
        max_length=1_000,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("What the minute says. If there are conditions: who closes each, until when."),
    )
    override_reason = forms.CharField(
        label=_("Reason for an exception"),
        required=False,
        max_length=1_000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_(
            "Only to pass the gate although something mandatory is open. Your name, this reason and what was open are "
            "kept for ever, and the site's X-ray shows it until all of it is closed."
        ),
    )

    def __init__(
        self, *args: Any, gate: Gate, may_override: bool, cancel_url: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.cancel_url = cancel_url
        offered: Any = self.fields
        offered["outcome"].choices = [(each.value, each.label) for each in outcomes_of(gate)]
        if gate != Gate.OPENING:
            del self.fields["opened_on"]
        if not may_override:
            del self.fields["override_reason"]

    @staticmethod
    def verdict_of(values: dict[str, Any]) -> Verdict:
        """Take out of the form's values what makes the decision."""
        names = ("outcome", "decided_on", "decided_by", "note", "override_reason", "opened_on")
        return Verdict(**{name: values[name] for name in names if name in values})
