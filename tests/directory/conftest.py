"""Whoever manages the directory: MST UK's lead, with a password, signed in as `client`."""

from collections.abc import Callable

import pytest
from django.test import Client

from mst_sites.accounts.models import User
from mst_sites.accounts.permissions import Role
from tests.accounts.people import with_password
from tests.factories import person


@pytest.fixture
def lead() -> User:
    return with_password(person(Role.MST_UK_LEAD))


@pytest.fixture
def client(lead: User, sign_in: Callable[[User], Client]) -> Client:
    return sign_in(lead)
