"""Pages of one's own account: coming in by an invitation, second factor, sessions, name and colours."""

from typing import Any

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from allauth.core import ratelimit
from allauth.usersessions.internal.flows.sessions import end_other_sessions, end_sessions
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView, View
from django.views.generic.edit import FormView

from mst_sites.accounts import forms, second_factors
from mst_sites.accounts.cookies import keep_in_cookie
from mst_sites.accounts.middleware import seconds_left
from mst_sites.accounts.operations import (
    InvitationExpiredError,
    InvitationOverError,
    open_invitation,
)
from mst_sites.accounts.permissions import Permission
from mst_sites.directory import account_operations, account_queries
from mst_sites.directory.views.people import PersonAct
from mst_sites.languages import speaking
from mst_sites.tenancy.pages import INVALID, OperationPage, add_errors
from mst_sites.tenancy.views import SignedInPage

GONE = 410


class InvitationAccept(FormView):
    """The page behind the link of an invitation; the same words for every link that does not work."""

    form_class = forms.InvitationForm
    template_name = "accounts/invitation_accept.html"
    http_method_names = ["get", "head", "post"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if str(request.method).lower() not in self.http_method_names:
            return self.http_method_not_allowed(request)
        if request.user.is_authenticated:
            return redirect("home")
        limited: HttpResponse | None = ratelimit.consume_or_429(request, action="accept_invitation")
        if limited:
            return limited
        try:
            self.invitation = open_invitation(token=kwargs["token"], now=timezone.now())
        except InvitationOverError as error:
            context = {"has_expired": isinstance(error, InvitationExpiredError)}
            return render(request, "accounts/invitation_over.html", context, status=GONE)
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        return {"full_name": self.invitation.user.full_name}

    def form_valid(self, form: Any) -> HttpResponse:
        values = form.cleaned_data
        try:
            with transaction.atomic():
                user = account_operations.accept_invitation(
                    token=self.kwargs["token"], **values, now=timezone.now()
                )
        except ValidationError as error:
            add_errors(form, error)
            return self.form_invalid(form)
        credentials = {"email": user.email}
        login = Login(user=user, email=user.email)
        response: HttpResponse = perform_password_login(self.request, credentials, login)
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=INVALID)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(email=self.invitation.user.email, **kwargs)


class Account(SignedInPage, OperationPage):
    """One's own account on one page."""

    form_class = forms.AccountForm
    template_name = "accounts/account.html"

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.user, name) for name in ("full_name", "language", "theme")}

    def act(self, **values: Any) -> None:
        # Where there is one language alone the form asks for none.
        values = {"language": self.user.language, **values}
        account_operations.change_account(**values, by=self.user)

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        keep_in_cookie(response, settings.LANGUAGE_COOKIE_NAME, self.user.language)
        keep_in_cookie(response, settings.THEME_COOKIE_NAME, self.user.theme)
        return response

    def address_after(self, result: Any) -> str:
        with speaking(self.user.language):
            messages.success(self.request, _("Saved."))
        return reverse("account")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            factors=account_queries.factors_of(self.user),
            needs_second_factor=self.request.access.needs_second_factor,
            sessions=account_queries.open_sessions(
                user=self.user, current=self.request.session.session_key
            ),
            **kwargs,
        )


class SecondFactor(SignedInPage, TemplateView):
    """The second factors of the person, and the page to which the gate leads those who have none."""

    template_name = "mfa/index.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        is_needed = self.request.access.needs_second_factor
        was_used = second_factors.was_used(request)
        if is_needed and not was_used and second_factors.is_set_up(self.user):
            return redirect(f"{reverse('mfa_reauthenticate')}?next={reverse('home')}")
        context = self.get_context_data(
            factors=account_queries.factors_of(self.user),
            is_needed=is_needed,
            is_shut_out=is_needed and not was_used,
        )
        return self.render_to_response(context)


class SessionList(SignedInPage, TemplateView):
    """Where the person is signed in."""

    template_name = "usersessions/usersession_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            sessions=account_queries.open_sessions(
                user=self.user, current=self.request.session.session_key
            ),
            **kwargs,
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        end_other_sessions(request, self.user)
        messages.success(request, _("You are signed out everywhere else."))
        return redirect("usersessions_list")


class SessionEnd(SignedInPage):
    """Signs the person out in one other place."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        session = account_queries.session_of(user=self.user, number=request.POST.get("session", ""))
        if session:
            end_sessions(request, [session])
            messages.success(request, _("You are signed out there."))
        else:
            messages.info(request, _("Nothing to do: you were not signed in there any more."))
        return redirect("usersessions_list")


class SessionExtend(SignedInPage, View):
    """Answers that the session goes on; `SessionLimits` has started its clock again already."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse(str(seconds_left(request.session)), content_type="text/plain")


class PersonFactorForget(PersonAct):
    """For somebody who lost phone and recovery codes, after MST UK has made sure who is asking."""

    permission = Permission.COUNTRY_ROLE_GRANT
    done = gettext_lazy(
        "The second factor is removed. The person sets up a new one at the next sign-in."
    )
    ends_sessions = True

    def act(self) -> None:
        account_operations.forget_second_factors(user=self.person, by=self.user)
