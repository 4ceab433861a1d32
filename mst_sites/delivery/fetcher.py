"""What a PDF may load: the project's own static files and `data:`, nothing else. Imported late: WeasyPrint is slow."""

import mimetypes
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

# A name that cannot exist: addresses in a template are relative to it, and none is ever looked up.
BASE_URL = "https://pdf.invalid/"
# A document needs these of our files and no other; a hostile text that names one gains nothing.
SUFFIXES = {".css", ".woff2", ".svg", ".png"}


class OwnFilesOnly(URLFetcher):
    """Denies every address but `data:` and our static files."""

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """Return a file.

        :raises ValueError: the address is not allowed; WeasyPrint goes on without it.
        :raises FatalURLFetchingError: a file of our own is missing, which is a fault of the template.
        """
        if url.startswith("data:"):
            return super().fetch(url, headers)
        prefix = BASE_URL.rstrip("/") + settings.STATIC_URL
        if not url.startswith(prefix):
            raise ValueError("A document loads nothing from outside.")
        name = unquote(urlsplit(url).path.removeprefix(settings.STATIC_URL))
        path = find(name)
        if path is None:
            raise FatalURLFetchingError(f"The document's file {name} is missing.")
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})


def find(name: str) -> Path | None:
    """Find a static file by its plain name, or by the hashed one that it has after collectstatic."""
    path = PurePosixPath(name)
    if path.suffix not in SUFFIXES or path.is_absolute() or ".." in path.parts:
        return None
    if found := finders.find(name):
        return Path(found)
    collected = Path(settings.STATIC_ROOT) / name
    return collected if collected.is_file() else None
