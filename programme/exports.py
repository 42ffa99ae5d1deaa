"""The plan as a table to print and to work with."""

import io
from collections.abc import Sequence
from datetime import date

import xlsxwriter
from flask_babel import gettext as _

from programme.models import PlanItem
from programme.state_names import STATE_NAMES


def plan_table(items: Sequence[PlanItem], today: date) -> io.BytesIO:
    """A workbook with a frozen header, an autofilter and real dates; loaded back it corrects the same rows."""
    columns = (
        (_("No."), 6),
        (_("Stage"), 28),
        (_("Number"), 10),
        (_("What is done"), 50),
        (_("Period in words"), 24),
        (_("Begins on"), 12),
        (_("Ends on"), 12),
        (_("Executor"), 28),
        (_("Expected result"), 40),
        (_("State"), 16),
        (_("Reason"), 30),
        (_("Overdue"), 12),
    )
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        as_date = book.add_format({"num_format": "dd.mm.yyyy", "valign": "top"})
        sheet = book.add_worksheet(_("Plan"))
        for index, (title, width) in enumerate(columns):
            sheet.write_string(0, index, title, head)
            sheet.set_column(index, index, width)
        for row, item in enumerate(items, start=1):
            sheet.write_number(row, 0, row)
            for index, value in enumerate(_cells(item, today), start=1):
                if isinstance(value, date):
                    sheet.write_datetime(row, index, value, as_date)
                else:
                    sheet.write_string(row, index, value or "", wrapped)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(len(items), 1), len(columns) - 1)
    buffer.seek(0)
    return buffer


def _cells(item: PlanItem, today: date) -> list[str | date | None]:
    return [
        item.stage,
        item.number,
        item.title,
        item.period_text,
        item.from_on,
        item.until_on,
        item.executor,
        item.expected_result,
        str(STATE_NAMES[item.state]),
        item.state_reason,
        _("yes") if item.is_overdue(today) else "",
    ]
