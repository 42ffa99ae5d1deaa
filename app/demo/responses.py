"""Waves of the past and rows of generated responses, as opening, answering and closing would have left them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import select

from app.accounts.models import Consent, ConsentKind, Person
from app.accounts.queries import find_consent_text
from app.db import db
from surveys.items.base import Answer
from surveys.models import Wave, WaveKind, WaveState

SECONDS = {"self": (380, 900), "tasks": (500, 1300), "retrospective": (60, 200)}
"""Nobody hurried: a quality flag would leave people out of the published figures."""


def add_closed_wave(
    diagnostic_id: int,
    version_id: int,
    kind: WaveKind,
    *,
    opened_at: datetime,
    closed_at: datetime,
) -> Wave:
    """A wave that was open then."""
    wave = Wave(
        diagnostic_id=diagnostic_id,
        version_id=version_id,
        kind=kind,
        state=WaveState.CLOSED,
        opens_at=opened_at,
        opened_at=opened_at,
        closes_at=closed_at,
        closed_at=closed_at,
    )
    db.session.add(wave)
    db.session.flush()
    return wave


def consent_ids(person_ids: Sequence[int]) -> dict[int, int]:
    """The consent to diagnostics each person gave last."""
    text = find_consent_text(ConsentKind.DIAGNOSTICS)
    rows = db.session.execute(
        select(Consent.person_id, Consent.id).where(
            Consent.person_id.in_(person_ids), Consent.consent_text_id == (text.id if text else None)
        )
    )
    return {person_id: consent_id for person_id, consent_id in rows}  # noqa: C416 - a result is no mapping


def response_row(
    assignment_id: int,
    person: Person,
    answers: Mapping[str, Answer],
    *,
    submitted_at: datetime,
    consent_id: int,
    rng: Random,
    is_final: bool,
) -> dict[str, Any]:
    """A submitted response as its row."""
    seconds = {
        part: rng.randint(*bounds) for part, bounds in SECONDS.items() if is_final or part != "retrospective"
    }
    return {
        "assignment_id": assignment_id,
        "consent_id": consent_id,
        "answers": dict(answers),
        "revision": 16,
        "order_seed": rng.randrange(2**31),
        "attributes": attributes_of(person),
        "seconds": seconds,
        "started_at": submitted_at - timedelta(seconds=sum(seconds.values())),
        "saved_at": submitted_at,
        "submitted_at": submitted_at,
        "submit_key": f"demo-{assignment_id}",
    }


def attributes_of(person: Person) -> dict[str, Any]:
    """What a response freezes of the person, as answering does."""
    return {
        "organisation_id": person.organisation_id,
        "position": person.position,
        "subjects": list(person.subjects),
        "category": person.category,
        "extra_category": person.extra_category,
        "service_band": person.service_band,
    }
