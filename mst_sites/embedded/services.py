"""PostgreSQL and Redis of one house: the user's own, those that already run, or started for a while."""

import fcntl
import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from mst_sites.embedded import places, ports
from mst_sites.embedded.console import CannotGoOn, say
from mst_sites.embedded.environment import of_the_machine
from mst_sites.embedded.places import House
from mst_sites.embedded.postgres import Postgres
from mst_sites.embedded.processes import is_alive
from mst_sites.embedded.redis import Redis

VARIABLES = ("DATABASE_URL", "OWNER_DATABASE_URL", "BACKUP_DATABASE_URL", "REDIS_URL")
DEMO = "demo"  # the purpose that does not end by itself
PATIENCE = 120.0  # seconds to wait for another command that has the services


@dataclass(frozen=True)
class Services:
    """The addresses of the services, and the servers where they are ours."""

    urls: Mapping[str, str]
    postgres: Postgres
    redis: Redis
    owns_postgres: bool
    owns_redis: bool


class AlreadyRunning(CannotGoOn):
    """Somebody else has started these services and means to keep them."""


def of(house: House, site_packages: Path, *, kind: str, durable: bool = True) -> Services:
    """Describe the services of a house; what the environment names is used as it is."""
    given = of_the_machine()
    environment = {**given, "MST_ENV": kind}
    postgres = Postgres(house, site_packages, environment, durable=durable)
    redis = Redis(house, site_packages, environment, durable=durable)
    owns_postgres = not given.get("DATABASE_URL")
    owns_redis = not given.get("REDIS_URL")
    if not owns_postgres and not given.get("OWNER_DATABASE_URL"):
        raise CannotGoOn(
            "DATABASE_URL is set, so set OWNER_DATABASE_URL too: the same database as the role "
            f"mst_owner. {places.ROLES_SQL} makes the roles."
        )
    urls = {}
    if owns_postgres:
        urls["DATABASE_URL"] = postgres.url("mst_app")
        urls["OWNER_DATABASE_URL"] = postgres.url("mst_owner")
        urls["BACKUP_DATABASE_URL"] = postgres.url("mst_backup")
    if owns_redis:
        urls["REDIS_URL"] = redis.url
    return Services(urls, postgres, redis, owns_postgres, owns_redis)


@contextmanager
def started(services: Services, house: House, *, purpose: str) -> Iterator[None]:
    """Start the services and stop them at the end; nobody else may have them.

    :raises AlreadyRunning: if another command has them and stays.
    """
    with _held(house, purpose):
        try:
            if services.owns_postgres:
                services.postgres.start()
            if services.owns_redis:
                services.redis.start()
            _announce(house, purpose=purpose, ready=True)
            yield
        finally:
            _close(house, purpose)
            _wait_for_guests(house, seconds=0 if purpose == DEMO else PATIENCE)
            services.redis.stop()
            services.postgres.stop()
            house.running.unlink(missing_ok=True)


@contextmanager
def borrowed_or_started(services: Services, house: House) -> Iterator[None]:
    """Use the services that run, or start them for as long as one command needs them."""
    if not services.owns_postgres and not services.owns_redis:
        yield
        return
    deadline = time.monotonic() + PATIENCE
    while True:
        with house.users.open("a") as guests:
            fcntl.flock(guests, fcntl.LOCK_SH)
            if is_held(house) and running(house).get("ready"):
                yield
                return
        if not is_held(house):
            break
        if time.monotonic() > deadline:
            raise AlreadyRunning("Another ./run command is starting the services and does not end.")
        time.sleep(0.1)
    with started(services, house, purpose="manage"):
        yield


def is_held(house: House) -> bool:
    """Tell whether some command has started the services."""
    with house.lock.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def running(house: House) -> dict[str, object]:
    """Return what the command that has the services says of itself."""
    try:
        found: dict[str, object] = json.loads(house.running.read_text())
    except (OSError, ValueError):
        return {}
    return found


def port_of_demo(house: House) -> int:
    """Return the port at which the demo of a house runs, or would run."""
    address = str(running(house).get("address", ""))
    return urlsplit(address).port or ports.USUAL_PORT


def refuse_if_running(house: House) -> None:
    """Raise AlreadyRunning, before any work is done, if a demo has these services."""
    other = running(house)
    if other.get("purpose") == DEMO and is_held(house):
        where = other.get("address", "it is still starting")
        raise AlreadyRunning(f"MST Sites is already running: {where} (./run stop ends it).")


def announce_address(house: House, address: str) -> None:
    _announce(house, purpose=DEMO, ready=True, address=address)


def _announce(house: House, **facts: object) -> None:
    half_made = house.running.with_suffix(".making")
    half_made.write_text(json.dumps({"pid": os.getpid(), **facts}))
    half_made.rename(house.running)


def _close(house: House, purpose: str) -> None:
    """Let nobody new come in; a full disk must not keep the services from being stopped."""
    try:
        _announce(house, purpose=purpose, ready=False)
    except OSError:
        house.running.unlink(missing_ok=True)


@contextmanager
def _held(house: House, purpose: str) -> Iterator[IO[str]]:
    """Hold the lock that dies with us, so that a killed launcher leaves no lock behind."""
    deadline = time.monotonic() + PATIENCE
    told = False
    with house.lock.open("a") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                other = running(house)
                if is_alive(int(str(other.get("pid", 0)))):
                    refuse_if_running(house)
                if time.monotonic() > deadline:
                    raise AlreadyRunning("Another ./run command does not end.") from None
            if not told:
                say("  waiting for another ./run command to end")
                told = True
            time.sleep(0.1)
        _announce(house, purpose=purpose, ready=False)
        yield file


def _wait_for_guests(house: House, *, seconds: float) -> None:
    """Let commands that use our services end first, but not for ever."""
    deadline = time.monotonic() + seconds
    with house.users.open("a") as guests:
        while True:
            try:
                fcntl.flock(guests, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > deadline:
                    return
                time.sleep(0.05)
            else:
                return
