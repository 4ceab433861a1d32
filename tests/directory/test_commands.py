"""The operators' commands that add sites and teams: what they print, refuse and leave behind."""

import io
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import (
    CommandError,
    call_command,
    get_commands,
    load_command_class,
)

from mst_sites.audit.models import AuditEntry
from mst_sites.tenancy.models import Site, Team
from tests.factories import SiteFactory, TeamFactory

pytestmark = pytest.mark.django_db

OURS = {
    name: app
    for name, app in get_commands().items()
    if app.startswith(("mst_sites.", "implementation", "staffing", "consultation"))
}
CALLED_SO = (
    "Another site is called this already, and people tell sites apart by their names. "
    "Add what tells this one apart, such as its county."
)
OF_DJANGO = {"settings", "pythonpath"}


def run(*words):
    """Run a command as from a shell; return what it printed for programs and for people."""
    out, err = io.StringIO(), io.StringIO()
    call_command(*words, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def new_site(**changes):
    values = {"name": "Afon Valley", "slug": "afon-valley", "nation": "wales", **changes}
    return run("create_site", *[word for k, v in values.items() for word in (f"--{k}", v)])


def new_team(**changes):
    values = {"site": "afon", "name": "Afon team", "slug": "one", **changes}
    return run("create_team", *[word for k, v in values.items() for word in (f"--{k}", v)])


def test_create_site_prints_its_address_and_nothing_else():
    printed = new_site(model="can", region="North East")

    site = Site.objects.get()
    assert printed == ("afon-valley\n", "")
    assert (site.name, site.nation, site.model, site.region) == (
        "Afon Valley",
        "WALES",
        "can",
        "North East",
    )
    assert AuditEntry.objects.get().action == "site.created"


@pytest.mark.parametrize(
    ("typed", "nation"),
    [
        ("england", "ENGLAND"),
        ("England", "ENGLAND"),
        ("WALES", "WALES"),
        ("northern-ireland", "NORTHERN_IRELAND"),
        ("Northern Ireland", "NORTHERN_IRELAND"),
        ("NORTHERN_IRELAND", "NORTHERN_IRELAND"),
        (" ireland ", "IRELAND"),
    ],
)
def test_create_site_takes_a_nation_as_people_write_it(typed, nation):
    new_site(nation=typed)

    assert Site.objects.get().nation == nation


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"nation": "France"},
            "There is no nation 'France': england, wales, scotland, northern-ireland, ireland.",
        ),
        (
            {"model": "plain"},
            "There is no MST model 'plain': standard, can, psb, fit, bsf, e, sa, ea.",
        ),
        ({"slug": "taken"}, "slug: Another site has this address already."),
        (
            {"slug": "Afon Valley"},
            "slug: Use small letters, digits and single hyphens, such as afon-valley.",
        ),
        (
            {"slug": "new"},
            "slug: “new” is the address of the page that adds one. Choose another.",
        ),
        ({"name": " TAKEN name "}, f"name: {CALLED_SO}"),
        ({"name": ""}, "name: This field cannot be blank."),
        ({"name": "   "}, "name: Write a name in one line, without invisible signs."),
        ({"name": "Afon\nValley"}, "name: Write a name in one line, without invisible signs."),
        ({"name": "Afon \u202eyellaV"}, "name: Write a name in one line, without invisible signs."),
    ],
)
def test_create_site_refuses_in_one_line(changes, message):
    SiteFactory(slug="taken", name="Taken Name")

    with pytest.raises(CommandError) as refusal:
        new_site(**changes)

    assert str(refusal.value) == message
    assert Site.objects.count() == 1


def test_create_team_prints_its_address_and_nothing_else():
    site = SiteFactory(slug="afon", model="can")

    printed = new_team()

    team = Team.objects.get()
    assert printed == ("one\n", "")
    assert (team.site, team.name, team.model) == (site, "Afon team", "can")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"site": "nowhere"}, "There is no site with the address 'nowhere'."),
        ({"slug": "taken"}, "Another team of this site has this address already."),
        (
            {"slug": "Team 1"},
            "slug: Use small letters, digits and single hyphens, such as afon-valley.",
        ),
        (
            {"model": "plain"},
            "There is no MST model 'plain': standard, can, psb, fit, bsf, e, sa, ea.",
        ),
    ],
)
def test_create_team_refuses_in_one_line(changes, message):
    TeamFactory(site=SiteFactory(slug="afon"), slug="taken")

    with pytest.raises(CommandError) as refusal:
        new_team(**changes)

    assert str(refusal.value) == message
    assert Team.objects.count() == 1


@pytest.mark.parametrize("command", ["create_site", "create_team"])
def test_command_names_what_it_needs(command):
    with pytest.raises(CommandError, match="the following arguments are required: --"):
        run(command)


def test_create_site_ends_as_a_shell_expects():
    """A refusal is one line on standard error, nothing on standard output, and a code that is not 0."""
    command = [sys.executable, settings.BASE_DIR / "manage.py", "create_site"]
    words = ["--name", "Afon", "--slug", "afon", "--nation", "france"]

    ended = subprocess.run([*command, *words], capture_output=True, text=True, check=False)  # noqa: S603

    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.splitlines() == [
        "CommandError: There is no nation 'france': england, wales, scotland, northern-ireland, ireland."
    ]


@pytest.mark.parametrize("name", sorted(OURS))
def test_arguments_are_refused_in_one_line_where_they_are_no_text(name):
    """Python passes on bytes that are no UTF-8 in disguise; PostgreSQL and every printer would stumble over them."""
    parser = load_command_class(OURS[name], name).create_parser("./run manage", name)
    plain = [
        action.dest
        for action in parser._actions
        if action.nargs != 0 and action.type in {None, str} and action.dest not in OF_DJANGO
    ]

    assert plain == []


def test_bytes_that_are_no_text_are_named_with_their_argument():
    with pytest.raises(CommandError, match=r"argument --name: this is no text in UTF-8\.$"):
        new_site(name="Afon\udcff")
