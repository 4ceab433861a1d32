"""`./run check`: everything that can be judged without running the product."""

import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mst_sites.embedded import children, places, stamps
from mst_sites.embedded.console import CannotGoOn, say
from mst_sites.embedded.django import Household

# Judged by hand. The table of editions has a handful of rows, which only MST UK and migrations write: its
# locks last no time, and no older code adds a row while it is migrated. Sites and organisations are some hundreds:
# what older code would call alike meanwhile is refused, which its pages say in words.
HARMLESS_MIGRATIONS = ("0015_change_editions", "0006_names_once")
PACKAGES = ("mst_sites", "implementation", "staffing", "consultation")


@dataclass(frozen=True)
class Check:
    """One judge: its name, what it is called with, and in which environment."""

    name: str
    arguments: Sequence[str | Path]
    environment: Mapping[str, str]


def checks(home: Household) -> list[Check]:
    def tool(name: str, *arguments: str | Path) -> Check:
        program = home.venv.programs / arguments[0]
        return Check(name, [program, *arguments[1:]], home.variables)

    def django(name: str, *words: str, **changes: str) -> Check:
        variables = {**home.variables_for(words[0]), **changes}
        return Check(name, home.command(*words), variables)

    in_production = {
        "MST_ENV": "production",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "BASE_URL": "https://sites.example.org",
        "ALLOWED_HOSTS": "sites.example.org",
        "EMAIL_URL": "smtp://user:password@mail.example.org:587",
        "DEFAULT_FROM_EMAIL": "sites@example.org",
    }
    harmless = ("--ignore-name", *HARMLESS_MIGRATIONS)
    ours = ("--include-apps", *sorted({path.parents[1].name for path in stamps.migration_files()}))
    return [
        tool("lint", "ruff", "check", "."),
        tool("format", "ruff", "format", "--check", "."),
        tool("templates-format", "djangofmt", "--check", *places.templates()),
        tool("templates-lint", "djangofmt", "check", *places.templates()),
        tool("types", "mypy", *PACKAGES),
        tool("imports", "lint-imports"),
        tool("packages", "deptry", "."),
        django("migrations-made", "makemigrations", "--check", "--dry-run"),
        django(
            "migrations-safe",
            "lintmigrations",
            "--no-cache",
            *harmless,
            *ours,
            MST_ENV="development",
        ),
        django("deployment", "check", "--deploy", "--fail-level=WARNING", **in_production),
    ]


def run(home: Household, *, only: Sequence[str] = ()) -> int:
    """Run every check, or the named ones, and say each one's result on a line; all run to the end."""
    found = checks(home)
    if unknown := set(only) - {check.name for check in found}:
        names = ", ".join(check.name for check in found)
        raise CannotGoOn(f"No check is called {', '.join(sorted(unknown))}; there are {names}.")
    failed = []
    for check in found:
        if only and check.name not in only:
            continue
        begun = time.monotonic()
        done = children.quietly(
            check.arguments, environment=check.environment, folder=places.CHECKOUT
        )
        took = time.monotonic() - begun
        say(f"  {'failed' if done.returncode else 'passed'}  {check.name:<18}{took:6.1f} s")
        if done.returncode:
            failed.append(check.name)
            say(f"{done.stdout}{done.stderr}".rstrip() + "\n")
    say(f"\n  {'Failed: ' + ', '.join(failed) if failed else 'Every check passed.'}")
    return 1 if failed else 0
