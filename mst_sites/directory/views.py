"""Pages on which MST UK manages sites, teams, people and their roles."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.generic.base import TemplateResponseMixin, TemplateView

from mst_sites.accounts.models import User
from mst_sites.accounts.permissions import Permission
from mst_sites.directory import forms, operations, queries, tables
from mst_sites.tenancy.models import Membership, Organisation, Site, SiteCommissioner, Team
from mst_sites.tenancy.pages import OperationPage, versioned
from mst_sites.tenancy.views import SignedInPage, SitePage, TeamPage

ROWS_A_PAGE = 50


class SiteList(SignedInPage, TemplateView):
    """The sites of whoever asks; for MST UK, all."""

    template_name = "directory/site_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        params = self.request.GET
        form = forms.SiteFilterForm(params)
        wanted = form.cleaned_data if form.is_valid() else {}
        sites = queries.sites_matching(Site.objects.visible_to(self.user), wanted)
        order = tables.site_order(params.get("sort", ""))
        page = Paginator(sites.select_related("provider").order_by(*order), ROWS_A_PAGE).get_page(
            params.get("page")
        )
        return super().get_context_data(
            table=tables.site_table(page, params),
            form=form,
            reset_url=reverse("site-list") if any(wanted.values()) else "",
            is_filtered=any(wanted.values()),
            may_create=self.request.access.may_everywhere(Permission.SITE_MANAGE),
            **kwargs,
        )


class SiteCreate(SignedInPage, OperationPage):
    permission = Permission.SITE_MANAGE
    everywhere = True
    form_class = forms.SiteForm
    template_name = "directory/site_create.html"
    writes = (Site,)
    success_message = _("The site is here. Add its first team.")

    def act(self, **values: Any) -> Site:
        return operations.create_site(**values, by=self.user)

    def address_after(self, result: Site) -> str:
        return reverse("site-detail", args=[result.slug])


class SiteDetail(SitePage, TemplateView):
    """What a site is: its teams, its people, who pays for it."""

    permission = Permission.SITE_VIEW
    template_name = "directory/site_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            site=self.site,
            facts=tables.site_facts(self.site),
            teams=queries.teams_of(Team.objects.visible_to(self.user), self.site),
            commissioners=queries.commissioners_of(self.site),
            may_manage=self.may(Permission.SITE_MANAGE),
            may_manage_people=self.may(Permission.PEOPLE_MANAGE),
            may_see_audit=self.may(Permission.AUDIT_VIEW),
            may_see_actions=self.may(Permission.ACTION_VIEW),
            **kwargs,
        )


class SiteChange(SitePage, OperationPage):
    permission = Permission.SITE_MANAGE
    form_class = forms.SiteChangeForm
    template_name = "directory/site_change.html"
    writes = (Site,)
    success_message = _("Saved.")

    def get_initial(self) -> dict[str, Any]:
        names = ("name", "nation", "region", "model", "provider", "language")
        return versioned({name: getattr(self.site, name) for name in names}, self.site)

    def act(self, *, version: int, **values: Any) -> Site:
        return operations.change_site(site=self.site, version=version, **values, by=self.user)

    def get_success_url(self) -> str:
        return reverse("site-detail", args=[self.site.slug])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(site=self.site, **kwargs)


class CommissionerCreate(SitePage, OperationPage):
    permission = Permission.SITE_MANAGE
    form_class = forms.CommissionerForm
    template_name = "directory/commissioner_create.html"
    writes = (SiteCommissioner,)
    success_message = _("Added.")

    def act(self, **values: Any) -> SiteCommissioner:
        return operations.add_commissioner(site=self.site, **values, by=self.user)

    def get_success_url(self) -> str:
        return reverse("site-detail", args=[self.site.slug])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(site=self.site, **kwargs)


class CommissionerRemove(SitePage):
    permission = Permission.SITE_MANAGE
    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        commissioner = get_object_or_404(queries.commissioners_of(self.site), pk=kwargs["pk"])
        operations.remove_commissioner(commissioner=commissioner, by=self.user)
        messages.success(request, _("Removed."))
        return redirect("site-detail", self.site.slug)


class TeamCreate(SitePage, OperationPage):
    permission = Permission.SITE_MANAGE
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

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(site=self.site, **kwargs)


class TeamDetail(TeamPage, TemplateView):
    """A team: who works in it, and the doors to its notes and reviews."""

    permission = Permission.SITE_VIEW
    template_name = "directory/team_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        members = queries.members_of(self.site).filter(team=self.team)
        return super().get_context_data(
            site=self.site,
            team=self.team,
            facts=tables.team_facts(self.team),
            members=tables.member_table(members, caption=_("People in this team")),
            may_manage=self.may(Permission.SITE_MANAGE),
            may_manage_people=self.may(Permission.PEOPLE_MANAGE),
            may_see_notes=self.may(Permission.NOTE_VIEW),
            may_see_episodes=self.may(Permission.EPISODE_VIEW),
            may_see_reviews=self.may(Permission.REVIEW_VIEW),
            **kwargs,
        )


class TeamChange(TeamPage, OperationPage):
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
        return super().get_context_data(site=self.site, team=self.team, **kwargs)


class MembershipList(SitePage, TemplateView):
    """Who holds which role on a site now."""

    permission = Permission.PEOPLE_MANAGE
    template_name = "directory/membership_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            site=self.site, members=queries.members_of(self.site), **kwargs
        )


class MembershipCreate(SitePage, OperationPage):
    permission = Permission.PEOPLE_MANAGE
    form_class = forms.MembershipForm
    template_name = "directory/membership_create.html"
    writes = (Membership, User)
    success_message = _("The role is given. Somebody new gets an invitation by e-mail.")

    def get_form_kwargs(self) -> dict[str, Any]:
        teams = Team.objects.visible_to(self.user)
        return {**super().get_form_kwargs(), "site": self.site, "teams": teams}

    def act(self, **values: Any) -> Membership:
        return operations.invite_member(site=self.site, **values, now=timezone.now(), by=self.user)

    def get_success_url(self) -> str:
        return reverse("membership-list", args=[self.site.slug])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(site=self.site, **kwargs)


class MembershipEnd(SitePage, TemplateResponseMixin):
    """Asks before a role is ended: the person loses sight of the site at once."""

    permission = Permission.PEOPLE_MANAGE
    template_name = "directory/membership_end.html"

    def membership(self) -> Membership:
        return get_object_or_404(queries.members_of(self.site), pk=self.kwargs["pk"])

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.render_to_response({"site": self.site, "membership": self.membership()})

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        operations.end_membership(membership=self.membership(), now=timezone.now(), by=self.user)
        messages.success(request, _("The role has ended."))
        return redirect("membership-list", self.site.slug)


class OrganisationList(SignedInPage, TemplateView):
    permission = Permission.SITE_MANAGE
    everywhere = True
    template_name = "directory/organisation_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = Paginator(queries.organisations(), ROWS_A_PAGE).get_page(
            self.request.GET.get("page")
        )
        table = tables.organisation_table(page, self.request.GET)
        return super().get_context_data(table=table, **kwargs)


class OrganisationCreate(SignedInPage, OperationPage):
    permission = Permission.SITE_MANAGE
    everywhere = True
    form_class = forms.OrganisationForm
    template_name = "directory/organisation_create.html"
    writes = (Organisation,)
    success_message = _("Added.")

    def act(self, **values: Any) -> Organisation:
        return operations.create_organisation(**values, by=self.user)

    def get_success_url(self) -> str:
        return reverse("organisation-list")


class PersonList(SignedInPage, TemplateView):
    permission = Permission.PEOPLE_MANAGE
    everywhere = True
    template_name = "directory/person_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = forms.PersonFilterForm(self.request.GET)
        text = form.cleaned_data["q"] if form.is_valid() else ""
        people = queries.people_matching(text).order_by("full_name", "id")
        page = Paginator(people, ROWS_A_PAGE).get_page(self.request.GET.get("page"))
        return super().get_context_data(
            table=tables.person_table(page, self.request.GET),
            form=form,
            reset_url=reverse("person-list") if text else "",
            may_grant=self.request.access.may_everywhere(Permission.COUNTRY_ROLE_GRANT),
            **kwargs,
        )


class PersonInvite(SignedInPage, OperationPage):
    """Invites MST UK's own people; everybody else is invited with a role on a site."""

    permission = Permission.COUNTRY_ROLE_GRANT
    everywhere = True
    form_class = forms.PersonInviteForm
    template_name = "directory/person_invite.html"
    writes = (User,)
    success_message = _("The invitation is on its way.")

    def act(self, **values: Any) -> User:
        return operations.invite_person(**values, now=timezone.now(), by=self.user)

    def get_success_url(self) -> str:
        return reverse("person-list")


