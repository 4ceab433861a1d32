"""What narrows the portfolio, and the name of a view that is kept."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from implementation.models import Party, PlanState, Stage
from implementation.queries.portfolio import AMBER, CLOSED, GREEN, RED, STILL, Wanted
from mst_sites.look.fields import QuickHidden, QuickSearch, QuickSelect, Suggesting
from mst_sites.look.forms import HouseForm
from mst_sites.periods import add_months
from mst_sites.tenancy.models import MstModel, Nation, Phase

ALL = ("", _("All"))
MONTHS_BACK, MONTHS_AHEAD = 6, 24
FIRST = ("q", "rag", "stage", "turn")
MORE = ("nation", "region", "model", "provider", "consultant", "opening", "state")
RAGS = [
    (RED, _("Late")),
    (AMBER, _("Slipping")),
    (GREEN, _("On track")),
    (STILL, _("On hold, withdrawn or closed")),
]
STATES = [*PlanState.choices, (CLOSED, Phase.CLOSED.label)]


class QuickChoice(forms.ChoiceField):
    widget = QuickSelect


class PortfolioFilterForm(forms.Form):
    """Narrows the portfolio; a value that is none of the choices is told at its field."""

    q = forms.CharField(label=_("Find a site"), required=False, widget=QuickSearch)
    rag = QuickChoice(label=_("Standing"), required=False, choices=[ALL, *RAGS])
    stage = QuickChoice(label=_("Stage"), required=False, choices=[ALL, *Stage.choices])
    turn = QuickChoice(label=_("Whose turn"), required=False, choices=[ALL, *Party.choices])
    nation = QuickChoice(label=_("Nation"), required=False, choices=[ALL, *Nation.choices])
    region = forms.CharField(label=_("Region"), required=False, widget=Suggesting)
    model = QuickChoice(label=_("MST model"), required=False, choices=[ALL, *MstModel.choices])
    provider = forms.CharField(label=_("Provider"), required=False, widget=Suggesting)
    consultant = forms.CharField(label=_("Consultant"), required=False, widget=Suggesting)
    opening = QuickChoice(label=_("Planned to open"), required=False)
    state = QuickChoice(label=_("State"), required=False, choices=[ALL, *STATES])
    sort = forms.CharField(required=False, widget=QuickHidden)
    shape = forms.CharField(required=False, widget=QuickHidden)

    def __init__(self, data: Any, *, today: date) -> None:
        super().__init__(data)
        opening: Any = self.fields["opening"]
        opening.choices = [ALL, *months_around(today)]

    @property
    def first_fields(self) -> list[Any]:
        """Return what nearly everybody narrows by."""
        return [self[name] for name in FIRST]

    @property
    def more_fields(self) -> list[Any]:
        return [self[name] for name in MORE]

    @property
    def uses_more(self) -> bool:
        """Tell whether one of the further filters is in use, and so must be in sight."""
        return any(self.data.get(name) for name in MORE)

    def wanted(self) -> Wanted:
        """Return what is understood; the rest narrows nothing."""
        self.is_valid()
        understood = {name: value for name, value in self.cleaned_data.items() if value}
        return Wanted(**{name: understood.get(name, "") for name in Wanted.__dataclass_fields__})


def months_around(today: date) -> Iterable[tuple[str, str]]:
    first = add_months(today.replace(day=1), -MONTHS_BACK)
    months = (add_months(first, number) for number in range(MONTHS_BACK + MONTHS_AHEAD + 1))
    return [(f"{month:%Y-%m}", f"{MONTHS[month.month]} {month.year}") for month in months]


class SavedViewForm(HouseForm):
    name = forms.CharField(label=_("Keep this view as"), max_length=60)
    query = forms.CharField(required=False, max_length=1_000, widget=QuickHidden)
    submit_label = _("Keep")
