"""The form of a weekly note: everything may stay empty in a draft, the operation says what filing asks for."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from consultation.models import (
    Absence,
    Barrier,
    CancelledReason,
    Mode,
    NoteContent,
    Outcome,
    Recommendation,
)
from consultation.models.content import COLUMNS
from consultation.operations import Sheet
from mst_sites.accounts.models import User
from mst_sites.accounts.permissions import Role
from mst_sites.look.fields import NearDateField
from mst_sites.look.forms import HouseForm
from mst_sites.look.layout import Actions, AutosaveStatus, Section
from mst_sites.tenancy.models import Membership

FEWEST_SLOTS, MOST_SLOTS = 2, 10
PARTS = ("text", "owner", "due_on")  # of a recommendation
LONGEST_TEXT = 200_000
WHEN = ("outcome", "cancelled_reason", "held_on", "started_at", "minutes", "mode")
FIGURES = (
    "open_families",
    "families_discussed",
    "summaries_due",
    "summaries_received",
    "recordings_submitted",
    "recordings_reviewed",
)
SAID = ("themes", "strengths", "barriers", "barrier_codes")
# What filing asks for, of one outcome or the other.
NEEDED = ("outcome", "cancelled_reason", "held_on", "minutes", "mode")
SUPERVISORS = {Role.SUPERVISOR, Role.BACK_UP_SUPERVISOR}


class NumberField(forms.IntegerField):
    """A small count, typed with the number keys of a phone."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, min_value=0, max_value=999, **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "inputmode": "numeric"}


