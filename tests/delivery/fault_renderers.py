"""Renderers for the fault tests: one that takes its time at the first attempt, one that kills its worker."""

import os
import signal
import time
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from mst_sites.delivery import pdf

PAGE = "<!doctype html><html lang=en-gb><title>{title}</title><h1>{title}</h1>"
LONG = 30  # seconds: the test has killed the worker long before


def slow(document, progress):
    progress(0, 1)
    html = PAGE.format(title=document.title)

    def draw():
        drawn = pdf.render(html, created=datetime(2026, 1, 1, tzinfo=UTC))
        if "slow" in document.title and document.attempts == 1:
            Path(settings.VAR_DIR, f"started-{document.pk}").touch()
            time.sleep(LONG)
        return drawn

    return draw


def poison(document, progress):
    os.kill(os.getpid(), signal.SIGKILL)
