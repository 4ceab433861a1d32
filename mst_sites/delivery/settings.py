"""Settings of delivery: who draws what, how mail leaves, how often things are tried."""

import os
from typing import Any
from urllib.parse import unquote, urlsplit

from celery.schedules import crontab
from django.core.exceptions import ImproperlyConfigured

from mst_sites import numeric_settings as numbers

# Who draws a kind of document: see `mst_sites.delivery.renderers.Renderer`.
DOCUMENT_RENDERERS = {
    "review": "consultation.reports.draw_review",
    "needs": "implementation.reports.draw_paper",
    "minutes": "implementation.reports.draw_minutes",
}
# Who may read which copy of it: the code of an `accounts.permissions.Permission`. What is not here nobody reads.
DOCUMENT_READERS = {
    ("review", "full"): "review.view-full",
    ("review", "commissioner"): "review.view",
    ("needs", "full"): "needs.view",
    ("minutes", "full"): "meeting.view",
}
# Which documents a later one has replaced, and who goes on reading those; for everybody else they are gone.
DOCUMENT_REPLACED = {"review": ("consultation.queries.is_superseded", "review.view-full")}

# In seconds; a lease is renewed while the worker lives.
DELIVERY_LEASE = numbers.seconds("DELIVERY_LEASE", 30, least=1)
DELIVERY_WAKE_AGAIN = numbers.seconds("DELIVERY_WAKE_AGAIN", 60, least=1)
DELIVERY_DOCUMENT_ATTEMPTS = 3
DELIVERY_DOCUMENT_DELAY = numbers.seconds("DELIVERY_DOCUMENT_DELAY", 10, least=0.1)
DELIVERY_MAIL_ATTEMPTS = 8  # 30 s, then three times as long each: half a day in all
DELIVERY_MAIL_DELAY = numbers.seconds("DELIVERY_MAIL_DELAY", 30, least=0.1)

# What a sent mail said, and to whom, is erased these days after it left; that one was sent stays.
MAIL_KEEP_DAYS = numbers.whole("MAIL_KEEP_DAYS", 90, most=3650)

# Where the ends of the audit's chains are mailed each night, to be kept apart; empty: nowhere.
AUDIT_ANCHOR_ADDRESS = os.environ.get("AUDIT_ANCHOR_ADDRESS", "")

SWEEP_EVERY = numbers.seconds("DELIVERY_SWEEP_EVERY", 10, least=0.1)
CELERY_BEAT_SCHEDULE = {
    "sweep": {
        "task": "mst_sites.delivery.tasks.sweep",
        "schedule": SWEEP_EVERY,
        "options": {"expires": SWEEP_EVERY},
    },
    # Once a day at an hour, and not every so many: an interval begins anew whenever the scheduler does.
    # Missed on one day, what was due is found on the next.
    "erase-mails": {
        "task": "mst_sites.delivery.tasks.erase_mails",
        "schedule": crontab(hour="3", minute="0"),
        "options": {"expires": 12 * 60 * 60},
    },
    "anchor-audit": {
        "task": "mst_sites.delivery.tasks.anchor_audit",
        "schedule": crontab(hour="4", minute="15"),
        "options": {"expires": 12 * 60 * 60},
    },
    "scan-files": {
        "task": "mst_sites.records.tasks.scan_files",
        "schedule": 60,
        "options": {"expires": 60},
    },
    "clear-sessions": {
        "task": "mst_sites.accounts.tasks.clear_sessions",
        "schedule": crontab(hour="3", minute="10"),
        "options": {"expires": 12 * 60 * 60},
    },
    # Once a day for each site: asked again on the same day it finds none to look through.
    "read-xray": {
        "task": "implementation.tasks.read_xray",
        "schedule": 60 * 60,
        "options": {"expires": 60 * 60},
    },
    "keep-past-forecasts": {
        "task": "implementation.tasks.keep_past_forecasts",
        "schedule": 60 * 60,
        "options": {"expires": 30 * 60},
    },
    "erase-enquiries": {
        "task": "implementation.tasks.erase_enquiries",
        "schedule": crontab(hour="3", minute="20"),
        "options": {"expires": 12 * 60 * 60},
    },
    "clear-files": {
        "task": "mst_sites.records.tasks.clear_files",
        "schedule": crontab(hour="3", minute="30"),
        "options": {"expires": 12 * 60 * 60},
    },
    "remind-of-funding": {
        "task": "implementation.tasks.remind_of_funding",
        "schedule": crontab(hour="6", minute="30"),
        "options": {"expires": 12 * 60 * 60},
    },
}

# Whatever sends mail writes a row; the worker hands the rows to MAIL_TRANSPORT.
EMAIL_BACKEND = "mst_sites.delivery.mail.OutboxBackend"


def mail_server(environment: Any) -> dict[str, Any]:
    """Read EMAIL_URL (smtp://user:password@host:587, smtps:// for TLS from the start) or EMAIL_HOST and its kin."""
    url = urlsplit(environment.get("EMAIL_URL", ""))
    scheme = url.scheme or environment.get("EMAIL_SCHEME", "smtp")
    host = url.hostname or environment.get("EMAIL_HOST", "")
    usual = 465 if scheme == "smtps" else 587
    port = url.port or numbers.whole("EMAIL_PORT", usual, most=65_535, environment=environment)
    return {
        "host": host,
        "port": port,
        "username": unquote(url.username or environment.get("EMAIL_HOST_USER", "")),
        "password": unquote(url.password or environment.get("EMAIL_HOST_PASSWORD", "")),
        "use_ssl": scheme == "smtps",
        "use_tls": scheme == "smtp" and host not in {"localhost", "127.0.0.1", "::1"},
        "timeout": 20,
    }


IN_PRODUCTION = os.environ.get("MST_ENV") == "production"
MAIL_SERVER = mail_server(os.environ)
if MAIL_SERVER["host"]:
    MAIL_TRANSPORT = "django.core.mail.backends.smtp.EmailBackend"
elif IN_PRODUCTION:
    raise ImproperlyConfigured("Set EMAIL_URL, such as smtp://user:password@host:587.")
else:
    MAIL_TRANSPORT = "mst_sites.delivery.mail.FolderBackend"
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL") or "MST Sites <no-reply@localhost>"
if IN_PRODUCTION and not os.environ.get("DEFAULT_FROM_EMAIL"):
    raise ImproperlyConfigured("Set DEFAULT_FROM_EMAIL, the address that mail comes from.")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
