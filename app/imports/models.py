"""A table on its way in: kept from upload to application, so that it may be left and taken up again."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Cluster
from app.db import BigIdentity, Model, PublicId, text_enum


class RunState(StrEnum):
    UPLOADED = "uploaded"
    LOADING = "loading"  # a worker has it, or will
    APPLIED = "applied"


class ImportRun(Model):
    """One uploaded table: its rows as text, which column is which, answers to questions, what came of it."""

    __tablename__ = "import_run"
    __table_args__ = (
        CheckConstraint("(state = 'applied') = (applied_at IS NOT NULL)", name="applied"),
        Index("ix_import_run_kind", "cluster_id", "kind", "created_at"),
    )

    id: Mapped[BigIdentity]
    public_id: Mapped[PublicId]
    cluster_id: Mapped[int] = mapped_column(ForeignKey("cluster.id"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    kind: Mapped[str]
    file_name: Mapped[str]
    headings: Mapped[list[Any]] = mapped_column(JSONB)
    rows: Mapped[list[Any]] = mapped_column(JSONB)  # [line, [cell, ...]]
    mapping: Mapped[dict[str, Any]] = mapped_column(JSONB)
    answers: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"), default=dict)
    state: Mapped[RunState] = mapped_column(
        text_enum(RunState, "state"), default=RunState.UPLOADED, server_default="uploaded"
    )
    outcome: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))  # rows by act
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    applied_at: Mapped[datetime | None]

    cluster: Mapped[Cluster] = relationship()
