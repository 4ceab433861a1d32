"""What a page says, as its tests read it."""

import re
from typing import Any


def words(response: Any) -> str:
    """Return what a page says, without its tags."""
    return _without_tags(response.content.decode())


def main_words(response: Any) -> str:
    """Return what the main part of a page says, without its tags."""
    return _without_tags(response.content.decode().split("<main")[1])


def names(response: Any) -> list[str]:
    """Return the first cell of each row of a page's table, where it is a link."""
    return re.findall(r'<th scope="row"><a [^>]*>([^<]*)', response.content.decode())


def _without_tags(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())
