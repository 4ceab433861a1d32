"""The base pages: who may open a page is decided here, once, for every app."""

from typing import Any, ClassVar
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.generic.base import View

from mst_sites.accounts.models import User
from mst_sites.accounts.permissions import Permission
from mst_sites.tenancy import kept, limits
from mst_sites.tenancy.models import Site, Team
from mst_sites.tenancy.scope import Access


class SignedInPage(LoginRequiredMixin, View):
    """A page for people who are signed in and hold `permission` on some site, or on every site."""

    # What a browser sends. Django's form pages would answer PUT as well.
    http_method_names = ["get", "head", "options", "post"]
    permission: ClassVar[Permission | None] = None
    everywhere: ClassVar[bool] = False
    limit: ClassVar[str] = (
        ""  # one of PERSON_LIMITS, for what costs much; searching has one by itself
    )
    request: Any  # a SitesRequest: Django's own mixins say HttpRequest

    @property
    def user(self) -> User:
        user: User = self.request.user
        return user

    @property
    def access(self) -> Access:
        """Return what the person may do."""
        access: Access = self.request.access
        return access

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            self.admit()
            kind = self.kind_of_request()
            if kind and (seconds := limits.seconds_to_wait(request, kind)):
                return limits.answer_too_many(request, seconds)
        return super().dispatch(request, *args, **kwargs)

    def kind_of_request(self) -> str:
        """Return which limit this request counts for: of a page with a button it is the button."""
        if self.limit and (self.request.method == "POST" or not hasattr(self, "post")):
            return self.limit
        return limits.SEARCH if self.request.GET.get("q") else ""

    def handle_no_permission(self) -> HttpResponseRedirect:
        """Send a person who is signed out to the sign-in page; what they posted to a form waits for them."""
        if self.request.method == "POST" and kept.is_given_back_by(type(self)):
            kept.keep(self.request)
        if "get" not in self.http_method_names:
            return redirect_to_login(address_before(self.request))
        answer: HttpResponseRedirect = super().handle_no_permission()
        return answer

    def admit(self) -> None:
        """Let the person in.

        :raises PermissionDenied: the page is not for this person.
        """
        access = self.access
        if self.permission is None:
            return
        held = access.may_everywhere if self.everywhere else access.may_anywhere
        if not held(self.permission):
            raise PermissionDenied


def address_before(request: HttpRequest) -> str:
    """Return the address of ours on which a button was pressed: the button's own shows no page."""
    given = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(given, allowed_hosts={request.get_host()})
    address = (
        urlsplit(given)._replace(scheme="", netloc="", fragment="").geturl() if is_ours else ""
    )
    # Looked at once more: what follows the host may look like another host.
    if not url_has_allowed_host_and_scheme(address, allowed_hosts=None):
        return resolve_url(settings.LOGIN_REDIRECT_URL)
    return address


class SitePage(SignedInPage):
    """A page of one site: for others than the site's own people it does not exist."""

    site: Site

    def admit(self) -> None:
        """Find the site.

        :raises Http404: the site is not one of this person's.
        :raises PermissionDenied: it is, but the page is not for this person.
        """
        self.site = get_object_or_404(
            Site.objects.visible_to(self.user).select_related("provider"),
            slug=self.kwargs["site_slug"],
        )
        self.request.current_site = self.site  # read by the page shell
        self.check_permission()

    def check_permission(self) -> None:
        if self.permission and not self.access.may(self.permission, self.site.pk):
            raise PermissionDenied

    def may(self, permission: Permission) -> bool:
        """Tell whether the person holds a further permission on this site."""
        return self.access.may(permission, self.site.pk)


class TeamPage(SitePage):
    """A page of one team of a site."""

    team: Team

    def check_permission(self) -> None:
        self.team = get_object_or_404(
            Team.objects.visible_to(self.user).filter(site=self.site),
            slug=self.kwargs["team_slug"],
        )
        if self.permission and not self.may(self.permission):
            raise PermissionDenied

    def may(self, permission: Permission) -> bool:
        """Tell whether the person holds a further permission on this team."""
        return self.access.may(permission, self.site.pk, self.team.pk)
