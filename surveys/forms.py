"""Forms of diagnostics and instruments."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileAllowed, FileField, FileRequired
from wtforms import BooleanField, SelectField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length

from app.forms import DateField, Form, TextField, choices

LONGEST_WAVE = 370  # days
MOST_TEXT = 200_000


class WaveForm(Form):
    """What a coordinator decides of a wave in preparation."""

    version = SelectField(
        _("Instrument"),
        [InputRequired(_("Choose an instrument."))],
        description=_("The version is frozen: what people are asked does not change while the wave runs."),
    )
    last_day = DateField(
        _("Last day"),
        [InputRequired(_("Name the last day."))],
        description=_("Answers are accepted until 24:00 of this day. Two or three weeks are usual."),
    )
    sends_reminders = BooleanField(
        _("Send reminders"),
        default=True,
        description=_(
            "Two at most: five days after the invitation and two days before the end. "
            "Those who have answered or declined get none."
        ),
    )

    def __init__(self, versions: Iterable[tuple[str, Any]], today: date, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.today = today
        self.version.choices = choices(versions)

    def validate_last_day(self, field: DateField) -> None:
        ensure_a_day_ahead(field, self.today)


class DiagnosticForm(WaveForm):
    """A new diagnostic with its starting wave."""

    title = TextField(
        _("Title"),
        [DataRequired(_("Give the diagnostics a title.")), Length(max=200)],
        description=_("As teachers see it in letters, for example «Диагностика компетенций 2026/27»."),
    )


class ExtendForm(Form):
    """A later last day of an open wave."""

    last_day = DateField(_("New last day"), [InputRequired(_("Name the last day."))])

    def __init__(self, present: date, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.present = present

    def validate_last_day(self, field: DateField) -> None:
        if field.data is not None and field.data <= self.present:
            raise ValidationError(_("The new last day must be later than the present one."))
        ensure_a_day_ahead(field, self.present)


class RosterImportForm(Form):
    """People by name or address, pasted or in a file."""

    text = TextAreaField(
        _("List of people"),
        [Length(max=MOST_TEXT)],
        description=_("One person a line: surname, name and patronymic, or an e-mail address."),
    )
    file = FileField(_("or a file"), description=_("XLSX or CSV; one person a row."))


class InstrumentForm(Form):
    """A definition to be checked and published."""

    file = FileField(
        _("File of the instrument"),
        [
            FileRequired(_("Choose a file.")),
            FileAllowed(["yaml", "yml", "json"], _("An instrument is a YAML or JSON file.")),
        ],
        description=_("YAML or JSON in the format opora-instrument/1, at most 2 MB."),
    )


def ensure_a_day_ahead(field: DateField, today: date) -> None:
    if field.data is not None and not 0 <= (field.data - today).days <= LONGEST_WAVE:
        raise ValidationError(_("The last day lies between today and a year from now."))
