"""Web, worker and scheduler: started together, watched, stopped in order."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from mst_sites.embedded import children, places, ports
from mst_sites.embedded.console import CannotGoOn, say, step
from mst_sites.embedded.django import Household
from mst_sites.embedded.processes import Service

MOST_RESTARTS = 5
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - gunicorn's heartbeat, which must not wait for a disk


class AskedToStop(BaseException):
    """Ctrl-C or a polite kill; not an Exception, so that nothing on the way swallows it."""


@contextmanager
def polite_signals() -> Iterator[None]:
    """Turn the signals that ask us to stop into AskedToStop, once; the clean-up is not disturbed."""

    def stop(signum: int, frame: FrameType | None) -> None:
        for each in children.ASKS_TO_STOP:
            signal.signal(each, signal.SIG_IGN)
        raise AskedToStop

    before = {each: signal.signal(each, stop) for each in children.ASKS_TO_STOP}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


class Supervisor:
    """The three programs of one household that serve people."""

    def __init__(self, household: Household, *, port: int) -> None:
        self.port = port
        self.household = household
        logs = household.house.logs
        python = household.venv.python
        heartbeat = ("--worker-tmp-dir", SHARED_MEMORY) if SHARED_MEMORY.is_dir() else ()
        celery = (python, "-m", "celery", "-A", "mst_sites.celery:app")

        def service(name: str, *arguments: str | Path) -> Service:
            return Service(
                name=name,
                arguments=arguments,
                log=logs / f"{name}.log",
                environment=household.variables,
                folder=places.CHECKOUT,
            )

        self.web = service(
            "web",
            *(python, "-m", "gunicorn", "mst_sites.wsgi:application"),
            *("--bind", f"{ports.HOST}:{port}"),
            *("--workers", "2", "--threads", "2", "--preload"),
            "--no-control-socket",  # it would lie in the user's home folder
            *("--access-logfile", "-", "--logger-class", "mst_sites.access_log.AccessLog"),
            *heartbeat,
        )
        self.worker = service(
            "worker",
            *(*celery, "worker", "--concurrency", "2", "--loglevel", "INFO"),
            *("--without-mingle", "--without-gossip"),
        )
        self.beat = service(
            "beat",
            *(*celery, "beat", "--loglevel", "INFO"),
            *("-s", household.house.var / "beat-schedule", "--pidfile="),
        )
        self.services = (self.web, self.worker, self.beat)

    def start(self) -> None:
        """Start the web, which somebody waits for, and once it answers the two that they do not see."""
        self.web.start()
        with step("Starting the web"):
            self.web.wait_until(lambda: ports.answers(self.port, "/healthz"), seconds=90)
        self.worker.start()
        self.beat.start()

    def wait_for_worker(self) -> None:
        with step("Starting the worker"):
            self.worker.wait_until(lambda: self.worker.said(b" ready."), seconds=90)

    def watch(self) -> None:
        """Start again what ends by itself; raise CannotGoOn if it keeps ending."""
        restarts = 0
        while True:
            time.sleep(0.5)
            for service, start in self._watched():
                if not service.has_ended:
                    continue
                restarts += 1
                if restarts > MOST_RESTARTS:
                    raise CannotGoOn(f"{service.name} keeps ending: {service.last_words()}")
                say(f"  {service.name} ended and is started again ({service.log})")
                start()

    def _watched(self) -> list[tuple[Service, Callable[[], None]]]:
        """Return what runs with the way to start it again; the servers come first."""
        servers = (self.household.services.postgres, self.household.services.redis)
        return [
            *((server.running, server.start) for server in servers if server.running),
            *((service, service.start) for service in self.services),
        ]

    def stop(self) -> None:
        for service in (self.web, self.beat, self.worker):
            service.stop()
