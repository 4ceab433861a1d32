"""Pages on which a meeting is written down: attendance, minutes, decisions, actions, and the end of it."""

from functools import cached_property
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.generic.base import TemplateView

from implementation.forms import minutes as forms
from implementation.models import Decision, Meeting, Minutes
from implementation.operations import minutes as operations
from implementation.queries import agendas
from implementation.queries import meetings as queries
from implementation.queries import steering as steering_queries
from implementation.tables import meetings as tables
from implementation.views.meeting_pages import OneMeeting, OneMeetingButton, OneMeetingForm
from mst_sites.accounts.permissions import Permission
from mst_sites.delivery.tables import progress_of
from mst_sites.look.parts import Text
from mst_sites.periods import LONDON
from mst_sites.records import operations as records
from mst_sites.records.models import Action, RaisedIn
from mst_sites.records.queries import people_of
from mst_sites.tenancy import limits
from mst_sites.tenancy.pages import CONFLICT, INVALID
from mst_sites.tenancy.versions import ClashError


class AttendanceChange(OneMeetingForm):
    """Says who came."""

    form_class = forms.AttendanceForm
    title = _("Attendance")
    success_message = _("Attendance is saved.")

    @property
    def lead(self) -> Text:  # type: ignore[override] # depends on the time
        if self.meeting.starts_at > self.now:
            return _("The meeting has not begun: only apologies can be noted yet.")
        return _("Say of each person whether they came. Who is not on the list is invited first.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "invitees": list(queries.invitees_of(self.meeting))}

    def get_initial(self) -> dict[str, Any]:
        return {"version": self.meeting.version}

    def field_values(self, row: Meeting) -> dict[str, Any]:
        return forms.AttendanceForm.initial_of(queries.invitees_of(row))

    def act(self, *, version: int, **values: Any) -> Meeting:
        return operations.mark_attendance(
            meeting=self.meeting,
            version=version,
            marks=forms.AttendanceForm.marks_of(values),
            now=self.now,
            by=self.user,
        )


class AttendanceCorrect(AttendanceChange):
    """Puts right who came to a closed meeting."""

    form_class = forms.AttendanceCorrectForm
    title = _("Correct the attendance")
    lead = _("The minutes say what was changed, by whom and why. They are drawn anew as a PDF.")
    success_message = _("The attendance is corrected.")
    wants_planned = False

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.meeting.is_closed:
            return redirect(self.meeting_url())
        return super().get(request, *args, **kwargs)

    def act(self, *, version: int, **values: Any) -> Any:
        limits.admit_with_typing(
            self.request, limits.DOCUMENT
        )  # each correction draws the minutes anew
        return operations.correct_attendance(
            meeting=self.meeting,
            version=version,
            marks=forms.AttendanceForm.marks_of(values),
            reason=values["reason"],
            confirmed_reason=values["confirmed_reason"],
            now=self.now,
            by=self.user,
        )


class MinutesPage(OneMeetingForm):
    form_class = forms.MinutesForm

    def get_form_kwargs(self) -> dict[str, Any]:
        url = self.address("minutes-autosave", self.meeting.pk)
        return {**super().get_form_kwargs(), "autosave_url": url}

    def act(self, **values: Any) -> Minutes:
        sheet = operations.MinutesSheet(values["tab"], values["version"])
        return operations.save_minutes(
            meeting=self.meeting,
            sheet=sheet,
            text=values["text"],
            confirmed_reason=values["confirmed_reason"],
            now=self.now,
            today=self.today,
            by=self.user,
        )


class MinutesChange(MinutesPage):
    """The minutes, saved while they are written."""

    title = _("Minutes")
    lead = _("They save themselves while you write. Others see them once the meeting is closed.")
    success_message = _("The minutes are saved.")
    writes = (Minutes,)

    def get_initial(self) -> dict[str, Any]:
        written = queries.minutes_of(self.meeting)
        return {
            **super().get_initial(),
            "tab": uuid4(),
            "version": written.version if written else 0,
            "text": written.text if written else "",
            "confirmed_reason": written.identifier_reason if written else "",
        }


class MinutesAutosave(MinutesPage):
    """Keeps the minutes while they are written; what the guard stops stays on the page, and the answer says so."""

    http_method_names = ["post"]
    title = ""

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            written = self.act(**form.cleaned_data)
        except ClashError:
            return JsonResponse({"clash": True}, status=CONFLICT)
        except ValidationError:
            return JsonResponse({}, status=INVALID)
        at = self.now.astimezone(LONDON).strftime("%H:%M")
        return JsonResponse({"version": written.version, "saved_at": at})

    def form_invalid(self, form: Any) -> HttpResponse:
        return JsonResponse({}, status=INVALID)


class DecisionForms(OneMeetingForm):
    form_class = forms.DecisionForm
    submit_label = _("Record the decision")
    writes = (Decision,)
    success_message = _("The decision is recorded.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {
            **super().get_form_kwargs(),
            "correctable": queries.correctable_decisions(self.meeting),
        }

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        form.submit_label = self.submit_label
        return form

    def shared(self, values: dict[str, Any]) -> dict[str, Any]:
        return {
            "ruling": forms.DecisionForm.ruling_of(values),
            "confirmed_reason": values["confirmed_reason"],
            "today": self.today,
            "by": self.user,
        }


class DecisionCreate(DecisionForms):
    title = _("Record a decision")
    lead = _("Once the meeting is closed it stays as it was taken: only a later one corrects it.")

    def get_initial(self) -> dict[str, Any]:
        return {"decided_on": min(self.meeting.on, self.today), "version": 0}

    def act(self, *, row_id: UUID, version: int, **values: Any) -> Decision:
        return operations.record_decision(
            meeting=self.meeting, decision_id=row_id, now=self.now, **self.shared(values)
        )


class DecisionChange(DecisionForms):
    title = _("Reword the decision")
    submit_label = _("Save the decision")

    @cached_property
    def decision(self) -> Decision:
        found: Decision = get_object_or_404(
            queries.decisions_of(self.meeting), pk=self.kwargs["decision_pk"]
        )
        found.meeting = self.meeting
        return found

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        own = queries.correctable_decisions(self.meeting, also=self.decision.corrects_id)
        return {**kwargs, "correctable": own}

    def get_initial(self) -> dict[str, Any]:
        names = ("text", "decided_on", "corrects", "version")
        values = {name: getattr(self.decision, name) for name in names}
        return {**values, "row_id": self.decision.pk}

    def act(self, *, row_id: UUID, version: int, **values: Any) -> Decision:
        return operations.change_decision(
            decision=self.decision, version=version, **self.shared(values)
        )


class MeetingActionCreate(OneMeetingForm):
    form_class = forms.MeetingActionForm
    title = _("Raise an action")
    lead = _("It comes back on the next agenda of this kind until it is closed.")
    success_message = _("The action is raised.")
    writes = (Action,)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "people": people_of(self.site)}

    def act(self, *, row_id: UUID, **values: Any) -> Action:
        return records.raise_action(
            site=self.site,
            subject=self.meeting,
            raised_in=RaisedIn.MEETING,
            action_id=row_id,
            **values,
            by=self.user,
        )


