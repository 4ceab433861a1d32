"""Django's commands as the launcher runs them: which role, what is done before, what is left out."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mst_sites.embedded import children, environment, packages, places, services, stamps, venv
from mst_sites.embedded.places import House
from mst_sites.embedded.services import Services
from mst_sites.embedded.venv import Venv

# What changes or reads the schema itself, which mst_app may not.
OWNER_COMMANDS = {
    "migrate",
    "sqlmigrate",
    "sqlflush",
    "makemigrations",
    "lintmigrations",
    "optimizemigration",
}
MANAGE = places.CHECKOUT / "manage.py"


@dataclass(frozen=True)
class Household:
    """A house with all that its programs need: environment, services, variables."""

    house: House
    venv: Venv
    services: Services
    variables: Mapping[str, str]

    def command(self, *words: str) -> list[str | Path]:
        return [self.venv.python, MANAGE, *words]

    def variables_for(self, command: str) -> Mapping[str, str]:
        """Return the variables for one of Django's commands: the owner's address where it must be."""
        if command not in OWNER_COMMANDS:
            return self.variables
        return {**self.variables, "DATABASE_URL": self.variables["OWNER_DATABASE_URL"]}

    def must(self, title: str, *words: str) -> str:
        return children.must(
            title,
            self.command(*words),
            environment=self.variables_for(words[0]),
            folder=places.CHECKOUT,
        )

    def prepare(self) -> None:
        """Migrate and collect the static files, each only if something changed since it was done."""
        locked = (venv.REQUIREMENTS / f"{venv.DEMO}.lock").read_bytes()
        schema = stamps.digest(stamps.of_contents(stamps.migration_files()), locked)
        static = stamps.digest(stamps.of_dates(stamps.static_files()), locked)
        if self.services.owns_postgres:
            stamps.once(self.house.stamps / "migrated", schema, self._migrate)
        else:  # what happened to a server that is not ours, no stamp of ours can tell
            self._migrate()
        if not self.in_production:
            stamps.once(self.house.stamps / "static", static, self._collect)

    @property
    def in_production(self) -> bool:
        return self.variables["MST_ENV"] == "production"

    def _migrate(self) -> None:
        self.must("Preparing the database's tables", "migrate", "--no-input", "--verbosity=0")

    def _collect(self) -> None:
        self.must("Collecting the static files", "collectstatic", "--no-input", "--verbosity=0")


def household(
    house: House, *, kind: str, lock: str = venv.DEMO, durable: bool = True, port: int = 8000
) -> Household:
    """Make everything that a house's programs need, short of starting a service."""
    house.prepare()
    virtual = venv.ensure(lock)
    its_services = services.of(house, virtual.site_packages, kind=kind, durable=durable)
    variables = environment.for_django(
        house,
        urls=its_services.urls,
        kind=kind,
        libraries=packages.pdf_libraries(places.CHECKOUT / "var"),
        port=port,
    )
    programs = [virtual.programs]
    if its_services.owns_postgres:
        programs.append(its_services.postgres.binaries)  # pg_dump and psql of the same version
    return Household(house, virtual, its_services, environment.with_path(variables, *programs))
