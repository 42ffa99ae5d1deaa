"""Letters of the diagnostics: an invitation, reminders, «ваш профиль готов», the final summary."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import get_locale
from flask_babel import lazy_gettext as _

from app.mail.letters import LetterKind, register
from app.mail.models import Letter
from surveys.links import link_for
from surveys.models import Assignment
from surveys.queries.invitations import find_assignment, is_awaited
from surveys.versions import compiled_version

INVITATION = "diagnostic_invitation"
REMINDER = "diagnostic_reminder"


def _assignment_of(letter: Letter) -> Assignment:
    found = find_assignment(letter.payload["assignment_id"])
    if found is None:
        raise LookupError(f"the assignment of letter {letter.id} is gone")
    return found


def _personal_link(letter: Letter) -> Mapping[str, Any]:
    assignment = _assignment_of(letter)
    wave = assignment.wave
    definition = compiled_version(wave.version_id)
    locale = get_locale()
    return {
        "title": wave.diagnostic.title,
        "instrument": definition.title.in_language(locale.language if locale else None),
        "minutes": definition.minutes,
        "wave": wave,
        "is_new_link": assignment.generation > 1,
        "personal_link": link_for(assignment),
    }


def _is_awaited(letter: Letter, now: datetime) -> bool:
    """Never after the answers were sent, after «Не участвовать» or after the wave."""
    return is_awaited(letter.payload["assignment_id"], now)


register(
    LetterKind(
        INVITATION,
        "surveys/letters/invitation",
        _personal_link,
        title=_("Invitations to diagnostics"),
        is_personal_link=True,
        is_diagnostic=True,
        is_current=_is_awaited,
    )
)
register(
    LetterKind(
        REMINDER,
        "surveys/letters/reminder",
        _personal_link,
        title=_("Reminders of diagnostics"),
        is_personal_link=True,
        is_diagnostic=True,
        is_current=_is_awaited,
    )
)
