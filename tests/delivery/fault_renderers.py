"""Renderers for the fault tests: one that waits for its test at the first attempt, one that kills its worker."""

import os
import signal
from datetime import UTC, datetime

from mst_sites.delivery import pdf
from tests.delivery.fault_holds import hold

PAGE = "<!doctype html><html lang=en-gb><title>{title}</title><h1>{title}</h1>"


def slow(document, progress):
    progress(0, 1)
    html = PAGE.format(title=document.title)

    def draw():
        drawn = pdf.render(html, created=datetime(2026, 1, 1, tzinfo=UTC))
        if "slow" in document.title and document.attempts == 1:
            hold(document.pk)
        return drawn

    return draw


def poison(document, progress):
    os.kill(os.getpid(), signal.SIGKILL)
