"""Pages of the roles that people hold on a site and its teams."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.generic.base import TemplateResponseMixin, TemplateView

from mst_sites.accounts.models import User
from mst_sites.accounts.permissions import Permission
from mst_sites.directory import forms, operations, queries, tables
from mst_sites.directory.views.pages import site_crumbs
from mst_sites.directory.views.sites import SiteForms
from mst_sites.tenancy.models import Membership, Team
from mst_sites.tenancy.pages import ButtonPage
from mst_sites.tenancy.views import SitePage


class MembershipList(SitePage, TemplateView):
    """Who holds which role on a site now."""

    permission = Permission.PEOPLE_MANAGE
    template_name = "directory/membership_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        table = tables.membership_table(self.site, queries.members_of(self.site))
        return super().get_context_data(
            site=self.site, crumbs=site_crumbs(self.site), table=table, **kwargs
        )


class MembershipCreate(SiteForms):
    permission = Permission.PEOPLE_MANAGE
    form_class = forms.MembershipForm
    template_name = "directory/membership_create.html"
    writes = (Membership, User)
    success_message = _("The role is given. Somebody new gets an invitation by e-mail.")

    def get_initial(self) -> dict[str, Any]:
        """Choose the team from whose page somebody comes; they can still choose another."""
        return {"team": self.request.GET.get("team")}

    def get_form_kwargs(self) -> dict[str, Any]:
        teams = Team.objects.visible_to(self.user)
        return {**super().get_form_kwargs(), "site": self.site, "teams": teams}

    def act(self, **values: Any) -> Membership:
        return operations.invite_member(site=self.site, **values, now=timezone.now(), by=self.user)

    def get_success_url(self) -> str:
        return reverse("membership-list", args=[self.site.slug])


class MembershipEnd(SitePage, TemplateResponseMixin, ButtonPage):
    """Asks before a role is ended: the person loses sight of the site at once."""

    http_method_names = ["get", "head", "options", "post"]
    permission = Permission.PEOPLE_MANAGE
    template_name = "directory/membership_end.html"
    done = _("The role has ended.")

    def membership(self) -> Membership:
        found: Membership = get_object_or_404(queries.members_of(self.site), pk=self.kwargs["pk"])
        return found

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        context = {
            "site": self.site,
            "crumbs": site_crumbs(self.site),
            "membership": self.membership(),
        }
        return self.render_to_response(context)

    def press(self, version: int) -> None:
        operations.end_membership(membership=self.membership(), now=timezone.now(), by=self.user)

    def back(self) -> str:
        return reverse("membership-list", args=[self.site.slug])
