"""What MST UK types about the figures that scenarios of capacity start from."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from implementation.forms.editions import EditionForm
from implementation.forms.money import DecimalTextField
from implementation.queries.capacity import Default, Defaults, Share
from mst_sites.look.layout import Actions, Section
from mst_sites.tenancy.models import MstModel

SHARES = {"utilisation": _("Places in use"), "acceptance": _("Families that take part")}
FIGURES = {
    "therapists": (_("Therapists"), 10),
    "caseload": (_("Families each"), 10),
    "months": (_("Months"), 24),
}


class DefaultsForm(EditionForm):
    """Two shares for every model, three figures for each, and where all of them are from."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in SHARES:
            self.fields[f"{name}_value"] = DecimalTextField(
                label=_("Per cent"), least=1, most=100, max_digits=4, decimal_places=1
            )
            self._add_source(name)
        for model in MstModel.values:
            for name, (label, most) in FIGURES.items():
                self.fields[f"{model}_{name}"] = DecimalTextField(
                    label=label, least=1, most=most, max_digits=3, decimal_places=1
                )
            self._add_source(model)
            for part in (*FIGURES, "source", "address"):
                # The summary of errors says of which model: each has the same fields.
                field: Any = self.fields[f"{model}_{part}"]
                field.told_as = f"{MstModel(model).label}, {field.label}"
        self.order_fields([name for name in self.fields if name != "what_changed"])

    def _add_source(self, stem: str) -> None:
        self.fields[f"{stem}_source"] = forms.CharField(
            label=_("Where this comes from, or what is assumed"),
            max_length=500,
            widget=forms.Textarea({"rows": 2}),
        )
        self.fields[f"{stem}_address"] = forms.URLField(
            label=_("Address on the web"), required=False, max_length=300, assume_scheme="https"
        )

    @property
    def helper(self) -> FormHelper:
        helper = super().helper
        helper.layout = Layout(
            "version",
            *(
                Section(
                    label,
                    *(f"{name}_{part}" for part in ("value", "source", "address")),
                    css_class="figure-row starting-share",
                )
                for name, label in SHARES.items()
            ),
            *(
                Section(
                    label,
                    *(f"{model}_{part}" for part in (*FIGURES, "source", "address")),
                    css_class="figure-row starting-figures",
                )
                for model, label in MstModel.choices
            ),
            "what_changed",
            Actions(self.submit_label, cancel_url=self.cancel_url),
        )
        return helper

    @staticmethod
    def initial_of(figures: Defaults) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        stored = figures.as_json()
        for name in SHARES:
            fields |= {f"{name}_{part}": value for part, value in stored[name].items()}
        for model, parts in stored["models"].items():
            fields |= {f"{model}_{part}": value for part, value in parts.items()}
        return fields

    @staticmethod
    def figures_of(values: dict[str, Any]) -> Defaults:
        """Return what was typed as the operation takes it, without needless spaces."""

        def source(stem: str) -> tuple[str, str]:
            return " ".join(values[f"{stem}_source"].split()), values[f"{stem}_address"]

        shares = {name: Share(values[f"{name}_value"], *source(name)) for name in SHARES}
        models = {
            model: Default(
                values[f"{model}_therapists"],
                values[f"{model}_caseload"],
                values[f"{model}_months"],
                *source(model),
            )
            for model in MstModel.values
        }
        return Defaults(**shares, models=models)
