"""README and docs/deploying.md say what there is: variables, commands, files, and the restore that is rehearsed."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands

from mst_sites.demo.country import PASSWORD, PEOPLE
from mst_sites.embedded.commands import HELP

CHECKOUT = Path(settings.BASE_DIR)
README = (CHECKOUT / "README.md").read_text()
DEPLOYING = (CHECKOUT / "docs" / "deploying.md").read_text()
PAPERS = [CHECKOUT / "README.md", *sorted(CHECKOUT.glob("docs/**/*.md"))]
READ_IN_PYTHON = re.compile(
    r"""(?:environ(?:ment)?(?:\.get)?[\[(]|required_in_production\(|numbers\.\w+\()\s*"([A-Z][A-Z_]+)\""""
)
# What ./run alone reads.
OF_THE_LAUNCHER = {"OWNER_DATABASE_URL", "BACKUP_DATABASE_URL"}


def variables_read():
    """Return every variable that settings, the start of programs, the compose file or roles.sql read."""
    sources = [path.read_text() for path in CHECKOUT.glob("mst_sites/**/settings.py")]
    sources += [
        (CHECKOUT / name).read_text() for name in ("mst_sites/celery.py", "mst_sites/wsgi.py")
    ]
    python = {name for text in sources for name in READ_IN_PYTHON.findall(text)}
    compose = (CHECKOUT / "docker-compose.yml").read_text()
    roles = (CHECKOUT / "mst_sites" / "embedded" / "roles.sql").read_text()
    return (
        python
        | set(re.findall(r"(?<!\$)\$\{([A-Z][A-Z_]+)", compose))
        | set(re.findall(r"\\getenv \w+ ([A-Z_]+)", roles))
        | {"DJANGO_SETTINGS_MODULE"}
    )


def variables_told():
    """Return the variables of the tables' first column, and those of ./run."""
    rows = re.findall(r"^\| (`[A-Z].*?`) \|", DEPLOYING, re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`([A-Z][A-Z_]+)`", row)}


def test_deploying_tells_every_variable_and_no_other():
    assert variables_told() == variables_read()
    assert all(f"`{name}`" in DEPLOYING for name in OF_THE_LAUNCHER)


def test_variables_are_found_where_they_are_read():
    """The comparison would be empty if the patterns found nothing."""
    assert {
        "SECRET_KEY",
        "EMAIL_HOST",
        "OIDC_NAME",
        "MST_PORT",
        "MST_APP_PASSWORD",
    } <= variables_read()


def test_needed_variables_are_those_that_the_compose_file_demands():
    compose = (CHECKOUT / "docker-compose.yml").read_text()
    demanded = set(re.findall(r"\$\{([A-Z_]+):\?", compose))
    rows = re.findall(r"^\| (`[A-Z].*?`) \| yes \|", DEPLOYING, re.MULTILINE)
    needed = {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)}

    assert (
        needed - {"MST_ENV", "DATABASE_URL", "REDIS_URL"} == demanded
    )  # these three the file makes itself
    start = DEPLOYING.split("## Environment variables")[0]
    assert {name for name in demanded if f"   {name}=" not in start} == set()


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: path.name)
def test_links_lead_to_files_and_headings(paper):
    text = paper.read_text()
    links = re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r'src="([^"]+)"', text)
    broken = []
    for link in links:
        if link.startswith("http"):
            continue
        name, _, heading = link.partition("#")
        target = paper.parent / name if name else paper
        headings = re.findall(r"^#+ (.+)$", target.read_text(), re.MULTILINE) if heading else []
        if not target.exists() or (
            heading and heading not in [each.lower().replace(" ", "-") for each in headings]
        ):
            broken.append(link)

    assert broken == []


def test_commands_of_the_papers_exist():
    told = {word for paper in PAPERS for word in re.findall(r"\./run ([a-z]+)", paper.read_text())}
    known = set(re.findall(r"\./run (\w+)", HELP)) | {"help"}
    managed = {
        word
        for paper in PAPERS
        for word in re.findall(r"(?:run manage|manage\.py) ([a-z_]+)", paper.read_text())
    }

    assert told - known == set()
    assert {"demo", "test", "check"} <= told
    assert managed - set(get_commands()) == set()


def test_files_of_the_papers_exist():
    """Paths in backquotes that look like ours are ours."""
    for paper in (README, DEPLOYING):
        for path in re.findall(
            r"`((?:mst_sites|tests|docs|templates|static|consultation)/[\w./]+)`", paper
        ):
            assert (CHECKOUT / path).exists(), path


def test_readme_signs_in_as_the_demo_does():
    assert f"`{PASSWORD}`" in README
    for person in PEOPLE:
        name = person.email.split("@")[0]
        assert f"| {person.email} |" in README or f"`{name}@" in README, person.email


def test_restore_is_told_as_it_is_rehearsed():
    here = Path(__file__).parent
    rehearsed = "".join(p.read_text() for p in (here / "test_restore.py", here.parent / "dumps.py"))
    told = DEPLOYING.split("## Back up")[1]

    for part in ("pg_dump", "--format=custom", "pg_restore", "--exit-on-error", "template0"):
        assert part in told, part
        assert part in rehearsed, part
    assert "pg_dump --username=mst_backup" in told
    assert "pg_restore --username=mst_owner" in told
