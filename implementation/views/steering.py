"""Pages of the steering group: its terms, its members, and whether it meets."""

from functools import cached_property
from typing import Any
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.views.generic.base import TemplateView

from implementation.forms import steering as forms
from implementation.models import SteeringGroup, SteeringMember
from implementation.operations import steering as operations
from implementation.queries import meetings as meeting_queries
from implementation.queries import steering as queries
from implementation.tables import steering as tables
from implementation.views.meeting_pages import MeetingFormPage
from implementation.views.pages import SetUpPage
from mst_sites.accounts.permissions import Permission
from mst_sites.look.parts import Crumb
from mst_sites.records import operations as records
from mst_sites.records.models import Attachment
from mst_sites.records.pages import TakesFile
from mst_sites.records.queries import people_of


class SteeringPage(SetUpPage):
    tab = "steering-detail"

    @cached_property
    def group(self) -> SteeringGroup | None:
        return queries.group_of(self.site)

    def group_or_404(self) -> SteeringGroup:
        """Return the group for a page that makes no sense without it.

        :raises Http404: the site has none yet.
        """
        if self.group is None:
            raise Http404
        return self.group


class SteeringDetail(SteeringPage, TemplateView):
    """Who sits on the group, who is missing, and whether it meets."""

    permission = Permission.MEETING_VIEW
    template_name = "implementation/steering_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        may_manage = self.may_write(Permission.MEETING_MANAGE)
        members = list(queries.members_of(self.site))
        sitting = [m for m in members if m.joined_on <= self.today and not self.has_left(m)]
        former = [m for m in members if self.has_left(m)]
        strip = queries.attendance_strip(self.site)
        files: list[Attachment] = []
        facts = []
        if self.group:
            last_on = meeting_queries.last_steering_meeting_on(self.site, today=self.today)
            chair = next((member for member in sitting if member.is_chair), None)
            facts = tables.group_facts(self.group, last_on=last_on, chair=chair, today=self.today)
            files = list(queries.files_of(self.group))
        return super().get_context_data(
            group=self.group,
            facts=facts,
            files=files,
            members=tables.member_table(
                sitting, site=self.site, may_manage=may_manage, today=self.today
            ),
            former=tables.member_table(
                former, site=self.site, may_manage=may_manage, today=self.today
            )
            if former
            else None,
            missing=queries.missing_seats(sitting) if sitting else [],
            grid=tables.attendance_grid(strip, sitting, self.site) if strip.meetings else None,
            next_meeting=queries.next_meeting_of_group(self.site, today=self.today),
            may_manage=may_manage,
            **kwargs,
        )

    def has_left(self, member: SteeringMember) -> bool:
        return member.left_on is not None and member.left_on <= self.today


class SteeringFormPage(MeetingFormPage):
    """A page on which the group or its members are changed."""

    tab = "steering-detail"
    place = (_("Steering group"), "steering-detail")

    def address_after(self, result: Any) -> str:
        return self.address("steering-detail")

    def cancel_url(self) -> str:
        return self.address("steering-detail")


class SteeringChange(SteeringPage, SteeringFormPage):
    """Sets the group up, and changes what it has agreed."""

    form_class = forms.SteeringForm
    title = _("Terms of the steering group")
    lead = _(
        "What the group is for, how often it meets, and when it can decide. "
        "The next meeting falls due by its cycle."
    )
    success_message = _("Saved.")
    writes = (SteeringGroup,)

    def get_initial(self) -> dict[str, Any]:
        group = self.group or SteeringGroup(formed_on=self.today)
        names = ("terms", "formed_on", "cycle_weeks", "quorum_members", "quorum_agencies")
        values = {name: getattr(group, name) for name in names}
        version = self.group.version if self.group else 0
        return {**super().get_initial(), **values, "row_id": group.pk, "version": version}

    def act(self, *, row_id: UUID, version: int, **values: Any) -> SteeringGroup:
        shared = {
            "terms": forms.SteeringForm.terms_of(values),
            "confirmed_reason": values["confirmed_reason"],
            "today": self.today,
            "by": self.user,
        }
        if self.group is None or (version == 0 and self.group.pk == row_id):
            return operations.set_up_group(site=self.site, group_id=row_id, **shared)
        return operations.change_group(group=self.group, version=version, **shared)


class SteeringAttach(TakesFile, SteeringPage, SteeringFormPage):
    """Keeps a file with the terms of reference."""

    form_class = forms.SteeringFileForm
    title = _("Add a file")
    lead = _("The terms of reference as they were signed, or a letter that names a member.")
    success_message = _("The file is kept.")
    writes = (Attachment,)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        self.group_or_404()
        return super().get_context_data(**kwargs)

    def act(self, *, row_id: UUID, **values: Any) -> Attachment:
        return records.attach_file(
            site=self.site,
            subject=self.group_or_404(),
            attachment_id=row_id,
            **values,
            by=self.user,
        )


class MemberFormPage(SteeringFormPage):
    form_class = forms.SteeringMemberForm
    success_message = _("Saved.")
    writes = (SteeringMember,)
    is_new = False

    def get_form_kwargs(self) -> dict[str, Any]:
        return {
            **super().get_form_kwargs(),
            "people": people_of(self.site),
            "organisations": queries.agencies_around(self.site),
            "is_new": self.is_new,
        }


class SteeringMemberCreate(MemberFormPage):
    title = _("Add a member")
    lead = _("Somebody who sits on the group for an agency. No account is needed for it.")
    is_new = True

    def get_initial(self) -> dict[str, Any]:
        return {"version": 0, "joined_on": self.today, "seat": self.request.GET.get("seat", "")}

    def act(self, *, row_id: UUID, **values: Any) -> SteeringMember:
        return operations.add_member(
            site=self.site,
            member_id=row_id,
            membership=forms.SteeringMemberForm.membership_of(values),
            today=self.today,
            by=self.user,
        )


class SteeringMemberChange(MemberFormPage):
    title = _("Change a member")
    lead = _("Whoever leaves stays on record, with the meetings that they came to.")

    @cached_property
    def member(self) -> SteeringMember:
        found: SteeringMember = get_object_or_404(
            queries.members_of(self.site), pk=self.kwargs["pk"]
        )
        return found

    def get_initial(self) -> dict[str, Any]:
        names = ("user", "name", "email", "seat", "organisation", "agency")
        days = ("is_chair", "joined_on", "left_on", "version")
        return {
            "row_id": self.member.pk,
            **{name: getattr(self.member, name) for name in (*names, *days)},
        }

    def act(self, *, row_id: UUID, version: int, **values: Any) -> SteeringMember:
        return operations.change_member(
            member=self.member,
            version=version,
            membership=forms.SteeringMemberForm.membership_of(values),
            today=self.today,
            by=self.user,
        )

    def crumbs(self) -> list[Crumb]:
        return [*super().crumbs(), Crumb(self.member.full_name)]
