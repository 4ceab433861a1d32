"""Recovery codes: shown once, when they are made, and kept as keyed hashes; allauth asks for them here.

A plain hash of twelve digits would be guessed offline in seconds, and a slow one in days. A keyed one (HMAC-SHA256)
cannot be guessed at all by who holds the database alone, since the key is made of SECRET_KEY; who holds that too
reads the apps' secrets anyway. Online guesses are limited like all codes, to twenty an hour.
"""

import hmac
import secrets
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal import auth, flows
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import transaction

NUMBER = 10
DIGITS = 12
GROUP = 4  # digits between two spaces, so that people can copy them
# Where codes that were just made stay until the page is drawn: on the person in memory, and nowhere else.
FRESH = "fresh_recovery_codes"
UNKNOWN = "•" * DIGITS


class HashedRecoveryCodes(RecoveryCodes):
    """What allauth takes for its own codes, which it could show at any time."""

    @classmethod
    def activate(cls, user: Any) -> "HashedRecoveryCodes":
        """Make codes for a person who has none; `fresh` gives them once."""
        with transaction.atomic():
            kind = Authenticator.Type.RECOVERY_CODES
            held = Authenticator.objects.filter(user_id=user.pk, type=kind).first()
            if held is not None:
                return cls(held)
            codes = [f"{secrets.randbelow(10**DIGITS):0{DIGITS}}" for _ in range(NUMBER)]
            hashes = [hash_of(code, user_id=user.pk) for code in codes]
            made = Authenticator.objects.create(user=user, type=kind, data={"hashes": hashes})
            setattr(user, FRESH, codes)
            return cls(made)

    def validate_code(self, code: str) -> bool:
        """Use up a code; False if it is none of those that are left."""
        with transaction.atomic():
            held = Authenticator.objects.select_for_update().get(pk=self.instance.pk)
            typed = "".join(character for character in code if character.isdecimal())
            guesses = hashes_of(typed, user_id=held.user_id)
            # Plainly compared: how long it takes tells nothing about hashes whose key nobody knows.
            left = [kept for kept in held.data["hashes"] if kept not in guesses]
            if len(left) == len(held.data["hashes"]):
                return False
            held.data["hashes"] = self.instance.data["hashes"] = left
            held.save(update_fields=["data"])
            return True

    def get_unused_codes(self) -> list[str]:
        """Return as many stand-ins as there are codes left: nobody can say what they are."""
        return [UNKNOWN] * len(self.instance.data["hashes"])


def fresh(user: Any) -> list[str]:
    """Return the codes that were made in this request, as people read them, or none."""
    codes: list[str] = getattr(user, FRESH, [])
    return [" ".join(code[at : at + GROUP] for at in range(0, len(code), GROUP)) for code in codes]


def hash_of(code: str, *, user_id: Any) -> str:
    """Return what is kept of a code: another one for each person, and worth nothing without SECRET_KEY."""
    return hashes_of(code, user_id=user_id)[0]


def hashes_of(code: str, *, user_id: Any) -> list[str]:
    """Return the hashes of a code with SECRET_KEY, and with the keys before it."""
    said = f"{user_id}:{code}".encode()
    keys = [key_from(secret) for secret in [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]]
    return [hmac.new(key, said, "sha256").hexdigest() for key in keys]


def key_from(secret: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"recovery codes").derive(
        secret.encode()
    )


def hashed(data: dict[str, Any], *, user_id: Any) -> dict[str, Any]:
    """Turn what allauth kept into hashes, so that codes on paper still work: for the rows of before.

    :raises InvalidToken: the row was written with a SECRET_KEY that is not here any more.
    """
    row = Authenticator(type=Authenticator.Type.RECOVERY_CODES, data=data)
    codes = RecoveryCodes(row).get_unused_codes()
    return {"hashes": [hash_of(code, user_id=user_id) for code in codes]}


def put_in_place() -> None:
    """Let allauth make and check codes as above; it names no setting for it."""
    for module in (auth, flows):
        module.RecoveryCodes = HashedRecoveryCodes
