"""`./run demo`: the whole product on this machine, with a country to look at."""

import argparse
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from mst_sites.embedded import children, places, ports, services, stamps
from mst_sites.embedded.console import CannotGoOn, say
from mst_sites.embedded.django import Household, household
from mst_sites.embedded.places import House
from mst_sites.embedded.supervisor import Supervisor

KIND = "demo"
DATA = "demo-data"  # the stamp of the country that was loaded
MEBIBYTE = 1024 * 1024
SPACE_FOR_A_START = 100 * MEBIBYTE
SPACE_FOR_ALL = 900 * MEBIBYTE


def run(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run demo", description=__doc__)
    parser.add_argument("--port", type=int, default=ports.USUAL_PORT)
    parser.add_argument("--check", action="store_true", help="do the main job once, and stop")
    options = parser.parse_args(words)
    if options.check:
        return check()
    return serve(options.port)


def serve(port: int) -> int:
    """Start everything, say where it is, and stay until asked to stop."""
    house = places.demo_house()
    refuse_if_full(house.var)
    house.prepare()
    services.refuse_if_running(house)
    ports.refuse_if_taken(port)
    begun = time.monotonic()
    home = household(house, kind=KIND, port=port)
    with serving(home, port=port) as supervisor:
        took = time.monotonic() - begun
        say(f"\n  MST Sites   {address(port)}   (after {took:.1f} s)\n")
        services.announce_address(house, address(port))
        say(home.must("Reading the sign-ins", "demo_signins").rstrip())
        supervisor.wait_for_worker()
        say("\n  Web, worker and scheduler are running. Ctrl-C stops everything.")
        supervisor.watch()
    return 0


def check() -> int:
    """Do the main job over HTTP with data of its own, and leave nothing behind."""
    forget_named_services()
    with temporary_house() as house:
        refuse_if_full(house.var)
        port = ports.free_port()
        home = household(house, kind=KIND, durable=False, port=port)
        with serving(home, port=port) as supervisor:
            supervisor.wait_for_worker()
            code = children.passing_through(
                home.command("check_demo", "--base-url", address(port)),
                environment=home.variables,
                folder=places.CHECKOUT,
            )
            if code:
                say(f"  The worker said last: {supervisor.worker.last_words()}")
            return code


@contextmanager
def serving(home: Household, *, port: int) -> Iterator[Supervisor]:
    """Run the services and the three programs, with the demo's data loaded."""
    supervisor = Supervisor(home, port=port)
    with services.started(home.services, home.house, purpose=services.DEMO):
        try:
            home.prepare()
            put_data(home)
            supervisor.start()
            yield supervisor
        finally:
            supervisor.stop()


def forget_named_services() -> None:
    """Keep the check out of a database that somebody else may need, and say so."""
    named = [name for name in services.VARIABLES if os.environ.pop(name, "")]
    if named:
        say(f"  {', '.join(named)}: not used, for the check has data of its own.")


def put_data(home: Household) -> None:
    """Load the demo country, unless it is there."""

    def load() -> None:
        home.must("Loading the demo country", "load_demo")

    if home.services.owns_postgres:
        stamps.once(home.house.stamps / DATA, "loaded", load)
    else:  # what a server that is not ours holds, no stamp of ours can tell; the command looks
        load()


def address(port: int) -> str:
    return f"http://{ports.HOST}:{port}"


@contextmanager
def temporary_house(where: Path | None = None) -> Iterator[House]:
    """Give a data folder that is gone afterwards, wherever PostgreSQL's part of it was."""
    folder = Path(tempfile.mkdtemp(prefix="mst-sites-", dir=where))
    folder.chmod(0o711)  # PostgreSQL's account must be able to walk through
    house = House(folder / "var")
    try:
        yield house
    finally:
        house.remove()
        shutil.rmtree(folder, ignore_errors=True)


def refuse_if_full(var: Path) -> None:
    """Raise CannotGoOn before a full disk leaves something half made."""
    made = (places.CHECKOUT / ".venv" / "lock.sha256", House(var).stamps / DATA)
    needed = SPACE_FOR_A_START if all(path.exists() for path in made) else SPACE_FOR_ALL
    for folder in (places.CHECKOUT, places.existing_parent(var), Path(tempfile.gettempdir())):
        free = shutil.disk_usage(folder).free
        if free < needed:
            raise CannotGoOn(
                f"The disk under {folder} has {free // MEBIBYTE} MB left and "
                f"{needed // MEBIBYTE} MB are needed."
            )
