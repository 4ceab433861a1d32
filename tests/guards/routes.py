"""Every address of the application, found by walking its URL patterns."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True)
class Route:
    """One URL pattern with the view behind it."""

    name: str
    pattern: str
    view: Any
    parameters: frozenset[str]

    @property
    def page(self) -> Any:
        """Return the class of the view, None for a function."""
        return getattr(self.view, "view_class", None)

    @property
    def is_of_allauth(self) -> bool:
        """Tell whether the page is allauth's, as it is or with something added: the same for every role."""
        family = self.page.__mro__ if self.page else [self.view]
        return any(member.__module__.startswith("allauth.") for member in family)

    @property
    def methods(self) -> set[str]:
        """Return the methods that the page answers, but for those that Django answers by itself."""
        if self.page is None:
            return {"GET"}
        names = set(self.page.http_method_names) - {"head", "options"}
        return {name.upper() for name in names if hasattr(self.page, name)}


def routes(
    patterns: Any = None, prefix: str = "", parameters: frozenset[str] = frozenset()
) -> Iterator[Route]:
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        path = prefix + str(entry.pattern)
        found = parameters | set(entry.pattern.regex.groupindex)
        if isinstance(entry, URLResolver):
            yield from routes(entry.url_patterns, path, found)
        elif isinstance(entry, URLPattern):
            yield Route(entry.name or path, path, entry.callback, found)
