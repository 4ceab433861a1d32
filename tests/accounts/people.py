"""People who can prove who they are, and what they do to prove it."""

import re
import time

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import hotp_value
from django.conf import settings
from django.core import mail
from django.utils import timezone

from mst_sites.accounts import operations
from mst_sites.accounts.second_factors import SecondFactorAdapter
from mst_sites.audit.models import AuditEntry
from tests.factories import UserFactory

PASSWORD = "seventeen quiet herons"  # noqa: S105 - nobody's
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # noqa: S105 - nobody's
SIGN_IN = "/account/sign-in/"
CODE = "/account/second-factor/code/"


def with_password(user):
    user.set_password(PASSWORD)
    user.save()
    return user


def with_app(user):
    operations.give_totp(user=with_password(user), secret=SECRET, by=None)
    return user


def invited(**values):
    """Return somebody new and the address of the page that the invitation's link opens."""
    user = UserFactory(**values)
    _, token = operations.invite(user=user, now=timezone.now(), by=None)
    return user, f"/account/invitation/{token}/"


def code_of(secret, ahead=0):
    """Return what an app with this secret shows now, or some half-minutes later."""
    return f"{hotp_value(secret, int(time.time()) // 30 + ahead):06}"


def app_code(user, ahead=0):
    app = Authenticator.objects.get(user=user, type="totp")
    return code_of(SecondFactorAdapter().decrypt(app.data["secret"]), ahead)


def enter(client, user, ahead=0):
    """Sign in by the pages, as people do."""
    client.post(SIGN_IN, {"login": user.email, "password": PASSWORD})
    return client.post(CODE, {"code": app_code(user, ahead)})


def is_in(client):
    return client.get("/account/").status_code == 200


def actions():
    return list(AuditEntry.objects.of_site(None).values_list("action", flat=True))


def failures():
    """Return who did what with a second factor of whom in vain."""
    found = AuditEntry.objects.of_site(None).filter(action="second-factor.failed")
    return list(found.values_list("actor", "subject_id", "details"))


def link_in_mail():
    """Return the path of the only link in the newest mail."""
    [link] = re.findall(rf"{re.escape(settings.BASE_URL)}(/\S+)", mail.outbox[-1].body)
    return link
