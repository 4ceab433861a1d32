"""Production refuses to start half configured, and the application as a role that row security does not hold."""

import os
import re
import runpy
import subprocess
import sys
from decimal import Decimal

import pytest
from django.conf import settings as present
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection, connections

from mst_sites import celery
from mst_sites.tenancy.checks import check_role, refuse_unfit_role, role_faults
from tests.world import rolled_back

SECRET = "p7Zk2-vQx9_Ld4Rw8-Ty6Mn1_Bs3Hc5-Jf0Ga7_Ue2Vi9-Ko4Xq8"  # noqa: S105 - of this test alone
PRODUCTION = {
    "MST_ENV": "production",
    "SECRET_KEY": SECRET,
    "BASE_URL": "https://sites.example.org",
    "ALLOWED_HOSTS": "sites.example.org",
    "DATABASE_URL": "postgres://mst_app@db.example.org/mst",
    "REDIS_URL": "redis://redis.example.org:6379/0",
    "EMAIL_URL": "smtp://mail.example.org:587",
    "DEFAULT_FROM_EMAIL": "sites@example.org",
}


@pytest.fixture
def production(monkeypatch):
    """Return a function that reads the settings afresh, as production would with some variables changed."""
    # The settings of accounts and delivery were read with the tests' variables: they are read afresh too.
    for name in [n for n in sys.modules if n.startswith("mst_sites.") and n.endswith(".settings")]:
        monkeypatch.delitem(sys.modules, name)

    def read(**changes):
        for name, value in {**PRODUCTION, **changes}.items():
            monkeypatch.delenv(name, raising=False)
            if value is not None:
                monkeypatch.setenv(name, value)
        return runpy.run_module("mst_sites.settings")

    return read


def test_production_starts_with_every_variable(production):
    found = production()

    assert found["DEBUG"] is False
    assert found["LOGGING"]["root"]["handlers"] == ["stderr"]
    assert found["ALLOWED_HOSTS"] == ["sites.example.org"]
    assert found["CSRF_TRUSTED_ORIGINS"] == ["https://sites.example.org"]


# Each number that an operator may give, with what is allowed.
NUMBERS = {
    "NOTE_DUE_WORKING_DAYS": "a whole number from 1 to 60",
    "NOTE_LOCKS_AFTER_DAYS": "a whole number from 1 to 365",
    "REVIEW_CLOSE_BY": "a number from 0 to 100",
    "TAM_R_FIRST_AFTER_DAYS": "a whole number from 1 to 365",
    "TAM_R_EVERY_DAYS": "a whole number from 1 to 365",
    "ADHERENCE_THRESHOLD": "a number from 0.01 to 1",
    "ENQUIRY_ANSWER_WORKING_DAYS": "a whole number from 1 to 60",
    "ENQUIRY_KEEP_MONTHS": "a whole number from 1 to 120",
    "TRUSTED_PROXY_COUNT": "a whole number from 0 to 10",
    "FILE_KEEP_DAYS": "a whole number from 1 to 3650",
    "MAIL_KEEP_DAYS": "a whole number from 1 to 3650",
    "DELIVERY_LEASE": "a number from 1 to 3600",
    "DELIVERY_WAKE_AGAIN": "a number from 1 to 3600",
    "DELIVERY_DOCUMENT_DELAY": "a number from 0.1 to 3600",
    "DELIVERY_MAIL_DELAY": "a number from 0.1 to 3600",
    "DELIVERY_SWEEP_EVERY": "a number from 0.1 to 3600",
    "EMAIL_PORT": "a whole number from 1 to 65535",
}
MAY_BE_NOUGHT = {"REVIEW_CLOSE_BY", "TRUSTED_PROXY_COUNT"}


@pytest.mark.parametrize("value", ["-1", "0", "99999999", "many", "nan"])
@pytest.mark.parametrize("name", NUMBERS)
def test_number_that_makes_no_sense_stops_the_start_and_is_named(production, name, value):
    # A port in EMAIL_URL would stand before EMAIL_PORT.
    changes = {"EMAIL_URL": "smtp://mail.example.org", name: value}
    if value == "0" and name in MAY_BE_NOUGHT:
        production(**changes)
        return

    with pytest.raises(ImproperlyConfigured) as refused:
        production(**changes)

    assert str(refused.value) == f"{name} must be {NUMBERS[name]}, not {value!r}."


