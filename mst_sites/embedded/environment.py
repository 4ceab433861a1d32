"""The environment variables that every program of the house is started with."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from mst_sites.embedded.places import House

SECRET_LENGTH = 64


# The last one would have every program compile the whole house anew each time that it starts.
LEFT_OUT = {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "PYTHONDONTWRITEBYTECODE"}


def of_the_machine() -> dict[str, str]:
    """Return the launcher's own environment without what would lead its programs astray."""
    return {
        name: value
        for name, value in os.environ.items()
        # PGHOST and its like would lead psql to another server.
        if name not in LEFT_OUT and not name.startswith("PG")
    }


def secret_key(house: House) -> str:
    """Return this house's secret, made once and readable by its owner alone."""
    path = house.var / "secret-key"
    try:
        return path.read_text()
    except FileNotFoundError:
        half_made = path.with_suffix(".making")
        half_made.unlink(missing_ok=True)
        half_made.touch(mode=0o600, exist_ok=False)
        half_made.write_text(secrets.token_urlsafe(SECRET_LENGTH))
        half_made.rename(path)
        return path.read_text()


def for_django(
    house: House, *, urls: Mapping[str, str], kind: str, libraries: Mapping[str, str], port: int
) -> dict[str, str]:
    """Return what manage.py, the web, the worker and the scheduler need to know."""
    # Production says all this itself, or the settings refuse to start.
    defaults = {
        "BASE_URL": f"http://127.0.0.1:{port}",
        "ALLOWED_HOSTS": "localhost 127.0.0.1 [::1] testserver",
        "SECRET_KEY": secret_key(house),
    }
    return {
        **({} if kind == "production" else defaults),
        **of_the_machine(),
        "DJANGO_SETTINGS_MODULE": "mst_sites.settings",
        "LANG": "C.UTF-8",
        "MST_ENV": kind,
        "MST_VAR": os.fspath(house.var),
        "PYTHONUNBUFFERED": "1",
        **urls,
        **libraries,
    }


def with_path(environment: Mapping[str, str], *folders: Path) -> dict[str, str]:
    """Put folders before the others in which programs are looked for."""
    path = os.pathsep.join([*map(os.fspath, folders), environment.get("PATH", os.defpath)])
    return {**environment, "PATH": path}
