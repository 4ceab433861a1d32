"""What every test may ask for: a database of its own, people with roles, a count of queries."""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

os.environ.setdefault("MST_ENV", "test")
os.environ.setdefault(
    "DJANGO_ALLOW_ASYNC_UNSAFE", "true"
)  # Playwright's loop runs in the tests' thread

import pytest
from allauth.account.internal.flows.login import record_authentication
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.cache import cache
from django.db import connection, connections
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.test import Client, TransactionTestCase, client
from django.test.utils import CaptureQueriesContext, override_settings
from django.utils import translation
from hypothesis import HealthCheck, settings

from mst_sites.accounts.middleware import begin
from mst_sites.accounts.settings import PASSWORD_HASHERS
from mst_sites.celery import app
from mst_sites.embedded.packages import BROWSER
from mst_sites.memory import settle
from mst_sites.tenancy.scope import whole_scope
from tests import database
from tests.clamav import scanner, scanner_away  # noqa: F401 - fixtures
from tests.rollbacks import broken_at_last  # noqa: F401 - a fixture
from tests.turns import Turns, turn
from tests.verapdf import verapdf  # noqa: F401 - a fixture
from tests.world import live_world, world, world_database  # noqa: F401 - fixtures

# A busy machine is no fault of what is tested.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

# Statements that only a nested transaction makes: in the tests every request is one, in production none.
OF_NESTING = re.compile(
    r"^(SAVEPOINT|RELEASE|ROLLBACK|BEGIN|COMMIT|select coalesce\(current_setting|select set_config)"
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: turn(item.nodeid.split("::", 1)[0]))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Turns:
    return Turns(config, log)


@pytest.fixture(scope="session")
def template(django_db_blocker: Any) -> str:
    """Return the name of the migrated database that the tests copy, whoever needs it first."""
    with django_db_blocker.unblock():
        return database.build_template()


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any, template: str, worker_id: str) -> Iterator[None]:
    """Give each test process a copy of the migrated template."""
    with django_db_blocker.unblock():
        name = f"mst_test_{worker_id}_{os.getpid()}"
        database.copy_template(template, name)
        connections["default"].settings_dict["NAME"] = name
        TransactionTestCase._fixture_teardown = lambda self: database.copy_template(template, name)
        yield
        database.drop(name)


@pytest.fixture(scope="session", autouse=True)
def few_collections() -> None:
    """Look for garbage as seldom as production does: with all tests loaded it took a fifth of the time."""
    settle()


# Templates of parts of pages, drawn by the hundred: what they were given no test asks for.
PARTS = ("components/", "bootstrap5/", "django/forms/")


@pytest.fixture(scope="session", autouse=True)
def few_contexts() -> Iterator[None]:
    """Keep of a page what its own templates were given, and not a copy for each of its fifty parts."""
    keep_all = client.store_rendered_templates

    def keep(store: dict[str, Any], signal: Any, sender: Any, template: Any, **more: Any) -> None:
        if not (template.name or "").startswith(PARTS):
            keep_all(store, signal, sender, template, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(client, "store_rendered_templates", keep)
        yield


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Hash passwords quickly: Argon2 fills 100 MiB for each, and the tests hash hundreds."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(autouse=True)
def real_passwords(request: pytest.FixtureRequest) -> Iterator[None]:
    """Hash passwords as production does in a test that is marked so."""
    if not request.node.get_closest_marker("real_passwords"):
        yield
        return
    with override_settings(PASSWORD_HASHERS=PASSWORD_HASHERS):
        yield


@pytest.fixture(scope="session", autouse=True)
def quiet_broker() -> None:
    """Keep what the tests commit from waking the workers of a demo that runs beside them."""
    app.conf.broker_url = "memory://"


@pytest.fixture(autouse=True)
def default_language() -> None:
    """Forget the language of the last request: the next one sets its own, but not every test makes one."""
    translation.deactivate()


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    """Forget how often the people of the tests' world have asked for something: each test begins anew."""
    cache.clear()


@pytest.fixture(autouse=True)
def scope(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let a test make and read rows of every site, unless it is marked `no_scope` or commits its transactions."""
    marker = request.node.get_closest_marker("django_db")
    if (
        marker is None
        or marker.kwargs.get("transaction")
        or request.node.get_closest_marker("no_scope")
    ):
        yield
        return
    request.getfixturevalue("db")
    with whole_scope():
        yield


@pytest.fixture
def welsh(settings: Any) -> None:
    """Let people choose Welsh, as they will when there are texts in it."""
    settings.LANGUAGES = [("en-gb", "English"), ("cy", "Welsh")]


@pytest.fixture
def queries() -> Callable[[int], AbstractContextManager[None]]:
    """Return a context that demands a literal number of queries."""

    @contextmanager
    def exactly(number: int) -> Iterator[None]:
        with CaptureQueriesContext(connection) as captured:
            yield
        asked = [q["sql"] for q in captured.captured_queries if not OF_NESTING.match(q["sql"])]
        assert len(asked) == number, "\n".join([f"{len(asked)} queries:", *asked])

    return exactly


def signed_in_client(user: object, known: Client | None = None) -> Client:
    """Return a client of a person who has proved who they are, twice."""
    person = known or Client()
    person.force_login(user)
    request = HttpRequest()
    request.session = person.session
    begin(request.session)
    for method in ("password", "mfa"):
        record_authentication(request, user, method=method)
    request.session.save()
    return person


@pytest.fixture(scope="session")
def sign_in() -> Callable[..., Client]:
    """Return a function that gives a client of a person who has proved who they are, twice."""
    return signed_in_client


@pytest.fixture(scope="session")
def kept_files() -> Iterator[None]:
    """Let a browser keep style sheets and scripts from page to page, as it does in production."""
    serve = StaticFilesHandler.serve

    def served(self: StaticFilesHandler, request: HttpRequest) -> HttpResponseBase:
        response = serve(self, request)
        response["Cache-Control"] = "max-age=3600"
        return response

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StaticFilesHandler, "serve", served)
        yield


@pytest.fixture(scope="session")
def chromium(kept_files: None) -> Iterator[Any]:
    """Start one browser for all tests of a process; it asks nothing of the network."""
    from playwright.sync_api import sync_playwright

    quiet = (
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        "--disable-quic",
    )
    # While Playwright's loop runs, Django keeps the connections of this thread in another place: what is open on
    # either side would be lost to `close_all`, and hold its database, when the sides change.
    connections.close_all()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=[*quiet])
        yield browser
        browser.close()
        connections.close_all()


class AuditFailedError(Exception):
    """What `broken_audit` raises."""


@pytest.fixture
def broken_audit(monkeypatch: pytest.MonkeyPatch) -> type[Exception]:
    """Let recording fail after everything else was written, to show that an operation then leaves nothing behind."""

    def fail(*args: object, **kwargs: object) -> None:
        raise AuditFailedError

    monkeypatch.setattr("mst_sites.audit.operations.record", fail)
    return AuditFailedError