def test_number_that_is_given_counts_and_an_empty_one_is_the_default(production):
    found = production(TAM_R_EVERY_DAYS="30", NOTE_DUE_WORKING_DAYS="", REVIEW_CLOSE_BY="2.5")

    assert found["TAM_R_EVERY_DAYS"] == 30
    assert found["NOTE_DUE_WORKING_DAYS"] == 3
    assert found["REVIEW_CLOSE_BY"] == Decimal("2.5")


def test_every_number_of_the_environment_has_its_bounds():
    files = [present.BASE_DIR / "mst_sites" / "settings.py"]
    files += (present.BASE_DIR / "mst_sites").glob("*/settings.py")
    texts = "".join(path.read_text() for path in files)

    assert set(re.findall(r'numbers\.\w+\(\s*"(\w+)"', texts)) == set(NUMBERS)
    assert not re.search(r"(int|float|Decimal)\(\s*(os\.)?environ", texts)


@pytest.mark.parametrize(
    ("written", "read"), [(None, None), ("", None), ("clamav:3310", ("clamav", 3310))]
)
def test_production_knows_its_virus_scanner_if_it_has_one(production, written, read):
    assert production(CLAMAV_ADDRESS=written)["CLAMAV_ADDRESS"] == read


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"SECRET_KEY": None}, "Set SECRET_KEY"),
        ({"SECRET_KEY": ""}, "Set SECRET_KEY"),
        (
            {"SECRET_KEY": "development-only-secret-that-production-refuses-to-start-with"},
            "SECRET_KEY must be a random text",
        ),
        ({"SECRET_KEY": SECRET[:49]}, "SECRET_KEY must be a random text"),
        ({"SECRET_KEY": "x" * 60}, "SECRET_KEY must be a random text"),
        ({"SECRET_KEY_FALLBACKS": f"{SECRET} short"}, "SECRET_KEY must be a random text"),
        ({"DEBUG": "1"}, "DEBUG cannot be switched on"),
        ({"DEBUG": "True"}, "DEBUG cannot be switched on"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS must name hosts"),
        ({"ALLOWED_HOSTS": "sites.example.org *"}, "ALLOWED_HOSTS must name hosts"),
        ({"ALLOWED_HOSTS": None}, "Set ALLOWED_HOSTS"),
        ({"BASE_URL": "http://sites.example.org"}, "BASE_URL must begin with https"),
        ({"BASE_URL": None}, "Set BASE_URL"),
        ({"DATABASE_URL": None}, "Set DATABASE_URL"),
        ({"REDIS_URL": None}, "Set REDIS_URL"),
        ({"EMAIL_URL": None}, "Set EMAIL_URL"),
        ({"DEFAULT_FROM_EMAIL": None}, "Set DEFAULT_FROM_EMAIL"),
        ({"DEFAULT_FROM_EMAIL": ""}, "Set DEFAULT_FROM_EMAIL"),
        ({"MST_ENV": "prod"}, "MST_ENV must be"),
        ({"CLAMAV_ADDRESS": "clamav"}, "CLAMAV_ADDRESS must be"),
    ],
)
def test_production_refuses_to_start(production, changes, words):
    with pytest.raises(ImproperlyConfigured, match=words):
        production(**changes)


