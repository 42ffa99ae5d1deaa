"""The shortest valid instruments, diagnostics, waves, assignments and responses; each call commits."""

import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml

from app.accounts.models import Cluster, Consent, ConsentKind, Person
from app.accounts.queries import operator_of
from app.accounts.services.consents import ensure_consent_texts, give_consent
from app.clock import utcnow
from app.db import db, transaction
from surveys import links
from surveys.models import (
    Assignment,
    Diagnostic,
    InstrumentVersion,
    Response,
    RosterEntry,
    Wave,
    WaveKind,
    WaveState,
)
from surveys.services.instruments import publish_document
from tests.factories.people import add, make_cluster, make_person

SMALL = Path(__file__).parents[1] / "surveys" / "definition" / "small.yaml"


def small_document(**overrides: Any) -> dict[str, Any]:
    """The document of the small instrument, to be changed by a test."""
    return {**yaml.safe_load(SMALL.read_text("utf-8")), **overrides}


def one_page_document(n_items: int = 40, *, required: bool = True) -> dict[str, Any]:
    """An instrument of likert items on a single page."""
    small = small_document()
    codes = [f"Q-{number}" for number in range(1, n_items + 1)]
    return {
        "format": small["format"],
        "code": f"page_of_{n_items}_{'required' if required else 'free'}",
        "version": "1.0",
        "languages": ["ru"],
        "title": "Короткая анкета",
        "intro": "Ответы видите только Вы.",
        "minutes": 5,
        "parts": [{"code": "self", "title": "Самооценка"}],
        "levels": [
            {"code": "low", "from": 0, "title": "низкий", "is_deficit": True},
            {"code": "high", "from": 50, "title": "высокий"},
        ],
        "answer_scales": {
            "agreement": {
                "prompt": "Насколько это похоже на вашу работу?",
                "options": [
                    {"code": str(value), "value": value, "text": f"{value} из 5"} for value in range(1, 6)
                ],
            }
        },
        "competences": [{"code": "ALL", "name": "Вся работа"}],
        "items": [
            {
                "code": code,
                "type": "likert",
                "competence": "ALL",
                "answer_scale": "agreement",
                "required": required,
                "text": f"Утверждение {number} о том, как я планирую занятие и проверяю его результат.",
            }
            for number, code in enumerate(codes, start=1)
        ],
        "scales": [
            {
                "code": "ALL",
                "competence": "ALL",
                "part": "self",
                "method": "mean_percent",
                "items": codes,
                "min_answered": 1,
            }
        ],
        "pages": [{"code": "all", "part": "self", "competence": "ALL", "items": codes}],
    }


def make_version(document: Mapping[str, Any] | None = None) -> InstrumentVersion:
    """The published version of `document`, by default of the small instrument; the same one when repeated."""
    source = SMALL.read_bytes() if document is None else json.dumps(document, ensure_ascii=False).encode()
    with transaction():
        return publish_document(
            source, "small.yaml" if document is None else "document.json", now=utcnow()
        ).version


def make_diagnostic(cluster: Cluster | None = None, **overrides: Any) -> Diagnostic:
    cluster = cluster or make_cluster()
    diagnostic = Diagnostic(**{"cluster_id": cluster.id, "title": "Диагностика педагогов", **overrides})
    add(diagnostic)
    return diagnostic


def make_wave(
    diagnostic: Diagnostic | None = None, *, document: Mapping[str, Any] | None = None, **overrides: Any
) -> Wave:
    """An open starting wave that began yesterday and closes in ten days."""
    diagnostic = diagnostic or make_diagnostic()
    now = utcnow()
    values: dict[str, Any] = {
        "kind": WaveKind.STARTING,
        "state": WaveState.OPEN,
        "opens_at": now - timedelta(days=1),
        "closes_at": now + timedelta(days=10),
        "opened_at": now - timedelta(days=1),
        **overrides,
    }
    if "version_id" not in values:
        values["version_id"] = make_version(document).id
    wave = Wave(diagnostic_id=diagnostic.id, **values)
    add(wave)
    return wave


def make_assignment(wave: Wave | None = None, person: Person | None = None, **overrides: Any) -> Assignment:
    """An assignment with a working link; its person stands in the roster."""
    wave = wave or make_wave()
    person = person or make_person(wave.diagnostic.cluster)
    assignment = Assignment(wave_id=wave.id, person_id=person.id, invited_at=utcnow(), **overrides)
    with transaction():
        db.session.add(assignment)
        db.session.merge(RosterEntry(diagnostic_id=wave.diagnostic_id, person_id=person.id))
        db.session.flush()
        assignment.link_hash = links.link_hash(links.token_for(assignment.id, assignment.generation or 1))
    return assignment


def link_path(assignment: Assignment) -> str:
    """Path of the personal link."""
    return f"/d/{links.token_for(assignment.id, assignment.generation or 1)}"


def consent_to_diagnostics(person: Person, *, checked: bool = True) -> Consent:
    """Consent in force; `checked` also marks the person's data as just looked through."""
    now = utcnow()
    with transaction():
        ensure_consent_texts(now)
        consent = give_consent(person.id, ConsentKind.DIAGNOSTICS, now)
        if checked:
            person.profile_checked_at = now
    assert consent.operator == operator_of(person.cluster)
    return consent


def make_response(assignment: Assignment | None = None, **overrides: Any) -> Response:
    """A draft without answers; `submitted_at` given makes it a submitted one."""
    assignment = assignment or make_assignment()
    values: dict[str, Any] = {
        "order_seed": 1,
        "answers": {},
        "attributes": {},
        "device": "factory",
        **overrides,
    }
    if values.get("submitted_at") is not None:
        values.setdefault("submit_key", f"key-{assignment.id}")
    response = Response(assignment_id=assignment.id, **values)
    add(response)
    return response
