"""The rows of tables and grids, drawn in Python: a template takes five times as long for a page of fifty."""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from mst_sites.look import icons, statuses
from mst_sites.look.parts import Grid, GridCell, GridRow, Text
from mst_sites.look.tables import Cell, Column, Table

StatusDrawer = Callable[..., SafeString]


def draw_rows(table: Table, *, status: StatusDrawer = statuses.draw) -> SafeString:
    """Draw the body of a table; the first cell of a row is its heading."""
    # A column of fifty statuses has a handful of different ones; a safe text is never taken for one that is not.
    status = lru_cache(maxsize=None, typed=True)(status)
    return format_html_join(
        "",
        row_form(table.columns),
        (
            [
                draw_cell(cell, status) if isinstance(cell, Cell) else cell
                for _, cell in zip(table.columns, row.cells, strict=True)
            ]
            for row in table.rows
        ),
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
    if column.one_line:
        return format_html('<td class="one-line" data-label="{}">', column.label)
    if column.numeric:
        return format_html('<td class="num" data-label="{}">', column.label)
    return format_html('<td data-label="{}">', column.label)


def joined(parts: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


def draw_cell(cell: Cell, status: StatusDrawer) -> SafeString | Text:
    content: SafeString | Text = cell.text
    if cell.status:
        content = status(cell.status, label=cell.text)
    elif cell.url:
        content = format_html('<a href="{}">{}</a>', cell.url, cell.text)
    if not cell.note:
        return content
    return format_html('<span>{} <span class="cell-note">{}</span></span>', content, cell.note)


def draw_grid_rows(grid: Grid) -> SafeString:
    """Draw the rows of a grid; most squares are alike, and each kind is drawn once."""
    # A column that has a letter shows it above its squares on a narrow page, and others say their name in each.
    labels: Sequence[Text] = [""] * len(grid.columns) if grid.letters else grid.columns
    drawn: dict[tuple[Text, GridCell], SafeString] = {}
    lines = []
    for row in grid.rows:
        squares = list(zip(labels, row.cells, strict=True))
        for label, cell in squares:
            if (label, cell) not in drawn:
                drawn[label, cell] = draw_square(label, cell)
        cells = "".join(drawn[square] for square in squares)
        lines.append(f"<tr>{draw_row_heading(row)}{cells}</tr>")
    return SafeString("".join(lines))


def draw_row_heading(row: GridRow) -> SafeString:
    label: SafeString | Text = row.label
    if row.url:
        label = format_html('<a href="{}">{}</a>', row.url, label)
    note = format_html("<small>{}</small>", row.note) if row.note else ""
    return format_html('<th scope="row">{}{}</th>', label, note)


def draw_square(label: Text, cell: GridCell) -> SafeString:
    """Draw one square: a shape and a word, or a figure before which the word is only said."""
    state = statuses.status_of(cell.status)
    content = format_html("{}" if label else '<span class="grid-word">{}</span>', state.label)
    if cell.text:
        content = format_html("<i>{} </i>{}", state.label, cell.text)
    content = format_html("{}{}", icons.draw_from_page(state.icon), content)
    if cell.url:
        content = format_html('<a href="{}">{}</a>', cell.url, content)
    named = format_html(' data-label="{}"', label) if label else ""
    return format_html('<td class="{}"{}>{}</td>', state.tone, named, content)
