"""Each test begins with no attempt counted, and hashes passwords quickly unless it is about hashing."""

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def no_attempts():
    cache.clear()


@pytest.fixture(autouse=True)
def quick_passwords(request, settings):
    if not request.node.get_closest_marker("real_passwords"):
        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
