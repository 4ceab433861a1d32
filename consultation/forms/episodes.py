"""What people give in about episodes: two files, and a filter of the list."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from consultation.imports.tables import MOST_BYTES
from consultation.operations import ImportFile
from mst_sites.look.forms import HouseForm

STATES = [("", _("All")), ("open", _("Open")), ("closed", _("Closed"))]


class CsvField(forms.FileField):
    """A CSV file, read whole."""

    widget = forms.FileInput({"accept": ".csv,text/csv"})

    def clean(self, data: Any, initial: Any = None) -> ImportFile | None:
        file = super().clean(data, initial)
        if not file:
            return None
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than 5 MB. Split it."))
        return ImportFile(file.name or "", file.read())


class EpisodeImportForm(HouseForm):
    """The files of an import; one of them is enough."""

    episodes_file = CsvField(
        label=_("Episodes"),
        required=False,
        allow_empty_file=True,
        help_text=_("One row for each family, with an opaque case reference and never a name."),
    )
    tam_r_file = CsvField(
        label=_("TAM-R scores"),
        required=False,
        allow_empty_file=True,
        help_text=_("One row for each interview. It may come alone, or with the episodes."),
    )
    submit_label = _("Import")

    def __init__(self, *args: Any, cancel_url: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cancel_url = cancel_url

    @property
    def helper(self) -> FormHelper:
        helper = super().helper
        helper.filter = True  # one of the two is needed: neither is called optional
        return helper


class EpisodeFilterForm(forms.Form):
    """Narrows the list of episodes."""

    state = forms.ChoiceField(label=_("State"), required=False, choices=STATES)
    period = forms.ChoiceField(label=_("Half-year"), required=False)

    def __init__(self, *args: Any, periods: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["period"]
        field.choices = [("", _("All")), *periods]
