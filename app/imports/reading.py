"""Tables from XLSX and CSV as people have them: encodings, separators and damage are dealt with here."""

import codecs
import csv
import io
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

import structlog

from app.errors import DomainError
from app.imports.cells import cell_text
from app.imports.errors import (
    CellTooLong,
    EmptyTable,
    FileTooLarge,
    OldWorkbook,
    TableTooLarge,
    UnreadableFile,
)

log = structlog.get_logger()

MOST_BYTES = 10 * 1024 * 1024
MOST_ROWS = 5000
MOST_COLUMNS = 60
MOST_CHARACTERS = 2000
_MOST_SHEETS = 10
_MOST_UNPACKED = 60 * 1024 * 1024
_ROWS_ABOVE_TABLE = 30  # a title, a stamp, a legend
# Formatted but empty rows reach far down in real files; nothing beyond this is looked at.
_LAST_ROW_SCANNED = 20_000

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SEPARATORS = (";", "\t", ",")


@dataclass(frozen=True)
class Row:
    """A filled row under the number the reader's own program shows."""

    line: int
    cells: tuple[str, ...]


Grid = tuple[Row, ...]
"""A sheet as text: its filled rows, padded to the same width."""


def read_grids(content: bytes) -> list[Grid]:
    """The filled sheets of a workbook, or the one table of a text file."""
    if len(content) > MOST_BYTES:
        raise FileTooLarge(megabytes=MOST_BYTES // (1024 * 1024))
    if content.startswith(_OLE):
        raise OldWorkbook
    sheets = _sheets(content) if content.startswith(_ZIP) else [_text_rows(content)]
    grids = [grid for sheet in sheets if (grid := _grid(sheet))]
    if not grids:
        raise EmptyTable
    return grids


def _grid(rows: Iterable[Sequence[object]]) -> Grid:
    filled = []
    for line, values in enumerate(rows, start=1):
        if line > _LAST_ROW_SCANNED:
            break
        cells = [cell_text(value) for value in values]
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            continue
        if any(len(cell) > MOST_CHARACTERS for cell in cells):
            raise CellTooLong(line=line, limit=MOST_CHARACTERS)
        filled.append((line, cells))
        if len(cells) > MOST_COLUMNS or len(filled) > MOST_ROWS + _ROWS_ABOVE_TABLE:
            raise TableTooLarge(rows=MOST_ROWS, columns=MOST_COLUMNS)
    width = max((len(cells) for _, cells in filled), default=0)
    return tuple(Row(line, (*cells, *[""] * (width - len(cells)))) for line, cells in filled)


def _sheets(content: bytes) -> Iterator[Iterable[Sequence[object]]]:
    """Visible sheets of a workbook, formulas as the values they had when it was saved."""
    from openpyxl import load_workbook  # takes a quarter of a second, which a process start need not wait for

    _refuse_bomb(content)
    try:
        with warnings.catch_warnings():
            # Files of other programs lack styles or hold extensions: nothing that values depend on.
            warnings.simplefilter("ignore", UserWarning)
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            for sheet in book.worksheets[:_MOST_SHEETS]:
                if sheet.sheet_state == "visible":
                    sheet.reset_dimensions()  # the declared size is often wrong
                    yield list(sheet.iter_rows(values_only=True, max_row=_LAST_ROW_SCANNED))
            book.close()
    except Exception as error:
        # The reader of damaged workbooks fails with whatever error comes first: each means the same here.
        log.info("workbook_unreadable", error=repr(error))
        raise UnreadableFile from error


def _refuse_bomb(content: bytes) -> None:
    """A small archive that unpacks into gigabytes, or a part that declares entities, is not a workbook."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if sum(part.file_size for part in parts) > _MOST_UNPACKED:
                raise TableTooLarge(rows=MOST_ROWS, columns=MOST_COLUMNS)
            for part in parts:
                with archive.open(part) as file:
                    if b"<!DOCTYPE" in file.read(4096):
                        raise UnreadableFile
    except DomainError:
        raise
    except Exception as error:
        log.info("archive_unreadable", error=repr(error))
        raise UnreadableFile from error


def _text_rows(content: bytes) -> Iterator[list[str]]:
    text = _decode(content)
    lines = text.splitlines()
    if lines and lines[0].strip().lower().startswith("sep="):  # a spreadsheet's own hint
        separator = lines[0].strip()[4:5] or ";"
        text = "\n" + "\n".join(lines[1:])
    else:
        separator = _separator(text)
    try:
        yield from csv.reader(io.StringIO(text), delimiter=separator)
    except csv.Error as error:
        raise UnreadableFile from error


def _decode(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    elif b"\x00" in content[:200]:
        encodings = ["utf-16-le" if content[1:2] == b"\x00" or content[1:2] == b"\x04" else "utf-16-be"]
    else:
        encodings = ["utf-8-sig", "cp1251"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text and _is_text(text):
            return text
    raise UnreadableFile


def _is_text(text: str) -> bool:
    """Control characters tell a picture or a program from a table."""
    sample = text[:4000]
    return not any(ord(character) < 32 and character not in "\t\r\n\f" for character in sample)


def _separator(text: str) -> str:
    """The separator that divides the first lines into the most columns."""

    def width(separator: str) -> float:
        sample = csv.reader(io.StringIO(text[:20_000]), delimiter=separator)
        try:
            widths = [len(row) for _, row in zip(range(30), sample, strict=False) if any(row)]
        except csv.Error:
            return 0
        return float(median(widths)) if widths else 0

    return max(_SEPARATORS, key=width)
