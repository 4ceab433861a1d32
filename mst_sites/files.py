"""Keeping files: whole or not at all, under names that say nothing."""

import os
import secrets
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage


def store(content: bytes, *, folder: str, suffix: str = "") -> str:
    """Write a file under a random name and return the name, once it would outlast a power cut.

    :raises OSError: it could not be written; no half-written file is left.
    """
    name = f"{folder}/{secrets.token_hex(16)}{suffix}"
    try:
        stored = default_storage.save(name, ContentFile(content))
        make_durable(stored)
    except OSError:
        default_storage.delete(name)
        raise
    return stored


def make_durable(name: str) -> None:
    """Have the disk write a file, and the folders that name it: a row is committed no less."""
    root, path = Path(default_storage.path("")), Path(default_storage.path(name))
    for each in (path, *path.parents):
        opened = os.open(each, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
        if each == root:
            return


def read(name: str) -> bytes:
    """Return what a file holds, nothing if it is gone."""
    try:
        with default_storage.open(name) as file:
            content: bytes = file.read()
            return content
    except FileNotFoundError:
        return b""


def parts(name: str) -> Iterator[bytes]:
    """Give what a file holds piece by piece.

    :raises FileNotFoundError: it is gone.
    """
    with default_storage.open(name) as file:
        yield from file.chunks()


def discard(name: str) -> None:
    """Delete a file, if it is there."""
    default_storage.delete(name)


def written_until(moment: datetime, *, folder: str) -> list[str]:
    """Return the names of a folder's files that nobody has written to since a moment."""
    try:
        names = [f"{folder}/{name}" for name in sorted(default_storage.listdir(folder)[1])]
    except FileNotFoundError:  # nothing was ever kept there
        return []
    return [name for name in names if default_storage.get_modified_time(name) <= moment]
