"""The rows of tables and grids, drawn in Python: a template takes five times as long for a page of fifty."""

from collections.abc import Callable, Iterable

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from mst_sites.look import icons, statuses
from mst_sites.look.parts import Grid, GridCell, Text
from mst_sites.look.statuses import Status
from mst_sites.look.tables import Cell, Column, Table

StatusDrawer = Callable[..., SafeString]


def draw_rows(table: Table, *, status: StatusDrawer = statuses.draw) -> SafeString:
    """Draw the body of a table; the first cell of a row is its heading."""
    return joined(
        format_html("<tr>{}</tr>", joined(draw_cell(*item, status) for item in line))
        for line in table.lines
    )


def joined(parts: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


def draw_cell(place: int, column: Column, cell: Cell, status: StatusDrawer) -> SafeString:
    inside = draw_content(cell, status)
    if place == 0:
        return format_html('<th scope="row">{}</th>', inside)
    if column.numeric:
        return format_html('<td class="num" data-label="{}">{}</td>', column.label, inside)
    return format_html('<td data-label="{}">{}</td>', column.label, inside)


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
    """Draw the squares of each row of a grid."""
    return [
        joined(
            draw_square(column, cell, states[cell.status])
            for column, cell in zip(grid.columns, row.cells, strict=True)
        )
        for row in grid.rows
    ]


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
