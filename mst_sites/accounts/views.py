"""allauth's pages where this product asks for more, and the switches of colours and language."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.views import LoginView, PasswordChangeView
from allauth.mfa.base.views import AuthenticateView, ReauthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.views import (
    AddWebAuthnView,
    EditWebAuthnView,
    RemoveWebAuthnView,
)
from allauth.usersessions.internal.flows.sessions import end_other_sessions
from django.conf import settings
from django.db import connection
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseBase,
    HttpResponseRedirect,
)
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse, reverse_lazy
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.generic import View

from mst_sites import languages
from mst_sites.accounts import operations, recovery_codes, second_factors
from mst_sites.accounts.cookies import keep_in_cookie
from mst_sites.accounts.models import Theme, User


@contextmanager
def hooks_at_once() -> Iterator[None]:
    """Run in the transaction what allauth leaves for after it: its mails, messages and our record of them.

    The middleware's transaction is around the whole request. After it the page is drawn and the scope is closed.
    """
    first = len(connection.run_on_commit)
    yield
    added = connection.run_on_commit[first:]
    theirs = [entry for entry in added if entry[1].__module__.startswith("allauth.")]
    connection.run_on_commit[first:] = [entry for entry in added if entry not in theirs]
    for entry in theirs:
        entry[1]()


def now_and_not_later(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    def wrapped(self: Any, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with hooks_at_once():
            return view(self, request, *args, **kwargs)

    return wrapped


def demonstration_code(user: Any) -> str:
    """Return the code that the app would show, in the demonstration, where nobody has the app."""
    if not settings.IS_DEMO:
        return ""
    app = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    return second_factors.next_code(app) if app else ""


class SignIn(LoginView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        name = settings.OIDC_NAME if settings.OIDC_IS_ON else ""
        return {**super().get_context_data(**kwargs), "organisation": name}


class Authenticate(AuthenticateView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.stage.login.user
        types = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
        context = super().get_context_data(**kwargs)
        return {**context, "types": types, "demonstration_code": demonstration_code(user)}


class Reauthenticate(ReauthenticateView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        code = demonstration_code(self.request.user)
        return {**super().get_context_data(**kwargs), "demonstration_code": code}


class ShowsCodes:
    """Shows recovery codes in the answer to the request that made them: no later one could."""

    request: Any

    def get_success_url(self) -> str:
        return reverse("mfa_index")

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)  # type: ignore[misc] # allauth's view has it
        codes = recovery_codes.fresh(self.request.user)
        if not codes:
            return response
        title = _("MST Sites: recovery codes of %(email)s") % {"email": self.request.user.email}
        advice = _("Each lets you in once. Keep them apart from your phone.")
        file = "\n".join([title, advice, "", *codes, ""])
        page = "mfa/recovery_codes/index.html"
        return TemplateResponse(self.request, page, {"codes": codes, "file": file})


class AddsFactor(ShowsCodes):
    """What setting up the app and a passkey have in common."""

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Ask those who have a second factor to use it first: a password alone must not add another one."""
        person = request.user
        if (
            person.is_authenticated
            and not second_factors.was_used(request)
            and second_factors.is_set_up(person)
        ):
            query = urlencode({"next": request.path})
            return HttpResponseRedirect(f"{reverse('mfa_reauthenticate')}?{query}")
        with hooks_at_once():
            return super().dispatch(request, *args, **kwargs)  # type: ignore[misc, no-any-return]

    def form_valid(self, form: Any) -> HttpResponse:
        person: User = self.request.user
        is_first = not second_factors.is_set_up(person)
        response = super().form_valid(form)
        added = Authenticator.objects.filter(user=person, type__in=second_factors.PRIMARY)
        newest = added.latest("created_at", "pk")
        if newest.type == Authenticator.Type.TOTP:
            operations.take_code(authenticator=newest, code=form.cleaned_data["code"])
        record_authentication(
            self.request,
            person,
            second_factors.FACTOR,
            id=newest.pk,
            type=newest.type,
            reauthenticated=True,
        )
        if is_first:
            # Sessions that began with a password alone end here.
            end_other_sessions(self.request, person)
        return response


class TotpActivate(AddsFactor, ActivateTOTPView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        code = second_factors.code_now(context["form"].secret) if settings.IS_DEMO else ""
        return {**context, "demonstration_code": code}


class PasskeyAdd(AddsFactor, AddWebAuthnView):
    pass


class RemovesFactor:
    """After the last second factor is gone the session counts as one without, and is led to set one up."""

    request: Any
    success_url = reverse_lazy("mfa_index")

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)  # type: ignore[misc] # allauth's view has it
        if not second_factors.is_set_up(self.request.user):
            second_factors.forget_use(self.request)
        return response


class TotpDeactivate(RemovesFactor, DeactivateTOTPView):
    pass


class OnePasskey:
    """Finds one of the person's own passkeys by the identity that the device gave it."""

    kwargs: dict[str, Any]

    def get_object(self, queryset: Any = None) -> Authenticator:
        rows = self.get_queryset()  # type: ignore[attr-defined] # allauth's view has it
        found: Authenticator = get_object_or_404(
            rows, data__credential__rawId=self.kwargs["credential"]
        )
        return found


class PasskeyRemove(OnePasskey, RemovesFactor, RemoveWebAuthnView):
    pass


class PasskeyEdit(OnePasskey, EditWebAuthnView):
    success_url = reverse_lazy("mfa_index")

    def form_valid(self, form: Any) -> HttpResponse:
        get_adapter(self.request).passkey_renamed(self.request.user)
        response: HttpResponse = super().form_valid(form)
        return response


class RecoveryCodesMake(ShowsCodes, GenerateRecoveryCodesView):
    dispatch = now_and_not_later(GenerateRecoveryCodesView.dispatch)


class PasswordChange(PasswordChangeView):
    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_usable_password():
            raise Http404  # they sign in with their organisation's account
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        end_other_sessions(self.request, self.request.user)
        return response


class Switch(View):
    """A choice that everybody has, signed in or not: kept in a cookie, and by those who are signed in."""

    http_method_names = ["post"]
    name: str
    cookie_setting: str
    choices: frozenset[str]

    def post(self, request: Any) -> HttpResponse:
        value = request.POST.get(self.name, "")
        if value not in self.choices:
            return HttpResponseBadRequest()
        if request.user.is_authenticated:
            operations.choose(user=request.user, field=self.name, value=value)
        with override(value if self.name == "language" else None):
            response = redirect(address_within(request.POST.get("next", "")))
        keep_in_cookie(response, getattr(settings, self.cookie_setting), value)
        return response


class ThemeSet(Switch):
    name = "theme"
    cookie_setting = "THEME_COOKIE_NAME"
    choices = frozenset(Theme.values)


class LanguageSet(Switch):
    name = "language"
    cookie_setting = "LANGUAGE_COOKIE_NAME"

    @property
    def choices(self) -> frozenset[str]:  # type: ignore[override] # asked for anew: it follows the settings
        return frozenset(code for code, _ in languages.offered())


def address_within(address: str) -> str:
    """Return an address of this site: the one that was asked for, or the first page."""
    safe = url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return address if safe and address else "/"
