"""Signing in: who gets in, with what, and what is told to those who do not."""

import pytest

from mst_sites.accounts.permissions import Role
from mst_sites.audit.models import AuditEntry
from tests.accounts.people import PASSWORD, app_code, with_app, with_password
from tests.factories import SiteFactory, person

pytestmark = pytest.mark.django_db


def test_person_signs_in_with_password_and_code(client):
    user = with_app(person(Role.MST_UK_STAFF))

    first = client.post("/account/sign-in/", {"login": user.email, "password": PASSWORD})
    second = client.post("/account/second-factor/code/", {"code": app_code(user)})

    assert (first.status_code, first["Location"]) == (302, "/account/second-factor/code/")
    assert (second.status_code, second["Location"]) == (302, "/")
    assert client.get("/account/").status_code == 200
    assert list(AuditEntry.objects.values_list("action", "actor", "details")) == [
        ("person.signed-in", user.pk, {"by": ["password", "totp"]})
    ]


def test_person_without_need_signs_in_with_password_alone(client):
    user = with_password(person(Role.STEERING_GROUP_MEMBER, site=SiteFactory()))

    response = client.post("/account/sign-in/", {"login": user.email, "password": PASSWORD})

    assert response["Location"] == "/"
    assert client.get("/").status_code == 200
