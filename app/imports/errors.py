"""Why a file cannot be taken, in the words its owner is told."""

from flask_babel import lazy_gettext as _

from app.errors import DomainError, InvalidInput


class UnreadableFile(InvalidInput):
    """Neither a workbook nor text with columns, or damaged."""

    message = _(
        "The file could not be read. Open it in your spreadsheet program, save it as XLSX and choose it again."
    )


class OldWorkbook(InvalidInput):
    """XLS of before 2007, or a workbook under a password: both come in the same container."""

    message = _(
        "The file is in the old XLS format or protected by a password. "
        "Save it as XLSX without a password and choose it again."
    )


class FileTooLarge(InvalidInput):
    status = 413
    message = _("The file is larger than %(megabytes)s MB. Leave only the table in it and choose it again.")


class TableTooLarge(InvalidInput):
    message = _(
        "The table is too large: at most %(rows)s rows and %(columns)s columns. Divide it into several files."
    )


class CellTooLong(InvalidInput):
    message = _("Row %(line)s: a cell holds more than %(limit)s characters.")


class EmptyTable(InvalidInput):
    message = _("There is not one filled row in the file.")


class RunClosed(DomainError):
    """The run was applied meanwhile."""

    message = _("This table has been loaded already. To load corrections, choose the file again.")


class ColumnsMissing(DomainError):
    """A column without which no row makes sense has not been found."""

    message = _("First say which column of your file holds: %(titles)s.")
