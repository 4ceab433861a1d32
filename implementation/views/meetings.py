"""Pages of meetings: what is next, one meeting with its agenda, and the forms that plan, move and cancel."""

from datetime import time
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.generic.base import TemplateView

from implementation.forms import meetings as forms
from implementation.models import Meeting, MeetingKind, MeetingSeries
from implementation.operations import invitees as invitee_operations
from implementation.operations import meetings as operations
from implementation.queries import agendas
from implementation.queries import meetings as queries
from implementation.queries import steering as steering_queries
from implementation.tables import meetings as tables
from implementation.views.meeting_pages import (
    AsksGuests,
    MeetingFormPage,
    OneMeeting,
    OneMeetingButton,
    OneMeetingForm,
)
from implementation.views.pages import SetUpPage
from mst_sites.accounts.permissions import Permission
from mst_sites.tenancy.pages import versioned

ROWS_A_PAGE = 25
USUAL_MINUTES = 90
USUAL_TIME = time(10)


class MeetingList(SetUpPage, TemplateView):
    """What is next and what was held."""

    tab = "meeting-list"
    permission = Permission.MEETING_VIEW
    template_name = "implementation/meeting_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        upcoming = queries.upcoming_meetings(self.site, today=self.today)
        past = Paginator(queries.past_meetings(self.site, now=self.now), ROWS_A_PAGE)
        page = past.get_page(self.request.GET.get("page"))
        params = self.request.GET
        return super().get_context_data(
            upcoming=tables.meeting_table(
                [each for each in upcoming if each.ends_at > self.now],
                site=self.site,
                caption=_("Next meetings"),
                now=self.now,
            ),
            past=tables.meeting_table(
                page,
                site=self.site,
                caption=_("Meetings before"),
                now=self.now,
                page=page,
                params=params,
            ),
            series=tables.series_lines(queries.series_of(self.site, now=self.now)),
            may_manage=self.may_write(Permission.MEETING_MANAGE),
            **kwargs,
        )


class MeetingDetail(OneMeeting, TemplateView):
    """A meeting that is coming or being held: its agenda, its people, and what comes of it."""

    permission = Permission.MEETING_VIEW
    template_name = "implementation/meeting_detail.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.meeting.is_closed:
            return redirect(self.address("minutes-detail", self.meeting.pk))
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        meeting = self.meeting
        invitees = list(queries.invitees_of(meeting))
        minutes = queries.minutes_of(meeting)
        items = agendas.agenda_of(meeting, today=self.today)
        may_manage = self.may(Permission.MEETING_MANAGE)
        quorum = None
        if tables.is_steering(meeting) and meeting.starts_at <= self.now:
            quorum = steering_queries.quorum_at(meeting, steering_queries.group_of(self.site))
        facts = tables.meeting_facts(meeting, now=self.now)
        return super().get_context_data(
            meeting=meeting,
            facts=[*facts, tables.quorum_fact(quorum)] if quorum else facts,
            agenda=tables.agenda_groups(items),
            people=[
                (each, tables.invitee_status(each, is_over=meeting.ends_at <= self.now))
                for each in invitees
            ],
            kind=tables.kind_beside(meeting),
            unmarked=sum(not each.attendance for each in invitees),
            to_mail=sum(bool(each.email) and each.told_sequence is None for each in invitees),
            minutes=minutes,
            decisions=list(queries.decisions_of(meeting)),
            actions=list(queries.actions_of_meeting(meeting)),
            has_begun=meeting.starts_at <= self.now,
            is_over=meeting.ends_at <= self.now,
            may_manage=may_manage,
            may_change=may_manage and meeting.is_planned,
            rhythm=tables.rhythm_of(meeting.series) if meeting.series else "",
            **kwargs,
        )


