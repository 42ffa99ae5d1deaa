"""Lists as spreadsheets to work with and to print: one look for all of them."""

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from textwrap import wrap
from typing import Any

import xlsxwriter
from flask import Response, send_file
from flask_babel import gettext as _

from app.formats import local

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
A4 = 9
POINTS_A_LINE = 15
WIDTH_OF_A_PORTRAIT_PAGE = 95

Cell = str | int | float | date | time | None
"""A datetime is a date too; it is written as it stands: `in_table` makes it ready."""


def table(title: str, columns: Sequence[tuple[str, int]], rows: Iterable[Sequence[Cell]]) -> io.BytesIO:
    """A workbook of one sheet: «№ п/п», then `columns` (heading, width), the heading frozen and filtered.

    Dates, times and numbers are real ones; text stays text, whatever it begins with.
    """
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, OPTIONS) as book:
        sheet = book.add_worksheet(title[:31])
        written = _write(book, sheet, [(_("No."), 6), *columns], rows)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(written, 1), len(columns))
        sheet.repeat_rows(0)
        fit_to_page(sheet, sum(width for _heading, width in columns))
    buffer.seek(0)
    return buffer


def in_table(moment: datetime, time_zone: str) -> datetime:
    """A moment as a cell shows it: by the clock of the cluster, to the minute."""
    return local(moment, time_zone).replace(tzinfo=None, second=0, microsecond=0)


def fit_to_page(sheet: Any, width: float) -> None:
    """Print on the width of A4, across where the columns need it, with numbered pages."""
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    sheet.set_footer("&R&P / &N")
    if width > WIDTH_OF_A_PORTRAIT_PAGE:
        sheet.set_landscape()


def height_of(row: Iterable[tuple[object, float]]) -> float:
    """Points for a row of (value, width) pairs: not every program grows a row by its wrapped text."""
    lines = [len(wrap(value, max(int(width), 1))) for value, width in row if isinstance(value, str)]
    return POINTS_A_LINE * max([1, *lines])


def attachment(file: io.BytesIO, name: str) -> Response:
    """The workbook as a download; `name` has no ending."""
    response = send_file(file, mimetype=XLSX, as_attachment=True, download_name=f"{name}.xlsx")
    response.headers["Cache-Control"] = "no-store"  # names and addresses do not stay in a browser's cache
    return response


def _write(book: Any, sheet: Any, columns: Sequence[tuple[str, int]], rows: Iterable[Sequence[Cell]]) -> int:
    """The heading and the rows; how many rows there were."""
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    formats = _formats(book)
    widths = [width for _heading, width in columns]
    sheet.set_row(0, height_of(columns))
    for index, (heading, width) in enumerate(columns):
        sheet.write_string(0, index, heading, head)
        sheet.set_column(index, index, width)
    number = 0
    for number, row in enumerate(rows, start=1):
        sheet.set_row(number, height_of(zip((number, *row), widths, strict=True)))
        sheet.write_number(number, 0, number, formats[int])
        for index, value in enumerate(row, start=1):
            _write_cell(sheet, number, index, value, formats)
    return number


def _formats(book: Any) -> dict[type, Any]:
    top = {"valign": "top"}
    in_days = top | {"align": "left"}
    return {
        datetime: book.add_format(in_days | {"num_format": "dd.mm.yyyy hh:mm"}),
        date: book.add_format(in_days | {"num_format": "dd.mm.yyyy"}),
        time: book.add_format(in_days | {"num_format": "hh:mm"}),
        int: book.add_format(top | {"align": "center"}),
        float: book.add_format(top),
        str: book.add_format(top | {"text_wrap": True}),
    }


def _write_cell(sheet: Any, row: int, column: int, value: Cell, formats: dict[type, Any]) -> None:
    if value is None or value == "":
        return
    if isinstance(value, str):
        sheet.write_string(row, column, value, formats[str])
    elif isinstance(value, date | time):  # the narrower kind first: a datetime is a date
        kind = next(kind for kind in (datetime, date, time) if isinstance(value, kind))
        sheet.write_datetime(row, column, value, formats[kind])
    else:
        sheet.write_number(row, column, value, formats[float])
