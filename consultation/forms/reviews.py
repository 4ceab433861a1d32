"""What people type for a review: its period, and what they say about its figures."""

from collections.abc import Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from consultation.models.snapshot import Narrative
from consultation.operations import Words
from consultation.queries import period_code, period_named, period_of
from mst_sites.look.fields import NearDateField
from mst_sites.look.forms import HouseForm
from mst_sites.look.layout import Section, form_helper
from mst_sites.periods import Period

OTHER = "other"
PLACES = (1, 2, 3)


class ReviewForm(HouseForm):
    """The period of a new review: one of the team's half-years, or any other."""

    half_year = forms.ChoiceField(label=_("Period"), widget=forms.RadioSelect)
    starts_on = NearDateField(label=_("From"), required=False)
    last_day = NearDateField(
        label=_("Last day"), required=False, help_text=_("This day is counted, too.")
    )
    submit_label = _("Count the figures")

    def __init__(
        self, *args: Any, periods: Sequence[Period], cancel_url: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.cancel_url = cancel_url
        field: Any = self.fields["half_year"]
        field.choices = [
            *((period_code(period), period.label) for period in periods),
            (OTHER, _("Another period")),
        ]

    @property
    def helper(self) -> FormHelper:
        helper = form_helper(
            self,
            "half_year",
            Section(_("Only for another period"), "starts_on", "last_day"),
            submit=self.submit_label,
            cancel_url=self.cancel_url,
        )
        helper.filter = True  # the heading says when the two days are needed
        return helper

    def clean(self) -> dict[str, Any]:
        """Give the period as the one value that the operation takes."""
        given = super().clean() or {}
        chosen = given.get("half_year")
        if not chosen:
            return given
        if chosen != OTHER:
            return {"period": period_named(chosen)}
        starts_on, last_day = given.get("starts_on"), given.get("last_day")
        for name, value in (("starts_on", starts_on), ("last_day", last_day)):
            if value is None and name not in self.errors:
                self.add_error(name, _("Give this day, or choose a half-year."))
        if self.errors or starts_on is None or last_day is None:
            return given
        return {"period": period_of(starts_on, last_day)}


class EntryField(forms.CharField):
    """One strength or barrier: a sentence or two."""

    def __init__(self, label: Any) -> None:
        super().__init__(
            label=label, required=False, strip=False, widget=forms.Textarea({"rows": 2})
        )


class NarrativeForm(HouseForm):
    """What the figures mean."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    summary = forms.CharField(
        label=_("Overall"),
        required=False,
        strip=False,
        help_text=_(
            "What a director should know after one minute. Commissioners read it too: "
            "name no number of families under five."
        ),
        widget=forms.Textarea({"rows": 7}),
    )
    strength_1 = EntryField(_("First strength"))
    strength_2 = EntryField(_("Second strength"))
    strength_3 = EntryField(_("Third strength"))
    barrier_1 = EntryField(_("First barrier"))
    barrier_2 = EntryField(_("Second barrier"))
    barrier_3 = EntryField(_("Third barrier"))
    recommendations = forms.CharField(
        label=_("Recommendations"),
        required=False,
        strip=False,
        help_text=_("One on each line: what is to be done, by whom and until when."),
        widget=forms.Textarea({"rows": 6}),
    )
    identifier_reason = forms.CharField(
        label=_("Why it is right to keep what looks like an identifier"),
        required=False,
        max_length=500,
        help_text=_("Needed only if a text above was marked."),
    )
    submit_label = _("Save")

    def __init__(self, *args: Any, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cancel_url = cancel_url

    @property
    def helper(self) -> FormHelper:
        return form_helper(
            self,
            "version",
            Section(_("Summary"), "summary"),
            Section(_("Up to three strengths"), *(f"strength_{place}" for place in PLACES)),
            Section(
                _("Up to three barriers to progress"), *(f"barrier_{place}" for place in PLACES)
            ),
            Section(_("What is to be done"), "recommendations", "identifier_reason"),
            submit=self.submit_label,
            cancel_url=self.cancel_url,
        )

    @staticmethod
    def initial_of(narrative: Narrative, identifier_reason: str) -> dict[str, Any]:
        """Give the fields of what was written so far."""
        fields = {
            "summary": narrative.summary,
            "recommendations": "\n".join(narrative.recommendations),
            "identifier_reason": identifier_reason,
        }
        for place in PLACES:
            fields[f"strength_{place}"] = "".join(narrative.strengths[place - 1 : place])
            fields[f"barrier_{place}"] = "".join(narrative.barriers[place - 1 : place])
        return fields

    @staticmethod
    def words_of(values: dict[str, Any]) -> Words:
        return Words(
            Narrative(
                values["summary"],
                tuple(values[f"strength_{place}"] for place in PLACES),
                tuple(values[f"barrier_{place}"] for place in PLACES),
                tuple(values["recommendations"].splitlines()),
            ),
            values["identifier_reason"],
        )


class CommentForm(HouseForm):
    """What somebody who works on a draft says about it."""

    comment_id = forms.UUIDField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("Comment"),
        max_length=4_000,
        help_text=_("Only those who work on the review read it, never commissioners."),
        widget=forms.Textarea({"rows": 4}),
    )
    confirmed_reason = forms.CharField(
        label=_("Why it is right to keep what looks like an identifier"),
        required=False,
        max_length=500,
        help_text=_("Needed only if the comment was marked."),
    )
    submit_label = _("Comment")

    def __init__(self, *args: Any, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cancel_url = cancel_url
