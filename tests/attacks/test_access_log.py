"""Secrets in addresses do not get into the log of requests."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.urls import reverse
from gunicorn.config import Config

from mst_sites.access_log import AccessLog

SECRET = "Zk3secretsecretsecretsecretsecretsecret0000"  # noqa: S105 - of nobody
WITH_A_SECRET = (
    reverse("milestone-feed", args=[SECRET]),
    reverse("invitation-accept", args=[SECRET]),
    reverse("account_reset_password_from_key", args=["1a", SECRET]),
)


def line_of(path):
    """Return what gunicorn writes of a request, all its parts."""
    log = AccessLog(Config())
    environ = {
        "REQUEST_METHOD": "GET",
        "RAW_URI": path,
        "PATH_INFO": path,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_REFERER": f"https://sites.example{path}",
    }
    answer = SimpleNamespace(status="200 OK", sent=1, headers=[])
    request = SimpleNamespace(headers=[("REFERER", f"https://sites.example{path}")])
    atoms = log.atoms(answer, request, environ, timedelta(seconds=1))
    return str(atoms)


@pytest.mark.parametrize("path", WITH_A_SECRET)
def test_secret_is_struck_out(path):
    line = line_of(path)

    assert SECRET not in line
    assert "***" in line


@pytest.mark.parametrize(
    "path", ["/sites/demo-dale/", "/milestones/?page=2", "/account/password/reset/sent/"]
)
def test_other_addresses_stay_as_they_are(path):
    assert f"GET {path} HTTP/1.1" in line_of(path)
