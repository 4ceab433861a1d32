"""Settings of signing in: by e-mail and invitation, with a second factor; allauth does the work."""

import os

from mst_sites import numeric_settings as numbers

SERVED_BY_HTTPS = os.environ.get("BASE_URL", "").startswith("https://")

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "mst_sites.accounts.passwords.MaximumLengthValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("full_name", "email")},
    },
    {"NAME": "mst_sites.accounts.passwords.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
PASSWORD_RESET_TIMEOUT = 60 * 60

# The adapters record to the audit, so they live above it.
ACCOUNT_ADAPTER = "mst_sites.directory.sign_in.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "mst_sites.directory.sign_in.OrganisationAdapter"
USERSESSIONS_ADAPTER = "mst_sites.directory.sign_in.SessionAdapter"
MFA_ADAPTER = "mst_sites.accounts.second_factors.SecondFactorAdapter"

ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an invitation that reached the address has verified it
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_FORMS = {
    "login": "mst_sites.accounts.forms.SignInForm",
    "reset_password": "mst_sites.accounts.forms.PasswordResetForm",
    "reset_password_from_key": "mst_sites.accounts.forms.NewPasswordForm",
    "change_password": "mst_sites.accounts.forms.PasswordChangeForm",
    "reauthenticate": "mst_sites.accounts.forms.ConfirmForm",
}
# Failed sign-ins are counted for an address *from one network* (see AccountAdapter), so that guessing from
# elsewhere does not lock the owner out; MFA codes are counted for the person. A right code clears every count of
# `login_failed`, so what comes from one computer, whoever it is about, is counted apart.
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "10/15m/key,20/h/key",
    "login_failed_from": "100/h/ip",
    "reset_password": "20/h/ip,5/h/key",
    "reset_password_from_key": "30/h/ip",
    "change_password": "10/15m/user",
    "reauthenticate": "10/15m/user",
    "accept_invitation": "30/h/ip",
    # Enquiries of people who do not sign in; the key is the address that gets the confirmation.
    "enquire": "20/h/ip,3/h/key",
}
# How many proxies of one's own stand before the web processes. X-Forwarded-For is believed no further than that.
ALLAUTH_TRUSTED_PROXY_COUNT = numbers.whole("TRUSTED_PROXY_COUNT", 0, least=0, most=10)

# The cookie ends with the browser. The row on the server ends after the longest time; `SessionLimits` ends it
# earlier when nobody is there.
SESSION_COOKIE_AGE = SESSION_LONGEST = 12 * 60 * 60
SESSION_IDLE = 60 * 60
SESSION_SAVE_EVERY_REQUEST = False
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

COOKIE_PREFIX = "__Host-" if SERVED_BY_HTTPS else ""
LANGUAGE_COOKIE_NAME = COOKIE_PREFIX + "language"
THEME_COOKIE_NAME = COOKIE_PREFIX + "theme"
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LANGUAGE_COOKIE_SECURE = SERVED_BY_HTTPS
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"

MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "MST Sites"
# A code that changes while it is typed still counts; `operations.take_code` sees that none counts twice.
MFA_TOTP_TOLERANCE = 1
MFA_ALLOW_UNVERIFIED_EMAIL = True  # addresses come from invitations, people cannot add any
SECOND_FACTOR_SET_UP_WITHIN = 15 * 60  # seconds after signing in, without the password again
MFA_FORMS = {
    "authenticate": "mst_sites.accounts.forms.CodeForm",
    "reauthenticate": "mst_sites.accounts.forms.ConfirmCodeForm",
    "activate_totp": "mst_sites.accounts.forms.AppForm",
    "deactivate_totp": "mst_sites.accounts.forms.AppRemoveForm",
    "login_webauthn": "mst_sites.accounts.forms.PasskeySignInForm",
    "authenticate_webauthn": "mst_sites.accounts.forms.PasskeyStepForm",
    "reauthenticate_webauthn": "mst_sites.accounts.forms.PasskeyConfirmForm",
    "add_webauthn": "mst_sites.accounts.forms.PasskeyForm",
    "edit_webauthn": "mst_sites.accounts.forms.PasskeyNameForm",
    "generate_recovery_codes": "mst_sites.accounts.forms.RecoveryCodesForm",
}

# Signing in with the account of one's organisation (OpenID Connect), if OIDC_CLIENT_ID and OIDC_SERVER_URL are set.
# It opens the account of whoever was invited at the address that the organisation vouches for, and makes none.
OIDC_IS_ON = bool(os.environ.get("OIDC_CLIENT_ID") and os.environ.get("OIDC_SERVER_URL"))
OIDC_NAME = os.environ.get("OIDC_NAME", "your organisation")
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_STORE_TOKENS = False
# A form would be stopped by form-action 'self' on its way to the organisation.
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_PROVIDERS = (
    {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "organisation",
                    "name": OIDC_NAME,
                    "client_id": os.environ["OIDC_CLIENT_ID"],
                    "secret": os.environ.get("OIDC_CLIENT_SECRET", ""),
                    "settings": {
                        "server_url": os.environ["OIDC_SERVER_URL"],
                        # Domains whose addresses count as verified although the provider sends no `email_verified`.
                        "verified_email": os.environ.get("OIDC_VERIFIED_DOMAINS", "").split(),
                    },
                }
            ],
        }
    }
    if OIDC_IS_ON
    else {}
)