class OnePerson(SignedInPage):
    """What the pages of one person share."""

    permission = Permission.PEOPLE_MANAGE
    everywhere = True
    person: User

    def admit(self) -> None:
        super().admit()
        self.person = get_object_or_404(User, pk=self.kwargs["pk"])


class PersonDetail(OnePerson, TemplateView):
    template_name = "directory/person_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            person=self.person,
            facts=tables.person_facts(self.person),
            table=tables.role_table(queries.memberships_of(self.person)),
            may_grant=self.request.access.may_everywhere(Permission.COUNTRY_ROLE_GRANT),
            **kwargs,
        )


class PersonChange(OnePerson, OperationPage):
    permission = Permission.COUNTRY_ROLE_GRANT
    form_class = forms.PersonForm
    template_name = "directory/person_change.html"
    success_message = _("Saved.")

    def get_initial(self) -> dict[str, Any]:
        return {"full_name": self.person.full_name, "country_role": self.person.country_role}

    def act(self, **values: Any) -> User:
        return operations.change_person(user=self.person, **values, by=self.user)

    def get_success_url(self) -> str:
        return reverse("person-detail", args=[self.person.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(person=self.person, **kwargs)


class PersonAct(OnePerson):
    """A button on a person's page."""

    http_method_names = ["post"]
    done: Any = ""

    def act(self) -> None:
        raise NotImplementedError

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            self.act()
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, str(self.done))
        return redirect("person-detail", self.person.pk)


class PersonReinvite(PersonAct):
    done = _("A new invitation is on its way; the old link no longer works.")

    def act(self) -> None:
        operations.send_invitation(user=self.person, now=timezone.now(), by=self.user)


class PersonClose(PersonAct):
    permission = Permission.COUNTRY_ROLE_GRANT
    done = _("This person can no longer sign in.")

    def act(self) -> None:
        operations.close_account(user=self.person, by=self.user)


class PersonReopen(PersonAct):
    permission = Permission.COUNTRY_ROLE_GRANT
    done = _("This person can sign in again.")

    def act(self) -> None:
        operations.reopen_account(user=self.person, by=self.user)
