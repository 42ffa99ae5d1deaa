"""Materials of the seminar: versions of files or links, who may have them, how often they were taken."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.db import BigIdentity, Model, PublicId, text_enum
from seminars.models.sessions import SeminarSession, Series


class Access(StrEnum):
    """Who may take a material, from the widest to the narrowest."""

    PUBLIC = "public"
    CLUSTER = "cluster"
    REGISTERED = "registered"
    ATTENDED = "attended"


class StoredFile(Model):
    """A file by its content: stored once however many versions point to it."""

    __tablename__ = "stored_file"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[int]
    media_type: Mapped[str]
    stored_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Material(Model):
    """A material of a series or of one of its sessions."""

    __tablename__ = "material"
    __table_args__ = (Index("ix_material_series", "series_id", "session_id"),)

    id: Mapped[BigIdentity]
    public_id: Mapped[PublicId]
    cluster_id: Mapped[int] = mapped_column(ForeignKey("cluster.id"), index=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"))
    session_id: Mapped[int | None] = mapped_column(ForeignKey("seminar_session.id"))
    title: Mapped[str]
    summary: Mapped[str | None]
    competences: Mapped[list[str]] = mapped_column(ARRAY(String), server_default=text("'{}'"), default=list)
    access: Mapped[Access] = mapped_column(text_enum(Access, "access"))
    available_from: Mapped[datetime | None]
    available_until: Mapped[datetime | None]
    archived_at: Mapped[datetime | None]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    series: Mapped[Series] = relationship()
    session: Mapped[SeminarSession | None] = relationship()
    versions: Mapped[list["MaterialVersion"]] = relationship(
        back_populates="material", order_by="MaterialVersion.number"
    )


class MaterialVersion(Model):
    """One version of a material: a stored file or a link."""

    __tablename__ = "material_version"
    __table_args__ = (
        UniqueConstraint("material_id", "number"),
        CheckConstraint("(sha256 IS NULL) <> (url IS NULL)", name="file_or_link"),
    )

    id: Mapped[BigIdentity]
    public_id: Mapped[PublicId]
    material_id: Mapped[int] = mapped_column(ForeignKey("material.id"))
    number: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str | None] = mapped_column(ForeignKey("stored_file.sha256"), index=True)
    file_name: Mapped[str | None]
    url: Mapped[str | None]
    note: Mapped[str | None]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    downloads: Mapped[int] = mapped_column(Integer, default=0, server_default=text("0"))

    material: Mapped[Material] = relationship(back_populates="versions")
    file: Mapped[StoredFile | None] = relationship()
    created_by: Mapped[Person | None] = relationship()
