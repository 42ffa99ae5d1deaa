"""Base of the site's forms: text is cleaned at the edge, every form carries a CSRF token."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from wtforms import DateField as WTFormsDateField
from wtforms import SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget

from app.text import clean_text

EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)


def _clean(value: str | None) -> str:
    return clean_text(value or "").strip()


def _clean_or_none(value: str | None) -> str | None:
    return _clean(value) or None


class Form(FlaskForm):  # type: ignore[misc]
    """A form of the site; field errors are told beside the field by `macros/forms.html`."""


class TextField(StringField):  # type: ignore[misc]
    """One line of text, trimmed and in NFC; empty is ""."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, filters=[_clean], **kwargs)


class OptionalTextField(StringField):  # type: ignore[misc]
    """One line of text that may be absent; empty is None."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, filters=[_clean_or_none], **kwargs)


class LongTextField(TextAreaField):  # type: ignore[misc]
    """Several lines of text, trimmed and in NFC; empty is ""."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, filters=[_clean], **kwargs)


class DateField(WTFormsDateField):  # type: ignore[misc]
    """A day people plan or remember; years beyond are mistypings, and some are beyond the clock's reach."""

    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        if self.data is not None and not EARLIEST <= self.data <= LATEST:
            self.data = None
            raise ValueError(self.gettext("Not a valid date value."))


class CheckboxListField(SelectMultipleField):  # type: ignore[misc]
    """Several of a list, each a checkbox: no Ctrl key, no lost choices on a phone."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def choices(pairs: Iterable[tuple[str, Any]], *, empty: Any = None) -> list[SelectChoice]:
    """Options of a select from (value, label); `empty` is the words of the choice of nothing."""
    first = [] if empty is None else [SelectChoice("", empty)]
    return first + [SelectChoice(value, label) for value, label in pairs]


def code_or_none(value: Any) -> str | None:
    """Coercion of a select that may be left empty."""
    return str(value) if value not in (None, "", "None") else None
