"""Answering on paper: codes in place of names, answers typed in by an operator who sees no results."""

import secrets
from collections.abc import Mapping
from datetime import datetime

from app.accounts.models import ConsentKind
from app.accounts.services import give_consent
from app.db import db
from surveys.errors import ResponseAlreadySubmitted
from surveys.items import Answer
from surveys.queries import answering as queries
from surveys.queries.answering import Sitting
from surveys.queries.assignments import PAPER, list_without_link
from surveys.services.answering import ensure_open, submit_response

CODE_LETTERS = "ABCDEFGHKMPRSTUXYZ"
"""The letters of sign-in codes: those nobody takes for another."""
CODE_LENGTH = 6


def give_codes(wave_id: int) -> int:
    """A code for each person of the wave who gets no letters and has none yet; how many were given."""
    without_code = [entry for entry, _person in list_without_link(wave_id) if entry.paper_code is None]
    for assignment in without_code:
        assignment.paper_code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    db.session.flush()
    return len(without_code)


def enter_response(
    sitting: Sitting,
    posted: Mapping[str, Answer],
    *,
    key: str,
    language: str,
    now: datetime,
) -> None:
    """Store a whole paper form whose consent is signed; a repeat with the same key changes nothing."""
    ensure_open(sitting, now)
    if sitting.draft is not None and sitting.draft.submit_key != key:
        raise ResponseAlreadySubmitted
    consent = give_consent(sitting.person_id, ConsentKind.DIAGNOSTICS, now)
    queries.add_response(
        sitting.assignment_id,
        consent_id=consent.id,
        language=language,
        order_seed=1,
        device=PAPER,
        now=now,
    )
    locked = queries.lock_sitting_by_id(sitting.public_id)
    if locked is None or locked.draft is None:
        raise ResponseAlreadySubmitted
    submit_response(
        locked,
        posted,
        key=key,
        client=PAPER,
        base_revision=locked.draft.revision,
        device=PAPER,
        seconds={},
        now=now,
    )
