"""Workbooks out: the template of a kind of table, and the report on a checked one."""

import io
from collections.abc import Mapping, Sequence
from datetime import date

import xlsxwriter
from flask_babel import gettext as _

from app.accounts.models import Cluster
from app.imports.columns import EXAMPLE
from app.imports.models import ImportRun
from app.imports.spec import Checked, Level, Spec
from app.spreadsheets import OPTIONS, fit_to_page

_ROWS_WITH_LISTS = 1000


def template(spec: Spec, cluster: Cluster, today: date) -> io.BytesIO:
    """A table to fill in: frozen header, an example row, drop-down lists, a second sheet that explains."""
    buffer = io.BytesIO()
    allowed = spec.allowed_values(cluster, today)
    with xlsxwriter.Workbook(buffer, OPTIONS) as book:
        sheet = book.add_worksheet(str(spec.title)[:31])
        guide = book.add_worksheet(_("How to fill in"))
        _data_sheet(book, sheet, spec)
        lists = _guide_sheet(book, guide, spec, allowed)
        for index, column in enumerate(spec.columns):
            if column.key in lists and column.is_listed:
                sheet.data_validation(
                    1,
                    index,
                    _ROWS_WITH_LISTS,
                    index,
                    {"validate": "list", "source": lists[column.key], "error_type": "warning"},
                )
    buffer.seek(0)
    return buffer


def _data_sheet(book: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet, spec: Spec) -> None:
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    grey = book.add_format({"italic": True, "font_color": "#5b6b70", "num_format": "@"})
    as_text = book.add_format({"num_format": "@"})
    examples = max((len(column.examples) for column in spec.columns), default=0)
    for index, column in enumerate(spec.columns):
        title = f"{column.title} *" if spec.needs(column) else str(column.title)
        sheet.write_string(0, index, title, head)
        # Text format: otherwise a telephone loses its plus and «3-10» becomes the third of October.
        sheet.set_column(index, index, column.width, as_text)
        for row, example in enumerate(column.examples, start=1):
            sheet.write_string(row, index, example, grey)
    for row in range(1, examples + 1):
        sheet.write_string(
            row, len(spec.columns), f"{EXAMPLE} " + _("this row may stay, it is not loaded"), grey
        )
    sheet.set_column(len(spec.columns), len(spec.columns), 46)
    sheet.freeze_panes(1, 0)


def _guide_sheet(
    book: xlsxwriter.Workbook,
    guide: xlsxwriter.worksheet.Worksheet,
    spec: Spec,
    allowed: Mapping[str, Sequence[str]],
) -> dict[str, str]:
    """Columns with their notes, allowed values below; returns the cells of each list."""
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sources = {}
    for index, column in enumerate(spec.columns):
        guide.set_column(index, index, max(column.width, 26))
        guide.write_string(0, index, str(column.title), bold)
        guide.write_string(1, index, _("required") if spec.needs(column) else _("may be left empty"), wrapped)
        guide.write_string(2, index, str(column.note), wrapped)
        values = allowed.get(column.key, ())
        for row, value in enumerate(values, start=3):
            guide.write_string(row, index, value)
        if values:
            first = xlsxwriter.utility.xl_rowcol_to_cell(3, index, row_abs=True, col_abs=True)
            last = xlsxwriter.utility.xl_rowcol_to_cell(2 + len(values), index, row_abs=True, col_abs=True)
            sources[column.key] = f"='{guide.get_name()}'!{first}:{last}"
    guide.freeze_panes(1, 0)
    return sources


def verdicts(run: ImportRun, checked: Sequence[Checked], words: Mapping[Level, str]) -> io.BytesIO:
    """The uploaded rows with what was found, errors first; corrected, the same file can be uploaded again."""
    cells: dict[int, list[str]] = dict(run.rows)
    order = (Level.ERROR, Level.WARNING, Level.OK)
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, OPTIONS) as book:
        sheet = book.add_worksheet(_("Check"))
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        titles = [_("Row of the file"), _("Verdict"), _("Findings"), *map(str, run.headings)]
        for index, title in enumerate(titles):
            sheet.write_string(0, index, title, head)
        sheet.set_column(0, 1, 16)
        sheet.set_column(2, 2, 60)
        sheet.set_column(3, len(titles), 20)
        for number, row in enumerate(sorted(checked, key=lambda row: (order.index(row.level), row.line)), 1):
            sheet.write_number(number, 0, row.line)
            sheet.write_string(number, 1, words[row.level])
            sheet.write_string(number, 2, "\n".join(str(found.text) for found in row.findings), wrapped)
            for index, cell in enumerate(cells[row.line], start=3):
                sheet.write_string(number, index, cell)
        sheet.freeze_panes(1, 3)
        sheet.repeat_rows(0)
        fit_to_page(sheet, 92 + 20 * (len(titles) - 3))
        sheet.autofilter(0, 0, max(len(checked), 1), len(titles) - 1)
    buffer.seek(0)
    return buffer
