"""What was done already, so that a second start need not do it again."""

import hashlib
import os
from collections.abc import Callable, Iterable
from pathlib import Path

from mst_sites.embedded.places import CHECKOUT


def digest(*parts: str | bytes) -> str:
    """Return one short text that changes whenever a part does."""
    sha256 = hashlib.sha256()
    for part in parts:
        content = part.encode() if isinstance(part, str) else part
        sha256.update(len(content).to_bytes(8) + content)
    return sha256.hexdigest()


def of_contents(files: Iterable[Path]) -> str:
    """Return a digest of names and contents."""
    return digest(*(part for path in sorted(files) for part in (_name(path), path.read_bytes())))


def of_dates(files: Iterable[Path]) -> str:
    """Return a digest of names, sizes and dates: quicker than of contents where files are many."""
    details = ((path, path.stat()) for path in sorted(files))
    return digest(*(f"{_name(path)} {stat.st_size} {stat.st_mtime_ns}" for path, stat in details))


def _name(path: Path) -> str:
    """Return a name that stays the same when the checkout is moved."""
    return str(path.relative_to(CHECKOUT))


def migration_files() -> list[Path]:
    packages = [path.parent for path in CHECKOUT.glob("*/__init__.py")]
    return [path for package in packages for path in package.glob("**/migrations/*.py")]


def static_files() -> list[Path]:
    folders = [CHECKOUT / "static", *CHECKOUT.glob("*/**/static")]
    return [
        Path(where, name)
        for folder in folders
        if ".venv" not in folder.parts and "var" not in folder.relative_to(CHECKOUT).parts
        for where, _, names in os.walk(folder)
        for name in names
    ]


def once(stamp: Path, state: str, act: Callable[[], object]) -> None:
    """Act, unless the stamp says that it was done for this very state."""
    if stamp.is_file() and stamp.read_text() == state:
        return
    act()
    stamp.parent.mkdir(parents=True, exist_ok=True)
    half_made = stamp.with_suffix(".making")
    half_made.write_text(state)
    half_made.rename(stamp)