class MeetingCreate(AsksGuests, MeetingFormPage):
    """Plans one meeting."""

    form_class: Any = forms.MeetingForm
    title = _("Plan a meeting")
    lead = _("One meeting or conference call. Its agenda fills itself with what is still open.")
    success_message = _("The meeting is planned.")
    writes = (Meeting, MeetingSeries)

    def get_initial(self) -> dict[str, Any]:
        kind = self.request.GET.get("kind", "")
        kind = kind if kind in MeetingKind.values else MeetingKind.CALL.value
        label = str(MeetingKind(kind).label)
        members = steering_queries.sitting_members(self.site, today=self.today)
        is_steering = kind == MeetingKind.STEERING_GROUP
        return {
            **super().get_initial(),
            "kind": kind,
            "title": label,
            "begins_at": USUAL_TIME,
            "minutes": USUAL_MINUTES,
            "members": [str(member.pk) for member in members] if is_steering else [],
        }

    def shared(self, values: dict[str, Any]) -> dict[str, Any]:
        return {
            "site": self.site,
            "details": self.form.details_of(values),
            "guests": self.form.guests_of(values),
            "sends": values["sends"],
            "now": self.now,
            "by": self.user,
        }

    def act(self, *, row_id: UUID, **values: Any) -> Any:
        return operations.plan_meeting(meeting_id=row_id, **self.shared(values))

    def address_after(self, result: Any) -> str:
        return self.address("meeting-detail", result.pk)


class MeetingChange(OneMeetingForm):
    """Moves one meeting, of a series too."""

    form_class = forms.MeetingChangeForm
    title = _("Change the meeting")
    lead = _(
        "Those who were invited by e-mail are told what changed, "
        "and their calendars take the new time by themselves."
    )
    success_message = _("Saved.")
    writes = (Meeting,)

    def get_initial(self) -> dict[str, Any]:
        return versioned(self.field_values(self.meeting), self.meeting)

    def field_values(self, row: Meeting) -> dict[str, Any]:
        names = ("kind", "title", "minutes", "place", "link")
        return {
            **{name: getattr(row, name) for name in names},
            "day": row.on,
            "begins_at": row.local_start.time(),
        }

    def act(self, *, version: int, **values: Any) -> Meeting:
        return operations.change_meeting(
            meeting=self.meeting,
            version=version,
            details=forms.DetailsForm.details_of(values),
            now=self.now,
            by=self.user,
        )


class MeetingCancel(OneMeetingForm):
    form_class = forms.MeetingCancelForm
    title = _("Cancel the meeting")
    lead = _(
        "It stays on record, and can take place after all. "
        "What it left open goes on to the next agenda."
    )
    success_message = _("The meeting is cancelled.")

    def get_initial(self) -> dict[str, Any]:
        return {"version": self.meeting.version}

    def act(self, **values: Any) -> Meeting:
        return operations.cancel_meeting(meeting=self.meeting, **values, now=self.now, by=self.user)


class MeetingReinstate(OneMeetingButton):
    """Lets a cancelled meeting take place after all."""

    def press(self, version: int) -> Any:
        operations.reinstate_meeting(
            meeting=self.meeting,
            version=version,
            now=self.now,
            by=self.user,
        )
        return _("The meeting takes place after all. Those who had been invited are told.")


class InviteeCreate(AsksGuests, OneMeetingForm):
    """Asks more people."""

    form_class = forms.InviteesForm
    title = _("Invite people")
    lead = _("Whoever is invited already stays as they are. Only the new ones are mailed.")
    success_message = _("They are on the list.")

    def act(self, *, sends: bool, **values: Any) -> Any:
        return invitee_operations.invite(
            meeting=self.meeting,
            guests=self.form.guests_of(values),
            sends=sends,
            now=self.now,
            by=self.user,
        )


class InviteeRemove(OneMeetingButton):
    """Takes somebody off the list."""

    def press(self, version: int) -> Any:
        invitee = get_object_or_404(queries.invitees_of(self.meeting), pk=self.kwargs["invitee_pk"])
        invitee.meeting = self.meeting
        invitee_operations.remove_invitee(invitee=invitee, now=self.now, by=self.user)
        return _("Taken off the list.")


class InvitationSend(OneMeetingButton):
    """Mails those who were not mailed yet."""

    def press(self, version: int) -> Any:
        count = invitee_operations.send_invitations(
            meeting=self.meeting, now=self.now, by=self.user
        )
        if not count:
            return _("Nobody waited for an invitation.")
        said = ngettext(
            "%(count)d invitation is on its way.", "%(count)d invitations are on their way.", count
        )
        return said % {"count": count}
