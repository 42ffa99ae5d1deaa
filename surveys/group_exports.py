"""Group figures as a spreadsheet: exactly what the page shows."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

import xlsxwriter
from flask_babel import gettext as _
from flask_babel import pgettext

from app.formats import date_long
from app.spreadsheets import OPTIONS, fit_to_page, height_of
from surveys.group_tables import SliceTable

Row = Sequence[Any]
FIRST_WIDTH, WIDTH = 36, 14
NOT_IN_SHEET_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


def workbook(
    content: Mapping[str, Any],
    tables: Sequence[SliceTable],
    *,
    title: str,
    published_at: datetime,
    language: str,
    is_comparison: bool,
) -> BytesIO:
    """Sheets: the cluster, level transitions, one for each slice."""
    stream = BytesIO()
    book = xlsxwriter.Workbook(stream, OPTIONS)
    sheets = _Sheets(book)
    published = _("Published: %(day)s", day=date_long(published_at))
    sheets.add(_("Cluster"), [title, published, _note()], *_cluster(content, language, is_comparison))
    overall = next((scale for scale in content["scales"] if scale.get("transitions")), None)
    if overall is not None:
        names = [level["title"][language] for level in content["levels"]]
        rows = [[name, *counts] for name, counts in zip(names, overall["transitions"], strict=True)]
        sheets.add(
            _("Levels"), [overall["name"][language], _("Rows: start, columns: final")], ["", *names], rows
        )
    for table in tables:
        sheets.add(table.title, [table.question, *_slice_notes(table)], *_slice(table, is_comparison))
    book.close()
    stream.seek(0)
    return stream


class _Sheets:
    """Writes tables under a few lines of notes, the header frozen and filtered."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.plain = book.add_format({"text_wrap": True, "valign": "top"})
        self.decimal = book.add_format({"num_format": "0.0", "valign": "top"})
        self.bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})

    def add(self, name: str, notes: Sequence[str], header: Row, rows: Sequence[Row]) -> None:
        sheet = self.book.add_worksheet(name.translate(NOT_IN_SHEET_NAMES)[:31])
        for place, line in enumerate(notes):
            sheet.write_string(place, 0, line)
        top = len(notes) + 1
        widths = [FIRST_WIDTH, *[WIDTH] * (len(header) - 1)]
        sheet.set_row(top, height_of(zip(header, widths, strict=True)))
        for column, title in enumerate(header):
            sheet.write_string(top, column, title, self.bold)
        for place, row in enumerate(rows, start=top + 1):
            sheet.set_row(place, height_of(zip(row, widths, strict=True)))
            for column, value in enumerate(row):
                if value is not None:
                    sheet.write(
                        place, column, value, self.decimal if isinstance(value, float) else self.plain
                    )
        sheet.freeze_panes(top + 1, 1)
        if rows:
            sheet.autofilter(top, 0, top + len(rows), len(header) - 1)
            sheet.repeat_rows(top)
        fit_to_page(sheet, sum(widths))
        sheet.set_column(0, 0, FIRST_WIDTH)
        sheet.set_column(1, max(1, len(header) - 1), WIDTH)


def _note() -> str:
    return str(_("There was no group to compare with: the figures do not tell what caused a change."))


def _cluster(content: Mapping[str, Any], language: str, is_comparison: bool) -> tuple[Row, list[Row]]:
    levels = [level["title"][language] for level in content["levels"]]
    if not is_comparison:
        header = [
            _("Topic"),
            pgettext("how many", "People"),
            _("Start, percent"),
            _("interval from"),
            _("interval to"),
            *levels,
        ]
        return header, [
            [
                scale["name"][language],
                *_values(scale, ("n", "starting", "low", "high")),
                *_levels(scale, "starting", levels),
            ]
            for scale in content["scales"]
        ]
    header = [
        _("Topic"),
        _("Pairs"),
        _("Start, percent"),
        _("Final, percent"),
        _("Change, p.p."),
        _("interval from"),
        _("interval to"),
        _("Median change"),
        *(_("start: %(level)s", level=level) for level in levels),
        *(_("final: %(level)s", level=level) for level in levels),
        _("level higher"),
        _("level the same"),
        _("level lower"),
        _("growth is confirmed"),
        _("change within the precision of measurement"),
        _("lower than at the start"),
    ]
    return header, [
        [
            scale["name"][language],
            *_values(scale, ("n", "starting", "final", "delta", "low", "high", "median")),
            *_levels(scale, "starting", levels),
            *_levels(scale, "final", levels),
            *(scale.get("moved") or [None] * 3),
            *(scale.get("verdicts") or [None] * 3),
        ]
        for scale in content["scales"]
    ]


def _values(scale: Mapping[str, Any], names: Sequence[str]) -> list[Any]:
    return [scale.get(name) for name in names]


def _levels(scale: Mapping[str, Any], wave: str, levels: Sequence[str]) -> list[Any]:
    return list(scale.get(f"{wave}_levels") or [None] * len(levels))


def _slice(table: SliceTable, is_comparison: bool) -> tuple[Row, list[Row]]:
    counts = [_("Pairs") if is_comparison else pgettext("how many", "People")] if table.has_counts else []
    figures = [_("Start, percent")]
    if is_comparison:
        figures += [_("Final, percent"), _("Change, p.p.")]
    header = [_("Group"), *counts, *figures, *table.topics]
    return header, [
        [
            group.name,
            *([group.n] if table.has_counts else []),
            *([group.starting, group.final, group.delta] if is_comparison else [group.starting]),
            *group.cells,
        ]
        for group in table.groups
    ]


def _slice_notes(table: SliceTable) -> list[str]:
    notes = [_("Columns of topics: percent in the latest wave of these figures.")]
    if table.is_of_schools:
        notes.append(_("Not meant for comparing schools."))
    if table.hidden:
        notes.append(_("Groups not shown: %(count)s.", count=table.hidden))
    return notes
