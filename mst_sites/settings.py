"""Settings of every environment; what differs between them is read from environment variables."""

import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from mst_sites import numeric_settings as numbers

BASE_DIR = Path(__file__).resolve().parent.parent
ENVIRONMENT = os.environ.get("MST_ENV", "development")
if ENVIRONMENT not in {"development", "demo", "test", "production"}:
    raise ImproperlyConfigured(
        "MST_ENV must be development, demo, test or production, not " + repr(ENVIRONMENT)
    )
IS_PRODUCTION = ENVIRONMENT == "production"
IS_DEMO = ENVIRONMENT == "demo"
DEBUG = ENVIRONMENT == "development"
VAR_DIR = Path(os.environ.get("MST_VAR", BASE_DIR / "var"))


def required_in_production(name: str, default: str) -> str:
    """Read a variable that has a default on a developer's machine and none in production."""
    value = os.environ.get(name, "")
    if value:
        return value
    if IS_PRODUCTION:
        raise ImproperlyConfigured(f"Set {name}: production has no default for it.")
    return default


DEVELOPMENT_SECRET = "development-only-secret-that-production-refuses-to-start-with"  # noqa: S105 - refused below
SECRET_KEY = required_in_production("SECRET_KEY", DEVELOPMENT_SECRET)
SECRET_KEY_FALLBACKS = os.environ.get("SECRET_KEY_FALLBACKS", "").split()
SHORTEST_SECRET = 50
FEWEST_CHARACTERS = 10  # different ones: fifty times the same letter is no secret
if IS_PRODUCTION and any(
    secret == DEVELOPMENT_SECRET
    or len(secret) < SHORTEST_SECRET
    or len(set(secret)) < FEWEST_CHARACTERS
    for secret in (SECRET_KEY, *SECRET_KEY_FALLBACKS)
):
    raise ImproperlyConfigured("SECRET_KEY must be a random text of at least 50 characters.")
if IS_PRODUCTION and os.environ.get("DEBUG", "").lower() in {"1", "true", "yes", "on"}:
    raise ImproperlyConfigured("DEBUG cannot be switched on in production.")

BASE_URL = required_in_production("BASE_URL", "http://localhost:8000").rstrip("/")
ALLOWED_HOSTS = required_in_production(
    "ALLOWED_HOSTS", "localhost 127.0.0.1 [::1] testserver"
).split()
if IS_PRODUCTION and "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS must name hosts: '*' lets a forged Host in.")
CSRF_TRUSTED_ORIGINS = [BASE_URL] if BASE_URL.startswith("https://") else []

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_htmx",
    "mst_sites.look",
    "mst_sites.accounts",
    "mst_sites.tenancy",
    "mst_sites.audit",
    "mst_sites.directory",
    "mst_sites.records",
    "mst_sites.delivery",
    "staffing",
    "implementation",
    "consultation",
    "mst_sites.dashboards",
    "mst_sites.demo",
]
if ENVIRONMENT == "development" and find_spec("django_migration_linter"):
    INSTALLED_APPS += ["django_migration_linter"]  # lends `./run check` its command

MIDDLEWARE = [
    # These two first: they wrap what the others answer by themselves, files and refusals alike.
    "mst_sites.look.middleware.SecurityHeaders",
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "mst_sites.audit.middleware.OriginOfRequest",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "mst_sites.accounts.middleware.SessionLimits",
    "mst_sites.tenancy.middleware.ScopeOfRequest",
    "mst_sites.tenancy.second_factor.SecondFactorGate",
    "django.middleware.locale.LocaleMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "mst_sites.urls"
WSGI_APPLICATION = "mst_sites.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "mst_sites.tenancy.context.page_shell",
                "mst_sites.accounts.middleware.session_clock",
            ],
        },
    },
]
FORM_RENDERER = "mst_sites.look.renderer.FormRenderer"
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"


def database(url: str) -> Any:
    """Turn a database address into Django's settings for it."""
    return {
        **dj_database_url.parse(url, conn_max_age=0 if ENVIRONMENT == "test" else 60),
        "CONN_HEALTH_CHECKS": ENVIRONMENT != "test",
        "DISABLE_SERVER_SIDE_CURSORS": True,
    }


