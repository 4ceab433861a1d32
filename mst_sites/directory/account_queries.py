"""What people see of their own account: sessions and second factors."""

from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.utils.translation import gettext as _

from mst_sites.accounts.middleware import SEEN
from mst_sites.accounts.models import User

# The first that is found names the thing: every browser claims to be several others.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)
LONGEST_NUMBER = 18  # digits that PostgreSQL's bigint is sure to hold


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A place where somebody is signed in."""

    id: int
    device: str
    ip_address: str
    began_at: datetime
    seen_at: datetime | None
    is_current: bool


@dataclass(frozen=True, slots=True)
class Factors:
    """The second factors of one person."""

    app: Authenticator | None
    passkeys: list[Authenticator]
    codes_left: int | None

    @property
    def is_set_up(self) -> bool:
        return bool(self.app or self.passkeys)


def open_sessions(*, user: User, current: str | None) -> list[OpenSession]:
    """Return where somebody is signed in, this place first, then the newest."""
    found: list[Any] = UserSession.objects.purge_and_list(user)
    sessions = [open_session(row, current) for row in found]
    return sorted(sessions, key=lambda s: (not s.is_current, -s.began_at.timestamp()))


def session_of(*, user: User, number: str) -> UserSession | None:
    """Return one of a person's own sessions; None if it is not theirs or has ended already."""
    if not number.isdecimal() or len(number) > LONGEST_NUMBER:
        return None
    return UserSession.objects.filter(user=user, pk=number).first()


def open_session(row: UserSession, current: str | None) -> OpenSession:
    store = import_module(settings.SESSION_ENGINE).SessionStore(row.session_key)
    seen = store.get(SEEN)
    return OpenSession(
        id=row.pk,
        device=device_of(row.user_agent),
        ip_address=row.ip,
        began_at=row.created_at,
        seen_at=datetime.fromtimestamp(seen, UTC) if seen else None,
        is_current=row.session_key == current,
    )


def device_of(user_agent: str) -> str:
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("A browser that does not say what it is")


def factors_of(user: User) -> Factors:
    rows = list(Authenticator.objects.filter(user=user).order_by("created_at", "pk"))
    by_type = {row.type: row for row in rows}
    codes = by_type.get(Authenticator.Type.RECOVERY_CODES)
    return Factors(
        app=by_type.get(Authenticator.Type.TOTP),
        passkeys=[row for row in rows if row.type == Authenticator.Type.WEBAUTHN],
        codes_left=len(codes.wrap().get_unused_codes()) if codes else None,
    )
