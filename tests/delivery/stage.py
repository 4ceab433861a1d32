"""A house of its own for the fault tests: PostgreSQL, Redis, a worker and a web server that may be killed."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import redis
from django.conf import settings
from django.db import connections

from mst_sites.celery import app
from mst_sites.delivery import waking
from mst_sites.embedded import places
from mst_sites.embedded.places import House
from mst_sites.embedded.postgres import Postgres
from mst_sites.embedded.redis import Redis
from tests import dumps

QUICK = {
    "DELIVERY_LEASE": "1.5",
    "DELIVERY_SWEEP_EVERY": "0.5",
    "DELIVERY_WAKE_AGAIN": "1",
    "DELIVERY_DOCUMENT_DELAY": "0.2",
    "DELIVERY_MAIL_DELAY": "0.2",
}


class Stage:
    """Everything that a fault can hit, and ways to hit it."""

    def __init__(self, template):
        self.template = template  # the migrated database whose copy this house begins with
        self.var = Path(tempfile.mkdtemp(prefix="mst-faults-", dir=places.in_memory()))
        self.var.chmod(0o755)  # PostgreSQL runs as another account when root starts it
        house = House(self.var)
        house.prepare()
        packages = Path(sysconfig.get_paths()["purelib"])
        plain = {"PATH": os.environ["PATH"], "MST_ENV": "test"}
        self.postgres = Postgres(house, packages, plain, durable=True)
        self.redis = Redis(house, packages, plain, durable=False)
        self.processes = []

    @property
    def environment(self):
        return {
            **os.environ,
            **QUICK,
            "MST_ENV": "test",
            "MST_VAR": str(self.var),
            "DATABASE_URL": self.postgres.url("mst_app"),
            "OWNER_DATABASE_URL": self.postgres.url("mst_owner"),
            "REDIS_URL": self.redis.url,
            "DJANGO_SETTINGS_MODULE": "tests.delivery.fault_settings",
            "PYTHONPATH": str(settings.BASE_DIR),
        }

    def start(self):
        self.postgres.start()
        self.redis.start()
        self.furnish()

    def furnish(self):
        """Fill the database with a copy of the tests' template: to migrate another one takes ten times as long."""
        file = self.var / "template.dump"
        made = dumps.dump("BACKUP", self.template, file)
        assert (made.returncode, made.stderr) == (0, "")
        at = ["--host", self.postgres.house.sockets, "--username", "mst_owner"]
        words = [*at, "--no-password", "--exit-on-error", "--dbname=mst", file]
        subprocess.run([dumps.BINARIES / "pg_restore", *words], check=True, timeout=110)  # noqa: S603 - ours

    def stop(self):
        for process in self.processes:
            self.kill(process)
        self.redis.stop()
        self.postgres.stop()
        shutil.rmtree(self.var, ignore_errors=True)

    def run(self, *words):
        """Start a program of the environment as the leader of a group that can be killed as a whole."""
        with (self.var / f"{words[0]}.log").open("ab") as log:
            process = subprocess.Popen(  # noqa: S603 - ours
                [sys.executable, "-m", *words],
                env=self.environment,
                cwd=settings.BASE_DIR,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.processes.append(process)
        return process

    def worker(self, *, children=1):
        return self.run(
            *("celery", "-A", "mst_sites.celery:app", "worker", "--beat"),
            f"--concurrency={children}",
            *("--without-mingle", "--without-gossip", "--loglevel=INFO"),
            *("--schedule", str(self.var / "beat")),
        )

    def web(self):
        """Start gunicorn on a free port and return its address."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.run(
            *("gunicorn", "--bind", f"127.0.0.1:{port}", "--workers=2", "--no-control-socket"),
            "mst_sites.wsgi:application",
        )
        return f"http://127.0.0.1:{port}"

    def kill(self, process):
        """Kill a process and all its children, at once."""
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        process.wait()

    def ask_to_stop(self, process):
        """Send the one signal that a container's or a machine's end sends."""
        os.kill(process.pid, signal.SIGTERM)

    def is_held(self, name):
        """Tell whether a process waits in a place of `fault_holds`."""
        return (self.var / f"held-{name}").exists()

    def let_go(self, name):
        (self.var / f"go-{name}").touch()

    def mails_taken(self):
        """Return how often the mail server took each mail."""
        taken = self.var / "taken"
        lines = taken.read_text().splitlines() if taken.exists() else []
        return Counter(lines)

    def wipe_redis(self):
        with redis.Redis(unix_socket_path=str(self.redis.socket)) as client:
            client.flushall()

    def restart_postgres(self):
        self.postgres.stop()
        self.postgres.start()

    @contextmanager
    def entered(self):
        """Let this process be a web process of the stage: its database, its broker, its files."""
        default = connections["default"]
        before, broker = dict(default.settings_dict), app.conf.broker_url
        default.close()
        place = {"HOST": str(self.postgres.house.sockets), "NAME": "mst", "USER": "mst_app"}
        default.settings_dict.update(place | {"PASSWORD": "", "PORT": ""})
        self.use_broker(self.redis.url)
        try:
            yield
        finally:
            default.close()
            default.settings_dict.update(before)
            self.use_broker(broker)

    @staticmethod
    def use_broker(url):
        app.conf.broker_url = url
        app._after_fork()  # forgets the connections that are open
        waking._Broker.silent_until = 0.0


def eventually(condition, *, seconds=20):
    """Wait until a condition holds and return what it gave."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.1)
    raise AssertionError(f"Nothing came of it in {seconds} s.")