# The application connects as a role that owns nothing. The owner's address is used by `migrate` alone,
# which ./run and the compose file give it in DATABASE_URL.
DATABASE_URL = required_in_production("DATABASE_URL", "postgres://mst_app@localhost/mst")
DATABASES = {"default": database(DATABASE_URL), "attempts": database(DATABASE_URL)}
# The same database: attempts are counted outside the request's transaction (`accounts.attempts`).
DATABASES["attempts"].setdefault("OPTIONS", {})["options"] = "-c synchronous_commit=off"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = required_in_production("REDIS_URL", "redis://localhost:6379/0")
CELERY_BROKER_URL = REDIS_URL
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
# The rows are the queue: a message that dies with its worker is sent again by the sweep, not by Redis.
CELERY_TASK_ACKS_LATE = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 50
CELERY_TASK_SOFT_TIME_LIMIT = 60
CELERY_TASK_TIME_LIMIT = 90
CELERY_TIMEZONE = "Europe/London"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Redis only wakes workers: a broker that is down must not hold up a request (rows wait, the sweep takes them).
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "max_retries": 0,
    "socket_connect_timeout": 0.25,
    "visibility_timeout": 300,
}

# The cache holds rate limits alone: rows, which the web's processes share. Nothing of a site is ever cached.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache"
        if ENVIRONMENT == "test"
        else "mst_sites.accounts.attempts.AttemptCache",
    }
}

# Faults alone: refusals are the access log's. A developer has Django's own lines, and its page that shows everything.
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"faults": {"()": "mst_sites.fault_log.FaultFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "faults"}},
    "loggers": {
        "django": {"level": "ERROR"},
        # A forged host or a body that is too large: a refusal, whatever its level says.
        "django.security": {"level": "CRITICAL"},
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
if DEBUG:
    LOGGING = {}

# How often one person may have made what costs much: files of lists, PDFs, searches.
PERSON_LIMITS = {"export": "10/h/user", "document": "20/h/user", "search": "60/m/user"}

AUTH_USER_MODEL = "accounts.User"
# Addresses are unique whatever their letter case: a constraint on Lower(email), which this check cannot see.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
LANGUAGE_CODE = "en-gb"
# Only languages that there are texts in. Welsh is switched on here: docs/how-we-build.md says when.
LANGUAGES = [("en-gb", _("English"))]
LOCALE_PATHS = [BASE_DIR / "mst_sites" / "locale"]
TIME_ZONE = "Europe/London"
USE_I18N = USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        # Here and not FILE_UPLOAD_PERMISSIONS, which would close the static files too: in the image root
        # collects them and another account serves them.
        "OPTIONS": {
            "location": VAR_DIR / "files",
            "base_url": None,
            "file_permissions_mode": 0o600,
        },
    },
    "staticfiles": {
        "BACKEND": "mst_sites.look.static_files.HashedFiles"
        if ENVIRONMENT in {"production", "demo"}
        else "mst_sites.look.static_files.PlainFiles"
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CSRF_FAILURE_VIEW = "mst_sites.tenancy.kept.refuse_forgery"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SERVES_HTTPS = BASE_URL.startswith("https://")
if IS_PRODUCTION and not SERVES_HTTPS:
    raise ImproperlyConfigured("BASE_URL must begin with https:// in production.")
if SERVES_HTTPS:
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"

# Whom the public pages name for questions; without it they send people to whoever invited them.
CONTACT_EMAIL = os.environ.get("CONTACT_EMAIL", "")

# A filed note is due within these working days after its week, and can be amended for these days after it was filed.
NOTE_DUE_WORKING_DAYS = numbers.whole("NOTE_DUE_WORKING_DAYS", 3, most=60)
NOTE_LOCKS_AFTER_DAYS = numbers.whole("NOTE_LOCKS_AFTER_DAYS", 14, most=365)

# What a review reckons with where nothing is published: up to how many percentage points from its target a figure
# that is not met is called close, when TAM-Rs fall due after the start, and from which mean a family is adherent.
REVIEW_CLOSE_BY = numbers.decimal("REVIEW_CLOSE_BY", "5", least="0", most="100")
TAM_R_FIRST_AFTER_DAYS = numbers.whole("TAM_R_FIRST_AFTER_DAYS", 14, most=365)
TAM_R_EVERY_DAYS = numbers.whole("TAM_R_EVERY_DAYS", 28, most=365)
ADHERENCE_THRESHOLD = numbers.decimal("ADHERENCE_THRESHOLD", "0.61", least="0.01", most="1")

# An enquiry is late when nobody has answered it after these working days. What does not become a site is erased
# these months after it was closed. Replies to the confirmation go to ENQUIRY_REPLY_TO, if there is one.
ENQUIRY_ANSWER_WORKING_DAYS = numbers.whole("ENQUIRY_ANSWER_WORKING_DAYS", 5, most=60)
ENQUIRY_KEEP_MONTHS = numbers.whole("ENQUIRY_KEEP_MONTHS", 24, most=120)
ENQUIRY_REPLY_TO = os.environ.get("ENQUIRY_REPLY_TO", "")

from mst_sites.accounts.settings import *  # noqa: E402, F403 - sign-in has a page of its own
from mst_sites.delivery.settings import *  # noqa: E402, F403 - and so has what leaves the house
from mst_sites.records.settings import *  # noqa: E402, F403 - and what rows carry
