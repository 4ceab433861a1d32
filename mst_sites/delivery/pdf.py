"""From HTML to the bytes of a tagged PDF: nothing is loaded from outside, and equal input gives equal bytes."""

import ctypes
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

MEMORY = 1024**3  # bytes that one drawing may ask for beyond what its process has
PANGO = ("libpango-1.0.so.0", "libpangoft2-1.0.so.0")
ADDRESS_SPACE = Path("/proc/self/statm")


class EngineMissingError(RuntimeError):
    """WeasyPrint cannot load Pango."""


def render(html: str, *, created: datetime, variant: str = "pdf/ua-1") -> bytes:
    """Draw a PDF.

    Addresses of files start with STATIC_URL, as `{% static %}` writes them. The page needs a language and a title.

    :param created: the instant that the document says it was made; two renders at one instant are byte-identical.
    :raises EngineMissingError: Pango is not installed.
    """
    engine = load_engine()
    from mst_sites.delivery.fetcher import BASE_URL, OwnFilesOnly  # noqa: PLC0415 - slow import

    with bounded_memory():
        page = engine.HTML(string=html, base_url=BASE_URL, url_fetcher=OwnFilesOnly())
        document = page.render()
        document.metadata.attachments = []
        document.metadata.created = document.metadata.modified = w3c(created)
        pdf: bytes = document.write_pdf(pdf_variant=variant)
    return pdf


def load_engine() -> Any:
    """Import WeasyPrint.

    :raises EngineMissingError: Pango is not installed.
    """
    try:
        import weasyprint  # noqa: PLC0415 - slow import, and it fails without Pango
    except OSError as failure:
        raise EngineMissingError(
            "PDF engine missing: install libpango-1.0-0, libpangoft2-1.0-0 and libharfbuzz-subset0."
        ) from failure
    return weasyprint


@cache
def has_engine() -> bool:
    """Tell whether Pango is there, without the second that importing WeasyPrint takes."""
    try:
        for (
            library
        ) in PANGO:  # as WeasyPrint does: `find_library` looks in the system's own folders alone
            ctypes.CDLL(library)
    except OSError:
        return False
    return True


def w3c(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@contextmanager
def bounded_memory() -> Iterator[None]:
    """Let a page that grows without end fail in its own drawing, and not take the machine with it."""
    if not ADDRESS_SPACE.exists():  # macOS does not keep to such a limit
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    used = int(ADDRESS_SPACE.read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
