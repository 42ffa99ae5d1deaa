"""What people answered, the log that can recover it, and the scores computed from it."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, SmallInteger, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import BigIdentity, Model, PublicId
from surveys.models.diagnostics import Assignment


class Response(Model):
    """One person's answers in one wave: a draft, then submitted; one row per assignment."""

    __tablename__ = "response"
    __table_args__ = (
        CheckConstraint("(submitted_at IS NULL) = (submit_key IS NULL)", name="submitted"),
        # Room on the page for the next revisions of the row: autosave updates stay in place.
        {"postgresql_with": {"fillfactor": 80}},
    )

    id: Mapped[BigIdentity]
    public_id: Mapped[PublicId]
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id", ondelete="CASCADE"), unique=True)
    consent_id: Mapped[int | None] = mapped_column(ForeignKey("consent.id", ondelete="SET NULL"))
    language: Mapped[str] = mapped_column(default="ru", server_default="ru")
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))
    revision: Mapped[int] = mapped_column(Integer, default=0, server_default=text("0"))
    order_seed: Mapped[int] = mapped_column(Integer)
    # The respondent's school, position, subjects, category and service as checked by herself and frozen.
    attributes: Mapped[dict[str, Any] | None]
    # Seconds spent by part of the instrument, for the quality flag.
    seconds: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))
    # Of each page that saved: [last sequence number seen, revision it made], so that a re-sent change is dropped.
    clients: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))
    # The browser that began; with the personal link it alone sees every answer without signing in.
    device: Mapped[str | None]
    started_at: Mapped[datetime] = mapped_column(server_default=func.now())
    saved_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    submit_key: Mapped[str | None]
    flags: Mapped[list[Any] | None]  # quality flags, set by scoring; they leave group figures only

    assignment: Mapped[Assignment] = relationship()


class ResponseLogEntry(Model):
    """Each change of a response as it came, for recovery only; purged 30 days after the wave closes."""

    __tablename__ = "response_log"

    id: Mapped[BigIdentity]
    response_id: Mapped[int] = mapped_column(ForeignKey("response.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    device: Mapped[str]
    client: Mapped[str]  # one page opened in one tab, or "form"
    sequence: Mapped[int]
    revision: Mapped[int] = mapped_column(Integer)  # of the response after this change
    changes: Mapped[dict[str, Any]]
    # What stood there before, {} for nothing; None for a change that came too late and was not applied.
    overwritten: Mapped[dict[str, Any] | None]


class Score(Model):
    """One scale of one response under one scoring; re-scoring adds rows, never edits them."""

    __tablename__ = "score"

    response_id: Mapped[int] = mapped_column(ForeignKey("response.id", ondelete="CASCADE"), primary_key=True)
    scoring_id: Mapped[int] = mapped_column(ForeignKey("scoring.id"), primary_key=True)
    scale: Mapped[str] = mapped_column(primary_key=True)
    raw: Mapped[float | None]
    percent: Mapped[float | None]
    level: Mapped[str | None]
    standard_error: Mapped[float | None]
    n_answered: Mapped[int] = mapped_column(SmallInteger)


class ScaleChange(Model):
    """One scale of one paired person: start, final and the verdict of the reliable change rule."""

    __tablename__ = "scale_change"
    __table_args__ = (UniqueConstraint("starting_response_id", "final_response_id", "scoring_id", "scale"),)

    id: Mapped[BigIdentity]
    starting_response_id: Mapped[int] = mapped_column(
        ForeignKey("response.id", ondelete="CASCADE"), index=True
    )
    final_response_id: Mapped[int] = mapped_column(ForeignKey("response.id", ondelete="CASCADE"), index=True)
    scoring_id: Mapped[int] = mapped_column(ForeignKey("scoring.id"))
    scale: Mapped[str]
    starting_percent: Mapped[float]
    final_percent: Mapped[float]
    starting_level: Mapped[str | None]
    final_level: Mapped[str | None]
    reliable_change_index: Mapped[float | None]
    threshold: Mapped[float | None]  # the change in points that the rule calls measured
    verdict: Mapped[str]
    rule: Mapped[str]  # "reliable_change" or "fallback"


class Snapshot(Model):
    """Group figures of a diagnostic as a worker computed them; publishing fixes one, never edits it."""

    __tablename__ = "snapshot"
    __table_args__ = (
        UniqueConstraint("diagnostic_id", "kind", "number"),
        Index(
            "uq_snapshot_working",
            "diagnostic_id",
            "kind",
            unique=True,
            postgresql_where=text("published_at IS NULL"),
        ),
    )

    id: Mapped[BigIdentity]
    public_id: Mapped[PublicId]
    diagnostic_id: Mapped[int] = mapped_column(ForeignKey("diagnostic.id"))
    kind: Mapped[str]  # "starting" (profile of the starting wave) or "comparison"
    number: Mapped[int] = mapped_column(Integer)
    built_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    content: Mapped[dict[str, Any]]  # figures after suppression: what may be shown, nothing more
    charts: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))  # name -> SVG
    # Never shown: whose figures these are and which groups are printed, to check later snapshots against.
    basis: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"), deferred=True)
