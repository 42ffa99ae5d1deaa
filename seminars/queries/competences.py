"""The competences sessions are about: those of the published instruments, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from flask_babel import get_locale
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on

from app.db import db
from surveys.models import InstrumentVersion


def competence_names() -> dict[str, str]:
    """Short names by code, in the order of the instrument; of two versions the later one names it."""
    newest = (
        select(InstrumentVersion.definition["competences"])
        .ext(distinct_on(InstrumentVersion.instrument_id))
        .order_by(InstrumentVersion.instrument_id, InstrumentVersion.published_at.desc())
    )
    names: dict[str, str] = {}
    for competences in db.session.scalars(newest):
        for competence in competences or []:
            names.setdefault(competence["code"], _in_own_language(competence))
    return names


def _in_own_language(competence: Mapping[str, Any]) -> str:
    texts = competence.get("short_name") or competence["name"]
    locale = get_locale()
    return str(texts.get(locale.language if locale else "ru") or texts["ru"])
