"""Vendored files are what they say, and nothing of theirs points elsewhere."""

import json
from hashlib import sha256

import pytest

from mst_sites.look import icons
from tests.look.conftest import STATIC

PACKAGES = json.loads((STATIC / "vendor" / "vendor.json").read_text())
LISTED = {name: digest for package in PACKAGES for name, digest in package["files"].items()}


@pytest.mark.parametrize("name", sorted(LISTED))
def test_vendored_file_is_unchanged(name: str) -> None:
    assert sha256((STATIC / name).read_bytes()).hexdigest() == LISTED[name]


def test_every_vendored_file_is_listed() -> None:
    folders = [STATIC / "vendor", STATIC / "fonts"]
    found = {
        str(file.relative_to(STATIC))
        for folder in folders
        for file in folder.rglob("*")
        if file.is_file()
    }

    assert found == {*LISTED, "vendor/vendor.json"}


def test_every_package_comes_with_its_licence() -> None:
    for package in PACKAGES:
        assert package["licence"] in {"MIT", "OFL-1.1"}
        assert any(name.endswith("LICENSE") for name in package["files"])


def test_no_file_names_a_source_map_or_another_host() -> None:
    for file in [*STATIC.rglob("*.css"), *STATIC.glob("js/*.js")]:
        text = file.read_text()
        hosts = text.replace("http://www.w3.org/2000/svg", "").replace(
            "https://getbootstrap.com/", ""
        )
        hosts = hosts.replace("https://github.com/twbs/bootstrap/blob/main/LICENSE", "")
        assert "sourceMappingURL" not in text
        assert "url(http" not in text
        assert "//" not in hosts.replace("// ", "").replace("//\n", ""), file


def test_icon_sheet_holds_the_icons_of_the_code() -> None:
    assert (STATIC / "img" / "icons.svg").read_text() == icons.sheet()
