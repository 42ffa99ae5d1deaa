"""An observer: lessons to visit and the sheet to take along."""

from typing import Any

from app.pages.observation import find_sheet
from app.pages.reading import Reading

OBSERVED_FORMS = frozenset({"open_lesson", "masterclass"})
SHOWN = 6


def block(reading: Reading) -> dict[str, Any]:
    """Open lessons and master classes ahead."""
    lessons = [session for session in reading.published_ahead if session.form in OBSERVED_FORMS]
    return {"lessons": lessons[:SHOWN], "has_sheet": find_sheet() is not None}
