"""The observation sheet to read and print."""

from flask import render_template
from flask.typing import ResponseReturnValue

from app.errors import NotFound
from app.formats import page_language
from surveys.models import InstrumentVersion
from surveys.queries.diagnostics import list_versions
from surveys.versions import compiled_version

SHEET = "lesson_observation"


def find_sheet() -> InstrumentVersion | None:
    """The latest published version of the sheet."""
    return next((version for version in list_versions() if version.instrument.code == SHEET), None)


def show_sheet() -> ResponseReturnValue:
    """All indicators with the marks to choose from, on a page made for paper."""
    version = find_sheet()
    if version is None:
        raise NotFound
    definition = compiled_version(version.id)
    return render_template(
        "pages/observation.html",
        definition=definition,
        items=[item for page in definition.pages_for("starting") for item in definition.items_of(page)],
        language=page_language(),
    )
