"""Pages of teams."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.generic.base import TemplateView

from mst_sites.accounts.permissions import Permission
from mst_sites.directory import forms, operations, queries, tables
from mst_sites.directory.views.pages import FormPage, site_crumbs
from mst_sites.directory.views.sites import SiteForms
from mst_sites.tenancy.models import Team
from mst_sites.tenancy.pages import versioned
from mst_sites.tenancy.views import TeamPage


class TeamCreate(SiteForms):
    form_class = forms.TeamForm
    template_name = "directory/team_create.html"
    writes = (Team,)
    success_message = _("The team is here. Now give people their roles in it.")

    def get_initial(self) -> dict[str, Any]:
        return {"model": self.site.model}

    def act(self, **values: Any) -> Team:
        return operations.create_team(site=self.site, **values, by=self.user)

    def address_after(self, result: Team) -> str:
        return reverse("team-detail", args=[self.site.slug, result.slug])


class TeamDetail(TeamPage, TemplateView):
    """A team: who works in it, and the doors to its notes and reviews."""

    permission = Permission.SITE_VIEW
    template_name = "directory/team_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        members = queries.members_of(self.site).filter(team=self.team)
        return super().get_context_data(
            site=self.site,
            team=self.team,
            crumbs=site_crumbs(self.site),
            facts=tables.team_facts(self.team),
            members=tables.member_table(members),
            may_manage=self.may(Permission.SITE_MANAGE),
            may_manage_people=self.may(Permission.PEOPLE_MANAGE),
            may_see_notes=self.may(Permission.NOTE_VIEW),
            may_see_episodes=self.may(Permission.EPISODE_VIEW),
            may_see_reviews=self.may(Permission.REVIEW_VIEW),
            **kwargs,
        )


class TeamChange(TeamPage, FormPage):
    permission = Permission.SITE_MANAGE
    form_class = forms.TeamChangeForm
    template_name = "directory/team_change.html"
    writes = (Team,)
    success_message = _("Saved.")

    def get_initial(self) -> dict[str, Any]:
        names = ("name", "model", "opened_on")
        return versioned({name: getattr(self.team, name) for name in names}, self.team)

    def act(self, *, version: int, **values: Any) -> Team:
        return operations.change_team(team=self.team, version=version, **values, by=self.user)

    def get_success_url(self) -> str:
        return reverse("team-detail", args=[self.site.slug, self.team.slug])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        crumbs = site_crumbs(self.site, self.team)
        return super().get_context_data(site=self.site, team=self.team, crumbs=crumbs, **kwargs)
