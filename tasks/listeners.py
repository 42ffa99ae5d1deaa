"""Reactions to facts: each adds a job inside the transaction that made the fact true."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app.accounts.models import ConsentKind
from app.accounts.signals import consent_withdrawn, person_left
from app.clock import utcnow
from app.jobs import queue
from seminars.services import notices
from seminars.services.transitions import Cause
from seminars.signals import registration_moved, session_changed
from surveys.services import announcements
from surveys.signals import (
    figures_requested,
    response_scored,
    response_submitted,
    scoring_corrected,
    wave_closed,
    wave_opened,
    wave_published,
)
from tasks import comparisons, scoring, seminars, surveys


def connect() -> None:
    """Attach the listeners (a second call changes nothing)."""
    response_submitted.connect(score_later)
    response_scored.connect(compare_later)
    response_scored.connect(write_of_profiles)
    scoring_corrected.connect(rescore_later)
    wave_opened.connect(close_at_deadline)
    wave_closed.connect(build_figures)
    figures_requested.connect(build_figures)
    wave_published.connect(write_of_results)
    consent_withdrawn.connect(erase_answers)
    registration_moved.connect(write_to_moved)
    session_changed.connect(write_of_change)
    person_left.connect(release_places)


def score_later(_sender: Any, *, response_id: int) -> None:
    scoring.add_scoring([response_id])


def compare_later(_sender: Any, *, response_ids: Sequence[int]) -> None:
    comparisons.add_comparisons(response_ids)


def write_of_profiles(_sender: Any, *, response_ids: Sequence[int]) -> None:
    announcements.announce_profiles(response_ids, now=utcnow())


def write_of_results(_sender: Any, *, wave_id: int) -> None:
    surveys.add_results_letters(wave_id)


def rescore_later(_sender: Any, *, version_id: int, scoring_id: int) -> None:
    queue.add(scoring.RESCORE, key=str(version_id), payload={"version_id": version_id})


def build_figures(_sender: Any, *, wave_id: int) -> None:
    comparisons.add_figures(wave_id)


def close_at_deadline(_sender: Any, *, wave_id: int, closes_at: datetime) -> None:
    surveys.add_closing(wave_id, closes_at)


def erase_answers(_sender: Any, *, person_id: int, kind: ConsentKind) -> None:
    if kind is ConsentKind.DIAGNOSTICS:
        surveys.add_erasure(person_id)


def write_to_moved(_sender: Any, *, registration_id: int, cause: Cause) -> None:
    notices.tell_moved(registration_id, cause)


def release_places(_sender: Any, *, person_id: int) -> None:
    # Later, not here: the person is locked now, and places are moved with the session locked first.
    queue.add(seminars.RELEASE, key=str(person_id), payload={"person_id": person_id})


def write_of_change(_sender: Any, *, session_id: int, sequence: int) -> None:
    notices.tell_changed(session_id, sequence)
