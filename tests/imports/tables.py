"""Workbooks and text tables as people make them."""

import io
from collections.abc import Sequence

import openpyxl

HEADER = (
    "№ п/п",
    "ФИО педагога",
    "Наименование ОО",
    "Должность",
    "Предмет(ы)",
    "Кв. категория",
    "Стаж (лет)",
    "E-mail",
    "Телефон",
)


def workbook(rows: Sequence[Sequence[object]], *, title: str | None = None) -> bytes:
    """An XLSX file; with `title` a merged cell stands above the header."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    if title is not None:
        sheet.append([title])
        sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=5)
        sheet.append([])
    for row in rows:
        sheet.append(list(row))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def text_table(rows: Sequence[Sequence[object]], *, separator: str = ";", encoding: str = "utf-8") -> bytes:
    """A CSV file."""
    lines = (separator.join("" if cell is None else str(cell) for cell in row) for row in rows)
    return "\r\n".join(lines).encode(encoding)
