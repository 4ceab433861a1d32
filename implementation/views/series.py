"""Pages of series of meetings: planned, gone on with, and from one of them on changed or cancelled."""

from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from implementation.forms import meetings as forms
from implementation.models import Meeting, MeetingSeries
from implementation.operations import series as operations
from implementation.queries import meetings as queries
from implementation.queries import steering as steering_queries
from implementation.tables import meetings as tables
from implementation.views.meeting_pages import MeetingFormPage, OneMeetingForm
from implementation.views.meetings import MeetingCreate
from mst_sites.look.parts import Text

USUAL_COUNT = 6


class SeriesCreate(MeetingCreate):
    """Plans a series of meetings."""

    form_class = forms.SeriesForm
    title = _("Plan a series of meetings")
    lead = _(
        "On the same weekday, at the same time on the clock in summer and in winter. "
        "Each of them can be moved or cancelled by itself."
    )
    success_message = _("The series is planned.")

    def get_initial(self) -> dict[str, Any]:
        group = steering_queries.group_of(self.site)
        weeks = group.cycle_weeks if group else 4
        return {**super().get_initial(), "every_weeks": weeks, "count": USUAL_COUNT}

    def act(self, *, row_id: UUID, **values: Any) -> MeetingSeries:
        rhythm = operations.Rhythm(values.pop("every_weeks"), values.pop("count"))
        return operations.plan_series(series_id=row_id, rhythm=rhythm, **self.shared(values))

    def address_after(self, result: Any) -> str:
        return self.address("meeting-list")


class SeriesExtend(MeetingFormPage):
    """Adds the next meetings of a series."""

    form_class = forms.SeriesExtendForm
    title = _("Add the next meetings")
    lead = _("With the people of the last one. Nobody is mailed until you send the invitations.")
    success_message = _("The meetings are planned.")
    writes = (Meeting,)

    @cached_property
    def series(self) -> MeetingSeries:
        found = queries.series_of(self.site, now=self.now)
        series: MeetingSeries = get_object_or_404(found, pk=self.kwargs["pk"])
        return series

    def get_initial(self) -> dict[str, Any]:
        return {"version": self.series.version, "count": USUAL_COUNT}

    def act(self, **values: Any) -> list[Meeting]:
        return operations.extend_series(series=self.series, **values, now=self.now, by=self.user)

    def address_after(self, result: Any) -> str:
        return self.address("meeting-list")


class OneSeriesForm(OneMeetingForm):
    """A form about a meeting and those of its series that follow it."""

    writes = (Meeting,)

    @cached_property
    def following(self) -> list[Meeting]:
        return list(queries.following(self.meeting, now=self.now))

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.meeting.series is None or self.meeting.starts_at <= self.now:
            return redirect(self.meeting_url())
        return super().get(*args, **kwargs)

    @property
    def lead(self) -> Text:  # type: ignore[override] # depends on the series
        return tables.following_lead(self.following)

    def versions(self) -> dict[str, Any]:
        series = self.meeting.series
        return {"version": self.meeting.version, "series_version": series.version if series else 0}

    def show_clash(self, form: Any, current: Meeting) -> HttpResponse:
        """Show what somebody else saved; saving again replaces theirs, in the series as well."""
        form.data = form.data.copy()
        form.data["series_version"] = current.series.version if current.series else 0
        return super().show_clash(form, current)

    def address_after(self, result: list[Meeting]) -> str:
        messages.success(self.request, str(self.said(len(result))))
        return self.address("meeting-list")

    def said(self, count: int) -> str:
        """Say what became of how many meetings."""
        raise NotImplementedError


class SeriesChange(OneSeriesForm):
    """Moves or changes a meeting and those that follow it."""

    form_class = forms.SeriesChangeForm
    title = _("Change this meeting and the following")

    def get_initial(self) -> dict[str, Any]:
        return {**self.field_values(self.meeting), **self.versions()}

    def field_values(self, row: Meeting) -> dict[str, Any]:
        return vars(operations.Arrangement.of(row))

    def act(self, *, version: int, series_version: int, **values: Any) -> list[Meeting]:
        return operations.change_series(
            meeting=self.meeting,
            version=version,
            series_version=series_version,
            arrangement=operations.Arrangement(**values),
            now=self.now,
            by=self.user,
        )

    def said(self, count: int) -> str:
        if not count:
            return str(_("Nothing was different: nobody is mailed."))
        return ngettext("%(n)d meeting is changed.", "%(n)d meetings are changed.", count) % {
            "n": count
        }


class SeriesCancel(OneSeriesForm):
    """Cancels a meeting and those that follow it."""

    form_class = forms.SeriesCancelForm
    title = _("Cancel this meeting and the following")

    def get_initial(self) -> dict[str, Any]:
        return self.versions()

    def act(self, **values: Any) -> list[Meeting]:
        return operations.cancel_series(meeting=self.meeting, **values, now=self.now, by=self.user)

    def said(self, count: int) -> str:
        return ngettext("%(n)d meeting is cancelled.", "%(n)d meetings are cancelled.", count) % {
            "n": count
        }
