"""Where static files are found: a page names some twenty, so each address is worked out once for a process."""

from functools import cache
from typing import Any

from django.contrib.staticfiles.storage import StaticFilesStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage


class Remembering:
    """Goes before a storage whose files keep their addresses for as long as a process lives."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.url = cache(super().url)  # type: ignore[misc] # the storage beside has it


class PlainFiles(Remembering, StaticFilesStorage):
    """For development and tests: files as they lie in the folders."""


class HashedFiles(Remembering, CompressedManifestStaticFilesStorage):
    """For production and the demo: names that change with what is in them."""
