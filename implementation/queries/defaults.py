"""The editions of the figures that scenarios of capacity start from."""

from collections.abc import Iterable, Sequence

from django.db.models import QuerySet

from implementation.models import CapacityDefaults, CapacityScenario
from implementation.queries.capacity import BUILT_IN, Defaults

FIRST = 1


def editions() -> QuerySet[CapacityDefaults]:
    """Return every edition, the newest first."""
    found: QuerySet[CapacityDefaults] = CapacityDefaults.objects.select_related("published_by")
    return found.order_by("-number")


def edition_in_use() -> CapacityDefaults:
    used: CapacityDefaults = CapacityDefaults.objects.published()[:1].get()
    return used


def draft_edition() -> CapacityDefaults | None:
    draft: CapacityDefaults | None = CapacityDefaults.objects.drafts().first()
    return draft


def edition_to_start_from(number: int | None) -> CapacityDefaults:
    """Return the edition that a form was made from, or the one in use: a draft is nobody's start."""
    found: CapacityDefaults | None = None
    if number:
        found = CapacityDefaults.objects.published().filter(number=number).first()
    return found or edition_in_use()


def figures_of(edition: CapacityDefaults | None) -> Defaults:
    """Return the figures of an edition. Those of the first are in the language of whoever reads."""
    if edition is None or edition.number == FIRST:
        return BUILT_IN
    return Defaults.from_json(edition.figures)


def sources_of(scenarios: Iterable[CapacityScenario]) -> list[tuple[str, str]]:
    """Say where the figures that scenarios started from were published."""
    return once([figures_of(each.started_from).sources(each.model) for each in scenarios])


def once(found: Sequence[Sequence[tuple[str, str]]]) -> list[tuple[str, str]]:
    """Return equal sources once, what holds for every model behind what holds for one."""
    return list(
        dict.fromkeys(
            [
                *(sources[0] for sources in found),
                *(source for sources in found for source in sources[1:]),
            ]
        )
    )
