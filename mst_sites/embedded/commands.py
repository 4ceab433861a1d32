"""The other commands of `./run`: manage, test, check, bench, services, stop, reset, help."""

import os
import signal
import sys
import time
from collections.abc import Callable, Sequence

from mst_sites.embedded import checks, children, demo, packages, places, services, venv
from mst_sites.embedded.console import CannotGoOn, say
from mst_sites.embedded.django import household
from mst_sites.embedded.processes import wait_for_end

HELP = """MST Sites

  ./run demo [--port N]   everything on this machine, with a country of made-up sites; Ctrl-C stops it
  ./run demo --check      the main job once, end to end, with data of its own
  ./run manage COMMAND    a command of Django, on the demo's database (or on DATABASE_URL)
  ./run test [ARGUMENTS]  every test, in parallel and in random order; arguments go to pytest
  ./run check [NAME …]    lint, format, types, imports, migrations, templates, packages, deployment
  ./run bench [ARGUMENTS] the benchmark table
  ./run services          PostgreSQL and Redis for development, with the variables that name them
  ./run stop              stop the demo that runs in another window
  ./run reset [--yes]     remove the demo's data

Data are kept in var/demo (MST_VAR moves them). DATABASE_URL with OWNER_DATABASE_URL, and REDIS_URL,
name services of your own; without them both are started here. PYTHON names another Python than the system's.
"""


def manage(words: Sequence[str]) -> int:
    house = places.demo_house()
    kind, port = os.environ.get("MST_ENV", demo.KIND), services.port_of_demo(house)
    home = household(house, kind=kind, port=port)  # links in mails lead to the demo that runs
    command = words[0] if words else "help"
    with services.borrowed_or_started(home.services, house):
        if not home.in_production and command != "migrate":
            home.prepare()
        return children.passing_through(
            home.command(*words), environment=home.variables_for(command)
        )


def test(words: Sequence[str]) -> int:
    packages.test_programs()
    virtual = venv.ensure(venv.DEVELOPMENT)
    # One process more than cores: some tests start and kill programs, and mostly wait for them (tests/turns.py).
    in_parallel = (
        []
        if any(word.startswith(("-n", "--numprocesses")) for word in words)
        else ["-n", "3", "--dist", "loadscope"]
    )
    with demo.temporary_house(places.in_memory()) as house:
        home = household(house, kind="test", lock=venv.DEVELOPMENT, durable=False)
        with services.started(home.services, house, purpose="test"):
            return children.passing_through(
                [virtual.python, "-m", "pytest", *in_parallel, *words],
                environment=home.variables,
                folder=places.CHECKOUT,
            )


def check(words: Sequence[str]) -> int:
    with demo.temporary_house(places.in_memory()) as house:
        home = household(house, kind="test", lock=venv.DEVELOPMENT, durable=False)
        with services.started(home.services, house, purpose="check"):
            return checks.run(home, only=words)


def bench(words: Sequence[str]) -> int:
    with demo.temporary_house() as house:
        # As the tests' house, whose owner may make databases, but one that writes to the disk as production does.
        home = household(house, kind="test", lock=venv.DEVELOPMENT)
        with services.started(home.services, house, purpose="bench"):
            return children.passing_through(
                [home.venv.python, "-m", "tests.bench", *words],
                environment=home.variables,
                folder=places.CHECKOUT,
            )


def keep_services(words: Sequence[str]) -> int:
    house = places.House(places.CHECKOUT / "var" / "development")
    home = household(house, kind="development", lock=venv.DEVELOPMENT, durable=False)
    with services.started(home.services, house, purpose=services.DEMO):
        for name in ("MST_ENV", "MST_VAR", *home.services.urls):
            print(f"export {name}='{home.variables[name]}'")  # noqa: T201 - for the shell that asked
        sys.stdout.flush()
        say("  PostgreSQL and Redis are running. Ctrl-C stops them.")
        while True:
            time.sleep(3600)


def stop(words: Sequence[str]) -> int:
    house = places.demo_house()
    if not house.lock.exists() or not services.is_held(house):
        say("MST Sites is not running.")
        return 0
    pid = int(str(services.running(house)["pid"]))
    os.kill(pid, signal.SIGTERM)
    if not wait_for_end(pid, seconds=60):
        raise CannotGoOn(f"Process {pid} does not stop.")
    say("Stopped.")
    return 0


def reset(words: Sequence[str]) -> int:
    house = places.demo_house()
    if house.lock.exists() and services.is_held(house):
        raise CannotGoOn("MST Sites is running; type “./run stop” first.")
    if "--yes" not in words:
        say(f"This removes all data in {house.var}. Type “./run reset --yes” if you mean it.")
        return 1
    house.remove()
    say(f"{house.var} is removed.")
    return 0


def show_help(words: Sequence[str]) -> int:
    print(HELP)  # noqa: T201 - it was asked for
    return 0


COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    "demo": demo.run,
    "manage": manage,
    "test": test,
    "check": check,
    "bench": bench,
    "services": keep_services,
    "stop": stop,
    "reset": reset,
    "help": show_help,
    "--help": show_help,
    "-h": show_help,
}
