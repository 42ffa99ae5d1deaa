"""Which row is the header, and which of its columns is which."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.imports.cells import word_key
from app.imports.errors import EmptyTable, TableTooLarge
from app.imports.reading import MOST_COLUMNS, MOST_ROWS, Grid
from app.imports.spec import Spec, Table, TableRow
from app.text import sort_key

_HEADER_AMONG_FIRST = 30
EXAMPLE = "Пример:"
"""A cell that begins so marks the template's example, which is not a row of the table."""
_CELLS_OF_REMARK = 2
_REMARK = re.compile(
    r"^(?:итого|всего)\b|_{3,}|^(?:исполнител|составител|составил|ответственн|примечани|директор|руководител|начальник)[^:]*:"
)
_MARKS = re.compile(r"[*]|\(.*?\)")


@dataclass(frozen=True)
class Sheet:
    """A table as it was uploaded: headings, rows below them, and columns by key as they were recognised."""

    headings: tuple[str, ...]
    rows: Grid
    mapping: Mapping[str, int]


def find_table(grids: Sequence[Grid], spec: Spec) -> Sheet:
    """The sheet whose header says most of the spec's columns; without any header the first filled row is it."""
    sheets = [_find_header(grid, spec) for grid in grids]
    sheet = max(sheets, key=lambda found: len(found.mapping))
    if not sheet.rows:
        raise EmptyTable
    if len(sheet.rows) > MOST_ROWS:
        raise TableTooLarge(rows=MOST_ROWS, columns=MOST_COLUMNS)
    return sheet


def _find_header(grid: Grid, spec: Spec) -> Sheet:
    best, below = Sheet(grid[0].cells, grid[1:], match_columns(grid[0].cells, spec)), 1
    for index in range(min(len(grid), _HEADER_AMONG_FIRST)):
        for height in (1, 2):  # a header of two rows: «Контакты» over «почта» and «телефон»
            headings = _headings(grid[index : index + height])
            mapping = match_columns(headings, spec)
            if len(mapping) > len(best.mapping) and index + height <= len(grid):
                best, below = Sheet(headings, grid[index + height :], mapping), index + height
    rows = grid[below:]
    if rows and _is_numbering(rows[0].cells):
        rows = rows[1:]
    rows = tuple(
        row for row in rows if not _is_example(row.cells, best.mapping, spec) and not _is_remark(row.cells)
    )
    return Sheet(best.headings, rows, best.mapping)


def _is_example(cells: Sequence[str], mapping: Mapping[str, int], spec: Spec) -> bool:
    """The template's example as it came; with anything typed over it the row is somebody's, marked or not."""
    if not any(cell.startswith(EXAMPLE) for cell in cells):
        return False
    shown = [
        (column.examples, cells[mapping[column.key]]) for column in spec.columns if column.key in mapping
    ]
    return all(cell in ("", *examples) for examples, cell in shown)


def _is_remark(cells: Sequence[str]) -> bool:
    """«Исполнитель: Петрова О. В.», «Итого: 134», «Директор ________»: what stands below a table, or within it."""
    filled = [cell for cell in cells if cell]
    return len(filled) <= _CELLS_OF_REMARK and any(_REMARK.search(sort_key(cell)) for cell in filled)


def _headings(rows: Grid) -> tuple[str, ...]:
    """The lowest filled cell of each column."""
    return tuple(
        next((cell for cell in reversed(column) if cell), "")
        for column in zip(*(row.cells for row in rows), strict=True)
    )


def _is_numbering(cells: Sequence[str]) -> bool:
    """The row «1 2 3 4» that official tables have below the header."""
    filled = [cell for cell in cells if cell]
    return len(filled) > 2 and filled == [str(number) for number in range(1, len(filled) + 1)]


def match_columns(headings: Sequence[str], spec: Spec) -> dict[str, int]:
    """Columns by key: equal headings first, then headings that begin with or hold a known word."""
    keys = [word_key(_MARKS.sub(" ", heading).replace("№", " номер ")) for heading in headings]
    mapping: dict[str, int] = {}
    for fits in (_is_equal, _begins, _holds):
        for column in spec.columns:
            words = [word_key(str(word)) for word in (column.title, column.key, *column.words)]
            if column.key in mapping:
                continue
            for index, heading in enumerate(keys):
                if heading and index not in mapping.values() and fits(heading, words):
                    mapping[column.key] = index
                    break
    return mapping


def _is_equal(heading: str, words: Sequence[str]) -> bool:
    return heading in words


def _begins(heading: str, words: Sequence[str]) -> bool:
    return any(len(word) > 3 and heading.startswith(f"{word} ") for word in words)


def _holds(heading: str, words: Sequence[str]) -> bool:
    # A long heading is a sentence or a data cell, not a name of a column.
    return len(heading) <= 60 and any(len(word) > 5 and f" {word} " in f" {heading} " for word in words)


def as_table(rows: Grid, mapping: Mapping[str, int]) -> Table:
    """The rows with their cells by key."""
    return Table(
        columns=frozenset(mapping),
        rows=tuple(
            TableRow(
                row.line,
                {key: row.cells[index] for key, index in mapping.items() if index < len(row.cells)},
            )
            for row in rows
        ),
    )
