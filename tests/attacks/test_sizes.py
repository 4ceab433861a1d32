"""What is too large, too many or too deep is refused in the application too, and stumbled over nowhere."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from mst_sites.accounts.permissions import Role
from tests.guards.test_role_matrix import client_of

FORM = "application/x-www-form-urlencoded"
FIELDS = ("login", "email", "credential", "name", "provider", "version")
MILLION = "9" * 1_000_000

# Sends something at an address, and says what may come of it.
TOO_MUCH = {
    "25 MB": (lambda c, to: c.post(to, b"x=" + b"x" * 25_000_000, content_type=FORM), {400}),
    "25 MB in a field": (lambda c, to: c.post(to, {"name": "x" * 25_000_000}), {400}),
    "2,001 fields": (lambda c, to: c.post(to, {f"f{n}": "" for n in range(2_001)}), {400}),
    "1,000 fields": (
        lambda c, to: c.post(to, {f"f{n}": "" for n in range(1_000)}),
        {200, 302, 422},
    ),
    "8 kB of header": (lambda c, to: c.post(to, headers={"x-long": "x" * 8_192}), {200, 302, 422}),
    "8 kB of cookie": (lambda c, to: c.post(to, headers={"cookie": "x" * 8_192}), {200, 302, 422}),
    "a million digits": (
        lambda c, to: c.post(to, dict.fromkeys(FIELDS, MILLION)),
        {200, 302, 422},
    ),
    "deep JSON": (
        lambda c, to: c.post(to, dict.fromkeys(FIELDS, "[" * 100_000)),
        {200, 302, 422},
    ),
    "JSON for a body": (
        lambda c, to: c.post(to, "[" * 100_000, content_type="application/json"),
        {200, 302, 400, 422},
    ),
    "a page of a million digits": (lambda c, to: c.get(to, {"page": MILLION}), {200, 302}),
}


@pytest.mark.parametrize("name", TOO_MUCH)
def test_too_much_is_refused(world, name):
    send, expected = TOO_MUCH[name]
    nobody, lead = (client_of(world, column) for column in ("nobody", "lead"))
    nobody.raise_request_exception = False
    cache.clear()

    found = {
        to: send(client, reverse(to, args=place)).status_code
        for client, to, *place in (
            (nobody, "account_login"),
            (nobody, "account_reset_password"),
            (nobody, "mfa_login_webauthn"),
            (lead, "site-change", world.north.site.slug),
            (lead, "person-change", world.person(Role.THERAPIST).pk),
        )
    }

    assert {to: status for to, status in found.items() if status not in expected} == {}
