"""The rows of tables and grids, drawn in Python: a template takes five times as long for a page of fifty."""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from mst_sites.look import icons, statuses
from mst_sites.look.parts import Grid, GridCell, Text
from mst_sites.look.statuses import Status
from mst_sites.look.tables import Cell, Column, Table

StatusDrawer = Callable[..., SafeString]


def draw_rows(table: Table, *, status: StatusDrawer = statuses.draw) -> SafeString:
    """Draw the body of a table; the first cell of a row is its heading."""
    # A column of fifty statuses has a handful of different ones; a safe text is never taken for one that is not.
    status = lru_cache(maxsize=None, typed=True)(status)
    return format_html_join(
        "",
        row_form(table.columns),
        ([draw_content(cell, status) for _, _, cell in line] for line in table.lines),
    )


def row_form(columns: Sequence[Column]) -> str:
    """Write a row with a gap for what each cell holds; a brace in a label is no gap."""
    cells = [
        opening(place, column).replace("{", "{{").replace("}", "}}")
        + ("{}</td>" if place else "{}</th>")
        for place, column in enumerate(columns)
    ]
    return f"<tr>{''.join(cells)}</tr>"


def opening(place: int, column: Column) -> SafeString:
    """Write the tag that begins each cell of a column."""
    if place == 0:
        return format_html('<th scope="{}">', "row")
    if column.numeric:
        return format_html('<td class="num" data-label="{}">', column.label)
    return format_html('<td data-label="{}">', column.label)


def joined(parts: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


def draw_content(cell: Cell, status: StatusDrawer) -> SafeString | Text:
    content: SafeString | Text = cell.text
    if cell.status:
        content = status(cell.status, label=cell.text)
    elif cell.url:
        content = format_html('<a href="{}">{}</a>', cell.url, cell.text)
    if not cell.note:
        return content
    return format_html('<span>{} <span class="cell-note">{}</span></span>', content, cell.note)


def draw_grid_cells(grid: Grid, states: dict[str, Status]) -> list[SafeString]:
    """Draw the squares of each row of a grid; most are alike, and each kind is drawn once."""
    drawn: dict[tuple[int, GridCell], SafeString] = {}
    lines = []
    for row in grid.rows:
        squares = list(enumerate(row.cells))
        for place, cell in squares:
            if (place, cell) not in drawn:
                state = states[cell.status]
                drawn[place, cell] = draw_square(grid.columns[place], cell, state)
        lines.append(SafeString("".join(drawn[square] for square in squares)))
    return lines


def draw_square(column: Text, cell: GridCell, state: Status) -> SafeString:
    word = format_html('<span class="grid-word">{}</span>', state.label)
    if cell.text:
        said = format_html('<span class="visually-hidden">{}: </span>', state.label)
        word = format_html("{}{}", said, cell.text)
    content = format_html("{}{}", icons.draw(state.icon), word)
    if cell.url:
        content = format_html('<a href="{}">{}</a>', cell.url, content)
    else:
        content = format_html("<span>{}</span>", content)
    return format_html('<td class="grid-{}" data-label="{}">{}</td>', state.tone, column, content)
