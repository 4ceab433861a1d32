"""What people type about the need of a place and about what a team could do."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from implementation.forms.money import CountField, DecimalTextField
from implementation.models import CapacityDefaults, Confidence, FigureCode, NeedsAnalysis
from implementation.queries.defaults import figures_of as starting_figures_of
from implementation.queries.needs import Figure, figures_of
from mst_sites.look.forms import GuardedForm, NumberedForm
from mst_sites.look.layout import Actions, Section
from mst_sites.tenancy.models import MstModel

CONFIDENCES = [("", _("Choose")), *Confidence.choices]


def four(stem: str) -> tuple[str, ...]:
    return tuple(f"{stem}_{part}" for part in ("value", "source", "year", "confidence"))


class NeedsForm(NumberedForm, GuardedForm):
    """The needs analysis: each figure with its source, its year and how sure it is."""

    submit_label = _("Save the needs analysis")

    version = forms.IntegerField(widget=forms.HiddenInput)
    areas = forms.CharField(
        label=_("Local authorities"),
        max_length=300,
        help_text=_("Every council that the service would be for."),
    )
    eligible_low = CountField(label=_("Low"), required=False)
    eligible_central = CountField(label=_("Central"), required=False)
    eligible_high = CountField(label=_("High"), required=False)
    eligible_source = forms.CharField(label=_("Source"), max_length=300, required=False)
    eligible_year = CountField(label=_("Year"), required=False)
    eligible_confidence = forms.ChoiceField(
        label=_("How sure"), choices=CONFIDENCES, required=False
    )
    existing_services = forms.CharField(
        label=_("Existing services"),
        required=False,
        max_length=3_000,
        help_text=_("What these young people and their families are offered now."),
        widget=forms.Textarea({"rows": 5}),
    )
    gap = forms.CharField(
        label=_("The gap"),
        required=False,
        max_length=3_000,
        help_text=_("Who is not reached by it, and why MST would reach them."),
        widget=forms.Textarea({"rows": 5}),
    )

    def __init__(self, *args: Any, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cancel_url = cancel_url
        for code in FigureCode:
            stem = code.lower()
            self.fields[f"{stem}_value"] = DecimalTextField(
                label=_("Figure"), required=False, max_digits=12
            )
            self.fields[f"{stem}_source"] = forms.CharField(
                label=_("Source"), max_length=300, required=False
            )
            self.fields[f"{stem}_year"] = CountField(label=_("Year"), required=False)
            self.fields[f"{stem}_confidence"] = forms.ChoiceField(
                label=_("How sure"), choices=CONFIDENCES, required=False
            )
            self.tell_apart(stem, code.label, ("value", "source", "year", "confidence"))
        self.tell_apart(
            "eligible",
            _("Eligible young people in a year"),
            ("low", "central", "high", "source", "year", "confidence"),
        )

    def tell_apart(self, stem: str, row: Any, parts: Iterable[str]) -> None:
        """Let the summary of errors say in which row a field stands: there is a “Source” in each."""
        for part in parts:
            field: Any = self.fields[f"{stem}_{part}"]
            field.told_as = format_lazy("{row}, {label}", row=row, label=field.label)

    @property
    def helper(self) -> FormHelper:
        helper = super().helper
        helper.layout = Layout(
            "row_id",
            "version",
            "areas",
            *(
                Section(code.label, *four(code.lower()), css_class="figure-row")
                for code in FigureCode
            ),
            Section(
                _("Eligible young people in a year"),
                "eligible_low",
                "eligible_central",
                "eligible_high",
                "eligible_source",
                "eligible_year",
                "eligible_confidence",
                css_class="figure-row estimate-row",
            ),
            Section(_("What there is, and what is missing"), "existing_services", "gap"),
            "confirmed_reason",
            Actions(self.submit_label, cancel_url=self.cancel_url),
        )
        return helper

    def clean(self) -> dict[str, Any]:
        """Put the four fields of each figure together, as the operation takes them."""
        given = super().clean() or {}
        figures = []
        for code in FigureCode:
            names = four(code.lower())
            value, source, year, confidence = (given.pop(name, None) for name in names)
            if value is not None:
                figures.append(Figure(code.value, value, source or "", year or 0, confidence or ""))
            elif any((source, year, confidence)) and names[0] not in self.errors:
                self.add_error(names[0], _("Give the figure too, or empty the boxes beside it."))
        analysis_id = given.pop("row_id", None)
        return {**given, "figures": figures, "analysis_id": analysis_id}

    @staticmethod
    def initial_of(analysis: NeedsAnalysis | None) -> dict[str, Any]:
        """Give the fields of the edition that will be changed."""
        if analysis is None:
            return {"version": 0}
        fields = {
            name: getattr(analysis, name)
            for name in (
                "version",
                "areas",
                "eligible_low",
                "eligible_central",
                "eligible_high",
                "eligible_source",
                "eligible_year",
                "eligible_confidence",
                "existing_services",
                "gap",
            )
        }
        for figure in figures_of(analysis):
            stem = figure.code.lower()
            fields |= {
                f"{stem}_value": plain(figure.value),
                f"{stem}_source": figure.source,
                f"{stem}_year": figure.year,
                f"{stem}_confidence": figure.confidence,
            }
        return fields


def plain(value: Decimal) -> Decimal:
    """Return a number as it was typed: no noughts behind the point that nobody wrote."""
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value


class ScenarioForm(NumberedForm, GuardedForm):
    """The assumptions of a scenario. A second button only calculates, for those without JavaScript."""

    submit_label = _("Save the scenario")

    version = forms.IntegerField(widget=forms.HiddenInput)
    edition = forms.IntegerField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(
        label=_("Name"), max_length=120, help_text=_("Such as “Four therapists, two councils”.")
    )
    model = forms.ChoiceField(label=_("MST model"), choices=MstModel.choices)
    teams = CountField(label=_("Teams"), least=1, most=20)
    therapists = DecimalTextField(
        label=_("Therapists in each team"),
        help_text=_("Whole-time equivalents, without the supervisor."),
        least=1,
        most=10,
        max_digits=3,
        decimal_places=1,
    )
    caseload = DecimalTextField(
        label=_("Families for each therapist at a time"),
        least=1,
        most=10,
        max_digits=3,
        decimal_places=1,
    )
    treatment_months = DecimalTextField(
        label=_("Months of treatment"), least=1, most=24, max_digits=3, decimal_places=1
    )
    utilisation = DecimalTextField(
        label=_("Places in use"),
        help_text=_(
            "In per cent, over the year: for vacancies, leave and the weeks between families."
        ),
        least=1,
        most=100,
        max_digits=4,
        decimal_places=1,
    )
    acceptance = DecimalTextField(
        label=_("Families that take part"),
        help_text=_("In per cent of the eligible young people who are referred."),
        least=1,
        most=100,
        max_digits=4,
        decimal_places=1,
    )
    eligible_low = CountField(label=_("Low"), most=1_000_000)
    eligible_central = CountField(label=_("Central"), most=1_000_000)
    eligible_high = CountField(label=_("High"), most=1_000_000)
    grounds = forms.CharField(
        label=_("Where these assumptions come from"),
        required=False,
        max_length=1_000,
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(
        self, *args: Any, cancel_url: str = "", calculate_url: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.cancel_url, self.calculate_url = cancel_url, calculate_url

    @property
    def helper(self) -> FormHelper:
        helper = super().helper
        helper.attrs |= {
            "hx-post": self.calculate_url,
            "hx-trigger": "input delay:300ms, change delay:300ms",
            "hx-target": "#capacity",
            "hx-sync": "this:replace",
        }
        helper.layout = Layout(
            "row_id",
            "version",
            "edition",
            "name",
            "model",
            Section(
                _("The service"), "teams", "therapists", "caseload", css_class="beside-each-other"
            ),
            Section(
                _("How it works"),
                "treatment_months",
                "utilisation",
                "acceptance",
                css_class="beside-each-other",
            ),
            Section(
                _("Eligible young people in a year"),
                "eligible_low",
                "eligible_central",
                "eligible_high",
                css_class="beside-each-other",
            ),
            "grounds",
            "confirmed_reason",
            Actions(
                self.submit_label,
                cancel_url=self.cancel_url,
                also=("calculate", "1", _("Only calculate")),
            ),
        )
        return helper

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        low, central, high = (given.get(f"eligible_{each}") for each in ("low", "central", "high"))
        if low is not None and central is not None and central < low:
            self.add_error("eligible_central", _("The figures rise from low to central to high."))
        if central is not None and high is not None and high < central:
            self.add_error("eligible_high", _("The figures rise from low to central to high."))
        return given

    @staticmethod
    def initial_of(
        model: str, needs: NeedsAnalysis | None, edition: CapacityDefaults
    ) -> dict[str, Any]:
        """Give a new scenario what is published for its model and what the needs analysis estimates."""
        figures = starting_figures_of(edition)
        default = figures.models[model]
        fields: dict[str, Any] = {
            "version": 0,
            "model": model,
            "teams": 1,
            "therapists": default.therapists,
            "caseload": default.caseload,
            "treatment_months": default.months,
            "utilisation": figures.utilisation.value,
            "acceptance": figures.acceptance.value,
            "edition": edition.number,
        }
        if needs is not None and needs.has_estimate:
            for each in ("low", "central", "high"):
                fields[f"eligible_{each}"] = getattr(needs, f"eligible_{each}")
        return fields
