"""Instruments, their frozen versions, and the ways of scoring a version."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import BigIdentity, Model, PublicId


class Instrument(Model):
    """A line of versions of one questionnaire, known by its code."""

    __tablename__ = "instrument"

    id: Mapped[BigIdentity]
    public_id: Mapped[PublicId]
    code: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class InstrumentVersion(Model):
    """A published definition; insert-only by a trigger, known by the hash of what people saw."""

    __tablename__ = "instrument_version"
    __table_args__ = (UniqueConstraint("instrument_id", "number"),)

    id: Mapped[BigIdentity]
    public_id: Mapped[PublicId]
    instrument_id: Mapped[int] = mapped_column(ForeignKey("instrument.id"))
    number: Mapped[str]
    definition: Mapped[dict[str, Any]]  # the canonical document
    content_hash: Mapped[str] = mapped_column(String(64), unique=True)
    published_at: Mapped[datetime]

    instrument: Mapped[Instrument] = relationship()


class Scoring(Model):
    """Keys, points, weights and cuts of one version; correcting them adds a row, never edits one."""

    __tablename__ = "scoring"
    __table_args__ = (UniqueConstraint("version_id", "scoring_hash"),)

    id: Mapped[BigIdentity]
    version_id: Mapped[int] = mapped_column(ForeignKey("instrument_version.id"))
    scoring_hash: Mapped[str] = mapped_column(String(64))
    definition: Mapped[dict[str, Any]]  # the document this scoring reads its keys from
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
