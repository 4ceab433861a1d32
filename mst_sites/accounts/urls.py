"""Addresses of signing in, of passwords and of second factors: only what is offered, under allauth's own names."""

from allauth.account import views as account
from allauth.mfa.webauthn import views as webauthn
from allauth.socialaccount import views as organisation
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.urls import URLPattern, path, re_path

from mst_sites.accounts import views

PASSWORD = "account/password/"  # noqa: S105 - an address
FACTORS = "account/second-factor/"
ORGANISATION = "account/organisation/"

urlpatterns: list[URLPattern] = [
    path("account/sign-in/", views.SignIn.as_view(), name="account_login"),
    path("account/sign-out/", account.logout, name="account_logout"),
    path("account/closed/", account.account_inactive, name="account_inactive"),
    path("account/confirm/", account.reauthenticate, name="account_reauthenticate"),
    path(
        PASSWORD + "change/",
        login_required(views.PasswordChange.as_view()),
        name="account_change_password",
    ),
    path(PASSWORD + "reset/", account.password_reset, name="account_reset_password"),
    path(PASSWORD + "reset/sent/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        rf"^{PASSWORD}reset/(?P<uidb36>[0-9a-f]+)-(?P<key>[^/]+)/\Z",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        PASSWORD + "reset/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path(FACTORS + "code/", views.Authenticate.as_view(), name="mfa_authenticate"),
    path(FACTORS + "confirm/", views.Reauthenticate.as_view(), name="mfa_reauthenticate"),
    path(FACTORS + "app/", views.TotpActivate.as_view(), name="mfa_activate_totp"),
    path(FACTORS + "app/remove/", views.TotpDeactivate.as_view(), name="mfa_deactivate_totp"),
    path(
        FACTORS + "recovery-codes/new/",
        views.RecoveryCodesMake.as_view(),
        name="mfa_generate_recovery_codes",
    ),
    path("account/passkeys/sign-in/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path(
        "account/passkeys/confirm/",
        webauthn.reauthenticate_webauthn,
        name="mfa_reauthenticate_webauthn",
    ),
    path("account/passkeys/new/", views.PasskeyAdd.as_view(), name="mfa_add_webauthn"),
    path(
        "account/passkeys/<slug:credential>/change/",
        views.PasskeyEdit.as_view(),
        name="mfa_edit_webauthn",
    ),
    path(
        "account/passkeys/<slug:credential>/remove/",
        views.PasskeyRemove.as_view(),
        name="mfa_remove_webauthn",
    ),
    path("account/theme/", views.ThemeSet.as_view(), name="theme-set"),
    path("account/language/", views.LanguageSet.as_view(), name="language-set"),
]

if settings.OIDC_IS_ON:
    urlpatterns += [
        path(
            "account/<slug:provider_id>/sign-in/", openid_connect.login, name="openid_connect_login"
        ),
        path(
            "account/<slug:provider_id>/back/",
            openid_connect.callback,
            name="openid_connect_callback",
        ),
        path(
            ORGANISATION + "cancelled/",
            organisation.login_cancelled,
            name="socialaccount_login_cancelled",
        ),
        path(ORGANISATION + "failed/", organisation.login_error, name="socialaccount_login_error"),
    ]