class LongTextField(forms.CharField):
    """Text as it was typed, spaces at its ends included."""

    def __init__(self, *, rows: int = 4, **kwargs: Any) -> None:
        super().__init__(
            required=False,
            strip=False,
            max_length=LONGEST_TEXT,
            widget=forms.Textarea({"rows": rows}),
            **kwargs,
        )

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Set no limit in the browser, which would cut a pasted text without a word."""
        return {}


class NoteForm(HouseForm):
    """A week's note. Whom it may name depends on who works in the team."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    tab = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    outcome = forms.ChoiceField(
        label=_("Was the consultation held?"), choices=Outcome.choices, widget=forms.RadioSelect
    )
    cancelled_reason = forms.ChoiceField(
        label=_("Why was it cancelled?"),
        required=False,
        choices=[("", _("It was not cancelled")), *CancelledReason.choices],
    )
    held_on = NearDateField(label=_("Day"), required=False)
    started_at = forms.TimeField(
        label=_("Start"), required=False, widget=forms.TimeInput({"type": "time"}, format="%H:%M")
    )
    minutes = NumberField(label=_("Minutes"))
    mode = forms.ChoiceField(
        label=_("How was it held?"),
        required=False,
        choices=[("", _("Choose")), *Mode.choices],
    )
    open_families = NumberField(label=_("Open families"))
    families_discussed = NumberField(label=_("Families discussed"))
    summaries_due = NumberField(label=_("Summaries due"))
    summaries_received = NumberField(label=_("Summaries on time"))
    recordings_submitted = NumberField(label=_("Recordings sent"))
    recordings_reviewed = NumberField(label=_("Recordings reviewed"))
    themes = LongTextField(
        label=_("Themes"),
        rows=3,
        help_text=_(
            "What the team worked on. Case references only: no names, no addresses, no dates of birth."
        ),
    )
    strengths = LongTextField(label=_("Strengths"), rows=2)
    barrier_codes = forms.MultipleChoiceField(
        label=_("Kinds of barrier"),
        required=False,
        choices=Barrier.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    barriers = LongTextField(label=_("Barriers to progress"), rows=2)
    stakeholder_issue = LongTextField(label=_("Stakeholder or system issue"), rows=2)
    is_escalated = forms.BooleanField(label=_("MST UK should look at this"), required=False)
    identifier_reason = forms.CharField(
        label=_("Why is it right to keep what was marked?"),
        required=False,
        max_length=500,
        help_text=_("Only if it does not identify a family. The reason is kept with the note."),
    )
    submit_label = _("File the note")
    autosave_url = ""
    action_url = ""
    may_be_draft = True
    needed: tuple[str, ...] = NEEDED
    recommendations_label: Any = _("Recommendations")

    def __init__(
        self, *args: Any, people: Sequence[Membership], asks_reason: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.people: dict[str, User] = {str(each.user_id): each.user for each in people}
        self.therapists = list(
            dict.fromkeys(str(each.user_id) for each in people if each.role == Role.THERAPIST)
        )
        self.asks_reason = asks_reason or bool(self.given("identifier_reason"))
        self.fields["consultant"] = self.choice_of(
            _("Consultant"), [each for each in people if each.role == Role.CONSULTANT]
        )
        self.fields["supervisor"] = self.choice_of(
            _("Supervisor"), [each for each in people if each.role in SUPERVISORS]
        )
        for pk in self.therapists:
            self.fields[f"presence_{pk}"] = forms.ChoiceField(
                label=self.people[pk].full_name,
                required=False,
                choices=Absence.choices,
                initial=Absence.PRESENT,
            )
        self.slots = range(1, self.slot_count() + 1)
        for slot in self.slots:
            self.add_recommendation(slot, people)

    def choice_of(self, label: Any, people: Sequence[Membership]) -> forms.TypedChoiceField:
        """Return a choice among people of the team; the empty one is nobody."""
        names = {str(each.user_id): each.user.full_name for each in people}
        return forms.TypedChoiceField(
            label=label,
            required=False,
            choices=[("", _("Nobody")), *names.items()],
            coerce=self.people.__getitem__,
            empty_value=None,
        )

    def add_recommendation(self, slot: int, people: Sequence[Membership]) -> None:
        self.fields[f"recommendation_{slot}_text"] = forms.CharField(
            label=_("Recommendation %(number)s") % {"number": slot}, required=False, max_length=500
        )
        self.fields[f"recommendation_{slot}_owner"] = self.choice_of(_("Who"), people)
        self.fields[f"recommendation_{slot}_due_on"] = NearDateField(
            label=_("Until"), required=False
        )
        for part, words in (
            ("owner", _("Recommendation %(number)s, who")),
            ("due_on", _("Recommendation %(number)s, until")),
        ):
            field: Any = self.fields[f"recommendation_{slot}_{part}"]
            field.told_as = words % {"number": slot}

    def given(self, name: str) -> Any:
        """Return what the browser sent, or what the form begins with."""
        if self.is_bound:
            return self.data.get(name, "")
        return self.initial.get(name, "")

    def slot_count(self) -> int:
        """Offer one more than there are, so that saving a draft makes room for another."""
        filled = [
            slot
            for slot in range(1, MOST_SLOTS + 1)
            if any(self.given(f"recommendation_{slot}_{part}") for part in PARTS)
        ]
        return min(max(FEWEST_SLOTS, max(filled, default=0) + 1), MOST_SLOTS)

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        for slot in self.slots:
            name = f"recommendation_{slot}"
            others = values.get(f"{name}_owner") or values.get(f"{name}_due_on")
            if others and not values.get(f"{name}_text"):
                self.add_error(
                    f"{name}_text", _("Say what is recommended, or clear who and until.")
                )
        return values

    def sheet(self) -> Sheet:
        values = self.cleaned_data
        return Sheet(id=values["id"], tab=values["tab"], version=values["version"])

    def content(self, *, stored: NoteContent | None = None) -> NoteContent:
        """Return what was typed; what was refused stays as it is stored."""
        values, stored = self.cleaned_data, stored or NoteContent()
        return replace(
            stored,
            **{name: values[name] for name in COLUMNS if name in values},
            barrier_codes=tuple(values.get("barrier_codes", stored.barrier_codes)),
            presences=tuple(
                (self.people[pk], values.get(f"presence_{pk}") or Absence.PRESENT)
                for pk in self.therapists
            ),
            recommendations=self.recommendations(stored),
        )

    def recommendations(self, stored: NoteContent) -> tuple[Recommendation, ...]:
        known = {each.slot: each for each in stored.recommendations}
        typed = []
        for slot in self.slots:
            before = known.get(slot, Recommendation(""))
            parts = {
                part: self.cleaned_data.get(f"recommendation_{slot}_{part}", getattr(before, part))
                for part in PARTS
            }
            typed.append(Recommendation(**parts, slot=slot))
        return tuple(each for each in typed if each.text)

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper(self)
        helper.form_action = self.action_url
        helper.attrs = {"novalidate": True, "class": "note-form"}
        if self.autosave_url:
            helper.attrs["data-autosave-url"] = self.autosave_url
        reason = ("identifier_reason",) if self.asks_reason else ()
        as_draft = _("Save as draft")
        also = ("keep", "draft", as_draft) if self.may_be_draft else None
        # Nearly everything may stay empty; what filing asks for depends on how the week was.
        helper.filter = True
        helper.needed = self.needed
        helper.layout = Layout(
            *("id", "tab", "version"),
            Section(_("The consultation"), *WHEN, css_class="week"),
            Section(_("Who took part"), *self.who(), css_class="people"),
            Section(_("In figures"), *FIGURES, css_class="figures"),
            Section(_("What was said"), *SAID, css_class="texts"),
            *(self.recommendation_section(slot) for slot in self.slots),
            Section(_("Beyond the team"), "stakeholder_issue", "is_escalated", css_class="texts"),
            *self.last_fields(),
            *reason,
            Actions(self.submit_label, cancel_url=self.cancel_url, also=also),
            # Below the buttons: what it says has one line or more, and they must not move under a finger.
            *((AutosaveStatus(self.submit_label, as_draft),) if self.autosave_url else ()),
        )
        return helper

    def who(self) -> tuple[str, ...]:
        return ("consultant", "supervisor", *(f"presence_{pk}" for pk in self.therapists))

    def recommendation_section(self, slot: int) -> Section:
        name = f"recommendation_{slot}"
        legend = self.recommendations_label if slot == 1 else ""
        return Section(
            legend, f"{name}_text", f"{name}_owner", f"{name}_due_on", css_class="recommendation"
        )

    def last_fields(self) -> tuple[str, ...]:
        return ()


class AmendForm(NoteForm):
    """The same fields, and why they are changed after filing; recommendations can only be added."""

    reason = forms.CharField(
        label=_("Why is the note amended?"),
        max_length=500,
        help_text=_("Readers see the reason beside what changed."),
    )
    submit_label = _("Amend the note")
    needed = (*NEEDED, "reason")
    may_be_draft = False
    recommendations_label = _("Further recommendations")

    def last_fields(self) -> tuple[str, ...]:
        return ("reason",)


class DiscardForm(HouseForm):
    version = forms.IntegerField(widget=forms.HiddenInput)
    submit_label = _("Discard the draft")


class AcknowledgeForm(HouseForm):
    version = forms.IntegerField(widget=forms.HiddenInput)
    submit_label = _("Acknowledge")


def initial_of(content: NoteContent, *, sheet: Sheet) -> dict[str, Any]:
    """Return a form's first values from what a note holds."""
    values: dict[str, Any] = {name: getattr(content, name) for name in COLUMNS}
    values |= {name: person_pk(values[name]) for name in ("consultant", "supervisor")}
    values["barrier_codes"] = list(content.barrier_codes)
    values |= {f"presence_{person.pk}": presence for person, presence in content.presences}
    for each in content.recommendations:
        values[f"recommendation_{each.slot}_text"] = each.text
        values[f"recommendation_{each.slot}_owner"] = person_pk(each.owner)
        values[f"recommendation_{each.slot}_due_on"] = each.due_on
    return {**values, "id": sheet.id, "tab": sheet.tab, "version": sheet.version}


def person_pk(person: User | None) -> str:
    return str(person.pk) if person else ""
