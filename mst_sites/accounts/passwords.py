"""What a password may be: long, and not one that everybody tries first. No rule about kinds of characters."""

import gzip
import re
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LONGEST = 128
FEWEST_CHARACTERS = 5
# What people here would think of first; the long list is Django's, shipped with it.
OF_THE_FIELD = frozenset(
    {"mst", "mstsites", "mstuk", "multisystemic", "multisystemictherapy", "supervisor", "therapist"}
)
KEYBOARD = ("abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm", "01234567890123456789")


class MaximumLengthValidator:
    """Refuses what would only keep the processor busy."""

    def validate(self, password: str, user: Any = None) -> None:
        if len(password) > LONGEST:
            raise ValidationError(
                _("Use a password of at most %(most)d characters."),
                code="password_too_long",
                params={"most": LONGEST},
            )

    def get_help_text(self) -> str:
        return _("It can have up to %(most)d characters.") % {"most": LONGEST}


class CommonPasswordValidator:
    """Refuses common passwords, also where a number at the end or a second helping makes them long enough."""

    def validate(self, password: str, user: Any = None) -> None:
        if is_common(password):
            raise ValidationError(
                _("Many people use this password or one like it. Choose another."),
                code="password_too_common",
            )

    def get_help_text(self) -> str:
        return _("It cannot be a password that many people use.")


@cache
def common() -> frozenset[str]:
    listed = Path(password_validation.__file__).with_name("common-passwords.txt.gz")
    with gzip.open(listed, "rt", encoding="utf-8") as lines:
        return frozenset(line.strip().lower() for line in lines) | OF_THE_FIELD


def is_common(password: str) -> bool:
    text = password.lower()
    if len(set(text)) < FEWEST_CHARACTERS or text in common():
        return True
    if any(text in row * 2 or text in row[::-1] * 2 for row in KEYBOARD):
        return True
    word = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", text)
    return word in common() or once(word) in common()


def once(text: str) -> str:
    """Return what `text` repeats, or all of it: passwordpassword is password."""
    beginnings = accumulate(text[: len(text) // 2])
    return next((part for part in beginnings if part * (len(text) // len(part)) == text), text)
