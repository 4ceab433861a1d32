"""A table as data: columns, rows, the order they are in and the page that is shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db.models import Choices

from mst_sites.look.parts import Text


def words_of(choices: type[Choices]) -> dict[str, str]:
    """Return the words of every choice, for a table to look up: `get_…_display` reads all of them for each row."""
    return {value: str(label) for value, label in choices.choices}


@dataclass(frozen=True)
class Column:
    """A column; with `sort_by` its heading is a link that orders the rows, with `one_line` no date in it breaks."""

    label: Text
    numeric: bool = False
    sort_by: str = ""
    one_line: bool = False


@dataclass(frozen=True)
class Cell:
    text: Text = ""
    url: str = ""
    status: str = ""
    note: Text = ""


@dataclass(frozen=True)
class Row:
    """The first cell names the row. A plain string stands for a cell of that text."""

    cells: Sequence[Cell | Text]


@dataclass(frozen=True)
class Page:
    """Where in a long list we are, whatever counted it."""

    number: int
    last: int
    first_row: int
    last_row: int
    rows: int

    @classmethod
    def of(cls, page: Any) -> "Page":
        """Read a page of Django's paginator."""
        paginator = page.paginator
        return cls(
            page.number, paginator.num_pages, page.start_index(), page.end_index(), paginator.count
        )

    @property
    def shown(self) -> list[int | None]:
        """Page numbers to offer, None where some are left out."""
        wanted = sorted({1, self.number - 1, self.number, self.number + 1, self.last})
        numbers: list[int | None] = []
        for number in wanted:
            if not 1 <= number <= self.last:
                continue
            if numbers and number - (numbers[-1] or 0) > 1:
                numbers.append(None)
            numbers.append(number)
        return numbers


def query(params: Mapping[str, Any], **changes: Any) -> str:
    """Write a query string with some parameters changed; None takes one away."""
    lists = dict(params.lists()) if hasattr(params, "lists") else dict(params)
    merged = {**lists, **changes}
    pairs = {key: value for key, value in merged.items() if value not in (None, "", [""])}
    return "?" + urlencode(pairs, doseq=True)


@dataclass(frozen=True)
class Table:
    """Rows under a caption; `sort` is a column's `sort_by`, with "-" before it for falling order."""

    caption: Text
    columns: Sequence[Column]
    rows: Sequence[Row]
    sort: str = ""
    page: Page | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    caption_hidden: bool = False
    empty: Text = ""

    @property
    def headings(self) -> list[dict[str, Any]]:
        """Each column with its order ("ascending", "descending" or "") and the address that changes it."""
        headings = []
        for column in self.columns:
            order = {column.sort_by: "ascending", f"-{column.sort_by}": "descending"}.get(
                self.sort, ""
            )
            if not column.sort_by:
                order = ""
            turned = f"-{column.sort_by}" if order == "ascending" else column.sort_by
            url = query(self.params, sort=turned, page=None) if column.sort_by else ""
            headings.append({"column": column, "order": order, "url": url})
        return headings
