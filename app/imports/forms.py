"""Choosing a file, and saying which of its columns is which."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField
from wtforms.validators import InputRequired, Optional, ValidationError

from app.errors import InvalidInput
from app.forms import Form, choices
from app.imports.columns import Sheet, find_table
from app.imports.models import ImportRun
from app.imports.reading import MOST_BYTES, read_grids
from app.imports.spec import Spec


class UploadForm(Form):
    """A table of one kind; what cannot be read is told beside the field."""

    file = FileField(
        _("File XLSX or CSV"),
        [FileRequired(_("Choose a file."))],
        render_kw={"accept": ".xlsx,.csv,.txt,.tsv"},
    )

    def __init__(self, spec: Spec, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._spec = spec
        self.sheet: Sheet | None = None

    def validate_file(self, field: Any) -> None:
        try:
            self.sheet = find_table(read_grids(field.data.stream.read(MOST_BYTES + 1)), self._spec)
        except InvalidInput as error:
            raise ValidationError(str(error)) from error

    @property
    def file_name(self) -> str:
        """The file's own name, for people to recognise it by."""
        return str(self.file.data.filename or "")[:200]


def columns_form(spec: Spec, run: ImportRun) -> Form:
    """A select for each column of the kind, with the headings of the uploaded table."""
    headings = [
        (str(index), heading or str(_("column %(number)s without a heading", number=index + 1)))
        for index, heading in enumerate(run.headings)
    ]
    fields = {
        column.key: SelectField(
            column.title,
            choices=choices(headings, empty=_("not in the table")),
            default=str(run.mapping.get(column.key, "")),
            validators=[InputRequired() if column.is_required else Optional()],
        )
        for column in spec.columns
    }
    form: Form = type("ColumnsForm", (Form,), fields)(prefix="column-")
    return form


def chosen_columns(form: Form) -> dict[str, int]:
    """Places of headings by column; two columns may name the same heading."""
    return {
        field.short_name: int(field.data)
        for field in form
        if isinstance(field, SelectField) and field.data not in (None, "")
    }
