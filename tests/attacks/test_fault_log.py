"""A fault is written down under the number that its page shows, and without what people had typed."""

import io
import logging

import pytest
from celery import shared_task
from django.test import Client
from django.urls import reverse

from mst_sites.accounts.permissions import Role
from mst_sites.fault_log import FaultFormatter
from tests.attacks.faulty_urls import FAULTY

CANARY = "bullfinch"  # what somebody typed
TOKEN = "Zk3secretsecretsecretsecretsecretsecret0000"  # noqa: S105 - of nobody
# `answers_500` makes its own page.
WITH_A_PAGE = [view.__name__ for view in FAULTY if view.__name__ != "answers_500"]


@pytest.fixture
def faulty(settings):
    settings.ROOT_URLCONF = "tests.attacks.faulty_urls"


@pytest.fixture
def log(monkeypatch):
    """What the application's own handler writes, as in production."""
    written = io.StringIO()
    handlers = logging.getLogger().handlers
    [handler] = [each for each in handlers if isinstance(each.formatter, FaultFormatter)]
    monkeypatch.setattr(handler, "stream", written)
    return written


@pytest.mark.parametrize("name", WITH_A_PAGE)
def test_number_of_a_fault_is_on_the_page_in_the_header_and_in_the_log(
    live_world, faulty, log, name
):
    page = Client(raise_request_exception=False).get(f"/faulty/{name}/")

    number = page["X-Request-ID"]
    assert page.status_code == 500
    assert number in page.content.decode()
    line = f"ERROR django.request [{number}] Internal Server Error: /faulty/{name}/"
    assert log.getvalue().count(line) == 1


@pytest.mark.parametrize(
    ("name", "causes"),
    [
        ("repeats_what_was_typed", ["builtins.ValueError\n", "faulty_urls.FaultError\n"]),
        (
            "breaks_constraint",
            ["CheckViolation (tenancy_team_version_check)\n", "IntegrityError\n"],
        ),
    ],
)
def test_log_says_where_it_went_wrong_and_not_what_was_typed(live_world, faulty, log, name, causes):
    client = live_world.client(live_world.country[Role.MST_UK_LEAD])

    client.post(f"/faulty/{name}/", {"typed": CANARY}, QUERY_STRING=f"q={CANARY}")

    told = log.getvalue()
    assert f"in {name}\n" in told
    assert [cause for cause in causes if cause not in told] == []
    assert told.index(causes[0]) < told.index(causes[1])
    assert CANARY not in told


def test_secret_of_a_faulty_address_is_not_in_the_log(live_world, faulty, log):
    Client(raise_request_exception=False).get(f"/faulty/invitation/{TOKEN}/")

    assert "Internal Server Error: /faulty/invitation/***/" in log.getvalue()
    assert TOKEN not in log.getvalue()


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/nothing/here/", {}, 404),
        (reverse("invitation-accept", args=[TOKEN]), {}, 410),
        ("/", {"host": "evil.example"}, 400),
    ],
)
def test_refusal_has_a_number_and_is_no_fault(world, log, path, headers, status):
    page = Client(raise_request_exception=False).get(path, headers=headers)

    assert page.status_code == status
    assert len(page["X-Request-ID"]) == 36
    assert log.getvalue() == ""


def test_forged_host_is_told_its_number(world):
    page = Client(raise_request_exception=False).get("/", headers={"host": "evil.example"})

    assert page["X-Request-ID"] in page.content.decode()


@shared_task
def fails(typed):
    raise ValueError(typed)


def test_log_of_a_worker_does_not_repeat_what_was_typed(caplog):
    fails.apply(args=[CANARY])

    [record] = [each for each in caplog.records if each.levelname == "ERROR"]
    told = FaultFormatter().format(record)
    assert "in fails" in told
    assert "builtins.ValueError" in told
    assert CANARY not in told
