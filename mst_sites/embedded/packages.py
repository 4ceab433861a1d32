"""What the house needs from the system's packages: by apt, without root unpacked, or said in one line."""

import ctypes
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from mst_sites.embedded import children, places
from mst_sites.embedded.console import CannotGoOn, say, step
from mst_sites.embedded.environment import of_the_machine

PDF_LIBRARIES = (
    "libgobject-2.0.so.0",
    "libpango-1.0.so.0",
    "libpangoft2-1.0.so.0",
    "libharfbuzz.so.0",
    "libharfbuzz-subset.so.0",
    "libfontconfig.so.1",
)
PDF_PACKAGES = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "fontconfig")
# Program that the tests call → package that holds it.
TEST_PROGRAMS = {
    "pdftoppm": "poppler-utils",
    "javac": "default-jdk-headless",
}
OS_RELEASE = Path("/etc/os-release")
# The same engine as in Chromium, without the windows that nobody looks at: it takes two thirds of the time.
BROWSER = Path("/usr/bin/chromium-headless-shell")
TEST_FILES = {
    BROWSER: "chromium-headless-shell",
    Path("/usr/share/java/jaxb-runtime.jar"): "libjaxb-java",
}
FONTS_CONF = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts</dir>
  <dir>{sysroot}/usr/share/fonts</dir>
  <cachedir>{sysroot}/font-cache</cachedir>
</fontconfig>
"""


def pdf_libraries(var: Path) -> dict[str, str]:
    """Return the variables with which WeasyPrint finds its libraries, installing these if need be."""
    if all(map(_loads, PDF_LIBRARIES)):
        return {}
    sysroot = var / "sysroot"
    if not (sysroot / "done").is_file():
        if _may_install() and _install(PDF_PACKAGES, "Installing what draws PDFs"):
            return {}
        if not _unpack(PDF_PACKAGES, sysroot, "Unpacking what draws PDFs (no root needed)"):
            say(f"  PDFs cannot be drawn on this machine yet. Type: {to_type(PDF_PACKAGES)}")
            return {}
    return _pointing_at(sysroot)


def test_programs() -> None:
    """Install what the browser and PDF tests call, or raise CannotGoOn with what to type."""
    missing = [
        package for program, package in TEST_PROGRAMS.items() if shutil.which(program) is None
    ] + [package for path, package in TEST_FILES.items() if not path.exists()]
    if not BROWSER.exists() and _offers_snaps_alone(OS_RELEASE):
        raise CannotGoOn(
            f"The browser tests need {BROWSER} as Debian packs it; Ubuntu has Chromium as a snap alone, "
            "which they cannot steer. “./run test” needs Debian; “./run demo” and “./run check” do not."
        )
    if not missing or (_may_install() and _install(missing, f"Installing {', '.join(missing)}")):
        return
    raise CannotGoOn(f"The tests need more of the system. Type: {to_type(missing)}")


def pip_without_pip(var: Path) -> Path:
    """Return a wheel of pip for a Python that came without it, as a fresh Debian's does."""
    package = "python3-pip-whl"
    sysroot = var / "sysroot-pip"
    found = _wheels_of_pip(Path("/")) or _wheels_of_pip(sysroot)
    if not found and _may_install():
        _install([package], "Installing pip")
        found = _wheels_of_pip(Path("/"))
    if not found and _unpack([package], sysroot, "Unpacking pip (no root needed)"):
        found = _wheels_of_pip(sysroot)
    if not found:
        raise CannotGoOn(f"This Python has no pip. Type: {to_type(['python3-pip'])}")
    return found[-1]


def to_type(packages: Sequence[str]) -> str:
    return f"sudo apt-get install --no-install-recommends {' '.join(packages)}"


def _wheels_of_pip(root: Path) -> list[Path]:
    return sorted(root.glob("usr/share/python-wheels/pip-*.whl"))


def _offers_snaps_alone(release: Path) -> bool:
    """Tell whether this is Ubuntu or a child of it, where apt has no Chromium but a pointer to a snap."""
    lines = release.read_text().splitlines() if release.is_file() else []
    facts = dict(line.split("=", 1) for line in lines if "=" in line)
    kin = f"{facts.get('ID', '')} {facts.get('ID_LIKE', '')}"
    return "ubuntu" in kin.replace('"', " ").split()


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _as_root() -> list[str]:
    return [] if places.running_as_root() else ["sudo", "-n"]


def _may_install() -> bool:
    if shutil.which("apt-get") is None:
        return False
    if places.running_as_root():
        return True
    if shutil.which("sudo") is None:
        return False
    return subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0


def _apt(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**of_the_machine(), "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
    return children.undisturbed(arguments, environment=environment)


def _install(packages: Sequence[str], title: str) -> bool:
    install = (
        *_as_root(),
        *("apt-get", "install", "--yes", "--quiet", "--no-install-recommends"),
        *packages,
    )
    with step(title):
        done = _apt(*install)
        if done.returncode:  # most often because this machine has never read the lists
            _apt(*_as_root(), "apt-get", "update", "--quiet")
            done = _apt(*install)
    if done.returncode:
        say(f"  apt-get could not install {' '.join(packages)}: {children.last_line(done)}")
    return done.returncode == 0


def _unpack(packages: Sequence[str], sysroot: Path, title: str) -> bool:
    """Download packages and what they need with apt, and unpack them into a folder of ours."""
    if shutil.which("apt-get") is None or shutil.which("dpkg") is None:
        return False
    apt = sysroot / "apt"
    shutil.rmtree(sysroot, ignore_errors=True)
    for folder in (apt / "lists" / "partial", apt / "cache" / "archives" / "partial"):
        folder.mkdir(parents=True)
    ours = (f"-oDir::State::lists={apt / 'lists'}", f"-oDir::Cache={apt / 'cache'}")
    with step(title):
        _apt("apt-get", *ours, "update", "--quiet")
        plan = _apt("apt-get", *ours, "install", "-s", "--no-install-recommends", *packages)
        names = [line.split()[1] for line in plan.stdout.splitlines() if line.startswith("Inst ")]
        if plan.returncode or not names:
            return False
        fetched = children.quietly(
            ["apt-get", *ours, "download", *names], environment=of_the_machine(), folder=apt
        )
        for archive in sorted(apt.glob("*.deb")):
            if _apt("dpkg", "-x", str(archive), str(sysroot)).returncode:
                return False
    if fetched.returncode:
        return False
    (sysroot / "fonts.conf").write_text(FONTS_CONF.format(sysroot=sysroot))
    shutil.rmtree(apt)
    (sysroot / "done").touch()
    return True


def _pointing_at(sysroot: Path) -> dict[str, str]:
    folders = [str(path) for path in sorted(sysroot.glob("usr/lib/*-linux-gnu"))]
    before = os.environ.get("LD_LIBRARY_PATH")
    return {
        "LD_LIBRARY_PATH": os.pathsep.join([*folders, *([before] if before else [])]),
        "FONTCONFIG_FILE": str(sysroot / "fonts.conf"),
    }
