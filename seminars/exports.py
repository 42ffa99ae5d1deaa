"""The list of sessions to work with in a spreadsheet."""

import io
from collections.abc import Sequence

import xlsxwriter
from flask_babel import gettext as _

from app.accounts.queries import catalogue_name
from app.clock import utcnow
from app.formats import local
from seminars.models import SeminarSession
from seminars.words import state_words


def sessions_table(sessions: Sequence[SeminarSession], time_zone: str) -> io.BytesIO:
    """A workbook with a frozen header, an autofilter and «№ п/п»; dates and numbers are real ones."""
    columns = (
        (_("No."), 6),
        (_("Day"), 12),
        (_("Begins at"), 10),
        (_("Ends at"), 10),
        (_("Form"), 20),
        (_("Topic"), 48),
        (_("Where"), 26),
        (_("Room"), 16),
        (_("Subjects"), 30),
        (_("State"), 16),
        (_("Places"), 8),
        (_("Taken"), 8),
    )
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        day = book.add_format({"num_format": "dd.mm.yyyy", "align": "left"})
        time = book.add_format({"num_format": "hh:mm", "align": "left"})
        sheet = book.add_worksheet(_("Sessions"))
        for column, (title, width) in enumerate(columns):
            sheet.write_string(0, column, title, head)
            sheet.set_column(column, column, width)
        for row, session in enumerate(sessions, start=1):
            starts_at, ends_at = local(session.starts_at, time_zone), local(session.ends_at, time_zone)
            sheet.write_number(row, 0, row)
            sheet.write_datetime(row, 1, starts_at.replace(tzinfo=None, hour=0, minute=0, second=0), day)
            sheet.write_datetime(row, 2, starts_at.time(), time)
            sheet.write_datetime(row, 3, ends_at.time(), time)
            for column, text in enumerate(_texts(session), start=4):
                sheet.write_string(row, column, text)
            sheet.write_number(row, 10, session.capacity)
            sheet.write_number(row, 11, session.seats_taken)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(len(sessions), 1), len(columns) - 1)
    buffer.seek(0)
    return buffer


def _texts(session: SeminarSession) -> list[str]:
    return [
        catalogue_name("event_form", session.form),
        session.title,
        session.organisation.short_name if session.organisation else "",
        session.room or "",
        ", ".join(catalogue_name("subject", code) for code in session.subjects),
        str(state_words(session, utcnow())),
    ]