def test_production_keeps_its_cookies_to_itself(production):
    found = production()

    assert found["SESSION_COOKIE_NAME"] == "__Host-session"
    assert found["CSRF_COOKIE_NAME"] == "__Host-csrf"
    for cookie in ("SESSION_COOKIE", "CSRF_COOKIE", "LANGUAGE_COOKIE"):
        assert found[f"{cookie}_SECURE"] is True
        assert found[f"{cookie}_HTTPONLY"] is True
        assert found[f"{cookie}_SAMESITE"] == "Lax"
    assert found["SECURE_SSL_REDIRECT"] is True
    assert found["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert found["SECURE_HSTS_INCLUDE_SUBDOMAINS"] is True
    assert found["SECURE_HSTS_PRELOAD"] is True


def test_development_has_a_default_for_everything(production):
    found = production(**{**dict.fromkeys(PRODUCTION), "MST_ENV": "development"})

    assert found["DEBUG"] is True


def test_production_passes_djangos_own_check():
    """The check of deployment, but for the database's role, which has a test below."""
    done = run("manage.py", "check", "--deploy", "--fail-level", "WARNING")

    assert done.returncode == 0, done.stderr


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/kit/", "/kit/progress/"])
def test_production_does_not_serve_the_components(client, settings, address):
    settings.IS_PRODUCTION = True

    assert client.get(address).status_code == 404


def run(*words, **environment):
    clean = {n: v for n, v in os.environ.items() if not n.startswith("DJANGO_")}
    return subprocess.run(  # noqa: S603 - our own words
        [sys.executable, *words],
        cwd=present.BASE_DIR,
        env={**clean, **PRODUCTION, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


# The role of the database


@pytest.fixture
def connect_as(db):
    """Return a function that lets the application connect as another role."""
    default = connections["default"]
    before = dict(default.settings_dict)

    def connect(role):
        default.close()
        default.settings_dict["USER"] = role

    yield connect
    default.close()
    default.settings_dict.update(before)


@pytest.mark.django_db
def test_the_applications_role_is_fit():
    assert role_faults() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("role", "fault"),
    [
        ("mst_owner", "owns tables, may create tables, may empty tables"),
        ("mst_backup", "may bypass row security"),
    ],
)
def test_application_refuses_to_start_as_another_role(connect_as, role, fault):
    connect_as(role)

    with pytest.raises(ImproperlyConfigured, match=fault):
        refuse_unfit_role()
    assert [error.id for error in check_role(databases=["default"])] == ["tenancy.E001"] * (
        fault.count(",") + 1
    )


@pytest.mark.django_db(transaction=True)
def test_application_refuses_to_start_as_a_superuser_or_as_who_may_become_another(connect_as):
    """Who may SET ROLE is whoever they may become. Each grant is rolled back: roles are the whole server's."""
    connect_as("postgres")
    found = {"postgres itself": role_faults()}

    for other in ("nobody", "postgres", "mst_backup", "mst_owner"):
        with rolled_back(), connection.cursor() as cursor:
            if other != "nobody":
                cursor.execute(f"grant {other} to mst_app")
            cursor.execute("set local session authorization mst_app")
            found[other] = role_faults()

    becomes = "may become another role that row security does not hold"
    assert "is a superuser" in found.pop("postgres itself")
    assert found == {
        "nobody": [],
        "postgres": [becomes],
        "mst_backup": [becomes],
        "mst_owner": ["may create tables", "may empty tables", becomes],
    }


@pytest.mark.parametrize(
    "start",
    [
        ("-c", "import mst_sites.wsgi"),
        ("-m", "celery", "--app=mst_sites.celery:app", "worker", "--pool=solo"),
    ],
    ids=["web", "worker"],
)
def test_web_and_worker_stop_as_the_owner(start, template):
    done = run(*start, MST_ENV="test", **as_owner_of(template))

    assert done.returncode == 1
    assert "The role in DATABASE_URL owns tables" in done.stderr


@pytest.mark.django_db(transaction=True)
def test_worker_stops_when_its_role_cannot_be_looked_at(connect_as):
    connect_as("nobody_of_this_name")

    with pytest.raises(SystemExit, match="nobody_of_this_name"):
        celery.refuse_unfit_role()


def as_owner_of(name):
    base, _, _ = os.environ["OWNER_DATABASE_URL"].rpartition("/")
    return {
        "DJANGO_SETTINGS_MODULE": "mst_sites.settings",
        "DATABASE_URL": f"{base}/{name}",
        "BASE_URL": "http://localhost:8000",
    }


@pytest.mark.django_db
def test_check_command_reports_the_role(capsys):
    call_command("check", "--deploy", "--tag", "row_security", "--database", "default")

    assert "no issues" in capsys.readouterr().out
    assert connection.settings_dict["USER"] == "mst_app"
