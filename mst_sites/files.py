"""Keeping files: whole or not at all, under names that say nothing."""

import secrets

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage


def store(content: bytes, *, folder: str, suffix: str = "") -> str:
    """Write a file under a random name and return the name.

    :raises OSError: it could not be written; no half-written file is left.
    """
    name = f"{folder}/{secrets.token_hex(16)}{suffix}"
    try:
        return default_storage.save(name, ContentFile(content))
    except OSError:
        default_storage.delete(name)
        raise


def read(name: str) -> bytes:
    """Return what a file holds, nothing if it is gone."""
    try:
        with default_storage.open(name) as file:
            content: bytes = file.read()
            return content
    except FileNotFoundError:
        return b""


def discard(name: str) -> None:
    """Delete a file, if it is there."""
    default_storage.delete(name)
