"""The virtual environment: made without pip in it, filled from a lock, skipped when a stamp fits."""

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mst_sites.embedded import children, packages, places
from mst_sites.embedded.console import CannotGoOn, say, step
from mst_sites.embedded.environment import of_the_machine

REQUIREMENTS = places.CHECKOUT / "requirements"
DEMO = "demo"
DEVELOPMENT = "development"  # holds all that the demo needs, and the tools of tests and checks
NOT_REACHED = "after connection broken by "  # as pip says it before each of its next attempts
OLDEST_PIP = (22, 3)  # the first that fills another environment than its own


@dataclass(frozen=True)
class Venv:
    """A virtual environment with its programs."""

    folder: Path

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    @property
    def programs(self) -> Path:
        return self.folder / "bin"

    @property
    def site_packages(self) -> Path:
        version = f"python{sys.version_info.major}.{sys.version_info.minor}"
        return self.folder / "lib" / version / "site-packages"

    @property
    def stamp(self) -> Path:
        return self.folder / "lock.sha256"


def ensure(lock: str) -> Venv:
    """Return the checkout's virtual environment with everything in it that a lock names."""
    venv = Venv(places.CHECKOUT / ".venv")
    if _is_whole(venv, lock):
        return venv
    try:
        with _alone():
            if not _is_whole(venv, lock):
                _fill(venv, lock)
    except OSError as problem:
        raise CannotGoOn(
            f"The virtual environment {venv.folder} could not be made: {problem}."
        ) from problem
    return venv


@contextmanager
def _alone() -> Iterator[None]:
    """Let one launcher at a time change the environment."""
    guard = places.CHECKOUT / "var" / "venv.lock"
    guard.parent.mkdir(exist_ok=True)
    with guard.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _is_whole(venv: Venv, lock: str) -> bool:
    """Tell whether the environment holds a lock's packages, or all of them."""
    return _stamp(venv) in {_state(venv, lock), _state(venv, DEVELOPMENT)}


def _stamp(venv: Venv) -> str:
    return venv.stamp.read_text() if venv.stamp.is_file() else ""


def base_python() -> str:
    """Return the Python that stands outside every virtual environment."""
    return os.path.realpath(getattr(sys, "_base_executable", sys.executable))


def _state(venv: Venv, lock: str) -> str:
    """Return what the stamp says if the environment is whole: its lock, its Python and its place."""
    content = hashlib.sha256((REQUIREMENTS / f"{lock}.lock").read_bytes()).hexdigest()
    return f"{lock} {content} {sys.version.split()[0]} {base_python()} {venv.folder}"


def _fill(venv: Venv, lock: str) -> None:
    if _stamp(venv).startswith(DEVELOPMENT):
        lock = DEVELOPMENT  # what a developer had stays
    if not _works(venv):
        with step("Making the virtual environment"):
            shutil.rmtree(venv.folder, ignore_errors=True)
            children.must(
                "Making the virtual environment",
                [base_python(), "-m", "venv", "--without-pip", venv.folder],
                environment=of_the_machine(),
            )
    venv.stamp.write_text(f"{lock} unfinished")
    pip = [*_pip(venv), "--python", venv.python, "--disable-pip-version-check", "--no-input"]
    requirements = REQUIREMENTS / f"{lock}.lock"
    exact = ("--require-hashes", "--only-binary", ":all:")
    with step(f"Installing the packages of requirements/{lock}.lock"):
        if not _with_uv(venv, pip, requirements):
            done = children.quietly(
                [*pip, "install", "--quiet", *exact, "-r", requirements],
                environment=of_the_machine(),
            )
            if done.returncode:
                raise CannotGoOn(f"Installing with pip failed: {why_pip_failed(done)}")
    venv.stamp.write_text(_state(venv, lock))


def _with_uv(venv: Venv, pip: list[str | Path], requirements: Path) -> bool:
    """Fill the environment with uv, which takes a tenth of the time; tell whether that worked."""
    uv = venv.programs / "uv"
    exact = ("--require-hashes", "--only-binary", ":all:")
    if not uv.exists():
        lock = REQUIREMENTS / "uv.lock"
        done = children.quietly(
            [*pip, "install", "--quiet", *exact, "-r", lock], environment=of_the_machine()
        )
        if done.returncode:
            say(f"  uv could not be installed, so pip does its work: {why_pip_failed(done)}")
            return False
    done = children.quietly(
        [
            *(uv, "pip", "sync", "--system-certs", "--compile-bytecode", "--quiet", *exact),
            *("--python", venv.python, requirements),
        ],
        environment=of_the_machine(),
    )
    if done.returncode:
        say(f"  uv could not install the packages, so pip does: {children.last_line(done)}")
    return done.returncode == 0


def why_pip_failed(done: subprocess.CompletedProcess[str]) -> str:
    """Say what kept pip from its index: it ends with "no matching distribution", as if a package were missing."""
    for line in done.stderr.splitlines():
        if NOT_REACHED in line:
            return f"the index of packages was not reached: {line.partition(NOT_REACHED)[2]}"
    return children.last_line(done)


def _works(venv: Venv) -> bool:
    """Tell whether the environment was made by the Python that runs now, in the place where it is."""
    try:
        configuration = (venv.folder / "pyvenv.cfg").read_text()
        done = children.quietly(
            [venv.python, "-c", "import encodings"], environment=of_the_machine()
        )
    except OSError:
        return False
    home = str(Path(base_python()).parent)
    return done.returncode == 0 and f"home = {home}" in configuration.splitlines()


def _pip(venv: Venv) -> list[str | Path]:
    """Return a pip that can fill the environment: this Python's own, or one out of a wheel."""
    python = base_python()
    own = children.quietly([python, "-m", "pip", "--version"], environment=of_the_machine())
    words = own.stdout.split()
    if own.returncode == 0 and tuple(int(part) for part in words[1].split(".")[:2]) >= OLDEST_PIP:
        return [python, "-m", "pip"]
    if importlib.util.find_spec("ensurepip"):
        bundled = importlib.util.find_spec("ensurepip._bundled")
        for folder in (bundled and bundled.submodule_search_locations) or []:
            for wheel in sorted(Path(folder).glob("pip-*.whl")):
                return [python, wheel / "pip"]
    return [python, packages.pip_without_pip(venv.folder.parent / "var") / "pip"]
