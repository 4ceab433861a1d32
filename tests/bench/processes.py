"""What running processes take: memory of web and worker, and how soon the demonstration answers."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from django.conf import settings

from tests.bench.timing import Row

PORT = 8977
PATIENCE = 60


def measure() -> Iterator[Row]:
    yield memory_of_web()
    yield memory_of_worker()
    yield from start_of_demo()


def memory_of_web() -> Row:
    command = [
        *(
            sys.executable,
            "-m",
            "gunicorn",
            "mst_sites.wsgi:application",
            "-w",
            "2",
            "--threads",
            "2",
        ),
        *("--preload", "-b", f"127.0.0.1:{PORT}", "--log-level", "error"),
    ]
    process = start(command)
    try:
        for _ in range(40):
            wait_for(f"http://127.0.0.1:{PORT}/account/login/")
        return Row("web, two workers: memory (PSS)", tree_megabytes(process.pid), "MiB", 200)
    finally:
        stop(process)


def memory_of_worker() -> Row:
    command = [
        sys.executable,
        "-m",
        "celery",
        "-A",
        "mst_sites.celery:app",
        "worker",
        "-c",
        "1",
        "-l",
        "ERROR",
    ]
    process = start([*command, "--without-mingle", "--without-gossip"])
    try:
        time.sleep(6)
        return Row("worker, one child: memory (PSS)", tree_megabytes(process.pid), "MiB")
    finally:
        stop(process)


def start_of_demo() -> Iterator[Row]:
    """Start the demonstration twice, with the data folder of an earlier run if there is one."""
    for name, limit in (("first start in this run", None), ("warm start", 8)):
        process = start(["./run", "demo", "--port", str(PORT)], quiet=True)
        began = time.perf_counter()
        try:
            wait_for(f"http://127.0.0.1:{PORT}/account/login/", patience=600)
            yield Row(
                f"./run demo, {name}: to the first page", time.perf_counter() - began, "s", limit
            )
        finally:
            stop(process)


def start(command: list[str], *, quiet: bool = False) -> subprocess.Popen[bytes]:
    environment = dict(os.environ)
    if quiet:
        for name in (
            "DATABASE_URL",
            "OWNER_DATABASE_URL",
            "BACKUP_DATABASE_URL",
            "REDIS_URL",
            "MST_ENV",
            "MST_VAR",
        ):
            environment.pop(name, None)
    return subprocess.Popen(  # noqa: S603 - commands of ours
        command,
        cwd=settings.BASE_DIR,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_for(address: str, patience: float = PATIENCE) -> None:
    give_up = time.monotonic() + patience
    while True:
        try:
            with urlopen(address, timeout=5) as answer:  # noqa: S310 - loopback
                answer.read()
        except (URLError, OSError):
            if time.monotonic() > give_up:
                raise
            time.sleep(0.05)
        else:
            return


def tree_megabytes(pid: int) -> float:
    """Add up the proportional set size of a process and everything below it."""
    total = sum(
        int(line.split()[1])
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        if line.startswith("Pss:")
    )
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return total / 1024 + sum(tree_megabytes(int(child)) for child in children)
