"""Pages of people: who they are, what they hold and whether they may sign in."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.generic.base import TemplateView

from mst_sites.accounts.models import User
from mst_sites.accounts.permissions import Permission
from mst_sites.directory import forms, operations, queries, tables
from mst_sites.directory.views.pages import FormPage, one_page
from mst_sites.look.parts import Crumb
from mst_sites.tenancy.pages import versioned
from mst_sites.tenancy.views import SignedInPage


def person_crumbs(person: User | None = None) -> list[Crumb]:
    crumbs = [Crumb(_("People"), reverse("person-list"))]
    if person:
        crumbs.append(Crumb(person.full_name, reverse("person-detail", args=[person.pk])))
    return crumbs


class PersonList(SignedInPage, TemplateView):
    permission = Permission.PEOPLE_MANAGE
    everywhere = True
    template_name = "directory/person_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = forms.PersonFilterForm(self.request.GET)
        text = form.cleaned_data["q"] if form.is_valid() else ""
        page = one_page(self.request, queries.people_matching(text).order_by("full_name", "id"))
        return super().get_context_data(
            table=tables.person_table(page, self.request.GET),
            form=form,
            reset_url=reverse("person-list") if text else "",
            may_grant=self.request.access.may_everywhere(Permission.COUNTRY_ROLE_GRANT),
            **kwargs,
        )


class PersonInvite(SignedInPage, FormPage):
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

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(crumbs=person_crumbs(), **kwargs)


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
            crumbs=person_crumbs(),
            facts=tables.person_facts(self.person),
            table=tables.role_table(queries.memberships_of(self.person)),
            may_grant=self.request.access.may_everywhere(Permission.COUNTRY_ROLE_GRANT),
            **kwargs,
        )


class PersonChange(OnePerson, FormPage):
    permission = Permission.COUNTRY_ROLE_GRANT
    form_class = forms.PersonForm
    template_name = "directory/person_change.html"
    success_message = _("Saved.")

    def get_initial(self) -> dict[str, Any]:
        names = ("full_name", "country_role")
        return versioned({name: getattr(self.person, name) for name in names}, self.person)

    def act(self, **values: Any) -> User:
        return operations.change_person(user=self.person, **values, by=self.user)

    def get_success_url(self) -> str:
        return reverse("person-detail", args=[self.person.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        crumbs = person_crumbs(self.person)
        return super().get_context_data(person=self.person, crumbs=crumbs, **kwargs)


class PersonAct(OnePerson):
    """A button on a person's page."""

    http_method_names = ["post"]
    done: Any = ""
    ends_sessions = False

    def act(self) -> None:
        raise NotImplementedError

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            self.act()
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            if self.ends_sessions and self.person == self.user:
                logout(request)  # one's own has ended on the server, and can keep no message
            messages.success(request, str(self.done))
        return redirect("person-detail", self.person.pk)


class PersonReinvite(PersonAct):
    done = _("A new invitation is on its way; the old link no longer works.")

    def act(self) -> None:
        operations.send_invitation(user=self.person, now=timezone.now(), by=self.user)


class PersonClose(PersonAct):
    permission = Permission.COUNTRY_ROLE_GRANT
    done = _("This person can no longer sign in.")
    ends_sessions = True

    def act(self) -> None:
        operations.close_account(user=self.person, by=self.user)


class PersonReopen(PersonAct):
    permission = Permission.COUNTRY_ROLE_GRANT
    done = _("This person can sign in again.")

    def act(self) -> None:
        operations.reopen_account(user=self.person, by=self.user)
