"""The compose file and the image: by the specification, and with all that the settings demand."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.core.files.base import ContentFile
from django.utils.module_loading import import_string
from jsonschema import Draft7Validator

CHECKOUT: Path = settings.BASE_DIR
COMPOSE = CHECKOUT / "docker-compose.yml"
SCHEMA = Path(__file__).parent / "compose-spec" / "compose-spec.json"
APPLICATION = ("web", "worker", "scheduler", "migrate")
SECRETS = {
    "SECRET_KEY",
    "POSTGRES_PASSWORD",
    "MST_OWNER_PASSWORD",
    "MST_APP_PASSWORD",
    "MST_BACKUP_PASSWORD",
    "EMAIL_URL",
}
GIVEN = {
    "SECRET_KEY": "0123456789abcdef" * 4,
    "POSTGRES_PASSWORD": "postgrespassword",
    "MST_OWNER_PASSWORD": "ownerpassword",
    "MST_APP_PASSWORD": "apppassword",
    "MST_BACKUP_PASSWORD": "backuppassword",
    "EMAIL_URL": "smtp://user:password@mail.example.org:587",
    "BASE_URL": "https://sites.example.org",
    "ALLOWED_HOSTS": "sites.example.org",
    "DEFAULT_FROM_EMAIL": "MST Sites <sites@example.org>",
}
VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?P<rule>:[?-])?(?P<rest>[^}]*)\}")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load(COMPOSE.read_text())


def interpolated(value: str) -> str:
    """Replace variables as compose does, with what is given and the file's own defaults."""

    def replace(match: re.Match[str]) -> str:
        if match["rule"] == ":?":
            return GIVEN[match["name"]]
        return GIVEN.get(match["name"], match["rest"] if match["rule"] == ":-" else "")

    return VARIABLE.sub(replace, value)


def environment_of(compose: dict[str, Any], service: str) -> dict[str, str]:
    variables = compose["services"][service]["environment"]
    return {name: interpolated(str(value)) for name, value in variables.items()}


def violations(document: object) -> list[str]:
    validator = Draft7Validator(json.loads(SCHEMA.read_text()))
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)]


def test_compose_file_is_as_the_specification_says(compose: dict[str, Any]) -> None:
    assert violations(compose) == []


def test_specification_would_find_a_mistake(compose: dict[str, Any]) -> None:
    services = {**compose["services"], "web": {**compose["services"]["web"], "heathcheck": {}}}

    assert len(violations({**compose, "services": services})) == 1


def test_compose_file_holds_no_secret_and_demands_each(compose: dict[str, Any]) -> None:
    demanded = {m["name"] for m in VARIABLE.finditer(COMPOSE.read_text()) if m["rule"] == ":?"}

    assert demanded == set(GIVEN)
    assert demanded >= SECRETS
    for service in compose["services"].values():
        for name, value in service.get("environment", {}).items():
            if re.search("PASSWORD|SECRET|_URL$", name) and name != "REDIS_URL":
                assert VARIABLE.search(str(value)), name


def test_compose_file_supplies_every_setting_that_production_demands(
    compose: dict[str, Any],
) -> None:
    source = (CHECKOUT / "mst_sites" / "settings.py").read_text()
    demanded = set(re.findall(r'required_in_production\(\s*"(\w+)"', source))

    assert demanded >= {"SECRET_KEY", "DATABASE_URL", "REDIS_URL", "BASE_URL", "ALLOWED_HOSTS"}
    for service in APPLICATION:
        assert demanded <= set(environment_of(compose, service)), service


@pytest.mark.parametrize("missing", [None, "SECRET_KEY", "EMAIL_URL"])
def test_settings_start_with_what_the_compose_file_supplies_and_no_less(
    compose: dict[str, Any], missing: str | None
) -> None:
    environment = environment_of(compose, "web")
    environment.pop(missing, None)

    done = subprocess.run(
        [sys.executable, "-c", "import django; django.setup()"],
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "mst_sites.settings",
            **environment,
        },
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )

    if missing is None:
        assert done.returncode == 0, done.stderr
    else:
        assert done.returncode != 0
        assert missing in done.stderr.splitlines()[-1]


def test_only_the_migrations_connect_as_the_owner(compose: dict[str, Any]) -> None:
    roles = {
        service: environment_of(compose, service)["DATABASE_URL"].split("//")[1].split(":")[0]
        for service in APPLICATION
    }

    assert roles == {
        "web": "mst_app",
        "worker": "mst_app",
        "scheduler": "mst_app",
        "migrate": "mst_owner",
    }
    for service in APPLICATION:
        assert "OWNER_DATABASE_URL" not in environment_of(compose, service)


def test_every_service_is_watched_and_the_application_has_no_privileges(
    compose: dict[str, Any],
) -> None:
    for name, service in compose["services"].items():
        if name != "migrate":
            assert service["healthcheck"]["test"], name
    for name in APPLICATION:
        service = compose["services"][name]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
    assert compose["services"]["postgres"]["networks"] == ["inside"]
    assert compose["services"]["redis"]["networks"] == ["inside"]
    assert [name for name, service in compose["services"].items() if "ports" in service] == ["web"]


def test_worker_that_is_told_to_stop_may_finish_what_it_has_begun(compose: dict[str, Any]) -> None:
    worker = compose["services"]["worker"]

    assert "REMAP_SIGTERM" not in worker["environment"], "it would stop at once"
    assert int(worker["stop_grace_period"].removesuffix("s")) > settings.CELERY_TASK_TIME_LIMIT


def test_data_are_in_named_volumes_and_the_roles_are_made_by_the_one_file(
    compose: dict[str, Any],
) -> None:
    mounts = [
        mount.split(":")
        for service in compose["services"].values()
        for mount in service.get("volumes", [])
    ]
    named = {source for source, *_ in mounts if not source.startswith(".")}
    files = [source for source, *_ in mounts if source.startswith(".")]

    assert named == set(compose["volumes"])
    assert files == ["./mst_sites/embedded/roles.sql"]
    assert (CHECKOUT / files[0]).is_file()


def test_image_runs_as_an_ordinary_user_on_a_named_base() -> None:
    lines = (CHECKOUT / "Dockerfile").read_text().splitlines()
    bases = [line.split()[1] for line in lines if line.startswith("FROM")]

    assert set(bases) == {"python:3.13-slim-bookworm"}
    assert [line for line in lines if line.startswith("USER")] == ["USER mst"]
    assert lines.index("USER mst") < next(i for i, x in enumerate(lines) if x.startswith("CMD"))


def test_image_is_given_everything_that_the_application_is_made_of() -> None:
    sent = {
        line[1:].split("/")[0]
        for line in (CHECKOUT / ".dockerignore").read_text().splitlines()
        if line.startswith("!")
    }
    packages = {
        app.split(".")[0]
        for app in settings.INSTALLED_APPS
        if (CHECKOUT / app.split(".")[0]).is_dir()
    }

    assert sent == {"manage.py", "requirements", "static", "templates", *packages}


def test_image_serves_static_files_that_root_collected_and_keeps_uploads_closed(
    tmp_path: Path,
) -> None:
    modes = {}
    for alias, facts in settings.STORAGES.items():
        options = {**facts.get("OPTIONS", {}), "location": tmp_path / alias}
        storage = import_string(facts["BACKEND"])(**options)
        path = Path(storage.path(storage.save("file", ContentFile(b"words"))))
        modes[alias] = path.stat().st_mode & 0o777

    assert modes == {"default": 0o600, "staticfiles": 0o644}
