"""What running processes take: memory of web and worker, and how soon the demonstration answers."""

import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import yaml
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from consultation.models import Review
from mst_sites.accounts.models import User
from mst_sites.celery import app
from mst_sites.delivery import operations as delivery
from mst_sites.delivery.models import Document, State
from mst_sites.demo import scale
from mst_sites.tenancy.scope import whole_scope
from tests.bench.timing import Row

PORT = 8977
PATIENCE = 60
HOUSE = settings.VAR_DIR / "bench"
HOW_COUNTED = "PSS of the whole process tree: what processes share counts once"
PAGES = ("/sites/", "/progress/", "/")
REQUESTS = 40
NOT_FOR_THE_DEMO = {
    *("DATABASE_URL", "OWNER_DATABASE_URL", "BACKUP_DATABASE_URL", "REDIS_URL"),
    *("MST_ENV", "MST_VAR", "BASE_URL", "ALLOWED_HOSTS", "SECRET_KEY"),
}


def measure(sign_in: Callable[[Any], Client]) -> Iterator[Row]:
    shutil.rmtree(HOUSE, ignore_errors=True)
    HOUSE.mkdir(parents=True)
    try:
        run(
            [sys.executable, "manage.py", "collectstatic", "--no-input", "-v", "0"], in_production()
        )
        yield memory_of_web(sign_in)
        yield from memory_of_worker()
        yield from start_of_demo()
    finally:
        shutil.rmtree(HOUSE, ignore_errors=True)


def in_production() -> dict[str, str]:
    """Return the environment of an installation that reads the benchmark's database."""
    address, _, _ = os.environ["DATABASE_URL"].rpartition("/")
    return {
        **os.environ,
        "MST_ENV": "production",
        "MST_VAR": os.fspath(HOUSE),
        "SECRET_KEY": settings.SECRET_KEY,  # which signed the session that the pages are asked with
        "BASE_URL": "https://bench.example.org",
        "ALLOWED_HOSTS": "127.0.0.1",
        "DATABASE_URL": f"{address}/{connection.settings_dict['NAME']}",
        "EMAIL_URL": "smtp://127.0.0.1:9",
        "DEFAULT_FROM_EMAIL": "bench@example.org",
    }


def memory_of_web(sign_in: Callable[[Any], Client]) -> Row:
    """Start the web as the image does and ask it for pages, as somebody who sees every site."""
    dockerfile = (settings.BASE_DIR / "Dockerfile").read_text()
    found = re.search(r"^CMD (\[.*?\])", dockerfile, re.DOTALL | re.MULTILINE)
    words = json.loads(found[1].replace("\\\n", "")) if found else []
    words[words.index("--bind") + 1] = f"127.0.0.1:{PORT}"
    session = sign_in(User.objects.get(email=scale.LEAD)).session.session_key
    headers = {"X-Forwarded-Proto": "https", "Cookie": f"__Host-session={session}"}
    with running([sys.executable, "-m", *words], in_production()) as process:
        wait_for("/healthz", headers)
        for number in range(REQUESTS):
            wait_for(PAGES[number % len(PAGES)], headers)
        return Row(
            f"web, two workers, after {REQUESTS} pages: memory",
            tree_megabytes(process.pid),
            "MiB",
            200,
            HOW_COUNTED,
        )


def memory_of_worker() -> Iterator[Row]:
    """Start the worker as the compose file does, and have it draw a review."""
    compose = yaml.safe_load((settings.BASE_DIR / "docker-compose.yml").read_text())
    words = compose["services"]["worker"]["command"]
    with running([sys.executable, "-m", *words], in_production()) as process:
        until(lambda: app.control.ping(timeout=0.5))
        yield Row("worker, waiting: memory", tree_megabytes(process.pid), "MiB", None, HOW_COUNTED)
        document = requested_document()
        until(lambda: state_of(document) in {State.READY, State.FAILED})
        if state_of(document) != State.READY:
            raise RuntimeError("The worker could not draw the review.")
        yield Row("worker, after a review: memory", tree_megabytes(process.pid), "MiB")


def requested_document() -> Document:
    with whole_scope():
        review = Review.objects.select_related("site").order_by("site__slug").first()
        return delivery.request_document(
            site=review.site,
            kind="review",
            subject=review,
            audience="full",
            title="Benchmark",
            version=int(time.time()),  # a new one each time
            by=None,
        )


def state_of(document: Document) -> str:
    with whole_scope():
        return str(Document.objects.values_list("state", flat=True).get(pk=document.pk))


def start_of_demo() -> Iterator[Row]:
    """Start the demonstration in an empty data folder, and again in the one that it has made."""
    environment = {k: v for k, v in os.environ.items() if k not in NOT_FOR_THE_DEMO}
    environment["MST_VAR"] = os.fspath(HOUSE / "demo")
    for name, limit in (("cold start, packages installed", None), ("warm start", 8)):
        began = time.perf_counter()
        with running(["./run", "demo", "--port", str(PORT)], environment):
            wait_for(reverse("account_login"), patience=600)
            taken = time.perf_counter() - began
        yield Row(f"./run demo, {name}: to the first page", taken, "s", limit)


def run(command: list[str], environment: Mapping[str, str]) -> None:
    subprocess.run(command, cwd=settings.BASE_DIR, env=dict(environment), check=True)  # noqa: S603 - commands of ours


@contextmanager
def running(
    command: list[str], environment: Mapping[str, str]
) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a program with a session of its own, and end it politely; what it says is shown if it fails."""
    log = HOUSE / f"{secrets.token_hex(4)}.log"
    with log.open("wb") as file:
        process = subprocess.Popen(  # noqa: S603 - commands of ours
            command,
            cwd=settings.BASE_DIR,
            env=dict(environment),
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process
    except BaseException:
        sys.stderr.write(log.read_text(errors="replace")[-2000:])
        raise
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def until(is_so: Callable[[], object], patience: float = PATIENCE) -> None:
    give_up = time.monotonic() + patience
    while not is_so():
        if time.monotonic() > give_up:
            raise TimeoutError
        time.sleep(0.2)


def wait_for(
    path: str, headers: Mapping[str, str] | None = None, patience: float = PATIENCE
) -> None:
    """Ask for a page until it is there; what is answered with another page is none."""
    address = f"http://127.0.0.1:{PORT}{path}"
    give_up = time.monotonic() + patience
    while True:
        try:
            with urlopen(Request(address, headers=dict(headers or {})), timeout=5) as answer:
                answer.read()
                if answer.url != address:
                    raise RuntimeError(f"{path} was answered with {answer.url}")
        except HTTPError:  # it is up and refuses
            raise
        except (URLError, OSError):
            if time.monotonic() > give_up:
                raise
            time.sleep(0.05)
        else:
            return


def tree_megabytes(pid: int) -> float:
    """Add up the proportional set size of a process and everything below it; one that has just ended takes none."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    total = sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024 + sum(tree_megabytes(int(child)) for child in children)
