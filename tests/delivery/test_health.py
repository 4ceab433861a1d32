"""Health tells the truth, also while PostgreSQL is away."""

from datetime import timedelta
from typing import NamedTuple

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from mst_sites.delivery import health, waking
from mst_sites.delivery.models import Heartbeat


class Usage(NamedTuple):
    total: int
    used: int
    free: int


@pytest.fixture(autouse=True)
def fine(monkeypatch):
    monkeypatch.setattr(waking, "broker_answers", lambda: True)
    monkeypatch.setattr("shutil.disk_usage", lambda path: Usage(100, 50, 50))


@pytest.mark.parametrize("is_there", [True, False])
def test_disk_is_the_one_on_which_files_are_kept(settings, monkeypatch, tmp_path, is_there):
    files = tmp_path / "files"
    if is_there:
        files.mkdir()
    options = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": files},
    }
    settings.STORAGES = {**settings.STORAGES, "default": options}
    free = {files if is_there else tmp_path: 9}
    monkeypatch.setattr("shutil.disk_usage", lambda path: Usage(100, 50, free.get(path, 50)))

    assert health.disk() == "9% free"


@pytest.fixture
def swept(db):
    return Heartbeat.objects.create(name="sweep", beaten_at=timezone.now())


@pytest.mark.django_db
@pytest.mark.no_scope
def test_healthz_asks_nobody(client, queries):
    with queries(0):
        response = client.get("/healthz")

    assert response.json() == {"status": "ok"}
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
@pytest.mark.no_scope
def test_readyz_of_a_house_that_works(client, swept):
    response = client.get("/readyz")

    assert (response.status_code, response.json()) == (
        200,
        {
            "status": "ok",
            "database": "ok",
            "migrations": "ok",
            "sweep": "ok",
            "redis": "ok",
            "disk": "ok",
            "pdf": "ok",
        },
    )


@pytest.mark.django_db
@pytest.mark.no_scope
@pytest.mark.parametrize("part", ["redis", "disk", "sweep"])
def test_readyz_tells_slow_from_down(client, swept, monkeypatch, part):
    if part == "redis":
        monkeypatch.setattr(waking, "broker_answers", lambda: False)
    elif part == "disk":
        monkeypatch.setattr("shutil.disk_usage", lambda path: Usage(100, 91, 9))
    else:
        Heartbeat.objects.update(beaten_at=timezone.now() - timedelta(seconds=61))

    response = client.get("/readyz")

    assert response.status_code == 200
    assert response.json()["status"] == "degraded"
    assert [name for name, word in response.json().items() if word != "ok"] == ["status", part]
    assert client.get("/readyz?strict").status_code == 503


@pytest.mark.django_db
@pytest.mark.no_scope
def test_readyz_tells_whether_the_virus_scanner_is_there(client, swept, settings, scanner):
    there = client.get("/readyz").json()
    settings.CLAMAV_ADDRESS = ("127.0.0.1", 1)
    away = client.get("/readyz")

    assert (there["status"], there["scanner"]) == ("ok", "ok")
    assert (away.status_code, away.json()["status"]) == (200, "degraded")
    assert away.json()["scanner"] == "does not answer: new files wait"
    assert client.get("/readyz?strict").status_code == 503


@pytest.mark.django_db
@pytest.mark.no_scope
def test_readyz_is_down_while_migrations_wait(client, swept, monkeypatch):
    monkeypatch.setattr(health._Known, "is_migrated", False)
    monkeypatch.setattr(health, "unapplied", lambda: 2)

    response = client.get("/readyz")

    assert (response.status_code, response.json()["migrations"]) == (503, "not all applied")


def test_readyz_is_down_without_a_database(client, monkeypatch):
    def refuse(*args, **kwargs):
        raise OperationalError("no server: secret words of the connection")

    monkeypatch.setattr(connection, "cursor", refuse)

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["database"] == "does not answer"
    assert "secret" not in response.content.decode()
