"""Letters of the diagnostics: an invitation, reminders, «ваш профиль готов», the final summary."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import get_locale
from flask_babel import lazy_gettext as _

from app.mail.letters import LetterKind, register
from app.mail.models import Letter
from surveys.links import link_for
from surveys.models import Assignment, Diagnostic, Response
from surveys.queries.announcements import find_diagnostic, find_published_comparison, find_response
from surveys.queries.invitations import find_assignment, is_awaited
from surveys.queries.results import find_pair
from surveys.versions import compiled_version

INVITATION = "diagnostic_invitation"
REMINDER = "diagnostic_reminder"
PROFILE_READY = "profile_ready"
FINAL_SUMMARY = "final_summary"
GROUP_SUMMARY = "group_summary"
MOST_TOPICS = 3


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


def _response_of(letter: Letter) -> Response:
    found = find_response(letter.payload["response_id"])
    if found is None:
        raise LookupError(f"the response of letter {letter.id} is gone")
    return found


def _profile(letter: Letter) -> Mapping[str, Any]:
    response = _response_of(letter)
    return {"title": response.assignment.wave.diagnostic.title, "response_id": response.public_id}


def _summary(letter: Letter) -> Mapping[str, Any]:
    """Group figures as published, and the way to one's own."""
    response = _response_of(letter)
    diagnostic = response.assignment.wave.diagnostic
    return {
        **_group_figures(diagnostic, letter),
        "response_id": response.public_id,
        "has_pair": find_pair(diagnostic.id, response.assignment.person_id) is not None,
    }


def _group_summary(letter: Letter) -> Mapping[str, Any]:
    """Group figures as published, and the way to all of them."""
    diagnostic = find_diagnostic(letter.payload["diagnostic_id"])
    if diagnostic is None:
        raise LookupError(f"the diagnostics of letter {letter.id} are gone")
    return {**_group_figures(diagnostic, letter), "diagnostic_id": diagnostic.public_id}


def _group_figures(diagnostic: Diagnostic, letter: Letter) -> dict[str, Any]:
    content = find_published_comparison(diagnostic.id)
    if content is None:
        raise LookupError(f"nothing is published for letter {letter.id}")
    shown = [scale for scale in content["scales"] if scale["is_shown"]]
    topics = sorted((s for s in shown if not s["is_overall"]), key=lambda s: s["delta"], reverse=True)
    locale = get_locale()
    return {
        "title": diagnostic.title,
        "pairs": content["counts"]["paired"],
        "overall": next((scale for scale in shown if scale["is_overall"]), None),
        "topics": topics[:MOST_TOPICS],
        "texts_in": locale.language if locale else "ru",
    }


def _is_there(letter: Letter, _now: datetime) -> bool:
    """Not after the answers were erased."""
    return find_response(letter.payload["response_id"]) is not None


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
register(
    LetterKind(
        PROFILE_READY,
        "surveys/letters/profile_ready",
        _profile,
        title=_("Letters that a profile is ready"),
        is_diagnostic=True,
        is_personal_link=True,
        is_current=_is_there,
    )
)
register(
    LetterKind(
        FINAL_SUMMARY,
        "surveys/letters/final_summary",
        _summary,
        title=_("Results of diagnostics"),
        is_diagnostic=True,
        is_personal_link=True,
        is_current=_is_there,
    )
)
register(
    LetterKind(
        GROUP_SUMMARY,
        "surveys/letters/group_summary",
        _group_summary,
        title=_("Results of diagnostics for those who read group figures"),
    )
)
