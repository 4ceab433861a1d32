"""People who can prove who they are."""

import time

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import hotp_value

from mst_sites.accounts import operations
from mst_sites.accounts.second_factors import SecondFactorAdapter

PASSWORD = "seventeen quiet herons"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def with_password(user):
    user.set_password(PASSWORD)
    user.save()
    return user


def with_app(user):
    operations.give_totp(user=with_password(user), secret=SECRET, by=None)
    return user


def app_code(user, ahead=0):
    """Return what the app shows now, or some half-minutes later."""
    app = Authenticator.objects.get(user=user, type="totp")
    secret = SecondFactorAdapter().decrypt(app.data["secret"])
    return f"{hotp_value(secret, int(time.time()) // 30 + ahead):06}"


def in_session(client, email, user, code=None):
    """Sign in by the pages, as people do."""
    client.post("/account/sign-in/", {"login": email, "password": PASSWORD})
    return client.post("/account/second-factor/code/", {"code": code or app_code(user)})
