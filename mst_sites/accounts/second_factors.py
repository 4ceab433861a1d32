"""How second factors are kept, and whether one was used since signing in."""

import base64
import time
from typing import Any

from allauth.account.authentication import (
    AUTHENTICATION_METHODS_SESSION_KEY,
    get_authentication_records,
)
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import hotp_value, yield_hotp_counters_from_time
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from mst_sites.accounts.models import User

FACTOR = "mfa"  # what allauth calls it in its records
PRIMARY = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def box() -> MultiFernet:
    """Return what encrypts with SECRET_KEY, and decrypts with the keys before it too."""
    return MultiFernet(
        [
            Fernet(key_from(secret))
            for secret in [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        ]
    )


def key_from(secret: str) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"second factors")
    return base64.urlsafe_b64encode(derived.derive(secret.encode()))


class SecondFactorAdapter(DefaultMFAAdapter):
    """Keeps secrets encrypted, and says what people read in this product's words."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _(
            "This code is not right, or it was used already. Enter the newest one."
        ),
    }

    def encrypt(self, text: str) -> str:
        return box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return box().decrypt(encrypted_text.encode()).decode()

    def generate_authenticator_name(self, user: Any, type: Any) -> str:  # noqa: A002 - allauth's name
        return ""

    def _get_site_name(self) -> str:
        return settings.MFA_TOTP_ISSUER


def is_set_up(user: User) -> bool:
    """Tell whether a person has a second factor; recovery codes alone are none."""
    found: bool = Authenticator.objects.filter(user=user, type__in=PRIMARY).exists()
    return found


def records(request: HttpRequest) -> list[dict[str, Any]]:
    """Return how this person has proved who they are since signing in, oldest first; no query beyond the session."""
    found: list[dict[str, Any]] = get_authentication_records(request, request.user)
    return found


def was_used(request: HttpRequest) -> bool:
    """Tell whether this person has used a second factor since they signed in."""
    return any(record["method"] == FACTOR for record in records(request))


def forget_use(request: HttpRequest) -> None:
    """Let the session be as if no second factor had been used: the last one was removed."""
    request.session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        record for record in records(request) if record["method"] != FACTOR
    ]


def signed_in_within(request: HttpRequest, seconds: int) -> bool:
    """Tell whether the person typed a password, or the like, just now."""
    return any(time.time() - record["at"] < seconds for record in records(request))


def counter_of(secret: str, code: str) -> int | None:
    """Return the half-minute that a six-digit code belongs to, if it is one of those that count now."""
    digits = "".join(character for character in code if character.isdigit())
    found = (c for c in yield_hotp_counters_from_time() if f"{hotp_value(secret, c):06}" == digits)
    return next(found, None)


def code_now(secret: str) -> str:
    """Return the code that an app with this secret shows: for the demonstration alone."""
    counters = list(yield_hotp_counters_from_time())
    return f"{hotp_value(secret, counters[len(counters) // 2]):06}"


def next_code(authenticator: Authenticator) -> str:
    """Return a code that would be taken now: for the demonstration alone, where nobody has the app."""
    secret = SecondFactorAdapter().decrypt(authenticator.data["secret"])
    used = authenticator.data.get("last_counter", 0)
    counters = list(yield_hotp_counters_from_time())
    # The present one rather than the past one, and the coming one rather than none.
    counter = next((c for c in counters[1:] if c > used), counters[-1])
    return f"{hotp_value(secret, counter):06}"
