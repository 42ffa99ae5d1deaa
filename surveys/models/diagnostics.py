"""A diagnostic of a cluster: its roster, its waves, and one assignment per person and wave."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Cluster, Person
from app.db import BigIdentity, Model, PublicId, text_enum
from surveys.models.instruments import InstrumentVersion


class WaveKind(StrEnum):
    STARTING = "starting"
    INTERIM = "interim"
    FINAL = "final"


class WaveState(StrEnum):
    PREPARATION = "preparation"
    OPEN = "open"
    CLOSED = "closed"
    SCORED = "scored"
    PUBLISHED = "published"


class Diagnostic(Model):
    """One instrument line taken by one roster in a starting and a final wave."""

    __tablename__ = "diagnostic"

    id: Mapped[BigIdentity]
    public_id: Mapped[PublicId]
    cluster_id: Mapped[int] = mapped_column(ForeignKey("cluster.id"), index=True)
    title: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    cluster: Mapped[Cluster] = relationship()
    waves: Mapped[list["Wave"]] = relationship(back_populates="diagnostic", order_by="Wave.id")


class RosterEntry(Model):
    """A person in a diagnostic's roster; later waves invite whoever stands here."""

    __tablename__ = "roster_entry"

    diagnostic_id: Mapped[int] = mapped_column(ForeignKey("diagnostic.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    added_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Wave(Model):
    """A dated round of a diagnostic on one version of its instrument."""

    __tablename__ = "wave"
    __table_args__ = (
        UniqueConstraint("diagnostic_id", "kind"),
        CheckConstraint("opens_at < closes_at", name="period"),
        # Two waves at once would ask the same people twice.
        Index("uq_wave_open", "diagnostic_id", unique=True, postgresql_where=text("state = 'open'")),
    )

    id: Mapped[BigIdentity]
    public_id: Mapped[PublicId]
    diagnostic_id: Mapped[int] = mapped_column(ForeignKey("diagnostic.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("instrument_version.id"))
    kind: Mapped[WaveKind] = mapped_column(text_enum(WaveKind, "kind"))
    state: Mapped[WaveState] = mapped_column(
        text_enum(WaveState, "state"), default=WaveState.PREPARATION, server_default="preparation"
    )
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    sends_reminders: Mapped[bool] = mapped_column(default=True)
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]

    diagnostic: Mapped[Diagnostic] = relationship(back_populates="waves")
    version: Mapped[InstrumentVersion] = relationship()


class Assignment(Model):
    """One person's place in one wave; its link is derived, only the hash is stored."""

    __tablename__ = "assignment"
    __table_args__ = (
        UniqueConstraint("wave_id", "person_id"),
        Index("ix_assignment_person", "person_id"),
    )

    id: Mapped[BigIdentity]
    public_id: Mapped[PublicId]
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    generation: Mapped[int] = mapped_column(
        default=1, server_default=text("1")
    )  # raising it revokes the link
    link_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    invited_at: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]  # «Не участвовать»; never counted apart
    paper_code: Mapped[str | None] = mapped_column(unique=True)

    wave: Mapped[Wave] = relationship()
    person: Mapped[Person] = relationship()
