"""Published definitions, compiled once per process: a version never changes, so nothing here grows stale."""

from functools import lru_cache

from sqlalchemy import select

from app.db import db
from surveys.definition import Definition, build
from surveys.models import InstrumentVersion, Scoring


@lru_cache(maxsize=64)
def compiled_version(version_id: int) -> Definition:
    """What people see and answer in a version."""
    document = db.session.scalars(
        select(InstrumentVersion.definition).where(InstrumentVersion.id == version_id)
    ).one()
    return build(document)


@lru_cache(maxsize=64)
def compiled_scoring(scoring_id: int) -> Definition:
    """The keys, points, weights and cuts of a scoring, with the texts of the document that brought them."""
    document = db.session.scalars(select(Scoring.definition).where(Scoring.id == scoring_id)).one()
    return build(document)
