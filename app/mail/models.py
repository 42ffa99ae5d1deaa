"""Letters waiting to leave: one row per recipient and occasion."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.db import BigIdentity, Model, PublicId, text_enum


class LetterState(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"  # committed after RCPT, just before DATA
    SENT = "sent"
    FAILED = "failed"  # the server refused for good, or 48 hours of tries are over
    UNKNOWN = "unknown"  # cut after DATA: never sent again by itself
    CANCELLED = "cancelled"  # the occasion passed before it could leave


class Letter(Model):
    """A letter to one person for one occasion; the text is rendered when it is sent."""

    __tablename__ = "letter"
    __table_args__ = (
        UniqueConstraint("kind", "person_id", "subject_key", "period"),
        Index("ix_letter_due", "next_try_at", postgresql_where=text("state IN ('queued', 'sending')")),
        Index("ix_letter_states", "cluster_id", "kind", "state"),
    )

    id: Mapped[BigIdentity]
    public_id: Mapped[PublicId]
    cluster_id: Mapped[int] = mapped_column(ForeignKey("cluster.id"))
    kind: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    subject_key: Mapped[str]  # what it is about: "assignment:17"
    period: Mapped[str] = mapped_column(default="", server_default="")  # "2026-W48", "day+5"
    payload: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))
    state: Mapped[LetterState] = mapped_column(
        text_enum(LetterState, "state"), default=LetterState.QUEUED, server_default="queued"
    )
    message_id: Mapped[str] = mapped_column(unique=True)
    attempts: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    next_try_at: Mapped[datetime] = mapped_column(server_default=func.now())
    last_error: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    sent_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()


class LetterOptOut(Model):
    """A person's wish not to get letters of one kind; service letters cannot be declined."""

    __tablename__ = "letter_opt_out"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime] = mapped_column(server_default=func.now())
