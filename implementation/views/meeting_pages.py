"""What the pages of meetings share: which meeting it is, and the form page under it."""

from functools import cached_property
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext_lazy as _

from implementation.models import Meeting
from implementation.queries import meetings as queries
from implementation.queries import steering as steering_queries
from implementation.views.pages import SetUpPage
from mst_sites.accounts.permissions import Permission
from mst_sites.look.parts import Crumb, Text
from mst_sites.records.queries import people_of
from mst_sites.tenancy.pages import ButtonPage, OperationPage

CHANGED_SINCE = _("Somebody changed this meeting in the meantime. Look at it again first.")


class MeetingFormPage(SetUpPage, OperationPage):
    """A form under one of the tabs, with its own heading and the way back."""

    tab = "meeting-list"
    permission = Permission.MEETING_MANAGE
    template_name = "implementation/meeting_form.html"
    title: ClassVar[Text]
    lead: ClassVar[Text] = ""
    place: ClassVar[tuple[Text, str]] = (_("Meetings"), "meeting-list")

    def cancel_url(self) -> str:
        return self.address("meeting-list")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "cancel_url": self.cancel_url()}

    def crumbs(self) -> list[Crumb]:
        label, name = self.place
        return [*super().crumbs(), Crumb(label, self.address(name))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(title=self.title, lead=self.lead, **kwargs)


class OneMeeting(SetUpPage):
    """A page of one meeting of the site."""

    tab = "meeting-list"

    @cached_property
    def meeting(self) -> Meeting:
        found: Meeting = get_object_or_404(queries.meetings_of(self.site), pk=self.kwargs["pk"])
        found.site = self.site  # known already: no query for it
        return found

    def meeting_url(self) -> str:
        return self.address("meeting-detail", self.meeting.pk)

    def crumbs(self) -> list[Crumb]:
        return [*super().crumbs(), Crumb(_("Meetings"), self.address("meeting-list"))]


class OneMeetingForm(OneMeeting, MeetingFormPage):
    """A form about one meeting. What is closed or cancelled has no forms: its page says why."""

    wants_planned = True

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.wants_planned and not self.meeting.is_planned:
            return redirect(self.meeting_url())
        return super().get(request, *args, **kwargs)

    def cancel_url(self) -> str:
        return self.meeting_url()

    def address_after(self, result: Any) -> str:
        return self.meeting_url()

    def crumbs(self) -> list[Crumb]:
        return [
            *SetUpPage.crumbs(self),
            Crumb(_("Meetings"), self.address("meeting-list")),
            Crumb(self.meeting.title, self.meeting_url()),
        ]


class OneMeetingButton(OneMeeting, ButtonPage):
    """A button on the page of a meeting, which says by itself what it has done."""

    permission = Permission.MEETING_MANAGE
    changed_since = CHANGED_SINCE

    def said(self, result: Text) -> Text:
        return result

    def back(self) -> str:
        return self.meeting_url()


class AsksGuests(SetUpPage):
    """A form that offers the members of the steering group and the people of the site."""

    form: Any

    def get_form_kwargs(self) -> dict[str, Any]:
        parent: Any = super()
        return {
            **parent.get_form_kwargs(),
            "sitting": steering_queries.sitting_members(self.site, today=self.today),
            "here": list(people_of(self.site)),
        }

    def get_form(self, form_class: Any = None) -> Any:
        parent: Any = super()
        self.form = parent.get_form(form_class)
        return self.form
