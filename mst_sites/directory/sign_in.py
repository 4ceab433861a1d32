"""What allauth asks this product for, and the record of sign-ins and of changes to how people prove themselves."""

import ipaddress
import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal import ratelimit
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.base import AuthProcess
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from mst_sites.accounts import middleware as session_limits
from mst_sites.accounts import operations as accounts
from mst_sites.accounts import second_factors
from mst_sites.accounts.cookies import keep_in_cookie
from mst_sites.accounts.forms import NOT_BEFORE
from mst_sites.audit import operations as audit
from mst_sites.audit.middleware import address_of, plain_address
from mst_sites.languages import speaking

# What the person is told by mail is what the audit keeps. Codes made at set-up are part of setting up.
TOLD_AND_RECORDED = {
    "mfa/email/totp_activated": ("second-factor.added", {"type": "app"}),
    "mfa/email/totp_deactivated": ("second-factor.removed", {"type": "app"}),
    "mfa/email/webauthn_added": ("second-factor.added", {"type": "passkey"}),
    "mfa/email/webauthn_removed": ("second-factor.removed", {"type": "passkey"}),
    "mfa/email/recovery_codes_generated": ("recovery-codes.made", {}),
    "account/email/password_changed": ("password.changed", {}),
    "account/email/password_reset": ("password.reset", {}),
    "socialaccount/email/account_connected": ("organisation-account.connected", {}),
}


def network_of(address: str) -> str:
    """Return the network that an address belongs to: guesses are counted for it."""
    found = ipaddress.ip_address(plain_address(address))
    return str(ipaddress.ip_network(f"{found}/{24 if found.version == 4 else 64}", strict=False))  # noqa: PLR2004 - IP's versions


def trace_of(email: str) -> str:
    """Return what tells attempts at one address apart from those at another, and does not tell the address."""
    return salted_hmac("sign-in", email.strip().lower(), algorithm="sha256").hexdigest()[:16]


class AccountAdapter(DefaultAccountAdapter):
    """Signing in, signing out, passwords, and the mails about them."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("The e-mail address or the password is not right."),
        "enter_current_password": _("This is not the password that you have now."),
        "incorrect_password": _("This is not your password."),
        "too_many_login_attempts": _("Too many attempts. Wait a quarter of an hour and try again."),
        "rate_limited": _("Too many attempts. Wait a quarter of an hour and try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up: people are invited."""
        return False

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        email = str(credentials.get("email", "")).lower()
        return f"{email} from {network_of(self.get_client_ip(request))}"

    def get_client_ip(self, request: HttpRequest) -> str:
        return address_of(request) or "0.0.0.0"  # noqa: S104 - stands for an address that is not known

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        self._from_address = ratelimit.consume(
            request, app="allauth.account", action="login_failed_from"
        )
        if not self._from_address:
            raise self.validation_error("too_many_login_attempts")
        super().pre_authenticate(request, **credentials)

    def _rollback_login_failed_rl_usage(self) -> None:
        """Count only what failed."""
        super()._rollback_login_failed_rl_usage()
        self._from_address.rollback()

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        trace = trace_of(str(credentials.get("email", "")))
        audit.record("sign-in.failed", site=None, details={"address": trace}, by=None)

    def second_factor_failed(self, user: Any, kind: str) -> None:
        """Record that a code or a passkey was wrong; `user` is whose it would have to be."""
        by = self.request.user
        audit.record(
            "second-factor.failed",
            site=None,
            subject=user,
            details={"type": kind},
            by=by if by.is_authenticated else None,
        )

    def passkey_renamed(self, user: Any) -> None:
        audit.record(
            "second-factor.renamed", site=None, subject=user, details={"type": "passkey"}, by=user
        )

    def set_password(self, user: Any, password: str) -> None:
        """Write the password alone: what somebody else writes meanwhile, such as a role, stays."""
        user.set_password(password)
        user.save(update_fields=["password"])

    def login(self, request: HttpRequest, user: Any) -> None:
        super().login(request, user)
        session_limits.begin(request.session)

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **kwargs)
        keep_in_cookie(response, settings.LANGUAGE_COOKIE_NAME, user.language)
        keep_in_cookie(response, settings.THEME_COOKIE_NAME, user.theme)
        audit.record(
            "person.signed-in",
            site=None,
            subject=user,
            details={"by": self.methods(request)},
            by=user,
        )
        return response

    def methods(self, request: HttpRequest) -> list[str]:
        return [
            record.get("type") or record["method"] for record in second_factors.records(request)
        ]

    def logout(self, request: HttpRequest) -> None:
        person = request.user
        audit.record("person.signed-out", site=None, subject=person, by=person)  # type: ignore[arg-type] # signed in
        super().logout(request)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Ask again, but for those who have no second factor yet and have just typed their password."""
        request: Any = self.request
        is_fresh = second_factors.signed_in_within(request, settings.SECOND_FACTOR_SET_UP_WITHIN)
        if is_fresh and not second_factors.is_set_up(request.user):
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def is_safe_url(self, url: str) -> bool:
        """Go nowhere but to this site's own pages."""
        return url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account")

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Name the address that is configured, not the Host that the request brought."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "0", "key": "key"})
        return settings.BASE_URL + path.replace("0-key", key)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write in the language of the person, or of whoever asks."""
        person = context.get("user")
        with speaking(person.language if person else get_language()):
            super().send_mail(template_prefix, email, {"address": settings.BASE_URL, **context})

    def render_mail(self, *args: Any, **kwargs: Any) -> Any:
        """Write a mail, and wait until it may leave, where the time of an answer must not tell who is known."""
        message = super().render_mail(*args, **kwargs)
        time.sleep(max(0, getattr(self.request, NOT_BEFORE, 0) - time.monotonic()))
        return message

    def send_notification_mail(
        self,
        template_prefix: str,
        user: Any,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        action, details = TOLD_AND_RECORDED[template_prefix]
        audit.record(action, site=None, subject=user, details=details, by=user)
        super().send_notification_mail(
            template_prefix, user, {"user": user, **(context or {})}, email
        )


class SessionAdapter(DefaultUserSessionsAdapter):
    """Ends sessions on the server, so that their cookies are worth nothing."""

    def end_sessions(self, sessions: Any) -> None:
        ended = list(sessions)
        if ended:
            person = ended[0].user
            audit.record(
                "sessions.ended",
                site=None,
                subject=person,
                details={"number": len(ended)},
                by=person,
            )
        super().end_sessions(ended)


class OrganisationAdapter(DefaultSocialAccountAdapter):
    """Signing in with the account of one's organisation: for people who were invited, and nobody else."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Take the organisation's word for the address of somebody who was invited at it."""
        if sociallogin.state.get("process") != AuthProcess.LOGIN:
            raise ImmediateHttpResponse(redirect("account_login"))
        if sociallogin.is_existing and sociallogin.user.is_active:
            accounts.close_invitations(user=sociallogin.user, now=timezone.now())
