"""Pages of actions and files. Comments and signatures are drawn by the pages of the rows that carry them."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from django.views.generic.base import TemplateView

from mst_sites.accounts.permissions import Permission
from mst_sites.records import forms, operations, queries, tables
from mst_sites.records.models import Action, ActionState, Attachment
from mst_sites.records.pages import TakesFile
from mst_sites.tenancy.models import Team
from mst_sites.tenancy.pages import OperationPage
from mst_sites.tenancy.views import SitePage

ROWS_A_PAGE = 50
CONFLICT = 409


class RecordPage(SitePage):
    """A page of what hangs on a site or on one of its teams."""

    def teams(self, permission: Permission) -> Any:
        """Return the teams of this site on which the person holds a permission."""
        teams = Team.objects.visible_to(self.user, permission).filter(site=self.site)
        return teams.order_by("name", "id")

    def may_on(self, permission: Permission, team_id: UUID | None) -> bool:
        return self.access.may(permission, self.site.pk, team_id)

    def places_to_edit(self, rows: Any) -> set[UUID | None]:
        """Return the teams of these rows on which the person may change such a row; None stands for the site."""
        teams = {row.team_id for row in rows}
        return {each for each in teams if self.may_on(Permission.ACTION_EDIT, each)}


class ActionList(RecordPage, TemplateView):
    """What is to be done on a site, the soonest first."""

    permission = Permission.ACTION_VIEW
    template_name = "records/action_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        params = self.request.GET
        form = forms.ActionFilterForm(params)
        wanted = form.cleaned_data if form.is_valid() else {}
        state = wanted.get("state") or ActionState.OPEN
        actions = queries.actions_of(
            site=self.site,
            teams=self.teams(Permission.ACTION_VIEW),
            state="" if state == "all" else state,
            owner=self.user if wanted.get("owner") else None,
        )
        page = Paginator(actions, ROWS_A_PAGE).get_page(params.get("page"))
        is_filtered = any(wanted.values())
        return super().get_context_data(
            site=self.site,
            form=form,
            table=tables.action_table(
                page,
                params,
                site=self.site,
                may_edit_on=self.places_to_edit(page),
                today=timezone.localdate(),
            ),
            is_filtered=is_filtered,
            reset_url=reverse("action-list", args=[self.site.slug]) if is_filtered else "",
            may_edit=self.may(Permission.ACTION_EDIT),
            **kwargs,
        )


class ActionCreate(RecordPage, OperationPage):
    permission = Permission.ACTION_EDIT
    form_class = forms.ActionForm
    template_name = "records/action_create.html"
    success_message = _("The action is raised.")
    writes = (Action,)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {
            **super().get_form_kwargs(),
            "people": queries.people_of(self.site),
            "teams": self.teams(Permission.ACTION_EDIT),
        }

    def act(self, *, row_id: UUID, team: Team | None, **values: Any) -> Action:
        return operations.raise_action(
            site=self.site, subject=team or self.site, action_id=row_id, **values, by=self.user
        )

    def get_success_url(self) -> str:
        return reverse("action-list", args=[self.site.slug])


class ActionPage(RecordPage, OperationPage):
    """A page of one action that the person may change."""

    permission = Permission.ACTION_EDIT
    writes = (Action,)
    action: Action

    def check_permission(self) -> None:
        """Find the action.

        :raises Http404: it belongs to a team that the person does not see.
        :raises PermissionDenied: the person sees it and may not change it.
        """
        super().check_permission()
        seen = queries.actions_of(
            site=self.site, teams=self.teams(Permission.ACTION_VIEW), state=""
        )
        self.action = get_object_or_404(seen, pk=self.kwargs["pk"])
        if not self.may_on(Permission.ACTION_EDIT, self.action.team_id):
            raise PermissionDenied

    def get_success_url(self) -> str:
        return reverse("action-list", args=[self.site.slug])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(site=self.site, action=self.action, **kwargs)


class ActionClose(ActionPage):
    form_class = forms.ActionCloseForm
    template_name = "records/action_close.html"
    success_message = _("The action is closed.")

    def get_initial(self) -> dict[str, Any]:
        return {"version": self.action.version, "state": ActionState.DONE}

    def act(self, *, state: str, **values: Any) -> Action:
        end = operations.drop_action if state == ActionState.DROPPED else operations.close_action
        return end(action=self.action, **values, by=self.user)


class ActionReassign(ActionPage):
    form_class = forms.ActionReassignForm
    template_name = "records/action_reassign.html"
    success_message = _("Saved.")

    def get_initial(self) -> dict[str, Any]:
        names = ("version", "owner", "due_on")
        return {name: getattr(self.action, name) for name in names}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "people": queries.people_of(self.site)}

    def act(self, **values: Any) -> Action:
        return operations.reassign_action(action=self.action, **values, by=self.user)


class AttachmentList(RecordPage, TemplateView):
    """The files of a site, the newest first."""

    permission = Permission.ACTION_VIEW
    template_name = "records/attachment_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        files = queries.attachments_of(site=self.site, teams=self.teams(Permission.ACTION_VIEW))
        own = files.filter(subject_type__in=("tenancy.site", "tenancy.team"))
        page = Paginator(own, ROWS_A_PAGE).get_page(self.request.GET.get("page"))
        return super().get_context_data(
            site=self.site,
            table=tables.attachment_table(
                page, self.request.GET, site=self.site, may_edit_on=self.places_to_edit(page)
            ),
            may_edit=self.may(Permission.ACTION_EDIT),
            **kwargs,
        )


class AttachmentCreate(RecordPage, TakesFile, OperationPage):
    permission = Permission.ACTION_EDIT
    form_class = forms.AttachmentForm
    template_name = "records/attachment_create.html"
    success_message = _("The file is kept.")
    writes = (Attachment,)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "teams": self.teams(Permission.ACTION_EDIT)}

    def act(self, *, row_id: UUID, team: Team | None, **values: Any) -> Attachment:
        return operations.attach_file(
            site=self.site, subject=team or self.site, attachment_id=row_id, **values, by=self.user
        )

    def get_success_url(self) -> str:
        return reverse("attachment-list", args=[self.site.slug])


class AttachmentPage(RecordPage):
    """A page of one file, for those who may read files of rows of its type."""

    permission = Permission.SITE_VIEW
    needed: Permission | None = None
    attachment: Attachment

    def check_permission(self) -> None:
        """Find the file.

        :raises Http404: it belongs to a team on which the person has no role, or was removed.
        :raises PermissionDenied: it is for others.
        """
        super().check_permission()
        self.attachment = get_object_or_404(
            queries.all_attachments_of(self.site), pk=self.kwargs["pk"]
        )
        if not self.access.roles_on(self.site.pk, self.attachment.team_id):
            raise Http404
        code = settings.ATTACHMENT_READERS.get(self.attachment.subject_type)
        asked = [Permission(code) if code else None, self.needed or Permission.SITE_VIEW]
        for permission in asked:
            if permission is None or not self.may_on(permission, self.attachment.team_id):
                raise PermissionDenied


class AttachmentDownload(AttachmentPage):
    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            content = operations.read_attachment(attachment=self.attachment, by=self.user)
        except operations.WithheldAttachmentError:
            return self.refuse("records/attachment_withheld.html")
        except operations.DamagedAttachmentError:
            # No server fault: the middleware keeps what was recorded.
            return self.refuse("records/attachment_damaged.html")
        response = HttpResponse(content, content_type=self.attachment.content_type)
        response["Content-Disposition"] = content_disposition_header(
            as_attachment=True, filename=self.attachment.name
        )
        response["X-Content-Type-Options"] = "nosniff"
        response["Cache-Control"] = "no-store"
        return response

    def refuse(self, template: str) -> HttpResponse:
        context = {"attachment": self.attachment, "site": self.site}
        return render(self.request, template, context, status=CONFLICT)


class AttachmentRemove(AttachmentPage, TemplateView):
    needed = Permission.ACTION_EDIT
    template_name = "records/attachment_remove.html"
    http_method_names = ["get", "head", "post"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            site=self.site, attachment=self.attachment, days=settings.FILE_KEEP_DAYS, **kwargs
        )

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        operations.remove_attachment(attachment=self.attachment, by=self.user)
        messages.success(request, _("Removed."))
        return redirect("attachment-list", self.site.slug)
