"""What the tests of records share: a folder of their own for files, and a team with its supervisor."""

import pytest

from mst_sites.accounts.permissions import Role
from tests.factories import TeamFactory, person


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    backend = "django.core.files.storage.FileSystemStorage"
    default = {"BACKEND": backend, "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": default}
    return tmp_path


@pytest.fixture
def team():
    return TeamFactory()


@pytest.fixture
def supervisor(team):
    return person(Role.SUPERVISOR, team=team)