class MeetingClose(OneMeetingButton, TemplateView):
    """Shows what will stand, and asks. The minutes are drawn without a limit: a meeting closes once."""

    http_method_names = ["get", "head", "options", "post"]
    template_name = "implementation/meeting_close.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.meeting.is_planned:
            return redirect(self.meeting_url())
        return super().get(request, *args, **kwargs)

    def press(self, version: int) -> Text:
        operations.close_meeting(
            meeting=self.meeting,
            version=version,
            now=self.now,
            today=self.today,
            by=self.user,
        )
        return _("The meeting is closed. These are its minutes.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        meeting = self.meeting
        invitees = list(queries.invitees_of(meeting))
        quorum = steering_queries.quorum_at(meeting, steering_queries.group_of(self.site))
        return super().get_context_data(
            meeting=meeting,
            back_url=self.meeting_url(),
            unmarked=sum(not each.attendance for each in invitees),
            attendance=tables.attendance_summary(invitees),
            quorum=tables.quorum_fact(quorum) if tables.is_steering(meeting) else None,
            minutes=queries.minutes_of(meeting),
            decisions=list(queries.decisions_of(meeting)),
            actions=list(queries.actions_of_meeting(meeting)),
            has_begun=meeting.starts_at <= self.now,
            **kwargs,
        )


class MinutesDetail(OneMeeting, TemplateView):
    """The minutes of a closed meeting, made to be printed."""

    permission = Permission.MEETING_VIEW
    template_name = "implementation/minutes_detail.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.meeting.is_closed:
            return redirect(self.meeting_url())
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        meeting = self.meeting
        invitees = list(queries.invitees_of(meeting))
        quorum = None
        if meeting.is_quorate is not None:
            quorum = tables.quorum_fact(
                steering_queries.quorum_at(meeting, steering_queries.group_of(self.site)),
            )
        facts = tables.meeting_facts(meeting, now=self.now)
        pdf = queries.minutes_pdf_of(meeting)
        return super().get_context_data(
            meeting=meeting,
            facts=[*facts, quorum] if quorum else facts,
            job=progress_of(pdf, now=self.now) if pdf else None,
            attendance=tables.attendance_summary(invitees),
            corrections=list(queries.attendance_corrections_of(meeting)),
            may_manage=self.may(Permission.MEETING_MANAGE),
            agenda=tables.agenda_groups(agendas.agenda_of(meeting, today=self.today)),
            minutes=queries.minutes_of(meeting),
            decisions=list(queries.decisions_of(meeting)),
            actions=list(queries.actions_of_meeting(meeting)),
            may_send=self.may(Permission.MEETING_MANAGE)
            and any(each.email and not each.minutes_sent_at for each in invitees),
            sent=sum(each.minutes_sent_at is not None for each in invitees),
            **kwargs,
        )


class MinutesSend(OneMeetingForm):
    """Mails the minutes to those who are chosen."""

    form_class = forms.MinutesSendForm
    title = _("Mail the minutes")
    lead = _("To each person once. The whole text is in the mail: they need no account to read it.")
    wants_planned = False

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.meeting.is_closed:
            return redirect(self.meeting_url())
        return super().get(request, *args, **kwargs)

    @cached_property
    def waiting(self) -> list[Any]:
        return [
            each
            for each in queries.invitees_of(self.meeting)
            if each.email and each.minutes_sent_at is None
        ]

    def get_initial(self) -> dict[str, Any]:
        return {"invitees": [str(each.pk) for each in self.waiting]}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "people": self.waiting}

    def act(self, *, invitees: list[str]) -> int:
        return operations.send_minutes(
            meeting=self.meeting,
            invitees=[UUID(each) for each in invitees],
            today=self.today,
            now=self.now,
            by=self.user,
        )

    def address_after(self, result: int) -> str:
        said = ngettext("%(n)d mail is on its way.", "%(n)d mails are on their way.", result)
        messages.success(self.request, said % {"n": result})
        return self.address("minutes-detail", self.meeting.pk)
