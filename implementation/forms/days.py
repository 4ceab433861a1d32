"""The days of a whole plan in one form."""

from collections.abc import Sequence
from typing import Any

from django import forms

from implementation.models import Activity
from implementation.operations.days import Days
from mst_sites.look.fields import NearDateField
from mst_sites.look.forms import HouseForm

KINDS = ("forecast_on", "completed_on")


class DaysForm(HouseForm):
    """Two days and a version for each activity that applies and is still the plan's; names are `<code>-<field>`."""

    def __init__(self, *args: Any, activities: Sequence[Activity], **kwargs: Any) -> None:
        self.activities = [
            activity
            for activity in activities
            if activity.is_applicable and not activity.is_left_over
        ]
        super().__init__(*args, **kwargs)
        for activity in self.activities:
            for kind in KINDS:
                field: Any = activity._meta.get_field(kind)
                self.fields[f"{activity.code}-{kind}"] = NearDateField(
                    label=f"{activity.code} {field.verbose_name}",
                    required=False,
                    initial=getattr(activity, kind),
                )
            self.fields[f"{activity.code}-version"] = forms.IntegerField(
                widget=forms.HiddenInput, initial=activity.version
            )

    def lines(self) -> list[tuple[Any, ...]]:
        """Return each activity with its three fields, in the order of the plan."""
        return [
            (activity, *(self[f"{activity.code}-{name}"] for name in (*KINDS, "version")))
            for activity in self.activities
        ]

    def days(self) -> dict[str, Days]:
        return {
            activity.code: Days(
                *(self.cleaned_data[f"{activity.code}-{name}"] for name in (*KINDS, "version"))
            )
            for activity in self.activities
        }
