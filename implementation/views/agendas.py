"""The points of an agenda: each is put on, ordered, settled or taken off."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from implementation.forms import meetings as forms
from implementation.models import AgendaPoint
from implementation.operations import agendas as operations
from implementation.queries import agendas as queries
from implementation.views.meeting_pages import OneMeetingButton, OneMeetingForm
from mst_sites.look.parts import Text


class AgendaPointCreate(OneMeetingForm):
    form_class = forms.AgendaPointForm
    title = _("Add a point to the agenda")
    lead = _("Until it is settled it comes back on the next agenda by itself.")
    success_message = _("It is on the agenda.")
    writes = (AgendaPoint,)

    def act(self, *, row_id: UUID, **values: Any) -> AgendaPoint:
        return operations.add_point(
            meeting=self.meeting,
            point_id=row_id,
            **values,
            now=self.now,
            today=self.today,
            by=self.user,
        )


class PointButton(OneMeetingButton):
    def point(self) -> AgendaPoint:
        point: AgendaPoint = get_object_or_404(
            queries.points_on(self.meeting), pk=self.kwargs["point_pk"]
        )
        return point

    def own_point(self) -> AgendaPoint:
        """Find a point that was put on this very agenda."""
        point: AgendaPoint = get_object_or_404(
            queries.own_points(self.meeting), pk=self.kwargs["point_pk"]
        )
        point.meeting = self.meeting
        return point


class AgendaPointSettle(PointButton):
    """Says that a point is dealt with, or takes that back."""

    def press(self, version: int) -> Text:
        is_settled = self.request.POST.get("settled") != "no"
        operations.settle_point(
            meeting=self.meeting, point=self.point(), is_settled=is_settled, by=self.user
        )
        return ""


class AgendaPointMove(PointButton):
    """Lets a point change places with its neighbour."""

    def press(self, version: int) -> Text:
        is_up = self.request.POST.get("to") != "down"
        operations.move_point(point=self.own_point(), is_up=is_up, by=self.user)
        return ""


class AgendaPointRemove(PointButton):
    def press(self, version: int) -> Text:
        operations.remove_point(point=self.own_point(), by=self.user)
        return _("The point is off the agenda.")
